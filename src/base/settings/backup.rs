//! Settings of backups and of the archive.

use std::path::PathBuf;

use super::{reader::Reader, value::Value};
use crate::base::span::Span;

#[derive(Clone, Debug)]
pub struct BackupSettings {
    /// Where they are made by themselves; `None` where they are not.
    pub dir: Option<PathBuf>,
    pub every: Span,
    pub keep: u32,
    /// A program and its arguments, to which each backup's path is added.
    pub after: Option<String>,
    /// Public keys, as they were written.
    pub recipients: Vec<String>,
    pub passphrase_file: Option<PathBuf>,
    pub before_upgrade: bool,
}

impl BackupSettings {
    pub(super) fn read(from: &mut Reader) -> BackupSettings {
        BackupSettings {
            dir: from.path("backup.dir"),
            every: from.period("backup.every"),
            keep: from.count("backup.keep"),
            after: from.optional("backup.after"),
            recipients: from.value::<Recipients>("backup.recipients").0,
            passphrase_file: from.path("backup.passphrase_file"),
            before_upgrade: from.value("backup.before_upgrade"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct ArchiveSettings {
    /// Where it is; `None` where there is none.
    pub dir: Option<PathBuf>,
    pub every: Span,
    /// How far back one can go.
    pub keep: Span,
}

impl ArchiveSettings {
    pub(super) fn read(from: &mut Reader) -> ArchiveSettings {
        ArchiveSettings { dir: from.path("archive.dir"), every: from.period("archive.every"), keep: from.period("archive.keep") }
    }
}

/// A comma list of public keys of `age`.
struct Recipients(Vec<String>);

impl Value for Recipients {
    const SHOULD: &'static str = "public keys such as age1…, with commas between";
    const LIST: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| item.starts_with("age1").then(|| item.to_owned())).collect::<Option<_>>().map(Recipients)
    }
}
