//! Whom the movements of team consults concern, and what is told of them. The words stand in [`notification`].

use super::TeamConsult;
use crate::{
    base::{
        error::Result,
        id::{AccountId, DoctorId},
        money::Fen,
    },
    domain::{
        care::stop::Stopped,
        directory::doctor,
        notice::notification::{self, Facts, Movement, People},
        team::Team,
    },
    store::{Tx, View},
};

/// Tells the patient and the group assistant.
pub(super) fn tell(db: &mut Tx, movement: Movement, consult: &TeamConsult) -> Result<()> {
    let group_assistant = db.get::<Team>(consult.team_id)?.map_or(consult.assistant, |team| team.assistant);
    let people = People { patient: consult.creator, group_assistant, ..People::default() };
    let facts = facts(db, consult)?;
    notification::tell(db, movement, &people, &facts)
}

/// Tells the patient, where somebody else moved it, and the doctors of the group but the one who did.
pub(super) fn tell_group(db: &mut Tx, movement: Movement, consult: &TeamConsult, by: AccountId) -> Result<()> {
    let doctors = consult.doctors.iter().copied().filter(|doctor| *doctor != by.doctor()).collect();
    let people = People { patient: consult.creator, doctors, ..People::default() };
    let facts = facts(db, consult)?;
    notification::tell(db, movement, &people, &facts)
}

/// Tells the patient and the other doctors of the group that a doctor has stopped it, and whether the fee goes back.
pub(super) fn tell_stopped(db: &mut Tx, consult: &TeamConsult, by: AccountId, gives_back: bool) -> Result<()> {
    let doctors = consult.doctors.iter().copied().filter(|doctor| *doctor != by.doctor()).collect();
    let people = People { patient: consult.creator, doctors, ..People::default() };
    let facts = Facts {
        doctor: doctor::profile(db, by.doctor())?.name,
        reason: consult.stopped.as_ref().map(Stopped::told).unwrap_or_default(),
        money: if gives_back && consult.fee > Fen::ZERO {
            format!("咨询费 {} 元已退回。", consult.fee.yuan())
        } else {
            String::new()
        },
        ..facts(db, consult)?
    };
    notification::tell(db, Movement::TeamConsultStopped, &people, &facts)
}

/// Tells one doctor of the group.
pub(super) fn tell_doctor(db: &mut Tx, movement: Movement, consult: &TeamConsult, doctor: DoctorId) -> Result<()> {
    let facts = facts(db, consult)?;
    notification::tell(db, movement, &People { doctors: vec![doctor], group_assistant: doctor, ..People::default() }, &facts)
}

/// Tells the patient that a doctor is there no more.
pub(super) fn tell_of_leaving(db: &mut Tx, consult: &TeamConsult, doctor: DoctorId) -> Result<()> {
    let facts = Facts { doctor: doctor::profile(db, doctor)?.name, ..facts(db, consult)? };
    notification::tell(db, Movement::DoctorLeft, &People { patient: consult.creator, ..People::default() }, &facts)
}

fn facts(db: &View, consult: &TeamConsult) -> Result<Facts> {
    let team = db.get::<Team>(consult.team_id)?.map(|team| team.name).unwrap_or_default();
    Ok(Facts { team, amount: consult.fee.yuan(), ..Facts::default() })
}
