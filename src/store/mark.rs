//! Two small plain files beside the engine, which say what must be there. sled takes a log that ends early for a whole one and opens with less;
//! `MARK` notes how far the store had come, and `FORMAT` by which release's rules it is kept. Neither is ever ahead of the disk.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::base::{
    error::{Kind, Reason, Result},
    secret,
};

/// The format of the stores that this release writes. The first had no `FORMAT`; it is read, and gets its files at the next start.
pub const FORMAT: u32 = 2;

pub const STORE_BEHIND: Reason = Reason::new(
    Kind::Internal,
    "store_behind",
    "a part of the store is missing, as of a file that was cut short or only half copied; bring its files back as they were, or restore",
);
pub const MARK_MISSING: Reason = Reason::new(
    Kind::Internal,
    "mark_missing",
    "store/MARK, which says how much the store must hold, is missing; bring it back, restore, or have `xuanhu check --repair` make it anew after it has \
     looked at everything",
);
pub const MARK_UNREADABLE: Reason = Reason::new(
    Kind::Internal,
    "mark_unreadable",
    "store/MARK, which says how much the store must hold, is damaged; bring it back, restore, or have `xuanhu check --repair` make it anew after it has \
     looked at everything",
);
pub const FORMAT_UNREADABLE: Reason = Reason::new(
    Kind::Internal,
    "format_unreadable",
    "store/FORMAT is missing or damaged: it should hold the number of the store's format and nothing else; bring it back, or restore",
);
pub const STORE_TOO_NEW: Reason =
    Reason::new(Kind::Internal, "store_too_new", "a newer release has written this store; use that one, or a newer");

const FORMAT_FILE: &str = "FORMAT";
const MARK_FILE: &str = "MARK";

/// What `MARK` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The clinic, in all its copies: 16 hex digits.
    pub instance: String,
    /// This copy of it: 16 hex digits.
    pub era: String,
    /// The newest commit that was on disk.
    pub commit: u64,
    /// A copy for looking: there is, or may be, another that is the clinic.
    pub copy: bool,
}

impl Mark {
    /// What the store's directory says. Errors: `mark_unreadable`.
    pub fn read(store: &Path) -> Result<Option<Mark>> {
        match fs::read(store.join(MARK_FILE)) {
            Ok(bytes) => {
                let mark = String::from_utf8(bytes).ok().and_then(|text| Mark::parse(&text));
                mark.map(Some).ok_or_else(|| MARK_UNREADABLE.with(store.join(MARK_FILE).display().to_string()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(MARK_UNREADABLE.with(format!("{}: {error}", store.display()))),
        }
    }

    pub(super) fn write(&self, store: &Path) -> io::Result<()> {
        put(store, MARK_FILE, &self.text())
    }

    /// One fact a line; the last line is a checksum of those before it.
    fn text(&self) -> String {
        let Mark { instance, era, commit, copy } = self;
        let facts = format!("instance {instance}\nera {era}\ncommit {commit}\ncopy {}\n", if *copy { "yes" } else { "no" });
        format!("{facts}check {}\n", check(&facts))
    }

    fn parse(text: &str) -> Option<Mark> {
        let mut lines = text.lines();
        let mut fact = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let mark = Mark {
            instance: fact("instance")?.to_owned(),
            era: fact("era")?.to_owned(),
            commit: fact("commit")?.parse().ok()?,
            copy: match fact("copy")? {
                "yes" => true,
                "no" => false,
                _ => return None,
            },
        };
        (mark.text() == text).then_some(mark)
    }
}

fn check(facts: &str) -> String {
    secret::hex(&Sha256::digest(facts.as_bytes())[..8])
}

/// The format of the store in that directory; `None` where nothing says. Errors: `format_unreadable`, `store_too_new`.
pub(super) fn format(store: &Path) -> Result<Option<u32>> {
    let bytes = match fs::read(store.join(FORMAT_FILE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FORMAT_UNREADABLE.with(format!("{}: {error}", store.display()))),
    };
    let number = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim_end().parse::<u32>().ok());
    match number {
        Some(FORMAT) => Ok(Some(FORMAT)),
        Some(newer) if newer > FORMAT => Err(STORE_TOO_NEW.with(format!("its format is {newer}, this release knows {FORMAT}"))),
        _ => Err(FORMAT_UNREADABLE.with(store.join(FORMAT_FILE).display().to_string())),
    }
}

pub(super) fn write_format(store: &Path) -> io::Result<()> {
    put(store, FORMAT_FILE, &format!("{FORMAT}\n"))
}

/// Written beside and renamed, so that a kill leaves the old file or the new one.
fn put(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    let draft = dir.join(format!("{name}.new"));
    let mut file = File::create(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, dir.join(name))?;
    File::open(dir)?.sync_all()
}

/// What tells the numbers of this clinic from another's outside: the first twelve digits of its name.
pub fn short_instance(instance: &str) -> &str {
    const DIGITS: usize = 12;
    instance.get(..DIGITS).unwrap_or(instance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark { instance: "0123456789abcdef".into(), era: "fedcba9876543210".into(), commit: 1_234, copy: true }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written_and_not_otherwise() {
        let text = mark().text();
        assert_eq!(Mark::parse(&text), Some(mark()));
        for end in 0..text.len() {
            assert_eq!(Mark::parse(&text[..end]), None, "cut at {end}");
        }
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(String::from_utf8(bytes).ok().and_then(|text| Mark::parse(&text)), None, "bit {bit}");
        }
        assert_eq!(Mark::parse(&format!("{text} ")), None);
    }

    #[test]
    fn a_damaged_format_is_no_other_format() {
        let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        assert_eq!(format(dir.path()).unwrap(), None);
        write_format(dir.path()).unwrap();
        assert_eq!(format(dir.path()).unwrap(), Some(FORMAT));
        let text = fs::read(dir.path().join(FORMAT_FILE)).unwrap();
        for bit in 0..8 {
            let mut damaged = text.clone();
            damaged[0] ^= 1 << bit;
            fs::write(dir.path().join(FORMAT_FILE), damaged).unwrap();
            assert!(format(dir.path()).is_err(), "bit {bit}");
        }
        for other in ["", "1\n", "99\n", "2 2\n", "two"] {
            fs::write(dir.path().join(FORMAT_FILE), other).unwrap();
            assert!(format(dir.path()).is_err(), "{other}");
        }
    }
}
