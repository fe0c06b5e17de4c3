//! Events: facts for those who work after the commit, in streams that have one reader each.

use super::{key, table};
use crate::base::{error::Result, id::AnyId};

/// A queue of events with one reader. Numbers are given in `domain::event` and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream(pub u8);

/// Tells which rows that are searched ([`Row::searched`](super::Row::searched)) were written or deleted. [`Tx`](super::Tx) itself writes here: no
/// verb can forget it.
pub const CHANGED: Stream = Stream(1);

/// What happened, in the words of the room that wrote it.
pub struct Event {
    /// Its place in the stream, from 1; never given twice.
    pub seq: u64,
    pub bytes: Vec<u8>,
}

impl Event {
    /// The table's code and the id, of an event in [`CHANGED`].
    ///
    /// Errors: `internal` for an event of another stream.
    pub fn row(&self) -> Result<(u8, AnyId)> {
        match self.bytes.split_first() {
            Some((table, id)) if id.len() == 8 => Ok((*table, AnyId::from_number(key::number_of(id)))),
            _ => Err(table::unreadable("an event that names no row")),
        }
    }
}
