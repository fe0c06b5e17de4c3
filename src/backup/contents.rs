//! What a backup says of itself: whose it is, in its first member, and what must be in it, in its last. Without the last it is none.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Kind, Reason};

/// The container's own format.
pub const FORMAT: u32 = 1;

pub const MANIFEST: &str = "manifest.json";
pub const SUMMARY: &str = "summary.json";
pub const SETTINGS: &str = "xuanhu.toml";
pub const KEY: &str = "secret.key";
pub const ROWS: &str = "rows/";
/// Folders whose files are in it.
pub const FOLDERS: &[&str] = &["uploads", "exports/regulator"];

pub const NOT_A_BACKUP: Reason = Reason::new(Kind::Rule, "not_a_backup", "that is no backup, or not a whole one; take another");
pub const BACKUP_DAMAGED: Reason = Reason::new(Kind::Rule, "backup_damaged", "the backup is cut short or damaged; take another");
pub const BACKUP_TOO_NEW: Reason =
    Reason::new(Kind::Rule, "backup_too_new", "a newer release has made this backup; use that one, or a newer");
pub const CANNOT_READ: Reason = Reason::new(Kind::Rule, "cannot_read", "the file cannot be read");
pub const CANNOT_WRITE: Reason = Reason::new(Kind::Rule, "cannot_write", "the file cannot be written");

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The program that has made it, with its version.
    pub product: String,
    pub store_format: u32,
    /// The clinic, in all its copies.
    pub instance: String,
    /// The copy of it that was backed up.
    pub era: String,
    /// `clinic.name`.
    pub clinic: String,
    /// `clinic.time_zone`.
    pub zone: String,
    /// RFC 3339, UTC.
    pub created: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The commit whose state the rows are.
    pub commit: u64,
    /// When that was made: RFC 3339, UTC.
    pub time: String,
    /// The hash of a record of the audit log that the rows have, the newest when the copy began; none before the first.
    #[serde(default)]
    pub audit_head: Option<String>,
    /// By the names of the tables.
    pub rows: BTreeMap<String, u64>,
    /// Uploads and kept exports.
    pub files: u64,
    /// Of all members, before they are compressed.
    pub bytes: u64,
    /// SHA-256 of every other member.
    pub members: BTreeMap<String, String>,
}

impl Summary {
    pub fn all_rows(&self) -> u64 {
        self.rows.values().sum()
    }
}

pub fn cannot_read(path: &Path, error: io::Error) -> Error {
    CANNOT_READ.with(format!("{}: {error}", path.display()))
}

pub fn cannot_write(path: &Path, error: io::Error) -> Error {
    CANNOT_WRITE.with(format!("{}: {error}", path.display()))
}

/// Whether a member is an upload or a kept export: one plain name in one of the folders.
pub(super) fn is_file(name: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    name.rsplit_once('/').is_some_and(|(folder, file)| FOLDERS.contains(&folder) && plain(file))
}
