//! Looking at a backup as closely as a restore would, and leaving nothing behind: every checksum, every row, every count.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    contents::{Manifest, Summary, cannot_read, cannot_write},
    restore::{self, Builder},
    seal::Keys,
    unpack::{Taker, unpack},
};
use crate::base::{error::Result, secret};

/// Reads all of a backup. A store is made of it for a while beside the file, or, where that cannot be, where the system keeps temporary files.
///
/// Errors: as [`restore`](restore::restore), with the first thing that is not well.
pub fn verify(file: &Path, keys: &Keys) -> Result<(Manifest, Summary)> {
    let input = File::open(file).map_err(|e| cannot_read(file, e))?;
    let beside = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let scratch = Scratch::make(beside).or_else(|_| Scratch::make(&std::env::temp_dir()))?;
    let mut looker = Looker { builder: Builder::at(&scratch.0), files: BTreeSet::new() };
    let (manifest, summary) = unpack(input, keys, &mut looker)?;
    looker.builder.finish(&manifest, &summary, true)?;
    restore::examine(&scratch.0)?;
    Ok((manifest, summary))
}

/// Reads all of a backup and holds every member against its checksum, without looking into the rows.
pub fn read_through(file: &Path, keys: &Keys) -> Result<(Manifest, Summary)> {
    let input = File::open(file).map_err(|e| cannot_read(file, e))?;
    unpack(input, keys, &mut Reader)
}

/// A directory that goes when it is no longer needed.
struct Scratch(PathBuf);

impl Scratch {
    fn make(above: &Path) -> Result<Scratch> {
        let dir = above.join(format!(".xuanhu-verify-{}", secret::hex(&secret::random::<4>())));
        fs::create_dir(&dir).map_err(|e| cannot_write(&dir, e))?;
        Ok(Scratch(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Loads the rows, and notes which files there are.
struct Looker {
    builder: Builder,
    files: BTreeSet<String>,
}

impl Taker for Looker {
    fn begin(&mut self, manifest: &Manifest) -> Result<()> {
        self.builder.begin(manifest)
    }

    fn rows(&mut self, chunk: &[u8]) -> Result<()> {
        self.builder.rows(chunk)
    }

    fn file(&mut self, path: &str, content: &mut dyn Read) -> Result<()> {
        self.files.insert(path.to_owned());
        drain(content)
    }
}

struct Reader;

impl Taker for Reader {
    fn begin(&mut self, _: &Manifest) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn file(&mut self, _: &str, content: &mut dyn Read) -> Result<()> {
        drain(content)
    }
}

fn drain(content: &mut dyn Read) -> Result<()> {
    let read = std::io::copy(content, &mut std::io::sink());
    read.map(drop).map_err(|e| super::contents::BACKUP_DAMAGED.with(e.to_string()))
}
