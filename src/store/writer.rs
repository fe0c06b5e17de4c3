//! The writer: one thread that runs all jobs in turn, commits many of them at once, syncs once, and answers after the sync.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use sled::{Batch, Db, Tree};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    check::{self, Report},
    key,
    moment::Phase,
    open, space,
    table_info::TableInfo,
    view::{CHANGED, Overlay, Tx, View},
};
use crate::base::{
    error::{Error, INTERNAL, Kind, Reason, Result},
    settings::Settings,
    time::Clock,
    trouble::Trouble,
};

pub const STORE_FAILED: Reason = Reason::new(Kind::Busy, "store_failed", "数据存储暂时不可用，请稍后再试");

/// A job answers through the closure that it returns, once it is known whether the commit is on disk.
type Job = Box<dyn FnOnce(&mut Tx) -> Done + Send>;
struct Done {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), &'static Reason>) + Send>,
}

/// Jobs in one commit at most.
const BATCH: usize = 256;
/// How often a reader is run beside the writer before it is run as a job.
const READS: usize = 3;
/// Jobs that wait at most; whoever comes later waits for a place.
const QUEUE: usize = 4_096;

/// Views see a commit from the moment it is applied, a moment before it is on disk.
struct Seen {
    /// Of what a view can have seen; its commits are counted as `committed` counts those that are on disk.
    phase: Phase,
    /// The newest event in [`CHANGED`] that is on disk.
    changes: AtomicU64,
}

/// The open store. Dropping it runs what is queued, commits and closes.
pub struct Store {
    tree: Tree,
    queue: Option<mpsc::Sender<Job>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    failed: watch::Receiver<bool>,
    committed: watch::Receiver<u64>,
    seen: Arc<Seen>,
    clock: Arc<Clock>,
    settings: Arc<Settings>,
    tables: &'static [TableInfo],
    opened_clean: bool,
    mark: u64,
    era: String,
    /// The last field, so that it is given back last: whoever gets the lock next must not meet a half-closed engine.
    _lock: File,
}

impl Store {
    /// Opens the store in `dir`, creating it where there is none.
    ///
    /// Errors: `already_running`, `store_unreadable`, `store_missing`, `store_unusable`.
    pub fn open(dir: &Path, tables: &'static [TableInfo], settings: Arc<Settings>, clock: Arc<Clock>) -> Result<Store> {
        let opened = open::open(dir)?;
        let tree: Tree = Tree::clone(&opened.db);
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (failed_tx, failed) = watch::channel(false);
        let (committed_tx, committed) = watch::channel(0);
        let changes = View::new(&tree, &settings, clock.now()).last_event(CHANGED)?;
        let seen = Arc::new(Seen { phase: Phase::default(), changes: AtomicU64::new(changes) });
        let writer = Writer {
            dir: dir.to_owned(),
            db: opened.db,
            tree: tree.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            failed: failed_tx,
            committed: committed_tx,
            seen: seen.clone(),
            room: Trouble::new("the disk is full, nothing is saved", "there is room on the disk, saving goes on"),
        };
        let thread =
            std::thread::Builder::new().name("store-writer".into()).spawn(move || writer.run(jobs)).map_err(|e| INTERNAL.caused_by(e))?;
        let (queue, writer) = (Some(queue), Mutex::new(Some(thread)));
        Ok(Store {
            tree,
            queue,
            writer,
            failed,
            committed,
            seen,
            clock,
            settings,
            tables,
            opened_clean: opened.clean,
            mark: opened.mark,
            era: opened.era,
            _lock: opened.lock,
        })
    }

    /// The store as it is now.
    pub fn view(&self) -> View<'_> {
        View::new(&self.tree, &self.settings, self.clock.now())
    }

    /// What `reader` makes of the state between two commits, once that is on disk; it is run again where a commit came in between, and reads a row
    /// once, however often it asks for it. `None` where commits came each time: then a job sees one moment.
    ///
    /// Errors: `store_failed`.
    pub async fn read<T>(&self, reader: impl Fn(&View) -> T) -> Result<Option<T>> {
        for _ in 0..READS {
            let failed = || *self.failed.borrow();
            let before = self.seen.phase.quiet(failed).await.ok_or_else(|| STORE_FAILED.err())?;
            let read = reader(&self.view().remembering());
            if self.seen.phase.now() == before {
                self.committed_at_least(before / 2).await?;
                return Ok(Some(read));
            }
        }
        Ok(None)
    }

    /// Another number after each change that a view can show: for what is read in parts, whose later part tells whether the earlier one still holds.
    pub fn moment(&self) -> u64 {
        self.seen.phase.now()
    }

    /// Runs `job` on the writer thread. `Ok` comes back only when its writes are on disk; after `Err` nothing of it is stored, unless the error
    /// says so ([`Error::committed`]): that one comes back when what the job wrote is on disk.
    pub async fn write<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        let (job, answer) = wrap(job);
        self.queue().send(job).await.map_err(|_| STORE_FAILED.err())?;
        answer.await.unwrap_or_else(|_| Err(STORE_FAILED.err()))
    }

    /// The same for a thread that may block; not for async code.
    pub fn write_blocking<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        let (job, answer) = wrap(job);
        self.queue().blocking_send(job).map_err(|_| STORE_FAILED.err())?;
        answer.blocking_recv().unwrap_or_else(|_| Err(STORE_FAILED.err()))
    }

    /// Becomes true when the engine reported an error; nothing can be written any more and the process should end.
    pub fn failed(&self) -> watch::Receiver<bool> {
        self.failed.clone()
    }

    /// Counts the commits that are on disk: changes with each of them.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }

    /// Waits until everything that a view has shown so far is on disk. To be called between reading what somebody outside is told, who keeps
    /// it, and telling it: a number that a kill takes back is given again.
    ///
    /// Errors: `store_failed`.
    pub async fn on_disk(&self) -> Result<()> {
        self.committed_at_least(self.seen.phase.seen()).await
    }

    async fn committed_at_least(&self, seen: u64) -> Result<()> {
        if *self.committed.borrow() >= seen {
            return Ok(());
        }
        let mut committed = self.committed.clone();
        committed.wait_for(|count| *count >= seen).await.map(drop).map_err(|_| STORE_FAILED.err())
    }

    /// The newest event in [`CHANGED`] that is on disk: for a reader that notes how far it has come somewhere else.
    pub fn last_change_on_disk(&self) -> u64 {
        self.seen.changes.load(Ordering::SeqCst)
    }

    /// False where the last process was killed or lost power.
    pub fn opened_clean(&self) -> bool {
        self.opened_clean
    }

    /// The store's own number, which no other store has.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Names this copy of the clinic: clients note it beside the numbers that they were given, which hold in this copy alone.
    pub fn era(&self) -> &str {
        &self.era
    }

    /// Reads every row of every table; with `deep` also compares every index entry and every counter with the rows. Nothing is
    /// written meanwhile, or what changes on the way would look like damage. Not for async code.
    pub fn check(&self, deep: bool) -> Result<Report> {
        let tables = self.tables;
        self.write_blocking(move |tx| check::run(tx, tables, deep))
    }

    fn queue(&self) -> &mpsc::Sender<Job> {
        self.queue.as_ref().expect("the queue lives as long as the store")
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.queue = None; // the writer ends when the last job is done
        if let Ok(mut writer) = self.writer.lock()
            && let Some(thread) = writer.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

fn wrap<T: Send + 'static>(job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> (Job, oneshot::Receiver<Result<T>>) {
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

struct Writer {
    dir: PathBuf,
    db: Db,
    tree: Tree,
    clock: Arc<Clock>,
    settings: Arc<Settings>,
    failed: watch::Sender<bool>,
    committed: watch::Sender<u64>,
    seen: Arc<Seen>,
    room: Trouble,
}

impl Writer {
    fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while queue.blocking_recv_many(&mut jobs, BATCH) > 0 {
            let mut base = Overlay::new();
            let mut answers = Vec::with_capacity(jobs.len());
            let full = self.is_full();
            for job in jobs.drain(..) {
                let mut tx = Tx::new(&self.tree, &self.settings, self.clock.now(), &base);
                let done = job(&mut tx);
                let writes = tx.into_writes();
                if done.keep && full && !writes.is_empty() {
                    (done.answer)(Err(&space::DISK_FULL));
                    continue;
                }
                if done.keep {
                    base.extend(writes);
                }
                answers.push(done.answer);
            }
            // sled panics where it finds its own files damaged. Nobody may wait for an answer that then never comes.
            let commit = catch_unwind(AssertUnwindSafe(|| self.commit(base)))
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
    fn commit(&self, writes: Overlay) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        let newest_change = writes.get(key::next_event(CHANGED.0).as_slice()).cloned().flatten();
        let newest_change = newest_change.and_then(|bytes| bytes.as_ref().try_into().ok()).map(u64::from_be_bytes);
        let mut batch = Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.seen.phase.step();
        self.tree.apply_batch(batch).map_err(|e| INTERNAL.caused_by(e))?;
        self.seen.phase.step();
        self.db.flush().map_err(|e| INTERNAL.caused_by(e))?;
        if let Some(newest) = newest_change {
            self.seen.changes.store(newest, Ordering::SeqCst);
        }
        self.committed.send_modify(|n| *n += 1);
        Ok(())
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
