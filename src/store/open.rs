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
    key::{ERA, MARK},
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
    pub era: String,
}

const LOCK: &str = "xuanhu.lock";
/// Stands there once the store has been opened: a directory that has it and no data file has lost its data.
const INITIALISED: &str = "xuanhu.initialised";
const CLEAN: &str = "xuanhu.clean";

pub(super) fn open(dir: &Path) -> Result<Opened> {
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
    // A kill during an earlier start leaves a half-written snapshot that sled takes for a whole one.
    remove(dir, |name| name.starts_with("snap.") && name.ends_with(".generating")).map_err(|e| unusable(dir, e))?;
    ballast::throw_out_if_needed(dir);
    let db = match try_open(dir) {
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
            set_aside(dir).and_then(|()| remove(dir, |name| name.starts_with("snap."))).map_err(|e| unusable(dir, e))?;
            try_open(dir).map_err(|again| STORE_UNREADABLE.caused_by(format!("{first}; again: {again}")))?
        }
    };
    let mark = mark(&db).map_err(|e| STORE_UNUSABLE.caused_by(e))?;
    let era = era(&db).map_err(|e| STORE_UNUSABLE.caused_by(e))?;
    let clean = fs::remove_file(dir.join(CLEAN)).is_ok() || fresh;
    File::create(dir.join(INITIALISED)).and_then(|_| sync_dir(dir)).map_err(|e| unusable(dir, e))?;
    Ok(Opened { db, lock, clean, mark, era })
}

/// The store's own number, given once: what is derived from a store notes it, so as not to be taken for another one's.
fn mark(db: &sled::Db) -> sled::Result<u64> {
    if let Some(mark) = db.get(MARK)?.and_then(|bytes| bytes.as_ref().try_into().ok()) {
        return Ok(u64::from_be_bytes(mark));
    }
    let mark = secret::random::<8>();
    db.insert(MARK, &mark)?;
    db.flush()?;
    Ok(u64::from_be_bytes(mark))
}

/// The name of this copy of the clinic, made where there is none: 16 hex digits.
fn era(db: &sled::Db) -> sled::Result<String> {
    if let Some(era) = db.get(ERA)?.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()) {
        return Ok(era);
    }
    let era = secret::hex(&secret::random::<8>());
    db.insert(ERA, era.as_bytes())?;
    db.flush()?;
    Ok(era)
}

/// Notes that everything was written and closed in order.
pub(super) fn mark_clean(dir: &Path) {
    let marked = File::create(dir.join(CLEAN)).and_then(|file| file.sync_all()).and_then(|()| sync_dir(dir));
    if let Err(error) = marked {
        tracing::warn!(%error, "the store is closed, but could not be marked so: the next start will check it");
    }
}

/// How sled says that its own lock is taken.
const HELD: &str = "could not acquire lock";

/// Opens with sled. Its cache is bounded: the default of 1 GB is more than a small clinic's server has to spare, and with half of this
/// 200,000 rows and their indexes no longer fit. The flush thread is off, since the writer flushes after every commit. Damaged files
/// can make sled panic.
fn try_open(dir: &Path) -> Result<sled::Db, String> {
    let config = sled::Config::new().path(dir).cache_capacity(128 << 20).flush_every_ms(None);
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

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn unusable(dir: &Path, error: io::Error) -> crate::base::error::Error {
    STORE_UNUSABLE.with(format!("{}: {error}", dir.display()))
}
