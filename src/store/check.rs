//! Checking the store: is every row readable, does every index entry and every counter agree with the rows.

use std::collections::BTreeMap;

use super::{
    key::{self, Key, space},
    table::{self, TableInfo},
    view::{Order, View},
};
use crate::base::error::Result;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows by table name.
    pub rows: BTreeMap<&'static str, u64>,
    /// One line each, for the operator.
    pub problems: Vec<String>,
}

pub(super) fn run(view: &View, tables: &[TableInfo], deep: bool) -> Result<Report> {
    let mut report = Report::default();
    let mut counters: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    let mut entries: u64 = 0;
    for info in tables {
        let name = info.table.name;
        let prefix = vec![space::ROW, info.table.code];
        let end = key::after(&prefix);
        let rows = report.rows.entry(name).or_default();
        for pair in view.scan(prefix, end, Order::Oldest) {
            let id = key::id_of(&pair?.0);
            *rows += 1;
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
        compare(view, &counters, entries, &mut report)?;
    }
    Ok(report)
}

/// Index entries without a row, and counters that say something else than the rows do.
fn compare(view: &View, counters: &BTreeMap<Vec<u8>, u64>, entries: u64, report: &mut Report) -> Result<()> {
    let all = |prefix: u8| view.scan(vec![prefix], key::after(&[prefix]), Order::Oldest);
    let stored = all(space::INDEX).try_fold(0, |n, pair| pair.map(|_| n + 1))?;
    if stored != entries {
        report.problems.push(format!("the indexes have {stored} entries, the rows call for {entries}"));
    }
    let mut seen = 0;
    for pair in all(space::COUNT) {
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
