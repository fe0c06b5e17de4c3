//! A directory that is there whole or not at all: built beside its place, and moved there when it is done.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use super::contents::cannot_write;
use crate::base::error::{Kind, Reason, Result};

pub const NOT_EMPTY: Reason =
    Reason::new(Kind::Rule, "not_empty", "this is made only in a directory that is empty or not there; choose another one");

/// Where a directory is built.
pub struct Site {
    /// Where it will be.
    dir: PathBuf,
    place: PathBuf,
    /// The directory is a file system of its own, and what is built goes into it piece by piece.
    is_mount: bool,
    is_done: bool,
}

impl Site {
    /// A place for what will be `dir`, called `<dir>.<draft>`. What a kill left there of an earlier one goes. Errors: `not_empty`, `cannot_write`.
    pub fn begin(dir: &Path, draft: &str) -> Result<Site> {
        let dir = std::path::absolute(dir).map_err(|e| cannot_write(dir, e))?;
        let in_it = format!(".{draft}");
        let is_mount = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(cannot_write(&dir, error)),
            Ok(entries) => {
                for entry in entries {
                    let name = entry.map_err(|e| cannot_write(&dir, e))?.file_name();
                    if name != in_it.as_str() && name != "lost+found" {
                        return Err(NOT_EMPTY.with(format!("{} has {}", dir.display(), name.display())));
                    }
                }
                let device = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
                dir.parent().is_none_or(|parent| device(parent) != device(&dir))
            }
        };
        let place = match is_mount {
            true => dir.join(&in_it),
            false => {
                let mut name = dir.as_os_str().to_owned();
                name.push(&in_it);
                PathBuf::from(name)
            }
        };
        if place.exists() {
            fs::remove_dir_all(&place).map_err(|e| cannot_write(&place, e))?;
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&place).map_err(|e| cannot_write(&place, e))?;
        Ok(Site { dir, place, is_mount, is_done: false })
    }

    pub fn place(&self) -> &Path {
        &self.place
    }

    /// What was built is the directory now.
    pub fn finish(mut self) -> Result<()> {
        let wrong = |e: io::Error| cannot_write(&self.dir, e);
        File::open(&self.place).and_then(|dir| dir.sync_all()).map_err(wrong)?;
        if self.is_mount {
            let mut names: Vec<_> = fs::read_dir(&self.place)
                .map_err(wrong)?
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect::<io::Result<_>>()
                .map_err(wrong)?;
            // What makes it whole comes last: without a store it is no clinic, without fields.json no dump.
            names.sort_by_key(|name| name == "store" || name == "fields.json");
            for name in names {
                fs::rename(self.place.join(&name), self.dir.join(&name)).map_err(wrong)?;
            }
            fs::remove_dir(&self.place).and_then(|()| File::open(&self.dir)?.sync_all()).map_err(wrong)?;
        } else {
            // Over an empty directory, where there is one.
            fs::rename(&self.place, &self.dir).map_err(wrong)?;
            let above = self.dir.parent().unwrap_or(Path::new("/"));
            File::open(above).and_then(|dir| dir.sync_all()).map_err(wrong)?;
        }
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_dir_all(&self.place);
        }
    }
}
