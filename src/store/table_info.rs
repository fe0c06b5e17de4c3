//! A table as checks and the writer see it, without knowing the type of its rows.

use super::{
    table::{Entries, Entry, Row, Table},
    view::View,
};
use crate::base::{
    error::{Error, Result},
    id::Id,
};

/// A table as the checks see it: enough to read any of its rows without knowing the type.
#[derive(Clone, Copy)]
pub struct TableInfo {
    pub table: Table,
    /// The index keys and the counters that follow the row with this id; an error where the row cannot be read.
    pub(super) entries: fn(&View, u64) -> Result<Option<Vec<Entry>>>,
}

impl TableInfo {
    pub const fn of<R: Row>() -> TableInfo {
        TableInfo { table: R::TABLE, entries: |view, id| Ok::<_, Error>(view.get::<R>(Id::from_number(id))?.map(|row| Entries::of(&row))) }
    }
}
