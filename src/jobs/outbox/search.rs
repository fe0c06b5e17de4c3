//! The indexer: takes what commits have changed into the search index, soon and not one by one.
//!
//! A commit of the index costs some ten syncs, so changes are gathered: until nothing new has come for a moment, or for long enough, or
//! somebody searches and waits. An event is forgotten after the index has it on disk; a kill in between reads the row once more.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::consumer::{Consumer, Rounds};
use crate::{
    app::App,
    base::error::{INTERNAL, Result},
    domain::shared::event::INDEX,
};

/// Quiet for so long, and the changes go in.
const QUIET: Duration = Duration::from_millis(20);
/// So many times, if it is never quiet: 200 ms.
const MOST_WAITS: u32 = 10;
/// So many changes need not wait for more.
const MANY: u64 = 1_000;

/// Looks at the index at least so often: a search may have found it damaged.
const LOOK: Duration = Duration::from_secs(5);

pub const CONSUMER: Consumer = Consumer { stream: INDEX, trouble: |troubles| &troubles.index, begin: |_| Some(Box::new(Indexing)) };

struct Indexing;

impl Rounds for Indexing {
    fn round<'a>(&'a mut self, app: &'a Arc<App>) -> BoxFuture<'a, Result<Duration>> {
        async {
            tokio::select! {
                () = app.index_asked_for() => {}
                () = gather(app) => {}
            }
            feed(app).await?;
            Ok(LOOK)
        }
        .boxed()
    }
}

/// Waits for more changes, where there are any.
async fn gather(app: &App) {
    let newest = || app.store.view().last_event(INDEX).unwrap_or(0);
    let held = app.index.bookmark().map_or(0, |bookmark| bookmark.event);
    let mut seen = newest();
    if seen == held {
        return;
    }
    for _ in 0..MOST_WAITS {
        tokio::time::sleep(QUIET).await;
        let now = newest();
        if now == seen || now.saturating_sub(held) >= MANY {
            return;
        }
        seen = now;
    }
}

/// Takes in all that there is, beside the async threads.
async fn feed(app: &Arc<App>) -> Result<()> {
    loop {
        let feeding = app.clone();
        let fed = tokio::task::spawn_blocking(move || feeding.feed_index()).await;
        let Some(last) = fed.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)))? else { return Ok(()) };
        forget(app, last).await?;
    }
}

/// The same, at once and on this thread.
pub async fn drain(app: &App) -> Result<()> {
    while let Some(last) = app.feed_index()? {
        forget(app, last).await?;
    }
    Ok(())
}

/// Not all at once: other writes wait meanwhile.
async fn forget(app: &App, last: u64) -> Result<()> {
    let first = app.store.view().events_after(INDEX, 0).next().transpose()?.map_or(last, |event| event.seq);
    for upto in (first..last).step_by(MANY as usize).skip(1).chain([last]) {
        app.store.write(move |db| db.forget_events(INDEX, upto)).await?;
    }
    Ok(())
}
