//! Deposits that nobody lets go: of visits that were missed, and those whose refund was refused. They wait under their registration on the
//! ledger for `project.done_window`, in which the doctor and the clinic may think better of it, and are the clinic's afterwards
//! ([`Holder::Forfeited`]). A refund that is asked for later takes the money back out of there.

use serde::{Deserialize, Serialize};

use super::{
    ledger::{self, Holder},
    payment::{Payment, PaymentStatus, Purpose},
};
use crate::{
    base::{
        error::Result,
        id::{Id, PaymentId, RegistrationId, kind},
        money::Fen,
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::KeptDeposit;

pub mod v1 {
    use super::*;

    /// The row's id is the registration's.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct KeptDeposit {
        pub registration_id: RegistrationId,
        pub payment_id: PaymentId,
        pub amount: Fen,
        /// When it is the clinic's.
        pub due: Time,
        pub forfeited_at: Option<Time>,
    }
}

const DUE: Index<KeptDeposit> = Index::new(1);
/// Those that are the clinic's.
pub const FORFEITED: Index<KeptDeposit> = Index::counted(2);

impl Row for KeptDeposit {
    type Kind = kind::Registration;

    const TABLE: Table = Table { code: 67, name: "kept_deposit", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.registration_id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.payment_id);
    }

    fn index(&self, entries: &mut Entries) {
        match self.forfeited_at {
            None => entries.add(&DUE, Key::NONE, key(&[&self.due])),
            Some(at) => entries.add(&FORFEITED, Key::NONE, key(&[&at])),
        }
    }
}

/// The deposit is kept until somebody lets it go, and is the clinic's at `due`. Nothing happens where no deposit was paid, or it is on its way
/// back.
pub fn keep_until(db: &mut Tx, payment: PaymentId, due: Time) -> Result<()> {
    let payment: Payment = db.need(payment)?;
    match (payment.purpose, payment.status) {
        (Purpose::Deposit(registration_id), PaymentStatus::Paid) => {
            db.put(&KeptDeposit { registration_id, payment_id: payment.id, amount: payment.amount, due, forfeited_at: None })
        }
        _ => Ok(()),
    }
}

/// Somebody lets it go after all: the money is the registration's again.
pub(super) fn release(db: &mut Tx, registration: RegistrationId) -> Result<()> {
    let Some(kept) = db.get::<KeptDeposit>(registration)? else { return Ok(()) };
    if kept.forfeited_at.is_some() {
        ledger::transfer(db, Holder::Forfeited, Holder::Deposit(registration), kept.amount, kept.payment_id.any())?;
    }
    db.delete::<KeptDeposit>(registration)
}

/// Those whose time is over, at most `limit`.
pub fn due(db: &View, limit: usize) -> Result<Vec<KeptDeposit>> {
    let ids = db.ids_between(&DUE, Key::NONE, Key::NONE, key(&[&db.now.plus(1)]), Order::Oldest);
    ids.take(limit).map(|id| db.need(id?)).collect()
}

/// It is the clinic's now.
pub fn forfeit(db: &mut Tx, kept: KeptDeposit) -> Result<()> {
    ledger::transfer(db, Holder::Deposit(kept.registration_id), Holder::Forfeited, kept.amount, kept.payment_id.any())?;
    db.put(&KeptDeposit { forfeited_at: Some(db.now), ..kept })
}
