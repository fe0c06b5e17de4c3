//! Consultations as administrators look for them.

use super::{Consultation, state::Status};
use crate::{
    base::{
        error::Result,
        id::Id,
        needle::Needle,
        page::{Page, Slice},
    },
    domain::{doctor, patient::Patient, payment::Payment},
    store::{Order, View},
};

/// What is `None` does not matter; the needle is looked for in the order's and the payment's number and in both names.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub user: Option<Id>,
    pub doctor: Option<Id>,
    pub status: Option<Status>,
    pub needle: Needle,
}

/// The consultations that are wanted, newest first. Reads the whole table: not for async threads, not for jobs.
pub fn find(db: &View, wanted: &Wanted, page: Page) -> Result<Slice<Consultation>> {
    page.pick(db.all::<Consultation>(Order::Newest), |row| {
        let fits = wanted.user.is_none_or(|id| id == row.user_id)
            && wanted.doctor.is_none_or(|id| id == row.doctor_id)
            && wanted.status.is_none_or(|status| status == row.status);
        Ok(fits && (wanted.needle.is_empty() || is_named(db, row, &wanted.needle)?))
    })
}

fn is_named(db: &View, row: &Consultation, needle: &Needle) -> Result<bool> {
    let patient = db.get::<Patient>(row.patient_id)?.unwrap_or_default();
    let doctor = doctor::profile(db, row.doctor_id)?;
    let payment = row.payment_id.map_or(Ok(None), |id| db.get::<Payment>(id))?;
    let number = payment.map(|payment| payment.out_trade_no).unwrap_or_default();
    Ok(needle.is_in(&[&row.number, &number, &patient.name, &doctor.name]))
}
