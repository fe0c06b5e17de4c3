//! Reading what commits told the readers of a stream.

use super::{
    event::{Event, Stream},
    key::{self, space},
    scan::Order,
    view::View,
};
use crate::base::error::Result;

impl<'a> View<'a> {
    /// The events of a stream after `seq`, oldest first.
    pub fn events_after(&self, stream: Stream, seq: u64) -> impl Iterator<Item = Result<Event>> + use<'_, 'a> {
        let end = key::after(&[space::EVENT, stream.0]);
        self.scan(key::event(stream.0, seq.saturating_add(1)).to_vec(), end, Order::Oldest)
            .map(|entry| entry.map(|(key, value)| Event { seq: key::number_of(&key), bytes: value.to_vec() }))
    }
}
