//! Consultations as administrators look for them, and the clinic's own word on their money.

use super::{
    BY_DOCTOR, BY_DOCTOR_STATUS, BY_USER, Consultation, due_status, move_to,
    state::ConsultationStatus,
    telling::{tell, tell_patient},
};
use crate::{
    base::{
        error::Result,
        id::{ConsultationId, DoctorId, PatientAccountId},
        needle::{Needle, Straw},
        page::{Page, Slice},
    },
    domain::{
        directory::doctor,
        money::{payment::Payment, refund},
        notice::notification::Movement,
    },
    store::{Order, Tx, View, key},
};

/// What is `None` does not matter; the needle is looked for in the order's and the payment's number and in both names.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    pub user: Option<PatientAccountId>,
    pub doctor: Option<DoctorId>,
    pub status: Option<ConsultationStatus>,
    pub needle: Needle,
}

/// The consultations that are wanted, newest first. Reads the whole table where neither person is named and something else is: not for async
/// threads, not for jobs.
pub fn find(db: &View, wanted: &OrderFilter, page: Page) -> Result<Slice<Consultation>> {
    let fits = |row: &Consultation| {
        let fits = wanted.user.is_none_or(|id| id == row.user_id)
            && wanted.doctor.is_none_or(|id| id == row.doctor_id)
            && wanted.status.is_none_or(|status| status == row.status);
        Ok(fits && (wanted.needle.is_empty() || is_named(db, row, &wanted.needle)?))
    };
    match wanted {
        OrderFilter { user: None, doctor: None, status: None, needle } if needle.is_empty() => db.page_all(page),
        OrderFilter { user: Some(user), .. } => page.pick(db.rows(&BY_USER, key(&[user]), Order::Newest), fits),
        OrderFilter { doctor: Some(doctor), status: None, .. } => page.pick(db.rows(&BY_DOCTOR, key(&[doctor]), Order::Newest), fits),
        OrderFilter { doctor: Some(doctor), status: Some(status), .. } => {
            page.pick(db.rows(&BY_DOCTOR_STATUS, key(&[doctor, &(*status as u8)]), Order::Newest), fits)
        }
        OrderFilter { .. } => page.pick(db.all(Order::Newest), fits),
    }
}

/// The clinic gives the fee back: of an order that waits, as if its patient had asked, or of one that is over (expired, or cancelled before it
/// was paid) and whose refund was refused. It goes out as every refund does.
///
/// Errors: `not_found`, `illegal_transition`, `not_paid` where there is nothing to give back, or it is on its way already.
pub fn give_back(db: &mut Tx, id: ConsultationId) -> Result<Consultation> {
    const WHY: &str = "诊所退款";
    let order: Consultation = db.need(id)?;
    let payment = order.payment_id.map_or(Ok(None), |id| db.get::<Payment>(id))?;
    match (order.status, due_status(&order, db.now)) {
        (_, ConsultationStatus::Waiting) => {
            let asked = move_to(db, order, ConsultationStatus::RefundAsked, Some(WHY))?;
            tell(db, Movement::FeeRefundByClinic, &asked)?;
            Ok(asked)
        }
        (ConsultationStatus::Expired, _) => {
            refund::ask(db, payment.ok_or_else(|| refund::NOT_PAID.err())?.id, WHY)?;
            tell(db, Movement::FeeRefundByClinic, &order)?;
            Ok(order)
        }
        // Paid when it was cancelled already: the money is the patient's, and no doctor's business.
        (ConsultationStatus::Cancelled, _) if payment.as_ref().is_some_and(|payment| payment.paid_at.is_some()) => {
            refund::ask(db, payment.ok_or_else(|| refund::NOT_PAID.err())?.id, WHY)?;
            tell_patient(db, Movement::FeeRefundByClinic, &order)?;
            Ok(order)
        }
        (_, other) => Err(other.refuse(ConsultationStatus::RefundAsked)),
    }
}

fn is_named(db: &View, row: &Consultation, needle: &Needle) -> Result<bool> {
    let patient = row.patient(db)?;
    let doctor = doctor::profile(db, row.doctor_id)?;
    let payment = row.payment_id.map_or(Ok(None), |id| db.get::<Payment>(id))?;
    let number = payment.map(|payment| payment.out_trade_no).unwrap_or_default();
    Ok(needle.is_among(&[Straw::Text(&row.number), Straw::Text(&number), Straw::Name(&patient.name), Straw::Name(&doctor.name)]))
}
