//! What this process knows of backups: those under way, those that failed, and what was found in those that lie there.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicI64},
};

use crate::{
    backup::shelf::Shelved,
    base::{
        error::{Kind, Reason},
        time::Time,
    },
};

pub const BACKUP_RUNNING: Reason = Reason::new(Kind::Conflict, "backup_running", "正在备份，请等它完成后再试");

pub const BACKUP_SEALED: Reason =
    Reason::new(Kind::Rule, "backup_sealed", "备份已加密，服务器没有私钥，无法打开；请在存有私钥的电脑上用 xuanhu verify --identity 核对");

/// What this process knows of backups, by name.
#[derive(Default)]
pub struct Backups {
    known: Mutex<BTreeMap<String, Known>>,
    /// When the newest whole one was made, in milliseconds; 0 where there is none.
    pub(super) newest: AtomicI64,
}

#[derive(Clone, Default)]
pub(super) struct Known {
    pub created: Time,
    pub is_running: bool,
    pub counts: Option<(u64, u64)>,
    pub verified_at: Option<Time>,
    pub problem: Option<String>,
}

/// A backup, made or under way.
#[derive(Clone, Debug)]
pub struct Backup {
    pub name: String,
    pub created: Time,
    pub bytes: u64,
    /// Rows and files, where this process has made it or looked at it.
    pub counts: Option<(u64, u64)>,
    pub encrypted: bool,
    pub state: BackupState,
    pub verified_at: Option<Time>,
    pub problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupState {
    Running,
    Done,
    Failed,
}

/// What looking at a backup found.
pub struct Verdict {
    pub counts: Option<(u64, u64)>,
    /// Empty where it is well.
    pub problems: Vec<String>,
}

impl Backups {
    pub(super) fn known(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn row(one: Shelved, known: &BTreeMap<String, Known>) -> Backup {
    let Shelved { name, created, bytes, encrypted, .. } = one;
    let Known { is_running, counts, verified_at, problem, .. } = known.get(&name).cloned().unwrap_or_default();
    let state = if is_running { BackupState::Running } else { BackupState::Done };
    Backup { name, created, bytes, counts, encrypted, state, verified_at, problem }
}

pub(super) fn unfinished(name: &str, known: &Known) -> Backup {
    let Known { created, is_running, problem, .. } = known.clone();
    let state = if is_running { BackupState::Running } else { BackupState::Failed };
    Backup { name: name.to_owned(), created, bytes: 0, counts: None, encrypted: false, state, verified_at: None, problem }
}
