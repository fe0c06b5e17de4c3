//! The options by which encrypted backups and archives are opened.

use std::path::PathBuf;

use clap::Args;

use crate::{backup::Keys, base::error::Result};

#[derive(Args)]
pub struct KeyFiles {
    /// The file with the secret key, as `xuanhu backup-key` wrote it
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// A file whose first line is the passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl KeyFiles {
    pub fn read(&self) -> Result<Keys> {
        Keys::read(self.identity.as_deref(), self.passphrase_file.as_deref())
    }
}
