//! Locks: whoever has failed `auth.lock_after` times in a row to sign in to an account finds it locked for `auth.lock_time`.
//!
//! Kept in the store, so that a restart forgives nothing. Knows ids alone; who counts a failure is [`sign_in`](crate::domain::identity::sign_in).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, kind},
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::Lockout;

pub mod v1 {
    use super::*;

    /// Failed sign-ins of an account since the last one that was right.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Lockout {
        /// The account's.
        pub id: AccountId,
        pub failures: u32,
        pub last_at: Time,
        /// Until when the account is locked.
        pub until: Option<Time>,
    }
}

const BY_LAST: Index<Lockout> = Index::new(1);

impl Row for Lockout {
    type Kind = kind::Account;

    const TABLE: Table = Table { code: 70, name: "lockout", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.id)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_LAST, Key::NONE, key(&[&self.last_at]));
    }
}

/// Counts a failed sign-in. While the account is locked none counts: a lock is not made longer by those who wait at the door. A failure that
/// lies `auth.lock_time` back is forgotten.
pub fn failed(db: &mut Tx, account: AccountId) -> Result<()> {
    if locked_until(db, account)?.is_some() {
        return Ok(());
    }
    let forgotten = forgotten_before(db);
    let before = db.get::<Lockout>(account)?.filter(|row| row.last_at > forgotten && row.until.is_none()).map_or(0, |row| row.failures);
    let failures = before + 1;
    let until = (failures >= db.settings.auth.lock_after).then(|| db.now.plus(db.settings.auth.lock_time.ms()));
    let row = Lockout { id: account, failures, last_at: db.now, until };
    db.put(&row)
}

/// Until when the account is locked, if it is.
pub fn locked_until(db: &View, account: AccountId) -> Result<Option<Time>> {
    Ok(db.get::<Lockout>(account)?.and_then(|row| row.until).filter(|until| *until > db.now))
}

/// The account's owner has been there: nothing is counted any more.
pub fn forgive(db: &mut Tx, account: AccountId) -> Result<()> {
    db.delete::<Lockout>(account)
}

/// Forgets failures that no longer matter, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let before = key(&[&forgotten_before(db).plus(1)]);
    let due: Vec<_> = db.ids_between(&BY_LAST, Key::NONE, Key::NONE, before, Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| db.delete::<Lockout>(*id))?;
    Ok(due.len())
}

/// A failure at this moment, or before, counts for nothing: nor does the lock that it brought.
fn forgotten_before(db: &View) -> Time {
    db.now.plus(-db.settings.auth.lock_time.ms())
}
