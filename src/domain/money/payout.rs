//! Money that a person had with the clinic and got back outside: what lay in the wallet and as fee balance when the account was to be closed. The
//! clinic pays by its own means; here it is booked out.

use serde::{Deserialize, Serialize};

use super::ledger::{self, Holder};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id, PatientAccountId, TeamId},
        money::Fen,
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const NOTHING_TO_PAY_OUT: Reason = Reason::new(Kind::Rule, "nothing_to_pay_out", "该账号没有余额");

/// Carries the amount in fen as the field `amount`.
pub const MONEY_LEFT: Reason = Reason::new(Kind::Conflict, "money_left", "账号还有余额，请先由诊所退还后再办理");

pub use v1::Payout;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Payout {
        pub id: Id<Payout>,
        pub account_id: PatientAccountId,
        pub amount: Fen,
        pub reason: String,
        /// Who booked it; 0 where `admin.token` was shown.
        pub by: AccountId,
        pub at: Time,
    }
}

const BY_ACCOUNT: Index<Payout> = Index::counted(1);

impl Row for Payout {
    type Kind = Self;

    const TABLE: Table = Table { code: 91, name: "payout", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.account_id).recalls(self.by.any());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
    }
}

/// What an account has with the clinic and could spend: the wallet, and what lies with these teams.
pub fn left(db: &View, account: PatientAccountId, teams: &[TeamId]) -> Result<Fen> {
    let fees = teams.iter().map(|team| ledger::balance(db, Holder::FeeBalance { team: *team, member: account }));
    fees.chain([ledger::balance(db, Holder::Wallet(account))]).try_fold(Fen::ZERO, |sum, amount| Ok(sum + amount?))
}

/// Refuses an account that has money left. Errors: `money_left`.
pub fn need_none_left(db: &View, account: PatientAccountId, teams: &[TeamId]) -> Result<()> {
    match left(db, account, teams)? {
        Fen::ZERO => Ok(()),
        Fen(amount) => Err(MONEY_LEFT.with(format!("{}.{:02} 元", amount / 100, amount % 100)).field("amount", amount.to_string())),
    }
}

/// Books all of it out: the clinic has paid. Errors: `nothing_to_pay_out`.
pub fn pay_out(db: &mut Tx, account: PatientAccountId, teams: &[TeamId], reason: String) -> Result<Payout> {
    let amount = left(db, account, teams)?;
    if amount == Fen::ZERO {
        return Err(NOTHING_TO_PAY_OUT.err());
    }
    let payout = Payout { id: db.next_id()?, account_id: account, amount, reason, by: db.acts_for(), at: db.now };
    db.put(&payout)?;
    let holders = teams.iter().map(|team| Holder::FeeBalance { team: *team, member: account }).chain([Holder::Wallet(account)]);
    for holder in holders {
        let part = ledger::balance(db, holder)?;
        if part > Fen::ZERO {
            ledger::transfer(db, holder, Holder::Outside, part, payout.id.any())?;
        }
    }
    Ok(payout)
}

/// Whether the account ever got money out.
pub fn any_of(db: &View, account: PatientAccountId) -> Result<bool> {
    Ok(db.count(&BY_ACCOUNT, key(&[&account]))? > 0)
}

pub fn hand_over(db: &mut Tx, (from, to): (PatientAccountId, PatientAccountId)) -> Result<()> {
    let all: Vec<Payout> = db.rows(&BY_ACCOUNT, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    all.into_iter().try_for_each(|payout| db.put(&Payout { account_id: to, ..payout }))
}
