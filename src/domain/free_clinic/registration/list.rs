//! Lists of registrations: a patient's, a doctor's, an assistant's, each newest first with its exact total.

use super::{
    Outcome,
    row::{BY_ASSISTANT_PROJECT, BY_DOCTOR, BY_DOCTOR_OUTCOME, BY_USER, BY_USER_OUTCOME, RATED, REFUNDED, Registration, TO_RATE},
};
use crate::{
    base::{
        error::Result,
        id::{AssistantId, ClinicSessionId, DoctorId, PatientAccountId},
        page::{Page, Slice},
    },
    store::{Order, View, key},
};

/// What a patient registered for, all of it or what came to one outcome (志愿医生 3.3.13).
pub fn of_patient(db: &View, user: PatientAccountId, outcome: Option<Outcome>, page: Page) -> Result<Slice<Registration>> {
    match outcome {
        None => db.page(&BY_USER, key(&[&user]), page),
        Some(outcome) => db.page(&BY_USER_OUTCOME, key(&[&user, &(outcome as u8)]), page),
    }
}

/// How many registrations a patient has, held ones and cancelled ones too.
pub fn count_of_patient(db: &View, user: PatientAccountId) -> Result<u64> {
    db.count(&BY_USER, key(&[&user]))
}

pub fn count_of_outcome(db: &View, user: PatientAccountId, outcome: Outcome) -> Result<u64> {
    db.count(&BY_USER_OUTCOME, key(&[&user, &(outcome as u8)]))
}

/// What is a doctor's business, all of it or what came to one outcome (志愿医生 3.2.8).
pub fn of_doctor(db: &View, doctor: DoctorId, outcome: Option<Outcome>, page: Page) -> Result<Slice<Registration>> {
    match outcome {
        None => db.page(&BY_DOCTOR, key(&[&doctor]), page),
        Some(outcome) => db.page(&BY_DOCTOR_OUTCOME, key(&[&doctor, &(outcome as u8)]), page),
    }
}

/// The newest that are a doctor's business, for a front page.
pub fn newest_of_doctor(db: &View, doctor: DoctorId, most: usize) -> Result<Vec<Registration>> {
    db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Newest).take(most).collect()
}

/// How many visits a doctor has done.
pub fn count_done(db: &View, doctor: DoctorId) -> Result<u64> {
    db.count(&BY_DOCTOR_OUTCOME, key(&[&doctor, &(Outcome::Done as u8)]))
}

/// A doctor's visits that patients have rated, by the time of the rating.
pub fn rated(db: &View, doctor: DoctorId, page: Page) -> Result<Slice<Registration>> {
    db.page(&RATED, key(&[&doctor]), page)
}

/// A patient's visits that wait for a rating.
pub fn to_rate(db: &View, user: PatientAccountId, page: Page) -> Result<Slice<Registration>> {
    db.page(&TO_RATE, key(&[&user]), page)
}

/// A patient's registrations whose deposit went back, or waits to.
pub fn with_refund(db: &View, user: PatientAccountId, page: Page) -> Result<Slice<Registration>> {
    db.page(&REFUNDED, key(&[&user]), page)
}

/// What an assistant did for patients in one session, whatever came of it.
pub fn of_assistant_in(db: &View, assistant: AssistantId, session: ClinicSessionId, page: Page) -> Result<Slice<Registration>> {
    db.page(&BY_ASSISTANT_PROJECT, key(&[&assistant, &session]), page)
}
