//! A table as checks and the writer see it, without knowing the type of its rows.

use std::ops::Deref;

use super::{
    keeping::Class,
    reference::{Reference, References},
    scan::Order,
    table::{Entries, Entry, Row, Table},
    view::{KeptUntil, Touching, View},
};
use crate::base::{
    error::{Error, Result},
    id::{AccountId, AnyId, Id},
    time::Time,
};

/// Every table of a store, and the rules by which their rows are kept and count as changed.
pub struct Tables {
    /// By code.
    pub infos: &'static [TableInfo],
    pub kept_until: KeptUntil,
    pub touching: Touching,
}

impl Deref for Tables {
    type Target = [TableInfo];

    fn deref(&self) -> &[TableInfo] {
        self.infos
    }
}

/// What a row says of itself, whatever its type.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: AnyId,
    pub class: Class,
    pub owner: Option<AccountId>,
    pub references: Vec<Reference>,
}

impl Facts {
    /// What this row says.
    pub fn of<R: Row>(row: &R) -> Facts {
        let mut references = References::default();
        row.refers_to(&mut references);
        Facts { id: row.id().any(), class: row.class(), owner: row.owner(), references: references.list() }
    }
}

/// A table as the checks see it: enough to read any of its rows without knowing the type.
#[derive(Clone, Copy)]
pub struct TableInfo {
    pub table: Table,
    /// The index keys and the counters that follow the row with this id; an error where the row cannot be read.
    pub(super) entries: fn(&View, u64) -> Result<Option<Vec<Entry>>>,
    facts: fn(&View) -> Result<Vec<Facts>>,
    /// Whether it is noted when its rows changed last ([`Row::TOUCHED`]).
    pub is_touched: bool,
    pub(super) changed_at: fn(&View, u64) -> Result<Option<Time>>,
}

impl TableInfo {
    pub const fn of<R: Row>() -> TableInfo {
        TableInfo {
            table: R::TABLE,
            entries: |view, id| Ok::<_, Error>(view.get::<R>(Id::from_number(id))?.map(|row| Entries::of(&row))),
            facts: |view| view.all::<R>(Order::Oldest).map(|row| Ok(Facts::of(&row?))).collect(),
            is_touched: R::TOUCHED,
            changed_at: |view, id| Ok(view.get::<R>(Id::from_number(id))?.map(|row| row.changed_at())),
        }
    }

    /// What each row of the table says of itself, oldest first. Reads the whole table.
    ///
    /// Errors: `internal` where a row cannot be read.
    pub fn facts(&self, view: &View) -> Result<Vec<Facts>> {
        (self.facts)(view)
    }
}
