//! CSV in and out: hospitals, departments, doctors, diagnosis terms, regions. The same columns both ways, under a header row. What happened
//! (registrations, consultations, payments) only goes out.
//!
//! An import is all or nothing: one commit, and where a row is bad nothing changes and every bad row is named with its line.

pub mod dump;
mod kind;
mod kinds;
mod record;
mod reports;
mod rows;
mod table;

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde::Serialize;

use crate::{
    base::error::{Error, INTERNAL, Kind, Reason, Result},
    domain::{identity::audit::Actor, relations::privacy, shared::sight::Sight},
    store::{Store, Tx, View},
};
use kind::Change;
pub use kind::{BAD_TABLE, CsvTable, Sheet};
pub use kinds::KINDS;
pub use reports::REPORTS;
pub use rows::Exported;
use rows::Rows;
use table::Table;

pub const UNKNOWN_KIND: Reason = Reason::new(Kind::NotFound, "unknown_kind", "没有这种数据可以导入导出");

/// A record that somebody looked at more than was shown would be false.
pub const NOTHING_TO_UNCOVER: Reason = Reason::new(Kind::Rule, "nothing_to_uncover", "这种数据没有完整的导出，请不带 full 和 reason 导出");

pub const BAD_ROWS: Reason = Reason::new(Kind::Rule, "bad_rows", "有的行填写有误，未导入任何数据");

/// Bad rows that are named at most; their number is always told.
const MOST_NAMED: usize = 200;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub created: usize,
    pub updated: usize,
}

/// How far an import is, for whoever waits for it.
#[derive(Debug, Default)]
pub struct Progress {
    pub done: AtomicUsize,
    pub total: AtomicUsize,
    /// Set by whoever started it, when it is done.
    pub over: AtomicBool,
}

/// The kind of that name, to import. Errors: `unknown_kind`, which names those that there are.
pub fn kind(name: &str) -> Result<&'static CsvTable> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| unknown(KINDS.iter().map(|kind| kind.name)))
}

/// The same, to export.
pub fn sheet(name: &str) -> Result<Sheet> {
    let sheets = || KINDS.iter().map(Sheet::from).chain(REPORTS.iter().copied());
    sheets().find(|sheet| sheet.name == name).ok_or_else(|| unknown(sheets().map(|sheet| sheet.name)))
}

fn unknown(known: impl Iterator<Item = &'static str>) -> Error {
    UNKNOWN_KIND.with(format!("可用的有 {}", known.collect::<Vec<_>>().join("、")))
}

/// Reads a table and brings in every row, or none; `note` becomes part of the same commit.
///
/// Errors: `bad_table`; `bad_rows`, whose fields name the lines and what is wrong with each.
pub fn import(
    store: &Store,
    kind: &'static CsvTable,
    mut table: impl Read,
    progress: Arc<Progress>,
    note: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<Imported> {
    let mut bytes = Vec::new();
    table.read_to_end(&mut bytes).map_err(|e| INTERNAL.caused_by(e))?;
    let Table { rows, mut bad } = table::read(kind, &bytes)?;
    drop(bytes);
    progress.total.store(rows.len(), Ordering::Relaxed);
    store.write_blocking(move |db| {
        let mut imported = Imported::default();
        for record in &rows {
            match (kind.read)(db, record) {
                Ok(Change::Created) => imported.created += 1,
                Ok(Change::Updated) => imported.updated += 1,
                Err(error) if error.kind() == Kind::Internal => return Err(error),
                Err(error) => bad.push((record.line, error)),
            }
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
        match bad.is_empty() {
            true => note(db).map(|()| imported),
            false => {
                bad.sort_by_key(|(line, _)| *line);
                Err(name_lines(&bad))
            }
        }
    })
}

/// The whole table of a kind as CSV, for spreadsheets: UTF-8 with its mark, and nothing in it that they would calculate. People stand in it as
/// they print to an administrator; what is masked comes back from an import as it was.
pub fn export(db: &View, sheet: Sheet, actor: &Actor) -> Result<Exported> {
    written(db, sheet, privacy::administrator(actor.into()))
}

/// The same with nothing masked, for a reason: everybody in it is looked at.
///
/// Errors: `nothing_to_uncover` of a table that is the same either way.
pub fn export_whole(db: &mut Tx, sheet: Sheet, actor: &Actor, reason: &str) -> Result<Vec<u8>> {
    let role = sheet.people.ok_or_else(|| NOTHING_TO_UNCOVER.err())?;
    let sight = privacy::reveal_all(db, actor, role, reason)?;
    Ok(written(db, sheet, sight)?.bytes)
}

fn written(db: &View, sheet: Sheet, sight: Sight) -> Result<Exported> {
    let mut rows = Rows::new(sheet.columns, sight)?;
    (sheet.write)(db, &mut rows)?;
    rows.finish()
}

/// The first line of a kind, as a file to fill in.
pub fn template(kind: &CsvTable) -> Result<Vec<u8>> {
    Ok(Rows::new(kind.columns, Sight::STRANGER)?.finish()?.bytes)
}

fn name_lines(bad: &[(u64, Error)]) -> Error {
    let error = BAD_ROWS.with(format!("共 {} 行，第一处在第 {} 行（{}）", bad.len(), bad[0].0, named(&bad[0].1)));
    bad.iter().take(MOST_NAMED).fold(error, |error, (line, problem)| error.field(format!("line {line}"), named(problem)))
}

/// What is wrong, with the column where the message does not name it by itself.
fn named(problem: &Error) -> String {
    let message = problem.message();
    match problem.fields().first() {
        Some((column, _)) if !message.contains(column.as_str()) => format!("{column} {message}"),
        _ => message,
    }
}
