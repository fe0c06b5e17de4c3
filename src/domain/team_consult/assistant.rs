//! When a team gets another group assistant, the consults that wait go along: the new one is who has to take them up.

use super::{TeamConsult, TeamConsultStatus, WAITING, tell};
use crate::{
    base::{error::Result, id::Id},
    domain::{
        messaging::conversation::{self, Side},
        team::{self, Team, TeamChange},
    },
    store::{Order, Tx, key},
};

/// The founder names the group assistant. Errors: those of [`team::name_assistant`].
pub fn name(db: &mut Tx, caller: Id, team: Id, doctor: Id) -> Result<Team> {
    let team = team::name_assistant(db, caller, team, doctor)?;
    hand_over_waiting(db, team)
}

/// A doctor leaves the team. Errors: those of [`team::leave`].
pub fn leave(db: &mut Tx, doctor: Id, team: Id) -> Result<()> {
    team::leave(db, doctor, team)?;
    let team = db.need(team)?;
    hand_over_waiting(db, team).map(drop)
}

/// An administrator changes the team. Errors: those of [`team::change`].
pub fn change(db: &mut Tx, team: Team, form: TeamChange) -> Result<Team> {
    let team = team::change(db, team, form)?;
    hand_over_waiting(db, team)
}

fn hand_over_waiting(db: &mut Tx, team: Team) -> Result<Team> {
    let waiting: Vec<TeamConsult> = db.rows(&WAITING, key(&[&team.id]), Order::Oldest).collect::<Result<_>>()?;
    for mut consult in waiting.into_iter().filter(|consult| !consult.doctors.contains(&team.assistant)) {
        debug_assert_eq!(consult.status, TeamConsultStatus::Waiting);
        conversation::admit(db, &db.need(consult.conversation_id)?, team.assistant, Side::Staff)?;
        consult.doctors.push(team.assistant);
        db.put(&consult)?;
        tell(db, team.assistant, "待安排的咨询", &format!("您是团队「{}」的群助手，有一条咨询等待安排医生。", team.name))?;
    }
    Ok(team)
}
