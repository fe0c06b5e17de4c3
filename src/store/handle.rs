//! The open store as everybody else has it: reads beside the writer, jobs for it, and what is known of how far it has come.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use sled::Tree;
use tokio::sync::{mpsc, watch};

use super::{
    check::{self, Report},
    copy::{self, Copied, Copying, Tee, Tees},
    event::CHANGED,
    mark::Mark,
    marking::Marking,
    moment::Phase,
    open::{self, Unmarked},
    scan::Overlay,
    table_info::Tables,
    touched, touches,
    view::{Rules, Tx, View},
    writer::{Job, QUEUE, STORE_FAILED, Seen, Writer, wrap},
};
use crate::base::{
    error::{INTERNAL, Result},
    settings::Settings,
    time::{Clock, Time},
    trouble::Trouble,
};

/// How often a reader is run beside the writer before it is run as a job.
const READS: usize = 3;

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
    tables: &'static Tables,
    opened_clean: bool,
    mark: u64,
    marked: Mark,
    parent: Option<(String, u64)>,
    taken_over: Arc<AtomicBool>,
    marking: Mutex<Option<Marking>>,
    tees: Arc<Tees>,
    dir: PathBuf,
    /// The last field, so that it is given back last: whoever gets the lock next must not meet a half-closed engine.
    _lock: File,
}

impl Store {
    /// Opens the store in `dir`, creating it where there is none.
    ///
    /// Errors: `already_running`, `store_unreadable`, `store_missing`, `store_unusable`; `store_behind`, `mark_missing`, `mark_unreadable`,
    /// `format_unreadable`, `store_too_new`, where it is not what it must be.
    pub fn open(dir: &Path, tables: &'static Tables, settings: Arc<Settings>, clock: Arc<Clock>) -> Result<Store> {
        Store::open_with(dir, tables, settings, clock, (Unmarked::Refused, open::CACHE))
    }

    /// The same, for somebody who goes through it once and has little memory.
    pub fn open_small(dir: &Path, tables: &'static Tables, settings: Arc<Settings>, clock: Arc<Clock>) -> Result<Store> {
        Store::open_with(dir, tables, settings, clock, (Unmarked::Refused, open::SMALL_CACHE))
    }

    /// The same, for a repair: a `MARK` that is missing or damaged stops nothing, and is made anew by [`Store::mark_anew`].
    pub fn open_to_repair(dir: &Path, tables: &'static Tables, settings: Arc<Settings>, clock: Arc<Clock>) -> Result<Store> {
        Store::open_with(dir, tables, settings, clock, (Unmarked::MadeAnew, open::CACHE))
    }

    /// Makes indexes and counters of the stopped store in `dir` anew from its rows, and `MARK` with them. Errors: as [`Store::open`].
    pub fn rebuild(dir: &Path, tables: &'static Tables) -> Result<()> {
        copy::Loader::rebuild(dir, tables)
    }

    /// Makes the stopped store in `dir`, a copy for looking as a rule, the clinic, and answers its new era. Errors: as [`Store::open`].
    pub fn promote(dir: &Path) -> Result<String> {
        copy::promote(dir)
    }

    fn open_with(
        dir: &Path,
        tables: &'static Tables,
        settings: Arc<Settings>,
        clock: Arc<Clock>,
        (unmarked, cache): (Unmarked, u64),
    ) -> Result<Store> {
        let opened = open::open(dir, unmarked, cache)?;
        let tree: Tree = Tree::clone(&opened.db);
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (failed_tx, failed) = watch::channel(false);
        let (committed_tx, committed) = watch::channel(opened.commit);
        let changes = View::new(&tree, &settings, clock.now()).last_event(CHANGED)?;
        let stamp = touched::newest(&tree)?;
        if opened.commit == 0 {
            touches::is_whole(&tree)?;
        }
        let seen = Arc::new(Seen {
            phase: Phase::after(opened.commit),
            fresh: Mutex::default(),
            changes: AtomicU64::new(changes),
            stamp: AtomicI64::new(stamp.0),
        });
        let (tees, taken_over) = (Arc::new(Tees::default()), Arc::new(AtomicBool::new(false)));
        let writer = Writer {
            dir: dir.to_owned(),
            db: opened.db,
            tree: tree.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            rules: Rules { kept_until: tables.kept_until, touching: tables.touching },
            failed: failed_tx,
            committed: committed_tx,
            seen: seen.clone(),
            tees: tees.clone(),
            taken_over: taken_over.clone(),
            room: Trouble::new("the disk is full, nothing is saved", "there is room on the disk, saving goes on"),
        };
        let thread =
            std::thread::Builder::new().name("store-writer".into()).spawn(move || writer.run(jobs)).map_err(|e| INTERNAL.caused_by(e))?;
        let (queue, writer) = (Some(queue), Mutex::new(Some(thread)));
        let store = Store {
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
            marked: opened.marked,
            parent: opened.parent,
            taken_over,
            marking: Mutex::new(None),
            tees,
            dir: dir.to_owned(),
            _lock: opened.lock,
        };
        if !opened.is_unmarked {
            store.begin_marking()?;
        }
        Ok(store)
    }

    /// Whether `FORMAT` and `MARK` are still to be made: a release before them has written the store, or it is to be repaired.
    pub fn is_unmarked(&self) -> bool {
        self.marking().is_none()
    }

    /// Makes `FORMAT` and `MARK` of what is there.
    pub fn mark_anew(&self) -> Result<()> {
        open::finish(&self.dir, &Mark { commit: *self.committed.borrow(), ..self.marked.clone() })?;
        self.begin_marking()
    }

    /// Notes of the rows of an earlier release's store when they changed last, as far as they say so. To be done before anybody writes; a kill on
    /// the way leaves a part, and the next start does the rest.
    pub fn note_changes(&self) -> Result<()> {
        if touches::is_noted(&self.view())? {
            return Ok(());
        }
        touches::build(&self.tree, self.tables)?;
        self.tree.flush().map(drop).map_err(|e| INTERNAL.caused_by(e))
    }

    /// A moment by the writer's clock: all that it has committed before can be read now, and nothing that it commits later is older. Not for async
    /// code. Errors: `store_failed`.
    pub fn stamp(&self) -> Result<Time> {
        let (seen, clock) = (self.seen.clone(), self.clock.clone());
        self.write_blocking(move |_| Ok(seen.stamp(clock.now())))
    }

    fn begin_marking(&self) -> Result<()> {
        *self.marking() = Some(Marking::begin(&self.dir, self.marked.clone(), self.committed.clone())?);
        Ok(())
    }

    fn marking(&self) -> MutexGuard<'_, Option<Marking>> {
        self.marking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store as it is now.
    pub fn view(&self) -> View<'_> {
        View::new(&self.tree, &self.settings, self.clock.now())
    }

    /// What `reader` makes of the state between two commits, once all that it has seen of it is on disk; it is run again where a commit came in
    /// between, and reads a row once, however often it asks for it. `None` where commits came each time: then a job sees one moment.
    ///
    /// Errors: `store_failed`.
    pub async fn read<T>(&self, reader: impl Fn(&View) -> T) -> Result<Option<T>> {
        for _ in 0..READS {
            let failed = || *self.failed.borrow();
            let before = self.seen.phase.quiet(failed).await.ok_or_else(|| STORE_FAILED.err())?;
            let (read, saw_fresh) = {
                let view = self.view().witnessed(self.fresh());
                (reader(&view), view.saw_fresh())
            };
            if self.seen.phase.now() == before {
                if saw_fresh {
                    self.committed_at_least(before / 2).await?;
                }
                return Ok(Some(read));
            }
        }
        Ok(None)
    }

    fn fresh(&self) -> Option<Arc<Overlay>> {
        self.seen.fresh.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another number after each change that a view can show: for what is read in parts, whose later part tells whether the earlier one still holds.
    pub fn moment(&self) -> u64 {
        self.seen.phase.now()
    }

    /// Runs `job` on the writer thread. `Ok` comes back only when its writes are on disk; after `Err` nothing of it is stored, unless the error
    /// says so ([`committed`](crate::base::error::Error::committed)): that one comes back when what the job wrote is on disk.
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

    /// The number of the newest commit that is on disk: changes with each of them.
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
        &self.marked.era
    }

    /// Names the clinic, in all its copies.
    pub fn instance(&self) -> &str {
        &self.marked.instance
    }

    /// Whether this is a copy for looking, which tells nobody anything.
    pub fn is_copy(&self) -> bool {
        self.marked.copy
    }

    /// The number of the newest commit that is on disk.
    pub fn commit(&self) -> u64 {
        *self.committed.borrow()
    }

    /// Hands a consistent copy of the store to `put`, chunk by chunk, while writes go on; takes as long as `put` does. Not for async code.
    ///
    /// Errors: those of `put`, `copy_too_slow`, `store_failed`.
    pub fn copy(&self, put: impl FnMut(Vec<u8>) -> Result<()>) -> Result<Copied> {
        let tee = self.tee(); // before anything is read
        let copying = Copying {
            tree: &self.tree,
            tables: self.tables,
            tee,
            commit: self.commit(),
            time: self.clock.now(),
            applied: &|| self.seen.phase.seen(),
            works: &|| if *self.failed.borrow() { Err(STORE_FAILED.err()) } else { Ok(()) },
        };
        copying.run(put)
    }

    /// Hears of every commit from now on, and of those that are under way, as soon as each is on disk.
    fn tee(&self) -> Tee {
        self.tees.add()
    }

    /// Begins to listen, each time it is called, and tells the newest commit before; goes on when the store is closed.
    pub fn tees(&self) -> impl Fn() -> (Tee, u64) + Send + use<> {
        let (tees, committed) = (self.tees.clone(), self.committed.clone());
        move || {
            let tee = tees.add();
            let last = *committed.borrow();
            (tee, last)
        }
    }

    /// The copy of the clinic that this one was made of, and how far that had come.
    pub fn parent(&self) -> Option<(String, u64)> {
        self.parent.clone()
    }

    /// Once it is true nothing is written any more (`taken_over`); reads go on.
    pub fn taken_over(&self) -> &Arc<AtomicBool> {
        &self.taken_over
    }

    /// Runs `look` on the writer thread, where nothing changes meanwhile. Not for async code.
    pub fn look<T: Send + 'static>(&self, look: impl FnOnce(&View) -> Result<T> + Send + 'static) -> Result<T> {
        self.write_blocking(move |tx| look(tx))
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
        drop(self.marking().take()); // everything is on disk
    }
}
