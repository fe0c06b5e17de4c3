//! What becomes of a doctor's open consultations when the doctor is shut out: nobody answers any more, so the fee goes back.

use super::{
    BY_DOCTOR_STATUS, Consultation, cancel, due_status, move_to,
    state::{By, ConsultationEvent, ConsultationStatus},
    telling::tell_patient,
};
use crate::{
    base::{error::Result, id::DoctorId},
    domain::notice::notification::Movement,
    store::{Order, Tx, View, key},
};

const WHY: &str = "医生已停诊";

/// The doctor's consultations that are not over, oldest first.
pub fn open(db: &View, doctor: DoctorId) -> Result<Vec<Consultation>> {
    let mut open = Vec::new();
    for status in [ConsultationStatus::Unpaid, ConsultationStatus::Waiting, ConsultationStatus::InProgress, ConsultationStatus::RefundAsked]
    {
        for row in db.rows(&BY_DOCTOR_STATUS, key(&[&doctor, &(status as u8)]), Order::Oldest) {
            let row: Consultation = row?;
            if due_status(&row, db.now) == row.status {
                open.push(row);
            }
        }
    }
    open.sort_by_key(|row| row.id);
    Ok(open)
}

/// The clinic ends one of them: unpaid it is cancelled, paid the fee is on its way back. Those whose refund was asked for already stay so.
pub fn end(db: &mut Tx, consultation: Consultation) -> Result<()> {
    let Some(to) = consultation.status.after(ConsultationEvent::DoctorClosed, By::System) else { return Ok(()) };
    match to {
        ConsultationStatus::Cancelled => {
            let ended = cancel(db, consultation)?;
            tell_patient(db, Movement::OrderClosed, &ended)
        }
        _ => {
            let ended = move_to(db, consultation, to, Some(WHY))?;
            tell_patient(db, Movement::ConsultationClosed, &ended)
        }
    }
}
