//! Tells those who are connected: soon after each commit the application tells what it brought.
//!
//! What was told is forgotten, in batches, because forgetting is a commit of its own; so is what an earlier run left over: clients who come back
//! catch up by the numbers of their inbox.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::consumer::{Consumer, IDLE, Rounds};
use crate::{
    app::App,
    base::{
        error::Result,
        time::{SECOND, Tick},
    },
    domain::shared::event::LIVE,
    store::DISK_FULL,
};

pub const CONSUMER: Consumer = Consumer {
    stream: LIVE,
    trouble: |troubles| &troubles.bell,
    begin: |app| Some(Box::new(Telling { told: 0, at: app.clock.tick(), forgotten: 0 })),
};

/// So many told events are forgotten at once.
const MANY: u64 = 1_000;
/// Or those that are there after so many seconds of quiet.
const QUIET: u32 = 5;

struct Telling {
    /// The last event that was told, and when.
    told: u64,
    at: Tick,
    /// The last one that is forgotten.
    forgotten: u64,
}

impl Rounds for Telling {
    fn round<'a>(&'a mut self, app: &'a Arc<App>) -> BoxFuture<'a, Result<Duration>> {
        self.tell_and_forget(app).boxed()
    }
}

impl Telling {
    async fn tell_and_forget(&mut self, app: &App) -> Result<Duration> {
        let last = tell(app).await?;
        if last != self.told {
            (self.told, self.at) = (last, app.clock.tick());
        }
        if last > self.forgotten && (app.clock.tick().since(self.at) >= i64::from(QUIET) * SECOND || last >= self.forgotten + MANY) {
            match app.store.write(move |db| db.forget_events(LIVE, last)).await {
                Ok(()) => self.forgotten = last,
                // The news was told; that it cannot be forgotten on a full disk is no trouble of those who are connected.
                Err(error) if error.is(&DISK_FULL) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(if last > self.forgotten { Duration::from_secs(QUIET.into()) } else { IDLE })
    }
}

/// Tells what is new and on disk. Answers the number of the last event.
pub async fn tell(app: &App) -> Result<u64> {
    let last = app.store.view().last_event(LIVE)?;
    app.store.on_disk().await?;
    app.live.hear(&app.store.view(), last)
}
