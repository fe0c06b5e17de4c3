//! From a clinic to a backup, while it works or not: the rows first, then the files that they name, which are there before their rows.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{
    contents::{FOLDERS, FORMAT, KEY, MANIFEST, Manifest, ROWS, SETTINGS, Summary, cannot_read, cannot_write},
    pack::{Counted, Pack, broken},
    seal::Seal,
    without_secrets,
};
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        settings::Settings,
        time::Time,
    },
    domain::identity::audit::chain,
    store::{self, Store},
};

pub const EXISTS: Reason = Reason::new(Kind::Rule, "file_exists", "there is a file of that name already; take another, or --force");
pub const READ_BACK: Reason =
    Reason::new(Kind::Internal, "read_back", "what was written is not what the disk gives back; look at the disk and take another one");

/// The clinic that is backed up.
pub struct Source<'a> {
    pub store: &'a Store,
    /// The data directory.
    pub dir: &'a Path,
    pub settings: &'a Settings,
    pub now: Time,
    /// Leave the key out, and the secrets of the settings.
    pub without_secrets: bool,
}

/// A backup that lies there.
pub struct Made {
    pub summary: Summary,
    pub bytes: u64,
}

impl Source<'_> {
    /// Writes a backup to `out`, as fast as that takes it. Blocks.
    ///
    /// Errors: `cannot_write`, `cannot_read`, `copy_too_slow`, `store_failed`.
    pub fn write<W: Write>(&self, out: W, seal: &Seal) -> Result<(W, Summary)> {
        let Source { store, settings, now, .. } = self;
        let mut pack = Pack::begin(out, seal, *now)?;
        let manifest = Manifest {
            format: FORMAT,
            product: concat!("xuanhu ", env!("CARGO_PKG_VERSION")).to_owned(),
            store_format: store::FORMAT,
            instance: store.instance().to_owned(),
            era: store.era().to_owned(),
            clinic: settings.clinic.name.clone(),
            zone: settings.clinic.zone.0.iana_name().unwrap_or("UTC").to_owned(),
            created: now.rfc3339(),
        };
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| INTERNAL.caused_by(e))?;
        pack.put(MANIFEST, &text).map_err(broken)?;
        let audit_head = chain::head(&store.view())?.map(|head| head.hex());
        let mut number = 0;
        let copied = store.copy(|chunk| {
            number += 1;
            pack.put(&format!("{ROWS}{number:06}"), &chunk).map_err(broken)
        })?;
        for folder in FOLDERS {
            self.put_folder(&mut pack, folder)?;
        }
        self.put_settings(&mut pack)?;
        let rows: BTreeMap<String, u64> = copied.rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect();
        pack.finish(Summary { commit: copied.commit, time: copied.time.rfc3339(), audit_head, rows, ..Summary::default() })
    }

    /// The files of a folder; what lies below it (thumbnails) and drafts are made anew.
    fn put_folder<W: Write>(&self, pack: &mut Pack<W>, folder: &str) -> Result<()> {
        let path = self.dir.join(folder);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|e| cannot_read(&path, e))?,
        };
        for entry in entries {
            let entry = entry.map_err(|e| cannot_read(&path, e))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || !entry.file_type().map_err(|e| cannot_read(&entry.path(), e))?.is_file() {
                continue;
            }
            let file = match File::open(entry.path()) {
                // Deleted a moment ago, with its row.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file.map_err(|e| cannot_read(&entry.path(), e))?,
            };
            let length = file.metadata().map_err(|e| cannot_read(&entry.path(), e))?.len();
            pack.put_from(&format!("{folder}/{name}"), length, file).map_err(broken)?;
        }
        Ok(())
    }

    fn put_settings<W: Write>(&self, pack: &mut Pack<W>) -> Result<()> {
        let read = |name: &str| match fs::read(self.dir.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(|e| cannot_read(&self.dir.join(name), e)),
        };
        if let Some(text) = read(SETTINGS)? {
            let text = if self.without_secrets { without_secrets::of(&String::from_utf8_lossy(&text))?.into_bytes() } else { text };
            pack.put(SETTINGS, &text).map_err(broken)?;
        }
        if !self.without_secrets
            && let Some(key) = read(KEY)?
        {
            pack.put(KEY, &key).map_err(broken)?;
        }
        Ok(())
    }

    /// Writes a backup to a file that is there whole or not at all, and reads back what the disk has of it.
    ///
    /// Errors: as [`Source::write`], `file_exists`, `read_back`.
    pub fn write_file(&self, path: &Path, seal: &Seal, force: bool) -> Result<Made> {
        if !force && path.exists() {
            return Err(EXISTS.with(path.display().to_string()));
        }
        let draft = Draft::begin(path)?;
        let out = Counted::new(BufWriter::with_capacity(1 << 20, draft.file()?));
        let (mut out, summary) = self.write(out, seal)?;
        out.flush().and_then(|()| out.out.get_ref().sync_all()).map_err(|e| cannot_write(path, e))?;
        let bytes = out.bytes;
        if out.sum() != sum_of(&draft.path)? {
            return Err(READ_BACK.with(path.display().to_string()));
        }
        draft.keep(path)?;
        Ok(Made { summary, bytes })
    }
}

/// SHA-256 of a file's content, hex.
pub fn sum_of(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(|e| cannot_read(path, e))?;
    let mut sum = Counted::new(io::sink());
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece).map_err(|e| cannot_read(path, e))?;
        if read == 0 {
            return Ok(sum.sum());
        }
        sum.write_all(&piece[..read]).map_err(|e| cannot_read(path, e))?;
    }
}

/// A file under way: `NAME.partial`, which goes unless it is kept.
pub struct Draft {
    pub path: PathBuf,
    is_kept: bool,
}

impl Draft {
    pub fn begin(path: &Path) -> Result<Draft> {
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        Ok(Draft { path: name.into(), is_kept: false })
    }

    /// Private, empty.
    pub fn file(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&self.path).map_err(|e| cannot_write(&self.path, e))
    }

    /// Gives it its name, for good.
    pub fn keep(mut self, path: &Path) -> Result<()> {
        fs::rename(&self.path, path).map_err(|e| cannot_write(path, e))?;
        self.is_kept = true;
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(|e| cannot_write(path, e))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
