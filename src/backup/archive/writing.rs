//! The thread that carries commits to the archive. A place that is full or gone costs the clinic nothing: commits wait, up to a
//! bound; beyond it the chain is broken, and begins anew with a new base when the place is back.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    clinic::{ANOTHER_CLINIC, Names, comes_from},
    cover::Cover,
    place::{self, Era, Newest, Place},
    segment::{self, Entry},
    status::Archive,
};
use crate::{
    backup::{
        contents::{cannot_read, cannot_write},
        pack::broken,
        seal::{Keys, Seal},
    },
    base::{
        error::{INTERNAL, Result},
        span::Span,
        time::{Clock, MINUTE, Time},
    },
    store::{COPY_TOO_SLOW, Tee},
};

/// Segments of so long are merged into one.
const MERGED: i64 = 10 * MINUTE;
/// The end of the process waits for the last segment so long, and not for a place that hangs.
const LAST: Duration = Duration::from_secs(10);

/// How far the archive has come, as the server remembers it between two runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    era: String,
    last: u64,
    /// The hash after the last commit; `None` where the chain begins anew with the next.
    hash: Option<String>,
}

/// Writes for as long as it lives.
pub struct Archivist {
    pub archive: Arc<Archive>,
    stop: Option<mpsc::Sender<()>>,
    ended: Mutex<mpsc::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Worker {
    archive: Arc<Archive>,
    tee: Tee,
    tees: Box<dyn Fn() -> (Tee, u64) + Send>,
    /// The server's own copies of what was not merged yet.
    spool: PathBuf,
    uploads: PathBuf,
    upload_table: u8,
    seal: Seal,
    passphrase: Keys,
    state: State,
    pending: Vec<Entry>,
    pending_uploads: bool,
    carried: BTreeSet<(String, u64)>,
}

/// What an archivist works with.
pub struct Begin {
    pub place: PathBuf,
    pub names: Names,
    /// The data directory.
    pub dir: PathBuf,
    pub seal: Seal,
    pub passphrase: Keys,
    pub every: Span,
    pub clock: Arc<Clock>,
    pub upload_table: u8,
    /// To be set when another server is the clinic.
    pub taken_over: Arc<AtomicBool>,
    /// Listens to commits from now on; with the newest commit before.
    pub tees: Box<dyn Fn() -> (Tee, u64) + Send>,
}

impl Archivist {
    /// Begins to archive.
    pub fn begin(begin: Begin) -> Result<Archivist> {
        let Begin { place, names, dir, seal, passphrase, every, clock, upload_table, taken_over, tees } = begin;
        let (tee, last) = tees();
        let spool = dir.join("archive-spool");
        let known = fs::read(spool.join("state.json")).ok().and_then(|bytes| serde_json::from_slice::<State>(&bytes).ok());
        let is_whole = known.as_ref().is_some_and(|state| state.era == names.era && state.last == last);
        let state = known.filter(|_| is_whole).unwrap_or(State { era: names.era.clone(), last, hash: None });
        let archive = Arc::new(Archive::new(place, names, clock, (state.last, is_whole), taken_over));
        let worker = Worker {
            archive: archive.clone(),
            tee,
            tees,
            spool,
            uploads: dir.join("uploads"),
            upload_table,
            seal,
            passphrase,
            state,
            pending: Vec::new(),
            pending_uploads: true,
            carried: BTreeSet::new(),
        };
        let ((stop, stopped), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let every = every.as_std();
        let work = move || {
            worker.run(every, &stopped);
            let _ = end.send(());
        };
        let thread = thread::Builder::new().name("archivist".into()).spawn(work).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Archivist { archive, stop: Some(stop), ended: Mutex::new(ended), thread: Some(thread) })
    }
}

/// To be dropped when the store is closed: whatever was committed is archived then.
impl Drop for Archivist {
    fn drop(&mut self) {
        self.stop = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner).recv_timeout(LAST);
        match ended {
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("the archive does not take the last commits; it begins anew at the next start")
            }
            _ => drop(self.thread.take().map(JoinHandle::join)),
        }
    }
}

impl Worker {
    fn run(mut self, every: Duration, stopped: &mpsc::Receiver<()>) {
        let mut is_last = false;
        // At once the first time: who the clinic is should be known early.
        let mut wait = Duration::ZERO;
        while !is_last {
            is_last = !matches!(stopped.recv_timeout(wait), Err(RecvTimeoutError::Timeout));
            wait = every;
            match self.round() {
                Ok(()) => self.archive.trouble.works(0),
                Err(error) => self.archive.trouble.failed(0, error.chain()),
            }
        }
    }

    fn round(&mut self) -> Result<()> {
        let archive = self.archive.clone();
        if archive.taken_over.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.introduce()?;
        let begun = archive.clock.tick();
        self.listen()?;
        if archive.taken_over.load(Ordering::SeqCst) {
            return Ok(());
        }
        if self.pending_uploads {
            self.carry_uploads()?;
            self.pending_uploads = false;
        }
        if !self.pending.is_empty() {
            self.put_segment()?;
        }
        archive.current_at.store(begun.0, Ordering::SeqCst);
        self.merge()
    }

    /// Sees who the clinic is, and says so where nobody has.
    fn introduce(&mut self) -> Result<()> {
        let Archive { place, names, clock, .. } = &*self.archive;
        let newest = place.newest()?;
        let is_known = place.era(&names.era)?.is_some();
        match &newest {
            Some(newest) if newest.instance != names.instance => return Err(ANOTHER_CLINIC.with(place.0.display().to_string())),
            Some(newest) if newest.era != names.era && !comes_from(place, names.parent.clone().map(|(era, _)| era), &newest.era)? => {
                tracing::error!(era = newest.era, "another server has taken this clinic over: nothing is written here any more");
                self.archive.taken_over.store(true, Ordering::SeqCst);
                return Ok(());
            }
            // Whoever named it may have gone on from us.
            Some(newest) if newest.era != names.era && is_known => {
                tracing::error!(
                    era = newest.era,
                    "the archive was given back to an older copy of this clinic: nothing is written here any more"
                );
                self.archive.taken_over.store(true, Ordering::SeqCst);
                return Ok(());
            }
            _ => {}
        }
        if !is_known {
            let (parent, parent_commit) = names.parent.clone().unzip();
            let (instance, era, created) = (names.instance.clone(), names.era.clone(), clock.now().rfc3339());
            // The place is new, or another: what was archived elsewhere is not here.
            self.archive.break_chain();
            self.state.hash = None;
            place.set_era(&Era { instance, era, created, parent, parent_commit })?;
        }
        let cover = Cover::of(&self.seal, &place.folder(&names.era), &self.passphrase)?;
        *self.archive.cover.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(cover));
        if newest.is_none_or(|newest| newest.era != names.era) {
            place.set_newest(&Newest { instance: names.instance.clone(), era: names.era.clone() })?;
        }
        Ok(())
    }

    /// Takes what was committed. More than may wait breaks the chain.
    fn listen(&mut self) -> Result<()> {
        let commits = match self.tee.take(Duration::ZERO) {
            Ok(commits) => commits,
            Err(error) if error.is(&COPY_TOO_SLOW) => {
                let (tee, last) = (self.tees)();
                (self.tee, self.state.last, self.state.hash) = (tee, last, None);
                self.pending.clear();
                self.pending_uploads = true;
                self.archive.break_chain();
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        for commit in commits.iter().filter(|commit| commit.number > self.state.last) {
            self.pending_uploads |= commit.touches(self.upload_table);
            self.pending.push(Entry { number: commit.number, time: commit.time, chunk: commit.chunk() });
        }
        Ok(())
    }

    fn put_segment(&mut self) -> Result<()> {
        let (Some(first), Some(last)) = (self.pending.first().map(|one| one.number), self.pending.last().map(|one| one.number)) else {
            return Ok(());
        };
        let Names { instance, era, .. } = &self.archive.names;
        let cover = self.archive.cover().ok_or_else(|| INTERNAL.caused_by("an archive that nobody has reached"))?;
        let (name, before) = (place::segment_name(first, last), self.state.hash.clone());
        let mut hash = String::new();
        place::put(&self.archive.place.folder(era).join(&name), |file| {
            hash = segment::write(file, &cover, (instance, era), before.clone(), &self.pending)?;
            Ok(())
        })?;
        fs::create_dir_all(&self.spool).map_err(|e| cannot_write(&self.spool, e))?;
        place::put(&self.spool.join(&name), |file| {
            segment::write(file, &Cover::open(), (instance, era), before.clone(), &self.pending).map(drop)
        })?;
        self.pending.clear();
        self.state = State { era: era.clone(), last, hash: Some(hash) };
        self.remember()?;
        self.archive.archived.store(last, Ordering::SeqCst);
        Ok(())
    }

    fn remember(&self) -> Result<()> {
        let text = serde_json::to_vec(&self.state).map_err(|e| INTERNAL.caused_by(e))?;
        place::put(&self.spool.join("state.json"), |file| io::Write::write_all(file, &text).map_err(broken))
    }

    /// Files that are not there yet, or have another length since they were cleaned. They come before the segment that names them.
    fn carry_uploads(&mut self) -> Result<()> {
        let target = self.archive.place.uploads();
        let cover = self.archive.cover().ok_or_else(|| INTERNAL.caused_by("an archive that nobody has reached"))?;
        fs::create_dir_all(&target).map_err(|e| cannot_write(&target, e))?;
        let entries = match fs::read_dir(&self.uploads) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|e| cannot_read(&self.uploads, e))?,
        };
        for entry in entries {
            let entry = entry.map_err(|e| cannot_read(&self.uploads, e))?;
            let (Ok(name), Ok(about)) = (entry.file_name().into_string(), entry.metadata()) else { continue };
            let file = (name, about.len());
            if file.0.starts_with('.') || !about.is_file() || self.carried.contains(&file) {
                continue;
            }
            let path = target.join(&file.0);
            // Of one that is encrypted the length says nothing; it was carried in an earlier run.
            let is_there = fs::metadata(&path).is_ok_and(|there| !self.seal.is_open() || there.len() == about.len());
            if !is_there {
                place::put(&path, |out| {
                    let mut from = File::open(entry.path()).map_err(|e| cannot_read(&entry.path(), e))?;
                    let mut sealed = cover.seal.wrap(out)?;
                    io::copy(&mut from, &mut sealed).map_err(broken)?;
                    sealed.finish().map(drop).map_err(broken)
                })?;
            }
            self.carried.insert(file);
        }
        Ok(())
    }

    /// Makes one segment of those of ten minutes, from the server's own copies.
    fn merge(&self) -> Result<()> {
        let Names { instance, era, .. } = &self.archive.names;
        let mut own = Vec::new();
        for name in fs::read_dir(&self.spool).into_iter().flatten().flatten().map(|entry| entry.file_name()) {
            let numbers = name.to_str().and_then(|name| name.strip_suffix(".segment")?.split_once('-'));
            if let Some((Ok(first), Ok(last))) = numbers.map(|(first, last)| (first.parse::<u64>(), last.parse::<u64>())) {
                own.push((first, last, self.spool.join(&name)));
            }
        }
        own.sort();
        let Some((_, _, oldest)) = own.first() else { return Ok(()) };
        let head = segment::read_head(File::open(oldest).map_err(|e| cannot_read(oldest, e))?, &Keys::default())?;
        if head.era == *era && self.archive.clock.now().since(Time(head.first_time)) < MERGED {
            return Ok(());
        }
        let (mut entries, mut before, mut merged) = (Vec::new(), None, Vec::new());
        for (first, last, path) in &own {
            let read = segment::read(File::open(path).map_err(|e| cannot_read(path, e))?, &Keys::default())?;
            let goes_on =
                entries.last().is_none_or(|one: &Entry| one.number + 1 == *first) && (entries.is_empty() || read.head.before.is_some());
            // Those of an era before, and those before a gap, stay as they are.
            if read.head.era != *era || !goes_on {
                break;
            }
            if entries.is_empty() {
                before = read.head.before.clone();
            }
            entries.extend(read.entries);
            merged.push((*first, *last, path));
        }
        let cover = self.archive.cover().ok_or_else(|| INTERNAL.caused_by("an archive that nobody has reached"))?;
        let folder = self.archive.place.folder(era);
        if let (Some((first, ..)), Some((_, last, _)), true) = (merged.first(), merged.last(), merged.len() > 1) {
            let target = folder.join(place::segment_name(*first, *last));
            place::put(&target, |file| segment::write(file, &cover, (instance, era), before.clone(), &entries).map(drop))?;
            for (first, last, _) in &merged {
                let path = folder.join(place::segment_name(*first, *last));
                if path != target {
                    fs::remove_file(&path).map_err(|e| cannot_write(&path, e))?;
                }
            }
        }
        let done: Vec<&PathBuf> = if merged.is_empty() {
            own.iter().take(1).map(|(.., path)| path).collect()
        } else {
            merged.iter().map(|(.., path)| *path).collect()
        };
        done.into_iter().try_for_each(|path| fs::remove_file(path).map_err(|e| cannot_write(path, e)))
    }
}

/// Deletes what is older than `archive.keep`: bases but the newest that is old enough to begin with, and segments before that one.
pub fn thin_out(place: &Place, era: &str, oldest: Time) -> Result<()> {
    let bases = place.bases(era)?;
    let is_old = |path: &Path| {
        let modified = fs::metadata(path).and_then(|about| about.modified()).ok();
        let since = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        since.is_some_and(|since| i64::try_from(since.as_millis()).is_ok_and(|ms| ms < oldest.0))
    };
    let Some((begin, _)) = bases.iter().rev().find(|(_, path)| is_old(path)) else { return Ok(()) };
    for (_, path) in bases.iter().filter(|(commit, _)| commit < begin) {
        fs::remove_file(path).map_err(|e| cannot_write(path, e))?;
    }
    for one in place.segments(era)?.iter().filter(|one| one.last <= *begin) {
        fs::remove_file(&one.path).map_err(|e| cannot_write(&one.path, e))?;
    }
    Ok(())
}
