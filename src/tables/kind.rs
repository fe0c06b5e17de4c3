//! What can be exchanged: the columns of a table, and how its rows are read and written.

use super::{record::Record, rows::Rows};
use crate::{
    base::error::{Kind, Reason, Result},
    domain::identity::account::Role,
    store::{Tx, View},
};

pub const BAD_TABLE: Reason = Reason::new(Kind::Rule, "bad_table", "表格无法读取，请使用 CSV（UTF-8 或 GB18030 编码），第一行为列名");

/// What can be exchanged: its columns, and how a row is read and written.
pub struct CsvTable {
    pub name: &'static str,
    /// The first `required` of them must be there; the others may be left out.
    pub columns: &'static [&'static str],
    pub required: usize,
    /// Whose rows these are, where they are people.
    pub people: Option<Role>,
    /// By what a row is found again; `None` where the row does not say it. The same twice in a table is a mistake.
    pub(super) key: fn(&Record) -> Option<String>,
    pub(super) read: fn(&mut Tx, &Record) -> Result<Change>,
    pub(super) write: fn(&View, &mut Rows) -> Result<()>,
}

/// What can be exported.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// Whose rows these are, where they are people who can be shown whole.
    pub people: Option<Role>,
    pub(super) write: fn(&View, &mut Rows) -> Result<()>,
}

impl From<&CsvTable> for Sheet {
    fn from(table: &CsvTable) -> Sheet {
        Sheet { name: table.name, columns: table.columns, people: table.people, write: table.write }
    }
}

/// What a row of an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
}
