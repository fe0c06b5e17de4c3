//! Log files: one a day of the clinic, for its owner alone; those of earlier days compressed, and deleted when their time is over.
//!
//! Source: 网络安全法 Art. 23(3) (logs at least six months).

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::civil::Date;

use super::{
    gzip,
    span::Span,
    time::{Clock, DAY, Zone},
};

const BEGINS: &str = "xuanhu-";
const PLAIN: &str = ".log";
const PACKED: &str = ".log.gz";

/// Takes lines, and puts each into the file of its day.
pub struct DayLog {
    dir: PathBuf,
    keep: Span,
    zone: Zone,
    clock: Arc<Clock>,
    open: Mutex<Option<(Date, File)>>,
    /// One tidies up at a time.
    tidying: Mutex<()>,
}

impl DayLog {
    /// Makes the directory where there is none. Errors: where today's file cannot be written.
    pub fn open(dir: &Path, keep: Span, zone: Zone, clock: Arc<Clock>) -> io::Result<Arc<DayLog>> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let log = DayLog { dir: dir.to_owned(), keep, zone, clock, open: Mutex::new(None), tidying: Mutex::new(()) };
        let log = Arc::new(log);
        log.write(b"")?;
        Ok(log)
    }

    /// Writes a line to the file of the day. With the first of a day those of earlier days are tidied up, beside.
    pub fn write(self: &Arc<Self>, line: &[u8]) -> io::Result<()> {
        let today = self.zone.today(self.clock.now());
        let mut open = locked(&self.open);
        let is_new = open.as_ref().is_none_or(|(day, _)| *day != today);
        let (_, file) = match open.take() {
            Some(known) if !is_new => open.insert(known),
            _ => open.insert((today, self.file(today)?)),
        };
        file.write_all(line)?;
        drop(open);
        if is_new {
            let log = self.clone();
            std::thread::spawn(move || log.tidy());
        }
        Ok(())
    }

    fn file(&self, day: Date) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).mode(0o600).open(self.dir.join(format!("{BEGINS}{day}{PLAIN}")))
    }

    /// Compresses the files of earlier days, and deletes those whose time is over. What cannot be done now is done on another day.
    pub fn tidy(&self) {
        let _one = locked(&self.tidying);
        let today = self.zone.today(self.clock.now());
        let oldest = today.checked_sub(jiff::Span::new().days(self.keep.ms() / DAY)).unwrap_or(Date::MIN);
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let Some((day, is_plain)) = entry.file_name().to_str().and_then(named) else { continue };
            let path = entry.path();
            let _ = match day {
                day if day < oldest => fs::remove_file(path),
                day if day < today && is_plain => pack(&path),
                _ => Ok(()),
            };
        }
    }
}

/// The day that a file is of, and whether it is not compressed yet; `None` of other files.
fn named(name: &str) -> Option<(Date, bool)> {
    let rest = name.strip_prefix(BEGINS)?;
    let (day, is_plain) = match rest.strip_suffix(PACKED) {
        Some(day) => (day, false),
        None => (rest.strip_suffix(PLAIN)?, true),
    };
    Some((day.parse().ok()?, is_plain))
}

/// Puts the compressed file in the place of the plain one: whole, or not at all.
fn pack(plain: &Path) -> io::Result<()> {
    let (packed, draft) = (plain.with_extension("log.gz"), plain.with_extension("log.gz.partial"));
    let bytes = gzip::compress(&fs::read(plain)?, false)?;
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&bytes).and_then(|()| file.sync_all())?;
    fs::rename(&draft, &packed)?;
    fs::remove_file(plain)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
