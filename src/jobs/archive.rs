//! Bases of the archive, made beside everything else.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::spawn_blocking, time::sleep};

use crate::{app::App, base::error::INTERNAL};

/// How often it is looked whether the chain of segments broke.
const PAUSE: Duration = Duration::from_millis(500);
/// Pauses before a base that failed is tried again, and before it is looked whether the newest is old.
const AGAIN: u32 = 10;
const OLD: u32 = 120;

/// Runs until `stop` becomes true.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let Some(archive) = app.archive() else { return };
    let (mut pauses, mut failed) = (0, false);
    loop {
        if pauses == 0 || (archive.needs_base() && !failed) {
            let worker = app.clone();
            let done = spawn_blocking(move || worker.tend_archive()).await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)));
            failed = done.is_err();
            match done {
                Ok(_) => archive.trouble.works(1),
                Err(error) => archive.trouble.failed(1, error.chain()),
            }
            pauses = if failed { AGAIN } else { OLD };
        }
        if archive.is_whole() || failed {
            pauses -= 1;
        } else {
            pauses = 0; // the place was not reached yet
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
