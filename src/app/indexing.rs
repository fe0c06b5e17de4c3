//! Keeping the search index: what the store has told since is read into it, or all of the store where it is new.

use std::{sync::PoisonError, sync::atomic::Ordering, time::Duration};

use super::{App, INDEX_BEHIND};
use crate::{
    base::error::{Error, Result},
    domain::{clinic_wide::catalogue, shared::event::INDEX},
    search::Bookmark,
};

/// Rows that one commit of the index takes in at most.
const BATCH: usize = 1_000;
/// How long a search waits at most for the index to take in what was acknowledged before. Some 10 ms are usual, more on a busy disk;
/// the build of a large clinic's index takes a second.
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// Reads a bounded part of what the store has told into the index; all of the store where the index is new. Answers the number of the
    /// last event that the index holds and the store may forget, `None` where there was nothing to do. Blocks.
    pub fn feed_index(&self) -> Result<Option<u64>> {
        let fed = self.feed();
        match &fed {
            Ok(_) => self.troubles.index.works(0),
            Err(error) => self.troubles.index.failed(0, error.chain()),
        }
        // What it has taken in it has, whether or not the store can forget that on a full disk.
        if self.index_behind().is_none() && fed.is_ok() {
            self.indexing.ready.store(true, Ordering::Relaxed);
        }
        fed
    }

    /// For how long the index has missed something that is on disk, in milliseconds. Known to the second or so: somebody has to ask.
    pub fn index_lag(&self) -> i64 {
        self.index_behind().unwrap_or(0)
    }

    fn index_behind(&self) -> Option<i64> {
        let (told, now) = (self.store.last_change_on_disk(), self.clock.tick());
        let is_behind = self.index.bookmark().is_none_or(|bookmark| bookmark.event < told);
        let mut since = self.indexing.behind_since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = is_behind.then(|| since.unwrap_or(now));
        since.map(|since| now.since(since))
    }

    fn feed(&self) -> Result<Option<u64>> {
        // The pen first: nobody puts in an older reading after ours.
        let mut writer = self.index.writer();
        let db = self.store.view();
        let Some(bookmark) = self.index.bookmark() else {
            drop(writer);
            let entries = self.reindex()?;
            tracing::info!(entries, "built the search index");
            return self.feed();
        };
        // What a kill can still take back is no news yet: its number would be given again, and the bookmark be beyond it.
        let kept = self.store.last_change_on_disk();
        let told = db.events_after(INDEX, bookmark.event).take_while(|event| event.as_ref().map_or(true, |event| event.seq <= kept));
        let told: Vec<_> = told.take(BATCH).collect::<Result<_>>()?;
        let Some(last) = told.last().map(|event| event.seq) else {
            // A kill, or a build, may have left events whose work is done.
            let first_kept = db.events_after(INDEX, 0).next().transpose()?;
            if first_kept.is_some_and(|event| event.seq <= bookmark.event) {
                return Ok(Some(bookmark.event));
            }
            return Ok(None);
        };
        let rows = told.iter().map(|event| event.row()).collect::<Result<Vec<_>>>()?;
        for (kind, id) in catalogue::touched(&db, &rows)? {
            match catalogue::entry(&db, kind, id) {
                Ok(Some(entry)) => writer.put(&entry)?,
                Ok(None) => writer.remove(kind, id)?,
                Err(error) => unreadable(&error),
            }
        }
        writer.commit(Bookmark { store: self.store.mark(), event: last })?;
        Ok(Some(last))
    }

    /// Builds the search index anew from the store and answers how many entries it has. Searches see the old one until it is done. Blocks.
    pub fn reindex(&self) -> Result<u64> {
        let mut writer = self.index.writer();
        let db = self.store.view();
        // Before the rows are read: what is told meanwhile is read again.
        let event = db.last_event(INDEX)?;
        writer.clear()?;
        let mut number = 0;
        for entry in catalogue::entries(&db) {
            match entry {
                Ok(entry) => writer.put(&entry)?,
                Err(error) => unreadable(&error),
            }
            number += 1;
        }
        writer.commit(Bookmark { store: self.store.mark(), event })?;
        Ok(number)
    }

    /// Where the index has not come from this store, or misses what the store has forgotten, it is to be built anew. A power cut may take
    /// the store's last events and leave the index, which is then ahead. Looked at before anything is written: later, new events could
    /// have the numbers of lost ones.
    pub(super) fn check_index(&self) -> Result<()> {
        let db = self.store.view();
        let last = db.last_event(INDEX)?;
        let first_kept = db.events_after(INDEX, 0).next().transpose()?.map_or(last + 1, |event| event.seq);
        let goes = |at: Bookmark| at.store == self.store.mark() && at.event <= last && at.event + 1 >= first_kept;
        if !self.index.bookmark().is_some_and(goes) {
            self.index.distrust();
        }
        Ok(())
    }

    /// Whether the index has taken in, since the start, what there was.
    pub fn index_is_ready(&self) -> bool {
        self.indexing.ready.load(Ordering::Relaxed)
    }

    /// Waits until the index holds what has been acknowledged so far, so that everybody finds what they have just written.
    ///
    /// Errors: `index_behind`, where it does not come along.
    pub async fn index_current(&self) -> Result<()> {
        let last = self.store.view().last_event(INDEX)?;
        let mut bookmarks = self.index.bookmarks();
        let current = |now: &Option<Bookmark>| now.is_some_and(|bookmark| bookmark.event >= last);
        let before = *bookmarks.borrow();
        if current(&before) {
            return Ok(());
        }
        if self.troubles.index.now().is_none() {
            self.indexing.asked.notify_one();
            let _ = tokio::time::timeout(PATIENCE, bookmarks.wait_for(current)).await;
        }
        // One that comes along, and slowly, answers with what it has; one that stands still would deny what is there.
        let now = *bookmarks.borrow();
        match current(&now) || (now.is_some() && now != before) {
            true => Ok(()),
            false => Err(INDEX_BEHIND.err().retry_in(1)),
        }
    }

    /// Returns when somebody waits for the index.
    pub async fn index_asked_for(&self) {
        self.indexing.asked.notified().await;
    }
}

/// One bad row is no reason to find nothing.
fn unreadable(error: &Error) {
    tracing::error!(error = error.chain(), "a row cannot be read, so it cannot be found");
}
