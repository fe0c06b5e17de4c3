//! From a backup to a data directory: built beside its place and moved there when all of it was found to be well, so that a kill leaves nothing half
//! done. The restored clinic is a new copy of it: an era of its own, and ids beyond those that may have been given since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    contents::{BACKUP_DAMAGED, KEY, Manifest, Summary, cannot_write},
    seal::Keys,
    site::Site,
    unpack::{Taker, unpack},
};
use crate::{
    base::{
        error::{INTERNAL, Result},
        secret,
        settings::Settings,
        time::Clock,
    },
    domain,
    store::{Loaded, Loader, Origin, Store},
};

/// What was restored, and what the backup said.
pub struct Restored {
    pub manifest: Manifest,
    pub summary: Summary,
    pub rows: BTreeMap<&'static str, u64>,
    pub era: String,
    /// A key was made, since the backup has none: everybody signs in again.
    pub has_new_key: bool,
}

/// Makes a clinic of a backup in `dir`, or with `is_copy` a copy of it for looking. Blocks for as long as that takes.
///
/// Errors: `not_empty`, `cannot_write`; those of [`unpack`], `backup_damaged` also where what was restored does not agree with itself.
pub fn restore(input: impl Read, keys: &Keys, dir: &Path, is_copy: bool) -> Result<Restored> {
    let site = Site::begin(dir, "restoring")?;
    let mut builder = Builder::at(site.place());
    let (manifest, summary) = unpack(input, keys, &mut builder)?;
    let loaded = builder.finish(&manifest, &summary, is_copy)?;
    let has_new_key = new_key_where_none(site.place())?;
    examine(site.place())?;
    site.finish()?;
    Ok(Restored { manifest, summary, rows: loaded.rows, era: loaded.era, has_new_key })
}

/// A clinic whose key was left out of the backup gets a new one, or it would not start. Whether it did.
pub fn new_key_where_none(place: &Path) -> Result<bool> {
    let path = place.join(KEY);
    if path.exists() {
        return Ok(false);
    }
    write(&path, &mut secret::hex(&secret::random::<32>()).as_bytes())?;
    Ok(true)
}

/// Looks at everything that was restored. Errors: `backup_damaged`, with the first thing that is not well.
pub fn examine(place: &Path) -> Result<()> {
    let settings = Arc::new(Settings::default());
    let store = Store::open_small(&place.join("store"), domain::TABLES, settings, Arc::new(Clock::system(0)))?;
    let report = store.check(true)?;
    match report.problems.first() {
        None => Ok(()),
        Some(first) => {
            Err(BACKUP_DAMAGED.with(format!("{} things in it do not agree with each other, the first: {first}", report.problems.len())))
        }
    }
}

/// Takes a backup apart into a directory.
pub struct Builder {
    place: PathBuf,
    loader: Option<Loader>,
    folders: BTreeSet<PathBuf>,
}

impl Builder {
    pub fn at(place: &Path) -> Builder {
        Builder { place: place.to_owned(), loader: None, folders: BTreeSet::new() }
    }

    /// The store that was made so far, for more that comes after the backup.
    pub fn into_loader(self) -> Result<Loader> {
        self.sync()?;
        self.loader.ok_or_else(|| INTERNAL.caused_by("a backup without rows"))
    }

    /// Makes the store, and holds it against the summary.
    pub fn finish(self, manifest: &Manifest, summary: &Summary, is_copy: bool) -> Result<Loaded> {
        let origin = Origin {
            instance: manifest.instance.clone(),
            commit: summary.commit,
            is_copy,
            parent: Some((manifest.era.clone(), summary.commit)),
        };
        let loaded = self.into_loader()?.finish(origin, domain::TABLES)?;
        let expected: BTreeMap<&str, u64> = summary.rows.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
        match loaded.rows == expected {
            true => Ok(loaded),
            false => Err(BACKUP_DAMAGED.with(format!("it holds {:?}, its summary says {expected:?}", loaded.rows))),
        }
    }

    fn sync(&self) -> Result<()> {
        self.folders.iter().try_for_each(|dir| File::open(dir).and_then(|dir| dir.sync_all()).map_err(|e| cannot_write(dir, e)))
    }
}

impl Taker for Builder {
    fn begin(&mut self, _: &Manifest) -> Result<()> {
        self.loader = Some(Loader::begin(&self.place.join("store"))?);
        Ok(())
    }

    fn rows(&mut self, chunk: &[u8]) -> Result<()> {
        self.loader.as_mut().map_or(Ok(()), |loader| loader.apply(chunk))
    }

    fn file(&mut self, path: &str, content: &mut dyn Read) -> Result<()> {
        let path = self.place.join(path);
        if let Some(dir) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| cannot_write(dir, e))?;
            self.folders.insert(dir.to_owned());
        }
        write(&path, content)
    }
}

/// Writes a private file, and has it on disk.
pub fn write(path: &Path, content: &mut dyn Read) -> Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let mut file = file.map_err(|e| cannot_write(path, e))?;
    let mut piece = vec![0; 256 << 10];
    loop {
        match content.read(&mut piece).map_err(|e| BACKUP_DAMAGED.with(e.to_string()))? {
            0 => break,
            read => file.write_all(&piece[..read]).map_err(|e| cannot_write(path, e))?,
        }
    }
    file.sync_all().map_err(|e| cannot_write(path, e))
}
