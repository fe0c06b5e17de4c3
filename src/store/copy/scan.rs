//! Reading all rows beside the writer, and the commits that come meanwhile.

use std::{collections::BTreeMap, ops::Bound, sync::Arc, time::Duration};

use sled::Tree;

use super::{
    super::{
        key::{self, Key, is_copied, space},
        table,
        table_info::TableInfo,
    },
    chunk::Chunk,
    tee::{Commit, Tee},
};
use crate::base::{
    error::{INTERNAL, Result},
    time::Time,
};

/// About so many bytes go into a chunk.
const CHUNK: usize = 1 << 20;
/// How long the last commits of a copy may take to reach the disk before it is looked whether the store still works.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The commit whose state it is, and when that was made.
    pub commit: u64,
    pub time: Time,
    /// Rows by the names of their tables.
    pub rows: BTreeMap<&'static str, u64>,
}

/// A store that is copied.
pub(in super::super) struct Copying<'a> {
    pub tree: &'a Tree,
    pub tables: &'a [TableInfo],
    /// Made before anything else here was looked at.
    pub tee: Tee,
    /// The newest commit on disk, and the time.
    pub commit: u64,
    pub time: Time,
    /// The newest commit that a reader can have seen.
    pub applied: &'a dyn Fn() -> u64,
    /// Whether commits still come to the disk.
    pub works: &'a dyn Fn() -> Result<()>,
}

struct Copier<'a, F> {
    tree: &'a Tree,
    chunk: Chunk,
    put: F,
    totals: BTreeMap<u8, u64>,
    commit: u64,
    time: Time,
}

impl Copying<'_> {
    /// Hands a consistent copy to `put`, chunk by chunk; takes as long as `put` does.
    pub fn run(self, put: impl FnMut(Vec<u8>) -> Result<()>) -> Result<Copied> {
        let Copying { tree, tables, tee, commit, time, applied, works } = self;
        let mut copier = Copier { tree, chunk: Chunk::default(), put, totals: BTreeMap::new(), commit, time };
        for info in tables {
            let total = tree.get(table::count_key(info.table.code, 0, &Key::NONE)).map_err(|e| INTERNAL.caused_by(e))?;
            let total = total.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes);
            copier.totals.insert(info.table.code, total);
        }
        for space in [space::ROW, space::MORE, space::EVENT, space::TOUCHED, space::META] {
            let mut from = Bound::Included(vec![space]);
            while let Some(last) = copier.read(space, from)? {
                from = Bound::Excluded(last);
                copier.hand_out(CHUNK)?;
                copier.note(&tee.take(Duration::ZERO)?)?;
            }
        }
        // The scan has seen no commit after this one, and of this one perhaps before it was on disk.
        let last = applied();
        while copier.commit < last {
            let commits = tee.take(PATIENCE)?;
            if commits.is_empty() {
                works()?;
            }
            copier.note(&commits)?;
        }
        copier.hand_out(0)?;
        let name = |code: u8| tables.iter().find(|info| info.table.code == code).map(|info| info.table.name);
        let rows = copier.totals.iter().filter(|(_, rows)| **rows > 0).filter_map(|(code, rows)| Some((name(*code)?, *rows))).collect();
        Ok(Copied { commit: copier.commit, time: copier.time, rows })
    }
}

impl<F: FnMut(Vec<u8>) -> Result<()>> Copier<'_, F> {
    /// Reads about as much as a chunk takes, and answers the last key; `None` at the end.
    fn read(&mut self, space: u8, from: Bound<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        let end = key::after(&[space]).map_or(Bound::Unbounded, Bound::Excluded);
        for pair in self.tree.range((from, end)) {
            let (key, value) = pair.map_err(|e| INTERNAL.caused_by(e))?;
            if is_copied(&key) {
                self.chunk.push(&key, Some(&value));
            }
            if self.chunk.len() >= CHUNK {
                return Ok(Some(key.to_vec()));
            }
        }
        Ok(None)
    }

    fn note(&mut self, commits: &[Arc<Commit>]) -> Result<()> {
        for commit in commits {
            for (key, value) in &commit.writes {
                self.chunk.push(key, value.as_deref());
            }
            self.totals.extend(commit.totals.iter().copied());
            (self.commit, self.time) = (commit.number, commit.time);
            self.hand_out(CHUNK)?;
        }
        Ok(())
    }

    /// Hands out what there is, where it is so much at least.
    fn hand_out(&mut self, least: usize) -> Result<()> {
        if self.chunk.len() >= least
            && let Some(chunk) = self.chunk.take()
        {
            (self.put)(chunk)?;
        }
        Ok(())
    }
}
