//! Which rows count as changed with another: those whose faces outside (`Row::TOUCHED`) show something of it. Names of places and people are copies
//! at the time of reading and touch nothing.
//!
//! | a change of | touches |
//! | --- | --- |
//! | an account's phone or standing | its patients, its doctor, its assistant |
//! | an account's own patient (本人) | the patients of the account: it stands for them |
//! | a session that is moved | its registrations |
//! | a diagnosis | its consultation |

use crate::{
    base::{
        error::Result,
        id::{AccountId, ClinicSessionId, PatientAccountId},
    },
    domain::{
        consultation::{Consultation, diagnosis::Diagnosis},
        directory::{
            assistant::Assistant,
            doctor::Doctor,
            patient::{self, ONESELF, Patient},
        },
        free_clinic::{
            clinic_session::ClinicSession,
            registration::{self, Registration},
        },
        identity::account::{Account, Role},
    },
    store::{Changed, Order, Touched, View, key},
};

/// What is touched by a change of a row. The row itself is noted by the store.
pub fn touching(db: &View, changed: Changed, touched: &mut Touched) -> Result<()> {
    if let Some((before, after)) = changed.of::<Account>() {
        let shown = |account: &Account| (account.phone.clone(), account.verify);
        if before.map(shown) != after.map(shown)
            && let Some(account) = before.or(after)
        {
            person(db, (account.id, account.role), touched)?;
        }
    } else if let Some((before, after)) = changed.of::<Patient>() {
        for own in [before, after].into_iter().flatten().filter(|patient| patient.relation == ONESELF) {
            family(db, own.owner, touched)?;
        }
    } else if let Some((Some(before), Some(after))) = changed.of::<ClinicSession>() {
        if !is_held_as(before, after) {
            registrations(db, after.id, touched)?;
        }
    } else if let Some((before, after)) = changed.of::<Diagnosis>() {
        for diagnosis in [before, after].into_iter().flatten() {
            touched.add::<Consultation>(diagnosis.consultation_id);
        }
    }
    Ok(())
}

fn person(db: &View, (id, role): (AccountId, Role), touched: &mut Touched) -> Result<()> {
    match role {
        Role::Patient => family(db, id.patient_account(), touched)?,
        Role::Doctor => touched.add::<Doctor>(id.doctor()),
        Role::Assistant => touched.add::<Assistant>(id.assistant()),
        Role::Admin => {}
    }
    Ok(())
}

fn family(db: &View, owner: PatientAccountId, touched: &mut Touched) -> Result<()> {
    for id in patient::ids_ever(db, owner) {
        touched.add::<Patient>(id?);
    }
    Ok(())
}

/// Whether a session is where and when it was: seats that are taken move nothing.
fn is_held_as(before: &ClinicSession, after: &ClinicSession) -> bool {
    let times = |session: &ClinicSession| session.slots.iter().map(|slot| (slot.begin, slot.end)).collect::<Vec<_>>();
    times(before) == times(after) && before.doctor_id == after.doctor_id
}

fn registrations(db: &View, session: ClinicSessionId, touched: &mut Touched) -> Result<()> {
    for id in db.ids(&registration::BY_PROJECT, key(&[&session]), Order::Oldest) {
        touched.add::<Registration>(id?);
    }
    Ok(())
}
