//! When a team gets another group assistant, the consults that wait go along: the new one is who has to take them up. Who leaves the team
//! leaves the groups of its consults that are not over.

use super::{BY_DOCTOR, TeamConsult, TeamConsultStatus, WAITING, tell};
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
    let team: Team = db.need(team)?;
    let mine: Vec<TeamConsult> = db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Oldest).collect::<Result<_>>()?;
    for consult in mine.into_iter().filter(|consult| consult.team_id == team.id && !consult.status.is_over()) {
        leave_group(db, &team, consult, doctor)?;
    }
    hand_over_waiting(db, team).map(drop)
}

/// A group that would be without a doctor goes to the group assistant.
fn leave_group(db: &mut Tx, team: &Team, mut consult: TeamConsult, doctor: Id) -> Result<()> {
    consult.doctors.retain(|one| *one != doctor);
    conversation::release(db, consult.conversation_id, doctor)?;
    if consult.doctors.is_empty() && consult.status == TeamConsultStatus::InProcess {
        take_over(db, team, &mut consult, "有一条进行中的咨询已转给您，请及时回复患者")?;
    }
    db.put(&consult)
}

/// The group assistant comes in.
fn take_over(db: &mut Tx, team: &Team, consult: &mut TeamConsult, why: &str) -> Result<()> {
    conversation::admit(db, &db.need(consult.conversation_id)?, team.assistant, Side::Staff)?;
    consult.doctors.push(team.assistant);
    tell(db, team.assistant, "待安排的咨询", &format!("您是团队「{}」的群助手，{why}。", team.name))
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
        take_over(db, &team, &mut consult, "有一条咨询等待安排医生")?;
        db.put(&consult)?;
    }
    Ok(team)
}
