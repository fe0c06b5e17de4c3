//! Keeps `MARK` up with the store: a thread of its own, so that its syncs cost no commit anything.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::sync::watch;

use super::mark::Mark;
use crate::base::{
    error::{INTERNAL, Result},
    trouble::Trouble,
};

/// Between two notes.
const PAUSE: Duration = Duration::from_secs(1);

/// Notes for as long as it lives, and once more when it goes.
pub(super) struct Marking {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Marking {
    /// `mark` is what stands there; `committed` tells what is on disk.
    pub fn begin(store: &Path, mark: Mark, committed: watch::Receiver<u64>) -> Result<Marking> {
        let (stop, stopped) = mpsc::channel();
        let store = store.to_owned();
        let keep = move || keep(store, mark, &committed, &stopped);
        let thread = thread::Builder::new().name("store-mark".into()).spawn(keep).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Marking { stop: Some(stop), thread: Some(thread) })
    }
}

fn keep(store: PathBuf, mut mark: Mark, committed: &watch::Receiver<u64>, stopped: &mpsc::Receiver<()>) {
    let trouble = Trouble::new("store/MARK cannot be written", "store/MARK is written again");
    let mut is_last = false;
    while !is_last {
        is_last = !matches!(stopped.recv_timeout(PAUSE), Err(RecvTimeoutError::Timeout));
        let now = *committed.borrow();
        if now == mark.commit {
            continue;
        }
        let next = Mark { commit: now, ..mark.clone() };
        match next.write(&store) {
            Ok(()) => {
                trouble.works(0);
                mark = next;
            }
            Err(error) => trouble.failed(0, error),
        }
    }
}

impl Drop for Marking {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the keeper of store/MARK panicked");
        }
    }
}
