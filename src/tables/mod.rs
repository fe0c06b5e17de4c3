//! CSV in and out: hospitals, departments, doctors, diagnosis terms, regions. The same columns both ways, under a header row.
//!
//! An import is all or nothing: one commit, and where a row is bad nothing changes and every bad row is named with its line.

mod kinds;
mod record;

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use csv::StringRecord;
use serde::Serialize;

use crate::{
    base::error::{Error, INTERNAL, Kind, Reason, Result},
    store::{Store, Tx, View},
};
pub use kinds::KINDS;
use record::Record;

pub const UNKNOWN_KIND: Reason = Reason::new(Kind::NotFound, "unknown_kind", "没有这种数据可以导入导出");
pub const BAD_TABLE: Reason = Reason::new(Kind::Rule, "bad_table", "表格无法读取，请使用 UTF-8 编码的 CSV，第一行为列名");
pub const BAD_ROWS: Reason = Reason::new(Kind::Rule, "bad_rows", "有的行填写有误，未导入任何数据");

/// Bad rows that are named at most; their number is always told.
const MOST_NAMED: usize = 200;

/// What can be exchanged: its columns, and how a row is read and written.
pub struct CsvTable {
    pub name: &'static str,
    /// The first `required` of them must be there; the others may be left out.
    pub columns: &'static [&'static str],
    pub required: usize,
    read: fn(&mut Tx, &Record) -> Result<Change>,
    write: fn(&View, &mut Rows) -> Result<()>,
}

/// What a row of an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Created,
    Updated,
}

/// Takes the rows of an export, one after another.
struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    fn push(&mut self, row: &[&str]) -> Result<()> {
        self.0.write_record(row).map_err(|e| INTERNAL.caused_by(e))
    }
}

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

/// The kind of that name. Errors: `unknown_kind`, which names those that there are.
pub fn kind(name: &str) -> Result<&'static CsvTable> {
    let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join("、");
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| UNKNOWN_KIND.with(format!("可用的有 {}", known())))
}

/// Reads a table and brings in every row, or none; `note` becomes part of the same commit.
///
/// Errors: `bad_table`; `bad_rows`, whose fields name the lines and what is wrong with each.
pub fn import(
    store: &Store,
    kind: &'static CsvTable,
    table: impl Read,
    progress: Arc<Progress>,
    note: impl FnOnce(&mut Tx) -> Result<()> + Send + 'static,
) -> Result<Imported> {
    let rows = parse(kind, table)?;
    progress.total.store(rows.len(), Ordering::Relaxed);
    store.write_blocking(move |db| {
        let mut imported = Imported::default();
        let mut bad = Vec::new();
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
            false => Err(name_lines(&bad)),
        }
    })
}

/// The whole table of a kind as CSV.
pub fn export(db: &View, kind: &CsvTable) -> Result<Vec<u8>> {
    let mut rows = Rows(csv::Writer::from_writer(Vec::new()));
    rows.push(kind.columns)?;
    (kind.write)(db, &mut rows)?;
    rows.0.into_inner().map_err(|e| INTERNAL.caused_by(e.to_string()))
}

fn parse(kind: &CsvTable, table: impl Read) -> Result<Vec<Record>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table);
    let header = reader.headers().map_err(|e| BAD_TABLE.with(explain(&e)))?.clone();
    // A spreadsheet puts a byte order mark in front.
    let names: Arc<[String]> = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    if let Some(unknown) = names.iter().find(|name| !kind.columns.contains(&name.as_str())) {
        return Err(BAD_TABLE.with(format!("不认识的列 {unknown}，可用的列有 {}", kind.columns.join("、"))));
    }
    if let Some(missing) = kind.columns[..kind.required].iter().find(|column| !names.iter().any(|name| name == *column)) {
        return Err(BAD_TABLE.with(format!("缺少列 {missing}")));
    }
    let mut rows = Vec::new();
    for row in reader.into_records() {
        let row: StringRecord = row.map_err(|e| BAD_TABLE.with(explain(&e)))?;
        let line = row.position().map_or(0, csv::Position::line);
        rows.push(Record { line, names: names.clone(), row });
    }
    Ok(rows)
}

fn name_lines(bad: &[(u64, Error)]) -> Error {
    let error = BAD_ROWS.with(format!("共 {} 行，第一处在第 {} 行（{}）", bad.len(), bad[0].0, bad[0].1.message()));
    bad.iter().take(MOST_NAMED).fold(error, |error, (line, problem)| error.field(format!("line {line}"), problem.message()))
}

fn explain(error: &csv::Error) -> String {
    match error.position() {
        Some(position) => format!("第 {} 行：{error}", position.line()),
        None => error.to_string(),
    }
}
