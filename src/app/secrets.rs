//! The data directory itself and the two secrets in it: `secret.key` signs tokens, `admin.token` lets scripts on this machine in.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::base::{
    error::{Error, Kind, Reason, Result},
    secret,
};

pub const DATA_DIR_UNUSABLE: Reason = Reason::new(Kind::Internal, "data_dir_unusable", "the data directory cannot be used");

/// Makes the directory, open to its owner alone: it holds patients' records.
pub fn directory(dir: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if dir.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| unusable(dir, e))
}

pub fn signing_key(dir: &Path) -> Result<[u8; 32]> {
    let text = read_or_make(&dir.join("secret.key"))?;
    let bytes: Option<Vec<u8>> = (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()).collect();
    let key = bytes.and_then(|bytes| bytes.try_into().ok());
    key.ok_or_else(|| DATA_DIR_UNUSABLE.with("secret.key does not hold 64 hex digits; bring it back from a backup"))
}

pub fn admin_token(dir: &Path) -> Result<String> {
    read_or_make(&dir.join("admin.token"))
}

/// The file's text, or 64 new random hex digits that it now holds.
fn read_or_make(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unusable(path, error)),
    }
    let text = secret::hex(&secret::random::<32>());
    write_private(path, &text).map_err(|e| unusable(path, e))?;
    Ok(text)
}

/// Written beside and renamed, so that a kill leaves the whole secret or none.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

fn unusable(path: &Path, error: io::Error) -> Error {
    DATA_DIR_UNUSABLE.with(format!("{}: {error}", path.display()))
}
