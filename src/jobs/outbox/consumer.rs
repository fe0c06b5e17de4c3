//! The one loop of all consumers: woken by commits, a pause after a failure, a little more time after the stop, and one line in the log when a
//! consumer begins to fail and one when it works again.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::{
    app::{App, Troubles},
    base::{error::Result, trouble::Trouble},
    store::{DISK_FULL, Stream},
};

/// The matter of carrying out anything at all. Events, which are matters of their own, have numbers above it.
pub const ALL: u64 = 0;

/// Nothing to do before the next commit; looked at all the same now and then.
pub const IDLE: Duration = Duration::from_secs(60);

const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How long a round may go on after the stop.
const LAST: Duration = Duration::from_secs(5);

/// Who carries out the events of a stream.
pub struct Consumer {
    pub stream: Stream,
    /// Where its failures are told.
    pub trouble: fn(&Troubles) -> &Trouble,
    /// Begins; `None` where the settings leave it nothing to do.
    pub begin: fn(&App) -> Option<Box<dyn Rounds>>,
}

/// What a consumer does each time it is woken.
pub trait Rounds: Send {
    /// Carries out what is due. Answers for how long it may rest where no commit wakes it.
    ///
    /// Errors: what keeps it from its work altogether. It is tried again after a second.
    fn round<'a>(&'a mut self, app: &'a Arc<App>) -> BoxFuture<'a, Result<Duration>>;
}

/// Runs until `stop` becomes true.
pub async fn run(app: Arc<App>, consumer: &'static Consumer, mut stop: watch::Receiver<bool>) {
    let Some(mut rounds) = (consumer.begin)(&app) else { return };
    let trouble = (consumer.trouble)(&app.troubles);
    let mut committed = app.store.committed();
    loop {
        committed.mark_unchanged();
        let mut stop_late = stop.clone();
        let late = async {
            let _ = stop_late.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST).await;
        };
        let done = tokio::select! {
            done = rounds.round(&app) => done,
            () = late => return,
        };
        app.note_head(consumer.stream);
        let (rest, failed) = match done {
            Ok(rest) => {
                trouble.works(ALL);
                (rest, false)
            }
            Err(error) => {
                // A full disk is told of by the store.
                if !error.is(&DISK_FULL) {
                    trouble.failed(ALL, error.chain());
                }
                (AFTER_FAILURE, true)
            }
        };
        tokio::select! {
            // More commits do not mend a failure.
            _ = committed.changed(), if !failed => {}
            () = tokio::time::sleep(rest) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
