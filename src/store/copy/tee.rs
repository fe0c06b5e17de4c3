//! Commits, handed to whoever copies them. The writer never waits: a copier that cannot keep up is cut off.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use sled::IVec;

use super::{
    super::{
        key::{counted_table, is_copied, space},
        scan::Overlay,
    },
    chunk::Chunk,
};
use crate::base::{
    error::{Kind, Reason, Result},
    time::Time,
};

pub const COPY_TOO_SLOW: Reason = Reason::new(
    Kind::Busy,
    "copy_too_slow",
    "the copy could not keep up with what was written meanwhile, and was given up; try again when less is going on, or to a faster place",
);

/// Bytes that may wait for a copier.
const MOST_WAITING: usize = 64 << 20;

/// What one commit wrote, as far as it is copied. `None` deletes.
pub struct Commit {
    pub number: u64,
    pub time: Time,
    pub(super) writes: Vec<(IVec, Option<IVec>)>,
    /// Tables whose number of rows changed, with the new one.
    pub(super) totals: Vec<(u8, u64)>,
    bytes: usize,
}

impl Commit {
    /// What it wrote, as copies hold it; empty where it wrote nothing that is copied.
    pub fn chunk(&self) -> Vec<u8> {
        let mut chunk = Chunk::default();
        for (key, value) in &self.writes {
            chunk.push(key, value.as_deref());
        }
        chunk.take().unwrap_or_default()
    }

    /// Whether it wrote or deleted rows of that table.
    pub fn touches(&self, table: u8) -> bool {
        self.writes.iter().any(|(key, _)| key.starts_with(&[space::ROW, table]))
    }
}

/// All who listen.
#[derive(Default)]
pub(in super::super) struct Tees(Mutex<Vec<Weak<Queue>>>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    told: Condvar,
}

#[derive(Default)]
struct Waiting {
    commits: VecDeque<Arc<Commit>>,
    bytes: usize,
    /// There was more than may wait, so that some are missing.
    is_cut: bool,
}

/// Hears of every commit that is on disk, in order, from when it was made on.
pub struct Tee(Arc<Queue>);

impl Tees {
    pub fn add(&self) -> Tee {
        let queue = Arc::new(Queue::default());
        self.all().push(Arc::downgrade(&queue));
        Tee(queue)
    }

    /// The commit as listeners get it; `None` where nobody listens.
    pub fn copied(&self, number: u64, time: Time, writes: &Overlay) -> Option<Commit> {
        let mut all = self.all();
        all.retain(|queue| queue.strong_count() > 0);
        if all.is_empty() {
            return None;
        }
        drop(all);
        let mut commit = Commit { number, time, writes: Vec::new(), totals: Vec::new(), bytes: 0 };
        for (key, value) in writes {
            if is_copied(key) {
                commit.bytes += key.len() + value.as_ref().map_or(0, |value| value.len()) + 64;
                commit.writes.push((IVec::from(key.as_slice()), value.clone()));
            } else if let Some(table) = counted_table(key) {
                let total = value.as_ref().and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes);
                commit.totals.push((table, total));
            }
        }
        Some(commit)
    }

    pub fn hand_on(&self, commit: Commit) {
        let commit = Arc::new(commit);
        for queue in self.all().iter().filter_map(Weak::upgrade) {
            let mut waiting = queue.waiting();
            if waiting.is_cut || waiting.bytes + commit.bytes > MOST_WAITING {
                *waiting = Waiting { is_cut: true, ..Waiting::default() };
            } else {
                waiting.bytes += commit.bytes;
                waiting.commits.push_back(commit.clone());
            }
            queue.told.notify_one();
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Queue>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tee {
    /// What has been committed since, waiting so long for something. Errors: `copy_too_slow`.
    pub fn take(&self, patience: Duration) -> Result<Vec<Arc<Commit>>> {
        let quiet = |waiting: &mut Waiting| waiting.commits.is_empty() && !waiting.is_cut;
        let waited = self.0.told.wait_timeout_while(self.0.waiting(), patience, quiet);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if waiting.is_cut {
            return Err(COPY_TOO_SLOW.err());
        }
        waiting.bytes = 0;
        Ok(waiting.commits.drain(..).collect())
    }
}
