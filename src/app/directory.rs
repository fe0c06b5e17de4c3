//! The data directory: made for its owner alone, closed where it stands open, and refused where half of a clinic is missing.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::Path,
};

use crate::base::error::{Error, Kind, Reason, Result};

pub const DATA_DIR_UNUSABLE: Reason = Reason::new(Kind::Internal, "data_dir_unusable", "the data directory cannot be used");
pub const DATA_DIR_OPEN: Reason = Reason::new(
    Kind::Internal,
    "data_dir_open",
    "others on this machine can read the data directory and that cannot be changed; use a directory below it, which is then made for its owner alone",
);
pub const NOT_OURS: Reason = Reason::new(
    Kind::Internal,
    "data_dir_not_ours",
    "others on this machine can read this directory, and it holds other things than a clinic; use an empty one, or one below it",
);
pub const HALF_A_CLINIC: Reason = Reason::new(
    Kind::Internal,
    "store_missing",
    "store/ is missing in the data directory of a clinic; bring it back (is a volume not mounted?), or restore the newest backup into a new \
     directory; for a new clinic use an empty directory",
);

/// What stands in a data directory and is private.
const OURS: &[&str] = &["store", "index", "uploads", "backups", "exports", "archive-spool", "log", "logs"];
/// What an operator, or a file system, may have put there before the first start.
const BEFORE: &[&str] = &["xuanhu.toml", "lost+found"];

/// Makes the directory where there is none, and closes it to others where it stands open: it holds patients' records.
///
/// Errors: `data_dir_open`, where it cannot be closed; `data_dir_not_ours`, where closing it would shut others out; `store_missing`, where the rest
/// of a clinic is there; `data_dir_unusable`.
pub fn prepare(dir: &Path) -> Result<()> {
    if !dir.is_dir() {
        return fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| unusable(dir, e));
    }
    whole(dir)?;
    if !is_ours(dir) && is_open(dir, 0o077)? && !is_free(dir)? {
        return Err(NOT_OURS.with(dir.display().to_string()));
    }
    let mut was_open = close(dir)?;
    // Each by itself: one of them may be a link to another disk.
    for part in OURS.iter().map(|name| dir.join(name)).filter(|part| part.is_dir()) {
        was_open |= close(&part)?;
    }
    if was_open {
        tracing::warn!(dir = %dir.display(), "others on this machine could read the data directory; it is closed to them now");
        close_below(dir);
        OURS.iter().map(|name| dir.join(name)).for_each(|part| close_below(&part));
    }
    Ok(())
}

/// Takes the rights of group and others away from a private file, and says so. Errors: `data_dir_open`, where others keep theirs.
pub fn close_file(file: &Path) -> Result<()> {
    if close(file)? {
        tracing::warn!(file = %file.display(), "others on this machine could read a secret; it is closed to them now, make a new one if they may have");
    }
    Ok(())
}

/// A store without its keys and files can be mended; these without their store are a volume that is not mounted.
fn whole(dir: &Path) -> Result<()> {
    let has_key = fs::metadata(dir.join("secret.key")).is_ok_and(|file| file.len() > 0);
    let has_uploads = fs::read_dir(dir.join("uploads")).is_ok_and(|files| {
        let mut names = files.filter_map(|file| Some(file.ok()?.file_name()));
        names.any(|name| name != "lost+found")
    });
    match (has_key || has_uploads) && !dir.join("store/db").exists() {
        true => Err(HALF_A_CLINIC.with(dir.display().to_string())),
        false => Ok(()),
    }
}

fn is_ours(dir: &Path) -> bool {
    dir.join("store").is_dir() || dir.join("secret.key").exists()
}

/// Whether nothing is in it that could be somebody else's. A directory that everybody writes to (`/tmp`) is never free.
fn is_free(dir: &Path) -> Result<bool> {
    const STICKY: u32 = 0o1000;
    if is_open(dir, STICKY)? {
        return Ok(false);
    }
    let mut names = fs::read_dir(dir).map_err(|e| unusable(dir, e))?.filter_map(|entry| Some(entry.ok()?.file_name()));
    Ok(names.all(|name| name.to_str().is_some_and(|name| BEFORE.contains(&name) || OURS.contains(&name) || name.starts_with('.'))))
}

fn is_open(path: &Path, rights: u32) -> Result<bool> {
    Ok(fs::metadata(path).map_err(|e| unusable(path, e))?.mode() & rights != 0)
}

/// Takes all rights of group and others away. A group keeps its own where the file is not ours, for then it is how we get in.
fn close(path: &Path) -> Result<bool> {
    if !is_open(path, 0o077)? {
        return Ok(false);
    }
    let mode = fs::metadata(path).map_err(|e| unusable(path, e))?.mode() & 0o7777;
    let closed = fs::set_permissions(path, fs::Permissions::from_mode(mode & !0o077));
    match is_open(path, 0o007)? {
        false => Ok(closed.is_ok()),
        true => Err(DATA_DIR_OPEN.with(match closed {
            Ok(()) => format!("{}: this file system has no rights", path.display()),
            Err(error) => format!("{}: {error}", path.display()),
        })),
    }
}

/// The same for what is in a directory, so that a copy of it is closed too; links are left alone. What cannot be closed lies in a closed directory.
fn close_below(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            close_below(&entry.path());
        }
        if kind.is_dir() || kind.is_file() {
            let _ = close(&entry.path());
        }
    }
}

pub fn unusable(path: &Path, error: io::Error) -> Error {
    DATA_DIR_UNUSABLE.with(format!("{}: {error}", path.display()))
}
