//! How a session ends: by its time, called off by its doctor, broken off by the clinic. Whoever still has a seat is dealt with here.

use super::{
    clinic_session::{BY_END, ClinicSession, PROJECT_CANCELLED, PROJECT_ENDED, PROJECT_STARTED, SessionState, need_of},
    registration::{Registration, Stage},
};
use crate::{
    base::{
        error::Result,
        id::{ClinicSessionId, DoctorId},
        time::MINUTE,
    },
    domain::{
        directory::doctor::{self, Doctor},
        free_clinic::{registration, telling},
        notice::notification::Movement,
    },
    store::{Key, Order, Tx, View, key},
};

/// The doctor calls the session off before it begins: every registration is cancelled, deposits go back, the patients are told.
///
/// Errors: `not_found`, `not_yours`, `project_cancelled`, `project_ended`, `project_started`.
pub fn cancel(db: &mut Tx, doctor: DoctorId, id: ClinicSessionId) -> Result<()> {
    let mut project = need_of(db, doctor, id)?;
    match project.state {
        SessionState::Cancelled => return Err(PROJECT_CANCELLED.err()),
        SessionState::Ended => return Err(PROJECT_ENDED.err()),
        SessionState::Open if !project.can_cancel(db.now) => return Err(PROJECT_STARTED.err()),
        SessionState::Open => {}
    }
    call_off_visits(db, &mut project)?;
    project.state = SessionState::Cancelled;
    telling::tell_of_session(db, Movement::SessionCalledOff, &project)?;
    db.put(&project)
}

/// The clinic calls a session off that is not over, begun or not, because its doctor is shut out: who still has a seat is cancelled, refunded
/// and told. One in which somebody was seen has ended now; any other is cancelled.
pub fn break_off(db: &mut Tx, mut project: ClinicSession) -> Result<()> {
    call_off_visits(db, &mut project)?;
    let seen = registration::of_project(db, project.id)?.iter().any(|visit| visit.stage == Stage::Done);
    project.state = if seen { SessionState::Ended } else { SessionState::Cancelled };
    db.put(&project)?;
    let minutes = u64::try_from(db.now.since(project.begin) / MINUTE).unwrap_or(0);
    if seen { count_minutes(db, project.doctor_id, minutes) } else { Ok(()) }
}

/// Cancels, refunds and tells everybody who has a seat in a project that will not be. The seats are free then; the row is the caller's to write.
fn call_off_visits(db: &mut Tx, project: &mut ClinicSession) -> Result<()> {
    for registration in seats_of(db, project.id)? {
        if let Some(slot) = project.slots.get_mut(registration.slot as usize) {
            slot.taken = slot.taken.saturating_sub(1);
        }
        let cancelled = registration::call_off(db, registration, "义诊已取消")?;
        telling::tell(db, Movement::SessionCancelled, &cancelled)?;
    }
    Ok(())
}

/// Adds a session's time to its doctor's (`service_time_long`).
fn count_minutes(db: &mut Tx, doctor: DoctorId, minutes: u64) -> Result<()> {
    let mut doctor: Doctor = doctor::profile(db, doctor)?;
    doctor.service_minutes += minutes;
    db.put(&doctor)
}

/// Ends the sessions whose time is over: whoever did not come has missed the visit, and the doctor's hours are counted.
/// Answers how many.
pub fn end_due(db: &mut Tx) -> Result<usize> {
    let due = key(&[&db.now.plus(1)]);
    let ids: Vec<_> = db.ids_between(&BY_END, Key::NONE, Key::NONE, due, Order::Oldest).take(100).collect::<Result<_>>()?;
    for id in &ids {
        let mut project: ClinicSession = db.need(*id)?;
        for registration in registration::of_project(db, *id)? {
            match registration.stage {
                Stage::Held => registration::lapse(db, registration)?,
                Stage::Booked => drop(registration::miss(db, registration)?),
                _ => {}
            }
        }
        // Read again: a lapsed hold gave its seat back.
        project = db.need(project.id)?;
        project.state = SessionState::Ended;
        db.put(&project)?;
        count_minutes(db, project.doctor_id, project.minutes())?;
    }
    Ok(ids.len())
}

/// The registrations that have a seat in a project, held ones too.
pub fn seats_of(db: &View, project: ClinicSessionId) -> Result<Vec<Registration>> {
    let mut seats = registration::of_project(db, project)?;
    seats.retain(|row| matches!(row.stage, Stage::Held | Stage::Booked));
    Ok(seats)
}

/// Whether an open session's time is over and the scheduler has not come by yet.
pub(super) fn any_just_over(db: &View) -> Result<bool> {
    let due = key(&[&db.now.plus(1)]);
    Ok(db.ids_between(&BY_END, Key::NONE, Key::NONE, due, Order::Oldest).next().transpose()?.is_some())
}
