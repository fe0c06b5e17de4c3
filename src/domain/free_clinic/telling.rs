//! Whom a registration's movements concern, and what is told of them. The words stand in [`notification`].

use super::{clinic_session::ClinicSession, registration::row::Registration};
use crate::{
    base::{error::Result, time::Time},
    domain::{
        directory::{assistant, doctor, patient::Patient},
        money::payment::{Payment, PaymentStatus as Paid},
        notice::notification::{self, Facts, Movement, People, going_back},
    },
    store::{Tx, View},
};

/// Tells of a registration as it is now; what becomes of the deposit is told by what its payment says now.
pub fn tell(db: &mut Tx, movement: Movement, registration: &Registration) -> Result<()> {
    let people = People {
        patient: registration.user_id,
        doctors: vec![registration.doctor_id],
        assistant: registration.assistant_id,
        ..People::default()
    };
    let facts = facts(db, registration)?;
    notification::tell(db, movement, &people, &facts)
}

/// The same without the doctor, whose business an unpaid hold never was.
pub fn tell_of_hold(db: &mut Tx, movement: Movement, registration: &Registration) -> Result<()> {
    let people = People { patient: registration.user_id, assistant: registration.assistant_id, ..People::default() };
    let facts = facts(db, registration)?;
    notification::tell(db, movement, &people, &facts)
}

/// Tells of one that was moved here from the slot that began then. The doctor hears of it where it is booked.
pub fn tell_of_move(db: &mut Tx, registration: &Registration, from: Time) -> Result<()> {
    let doctors = if registration.was_booked() { vec![registration.doctor_id] } else { Vec::new() };
    let people = People { patient: registration.user_id, doctors, assistant: registration.assistant_id, ..People::default() };
    let facts = Facts { was: db.settings.clinic.zone.said(from, db.now), ..facts(db, registration)? };
    notification::tell(db, Movement::SeatMoved, &people, &facts)
}

/// Tells the doctor of a session as a whole.
pub fn tell_of_session(db: &mut Tx, movement: Movement, session: &ClinicSession) -> Result<()> {
    let facts = Facts { when: db.settings.clinic.zone.said(session.begin, db.now), ..Facts::default() };
    notification::tell(db, movement, &People { doctors: vec![session.doctor_id], ..People::default() }, &facts)
}

fn facts(db: &View, registration: &Registration) -> Result<Facts> {
    let zone = &db.settings.clinic.zone;
    let assistant = match registration.assistant_id.known() {
        None => String::new(),
        Some(id) => assistant::profile(db, id)?.name,
    };
    Ok(Facts {
        doctor: doctor::profile(db, registration.doctor_id)?.name,
        patient: db.get::<Patient>(registration.patient_id)?.unwrap_or_default().name,
        assistant,
        when: zone.said(registration.visit_time, db.now),
        until: registration.hold_until.map(|until| zone.said(until, db.now)).unwrap_or_default(),
        amount: registration.amount.yuan(),
        reason: registration.reject_msg.clone(),
        money: money(db, registration)?,
        ..Facts::default()
    })
}

fn money(db: &View, registration: &Registration) -> Result<String> {
    let Some(id) = registration.payment_id else { return Ok(String::new()) };
    let payment: Payment = db.need(id)?;
    Ok(match payment.status {
        Paid::Refunding => going_back(db, "押金", payment.amount),
        Paid::Refunded => format!("押金 {} 元已原路退回。", payment.amount.yuan()),
        Paid::Paid => format!("押金 {} 元暂不退还，如有疑问请联系医生或诊所。", payment.amount.yuan()),
        Paid::WaitForPay | Paid::Closed => String::new(),
    })
}
