//! By which keys an archive is encrypted: by those of backups, or, where these go by a passphrase, by a key of the era's own that the passphrase
//! seals once. To open a passphrase costs a second and much memory, which no segment is worth.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
};

use age::secrecy::ExposeSecret;

use super::place;
use crate::{
    backup::{
        contents::cannot_read,
        pack::broken,
        seal::{BAD_KEY, Keys, Seal},
    },
    base::error::Result,
};

const KEY: &str = "key.age";

/// How what is written is encrypted.
pub struct Cover {
    pub seal: Seal,
}

impl Cover {
    pub fn open() -> Cover {
        Cover { seal: Seal::Open }
    }

    /// For an era's folder, whose key is made where it is needed and not there. `passphrase` opens one that is there.
    pub fn of(seal: &Seal, folder: &Path, passphrase: &Keys) -> Result<Cover> {
        if !matches!(seal, Seal::Passphrase(_)) {
            return Ok(Cover { seal: seal.clone() });
        }
        let path = folder.join(KEY);
        let key = match path.exists() {
            true => read_key(&path, passphrase)?,
            false => {
                let key = age::x25519::Identity::generate();
                place::put(&path, |file| {
                    let mut sealed = seal.wrap(file)?;
                    sealed.write_all(key.to_string().expose_secret().as_bytes()).map_err(broken)?;
                    sealed.finish().map(drop).map_err(broken)
                })?;
                key
            }
        };
        Ok(Cover { seal: Seal::Recipients(vec![key.to_public()]) })
    }
}

/// The keys with that of the era beside them, where it has one of its own. Errors: `backup_sealed`.
pub fn keys_of(keys: Keys, folder: &Path) -> Result<Keys> {
    let path = folder.join(KEY);
    if !path.exists() {
        return Ok(keys);
    }
    let key = read_key(&path, &keys)?;
    Ok(keys.with(key))
}

fn read_key(path: &Path, keys: &Keys) -> Result<age::x25519::Identity> {
    let mut text = String::new();
    let file = File::open(path).map_err(|e| cannot_read(path, e))?;
    keys.open(file)?.read_to_string(&mut text).map_err(|e| cannot_read(path, e))?;
    text.trim().parse().map_err(|e: &str| BAD_KEY.with(format!("{}: {e}", path.display())))
}
