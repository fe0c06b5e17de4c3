//! Whom a consultation's movements concern, and what is told of them. The words stand in [`notification`].

use super::Consultation;
use crate::{
    base::{error::Result, money::Fen},
    domain::{
        care::stop::Stopped,
        directory::{doctor, patient::Patient},
        money::payment::{Payment, PaymentStatus as Paid},
        notice::notification::{self, Facts, Movement, People, going_back},
    },
    store::{Tx, View},
};

/// Tells of a consultation as it is now; what becomes of the fee is told by what its payment says now.
pub(super) fn tell(db: &mut Tx, movement: Movement, consultation: &Consultation) -> Result<()> {
    let people = People { patient: consultation.user_id, doctors: vec![consultation.doctor_id], ..People::default() };
    let facts = facts(db, consultation)?;
    notification::tell(db, movement, &people, &facts)
}

/// The same without the doctor, whose business an order that nobody paid never was.
pub(super) fn tell_patient(db: &mut Tx, movement: Movement, consultation: &Consultation) -> Result<()> {
    let people = People { patient: consultation.user_id, ..People::default() };
    let facts = facts(db, consultation)?;
    notification::tell(db, movement, &people, &facts)
}

fn facts(db: &View, consultation: &Consultation) -> Result<Facts> {
    Ok(Facts {
        number: consultation.number.clone(),
        doctor: doctor::profile(db, consultation.doctor_id)?.name,
        patient: db.get::<Patient>(consultation.patient_id)?.unwrap_or_default().name,
        until: consultation.due.map(|due| db.settings.clinic.zone.said(due, db.now)).unwrap_or_default(),
        amount: consultation.fee.yuan(),
        money: money(db, consultation)?,
        reason: consultation.stopped.as_ref().map(Stopped::told).unwrap_or_default(),
        ..Facts::default()
    })
}

fn money(db: &View, consultation: &Consultation) -> Result<String> {
    let paid = |amount: Fen| if amount > Fen::ZERO { format!("已支付 {} 元。", amount.yuan()) } else { String::new() };
    let Some(id) = consultation.payment_id else { return Ok(String::new()) };
    let payment: Payment = db.need(id)?;
    Ok(match payment.status {
        // Nobody has to approve it.
        Paid::Refunding if consultation.stopped.is_some() => format!("咨询费用 {} 元将原路退回。", payment.amount.yuan()),
        Paid::Refunding => going_back(db, "咨询费用", payment.amount),
        Paid::Refunded => format!("咨询费用 {} 元已原路退还。", payment.amount.yuan()),
        Paid::Paid => paid(payment.amount),
        Paid::WaitForPay | Paid::Closed => String::new(),
    })
}
