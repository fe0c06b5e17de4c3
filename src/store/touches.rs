//! Looking up when rows changed last, and making what is missing of it.

use sled::{Batch, IVec, Tree};

use super::{
    key::{self, Moment, space},
    scan::Order,
    table::{Row, unreadable},
    table_info::TableInfo,
    touched::Touch,
    view::View,
};
use crate::base::{
    error::{INTERNAL, Result},
    id::{AnyId, Id},
    settings::Settings,
    time::Time,
};

/// Whether the tables of a store from before changes were noted have been gone through.
const NOTED: &[u8] = b"mtouched";
/// Entries that are written at once.
const BATCH: usize = 2_000;

/// Whether every row has its entry: a store of an earlier release has not.
pub(super) fn is_noted(view: &View) -> Result<bool> {
    Ok(view.raw(NOTED)?.is_some())
}

/// Notes of a store that nothing is missing.
pub(super) fn is_whole(tree: &Tree) -> Result<()> {
    tree.insert(NOTED, &[]).map(drop).map_err(|e| INTERNAL.caused_by(e))
}

/// Makes what is missing: the order of time from the entries by row, and an entry for each row without one, which is as old as the row says.
pub(super) fn build(tree: &Tree, tables: &[TableInfo]) -> Result<()> {
    let settings = Settings::default();
    let view = View::new(tree, &settings, Time(0));
    let (mut batch, mut waiting) = (Batch::default(), 0);
    let mut write = |more: Vec<(Vec<u8>, IVec)>, last: bool| -> Result<()> {
        waiting += more.len();
        more.into_iter().for_each(|(key, value)| batch.insert(key, value));
        if last || waiting >= BATCH {
            waiting = 0;
            tree.apply_batch(std::mem::take(&mut batch)).map_err(|e| INTERNAL.caused_by(e))?;
        }
        Ok(())
    };
    for pair in tree.scan_prefix([space::TOUCHED]) {
        let (at, value) = pair.map_err(|e| INTERNAL.caused_by(e))?;
        let (touch, id) = (Touch::decode(&value)?, key::number_of(&at));
        write(vec![(touch.by_time(at[1], id), touch.mark())], false)?;
    }
    for info in tables.iter().filter(|info| info.is_touched) {
        let table = info.table.code;
        for id in view.ids_of(table, None, Order::Oldest) {
            let id = id?.number();
            let at = key::touched(table, id);
            if view.raw(&at)?.is_none()
                && let Some(time) = (info.changed_at)(&view, id)?
            {
                let touch = Touch { version: 1, time, commit: 0, deleted: false };
                write(vec![(at.to_vec(), touch.encode().into()), (touch.by_time(table, id), touch.mark())], false)?;
            }
        }
    }
    write(Vec::new(), true)?;
    is_whole(tree)
}

/// What is wrong between rows, entries by row and entries by time: one line each.
pub(super) fn problems(view: &View, tables: &[TableInfo]) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    if !is_noted(view)? {
        return Ok(problems);
    }
    for info in tables.iter().filter(|info| info.is_touched) {
        let (table, name) = (info.table.code, info.table.name);
        for id in view.ids_of(table, None, Order::Oldest) {
            let id = id?;
            if view.touch_of(table, id)?.is_none_or(|touch| touch.deleted) {
                problems.push(format!("{name} {id}: it is not noted when it changed last"));
            }
        }
        let (mut by_row, mut by_time) = (0_u64, 0_u64);
        for pair in view.scan(vec![space::TOUCHED, table], key::after(&[space::TOUCHED, table]), Order::Oldest) {
            let (at, value) = pair?;
            let (touch, id) = (Touch::decode(&value)?, key::number_of(&at));
            by_row += 1;
            if view.raw(&touch.by_time(table, id))?.is_none() {
                problems.push(format!("{name} {id}: its latest change is missing in the order of time"));
            }
            if !touch.deleted && view.raw(&key::row(table, id))?.is_none() {
                problems.push(format!("{name} {id}: it is gone, and noted as if it were not"));
            }
        }
        let space = [space::BY_TIME, table];
        for pair in view.scan(space.to_vec(), key::after(&space), Order::Oldest) {
            pair?;
            by_time += 1;
        }
        if by_row != by_time {
            problems.push(format!("{name}: {by_row} rows have changed, and the order of time has {by_time}"));
        }
    }
    Ok(problems)
}

impl View<'_> {
    /// When the row changed last; `None` where that was never noted.
    pub fn touch<R: Row>(&self, id: Id<R::Kind>) -> Result<Option<Touch>> {
        self.touch_of(R::TABLE.code, id.any())
    }

    /// The same, of a table by its code.
    pub fn touch_of(&self, table: u8, id: AnyId) -> Result<Option<Touch>> {
        self.raw(&key::touched(table, id.number()))?.map(|bytes| Touch::decode(&bytes)).transpose()
    }

    /// The latest changes of a table in the order of time, those after `beyond` in that order; each with whether the row was deleted.
    pub fn touches(&self, table: u8, beyond: Option<Moment>, order: Order) -> impl Iterator<Item = Result<(Moment, bool)>> {
        let all = [space::BY_TIME, table];
        let (mut from, mut to) = (all.to_vec(), key::after(&all));
        match (beyond.map(|beyond| key::touched_by_time(table, beyond)), order) {
            (Some(beyond), Order::Oldest) => from = [beyond, vec![0]].concat(),
            (Some(beyond), Order::Newest) => to = Some(beyond),
            (None, _) => {}
        }
        self.scan(from, to, order).map(|pair| {
            let (at, value) = pair?;
            let moment = key::moment_of(&at).ok_or_else(|| unreadable("a place in the order of time cannot be read"))?;
            Ok((moment, value.as_ref() == [1]))
        })
    }

    /// How many rows a table has, by its code.
    pub fn total_of(&self, table: u8) -> Result<u64> {
        self.counter(&super::table::count_key(table, 0, &super::key::Key::NONE))
    }

    /// The ids of a table's rows beyond one, in this order, without reading the rows.
    pub fn ids_of(&self, table: u8, beyond: Option<AnyId>, order: Order) -> impl Iterator<Item = Result<AnyId>> {
        let all = [space::ROW, table];
        let (mut from, mut to) = (all.to_vec(), key::after(&all));
        match (beyond, order) {
            (Some(beyond), Order::Oldest) => from = key::row(table, beyond.number().saturating_add(1)).to_vec(),
            (Some(beyond), Order::Newest) => to = Some(key::row(table, beyond.number()).to_vec()),
            (None, _) => {}
        }
        self.scan(from, to, order).map(|pair| pair.map(|(at, _)| Id::from_number(key::number_of(&at))))
    }
}
