//! Rows as bytes: `[continuations][version][bincode of exactly that version's struct]`; where there are continuations, the number of
//! their set (8 bytes) lies before the body.
//!
//! Values stay under 4 KiB: sled keeps a larger page in a file of its own that it never syncs, and a power cut then leaves a store
//! that cannot be opened. A longer row is cut into continuations that lie under keys of their own, in the same commit. Each writing
//! makes a new set of them and none is ever changed, so that a reader beside the writer finds a set whole or not at all.

use serde::de::DeserializeOwned;

use super::table::{Row, unreadable};
use crate::base::error::{INTERNAL, Kind, Reason, Result};

pub const ROW_TOO_LARGE: Reason = Reason::new(Kind::TooLarge, "row_too_large", "内容过长，请缩短后重试");

/// The longest value that goes to sled in one piece.
pub(super) const PIECE: usize = 3_900;
/// Bytes before the body: number of continuations, version.
pub(super) const HEAD: usize = 2;

/// bincode counts a number by its size in memory, and eight bytes of it can lie in one: the limit leaves room for the longest row that
/// can be written, or there would be rows that cannot be read.
const MOST: usize = 8 * 256 * PIECE;
const CONFIG: bincode::config::Configuration<bincode::config::LittleEndian, bincode::config::Varint, bincode::config::Limit<MOST>> =
    bincode::config::standard().with_limit::<MOST>();

/// The row's bytes as they lie in the store, before they are cut.
pub fn encode_row<R: Row>(row: &R) -> Result<Vec<u8>> {
    let mut bytes = vec![0, R::TABLE.version];
    bincode::serde::encode_into_std_write(row, &mut bytes, CONFIG).map_err(|e| INTERNAL.caused_by(e))?;
    let pieces = bytes.len().div_ceil(PIECE);
    bytes[0] = u8::try_from(pieces - 1).map_err(|_| ROW_TOO_LARGE.err())?;
    Ok(bytes)
}

/// A row's first piece as it lies in the store, and its continuations.
pub(super) fn cut(bytes: &[u8], set: u64) -> (Vec<u8>, impl Iterator<Item = &[u8]>) {
    let (first, rest) = bytes.split_at(bytes.len().min(PIECE));
    let mut head = first.to_vec();
    if !rest.is_empty() {
        head.splice(HEAD..HEAD, set.to_be_bytes());
    }
    (head, rest.chunks(PIECE))
}

/// How many continuations a first piece has, and the number of their set.
pub(super) fn continuations(first: &[u8]) -> Option<(u8, u64)> {
    match first {
        [0, ..] | [] => None,
        [count, ..] => Some((*count, first.get(HEAD..HEAD + 8).map_or(0, |set| u64::from_be_bytes(set.try_into().expect("8 bytes"))))),
    }
}

/// Reads a row of the current or an earlier version.
pub fn decode_row<R: Row>(bytes: &[u8]) -> Result<R> {
    match bytes {
        [_, version, body @ ..] if *version == R::TABLE.version => decode(body),
        [_, version, body @ ..] => R::upgrade(*version, body),
        _ => Err(unreadable("a row of less than two bytes")),
    }
}

/// Reads a struct that fills `bytes` exactly: the body of a row of a frozen version, in [`Row::upgrade`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let (value, read) = bincode::serde::decode_from_slice(bytes, CONFIG).map_err(|e| INTERNAL.caused_by(e))?;
    match read == bytes.len() {
        true => Ok(value),
        false => Err(unreadable("bytes are left over behind a row")),
    }
}
