//! What lies in an archive's directory. Names of eras and who is the clinic stand in plain text; the rest may be encrypted.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    backup::{
        contents::{cannot_read, cannot_write},
        make::Draft,
    },
    base::error::{INTERNAL, Kind, Reason, Result},
};

pub const ARCHIVE_DAMAGED: Reason = Reason::new(Kind::Rule, "archive_damaged", "the archive is not whole");
pub const NO_ARCHIVE: Reason =
    Reason::new(Kind::Rule, "no_archive", "there is no archive in this directory: archive.json, which names the newest era, is missing");

const NEWEST: &str = "archive.json";
const ERA: &str = "era.json";
pub const UPLOADS: &str = "uploads";

/// `archive.json`: whose archive it is, and which copy of the clinic is the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    pub instance: String,
    pub era: String,
}

/// `<era>/era.json`: where a copy of the clinic came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Era {
    pub instance: String,
    pub era: String,
    /// RFC 3339, UTC.
    pub created: String,
    /// The copy that it was made of, and how far that had come.
    pub parent: Option<String>,
    pub parent_commit: Option<u64>,
}

/// A segment, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentFile {
    pub first: u64,
    pub last: u64,
    pub path: PathBuf,
}

/// An archive's directory.
#[derive(Clone, Debug)]
pub struct Place(pub PathBuf);

impl Place {
    /// Who is the clinic; `None` in a place that is no archive yet.
    pub fn newest(&self) -> Result<Option<Newest>> {
        read(&self.0.join(NEWEST))
    }

    pub fn set_newest(&self, newest: &Newest) -> Result<()> {
        put_text(&self.0.join(NEWEST), newest)
    }

    pub fn era(&self, era: &str) -> Result<Option<Era>> {
        // The name comes out of a file.
        if !is_name(era) {
            return Err(ARCHIVE_DAMAGED.with(format!("{era:?} is no name of an era")));
        }
        read(&self.0.join(era).join(ERA))
    }

    pub fn set_era(&self, era: &Era) -> Result<()> {
        let dir = self.0.join(&era.era);
        fs::create_dir_all(&dir).map_err(|e| cannot_write(&dir, e))?;
        put_text(&dir.join(ERA), era)
    }

    pub fn folder(&self, era: &str) -> PathBuf {
        self.0.join(era)
    }

    pub fn uploads(&self) -> PathBuf {
        self.0.join(UPLOADS)
    }

    /// The segments of an era by their first commit. Of two that begin alike the longer one stands, as a merge leaves them for a moment.
    pub fn segments(&self, era: &str) -> Result<Vec<SegmentFile>> {
        let mut all: Vec<SegmentFile> = names(&self.folder(era))?
            .into_iter()
            .filter_map(|name| {
                let (first, last) = name.strip_suffix(".segment")?.split_once('-')?;
                Some(SegmentFile { first: first.parse().ok()?, last: last.parse().ok()?, path: self.folder(era).join(&name) })
            })
            .collect();
        all.sort_by(|a, b| (a.first, b.last).cmp(&(b.first, a.last)));
        let mut covered = 0;
        all.retain(|one| {
            let is_new = one.last > covered;
            covered = covered.max(one.last);
            is_new
        });
        Ok(all)
    }

    /// The bases of an era, by commit.
    pub fn bases(&self, era: &str) -> Result<Vec<(u64, PathBuf)>> {
        let base = |name: &String| {
            let commit = name.strip_prefix("base-")?.strip_suffix(".backup")?.parse().ok()?;
            Some((commit, self.folder(era).join(name)))
        };
        let mut all: Vec<_> = names(&self.folder(era))?.iter().filter_map(base).collect();
        all.sort();
        Ok(all)
    }
}

/// An era's name is 16 hex digits: nothing that leads anywhere else.
pub fn is_name(era: &str) -> bool {
    era.len() == 16 && era.bytes().all(|b| b.is_ascii_hexdigit())
}

pub fn segment_name(first: u64, last: u64) -> String {
    format!("{first:012}-{last:012}.segment")
}

pub fn base_name(commit: u64) -> String {
    format!("base-{commit:012}.backup")
}

fn names(dir: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|e| cannot_read(dir, e))?,
    };
    entries
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()
        .map_err(|e| cannot_read(dir, e))
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| ARCHIVE_DAMAGED.with(format!("{}: {e}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot_read(path, error)),
    }
}

fn put_text(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec_pretty(value).map_err(|e| INTERNAL.caused_by(e))?;
    put(path, |file| io::Write::write_all(file, &text).map_err(|e| cannot_write(path, e)))
}

/// A file that is there whole or not at all.
pub fn put(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let draft = Draft::begin(path)?;
    let mut file = draft.file()?;
    write(&mut file)?;
    file.sync_all().map_err(|e| cannot_write(path, e))?;
    draft.keep(path)
}
