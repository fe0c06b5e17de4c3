//! What follows from money: a payment that has come in, a refund that has gone out or was refused, for whatever it was.

use super::{
    consultation,
    payment::{
        self, Payment, Purpose,
        refund::{self, Refund},
    },
    project::registration,
};
use crate::{
    base::{error::Result, id::Id, money::Fen},
    store::Tx,
};

/// The provider says that a payment was made. Saying it again changes nothing.
///
/// Errors: `not_found`, `payment_closed`, `wrong_amount`.
pub fn paid(db: &mut Tx, out_trade_no: &str, amount: Option<Fen>) -> Result<()> {
    let Some(Payment { purpose, .. }) = payment::settle(db, out_trade_no, amount)? else { return Ok(()) };
    match purpose {
        Purpose::Deposit(registration) => registration::paid(db, registration),
        Purpose::Consultation(id) => consultation::paid(db, id),
    }
}

/// The provider has sent a refund. Saying it again changes nothing.
pub fn refunded(db: &mut Tx, id: Id) -> Result<()> {
    let Some(refund) = refund::settle(db, id)? else { return Ok(()) };
    match refund.purpose {
        Purpose::Deposit(registration) => registration::refunded(db, registration, &refund),
        Purpose::Consultation(id) => consultation::refunded(db, id),
    }
}

/// An administrator refuses a refund that waits: what it was for is where it was. Errors: `not_found`, `refund_decided`.
pub fn refuse_refund(db: &mut Tx, id: Id) -> Result<Refund> {
    let refund = refund::reject(db, id)?;
    match refund.purpose {
        Purpose::Deposit(registration) => registration::refund_refused(db, registration)?,
        Purpose::Consultation(id) => consultation::refund_refused(db, id)?,
    }
    Ok(refund)
}
