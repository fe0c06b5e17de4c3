//! A team consult's judgement of the earlier diagnosis, and stopping (互联网诊疗监管细则).

use super::{
    CONSULT_OVER, TeamConsult, TeamConsultStatus, earn,
    first_visit::{await_signature, is_treating},
    group::{self, need_part},
    telling::tell_stopped,
};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, Id, TeamConsultId},
        settings::StopRefund,
    },
    domain::{
        care::{
            first_visit::{Judged, NOT_TREATING},
            stop::{self, StopReason, Stopped},
        },
        identity::account::{Account, Role},
        messaging::{
            conversation::Side,
            message::{Part, Say},
            system::NOTICE,
        },
        money::{expense, ledger::Holder},
    },
    store::{Tx, View},
};

/// A treating doctor judges whether it is a first visit, or otherwise unfit: then it is stopped.
///
/// Errors: `not_found`, `not_in_group`, `not_treating`, `consult_over`.
pub fn judge(db: &mut Tx, doctor: DoctorId, id: TeamConsultId, fits: bool, note: String) -> Result<TeamConsult> {
    let mut consult = need_open(db, doctor, id)?;
    if consult.status != TeamConsultStatus::InProcess || !is_treating(&consult, doctor) {
        return Err(NOT_TREATING.err());
    }
    consult.judged = Some(Judged { fits, note: note.clone(), by: doctor, at: db.now });
    db.put(&consult)?;
    match fits {
        true => Ok(consult),
        false => stop(db, doctor, id, StopReason::FirstVisit, note),
    }
}

/// A doctor of the group stops and sends the patient to a physical clinic. Before anybody has taken it up the fee goes back, afterwards as
/// `care.stop_refund` says; nobody has to approve it.
///
/// Errors: `not_found`, `not_in_group`, `consult_over`.
pub fn stop(db: &mut Tx, doctor: DoctorId, id: TeamConsultId, reason: StopReason, advice: String) -> Result<TeamConsult> {
    let mut consult = need_open(db, doctor, id)?;
    let stopped = Stopped { reason, advice, by: doctor, at: db.now };
    let parts = [Side::Patient, Side::Staff].map(|side| Part { side, title: "咨询终止".into(), text: stopped.told() });
    group::post(db, &consult, Id::NONE, Say { mimetype: NOTICE.into(), parts: parts.into(), ..Say::default() })?;
    let was_waiting = consult.status == TeamConsultStatus::Waiting;
    let gives_back = was_waiting || db.settings.care.stop_refund == StopRefund::Always;
    match gives_back {
        true => expense::give_back(db, consult.id.any(), Holder::ConsultFee(consult.id))?,
        false => earn(db, &mut consult)?,
    }
    consult.stopped = Some(stopped);
    consult.status = if was_waiting { TeamConsultStatus::Cancelled } else { TeamConsultStatus::Finished };
    consult.ended_at = Some(db.now);
    db.put(&consult)?;
    if !was_waiting {
        await_signature(db, &consult)?;
    }
    tell_stopped(db, &consult, doctor.account(), gives_back)?;
    if reason == StopReason::Emergency {
        let phone = db.get::<Account>(consult.creator.account())?.and_then(|account| account.phone);
        phone.map_or(Ok(()), |phone| stop::warn(db, &phone))?;
    }
    Ok(consult)
}

fn need_open(db: &View, doctor: DoctorId, id: TeamConsultId) -> Result<TeamConsult> {
    let consult = need_part(db, doctor.account(), Role::Doctor, id)?;
    if consult.status.is_over() { Err(CONSULT_OVER.err()) } else { Ok(consult) }
}
