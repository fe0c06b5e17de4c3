//! What becomes of a doctor's open team consults when the doctor is shut out: where nobody else of the group can answer, the fee goes back.

use super::{BY_DOCTOR, TeamConsult, TeamConsultStatus, telling::tell};
use crate::{
    base::{error::Result, id::DoctorId},
    domain::{
        directory::doctor,
        money::{expense, ledger::Holder},
        notice::notification::Movement,
    },
    store::{Order, Tx, View, key},
};

/// Consults that are not over in which nobody but the doctor could answer, oldest first.
pub fn open(db: &View, doctor: DoctorId) -> Result<Vec<TeamConsult>> {
    let mut open = Vec::new();
    for row in db.rows(&BY_DOCTOR, key(&[&doctor]), Order::Oldest) {
        let row: TeamConsult = row?;
        if !row.status.is_over() && !others_answer(db, &row, doctor)? {
            open.push(row);
        }
    }
    Ok(open)
}

fn others_answer(db: &View, consult: &TeamConsult, doctor: DoctorId) -> Result<bool> {
    for other in consult.doctors.iter().filter(|other| **other != doctor) {
        if doctor::is_open(db, *other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The clinic ends one of them: it is cancelled, and what was paid goes back where it came from.
pub fn end(db: &mut Tx, mut consult: TeamConsult) -> Result<()> {
    expense::give_back(db, consult.id.any(), Holder::ConsultFee(consult.id))?;
    consult.status = TeamConsultStatus::Cancelled;
    consult.ended_at = Some(db.now);
    db.put(&consult)?;
    tell(db, Movement::TeamConsultClosed, &consult)
}
