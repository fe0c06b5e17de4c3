//! What members spend (消费记录): a fee on joining a team, a consult, a value-added service. Takes the money from where it lies — the
//! fee balance with the team first, then the wallet — and writes a record for each of the two. What has been topped up and not spent
//! is the [`ledger`]'s.

use serde::{Deserialize, Serialize};

use super::ledger::{self, Holder, INSUFFICIENT_BALANCE};
use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id, MembershipId, PatientAccountId, TeamId, VasId},
        money::Fen,
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Expense, ExpenseKind, Source};

pub mod v1 {
    use super::*;

    /// Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum ExpenseKind {
        /// The fee on joining a team, or topped up later: from now on it lies with the team.
        Membership,
        Consult,
        /// A value-added service.
        Vas,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Source {
        Wallet,
        /// The member's fee balance with the team.
        Fee,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Expense {
        pub id: Id<Expense>,
        /// The patient account.
        pub member: PatientAccountId,
        pub team_id: TeamId,
        pub kind: ExpenseKind,
        pub source: Source,
        pub amount: Fen,
        /// What it was for: the membership, the consult, the value-added service.
        pub cause: AnyId,
        pub created_at: Time,
        /// When it was given back: no expense any more, kept for the books.
        pub given_back_at: Option<Time>,
    }
}

/// A member's expenses, without what was given back.
pub const BY_MEMBER: Index<Expense> = Index::counted(1);
const BY_CAUSE: Index<Expense> = Index::new(2);
/// All that ever were a member's, for who inherits them.
const EVER_OF: Index<Expense> = Index::new(3);

impl Row for Expense {
    type Kind = Self;

    const TABLE: Table = Table { code: 55, name: "expense", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.created_at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.member.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.needs(self.member).needs(self.team_id).recalls(self.cause);
    }

    fn index(&self, entries: &mut Entries) {
        if self.given_back_at.is_none() {
            entries.add(&BY_MEMBER, key(&[&self.member]), Key::NONE);
        }
        entries.add(&BY_CAUSE, key(&[&self.cause]), Key::NONE);
        entries.add(&EVER_OF, key(&[&self.member]), Key::NONE);
    }
}

impl ExpenseKind {
    /// As every door prints it.
    pub const fn name(self) -> &'static str {
        match self {
            ExpenseKind::Membership => "membership",
            ExpenseKind::Consult => "consult",
            ExpenseKind::Vas => "vas",
        }
    }
}

impl Source {
    /// As every door prints it.
    pub const fn name(self) -> &'static str {
        match self {
            Source::Wallet => "wallet",
            Source::Fee => "fee",
        }
    }
}

impl Expense {
    /// The value-added service that was paid, if it was one.
    pub fn vas_id(&self) -> Option<VasId> {
        (self.kind == ExpenseKind::Vas).then_some(self.cause.of())
    }

    /// Whose money it was.
    fn holder(&self) -> Holder {
        source_holder(self.source, self.team_id, self.member)
    }
}

/// What a member pays, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    pub member: PatientAccountId,
    pub team: TeamId,
    pub kind: ExpenseKind,
    pub amount: Fen,
    /// Who holds the money from then on.
    pub to: Holder,
    /// What it is for: the consult, the value-added service.
    pub cause: AnyId,
}

/// From where a charge was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    pub from_fees: Fen,
    pub from_wallet: Fen,
}

/// Takes a charge: from the fee balance first, then from the wallet, all of it or nothing. A record for each source that gave
/// something, none for nothing.
///
/// Errors: `insufficient_balance`.
pub fn spend(db: &mut Tx, charge: Charge) -> Result<Split> {
    let fees = fee_balance(db, charge.team, charge.member)?.min(charge.amount);
    let split = Split { from_fees: fees, from_wallet: charge.amount + -fees };
    if balance(db, charge.member)? < split.from_wallet {
        return Err(INSUFFICIENT_BALANCE.err());
    }
    take(db, charge, Source::Fee, split.from_fees)?;
    take(db, charge, Source::Wallet, split.from_wallet)?;
    Ok(split)
}

/// Moves a fee from a member's wallet to its fee balance with a team. Errors: `insufficient_balance`.
pub fn pay_in(db: &mut Tx, member: PatientAccountId, team: TeamId, amount: Fen, membership: MembershipId) -> Result<()> {
    if balance(db, member)? < amount {
        return Err(INSUFFICIENT_BALANCE.err());
    }
    let to = Holder::FeeBalance { team, member };
    take(db, Charge { member, team, kind: ExpenseKind::Membership, amount, to, cause: membership.any() }, Source::Wallet, amount)
}

/// Gives everything that was paid for `cause` back to where it came from. `from` is who holds it. Doing it again changes nothing.
///
/// Errors: `insufficient_balance` where `from` does not have it any more.
pub fn give_back(db: &mut Tx, cause: AnyId, from: Holder) -> Result<()> {
    let paid: Vec<Expense> = db.rows(&BY_CAUSE, key(&[&cause]), Order::Oldest).collect::<Result<_>>()?;
    for expense in paid.into_iter().filter(|expense| expense.given_back_at.is_none()) {
        ledger::transfer(db, from, expense.holder(), expense.amount, cause)?;
        db.put(&Expense { given_back_at: Some(db.now), ..expense })?;
    }
    Ok(())
}

fn source_holder(source: Source, team: TeamId, member: PatientAccountId) -> Holder {
    match source {
        Source::Wallet => Holder::Wallet(member),
        Source::Fee => Holder::FeeBalance { team, member },
    }
}

fn take(db: &mut Tx, charge: Charge, source: Source, amount: Fen) -> Result<()> {
    if amount == Fen::ZERO {
        return Ok(());
    }
    let Charge { member, team, kind, to, cause, .. } = charge;
    ledger::transfer(db, source_holder(source, team, member), to, amount, cause)?;
    let (id, created_at) = (db.next_id()?, db.now);
    db.put(&Expense { id, member, team_id: team, kind, source, amount, cause, created_at, given_back_at: None })
}

/// What is in a member's wallet.
pub fn balance(db: &View, member: PatientAccountId) -> Result<Fen> {
    ledger::balance(db, Holder::Wallet(member))
}

/// What a member keeps with a team.
pub fn fee_balance(db: &View, team: TeamId, member: PatientAccountId) -> Result<Fen> {
    ledger::balance(db, Holder::FeeBalance { team, member })
}

/// What has left a member's wallet for good. A fee counts when it goes to the team, and not again when a consult is paid from it:
/// recharged = balance + spent.
pub fn total_spent(db: &View, member: PatientAccountId) -> Result<Fen> {
    let mut total = Fen::ZERO;
    for expense in db.rows(&BY_MEMBER, key(&[&member]), Order::Oldest) {
        let expense: Expense = expense?;
        if expense.source == Source::Wallet {
            total = total + expense.amount;
        }
    }
    Ok(total)
}

/// A member's expenses, newest first.
pub fn list(db: &View, member: PatientAccountId, page: Page) -> Result<Slice<Expense>> {
    db.page(&BY_MEMBER, key(&[&member]), page)
}

/// Whether somebody ever spent something.
pub fn spent(db: &View, member: PatientAccountId) -> Result<bool> {
    Ok(db.ids(&EVER_OF, key(&[&member]), Order::Oldest).next().transpose()?.is_some())
}

/// The wallet of one account and what it spent become another's. Fee balances go with the memberships.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let expenses: Vec<Expense> = db.rows(&EVER_OF, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    expenses.into_iter().try_for_each(|expense| db.put(&Expense { member: to, ..expense }))?;
    let left = balance(db, from)?;
    match left == Fen::ZERO {
        true => Ok(()),
        false => ledger::transfer(db, Holder::Wallet(from), Holder::Wallet(to), left, from.any()),
    }
}
