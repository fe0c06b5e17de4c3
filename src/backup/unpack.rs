//! Reading the container: members one after another, each held against its checksum, and the last against what was there. Whatever is cut short,
//! changed, missing or too much is an error.

use std::{collections::BTreeMap, io::Read};

use sha2::{Digest, Sha256};

use super::{
    contents::{
        BACKUP_DAMAGED, BACKUP_TOO_NEW, CANNOT_READ, FORMAT, KEY, MANIFEST, Manifest, NOT_A_BACKUP, ROWS, SETTINGS, SUMMARY, Summary,
        is_file,
    },
    pack::Summed,
    seal::Keys,
};
use crate::{
    base::{
        error::{Error, Result},
        secret,
    },
    store,
};

/// Chunks of rows have about a MiB, settings some KiB; a summary has a line for each file.
const LARGEST_CHUNK: u64 = 256 << 20;
const LARGEST_TEXT: u64 = 256 << 20;

/// Who does something with what is read.
pub trait Taker {
    /// Whose backup it is. Comes first.
    fn begin(&mut self, manifest: &Manifest) -> Result<()>;

    /// A chunk of rows.
    fn rows(&mut self, chunk: &[u8]) -> Result<()>;

    /// An upload, an export, the settings or the key, by its path in the data directory. It may still turn out to be damaged.
    fn file(&mut self, path: &str, content: &mut dyn Read) -> Result<()>;
}

/// Reads all of a backup. Errors: `backup_damaged`, `not_a_backup`, `backup_too_new`, `backup_sealed`, those of the taker.
pub fn unpack(input: impl Read, keys: &Keys, taker: &mut impl Taker) -> Result<(Manifest, Summary)> {
    let plain = keys.open(input)?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(plain).map_err(damaged)?);
    let (mut manifest, mut summary) = (None, None);
    let (mut members, mut bytes) = (BTreeMap::new(), 0);
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let name = entry.path().ok().and_then(|path| path.to_str().map(str::to_owned)).ok_or_else(|| foreign("a name that is no text"))?;
        let size = entry.header().entry_size().map_err(damaged)?;
        if summary.is_some() || !entry.header().entry_type().is_file() {
            return Err(foreign(&name));
        }
        let mut content = Summed { from: entry, sum: Sha256::new(), bytes: 0 };
        match name.as_str() {
            MANIFEST if manifest.is_none() => {
                let read: Manifest = text(&mut content, size)?;
                if read.format > FORMAT || read.store_format > store::FORMAT {
                    return Err(BACKUP_TOO_NEW.with(read.product));
                }
                taker.begin(&read)?;
                manifest = Some(read);
            }
            _ if manifest.is_none() => return Err(NOT_A_BACKUP.with(format!("it begins with {name}"))),
            SUMMARY => summary = Some(text::<Summary>(&mut content, size)?),
            _ if name.starts_with(ROWS) => {
                let chunk = whole(&mut content, size, LARGEST_CHUNK)?;
                taker.rows(&chunk).map_err(|e| if e.is(&store::CopyDamage::REASON) { BACKUP_DAMAGED.with(e.message()) } else { e })?;
            }
            _ if is_file(&name) || matches!(name.as_str(), SETTINGS | KEY) => taker.file(&name, &mut content)?,
            _ => return Err(foreign(&name)),
        }
        if content.bytes != size {
            return Err(BACKUP_DAMAGED.with(format!("{name} is cut short")));
        }
        if name != SUMMARY {
            bytes += size;
            if members.insert(name.clone(), secret::hex(&content.sum.finalize())).is_some() {
                return Err(BACKUP_DAMAGED.with(format!("{name} is there twice")));
            }
        }
    }
    // What follows the archive is what ends the compression and the encryption, and nothing else.
    let mut rest = archive.into_inner();
    let mut beyond = [0; 4096];
    loop {
        match rest.read(&mut beyond).map_err(damaged)? {
            0 => break,
            read if beyond[..read].iter().all(|byte| *byte == 0) => {}
            _ => return Err(BACKUP_DAMAGED.with("something follows its end")),
        }
    }
    let (Some(manifest), Some(summary)) = (manifest, summary) else {
        return Err(NOT_A_BACKUP.with("it ends before its summary"));
    };
    agree(&summary, &members, bytes)?;
    Ok((manifest, summary))
}

fn agree(summary: &Summary, members: &BTreeMap<String, String>, bytes: u64) -> Result<()> {
    for (name, sum) in &summary.members {
        match members.get(name) {
            None => return Err(BACKUP_DAMAGED.with(format!("{name} is missing"))),
            Some(read) if read != sum => return Err(BACKUP_DAMAGED.with(format!("the checksum of {name} is wrong"))),
            Some(_) => {}
        }
    }
    let files = members.keys().filter(|name| is_file(name)).count() as u64;
    match members.len() == summary.members.len() && bytes == summary.bytes && files == summary.files {
        true => Ok(()),
        false => Err(BACKUP_DAMAGED.with("it holds something else than its summary says")),
    }
}

fn whole(content: &mut impl Read, size: u64, most: u64) -> Result<Vec<u8>> {
    if size > most {
        return Err(BACKUP_DAMAGED.with("a member is larger than any can be"));
    }
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

fn text<T: serde::de::DeserializeOwned>(content: &mut impl Read, size: u64) -> Result<T> {
    let bytes = whole(content, size, LARGEST_TEXT)?;
    serde_json::from_slice(&bytes).map_err(|e| BACKUP_DAMAGED.with(e.to_string()))
}

fn foreign(name: &str) -> Error {
    NOT_A_BACKUP.with(format!("{name} does not belong into one"))
}

/// Libraries tell what they stumble over, and a disk that cannot be read, in the same way.
fn damaged(error: std::io::Error) -> Error {
    match error.raw_os_error() {
        Some(_) => CANNOT_READ.with(error.to_string()),
        None => BACKUP_DAMAGED.with(error.to_string()),
    }
}
