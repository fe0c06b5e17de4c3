//! What a patient has behind: the latest casebook and every visit (志愿医生 3.2.22).

use super::registration::{self, Casebook, Registration};
use crate::{
    base::{error::Result, id::PatientAccountId},
    store::{Order, View, key},
};

/// The casebook of the patient's latest registration, whatever project it was written for.
pub fn latest_casebook(db: &View, user: PatientAccountId) -> Result<Option<Casebook>> {
    let latest = db.rows(&registration::BY_USER, key(&[&user]), Order::Newest).next().transpose()?;
    Ok(latest.map(|registration: Registration| registration.casebook))
}

/// Everything that the patient ever booked, with whichever doctor, newest first. Who may read it is `encounter`'s to say.
pub fn booked(db: &View, user: PatientAccountId) -> Result<Vec<Registration>> {
    let booked = |row: &Result<Registration>| row.as_ref().map_or(true, Registration::was_booked);
    db.rows(&registration::BY_USER, key(&[&user]), Order::Newest).filter(booked).collect()
}
