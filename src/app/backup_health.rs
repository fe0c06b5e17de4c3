//! How the backups and the archive stand: for `/readyz`, for `/admin/backups/state` and the console.

use std::{fs, path::Path};

use super::{
    App,
    backup_state::BackupState,
    worry::{ArchiveHealth, BackupHealth, Warning, Worry},
};
use crate::base::time::{HOUR, SECOND};

impl App {
    /// How backups and archive stand at present. Looks into their directories: blocks.
    pub fn backup_health(&self) -> BackupHealth {
        let mut warnings = Vec::new();
        let every = self.settings.backup.dir.as_ref().map(|_| self.settings.backup.every);
        if every.is_none() && self.archive().is_none() && !self.is_copy() {
            warnings.push(Warning::new(Worry::NotSetUp, "neither backup.dir nor archive.dir is set: nothing is backed up by itself", None));
        }
        warnings.extend(self.backup_is_old());
        warnings.extend(self.newest_is_not_well());
        warnings.extend(self.archive_warnings());
        BackupHealth { every, newest: self.newest_backup(), archive: self.archive_health(), warnings }
    }

    /// Where backups are made by themselves, the newest should not be older than two rounds.
    pub(super) fn backup_is_old(&self) -> Option<Warning> {
        let every = self.settings.backup.dir.as_ref().map(|_| self.settings.backup.every.ms())?;
        let age = self.backup_age().unwrap_or_else(|| self.clock.tick().0);
        let text = || format!("the newest backup is {} hours old; the log says why", age / HOUR);
        (age > every.saturating_mul(2)).then(|| Warning::new(Worry::Old, text(), None))
    }

    fn newest_is_not_well(&self) -> Option<Warning> {
        if let Some(text) = self.troubles.backup.now() {
            return Some(Warning::new(Worry::Failed, text, self.troubles.backup.why()));
        }
        let all = match self.backups() {
            Ok(all) => all,
            Err(error) => return Some(Warning::new(Worry::Unreadable, "the directory of the backups cannot be read", Some(error.chain()))),
        };
        let last = all.into_iter().find(|one| one.state != BackupState::Running)?;
        let (worry, text) = match last.state {
            BackupState::Failed => (Worry::Failed, "the last backup failed"),
            BackupState::Done | BackupState::Running => (Worry::Damaged, "the newest backup is not whole"),
        };
        Some(Warning::new(worry, text, Some(last.problem?)))
    }

    pub(super) fn archive_warnings(&self) -> Vec<Warning> {
        let Some(archive) = self.archive() else { return Vec::new() };
        let fails = archive.trouble.now().map(|text| Warning::new(Worry::ArchiveFails, text, archive.trouble.why()));
        let mut warnings: Vec<Warning> = fails.into_iter().collect();
        if !archive.is_whole() {
            let text = "the archive has no whole base yet: until it has, it restores nothing";
            warnings.push(Warning::new(Worry::ArchiveIncomplete, text, None));
        }
        let lag = archive.lag(self.store.commit());
        if lag > 3 * self.settings.archive.every.ms() + 30 * SECOND {
            warnings.push(Warning::new(Worry::ArchiveBehind, format!("the archive is {} s behind", lag / SECOND), None));
        }
        warnings
    }

    fn archive_health(&self) -> Option<ArchiveHealth> {
        let archive = self.archive()?;
        let segments = archive.place.segments(archive.era()).unwrap_or_default();
        let bases = archive.place.bases(archive.era()).unwrap_or_default();
        Some(ArchiveHealth {
            every: self.settings.archive.every,
            lag: archive.lag(self.store.commit()),
            segment_age: segments.last().and_then(|one| age(&one.path)),
            base_age: bases.last().and_then(|(_, path)| age(path)),
            is_whole: archive.is_whole(),
        })
    }
}

/// How long ago a file was written, by the clock of the machine that wrote it.
fn age(path: &Path) -> Option<i64> {
    let elapsed = fs::metadata(path).and_then(|about| about.modified()).ok()?.elapsed().unwrap_or_default();
    i64::try_from(elapsed.as_millis()).ok()
}
