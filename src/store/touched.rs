//! When a row changed last: a version, the moment and the number of the commit, and whether that deleted it. Kept beside the tables that ask for
//! it ([`Row::TOUCHED`]), in the commit that changes them, twice: by row, which copies hold, and by time, which follows from that.
//!
//! The writer stamps the moment, and no commit is older than the one before, whatever the clock does: whoever has read all up to a moment finds
//! what came later behind it.
//!
//! [`Row::TOUCHED`]: super::Row::TOUCHED

use std::{any::Any, collections::BTreeSet};

use sled::{Batch, IVec, Tree};

use super::{
    key::{self, Moment, space},
    scan::Overlay,
    table::{Row, unreadable},
};
use crate::base::{
    error::{INTERNAL, Result},
    id::Id,
    time::Time,
};

/// The latest change of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// 1 at first.
    pub version: u64,
    pub time: Time,
    /// The number of the commit; 0 of a change that an earlier release made.
    pub commit: u64,
    pub deleted: bool,
}

/// A row before and after it was written: `None` where there was, or is, none.
#[derive(Clone, Copy)]
pub struct Changed<'a> {
    before: Option<&'a dyn Any>,
    after: Option<&'a dyn Any>,
}

/// What a job has touched.
#[derive(Clone, Debug, Default)]
pub struct Touched(pub(super) BTreeSet<(u8, u64)>);

impl<'a> Changed<'a> {
    pub(super) fn new<R: Row>(before: Option<&'a R>, after: Option<&'a R>) -> Changed<'a> {
        let any = |row: &'a R| -> &'a dyn Any { row };
        Changed { before: before.map(any), after: after.map(any) }
    }

    /// The two, where the row is of this table.
    pub fn of<R: Row>(&self) -> Option<(Option<&'a R>, Option<&'a R>)> {
        let one = |row: Option<&'a dyn Any>| row.and_then(|row| row.downcast_ref::<R>());
        let (before, after) = (one(self.before), one(self.after));
        (before.is_some() || after.is_some()).then_some((before, after))
    }
}

impl Touched {
    pub fn add<R: Row>(&mut self, id: Id<R::Kind>) {
        if R::TOUCHED && !id.is_none() {
            self.0.insert((R::TABLE.code, id.number()));
        }
    }
}

/// The moment of the newest commit.
const STAMP: &[u8] = b"mstamp";

impl Touch {
    const LENGTH: usize = 25;

    pub(super) fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Touch::LENGTH);
        bytes.extend(self.version.to_be_bytes());
        bytes.extend(self.time.0.to_be_bytes());
        bytes.extend(self.commit.to_be_bytes());
        bytes.push(u8::from(self.deleted));
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Touch> {
        let number = |at: usize| bytes.get(at..at + 8).and_then(|part| part.try_into().ok()).map(u64::from_be_bytes);
        let touch = || {
            let deleted = *bytes.get(24)? != 0;
            Some(Touch { version: number(0)?, time: Time(number(8)?.cast_signed()), commit: number(16)?, deleted })
        };
        touch().filter(|_| bytes.len() == Touch::LENGTH).ok_or_else(|| unreadable("when a row changed last cannot be read"))
    }

    /// Where it stands in the order of time.
    pub(super) fn by_time(&self, table: u8, id: u64) -> Vec<u8> {
        key::touched_by_time(table, Moment { time: self.time, commit: self.commit, id: Id::from_number(id) })
    }

    pub(super) fn mark(&self) -> IVec {
        IVec::from(&[u8::from(self.deleted)])
    }
}

/// The moment of the newest commit that changed something of which that is noted.
pub(super) fn newest(tree: &Tree) -> Result<Time> {
    let last = tree.get(STAMP).map_err(|e| INTERNAL.caused_by(e))?;
    let last = last.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(i64::MIN, i64::from_be_bytes);
    Ok(Time(last))
}

/// Adds to the writes of a commit what they change of when rows changed last.
pub(super) fn lay(tree: &Tree, writes: &mut Overlay, touched: &Touched, (time, commit): (Time, u64)) -> Result<()> {
    for (table, id) in touched.0.iter().copied() {
        let (at, row) = (key::touched(table, id), key::row(table, id));
        let get = |key: &[u8]| tree.get(key).map_err(|e| INTERNAL.caused_by(e));
        let old = get(&at)?.map(|bytes| Touch::decode(&bytes)).transpose()?;
        let is_there = match writes.get(row.as_slice()) {
            Some(written) => written.is_some(),
            None => get(&row)?.is_some(),
        };
        if !is_there && old.is_none_or(|old| old.deleted) {
            continue;
        }
        if let Some(old) = old {
            writes.insert(old.by_time(table, id), None);
        }
        let new = Touch { version: old.map_or(0, |old| old.version) + 1, time, commit, deleted: !is_there };
        writes.insert(new.by_time(table, id), Some(new.mark()));
        writes.insert(at.to_vec(), Some(new.encode().into()));
    }
    if !touched.0.is_empty() {
        writes.insert(STAMP.to_vec(), Some(IVec::from(&time.0.to_be_bytes())));
    }
    Ok(())
}

/// What follows in the order of time from a change of an entry by row; nothing where `at` is no such entry.
pub(super) fn follow(at: &[u8], old: Option<&[u8]>, new: Option<&[u8]>, batch: &mut Batch) -> Result<()> {
    let [space::TOUCHED, table, ..] = at else { return Ok(()) };
    let id = key::number_of(at);
    if let Some(old) = old {
        batch.remove(Touch::decode(old)?.by_time(*table, id));
    }
    if let Some(new) = new {
        let new = Touch::decode(new)?;
        batch.insert(new.by_time(*table, id), new.mark());
    }
    Ok(())
}
