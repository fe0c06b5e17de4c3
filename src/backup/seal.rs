//! Encryption as the tool `age` does it (age-encryption.org/v1), so that a backup can be opened without this program: to public keys whose secret
//! halves lie elsewhere, or with a passphrase.

use std::{
    fmt::Display,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
};

use age::{
    Decryptor, Encryptor, Identity, Recipient,
    secrecy::{ExposeSecret, SecretString},
    stream::StreamWriter,
};

use super::contents::{BACKUP_DAMAGED, cannot_read};
use crate::base::{
    error::{INTERNAL, Kind, Reason, Result},
    settings::BackupSettings,
};

pub const BAD_KEY: Reason = Reason::new(Kind::Rule, "bad_key", "the key cannot be used");
pub const SEALED: Reason = Reason::new(
    Kind::Rule,
    "backup_sealed",
    "the backup is encrypted and what was given does not open it; give --identity FILE with the secret key, or --passphrase-file FILE",
);

/// Takes 64 MiB and some tenths of a second; age's own choice would take four times that.
const WORK_FACTOR: u8 = 16;
const MAGIC: &[u8] = b"age-encryption.org/v1";

/// To whom what is written is readable.
#[derive(Clone)]
pub enum Seal {
    /// To everybody who has the file.
    Open,
    Recipients(Vec<age::x25519::Recipient>),
    Passphrase(SecretString),
}

impl Seal {
    /// As `backup.recipients` and `backup.passphrase_file` say. Errors: `bad_key`.
    pub fn of(settings: &BackupSettings) -> Result<Seal> {
        if let Some(file) = &settings.passphrase_file {
            return Ok(Seal::Passphrase(passphrase(file)?));
        }
        let recipient = |text: &String| text.parse().map_err(|e: &str| BAD_KEY.with(format!("backup.recipients: {text}: {e}")));
        let recipients = settings.recipients.iter().map(recipient).collect::<Result<Vec<_>>>()?;
        Ok(if recipients.is_empty() { Seal::Open } else { Seal::Recipients(recipients) })
    }

    pub fn is_open(&self) -> bool {
        matches!(self, Seal::Open)
    }

    pub fn wrap<W: Write>(&self, out: W) -> Result<Sealed<W>> {
        let scrypt;
        let recipients: Vec<&dyn Recipient> = match self {
            Seal::Open => return Ok(Sealed::Open(out)),
            Seal::Recipients(all) => all.iter().map(|one| one as &dyn Recipient).collect(),
            Seal::Passphrase(passphrase) => {
                let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
                recipient.set_work_factor(WORK_FACTOR);
                scrypt = recipient;
                vec![&scrypt]
            }
        };
        let sealed = Encryptor::with_recipients(recipients.into_iter()).map_err(|e| INTERNAL.caused_by(e))?.wrap_output(out);
        sealed.map(|stream| Sealed::Age(Box::new(stream))).map_err(|e| INTERNAL.caused_by(e))
    }
}

/// A place to write to, perhaps through encryption. Without [`finish`](Sealed::finish) what is written is not whole.
pub enum Sealed<W: Write> {
    Open(W),
    Age(Box<StreamWriter<W>>),
}

impl<W: Write> Sealed<W> {
    pub fn finish(self) -> io::Result<W> {
        match self {
            Sealed::Open(out) => Ok(out),
            Sealed::Age(stream) => stream.finish(),
        }
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sealed::Open(out) => out.write(bytes),
            Sealed::Age(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sealed::Open(out) => out.flush(),
            Sealed::Age(stream) => stream.flush(),
        }
    }
}

/// What opens backups.
#[derive(Default)]
pub struct Keys(Vec<Box<dyn Identity + Send + Sync>>);

impl Keys {
    /// Secret keys of a file, as `backup-key` and `age-keygen` write it, and the passphrase of another. Errors: `bad_key`, `cannot_read`.
    pub fn read(identity: Option<&Path>, passphrase_file: Option<&Path>) -> Result<Keys> {
        let mut keys = Keys::default();
        if let Some(file) = identity {
            let text = fs::read_to_string(file).map_err(|e| cannot_read(file, e))?;
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let bad = |e: &str| BAD_KEY.with(format!("{}: {e}", file.display()));
                keys.0.push(Box::new(line.parse::<age::x25519::Identity>().map_err(bad)?));
            }
            if keys.0.is_empty() {
                return Err(BAD_KEY.with(format!("{}: no secret key stands in it", file.display())));
            }
        }
        if let Some(file) = passphrase_file {
            keys.0.push(Box::new(age::scrypt::Identity::new(passphrase(file)?)));
        }
        Ok(keys)
    }

    /// The key that was made for one archive.
    pub fn with(mut self, key: age::x25519::Identity) -> Keys {
        self.0.push(Box::new(key));
        self
    }

    /// What the file says, decrypted where it is encrypted. Errors: `backup_sealed`, `backup_damaged`.
    pub fn open<'a>(&self, input: impl Read + 'a) -> Result<Box<dyn Read + 'a>> {
        let mut input = BufReader::with_capacity(64 << 10, input);
        let is_sealed = input.fill_buf().map_err(damaged)?.starts_with(MAGIC);
        if !is_sealed {
            return Ok(Box::new(input));
        }
        let decryptor = Decryptor::new(input).map_err(damaged)?;
        let identities = self.0.iter().map(|key| &**key as &dyn Identity);
        match decryptor.decrypt(identities) {
            Ok(stream) => Ok(Box::new(stream)),
            Err(age::DecryptError::Io(error)) => Err(damaged(error)),
            Err(error) => Err(SEALED.with(error.to_string())),
        }
    }
}

fn damaged(error: impl Display) -> crate::base::error::Error {
    BACKUP_DAMAGED.with(error.to_string())
}

/// Whether a file that begins like this is encrypted.
pub fn is_sealed(begin: &[u8]) -> bool {
    begin.starts_with(MAGIC)
}

/// The first line of a file.
fn passphrase(file: &Path) -> Result<SecretString> {
    let text = fs::read_to_string(file).map_err(|e| cannot_read(file, e))?;
    match text.lines().next().map(str::trim).unwrap_or_default() {
        "" => Err(BAD_KEY.with(format!("{}: the passphrase should stand in its first line", file.display()))),
        passphrase => Ok(SecretString::from(passphrase.to_owned())),
    }
}

/// A new pair: the public half, for `backup.recipients`, and the secret half.
pub fn new_pair() -> (String, String) {
    let key = age::x25519::Identity::generate();
    (key.to_public().to_string(), key.to_string().expose_secret().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(seal: &Seal, text: &[u8]) -> Vec<u8> {
        let mut out = seal.wrap(Vec::new()).unwrap();
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn opened(keys: &Keys, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        keys.open(bytes).ok()?.read_to_end(&mut text).ok()?;
        Some(text)
    }

    #[test]
    fn what_is_sealed_opens_for_its_keys_alone_and_whole() {
        let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let (file, other) = (dir.path().join("one"), dir.path().join("other"));
        let (public, secret) = new_pair();
        fs::write(&file, format!("# a comment\n{secret}\n")).unwrap();
        fs::write(&other, new_pair().1).unwrap();
        let (mine, theirs) = (Keys::read(Some(&file), None).unwrap(), Keys::read(Some(&other), None).unwrap());
        let bytes = sealed(&Seal::Recipients(vec![public.parse().unwrap()]), b"rows");
        assert_eq!(opened(&mine, &bytes).as_deref(), Some(&b"rows"[..]));
        assert!(opened(&theirs, &bytes).is_none() && opened(&Keys::default(), &bytes).is_none());
        // A cut inside the magic number is no encrypted file any more, which the container refuses.
        for end in MAGIC.len()..bytes.len() {
            assert!(opened(&mine, &bytes[..end]).is_none(), "cut at {end}");
        }
        assert_eq!(opened(&Keys::default(), &sealed(&Seal::Open, b"rows")).as_deref(), Some(&b"rows"[..]));
    }
}
