//! The writer: one thread that runs all jobs in turn, commits many of them at once, syncs once, and answers after the sync.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use sled::{Batch, Db, Tree};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    copy::Tees,
    event::CHANGED,
    key,
    moment::Phase,
    open,
    scan::Overlay,
    space,
    touched::{self, Touched},
    view::{Rules, Tx},
};
use crate::base::{
    error::{Error, INTERNAL, Kind, Reason, Result},
    settings::Settings,
    time::{Clock, Time},
    trouble::Trouble,
};

pub const STORE_FAILED: Reason = Reason::new(Kind::Busy, "store_failed", "数据存储暂时不可用，请稍后再试");

pub const TAKEN_OVER: Reason = Reason::new(Kind::Busy, "taken_over", "本诊所已由另一台服务器接管，这里不再保存任何内容");

/// A job answers through the closure that it returns, once it is known whether the commit is on disk.
pub(super) type Job = Box<dyn FnOnce(&mut Tx) -> Done + Send>;
pub(super) struct Done {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), &'static Reason>) + Send>,
}

/// Jobs in one commit at most.
const BATCH: usize = 256;
/// Jobs that wait at most; whoever comes later waits for a place.
pub(super) const QUEUE: usize = 4_096;

/// Views see a commit from the moment it is applied, a moment before it is on disk.
pub(super) struct Seen {
    /// Of what a view can have seen; its commits are counted as `committed` counts those that are on disk.
    pub phase: Phase,
    /// The newest commit, until it is on disk: which of its keys a reader has seen, see [`Store::read`].
    pub fresh: Mutex<Option<Arc<Overlay>>>,
    /// The newest event in [`CHANGED`] that is on disk.
    pub changes: AtomicU64,
    /// The moment of the newest commit, or one that was promised not to be passed by a later one.
    pub stamp: AtomicI64,
}

impl Seen {
    /// The moment of what is done now: not before that of anything earlier, whatever the clock does.
    pub fn stamp(&self, now: Time) -> Time {
        Time(self.stamp.fetch_max(now.0, Ordering::SeqCst).max(now.0))
    }
}

/// The job, and where its answer comes.
pub(super) fn wrap<T: Send + 'static>(job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> (Job, oneshot::Receiver<Result<T>>) {
    let (send, receive) = oneshot::channel();
    let job = Box::new(move |tx: &mut Tx| {
        let result = catch_unwind(AssertUnwindSafe(|| job(tx))).unwrap_or_else(|_| Err(INTERNAL.caused_by("a job panicked")));
        Done {
            keep: result.as_ref().map_or_else(Error::is_committed, |_| true),
            answer: Box::new(move |commit| {
                let _ = send.send(commit.map_err(Error::from).and(result));
            }),
        }
    });
    (job, receive)
}

/// What the thread works with.
pub(super) struct Writer {
    pub dir: PathBuf,
    pub db: Db,
    pub tree: Tree,
    pub clock: Arc<Clock>,
    pub settings: Arc<Settings>,
    pub rules: Rules,
    pub failed: watch::Sender<bool>,
    pub committed: watch::Sender<u64>,
    pub seen: Arc<Seen>,
    pub tees: Arc<Tees>,
    pub taken_over: Arc<AtomicBool>,
    pub room: Trouble,
}

impl Writer {
    /// Runs until nobody is left who could send a job, or the engine fails.
    pub fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while queue.blocking_recv_many(&mut jobs, BATCH) > 0 {
            let (mut base, mut touched) = (Overlay::new(), Touched::default());
            let mut answers = Vec::with_capacity(jobs.len());
            let full = self.is_full();
            for job in jobs.drain(..) {
                let mut tx = Tx::new(&self.tree, &self.settings, self.clock.now(), &base, self.rules);
                let done = job(&mut tx);
                let (writes, touches) = tx.into_writes();
                if done.keep && !writes.is_empty() && self.taken_over.load(Ordering::SeqCst) {
                    (done.answer)(Err(&TAKEN_OVER));
                    continue;
                }
                if done.keep && full && !writes.is_empty() {
                    (done.answer)(Err(&space::DISK_FULL));
                    continue;
                }
                if done.keep {
                    base.extend(writes);
                    touched.0.extend(touches.0);
                }
                answers.push(done.answer);
            }
            // sled panics where it finds its own files damaged. Nobody may wait for an answer that then never comes.
            let commit = catch_unwind(AssertUnwindSafe(|| self.commit(base, &touched)))
                .unwrap_or_else(|_| Err(INTERNAL.caused_by("the engine panicked; see the message above")));
            let fate = commit.as_ref().map(|_| ()).map_err(|_| &STORE_FAILED);
            for answer in answers {
                answer(fate);
            }
            if let Err(error) = commit {
                // After a failed write or sync the engine's state is unknown: nothing may be acknowledged any more.
                tracing::error!(error = %error.chain(), "the store failed");
                self.failed.send_replace(true);
                self.seen.phase.wake();
                return;
            }
        }
        self.close();
    }

    /// One atomic batch, one sync.
    fn commit(&self, mut writes: Overlay, touched: &Touched) -> Result<()> {
        if writes.is_empty() && touched.0.is_empty() {
            return Ok(());
        }
        let newest_change = writes.get(key::next_event(CHANGED.0).as_slice()).cloned().flatten();
        let newest_change = newest_change.and_then(|bytes| bytes.as_ref().try_into().ok()).map(u64::from_be_bytes);
        let number = self.committed.borrow().saturating_add(1);
        let time = self.seen.stamp(self.clock.now());
        touched::lay(&self.tree, &mut writes, touched, (time, number))?;
        let copied = self.tees.copied(number, self.clock.now(), &writes);
        let mut batch = Batch::default();
        for (key, value) in &writes {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.clone()),
                None => batch.remove(key.as_slice()),
            }
        }
        batch.insert(key::COMMIT, &number.to_be_bytes());
        self.show(Some(Arc::new(writes)));
        self.seen.phase.step();
        self.tree.apply_batch(batch).map_err(|e| INTERNAL.caused_by(e))?;
        self.seen.phase.step();
        self.db.flush().map_err(|e| INTERNAL.caused_by(e))?;
        self.show(None);
        if let Some(newest) = newest_change {
            self.seen.changes.store(newest, Ordering::SeqCst);
        }
        self.committed.send_replace(number);
        // After the number: who begins to listen in between hears of a commit twice, and never not at all.
        if let Some(copied) = copied {
            self.tees.hand_on(copied);
        }
        Ok(())
    }

    fn show(&self, fresh: Option<Arc<Overlay>>) {
        *self.seen.fresh.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// Looks at the free space before every commit: a log may fill a disk within a second.
    fn is_full(&self) -> bool {
        let free = space::free_space(&self.dir).unwrap_or(u64::MAX);
        match free < space::RESERVE {
            true => self.room.failed(0, format_args!("{} MiB free, {} MiB needed", free >> 20, space::RESERVE >> 20)),
            false => self.room.works(0),
        }
        free < space::RESERVE
    }

    fn close(self) {
        match self.db.flush() {
            Ok(_) => open::mark_clean(&self.dir),
            Err(error) => tracing::error!(%error, "the last flush of the store failed"),
        }
    }
}
