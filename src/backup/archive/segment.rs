//! A segment: the commits of some seconds, in order. Each hands on a chain of hashes over all commits since the chain began, so that one that is
//! missing or was changed is noticed in the next.
//!
//! Within zstd, and within the encryption where there is one: a line of JSON ([`Head`]), then for each commit its number (8 bytes), its time in
//! milliseconds (8), the length of its chunk (4) and the chunk; then a zero of 8 bytes and the hash at the end. Numbers are little-endian.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{cover::Cover, place::ARCHIVE_DAMAGED};
use crate::{
    backup::{pack::broken, seal::Keys},
    base::{
        error::{Error, INTERNAL, Result},
        secret,
        time::Time,
    },
};

const FORMAT: u32 = 1;
const LEVEL: i32 = 3;
/// A commit has at most some hundred jobs.
const LONGEST: usize = 256 << 20;
const LONGEST_HEAD: usize = 4_096;

/// What one commit wrote, as it is kept.
#[derive(Clone)]
pub struct Entry {
    pub number: u64,
    pub time: Time,
    /// Empty where it wrote nothing that is copied.
    pub chunk: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub format: u32,
    pub instance: String,
    pub era: String,
    pub first: u64,
    pub last: u64,
    /// In milliseconds since 1970.
    pub first_time: i64,
    pub last_time: i64,
    /// The hash before its first commit; `None` where the chain begins here.
    pub before: Option<String>,
}

/// A segment that was read.
pub struct Segment {
    pub head: Head,
    pub entries: Vec<Entry>,
    /// The hash after its last commit.
    pub after: String,
}

/// The hash of a chain that goes on with these commits.
pub fn hash_after(before: Option<&str>, entries: &[Entry]) -> String {
    let mut hash = before.unwrap_or_default().to_owned();
    for entry in entries {
        let mut sum = Sha256::new();
        sum.update(hash.as_bytes());
        sum.update(entry.number.to_le_bytes());
        sum.update(entry.time.0.to_le_bytes());
        sum.update(&entry.chunk);
        hash = secret::hex(&sum.finalize());
    }
    hash
}

/// Writes the commits, of which there is at least one, as a segment. Answers the hash after the last.
pub fn write(out: impl Write, cover: &Cover, (instance, era): (&str, &str), before: Option<String>, entries: &[Entry]) -> Result<String> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Err(INTERNAL.caused_by("a segment without commits")) };
    let after = hash_after(before.as_deref(), entries);
    let head = Head {
        format: FORMAT,
        instance: instance.to_owned(),
        era: era.to_owned(),
        first: first.number,
        last: last.number,
        first_time: first.time.0,
        last_time: last.time.0,
        before,
    };
    let mut zstd = zstd::Encoder::new(cover.seal.wrap(out)?, LEVEL).map_err(broken)?;
    zstd.include_checksum(true).map_err(broken)?;
    let mut line = serde_json::to_vec(&head).map_err(|e| INTERNAL.caused_by(e))?;
    line.push(b'\n');
    let mut put = |bytes: &[u8]| zstd.write_all(bytes).map_err(broken);
    put(&line)?;
    for entry in entries {
        let length = u32::try_from(entry.chunk.len()).map_err(|e| INTERNAL.caused_by(e))?;
        put(&entry.number.to_le_bytes())?;
        put(&entry.time.0.to_le_bytes())?;
        put(&length.to_le_bytes())?;
        put(&entry.chunk)?;
    }
    put(&0_u64.to_le_bytes())?;
    put(after.as_bytes())?;
    zstd.finish().and_then(crate::backup::seal::Sealed::finish).map_err(broken)?;
    Ok(after)
}

/// Reads no more than the beginning. Errors: `archive_damaged`, `backup_sealed`.
pub fn read_head(input: impl Read, keys: &Keys) -> Result<Head> {
    let mut plain = zstd::Decoder::new(keys.open(input)?).map_err(damaged)?;
    head(&mut plain)
}

/// Reads all of a segment. Errors: `archive_damaged`, `backup_sealed`.
pub fn read(input: impl Read, keys: &Keys) -> Result<Segment> {
    let mut plain = zstd::Decoder::new(keys.open(input)?).map_err(damaged)?;
    let head = head(&mut plain)?;
    let mut entries = Vec::new();
    loop {
        let number = u64::from_le_bytes(fixed(&mut plain)?);
        if number == 0 {
            break;
        }
        let time = Time(i64::from_le_bytes(fixed(&mut plain)?));
        let length = u32::from_le_bytes(fixed(&mut plain)?) as usize;
        if length > LONGEST {
            return Err(ARCHIVE_DAMAGED.with("a commit is larger than any can be"));
        }
        let mut chunk = Vec::new();
        plain.by_ref().take(length as u64).read_to_end(&mut chunk).map_err(damaged)?;
        if chunk.len() != length {
            return Err(ARCHIVE_DAMAGED.with("a segment is cut short"));
        }
        entries.push(Entry { number, time, chunk });
    }
    let after: [u8; 64] = fixed(&mut plain)?;
    let after = String::from_utf8_lossy(&after).into_owned();
    let mut rest = Vec::new();
    plain.read_to_end(&mut rest).map_err(damaged)?;
    let is_whole = rest.is_empty()
        && hash_after(head.before.as_deref(), &entries) == after
        && entries.first().map(|one| one.number) == Some(head.first)
        && entries.last().map(|one| one.number) == Some(head.last)
        && entries.windows(2).all(|pair| pair[1].number == pair[0].number + 1);
    match is_whole {
        true => Ok(Segment { head, entries, after }),
        false => Err(ARCHIVE_DAMAGED.with("the checksum of a segment is wrong")),
    }
}

fn head(plain: &mut impl Read) -> Result<Head> {
    let mut line = Vec::new();
    loop {
        let [byte] = fixed(plain)?;
        if byte == b'\n' || line.len() > LONGEST_HEAD {
            break;
        }
        line.push(byte);
    }
    let head: Head = serde_json::from_slice(&line).map_err(|e| ARCHIVE_DAMAGED.with(e.to_string()))?;
    match head.format {
        FORMAT => Ok(head),
        _ => Err(ARCHIVE_DAMAGED.with("a newer release has written it; use that one")),
    }
}

fn fixed<const N: usize>(plain: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    plain.read_exact(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

fn damaged(error: std::io::Error) -> Error {
    ARCHIVE_DAMAGED.with(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(before: Option<String>) -> Vec<u8> {
        let entry = |number: u64| Entry { number, time: Time(1_000 * number.cast_signed()), chunk: vec![7; number as usize] };
        let mut bytes = Vec::new();
        write(&mut bytes, &Cover::open(), ("0000000000000001", "0000000000000002"), before, &[entry(5), entry(6), entry(7)]).unwrap();
        bytes
    }

    #[test]
    fn a_segment_is_whole_or_refused() {
        let bytes = written(None);
        let whole = read(&bytes[..], &Keys::default()).unwrap();
        assert_eq!((whole.head.first, whole.head.last, whole.entries.len()), (5, 7, 3));
        assert_eq!(read_head(&bytes[..], &Keys::default()).unwrap(), whole.head);
        assert_ne!(read(&written(Some("a".into()))[..], &Keys::default()).unwrap().after, whole.after);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end], &Keys::default()).is_err(), "cut at {end}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = read(&damaged[..], &Keys::default()) {
                assert!(read.after == whole.after && read.head == whole.head, "bit {bit}");
            }
        }
    }
}
