//! /admin: what the clinic's administrators do. Bare JSON, errors as problem+json; collections answer `{items, total}`.
//!
//! Every change, and every look at one person's private data, is written to the audit log in its own commit.

mod administrators;
mod assistants;
mod audit;
mod backup_state;
mod backups;
mod banners;
mod check;
mod clinics;
mod complaints;
mod consent_texts;
mod consents;
mod consultation_reasons;
mod consultations;
mod diagnosis_terms;
mod doctors;
mod dump;
mod evaluation_questions;
mod exchange;
mod form;
mod integrations;
mod listing;
mod me;
mod news;
mod notices;
mod org_memberships;
mod orgs;
mod outbox;
mod patients;
mod payments;
mod people;
mod persons;
mod places;
mod privacy_requests;
mod projects;
mod refunds;
mod registrations;
mod resource;
mod sessions;
mod settings;
mod special_projects;
mod statistics;
mod team_consults;
mod teams;
mod unsigned_records;
mod withdrawals;

use super::core::{api::Api, problem::PROBLEM};

pub const API: Api = Api {
    name: "admin",
    chapters: &[
        sessions::CHAPTER,
        me::CHAPTER,
        administrators::CHAPTER,
        doctors::CHAPTER,
        dump::CHAPTER,
        assistants::CHAPTER,
        patients::CHAPTER,
        persons::CHAPTER,
        privacy_requests::CHAPTER,
        places::CHAPTER,
        diagnosis_terms::CHAPTER,
        consultation_reasons::CHAPTER,
        evaluation_questions::CHAPTER,
        orgs::CHAPTER,
        org_memberships::CHAPTER,
        clinics::CHAPTER,
        teams::CHAPTER,
        news::CHAPTER,
        banners::CHAPTER,
        special_projects::CHAPTER,
        projects::CHAPTER,
        registrations::CHAPTER,
        consultations::CHAPTER,
        team_consults::CHAPTER,
        payments::CHAPTER,
        refunds::CHAPTER,
        complaints::CHAPTER,
        consent_texts::CHAPTER,
        consents::CHAPTER,
        unsigned_records::CHAPTER,
        withdrawals::CHAPTER,
        outbox::CHAPTER,
        notices::CHAPTER,
        statistics::CHAPTER,
        settings::CHAPTER,
        audit::CHAPTER,
        exchange::CHAPTER,
        backup_state::CHAPTER,
        integrations::CHAPTER,
        backups::CHAPTER,
        check::CHAPTER,
    ],
    prefixes: &["/admin"],
    twins: &[],
    dialect: PROBLEM,
};
