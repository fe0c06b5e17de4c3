//! From a backup to a data directory: built beside its place and moved there when all of it was found to be well, so that a kill leaves nothing half
//! done. The restored clinic is a new copy of it: an era of its own, and ids beyond those that may have been given since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    contents::{BACKUP_DAMAGED, KEY, Manifest, Summary, cannot_write},
    seal::Keys,
    unpack::{Taker, unpack},
};
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        secret,
        settings::Settings,
        time::Clock,
    },
    domain,
    store::{Loaded, Loader, Origin, Store},
};

pub const NOT_EMPTY: Reason = Reason::new(
    Kind::Rule,
    "not_empty",
    "a clinic is restored only into a directory that is empty or not there; choose another --data-dir",
);

/// What was restored, and what the backup said.
pub struct Restored {
    pub manifest: Manifest,
    pub summary: Summary,
    pub rows: BTreeMap<&'static str, u64>,
    pub era: String,
    /// A key was made, since the backup has none: everybody signs in again.
    pub has_new_key: bool,
}

/// Where a data directory is built.
pub struct Site {
    /// Where it will be.
    dir: PathBuf,
    place: PathBuf,
    /// The directory is a file system of its own, and what is built goes into it piece by piece.
    is_mount: bool,
    is_done: bool,
}

/// Makes a clinic of a backup in `dir`, or with `is_copy` a copy of it for looking. Blocks for as long as that takes.
///
/// Errors: `not_empty`, `cannot_write`; those of [`unpack`], `backup_damaged` also where what was restored does not agree with itself.
pub fn restore(input: impl Read, keys: &Keys, dir: &Path, is_copy: bool) -> Result<Restored> {
    let site = Site::begin(dir)?;
    let mut builder = Builder { place: site.place.clone(), loader: None, folders: BTreeSet::new() };
    let (manifest, summary) = unpack(input, keys, &mut builder)?;
    let loaded = builder.finish(&manifest, &summary, is_copy)?;
    let has_new_key = new_key_where_none(&site.place)?;
    examine(&site.place)?;
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

impl Site {
    /// A place for what will be `dir`. What a kill left there of an earlier one goes. Errors: `not_empty`, `cannot_write`.
    pub fn begin(dir: &Path) -> Result<Site> {
        let dir = std::path::absolute(dir).map_err(|e| cannot_write(dir, e))?;
        const IN_IT: &str = ".restoring";
        let is_mount = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(cannot_write(&dir, error)),
            Ok(entries) => {
                for entry in entries {
                    let name = entry.map_err(|e| cannot_write(&dir, e))?.file_name();
                    if name != IN_IT && name != "lost+found" {
                        return Err(NOT_EMPTY.with(format!("{} has {}", dir.display(), name.display())));
                    }
                }
                let device = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
                dir.parent().is_none_or(|parent| device(parent) != device(&dir))
            }
        };
        let place = match is_mount {
            true => dir.join(IN_IT),
            false => {
                let mut name = dir.as_os_str().to_owned();
                name.push(IN_IT);
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
            // The store comes last: without it this is no clinic.
            names.sort_by_key(|name| name == "store");
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
