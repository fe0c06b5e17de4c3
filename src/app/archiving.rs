//! The clinic's archive: the bases that its segments begin at, and what an operator has to know. Segments are written by a thread of their own.

use std::fs;

use super::App;
use crate::{
    backup::{
        Source,
        archive::{place, status::Archive, writing},
        contents::{cannot_read, cannot_write},
    },
    base::{error::Result, time::Time},
};

impl App {
    pub fn archive(&self) -> Option<&Archive> {
        self.archivist.as_ref().map(|archivist| &*archivist.archive)
    }

    /// Makes a base where one is due, and deletes what is older than `archive.keep`. Whether it made one. Blocks.
    pub fn tend_archive(&self) -> Result<bool> {
        let Some(archive) = self.archive() else { return Ok(false) };
        // Nobody has reached the place yet.
        let Some(cover) = archive.cover() else { return Ok(false) };
        let (breaks, era, now) = (archive.breaks(), archive.era(), self.clock.now());
        let newest = archive.place.bases(era)?.pop();
        let age = match &newest {
            Some((_, path)) if !archive.needs_base() => {
                let modified = fs::metadata(path).and_then(|about| about.modified()).map_err(|e| cannot_read(path, e))?;
                modified.elapsed().ok().map(|age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
            }
            _ => None,
        };
        if newest.is_some() && !archive.needs_base() {
            archive.keeps_base();
            if age.unwrap_or(0) < self.settings.backup.every.ms() {
                return Ok(false);
            }
        }
        let folder = archive.place.folder(era);
        let draft = folder.join("base.new");
        let source = Source { store: &self.store, dir: &self.dir, settings: &self.settings, now, without_secrets: false };
        let made = source.write_file(&draft, &cover.seal, true)?;
        let path = folder.join(place::base_name(made.summary.commit));
        fs::rename(&draft, &path).and_then(|()| fs::File::open(&folder)?.sync_all()).map_err(|e| cannot_write(&path, e))?;
        archive.has_new_base(breaks);
        tracing::info!(commit = made.summary.commit, "the archive has a new base");
        writing::thin_out(&archive.place, era, Time(now.0.saturating_sub(self.settings.archive.keep.ms())))?;
        Ok(true)
    }
}
