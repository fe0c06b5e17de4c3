//! Moving: a patient takes another slot of the same project in one step, so that no seat is given up before the new one is theirs.

use super::{
    clinic_session::{ClinicSession, PROJECT_CANCELLED, PROJECT_ENDED, SessionState},
    joining::{choose_slot, need_free_time, visits_of},
    registration::{NOT_BOOKED, Registration, Stage, lapse_due, save},
    reminder, slot, telling,
};
use crate::{
    base::{
        error::{INTERNAL, NOT_YOURS, Result},
        id::{PatientAccountId, RegistrationId},
    },
    domain::directory::doctor,
    store::Tx,
};

/// Moves a registration, booked or held, to the slot with that label, until its own begins. Payment, hold and casebook stay; among those
/// who have the new slot it comes last. Its own slot changes nothing.
///
/// Errors: `not_found`, `not_yours`, `not_booked`, `project_cancelled`, `project_ended`, `doctor_closed`, `no_such_slot`, `slot_over`, `full`,
/// `patient_busy`.
pub fn relocate(db: &mut Tx, user: PatientAccountId, id: RegistrationId, plan_time: &str) -> Result<Registration> {
    lapse_due(db)?;
    let mut registration: Registration = db.need(id)?;
    if registration.user_id != user {
        return Err(NOT_YOURS.err());
    }
    if !matches!(registration.stage, Stage::Held | Stage::Booked) || registration.is_past(db.now) {
        return Err(NOT_BOOKED.err());
    }
    let mut project: ClinicSession = db.need(registration.project_id)?;
    match project.state {
        SessionState::Cancelled => return Err(PROJECT_CANCELLED.err()),
        _ if !project.is_listed(db.now) => return Err(PROJECT_ENDED.err()),
        _ => doctor::need_open(db, project.doctor_id)?,
    }
    let from = registration.slot as usize;
    if slot::named(&project.slots, plan_time, &db.settings.clinic.zone) == Some(from) {
        return Ok(registration);
    }
    let to = choose_slot(&project, plan_time, db)?;
    need_free_time(db, &project, project.slots[to], &visits_of(db, user, Some(id))?)?;
    let left = project.slots.get_mut(from).ok_or_else(|| INTERNAL.caused_by("a registration without its slot"))?;
    left.taken = left.taken.saturating_sub(1);
    let (was, slot) = (left.begin, &mut project.slots[to]);
    slot.taken += 1;
    registration.slot = u32::try_from(to).map_err(|e| INTERNAL.caused_by(e))?;
    registration.visit_time = slot.begin;
    registration.booked_at = registration.booked_at.map(|_| db.now);
    db.put(&project)?;
    save(db, registration)?;
    let registration: Registration = db.need(id)?;
    telling::tell_of_move(db, &registration, was)?;
    reminder::plan(db, &registration)?;
    Ok(registration)
}
