//! The tables that types are made of: how a row of each becomes resources.

use serde_json::Value;

use super::{print::Print, resource};
use crate::{
    base::{error::Result, id::AnyId},
    domain::{
        clinic_wide::{clinic_face::ClinicFace, shown::Matter},
        consultation::{Consultation, diagnosis::Diagnosis},
        directory::{
            assistant::Assistant,
            clinic::Clinic,
            doctor::Doctor,
            hospital::{Department, Hospital},
            org::Org,
            patient::Patient,
        },
        free_clinic::{clinic_session::ClinicSession, registration::Registration},
        messaging::{conversation::Side, message::Message},
        money::payment::Payment,
        team::Team,
        team_consult::{TeamConsult, vas::Vas},
    },
    store::Row,
};

/// One table of a type.
pub struct Source {
    pub table: u8,
    /// Whose rows they are; `None` of tables that are about nobody, and of people themselves.
    pub matter: Option<Matter>,
    /// Whether each row makes one resource, no more and no less.
    pub is_one: bool,
    make: fn(&Print, AnyId, Option<Side>) -> Result<Made>,
}

/// What became of a row.
pub enum Made {
    /// There is no such row.
    Nothing,
    /// There was: it is marked as deleted.
    Gone,
    All(Vec<Value>),
}

impl Source {
    /// The resources of a row, read as that side of a conversation reads it.
    pub fn make(&self, print: &Print, row: AnyId, side: Option<Side>) -> Result<Made> {
        (self.make)(print, row, side)
    }
}

const fn source<R: Row>(matter: Option<Matter>, is_one: bool, make: fn(&Print, AnyId, Option<Side>) -> Result<Made>) -> Source {
    Source { table: R::TABLE.code, matter, is_one, make }
}

fn with<R: Row>(print: &Print, id: AnyId, make: impl FnOnce(&R) -> Result<Vec<Value>>) -> Result<Made> {
    match print.view.get::<R>(id.of())? {
        Some(row) => Ok(Made::All(make(&row)?)),
        None => Ok(Made::Nothing),
    }
}

fn one<R: Row>(print: &Print, id: AnyId, make: impl FnOnce(&R) -> Result<Value>) -> Result<Made> {
    with(print, id, |row| Ok(vec![make(row)?]))
}

fn some<R: Row>(print: &Print, id: AnyId, make: impl FnOnce(&R) -> Result<Option<Value>>) -> Result<Made> {
    with(print, id, |row| Ok(make(row)?.into_iter().collect()))
}

use resource as to;

pub const PATIENTS: &[Source] = &[source::<Patient>(None, true, |p, id, _| one(p, id, |row| to::patient::patient(p, row)))];

pub const RELATED: &[Source] = &[source::<Patient>(None, false, |p, id, _| some(p, id, |row| to::related_person::patient(p, row)))];

pub const PRACTITIONERS: &[Source] = &[
    source::<Doctor>(None, true, |p, id, _| one(p, id, |row| to::practitioner::doctor(p, row))),
    source::<Assistant>(None, true, |p, id, _| one(p, id, |row| to::practitioner::assistant(p, row))),
];

pub const ROLES: &[Source] = &[source::<Doctor>(None, true, |p, id, _| one(p, id, |row| to::practitioner_role::doctor(p, row)))];

pub const ORGANIZATIONS: &[Source] = &[
    source::<ClinicFace>(None, true, |p, id, _| one(p, id, |_: &ClinicFace| Ok(to::organization::settings(p)))),
    source::<Hospital>(None, true, |p, id, _| one(p, id, |row| to::organization::hospital(p, row))),
    source::<Department>(None, true, |p, id, _| one(p, id, |row| Ok(to::organization::department(p, row)))),
    source::<Clinic>(None, true, |p, id, _| one(p, id, |row| Ok(to::organization::clinic(p, row)))),
    source::<Org>(None, true, |p, id, _| one(p, id, |row| Ok(to::organization::org(p, row)))),
    source::<Team>(None, true, |p, id, _| one(p, id, |row| to::organization::team(p, row))),
];

pub const LOCATIONS: &[Source] = &[
    source::<ClinicSession>(None, true, |p, id, _| one(p, id, |row| to::location::clinic_session(p, row))),
    source::<Hospital>(None, true, |p, id, _| one(p, id, |row| to::location::hospital(p, row))),
];

pub const SCHEDULES: &[Source] = &[source::<ClinicSession>(None, true, |p, id, _| one(p, id, |row| to::schedule::clinic_session(p, row)))];

pub const SLOTS: &[Source] = &[source::<ClinicSession>(None, false, |p, id, _| with(p, id, |row| Ok(to::slot::clinic_session(p, row))))];

pub const APPOINTMENTS: &[Source] =
    &[source::<Registration>(Some(Matter::Registration), true, |p, id, _| one(p, id, |row| to::appointment::registration(p, row)))];

pub const ENCOUNTERS: &[Source] = &[
    source::<Registration>(Some(Matter::Registration), false, |p, id, _| some(p, id, |row| to::encounter::registration(p, row))),
    source::<Consultation>(Some(Matter::Consultation), false, |p, id, _| some(p, id, |row| to::encounter::consultation(p, row))),
    source::<TeamConsult>(Some(Matter::TeamConsult), true, |p, id, _| one(p, id, |row| to::encounter::team_consult(p, row))),
];

pub const REQUESTS: &[Source] = &[
    source::<Consultation>(Some(Matter::Consultation), true, |p, id, _| one(p, id, |row| to::service_request::consultation(p, row))),
    source::<TeamConsult>(Some(Matter::TeamConsult), true, |p, id, _| one(p, id, |row| to::service_request::team_consult(p, row))),
    source::<Vas>(Some(Matter::Vas), false, |p, id, _| match p.view.get::<Vas>(id.of())? {
        None => Ok(Made::Nothing),
        Some(row) if row.deleted_at.is_some() => Ok(Made::Gone),
        Some(row) => Ok(Made::All(vec![to::service_request::vas(p, &row)?])),
    }),
];

pub const CONDITIONS: &[Source] =
    &[source::<Diagnosis>(Some(Matter::Diagnosis), false, |p, id, _| with(p, id, |row| to::condition::diagnosis(p, row)))];

pub const DOCUMENTS: &[Source] = &[
    source::<Registration>(Some(Matter::Registration), false, |p, id, _| with(p, id, |row| to::document_reference::registration(p, row))),
    source::<Consultation>(Some(Matter::Consultation), false, |p, id, _| with(p, id, |row| to::document_reference::consultation(p, row))),
    source::<TeamConsult>(Some(Matter::TeamConsult), false, |p, id, _| with(p, id, |row| to::document_reference::team_consult(p, row))),
];

pub const COMMUNICATIONS: &[Source] =
    &[source::<Message>(Some(Matter::Message), false, |p, id, side| some(p, id, |row| to::communication::message(p, row, side)))];

pub const INVOICES: &[Source] =
    &[source::<Payment>(Some(Matter::Payment), true, |p, id, _| one(p, id, |row| to::invoice::payment(p, row)))];
