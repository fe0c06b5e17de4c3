//! /admin: what the clinic's administrators do. Bare JSON, errors as problem+json; collections answer `{items, total}`.
//!
//! Every change, and every look at one person's private data, is written to the audit log in its own commit.

mod administrators;
mod assistants;
mod clinics;
mod consultations;
mod doctors;
mod exchange;
mod form;
mod listing;
mod messages;
mod money;
mod orgs;
mod overview;
mod pages;
mod patients;
mod people;
mod persons;
mod places;
mod projects;
mod registrations;
mod sessions;
mod specials;
mod team_consults;
mod withdrawals;
mod words;

use super::core::{api::Api, problem::PROBLEM};

pub const API: Api = Api {
    name: "admin",
    chapters: &[
        sessions::CHAPTER,
        administrators::CHAPTER,
        doctors::CHAPTER,
        assistants::CHAPTER,
        patients::CHAPTER,
        persons::CHAPTER,
        places::CHAPTER,
        words::CHAPTER,
        orgs::CHAPTER,
        clinics::CHAPTER,
        pages::CHAPTER,
        specials::CHAPTER,
        projects::CHAPTER,
        registrations::CHAPTER,
        consultations::CHAPTER,
        team_consults::CHAPTER,
        money::CHAPTER,
        withdrawals::CHAPTER,
        messages::CHAPTER,
        overview::CHAPTER,
        exchange::CHAPTER,
    ],
    prefixes: &["/admin"],
    twins: &[],
    dialect: PROBLEM,
};
