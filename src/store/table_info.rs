//! A table as checks and the writer see it, without knowing the type of its rows.

use std::ops::Deref;

use serde_json::Value;

use super::{
    codec::decode_row,
    keeping::Class,
    reference::{Reference, References},
    scan::Order,
    table::{Entries, Entry, Row, Table},
    view::{KeptUntil, Touching, View},
};
use crate::base::{
    error::{Error, INTERNAL, Result},
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
    each: fn(&View, &mut Visit) -> Result<()>,
    json: fn(&[u8]) -> Result<Value>,
}

/// Takes what a row says of itself, and what makes JSON of all that it holds.
pub type Visit<'a> = dyn FnMut(Facts, &dyn Fn() -> Result<Value>) -> Result<()> + 'a;

fn json<R: Row>(row: &R) -> Result<Value> {
    serde_json::to_value(row).map_err(|e| INTERNAL.caused_by(e))
}

impl TableInfo {
    pub const fn of<R: Row>() -> TableInfo {
        TableInfo {
            table: R::TABLE,
            entries: |view, id| Ok::<_, Error>(view.get::<R>(Id::from_number(id))?.map(|row| Entries::of(&row))),
            facts: |view| view.all::<R>(Order::Oldest).map(|row| Ok(Facts::of(&row?))).collect(),
            is_touched: R::TOUCHED,
            changed_at: |view, id| Ok(view.get::<R>(Id::from_number(id))?.map(|row| row.changed_at())),
            each: |view, visit| {
                view.all::<R>(Order::Oldest).try_for_each(|row| {
                    let row = row?;
                    visit(Facts::of(&row), &|| json(&row))
                })
            },
            json: |bytes| json(&decode_row::<R>(bytes)?),
        }
    }

    /// Goes through the rows, oldest first, one at a time.
    ///
    /// Errors: `internal` where a row cannot be read, and those of `visit`.
    pub fn each(&self, view: &View, visit: &mut Visit) -> Result<()> {
        (self.each)(view, visit)
    }

    /// All that a row of the table holds, of which these are the bytes. Errors: `internal` where it cannot be read.
    pub fn json(&self, bytes: &[u8]) -> Result<Value> {
        (self.json)(bytes)
    }

    /// What each row of the table says of itself, oldest first. Reads the whole table.
    ///
    /// Errors: `internal` where a row cannot be read.
    pub fn facts(&self, view: &View) -> Result<Vec<Facts>> {
        (self.facts)(view)
    }
}
