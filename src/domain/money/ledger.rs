//! The ledger: every movement of money is a transfer of two or more entries that sum to zero. Balances are kept beside the entries,
//! in the same commit. Nobody else adds or subtracts money.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::{AnyId, ConsultationId, Id, PatientAccountId, RegistrationId, TeamConsultId, TeamId, WithdrawalId, kind::Named},
        money::Fen,
        time::Time,
    },
    store::{Class, Entries, Facts, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const INSUFFICIENT_BALANCE: Reason = Reason::new(Kind::Rule, "insufficient_balance", "余额不足，请先充值");

pub use v1::{Balance, Holder, LedgerEntry};

pub mod v1 {
    use super::*;

    /// Whose money it is. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Holder {
        /// The world outside: what payers sent in stands here as a negative balance.
        Outside,
        /// The deposit of a registration.
        Deposit(RegistrationId),
        /// Deposits of missed visits that were not released.
        Forfeited,
        /// The fee of a consultation, until it is finished or given back.
        Fee(ConsultationId),
        /// What the clinic has earned.
        Income,
        /// What an account has topped up and not spent.
        Wallet(PatientAccountId),
        /// What a member keeps with a team.
        FeeBalance { team: TeamId, member: PatientAccountId },
        /// The fee of a team consult, until it is finished or cancelled.
        ConsultFee(TeamConsultId),
        /// What a team has earned in a month (`202611`) and not withdrawn.
        TeamIncome { team: TeamId, month: u32 },
        /// A withdrawal that waits for the administrator.
        Withdrawing(WithdrawalId),
        /// What a team has withdrawn.
        Withdrawn(TeamId),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct LedgerEntry {
        pub id: Id<LedgerEntry>,
        /// The entries of one transfer share this id.
        pub transfer: AnyId,
        pub holder: Holder,
        /// What the holder gets; negative where it gives.
        pub amount: Fen,
        /// What caused it: the payment, the refund …
        pub cause: AnyId,
        pub created_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Balance {
        pub id: Id<Balance>,
        pub holder: Holder,
        pub amount: Fen,
    }
}

pub const BY_HOLDER: Index<LedgerEntry> = Index::counted(1);
const BALANCE_OF: Index<Balance> = Index::new(1);

impl Row for LedgerEntry {
    type Kind = Self;

    const TABLE: Table = Table { code: 15, name: "ledger_entry", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Money(self.created_at)
    }

    fn refers_to(&self, to: &mut References) {
        // The balance bars whom it names; the books say who it was.
        let mut holder = References::default();
        self.holder.refers_to(&mut holder);
        to.recalls(holder.list().iter().map(|one| one.id)).recalls([self.transfer, self.cause]);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_HOLDER, holder_key(self.holder), Key::NONE);
    }
}

impl Row for Balance {
    type Kind = Self;

    const TABLE: Table = Table { code: 16, name: "balance", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        // Who has nothing any more is nobody's debtor or creditor.
        if self.amount != Fen::ZERO {
            self.holder.refers_to(to);
        }
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BALANCE_OF, holder_key(self.holder), Key::NONE);
    }
}

fn holder_key(holder: Holder) -> Key {
    match holder {
        Holder::Outside => key(&[&0u8]),
        Holder::Deposit(registration) => key(&[&1u8, &registration]),
        Holder::Forfeited => key(&[&2u8]),
        Holder::Fee(consultation) => key(&[&3u8, &consultation]),
        Holder::Income => key(&[&4u8]),
        Holder::Wallet(account) => key(&[&5u8, &account]),
        Holder::FeeBalance { team, member } => key(&[&6u8, &team, &member]),
        Holder::ConsultFee(consult) => key(&[&7u8, &consult]),
        Holder::TeamIncome { team, month } => key(&[&8u8, &team, &month]),
        Holder::Withdrawing(withdrawal) => key(&[&9u8, &withdrawal]),
        Holder::Withdrawn(team) => key(&[&10u8, &team]),
    }
}

impl Balance {
    /// Whether it is money of a patient account, or a team, that still has some.
    pub fn is_of<K: Named>(&self, holder: Id<K>) -> bool {
        Facts::of(self).references.iter().any(|one| one.noun == K::NOUN && one.id == holder.any())
    }
}

impl Holder {
    /// Whose money it is, who is needed while it stands in the books.
    fn refers_to(self, to: &mut References) {
        match self {
            Holder::Outside | Holder::Forfeited | Holder::Income => to,
            Holder::Deposit(registration) => to.needs(registration),
            Holder::Fee(consultation) => to.needs(consultation),
            Holder::Wallet(account) => to.needs(account),
            Holder::FeeBalance { team, member } => to.needs(team).needs(member),
            Holder::ConsultFee(consult) => to.needs(consult),
            Holder::TeamIncome { team, .. } | Holder::Withdrawn(team) => to.needs(team),
            Holder::Withdrawing(withdrawal) => to.needs(withdrawal),
        };
    }

    /// Only the outside may owe: nobody in the house spends what is not there.
    fn may_owe(self) -> bool {
        self == Holder::Outside
    }
}

/// Moves `amount` (not negative) from one holder to another. `cause` is the row that asked for it.
///
/// Errors: `insufficient_balance`, where `from` has less than that.
pub fn transfer(db: &mut Tx, from: Holder, to: Holder, amount: Fen, cause: AnyId) -> Result<()> {
    if amount < Fen::ZERO {
        return Err(INTERNAL.caused_by("a transfer of a negative amount"));
    }
    let transfer = db.next_id()?;
    for (holder, change) in [(from, -amount), (to, amount)] {
        let entry = LedgerEntry { id: db.next_id()?, transfer, holder, amount: change, cause, created_at: db.now };
        db.put(&entry)?;
        let mut balance = match db.first(&BALANCE_OF, holder_key(holder))? {
            Some(balance) => balance,
            None => Balance { id: db.next_id()?, holder, amount: Fen::ZERO },
        };
        balance.amount = balance.amount + change;
        if balance.amount < Fen::ZERO && !holder.may_owe() {
            return Err(INSUFFICIENT_BALANCE.err());
        }
        db.put(&balance)?;
    }
    Ok(())
}

pub fn balance(db: &View, holder: Holder) -> Result<Fen> {
    Ok(db.first(&BALANCE_OF, holder_key(holder))?.map_or(Fen::ZERO, |balance| balance.amount))
}

/// Registrations after `registration` that hold a deposit, at most `limit` of them, with what they hold; also those that hold nothing any more.
pub fn deposits_after(db: &View, registration: RegistrationId, limit: usize) -> Result<Vec<(RegistrationId, Fen)>> {
    let (from, to) = (key(&[&registration.number().saturating_add(1)]), key(&[&u64::MAX]));
    let ids = db.ids_between(&BALANCE_OF, key(&[&1u8]), from, to, Order::Oldest).take(limit);
    let balances = ids.filter_map(|id| id.and_then(|id| db.get::<Balance>(id)).transpose());
    let of = |balance: Balance| match balance.holder {
        Holder::Deposit(registration) => Some((registration, balance.amount)),
        _ => None,
    };
    balances.filter_map(|balance| balance.map(of).transpose()).collect()
}

/// What an audit of the books finds wrong, a line each: transfers that do not sum to zero, balances that differ from their entries,
/// holders in debt.
pub fn audit(db: &View) -> Result<Vec<String>> {
    use std::collections::BTreeMap;
    let mut problems = Vec::new();
    let mut transfers: BTreeMap<AnyId, i64> = BTreeMap::new();
    let mut held: BTreeMap<Key, i64> = BTreeMap::new();
    for entry in db.all::<LedgerEntry>(Order::Oldest) {
        let entry = entry?;
        *transfers.entry(entry.transfer).or_default() += entry.amount.0;
        *held.entry(holder_key(entry.holder)).or_default() += entry.amount.0;
    }
    problems.extend(transfers.iter().filter(|(_, sum)| **sum != 0).map(|(id, sum)| format!("transfer {id} sums to {sum} fen")));
    for balance in db.all::<Balance>(Order::Oldest) {
        let balance = balance?;
        let entries = held.remove(&holder_key(balance.holder)).unwrap_or(0);
        if balance.amount.0 != entries {
            problems.push(format!("{:?} has a balance of {} fen, its entries sum to {entries}", balance.holder, balance.amount.0));
        }
        if balance.amount < Fen::ZERO && !balance.holder.may_owe() {
            problems.push(format!("{:?} owes {} fen", balance.holder, -balance.amount.0));
        }
    }
    problems.extend(held.values().filter(|sum| **sum != 0).map(|sum| format!("entries of {sum} fen have no balance")));
    Ok(problems)
}
