//! Checking the store: is every row readable, does every index entry and every counter agree with the rows.

use std::collections::BTreeMap;

use super::{
    codec,
    key::{self, Key, space},
    scan::{Order, Scan},
    table,
    table_info::TableInfo,
    touches,
    view::View,
};
use crate::base::error::Result;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows by table name.
    pub rows: BTreeMap<&'static str, u64>,
    /// Index entries, counters and continuations that the rows call for, where they were looked at.
    pub entries: u64,
    pub counters: u64,
    pub continuations: u64,
    /// One line each, for the operator.
    pub problems: Vec<String>,
}

pub(super) fn run(view: &View, tables: &[TableInfo], deep: bool) -> Result<Report> {
    let mut report = Report::default();
    let mut counters: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    let (mut entries, mut continuations): (u64, u64) = (0, 0);
    for info in tables {
        let name = info.table.name;
        let prefix = vec![space::ROW, info.table.code];
        let end = key::after(&prefix);
        let rows = report.rows.entry(name).or_default();
        for pair in view.scan(prefix, end, Order::Oldest) {
            let (row_key, first) = pair?;
            let id = key::number_of(&row_key);
            *rows += 1;
            continuations += codec::continuations(&first).map_or(0, |(count, _)| u64::from(count));
            let row_entries = match (info.entries)(view, id) {
                Ok(row_entries) => row_entries.unwrap_or_default(),
                Err(error) => {
                    report.problems.push(format!("{name} {id}: {}", error.chain()));
                    continue;
                }
            };
            if deep {
                entries += row_entries.len() as u64;
                for entry in row_entries {
                    if view.raw(&entry.key(info.table.code, id))?.is_none() {
                        report.problems.push(format!("{name} {id}: its entry in index {} is missing", entry.index));
                    }
                    if entry.counted {
                        *counters.entry(table::count_key(info.table.code, entry.index, &entry.group)).or_default() += 1;
                    }
                }
            }
        }
        if *rows > 0 {
            counters.insert(table::count_key(info.table.code, 0, &Key::NONE), *rows);
        }
    }
    if deep {
        report.problems.extend(touches::problems(view, tables)?);
        compare(view, &counters, &mut report)?;
        for (prefix, what, should) in [(space::INDEX, "index entries", entries), (space::MORE, "continuations of long rows", continuations)]
        {
            let is = all(view, prefix).try_fold(0, |n, pair| pair.map(|_| n + 1))?;
            if is != should {
                report.problems.push(format!("{is} {what} are stored, the rows call for {should}"));
            }
        }
        if is_more_than(view, entries)? {
            without_rows(view, tables, &mut report)?;
        }
        (report.entries, report.counters, report.continuations) = (entries, counters.len() as u64, continuations);
    }
    Ok(report)
}

fn is_more_than(view: &View, entries: u64) -> Result<bool> {
    Ok(all(view, space::INDEX).try_fold(0, |n: u64, pair| pair.map(|_| n + 1))? > entries)
}

/// Names the index entries that follow from no row.
fn without_rows(view: &View, tables: &[TableInfo], report: &mut Report) -> Result<()> {
    for pair in all(view, space::INDEX) {
        let (key, _) = pair?;
        let id = key::number_of(&key);
        let Some(info) = tables.iter().find(|info| info.table.code == key[1]) else {
            report.problems.push(format!("index {} of table {} has entries, and there is no such table", key[2], key[1]));
            continue;
        };
        let follows =
            (info.entries)(view, id).ok().flatten().is_some_and(|entries| entries.iter().any(|one| one.key(key[1], id) == key.as_ref()));
        if !follows {
            report.problems.push(format!("index {} of {} has an entry for {id} that follows from no row", key[2], info.table.name));
        }
    }
    Ok(())
}

fn all(view: &View, prefix: u8) -> Scan {
    view.scan(vec![prefix], key::after(&[prefix]), Order::Oldest)
}

/// Counters that say something else than the rows do.
fn compare(view: &View, counters: &BTreeMap<Vec<u8>, u64>, report: &mut Report) -> Result<()> {
    let mut seen = 0;
    for pair in all(view, space::COUNT) {
        let (key, _) = pair?;
        seen += 1;
        let (is, should) = (view.counter(&key)?, counters.get(key.as_ref()).copied().unwrap_or(0));
        if is != should {
            report.problems.push(format!("a counter of table {} index {} says {is}, the rows say {should}", key[1], key[2]));
        }
    }
    if seen != counters.len() {
        report.problems.push(format!("{} counters are stored, the rows call for {}", seen, counters.len()));
    }
    Ok(())
}
