//! A consultation's earlier diagnosis, the doctor's judgement of it, and stopping (互联网诊疗监管细则).

use super::{
    begin, due_status,
    message::{self, part},
    move_to, need_of, need_of_user,
    row::{Consultation, save},
    state::{By, ConsultationEvent, ConsultationStatus, ILLEGAL_TRANSITION},
    telling::tell_patient,
};
use crate::{
    base::{
        error::Result,
        id::{ConsultationId, DoctorId, PatientAccountId},
        money::Fen,
        settings::StopRefund,
    },
    domain::{
        care::{
            first_visit::{ALREADY_JUDGED, GiveEarlier, Judged},
            signed_record,
            stop::{self, StopReason, Stopped},
        },
        directory::patient::Patient,
        identity::account::{Account, Role},
        messaging::conversation::Side,
        money::refund,
        notice::notification::Movement,
    },
    store::{Tx, View},
};

/// The patient tells of an earlier diagnosis, until the doctor has judged. A free order that waited for it goes to the doctor.
///
/// Errors: `not_found`, `not_yours`, `illegal_transition` where it is over, `already_judged`, `invalid_field`.
pub fn give_earlier(db: &mut Tx, user: PatientAccountId, id: ConsultationId, form: GiveEarlier) -> Result<Consultation> {
    let mut consultation = need_of_user(db, user, id)?;
    let status = due_status(&consultation, db.now);
    if !matches!(status, ConsultationStatus::Unpaid | ConsultationStatus::Waiting | ConsultationStatus::InProgress) {
        return Err(ILLEGAL_TRANSITION.with(format!("{}{}", status.code(), status.label())));
    }
    if consultation.judged.is_some() {
        return Err(ALREADY_JUDGED.err());
    }
    consultation.earlier = Some(form.kept(db)?);
    match status == ConsultationStatus::Unpaid && consultation.fee == Fen::ZERO {
        true => begin(db, consultation),
        false => save(db, consultation),
    }
}

/// The treating doctor judges whether it is a first visit, or otherwise unfit: then it is stopped.
///
/// Errors: `not_found`, `not_yours`, `illegal_transition` where they may not talk.
pub fn judge(db: &mut Tx, doctor: DoctorId, id: ConsultationId, fits: bool, note: String) -> Result<Consultation> {
    let mut consultation = need_talking(db, doctor, id)?;
    consultation.judged = Some(Judged { fits, note: note.clone(), by: doctor, at: db.now });
    let consultation = save(db, consultation)?;
    match fits {
        true => Ok(consultation),
        false => stop(db, doctor, id, StopReason::FirstVisit, note),
    }
}

/// The treating doctor stops and sends the patient to a physical clinic. Before a reply all money goes back, after one as `care.stop_refund`
/// says; nobody has to approve it.
///
/// Errors: `not_found`, `not_yours`, `illegal_transition`.
pub fn stop(db: &mut Tx, doctor: DoctorId, id: ConsultationId, reason: StopReason, advice: String) -> Result<Consultation> {
    let mut consultation = need_talking(db, doctor, id)?;
    let Some(to) = consultation.status.after(ConsultationEvent::Stop, By::Doctor) else {
        return Err(consultation.status.refuse(ConsultationStatus::Finished));
    };
    let stopped = Stopped { reason, advice, by: doctor, at: db.now };
    message::announce(db, &consultation, vec![part(Side::Patient, "咨询终止", &stopped.told())])?;
    consultation.stopped = Some(stopped);
    let gives_back = to == ConsultationStatus::Refunded || db.settings.care.stop_refund == StopRefund::Always;
    let stopped = match consultation.payment_id.filter(|_| gives_back) {
        Some(payment) => {
            refund::ask_approved(db, payment, "医生终止咨询")?;
            (consultation.status, consultation.due) = (to, None);
            if to == ConsultationStatus::Finished {
                signed_record::await_signature(db, id.encounter(), doctor)?;
            }
            save(db, consultation)?
        }
        None => move_to(db, consultation, to, None)?,
    };
    tell_patient(db, Movement::ConsultationStopped, &stopped)?;
    if reason == StopReason::Emergency {
        warn(db, &stopped)?;
    }
    Ok(stopped)
}

/// A word to the telephone of whoever may be in danger, without what it is about.
fn warn(db: &mut Tx, consultation: &Consultation) -> Result<()> {
    let account = db.get::<Account>(consultation.user_id.account())?.and_then(|account| account.phone);
    let phone = account.or(db.get::<Patient>(consultation.patient_id)?.map(|patient| patient.phone)).filter(|phone| !phone.is_empty());
    phone.map_or(Ok(()), |phone| stop::warn(db, &phone))
}

fn need_talking(db: &View, doctor: DoctorId, id: ConsultationId) -> Result<Consultation> {
    let consultation = need_of(db, doctor.account(), Role::Doctor, id)?;
    let status = due_status(&consultation, db.now);
    match status.is_talking() {
        true => Ok(consultation),
        false => Err(ILLEGAL_TRANSITION.with(format!("{}{}", status.code(), status.label()))),
    }
}
