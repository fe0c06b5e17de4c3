//! `xuanhu backup`, `verify`, `restore` and `backup-key`: copies of a clinic, made, looked at, and made a clinic again.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use clap::Args;

use super::{
    archive,
    common::{Common, note, say},
    data_dir::DataDir,
    key_files::KeyFiles,
};
use crate::{
    app::App,
    backup::{
        Keys, Manifest, Seal, Source, Summary,
        archive::reading::Wanted,
        contents::{cannot_read, cannot_write},
        make::{Draft, EXISTS},
        restore, seal, shelf, verify,
    },
    base::{
        error::{Error, Kind, Reason, Result},
        time::{Clock, Time},
    },
    store::Mark,
};

/// Make a backup of the whole clinic in one file, while the server runs or not
///
/// In a DIR the file is called xuanhu-<instance>-<time>.backup. It is there whole or not at all. Where backup.recipients or backup.passphrase_file are
/// set it is encrypted (with them a copy may lie anywhere); otherwise keep it as private as the clinic itself.
#[derive(Args)]
pub struct Make {
    /// A file, a directory that is there, or - for standard output
    target: PathBuf,
    /// Leave out secret.key and the secrets of xuanhu.toml: for a copy that is handed on
    #[arg(long)]
    without_secrets: bool,
    /// Write over a file of that name
    #[arg(long)]
    force: bool,
}

/// Look at all of a backup, as a restore would, without a server: every checksum, every row, every count
#[derive(Args)]
pub struct Verify {
    file: PathBuf,
    #[command(flatten)]
    keys: KeyFiles,
}

/// Make a clinic of a backup or of an archive, in a data directory that is empty or not there
///
/// An archive gives back the newest state, or with --until that of any moment that it goes back to.
/// Without --promote it is a copy for looking: a server on it sends nothing to anybody outside, takes no money and makes no backups by itself, so that a
/// drill disturbs nobody. `xuanhu promote` makes it the clinic later.
#[derive(Args)]
pub struct Restore {
    /// The backup, or the archive's directory
    #[arg(value_name = "FILE|ARCHIVE")]
    file: PathBuf,
    /// The moment, of an archive: 2026-11-29T10:00:00+08:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Time>,
    /// Go on where uploads are missing in the archive, and name them
    #[arg(long)]
    allow_missing_uploads: bool,
    /// Make it the clinic, which goes on from there
    #[arg(long)]
    promote: bool,
    #[command(flatten)]
    keys: KeyFiles,
}

/// Make a pair of keys for encrypted backups
///
/// The secret half goes into FILE. The public half is printed, for backup.recipients.
#[derive(Args)]
pub struct MakeKey {
    file: PathBuf,
}

const OF_AN_ARCHIVE: Reason = Reason::new(
    Kind::Malformed,
    "of_an_archive",
    "--until and --allow-missing-uploads are for an archive, which is a directory; this is none",
);

pub fn make(common: &Common, make: &Make) -> Result<()> {
    let clock = Clock::system(0);
    match DataDir::find(common)? {
        DataDir::Stopped(app) => make_here(&app, make, &clock),
        DataDir::Running(server) => {
            let path = format!("/admin/backups/stream?without_secrets={}", u8::from(make.without_secrets));
            let stream = |out: &mut dyn Write| server.stream("POST", &path, out);
            if make.target == Path::new("-") {
                let mut out = io::stdout().lock();
                return stream(&mut out).and_then(|()| out.flush().map_err(|e| cannot_write(&make.target, e)));
            }
            let instance = Mark::read(&common.data_dir.join("store"))?.map(|mark| mark.instance).unwrap_or_default();
            let target = target(make, &instance, &clock)?;
            let draft = Draft::begin(&target)?;
            let mut out = Watched::new(BufWriter::with_capacity(1 << 20, draft.file()?));
            stream(&mut out)?;
            let (file, bytes) = out.end();
            file.into_inner().map_err(|e| e.into_error()).and_then(|file| file.sync_all()).map_err(|e| cannot_write(&target, e))?;
            // What is not encrypted, or is opened by the passphrase, tells what is in it; and so what the disk has is read back.
            let settings = common.settings(&[])?;
            let read = verify::read_through(&draft.path, &Keys::read(None, settings.backup.passphrase_file.as_deref())?);
            let summary = match read {
                Ok((_, summary)) => Some(summary),
                Err(error) if error.is(&seal::SEALED) => None,
                Err(error) => return Err(error),
            };
            draft.keep(&target)?;
            said(&target, summary.as_ref(), bytes, &clock);
            Ok(())
        }
    }
}

fn make_here(app: &App, make: &Make, clock: &Clock) -> Result<()> {
    let App { store, dir, settings, .. } = app;
    let source = Source { store, dir, settings, now: app.clock.now(), without_secrets: make.without_secrets };
    let seal = Seal::of(&settings.backup)?;
    if make.target == Path::new("-") {
        let (mut out, _) = source.write(io::stdout().lock(), &seal)?;
        return out.flush().map_err(|e| cannot_write(&make.target, e));
    }
    let target = target(make, store.instance(), clock)?;
    let made = source.write_file(&target, &seal, make.force)?;
    said(&target, Some(&made.summary), made.bytes, clock);
    Ok(())
}

/// The file to be written. Errors: `file_exists`.
fn target(make: &Make, instance: &str, clock: &Clock) -> Result<PathBuf> {
    if make.target.is_dir() {
        return Ok(make.target.join(shelf::free_name(&make.target, instance, clock.now())));
    }
    match !make.force && make.target.exists() {
        true => Err(EXISTS.with(make.target.display().to_string())),
        false => Ok(make.target.clone()),
    }
}

fn said(target: &Path, summary: Option<&Summary>, bytes: u64, clock: &Clock) {
    let counts = summary.map_or_else(|| "encrypted".to_owned(), counts);
    say(&format!("{}: {counts}, {bytes} bytes, {:.1} s", target.display(), seconds(clock)));
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn seconds(clock: &Clock) -> f64 {
    clock.tick().0 as f64 / 1_000.0
}

fn counts(summary: &Summary) -> String {
    format!("{} rows in {} tables, {} files", summary.all_rows(), summary.rows.len(), summary.files)
}

pub fn verify(verify: &Verify) -> Result<()> {
    let clock = Clock::system(0);
    let (manifest, summary) = verify::verify(&verify.file, &verify.keys.read()?).map_err(|e| named(e, &verify.file))?;
    say(&format!("{}: well, {}, {:.1} s", verify.file.display(), counts(&summary), seconds(&clock)));
    describe(&manifest, &summary);
    Ok(())
}

/// Which file it is about.
fn named(error: Error, file: &Path) -> Error {
    let detail = error.own_detail().map_or_else(|| file.display().to_string(), |detail| format!("{}: {detail}", file.display()));
    error.detail(detail)
}

fn describe(manifest: &Manifest, summary: &Summary) {
    let Manifest { clinic, instance, product, .. } = manifest;
    say(&format!("{clinic} ({instance}) as of {}, commit {}, made by {product}", summary.time, summary.commit));
    if let Some(head) = &summary.audit_head {
        say(&format!("audit log up to {head}"));
    }
    for (table, rows) in &summary.rows {
        say(&format!("  {table:<24} {rows:>10}"));
    }
}

fn moment(text: &str) -> Result<Time, &'static str> {
    let time = text.parse::<jiff::Timestamp>().map(|time| Time(time.as_millisecond()));
    time.map_err(|_| "should be a moment with its offset such as 2026-11-29T10:00:00+08:00")
}

pub fn restore(common: &Common, restore: &Restore) -> Result<()> {
    if restore.file.is_dir() {
        let Restore { until, allow_missing_uploads, promote, .. } = *restore;
        let wanted = Wanted { until, is_copy: !promote, allow_missing_uploads };
        return archive::restore(&common.data_dir, &restore.file, &restore.keys, &wanted).map(drop);
    }
    if restore.until.is_some() || restore.allow_missing_uploads {
        return Err(OF_AN_ARCHIVE.with(restore.file.display().to_string()));
    }
    let (clock, keys, dir) = (Clock::system(0), restore.keys.read()?, &common.data_dir);
    let file = File::open(&restore.file).map_err(|e| cannot_read(&restore.file, e))?;
    let restored = restore::restore(Progress::over(file), &keys, dir, !restore.promote).map_err(|e| named(e, &restore.file))?;
    let kind = if restore.promote { "the clinic" } else { "a copy for looking; `xuanhu promote` makes it the clinic" };
    say(&format!("{}: {}, {:.1} s; this is {kind}", dir.display(), counts(&restored.summary), seconds(&clock)));
    say(&format!(
        "{} as of {}, commit {}, now era {}",
        restored.manifest.clinic, restored.summary.time, restored.summary.commit, restored.era
    ));
    say(&format!("  {:<24} {:>10} {:>10}", "table", "restored", "backup"));
    for (table, rows) in &restored.summary.rows {
        let now = restored.rows.get(table.as_str()).copied().unwrap_or(0);
        say(&format!("  {table:<24} {now:>10} {rows:>10}"));
    }
    if restored.has_new_key {
        note("The backup has no secret.key; a new one was made, and everybody has to sign in again.");
    }
    Ok(())
}

pub fn make_key(key: &MakeKey) -> Result<()> {
    let (public, secret) = seal::new_pair();
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&key.file);
    let mut file = file.map_err(|e| {
        if e.kind() == io::ErrorKind::AlreadyExists { EXISTS.with(key.file.display().to_string()) } else { cannot_write(&key.file, e) }
    })?;
    let text = format!("# Opens the backups that are encrypted to {public}\n{secret}\n");
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| cannot_write(&key.file, e))?;
    say(&format!("public key  {public}"));
    note(&format!("Put it into xuanhu.toml:  backup.recipients = \"{public}\""));
    note(&format!("Keep {} away from this machine, in two places (a USB stick in the safe, a printout): without it", key.file.display()));
    note("nobody can ever open the backups, and whoever has it can open all of them.");
    Ok(())
}

/// Shows on a terminal how far it has come.
struct Watched<W> {
    out: W,
    progress: Progress<()>,
}

impl<W: Write> Watched<W> {
    fn new(out: W) -> Watched<W> {
        Watched { out, progress: Progress::over(()) }
    }

    fn end(self) -> (W, u64) {
        let bytes = self.progress.bytes.load(Ordering::Relaxed);
        (self.out, bytes)
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.progress.bytes.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Counts what passes, and says it again and again where somebody sits before a terminal.
struct Progress<F> {
    from: F,
    bytes: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    teller: Option<thread::JoinHandle<()>>,
}

impl<F> Progress<F> {
    fn over(from: F) -> Progress<F> {
        let (bytes, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let teller = io::stderr().is_terminal().then(|| {
            let (bytes, over) = (bytes.clone(), over.clone());
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let _ = write!(io::stderr(), "\r{} MiB", bytes.load(Ordering::Relaxed) >> 20);
                    thread::sleep(Duration::from_millis(100));
                }
                let _ = write!(io::stderr(), "\r                \r");
            })
        });
        Progress { from, bytes, over, teller }
    }
}

impl<F: io::Read> io::Read for Progress<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<F> Drop for Progress<F> {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(teller) = self.teller.take() {
            let _ = teller.join();
        }
    }
}
