//! Tells those who are connected: soon after each commit the application tells what it brought.
//!
//! What was told is forgotten, in batches, because forgetting is a commit of its own; so is what an earlier run left over: clients who come back
//! catch up by the numbers of their inbox.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{app::App, base::error::Result, domain::shared::event::LIVE, store::DISK_FULL};

/// So many told rings are forgotten at once.
const MANY: u64 = 1_000;
/// Or those that are there after so long a quiet.
const QUIET: Duration = Duration::from_secs(5);

pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut committed = app.store.committed();
    let (mut forgotten, mut enough) = (0, MANY);
    loop {
        committed.mark_unchanged();
        let heard = hear(&app, &mut forgotten, enough).await;
        enough = MANY;
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(QUIET), if heard != forgotten => enough = 1,
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tells what has rung, and forgets it where that is `many`. Answers the last number.
async fn hear(app: &App, forgotten: &mut u64, many: u64) -> u64 {
    match hear_and_forget(app, forgotten, many).await {
        Ok(heard) => {
            app.troubles.bell.works(0);
            heard
        }
        // News was told; that it was cannot be noted, which the store tells of.
        Err(error) if error.is(&DISK_FULL) => *forgotten,
        Err(error) => {
            app.troubles.bell.failed(0, error.chain());
            *forgotten
        }
    }
}

/// Tells what has rung and is on disk. Answers the last number.
pub async fn tell(app: &App) -> Result<u64> {
    let last = app.store.view().last_event(LIVE)?;
    app.store.on_disk().await?;
    app.live.hear(&app.store.view(), last)
}

async fn hear_and_forget(app: &App, forgotten: &mut u64, many: u64) -> Result<u64> {
    let heard = tell(app).await?;
    if heard >= *forgotten + many {
        app.store.write(move |db| db.forget_events(LIVE, heard)).await?;
        *forgotten = heard;
    }
    Ok(heard)
}
