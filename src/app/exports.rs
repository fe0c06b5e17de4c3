//! Exports as files: each in a folder of its own under `exports/fhir/`, with a note of what it is and how it stands. Not in backups; gone after
//! `fhir.export_ttl`.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
};

use serde::{Deserialize, Serialize};

use super::directory::unusable;
use crate::{
    base::{
        error::{INTERNAL, Kind, NOT_FOUND, Reason, Result},
        secret,
        settings::Settings,
        time::Time,
    },
    store::{DISK_FULL, free_space},
};

pub const TOO_MANY_EXPORTS: Reason = Reason::new(Kind::TooMany, "too_many_exports", "已有导出正在进行，请等它完成后再试");

/// Exports under way at the same time.
const MOST_AT_ONCE: usize = 2;
/// How often one is begun: anew once, where a stop came in between.
const MOST_ATTEMPTS: u8 = 2;

pub struct Exports {
    dir: PathBuf,
    store: PathBuf,
    ttl: i64,
    live: Mutex<BTreeMap<String, (String, Arc<Work>)>>,
}

/// An export that is under way in this process.
#[derive(Default)]
pub struct Work {
    percent: AtomicU8,
    is_given_up: AtomicBool,
}

/// What stands in the folder of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Export {
    pub id: String,
    /// Who asked: nobody else reads the files but `admin.token`.
    pub caller: String,
    /// The address by which it was asked for.
    pub request: String,
    /// Below it lie the addresses of the files.
    pub base: String,
    pub since: Option<i64>,
    /// Types, in the order of the table.
    pub types: Vec<String>,
    pub state: ExportState,
    pub attempts: u8,
    /// The stamp of the moment that it shows, in milliseconds.
    pub time: i64,
    pub output: Vec<ExportFile>,
    pub deleted: Vec<ExportFile>,
    /// When it goes.
    pub expires: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportState {
    Running,
    Done,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    pub kind: String,
    pub name: String,
    /// Lines.
    pub count: u64,
}

impl Work {
    /// Notes how far it has come, in hundredths.
    pub fn comes_to(&self, percent: u8) {
        self.percent.store(percent.min(99), Ordering::Relaxed);
    }

    pub fn percent(&self) -> u8 {
        self.percent.load(Ordering::Relaxed)
    }

    /// Whether nobody wants it any more.
    pub fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }
}

impl Exports {
    /// What a kill left without a note goes.
    pub fn open(dir: &Path, settings: &Settings) -> Result<Exports> {
        let exports = Exports {
            dir: dir.join("exports").join("fhir"),
            store: dir.join("store"),
            ttl: settings.fhir.export_ttl.ms(),
            live: Mutex::default(),
        };
        for folder in exports.folders() {
            if !folder.join(NOTE).exists() {
                fs::remove_dir_all(&folder).map_err(|e| unusable(&folder, e))?;
            }
        }
        Ok(exports)
    }

    fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().filter_map(|entry| entry.ok());
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }

    /// Begins an export. Errors: `too_many_exports`, `disk_full` with less free than twice the store's size.
    pub fn begin(&self, mut export: Export, now: Time) -> Result<(Export, Arc<Work>)> {
        let size: u64 =
            fs::read_dir(&self.store).into_iter().flatten().filter_map(|one| one.ok()?.metadata().ok()).map(|one| one.len()).sum();
        if free_space(&self.store).is_some_and(|free| free < size.saturating_mul(2)) {
            return Err(DISK_FULL.err());
        }
        let mut live = self.live();
        if live.len() >= MOST_AT_ONCE || live.values().any(|(caller, _)| *caller == export.caller) {
            return Err(TOO_MANY_EXPORTS.err().retry_in(5));
        }
        export.id = secret::hex(&secret::random::<8>());
        export.expires = now.plus(self.ttl).0;
        export.attempts = 1;
        self.save(&export)?;
        let work = Arc::new(Work::default());
        live.insert(export.id.clone(), (export.caller.clone(), work.clone()));
        Ok((export, work))
    }

    /// Begins one anew that a stop has cut off; `None` where it was tried often enough, and is noted as failed.
    pub fn begin_again(&self, mut export: Export) -> Result<Option<(Export, Arc<Work>)>> {
        let mut live = self.live();
        if export.attempts >= MOST_ATTEMPTS {
            export.state = ExportState::Failed;
            self.save(&export)?;
            return Ok(None);
        }
        export.attempts += 1;
        self.save(&export)?;
        let work = Arc::new(Work::default());
        live.insert(export.id.clone(), (export.caller.clone(), work.clone()));
        Ok(Some((export, work)))
    }

    /// The export with that id, and its work where that goes on in this process. Errors: `not_found`.
    pub fn find(&self, id: &str, now: Time) -> Result<(Export, Option<Arc<Work>>)> {
        let work = self.live().get(id).map(|(_, work)| work.clone());
        let text = fs::read_to_string(self.folder(id)?.join(NOTE)).map_err(|_| NOT_FOUND.err())?;
        let export: Export = serde_json::from_str(&text).map_err(|e| INTERNAL.caused_by(e))?;
        match export.expires > now.0 {
            true => Ok((export, work)),
            false => Err(NOT_FOUND.err()),
        }
    }

    /// A file of an export, to be written.
    pub fn create(&self, id: &str, name: &str) -> Result<File> {
        let path = self.folder(id)?.join(name);
        File::create(&path).map_err(|e| unusable(&path, e))
    }

    /// A file of an export that is done. Errors: `not_found`.
    pub fn file(&self, export: &Export, name: &str) -> Result<File> {
        let is_one = export.output.iter().chain(&export.deleted).any(|file| file.name == name);
        match is_one && export.state == ExportState::Done {
            true => File::open(self.folder(&export.id)?.join(name)).map_err(|_| NOT_FOUND.err()),
            false => Err(NOT_FOUND.err()),
        }
    }

    /// Notes how an export has ended; what nobody wants any more goes.
    pub fn end(&self, export: &Export) -> Result<()> {
        let work = self.live().remove(&export.id);
        match work.is_some_and(|(_, work)| work.is_given_up()) {
            true => self.forget(&export.id),
            false => self.save(export),
        }
    }

    /// Takes an export away; one that is under way ends.
    pub fn remove(&self, id: &str) -> Result<()> {
        if let Some((_, work)) = self.live().get(id) {
            work.is_given_up.store(true, Ordering::Relaxed);
        }
        self.forget(id)
    }

    /// Takes away whose time is over.
    pub fn sweep(&self, now: Time) {
        for folder in self.folders() {
            let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if self.live().contains_key(&id) || self.find(&id, now).is_ok() {
                continue;
            }
            if let Err(error) = fs::remove_dir_all(&folder) {
                tracing::warn!(%error, folder = %folder.display(), "an export whose time is over cannot be taken away");
            }
        }
    }

    fn forget(&self, id: &str) -> Result<()> {
        let folder = self.folder(id)?;
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(&folder, error)),
            _ => Ok(()),
        }
    }

    fn save(&self, export: &Export) -> Result<()> {
        let folder = self.folder(&export.id)?;
        fs::create_dir_all(&folder).map_err(|e| unusable(&folder, e))?;
        let text = serde_json::to_vec(export).map_err(|e| INTERNAL.caused_by(e))?;
        let draft = folder.join(".note");
        let write = || {
            fs::write(&draft, text)?;
            File::open(&draft)?.sync_all()?;
            fs::rename(&draft, folder.join(NOTE))
        };
        write().map_err(|e| unusable(&folder, e))
    }

    /// Errors: `not_found` for what is no id.
    fn folder(&self, id: &str) -> Result<PathBuf> {
        let is_id = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_id { Ok(self.dir.join(id)) } else { Err(NOT_FOUND.err()) }
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<String, (String, Arc<Work>)>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const NOTE: &str = "export.json";
