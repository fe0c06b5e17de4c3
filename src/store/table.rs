//! What a stored entity says of itself: its table, its version, the index entries that follow it.

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};

use super::{keeping::Class, key::Key, reference::References};
use crate::base::{
    error::{Error, INTERNAL, Result},
    id::{AccountId, Id},
    time::Time,
};

/// A table. `code` stands in every key and `version` in every row: neither may change its meaning once data exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub code: u8,
    pub name: &'static str,
    pub version: u8,
}

/// An entity as it is stored.
///
/// bincode does not describe itself: a struct whose rows are on disk is never edited in place. A new shape gets the next
/// `version`, the old struct stays frozen beside it, and [`Row::upgrade`] reads it.
pub trait Row: Serialize + DeserializeOwned + 'static {
    /// What its id names: a word of [`kind`](crate::base::id::kind), or the row itself where nobody else names it.
    type Kind;

    const TABLE: Table;

    /// Whether it is noted when each row changed last, and that it was deleted: for whoever tells others what is new.
    const TOUCHED: bool = false;

    fn id(&self) -> Id<Self::Kind>;

    /// The index entries of this row. They change in the same commit as the row.
    fn index(&self, entries: &mut Entries);

    /// How long it must be kept. [`Tx::delete`](super::Tx::delete) asks.
    fn class(&self) -> Class;

    /// Whose row it is: the account of the person whom it is about, or who made it where it is about nobody.
    fn owner(&self) -> Option<AccountId> {
        None
    }

    /// Every id that it holds but its own, and what becomes of it when that is taken out. Removal and merger of people and places are tested
    /// against this.
    fn refers_to(&self, to: &mut References);

    /// What keyword searches depend on, of a row that is searched. A commit that changes it says so on [`CHANGED`](super::CHANGED).
    fn searched(&self) -> Option<impl PartialEq> {
        None::<()>
    }

    /// When it changed last, as far as the row itself says: where that is noted, of a row that an earlier release wrote.
    fn changed_at(&self) -> Time {
        Time(0)
    }

    /// Reads a row that an earlier version wrote.
    fn upgrade(version: u8, _bytes: &[u8]) -> Result<Self> {
        Err(unknown_version(Self::TABLE, version))
    }
}

/// A secondary index of `R`: rows by a group (whose rows are listed together) and an order within it.
pub struct Index<R> {
    pub(super) code: u8,
    pub(super) counted: bool,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> Index<R> {
    pub const fn new(code: u8) -> Index<R> {
        Index { code, counted: false, row: PhantomData }
    }

    /// An index that keeps the number of rows of each group beside it: lists that print an exact total use it.
    pub const fn counted(code: u8) -> Index<R> {
        Index { code, counted: true, row: PhantomData }
    }

    pub(super) fn prefix(&self, group: &Key) -> Vec<u8> {
        [&[super::key::space::INDEX, R::TABLE.code, self.code], group.0.as_slice()].concat()
    }

    pub(super) fn count_key(&self, group: &Key) -> Vec<u8> {
        count_key(R::TABLE.code, self.code, group)
    }
}

pub(super) fn count_key(table: u8, index: u8, group: &Key) -> Vec<u8> {
    [&[super::key::space::COUNT, table, index], group.0.as_slice()].concat()
}

/// Collects the index entries of one row.
#[derive(Default)]
pub struct Entries(pub(super) Vec<Entry>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub index: u8,
    pub counted: bool,
    pub group: Key,
    pub order: Key,
}

impl Entries {
    /// The row is listed in `index` under `group`, at `order` within it (then by id).
    pub fn add<R: Row>(&mut self, index: &Index<R>, group: Key, order: Key) {
        self.0.push(Entry { index: index.code, counted: index.counted, group, order });
    }

    pub(super) fn of<R: Row>(row: &R) -> Vec<Entry> {
        let mut entries = Entries::default();
        row.index(&mut entries);
        // The same entry twice is one entry and counts once.
        let mut entries = entries.0;
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

impl Entry {
    pub fn key(&self, table: u8, id: u64) -> Vec<u8> {
        let mut key = Vec::with_capacity(3 + self.group.0.len() + self.order.0.len() + 8);
        key.extend([super::key::space::INDEX, table, self.index]);
        key.extend(&self.group.0);
        key.extend(&self.order.0);
        key.extend(id.to_be_bytes());
        key
    }
}

/// What [`Row::upgrade`] answers to a version that it never heard of.
pub fn unknown_version(table: Table, version: u8) -> Error {
    unreadable(format!("table {} has a row of version {version}; this program knows versions up to {}", table.name, table.version))
}

pub(super) fn unreadable(what: impl Into<String>) -> Error {
    INTERNAL.caused_by(what.into())
}
