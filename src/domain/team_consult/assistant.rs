//! What follows for the consults of a team when its people change: those that wait go along with the group assistant, who has to take them
//! up; and who leaves the team leaves its running groups.

use super::{SHOWN, TeamConsult, WAITING, telling};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, TeamId},
    },
    domain::{
        messaging::conversation::Side,
        notice::notification::Movement,
        team::{self, Team, TeamChange},
    },
    store::{Order, Tx, key},
};

/// The founder names the group assistant. Errors: those of [`team::name_assistant`].
pub fn name(db: &mut Tx, caller: DoctorId, team: TeamId, doctor: DoctorId) -> Result<Team> {
    let team = team::name_assistant(db, caller, team, doctor)?;
    hand_over_waiting(db, team)
}

/// A doctor leaves the team, and its running groups: reads and writes there no more. A group never stays without a doctor of the team:
/// the group assistant comes in. What is over keeps those who were there.
///
/// Errors: those of [`team::leave`].
pub fn leave(db: &mut Tx, doctor: DoctorId, team: TeamId) -> Result<()> {
    team::leave(db, doctor, team)?;
    let team: Team = db.need(team)?;
    // Nobody hides a consult that goes on.
    let running: Vec<TeamConsult> = db.rows(&SHOWN, key(&[&doctor, &0u8]), Order::Oldest).collect::<Result<_>>()?;
    for mut consult in running.into_iter().filter(|consult| consult.team_id == team.id) {
        consult.doctors.retain(|one| *one != doctor);
        crate::domain::messaging::membership::dismiss(db, consult.conversation_id, doctor.account())?;
        if consult.assistant == doctor {
            consult.assistant = team.assistant;
        }
        telling::tell_of_leaving(db, &consult, doctor)?;
        match consult.doctors.contains(&consult.assistant) {
            true => db.put(&consult)?,
            false => take_over(db, consult, team.assistant)?,
        }
    }
    hand_over_waiting(db, team).map(drop)
}

/// An administrator changes the team. Errors: those of [`team::change`].
pub fn change(db: &mut Tx, team: Team, form: TeamChange) -> Result<Team> {
    let team = team::change(db, team, form)?;
    hand_over_waiting(db, team)
}

fn hand_over_waiting(db: &mut Tx, team: Team) -> Result<Team> {
    let waiting: Vec<TeamConsult> = db.rows(&WAITING, key(&[&team.id]), Order::Oldest).collect::<Result<_>>()?;
    for consult in waiting.into_iter().filter(|consult| !consult.doctors.contains(&team.assistant)) {
        take_over(db, consult, team.assistant)?;
    }
    Ok(team)
}

fn take_over(db: &mut Tx, mut consult: TeamConsult, assistant: DoctorId) -> Result<()> {
    crate::domain::messaging::membership::admit(db, &db.need(consult.conversation_id)?, assistant.account(), Side::Staff)?;
    consult.doctors.push(assistant);
    db.put(&consult)?;
    telling::tell_doctor(db, Movement::TeamConsultHandedOver, &consult, assistant)
}
