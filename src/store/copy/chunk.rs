//! Chunks: what is written and deleted, in order, with a checksum. A chunk is applied whole or not at all.
//!
//! A record is `[1 writes, 0 deletes][key's length, 2 bytes][value's length, 4 bytes][key][value]`, little-endian; behind all of them stands the
//! SHA-256 of what is before it.

use sha2::{Digest, Sha256};

use crate::base::error::{Error, Kind, Reason};

/// A copy is not what was written.
pub struct CopyDamage;

impl CopyDamage {
    pub const REASON: Reason = Reason::new(Kind::Rule, "copy_damaged", "the copy is cut short or damaged");

    pub fn of(what: impl Into<String>) -> Error {
        CopyDamage::REASON.with(what)
    }
}

const SUM: usize = 32;
const HEAD: usize = 7;
/// Longer values are cut by the store itself, see `codec`.
const LONGEST_VALUE: usize = 1 << 20;

#[derive(Default)]
pub(super) struct Chunk(Vec<u8>);

impl Chunk {
    pub fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let length = u32::try_from(value.map_or(0, <[u8]>::len)).expect("values are pieces of some KiB");
        let key_length = u16::try_from(key.len()).expect("keys are shorter than 200 bytes");
        self.0.push(u8::from(value.is_some()));
        self.0.extend(key_length.to_le_bytes());
        self.0.extend(length.to_le_bytes());
        self.0.extend(key);
        self.0.extend(value.unwrap_or_default());
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The finished chunk; an empty one follows. `None` where there is nothing in it.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        let mut bytes = std::mem::take(&mut self.0);
        let sum = Sha256::digest(&bytes);
        (!bytes.is_empty()).then(|| {
            bytes.extend(sum);
            bytes
        })
    }
}

/// A key and what is written there; `None` where it is deleted.
type Record<'a> = (&'a [u8], Option<&'a [u8]>);

/// The records of a chunk, after its checksum was found to be right. Errors: `copy_damaged`.
pub(super) fn records(chunk: &[u8]) -> Result<impl Iterator<Item = Result<Record<'_>, Error>>, Error> {
    let (mut rest, sum) = chunk.split_at(chunk.len().saturating_sub(SUM));
    if Sha256::digest(rest).as_slice() != sum {
        return Err(CopyDamage::of("the checksum of some rows is wrong"));
    }
    Ok(std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let record = record(&mut rest);
        if record.is_none() {
            rest = &[];
        }
        Some(record.ok_or_else(|| CopyDamage::of("rows cannot be told apart")))
    }))
}

fn record<'a>(rest: &mut &'a [u8]) -> Option<Record<'a>> {
    let head = rest.get(..HEAD)?;
    let key = usize::from(u16::from_le_bytes([head[1], head[2]]));
    let value = usize::try_from(u32::from_le_bytes([head[3], head[4], head[5], head[6]])).ok().filter(|length| *length <= LONGEST_VALUE)?;
    let all = rest.get(HEAD..HEAD + key + value)?;
    *rest = &rest[HEAD + key + value..];
    let (key, value) = all.split_at(key);
    match head[0] {
        1 => Some((key, Some(value))),
        0 => Some((key, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_whole_or_none() {
        let mut chunk = Chunk::default();
        assert!(chunk.take().is_none());
        chunk.push(b"r1", Some(b"one"));
        chunk.push(b"r2", None);
        chunk.push(b"", Some(b""));
        let bytes = chunk.take().unwrap();
        let read: Vec<_> = records(&bytes).unwrap().map(|record| record.unwrap()).collect();
        assert_eq!(read, [(&b"r1"[..], Some(&b"one"[..])), (b"r2", None), (b"", Some(b""))]);
        for end in 0..bytes.len() {
            assert!(records(&bytes[..end]).is_err(), "cut at {end}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(records(&damaged).is_err(), "bit {bit}");
        }
    }
}
