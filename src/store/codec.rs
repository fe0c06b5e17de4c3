//! Rows as bytes: `[continuations][version][bincode of exactly that version's struct]`.
//!
//! Values stay under 4 KiB: sled keeps a larger page in a file of its own that it never syncs, and a power cut then leaves a store
//! that cannot be opened. A longer row is cut into continuations that lie under keys of their own, in the same commit.

use serde::de::DeserializeOwned;

use super::table::{Row, Table};
use crate::base::error::{Error, INTERNAL, Kind, Reason, Result};

pub const ROW_TOO_LARGE: Reason = Reason::new(Kind::TooLarge, "row_too_large", "内容过长，请缩短后重试");

/// The longest value that goes to sled in one piece.
pub(super) const PIECE: usize = 3_900;
/// Bytes before the body: number of continuations, version.
pub(super) const HEAD: usize = 2;

const CONFIG: bincode::config::Configuration<bincode::config::LittleEndian, bincode::config::Varint, bincode::config::Limit<1_048_576>> =
    bincode::config::standard().with_limit::<1_048_576>();

/// The row's bytes as they lie in the store, before they are cut.
pub fn encode_row<R: Row>(row: &R) -> Result<Vec<u8>> {
    let mut bytes = vec![0, R::TABLE.version];
    bincode::serde::encode_into_std_write(row, &mut bytes, CONFIG).map_err(|e| INTERNAL.caused_by(e))?;
    let pieces = bytes.len().div_ceil(PIECE);
    bytes[0] = u8::try_from(pieces - 1).map_err(|_| ROW_TOO_LARGE.err())?;
    Ok(bytes)
}

/// Reads a row of the current or an earlier version.
pub fn decode_row<R: Row>(bytes: &[u8]) -> Result<R> {
    match bytes {
        [_, version, body @ ..] if *version == R::TABLE.version => decode(body),
        [_, version, body @ ..] => R::upgrade(*version, body),
        _ => Err(unreadable("a row of less than two bytes")),
    }
}

/// Reads a struct that fills `bytes` exactly.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let (value, read) = bincode::serde::decode_from_slice(bytes, CONFIG).map_err(|e| INTERNAL.caused_by(e))?;
    match read == bytes.len() {
        true => Ok(value),
        false => Err(unreadable("bytes are left over behind a row")),
    }
}

pub(super) fn unknown_version(table: Table, version: u8) -> Error {
    unreadable(format!("table {} has a row of version {version}; this program knows versions up to {}", table.name, table.version))
}

pub(super) fn unreadable(what: impl Into<String>) -> Error {
    INTERNAL.caused_by(what.into())
}
