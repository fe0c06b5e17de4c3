//! For how long the oldest event of each stream has waited. Events bear no time: it is counted from when their consumer first saw them there.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::{base::time::Tick, store::Stream};

/// The oldest event that waits in each stream, and since when it has been the oldest.
#[derive(Default)]
pub(super) struct Heads(Mutex<BTreeMap<u8, (u64, Tick)>>);

impl Heads {
    /// Notes which event of a stream is the oldest now. Answers for how long it has been, in milliseconds; 0 where none waits.
    pub(super) fn note(&self, stream: Stream, oldest: Option<u64>, now: Tick) -> i64 {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(oldest) = oldest else {
            heads.remove(&stream.0);
            return 0;
        };
        let head = heads.entry(stream.0).or_insert((oldest, now));
        if head.0 != oldest {
            *head = (oldest, now);
        }
        now.since(head.1)
    }
}
