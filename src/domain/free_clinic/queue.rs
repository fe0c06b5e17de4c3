//! The queue of a session as one of its patients sees it: how many are before them, and where the doctor is. Numbers alone: nobody's name.

use super::{
    clinic_session::ClinicSession,
    registration::{NOT_JOINED, Registration, Stage, of_project, of_user_in_project},
};
use crate::{
    base::{
        error::Result,
        id::{ClinicSessionId, PatientAccountId},
        time::Time,
    },
    store::View,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Booked visits before one's own, in the whole session.
    pub ahead: u64,
    /// Those of them in one's own slot.
    pub slot_ahead: u64,
    /// When the slot begins whose visit was last begun or done; `None` before the first.
    pub now_serving: Option<Time>,
}

/// Where a patient stands who has a booked registration in the project. Errors: `not_found`, `not_joined`.
pub fn of(db: &View, user: PatientAccountId, project: ClinicSessionId) -> Result<Queue> {
    let project: ClinicSession = db.need(project)?;
    let mine = of_user_in_project(db, user, project.id)?.into_iter().find(|row| row.stage == Stage::Booked);
    let mine = mine.ok_or_else(|| NOT_JOINED.err())?;
    // By slot, then by who booked first.
    let place = |row: &Registration| (row.slot, row.booked_at, row.id);
    let visits = of_project(db, project.id)?;
    let ahead: Vec<_> = visits.iter().filter(|row| row.stage == Stage::Booked && place(row) < place(&mine)).collect();
    Ok(Queue {
        ahead: ahead.len() as u64,
        slot_ahead: ahead.iter().filter(|row| row.slot == mine.slot).count() as u64,
        now_serving: visits.iter().filter_map(|row| Some((served(row)?, row.visit_time))).max().map(|(_, slot)| slot),
    })
}

/// When the visit was last begun or done. What an earlier version ended has no such moment: its slot stands for it.
fn served(row: &Registration) -> Option<Time> {
    match row.stage {
        Stage::Done => row.ended_at.max(row.begun_at).or(Some(row.visit_time)),
        _ => row.begun_at,
    }
}
