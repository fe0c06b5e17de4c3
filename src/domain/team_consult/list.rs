//! Which consults somebody is shown (1.5 to 1.7, and what a team has handled), and deleting them from one's own history.

use super::{HANDLED, HANDLED_BY, SHOWN, TeamConsult, need_of};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, DoctorId, TeamConsultId, TeamId},
        page::{Page, Slice},
    },
    domain::{identity::account::Role, team},
    store::{Order, Tx, View, key},
};

pub const CONSULT_OPEN: Reason = Reason::new(Kind::Rule, "consult_open", "咨询尚未结束，不能从历史中删除");

/// Those that are waiting or in process: of a patient, or of a doctor who is in the group. Newest first.
pub fn in_process(db: &View, caller: AccountId, page: Page) -> Result<Slice<TeamConsult>> {
    db.page(&SHOWN, key(&[&caller, &0u8]), page)
}

/// Those that are finished or cancelled, without what the caller has deleted.
pub fn history(db: &View, caller: AccountId, page: Page) -> Result<Slice<TeamConsult>> {
    db.page(&SHOWN, key(&[&caller, &1u8]), page)
}

/// Deletes one from the caller's own history; everybody else still has it. Errors: `not_found`, also where it is deleted already; `consult_open`.
pub fn delete(db: &mut Tx, caller: AccountId, role: Role, id: TeamConsultId) -> Result<()> {
    let mut consult = need_of(db, caller, role, id)?;
    let takes_part = consult.creator == caller.patient_account() || consult.doctors.contains(&caller.doctor());
    if !takes_part || consult.hidden_from.contains(&caller) {
        return Err(NOT_FOUND.err());
    }
    if !consult.status.is_over() {
        return Err(CONSULT_OPEN.err());
    }
    consult.hidden_from.push(caller);
    db.put(&consult)
}

/// Deletes the caller's whole history. Answers how many there were.
pub fn delete_all(db: &mut Tx, caller: AccountId) -> Result<usize> {
    let mine: Vec<TeamConsult> = db.rows(&SHOWN, key(&[&caller, &1u8]), Order::Oldest).collect::<Result<_>>()?;
    let count = mine.len();
    for mut consult in mine {
        consult.hidden_from.push(caller);
        db.put(&consult)?;
    }
    Ok(count)
}

/// What the team has taken up, in process or finished, for its doctors. Errors: `not_found`, `not_in_team`.
pub fn handled(db: &View, doctor: DoctorId, team: TeamId, page: Page) -> Result<Slice<TeamConsult>> {
    team::need_of(db, doctor, team)?;
    db.page(&HANDLED, key(&[&team]), page)
}

/// Those of them in whose group the doctor is.
pub fn handled_by(db: &View, doctor: DoctorId, team: TeamId, page: Page) -> Result<Slice<TeamConsult>> {
    team::need_of(db, doctor, team)?;
    db.page(&HANDLED_BY, key(&[&team, &doctor]), page)
}
