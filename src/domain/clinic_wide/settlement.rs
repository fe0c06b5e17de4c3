//! What follows from money: a payment that has come in, a refund that has gone out or was refused, for whatever it was.

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{DoctorId, RefundId},
        money::Fen,
        time::Time,
    },
    domain::{
        consultation::{self, Consultation, state::ConsultationStatus as State},
        directory::doctor,
        free_clinic::registration::{self, Registration, Stage},
        money::{
            payment::{self, PAYMENT_CLOSED, Payment, PaymentStatus, Purpose, WRONG_AMOUNT},
            refund::{self, Refund},
        },
        notice::notification::{self, Facts, Movement, People},
        shared::event::{self, Event},
    },
    store::{Tx, View},
};

/// The provider says that a payment was made. Saying it again changes nothing.
///
/// Errors: `not_found`, `payment_closed`, `wrong_amount`.
pub fn paid(db: &mut Tx, out_trade_no: &str, amount: Option<Fen>) -> Result<()> {
    let Some(payment) = payment::settle(db, out_trade_no, amount)? else { return Ok(()) };
    match payment.purpose {
        Purpose::Deposit(registration) => registration::paid(db, registration),
        Purpose::Consultation(id) => consultation::paid(db, id),
        // It is in the wallet already: that is all it was for.
        Purpose::Recharge(account) => {
            let facts = Facts { amount: payment.amount.yuan(), ..Facts::default() };
            notification::tell(db, Movement::WalletRecharged, &People { patient: account, ..People::default() }, &facts)
        }
    }
}

/// The same of the embedded provider, which takes no money when its time is over, whether or not the scheduler has come by, nor for a doctor
/// who is closed.
///
/// Errors: those of [`paid`], `doctor_closed`.
pub fn paid_in_time(db: &mut Tx, payment: &Payment) -> Result<()> {
    if payment.status == PaymentStatus::WaitForPay {
        if payable_until(db, payment)?.is_some_and(|until| until <= db.now) {
            return Err(PAYMENT_CLOSED.err());
        }
        doctor_of(db, payment)?.map_or(Ok(()), |doctor| doctor::need_open(db, doctor))?;
    }
    paid(db, &payment.out_trade_no, None)
}

/// A provider of the outside world has the money: it is booked whether or not the payment was closed meanwhile. What was closed with it
/// stays so and its money goes back; nobody's money is kept for nothing.
///
/// Errors: `not_found`, `wrong_amount`.
pub fn received(db: &mut Tx, out_trade_no: &str, amount: Fen) -> Result<()> {
    payment::reopen(db, out_trade_no)?;
    paid(db, out_trade_no, Some(amount))
}

/// A provider of the outside world says that it has sent a refund back. Errors: `not_found`, `wrong_amount`.
pub fn returned(db: &mut Tx, out_trade_no: &str, out_refund_no: &str, amount: Fen) -> Result<()> {
    let refund = refund::by_numbers(db, out_trade_no, out_refund_no)?.ok_or_else(|| NOT_FOUND.err())?;
    if refund.amount != amount {
        return Err(WRONG_AMOUNT.err());
    }
    refunded(db, refund.id)
}

/// The doctor who gets paid.
fn doctor_of(db: &View, payment: &Payment) -> Result<Option<DoctorId>> {
    Ok(match payment.purpose {
        Purpose::Deposit(id) => db.get::<Registration>(id)?.map(|held| held.doctor_id),
        Purpose::Consultation(id) => db.get::<Consultation>(id)?.map(|order| order.doctor_id),
        Purpose::Recharge(_) => None,
    })
}

/// Until when a payment can be made; `None` where its time does not end, or is over.
pub fn payable_until(db: &View, payment: &Payment) -> Result<Option<Time>> {
    Ok(match payment.purpose {
        Purpose::Deposit(id) => db.get::<Registration>(id)?.filter(|held| held.stage == Stage::Held).and_then(|held| held.hold_until),
        Purpose::Consultation(id) => db.get::<Consultation>(id)?.filter(|order| order.status == State::Unpaid).and_then(|order| order.due),
        Purpose::Recharge(_) => {
            (payment.status == PaymentStatus::WaitForPay).then(|| payment.created_at.plus(db.settings.consultation.pay_window.ms()))
        }
    })
}

/// What a provider of the outside world has yet to say something about.
pub struct Outstanding {
    /// Its event, to be forgotten when nothing can come of it any more.
    pub seq: u64,
    pub standing: Standing,
}

pub enum Standing {
    /// Somebody may be paying. With the end of the time for it.
    Waiting(Payment, Option<Time>),
    /// The time is over: the provider must not take the money any more.
    Closed(Payment),
    /// Money has to go back.
    Due(Refund),
    /// Settled meanwhile.
    Over,
}

pub fn outstanding(db: &View) -> Result<Vec<Outstanding>> {
    let read = |event: Result<crate::store::Event>| {
        let event = event?;
        let standing = match event::read(&event.bytes)? {
            Event::PaymentAsked(id) => match db.get::<Payment>(id)? {
                Some(payment) if payment.status == PaymentStatus::WaitForPay => {
                    let until = payable_until(db, &payment)?;
                    Standing::Waiting(payment, until)
                }
                Some(payment) if payment.status == PaymentStatus::Closed => Standing::Closed(payment),
                _ => Standing::Over,
            },
            Event::RefundDue(id) => match db.get::<Refund>(id)? {
                Some(refund) if refund.status == refund::RefundStatus::Pending => Standing::Due(refund),
                _ => Standing::Over,
            },
            Event::NoticeDue(_) | Event::NoticeWithdrawn(_) => Standing::Over,
        };
        Ok(Outstanding { seq: event.seq, standing })
    };
    db.events_after(event::PAYMENT, 0).map(read).collect()
}

/// The provider has sent a refund. Saying it again changes nothing.
pub fn refunded(db: &mut Tx, id: RefundId) -> Result<()> {
    let Some(refund) = refund::settle(db, id)? else { return Ok(()) };
    match refund.purpose {
        Purpose::Deposit(registration) => registration::refunded(db, registration, &refund),
        Purpose::Consultation(id) => consultation::refunded(db, id),
        Purpose::Recharge(_) => Ok(()),
    }
}

/// An administrator lets a waiting refund go. Errors: `not_found`, `refund_decided`.
pub fn approve_refund(db: &mut Tx, id: RefundId) -> Result<Refund> {
    let refund = refund::approve(db, id)?;
    match refund.purpose {
        Purpose::Deposit(registration) => registration::refund_approved(db, registration)?,
        Purpose::Consultation(id) => consultation::refund_approved(db, id)?,
        Purpose::Recharge(_) => {}
    }
    Ok(refund)
}

/// An administrator refuses a refund that waits: what it was for is where it was. Errors: `not_found`, `refund_decided`.
pub fn refuse_refund(db: &mut Tx, id: RefundId) -> Result<Refund> {
    let refund = refund::reject(db, id)?;
    match refund.purpose {
        Purpose::Deposit(registration) => registration::refund_refused(db, registration)?,
        Purpose::Consultation(id) => consultation::refund_refused(db, id)?,
        Purpose::Recharge(_) => {}
    }
    Ok(refund)
}
