//! The two secrets in the data directory: `secret.key` signs tokens, `admin.token` lets scripts on this machine in.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::directory::{self, DATA_DIR_UNUSABLE, unusable};
use crate::base::{
    error::{Kind, Reason, Result},
    secret,
};

pub const KEY_MISSING: Reason = Reason::new(
    Kind::Internal,
    "key_missing",
    "secret.key of this clinic is missing; bring it back from a backup, or, if it is lost for good, make an empty file of that name: then a new \
     key is made and everybody has to sign in again",
);
pub const WEAK_TOKEN: Reason = Reason::new(
    Kind::Internal,
    "weak_token",
    "admin.token opens the whole clinic and should be at least 32 letters and digits; delete the file and a good one is made",
);

/// The key that signs. `used` is whether somebody has ever relied on one: then it is not made anew by itself.
///
/// Errors: `key_missing`, `data_dir_unusable`, `data_dir_open`.
pub fn signing_key(dir: &Path, used: bool) -> Result<[u8; 32]> {
    let path = dir.join("secret.key");
    if used && !path.exists() {
        return Err(KEY_MISSING.with(path.display().to_string()));
    }
    let text = read_or_make(&path)?;
    let bytes: Option<Vec<u8>> = (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()).collect();
    let key = bytes.and_then(|bytes| bytes.try_into().ok());
    key.ok_or_else(|| DATA_DIR_UNUSABLE.with("secret.key does not hold 64 hex digits; bring it back from a backup"))
}

/// What opens `/admin` to scripts on this machine. Errors: `weak_token`, `data_dir_unusable`, `data_dir_open`.
pub fn admin_token(dir: &Path) -> Result<String> {
    const SHORTEST: usize = 32;
    let token = read_or_make(&dir.join("admin.token"))?;
    match token.len() >= SHORTEST && token.bytes().all(|b| b.is_ascii_graphic()) {
        true => Ok(token),
        false => Err(WEAK_TOKEN.with(dir.join("admin.token").display().to_string())),
    }
}

/// The file's text, or 64 new random hex digits that it now holds.
fn read_or_make(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => {
            directory::close_file(path)?;
            return Ok(text.trim().to_owned());
        }
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
