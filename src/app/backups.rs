//! Backups of the running clinic: one at a time, each looked at when it is written.

use std::{
    fs,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use super::{
    App,
    backup_state::{BACKUP_RUNNING, BACKUP_SEALED, Backup, Known, Verdict, row, unfinished},
};
use crate::{
    backup::{Keys, Seal, Source, Summary, contents::cannot_write, seal::SEALED, shelf, verify},
    base::{
        error::{INTERNAL, NOT_FOUND, Result},
        time::Time,
    },
};

impl App {
    /// Where backups lie: `backup.dir`, or `backups/` where there is none.
    pub fn backup_dir(&self) -> PathBuf {
        self.settings.backup.dir.clone().unwrap_or_else(|| self.dir.join("backups"))
    }

    /// This clinic's backups, the newest first, and those under way.
    pub fn backups(&self) -> Result<Vec<Backup>> {
        let lying = shelf::all(&self.backup_dir(), Some(self.store.instance()))?;
        let known = self.backups.known();
        let mut all: Vec<Backup> = lying.into_iter().map(|one| row(one, &known)).collect();
        let missing = |name: &str| !all.iter().any(|one| one.name == *name);
        let unfinished: Vec<Backup> = known.iter().filter(|(name, _)| missing(name)).map(|(name, known)| unfinished(name, known)).collect();
        all.extend(unfinished);
        all.sort_by(|a, b| (b.created, &b.name).cmp(&(a.created, &a.name)));
        Ok(all)
    }

    /// Begins a backup, and answers its name. Errors: `backup_running`, `cannot_write`.
    pub fn begin_backup(&self) -> Result<Backup> {
        let (dir, now) = (self.backup_dir(), self.clock.now());
        fs::create_dir_all(&dir).map_err(|e| cannot_write(&dir, e))?;
        let mut known = self.backups.known();
        if known.values().any(|one| one.is_running) {
            return Err(BACKUP_RUNNING.err());
        }
        // Those that failed are told until there is another.
        known.retain(|name, _| dir.join(name).exists());
        let name = shelf::free_name(&dir, self.store.instance(), now);
        let begun = Known { created: now, is_running: true, ..Known::default() };
        known.insert(name.clone(), begun.clone());
        Ok(unfinished(&name, &begun))
    }

    /// Makes the backup that was begun, and looks at all of it where it can be opened here. Blocks.
    pub fn make_backup(&self, name: &str, without_secrets: bool) -> Result<Backup> {
        let path = self.backup_dir().join(name);
        // Or a panic would leave a backup that is under way for ever.
        let made = catch_unwind(AssertUnwindSafe(|| self.write_backup(&path, without_secrets)))
            .unwrap_or_else(|_| Err(INTERNAL.caused_by("a backup panicked")));
        if let Err(error) = &made {
            self.metrics.backup_failures.inc();
            tracing::error!(error = error.chain(), "a backup failed");
        }
        let mut known = self.backups.known();
        let one = known.entry(name.to_owned()).or_default();
        one.is_running = false;
        match made {
            Ok(summary) => {
                (one.counts, one.verified_at) = (Some((summary.all_rows(), summary.files)), Some(self.clock.now()));
                self.backups.newest.fetch_max(one.created.0, Ordering::Relaxed);
            }
            Err(error) => {
                one.problem = Some(error.message());
                return Err(error);
            }
        }
        drop(known);
        self.backups()?.into_iter().find(|one| one.name == name).ok_or_else(|| NOT_FOUND.err())
    }

    fn write_backup(&self, path: &Path, without_secrets: bool) -> Result<Summary> {
        let seal = Seal::of(&self.settings.backup)?;
        let made = self.backup_source(without_secrets).write_file(path, &seal, false)?;
        match verify::verify(path, &self.backup_keys()?) {
            Ok(_) => Ok(made.summary),
            // What the disk has was read back already.
            Err(error) if error.is(&SEALED) => Ok(made.summary),
            Err(error) => {
                let _ = fs::remove_file(path);
                Err(error)
            }
        }
    }

    /// Writes a backup to somebody who reads it. Errors: those of [`Source::write`].
    pub fn stream_backup(&self, out: impl Write, without_secrets: bool) -> Result<Summary> {
        let seal = Seal::of(&self.settings.backup)?;
        self.backup_source(without_secrets).write(out, &seal).map(|(_, summary)| summary)
    }

    fn backup_source(&self, without_secrets: bool) -> Source<'_> {
        Source { store: &self.store, dir: &self.dir, settings: &self.settings, now: self.clock.now(), without_secrets }
    }

    /// What this machine can open backups with: the passphrase, where one is used.
    fn backup_keys(&self) -> Result<Keys> {
        Keys::read(None, self.settings.backup.passphrase_file.as_deref())
    }

    /// Where the backup of that name lies. Errors: `not_found`.
    pub fn backup_path(&self, name: &str) -> Result<PathBuf> {
        let is_ours = name.starts_with(&format!("xuanhu-{}-", self.store.instance()));
        shelf::find(&self.backup_dir(), name).filter(|_| is_ours).ok_or_else(|| NOT_FOUND.err())
    }

    /// Deletes a backup. Errors: `not_found`, `backup_running`.
    pub fn delete_backup(&self, name: &str) -> Result<()> {
        let mut known = self.backups.known();
        if known.get(name).is_some_and(|one| one.is_running) {
            return Err(BACKUP_RUNNING.err());
        }
        let failed = known.remove(name).is_some_and(|one| one.problem.is_some());
        drop(known);
        match self.backup_path(name) {
            Ok(path) => {
                fs::remove_file(&path).map_err(|e| cannot_write(&path, e))?;
                // It may have been the newest.
                self.backups.newest.store(0, Ordering::Relaxed);
                Ok(())
            }
            Err(_) if failed => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Looks at all of a backup, as a restore would. Blocks. Errors: `not_found`, `backup_sealed`.
    pub fn verify_backup(&self, name: &str) -> Result<Verdict> {
        let path = self.backup_path(name)?;
        let result = verify::verify(&path, &self.backup_keys()?);
        let mut known = self.backups.known();
        let one = known.entry(name.to_owned()).or_default();
        match result {
            Ok((_, summary)) => {
                let counts = Some((summary.all_rows(), summary.files));
                (one.counts, one.verified_at, one.problem) = (counts, Some(self.clock.now()), None);
                Ok(Verdict { counts, problems: Vec::new() })
            }
            Err(error) if error.is(&SEALED) => Err(BACKUP_SEALED.err()),
            Err(error) => {
                one.problem = Some(error.message());
                Ok(Verdict { counts: None, problems: vec![error.message()] })
            }
        }
    }

    /// When the newest backup was made; `None` where there is none. Looks once, then remembers.
    pub fn newest_backup(&self) -> Option<Time> {
        let mut newest = self.backups.newest.load(Ordering::Relaxed);
        if newest == 0 {
            newest = shelf::all(&self.backup_dir(), Some(self.store.instance())).ok()?.first()?.created.0;
            self.backups.newest.store(newest, Ordering::Relaxed);
        }
        Some(Time(newest))
    }

    /// The age of the newest backup in milliseconds; `None` where there is none.
    pub fn backup_age(&self) -> Option<i64> {
        Some(self.clock.now().since(self.newest_backup()?).max(0))
    }

    /// Deletes what `backup.keep` does not keep, and what kills left behind.
    pub fn thin_out_backups(&self) -> Result<()> {
        let dir = self.backup_dir();
        shelf::sweep(&dir, self.store.instance());
        let all = shelf::all(&dir, Some(self.store.instance()))?;
        let keep = usize::try_from(self.settings.backup.keep).unwrap_or(usize::MAX);
        for one in shelf::superfluous(&all, keep, &self.settings.clinic.zone) {
            let path = dir.join(&one.name);
            fs::remove_file(&path).map_err(|e| cannot_write(&path, e))?;
            self.backups.known().remove(&one.name);
            tracing::info!(name = one.name, "an old backup was deleted");
        }
        Ok(())
    }
}
