//! Opening the directory: one process at a time, leftovers of a killed start removed, one attempt to mend, and the patch that makes
//! sled's flush a real sync.

use std::{
    fs::{self, File, TryLockError},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};

use super::{
    ballast::{self, BALLAST},
    key::{COMMIT, COPY, ERA, INSTANCE, MARK, PARENT},
    mark::{self, FORMAT_UNREADABLE, MARK_MISSING, Mark, STORE_BEHIND},
    space::{RESERVE, free_space},
};
use crate::base::{
    error::{Kind, Reason, Result},
    secret,
};

pub const ALREADY_RUNNING: Reason = Reason::new(
    Kind::Busy,
    "already_running",
    "another xuanhu process uses this data directory: stop it first, or choose another --data-dir",
);
pub const STORE_UNREADABLE: Reason = Reason::new(
    Kind::Internal,
    "store_unreadable",
    "the store cannot be opened; a copy of it was kept beside it: restore the newest backup into a new directory",
);
pub const STORE_MISSING: Reason = Reason::new(
    Kind::Internal,
    "store_missing",
    "this directory held a store and its data file is gone: bring it back, or restore the newest backup into a new directory",
);

pub const NO_ROOM: Reason =
    Reason::new(Kind::Internal, "no_room", "the disk is so full that the store cannot be opened; make room and start again");
pub const HALF_REPAIRED: Reason =
    Reason::new(Kind::Internal, "half_repaired", "a repair of the store did not come to its end; run `xuanhu check --repair` again");
pub const STORE_UNUSABLE: Reason = Reason::new(Kind::Internal, "store_unusable", "the store's directory cannot be used");

/// sled 0.34 flushes on Linux with sync_file_range(2), which moves pages to the disk's queue and promises nothing. This definition
/// takes the place of libc's in our binary; told that the call does not exist, sled falls back to fsync.
#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
#[expect(unsafe_code)]
pub extern "C" fn sync_file_range(_fd: libc::c_int, _offset: i64, _bytes: i64, _flags: libc::c_uint) -> libc::c_int {
    // SAFETY: errno of this thread is always valid to write.
    unsafe { *libc::__errno_location() = libc::ENOSYS };
    -1
}

/// Whether the definition above is the one that gets called: the linker decides, so it is asked at every start.
#[expect(unsafe_code)]
fn syncs_for_real() -> bool {
    #[cfg(not(target_os = "linux"))]
    return true;
    #[cfg(target_os = "linux")]
    {
        // SAFETY: a closed descriptor is refused, by us or by the system.
        let answer = unsafe { libc::sync_file_range(-1, 0, 0, 0) };
        answer == -1 && io::Error::last_os_error().raw_os_error() == Some(libc::ENOSYS)
    }
}

/// An open directory. The lock goes with it.
pub(super) struct Opened {
    pub db: sled::Db,
    pub lock: File,
    /// Whether the last process closed the store in order; if not, the rows are worth a look.
    pub clean: bool,
    pub mark: u64,
    /// What `MARK` says, or will say.
    pub marked: Mark,
    /// The newest commit that is there.
    pub commit: u64,
    /// The copy of the clinic that this one was made of, and how far that had come.
    pub parent: Option<(String, u64)>,
    /// `FORMAT` and `MARK` are still to be made: a release before them has written it, or it is to be repaired.
    pub is_unmarked: bool,
}

const LOCK: &str = "xuanhu.lock";
/// Stands there once the store has been opened: a directory that has it and no data file has lost its data.
pub(super) const INITIALISED: &str = "xuanhu.initialised";
const CLEAN: &str = "xuanhu.clean";

/// What is made of a `MARK` that is missing or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmarked {
    Refused,
    /// It is made anew from what is there: for a repair, which looks at everything first.
    MadeAnew,
}

pub(super) fn open(dir: &Path, unmarked: Unmarked, cache: u64) -> Result<Opened> {
    if !syncs_for_real() {
        return Err(STORE_UNUSABLE.with("this build would not sync: sync_file_range is not replaced"));
    }
    fs::create_dir_all(dir).map_err(|e| unusable(dir, e))?;
    let lock = File::create(dir.join(LOCK)).map_err(|e| unusable(dir, e))?;
    lock.try_lock().map_err(|e| match e {
        TryLockError::WouldBlock => ALREADY_RUNNING.with(dir.display().to_string()),
        TryLockError::Error(e) => unusable(dir, e),
    })?;
    let fresh = !dir.join(INITIALISED).exists();
    if !fresh && !dir.join("db").exists() {
        return Err(STORE_MISSING.with(dir.display().to_string()));
    }
    if dir.join(REBUILDING).exists() && unmarked == Unmarked::Refused {
        return Err(HALF_REPAIRED.with(dir.display().to_string()));
    }
    // Before the engine touches anything.
    let format = mark::format(dir)?;
    let marked = match Mark::read(dir) {
        Err(_) if unmarked == Unmarked::MadeAnew => None,
        read => read?,
    };
    // A kill during an earlier start leaves a half-written snapshot that sled takes for a whole one.
    remove(dir, |name| name.starts_with("snap.") && name.ends_with(".generating")).map_err(|e| unusable(dir, e))?;
    ballast::throw_out_if_needed(dir);
    let db = match try_open(dir, cache) {
        Ok(db) => db,
        Err(first) if first.contains(HELD) => return Err(ALREADY_RUNNING.with(dir.display().to_string())),
        // Opening writes: on a full disk it fails, and a whole store is not to be mended.
        Err(first) if free_space(dir).is_some_and(|free| free < RESERVE) => {
            let free = free_space(dir).unwrap_or_default() >> 20;
            let needed = format!("{}: {free} MiB free, {} MiB needed", dir.display(), RESERVE >> 20);
            return Err(NO_ROOM.with(needed).source(first));
        }
        Err(first) => {
            tracing::error!(error = %first, "the store does not open; copying it aside and trying once more without its snapshot");
            let derived = |name: &str| name.starts_with("snap.") || name == "conf";
            set_aside(dir).and_then(|()| remove(dir, derived)).map_err(|e| unusable(dir, e))?;
            try_open(dir, cache).map_err(|again| STORE_UNREADABLE.caused_by(format!("{first}; again: {again}")))?
        }
    };
    sync_conf(dir).map_err(|e| unusable(dir, e))?;
    let is_unmarked = match is_whole(&db, format, marked.as_ref()) {
        Err(error) if unmarked == Unmarked::MadeAnew && error.is(&MARK_MISSING) => true,
        answer => answer?,
    };
    let is_copy = db.contains_key(COPY).map_err(|e| STORE_UNUSABLE.caused_by(e))?;
    let (mark, marked, commit) = name(&db, is_copy || marked.is_some_and(|mark| mark.copy)).map_err(|e| STORE_UNUSABLE.caused_by(e))?;
    let parent = word(&db, PARENT).map_err(|e| STORE_UNUSABLE.caused_by(e))?;
    let parent = parent.and_then(|text| text.split_once(' ').and_then(|(era, commit)| Some((era.to_owned(), commit.parse().ok()?))));
    if fresh && is_unmarked {
        finish(dir, &marked)?;
    }
    let clean = fs::remove_file(dir.join(CLEAN)).is_ok() || fresh;
    File::create(dir.join(INITIALISED)).and_then(|_| sync_dir(dir)).map_err(|e| unusable(dir, e))?;
    Ok(Opened { db, lock, clean, mark, marked, commit, parent, is_unmarked: is_unmarked && !fresh })
}

/// Refuses a store that holds less than it must; answers whether it has neither `FORMAT` nor `MARK` yet. Nothing has been written to it so far.
fn is_whole(db: &sled::Db, format: Option<u32>, mark: Option<&Mark>) -> Result<bool> {
    let unusable = |e: sled::Error| STORE_UNUSABLE.caused_by(e);
    let commit = number(db, COMMIT).map_err(unusable)?.unwrap_or(0);
    let instance = word(db, INSTANCE).map_err(unusable)?;
    match (format, mark) {
        // Both are made before the first commit.
        (None, None) if commit == 0 => Ok(true),
        (None, Some(mark)) if commit == 0 && mark.commit == 0 => Ok(true),
        (None, _) => Err(FORMAT_UNREADABLE.err()),
        (Some(_), None) => Err(MARK_MISSING.err()),
        (Some(_), Some(mark)) if commit < mark.commit => {
            Err(STORE_BEHIND.with(format!("it had come to commit {} and holds {commit}", mark.commit)))
        }
        (Some(_), Some(mark)) if instance.as_ref().is_some_and(|instance| *instance != mark.instance) => {
            Err(STORE_BEHIND.with("store/MARK is another clinic's"))
        }
        (Some(_), Some(_)) => Ok(false),
    }
}

/// Notes of a store what must be there from now on. `FORMAT` comes last: where it is, `MARK` is.
pub(super) fn finish(dir: &Path, mark: &Mark) -> Result<()> {
    mark.write(dir).and_then(|()| mark::write_format(dir)).map_err(|e| unusable(dir, e))
}

/// The store's own number, which is given once: what is derived from a store notes it, so as not to be taken for another one's. And what its
/// `MARK` says: the clinic's and the copy's names, made where there are none.
fn name(db: &sled::Db, copy: bool) -> sled::Result<(u64, Mark, u64)> {
    let made = |key: &[u8]| match word(db, key)? {
        Some(word) => Ok::<_, sled::Error>(word),
        None => {
            let word = secret::hex(&secret::random::<8>());
            db.insert(key, word.as_bytes())?;
            Ok(word)
        }
    };
    let (instance, era) = (made(INSTANCE)?, made(ERA)?);
    let number_of_store = match number(db, MARK)? {
        Some(number) => number,
        None => {
            let number = secret::random::<8>();
            db.insert(MARK, &number)?;
            u64::from_be_bytes(number)
        }
    };
    db.flush()?;
    let commit = number(db, COMMIT)?.unwrap_or(0);
    Ok((number_of_store, Mark { instance, era, commit, copy }, commit))
}

fn word(db: &sled::Db, key: &[u8]) -> sled::Result<Option<String>> {
    Ok(db.get(key)?.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
}

fn number(db: &sled::Db, key: &[u8]) -> sled::Result<Option<u64>> {
    Ok(db.get(key)?.and_then(|bytes| bytes.as_ref().try_into().ok()).map(u64::from_be_bytes))
}

/// sled writes `conf` once and never syncs it: a power cut soon after the first start would leave it empty, and the store shut.
fn sync_conf(dir: &Path) -> io::Result<()> {
    File::open(dir.join("conf"))?.sync_all()
}

/// Notes that everything was written and closed in order.
pub(super) fn mark_clean(dir: &Path) {
    let marked = File::create(dir.join(CLEAN)).and_then(|file| file.sync_all()).and_then(|()| sync_dir(dir));
    if let Err(error) = marked {
        tracing::warn!(%error, "the store is closed, but could not be marked so: the next start will check it");
    }
}

/// The engine's cache in a running server, and in a command that goes through a store once. It takes about four times that.
pub(super) const CACHE: u64 = 128 << 20;
pub(super) const SMALL_CACHE: u64 = 16 << 20;

/// How sled says that its own lock is taken.
const HELD: &str = "could not acquire lock";

/// Stands there while indexes are made anew.
const REBUILDING: &str = "xuanhu.rebuilding";

pub(super) fn begin_rebuilding(dir: &Path) -> Result<()> {
    let made = File::create(dir.join(REBUILDING)).and_then(|file| file.sync_all()).and_then(|()| sync_dir(dir));
    made.map_err(|e| unusable(dir, e))
}

pub(super) fn end_rebuilding(dir: &Path) -> Result<()> {
    fs::remove_file(dir.join(REBUILDING)).and_then(|()| sync_dir(dir)).map_err(|e| unusable(dir, e))
}

/// Opens with sled. Its cache is bounded: the default of 1 GB is more than a small clinic's server has to spare, and with half of this
/// 200,000 rows and their indexes no longer fit. The flush thread is off, since the writer flushes after every commit. Damaged files
/// can make sled panic.
pub(super) fn try_open(dir: &Path, cache: u64) -> Result<sled::Db, String> {
    let config = sled::Config::new().path(dir).cache_capacity(cache).flush_every_ms(None);
    let open = || {
        catch_unwind(AssertUnwindSafe(|| config.open()))
            .map_err(|_| "sled panicked; see the message above".to_owned())?
            .map_err(|e| e.to_string())
    };
    let mut result = open();
    // An engine that was closed a moment ago keeps its lock until its last thread is done.
    for _ in 0..20 {
        match &result {
            Err(error) if error.contains(HELD) => std::thread::sleep(Duration::from_millis(50)),
            _ => break,
        }
        result = open();
    }
    result
}

fn remove(dir: &Path, which: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&which) {
            fs::remove_file(entry.path())?;
        }
    }
    sync_dir(dir)
}

/// Copies the files beside the directory. A supervisor may start us every few seconds: the copy of the first attempt is the one worth
/// keeping, and one a day is enough.
fn set_aside(dir: &Path) -> io::Result<()> {
    const DAY: u64 = 24 * 60 * 60;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let copy_of = |name: &str| dir.with_extension(name);
    let made_at = |path: &Path| path.extension()?.to_str()?.strip_prefix("broken-")?.parse::<u64>().ok();
    for entry in fs::read_dir(dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))? {
        let path = entry?.path();
        if path.file_stem() == dir.file_stem() && made_at(&path).is_some_and(|at| now.saturating_sub(at) < DAY) {
            return Ok(());
        }
    }
    let files: Vec<_> = fs::read_dir(dir)?.collect::<io::Result<_>>()?;
    let bytes: u64 = files.iter().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
    if free_space(dir).is_some_and(|free| free < bytes + RESERVE) {
        return Err(io::Error::other(format!("it is damaged, and there is no room to copy its {} MB aside first", bytes >> 20)));
    }
    let draft = copy_of("broken");
    fs::create_dir_all(&draft)?;
    for file in files {
        if file.file_type()?.is_file() && file.file_name() != BALLAST {
            fs::copy(file.path(), draft.join(file.file_name()))?;
        }
    }
    fs::rename(draft, copy_of(&format!("broken-{now}")))
}

pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn unusable(dir: &Path, error: io::Error) -> crate::base::error::Error {
    STORE_UNUSABLE.with(format!("{}: {error}", dir.display()))
}
