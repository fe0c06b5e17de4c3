//! Writing the container: a tar, compressed with zstd, encrypted where that is set. Every member is counted and summed.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

use sha2::{Digest, Sha256};

use super::{
    contents::{CANNOT_WRITE, SUMMARY, Summary, is_file},
    seal::{Seal, Sealed},
};
use crate::base::{
    error::{Error, INTERNAL, Result},
    secret,
    time::Time,
};

/// Fast, and small enough: rows shrink to a third.
const LEVEL: i32 = 3;

pub struct Pack<W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, Sealed<W>>>,
    created: Time,
    members: BTreeMap<String, String>,
    bytes: u64,
}

impl<W: Write> Pack<W> {
    pub fn begin(out: W, seal: &Seal, created: Time) -> Result<Pack<W>> {
        let mut zstd = zstd::Encoder::new(seal.wrap(out)?, LEVEL).map_err(|e| INTERNAL.caused_by(e))?;
        zstd.include_checksum(true).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Pack { tar: tar::Builder::new(zstd), created, members: BTreeMap::new(), bytes: 0 })
    }

    pub fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.put_from(name, bytes.len() as u64, bytes)
    }

    /// A member of exactly this length. One that turns out to be shorter is an error, and the container is lost.
    pub fn put_from(&mut self, name: &str, length: u64, from: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(length);
        header.set_mode(0o600);
        header.set_mtime(self.created.seconds().unsigned_abs());
        let mut from = Summed { from: from.take(length), sum: Sha256::new(), bytes: 0 };
        self.tar.append_data(&mut header, name, &mut from)?;
        if from.bytes != length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} became shorter while it was read")));
        }
        self.bytes += length;
        self.members.insert(name.to_owned(), secret::hex(&from.sum.finalize()));
        Ok(())
    }

    /// Puts the summary, with what was counted here, and ends the container.
    pub fn finish(mut self, summary: Summary) -> Result<(W, Summary)> {
        let files = self.members.keys().filter(|name| is_file(name)).count() as u64;
        let summary = Summary { files, bytes: self.bytes, members: std::mem::take(&mut self.members), ..summary };
        let text = serde_json::to_vec_pretty(&summary).map_err(|e| INTERNAL.caused_by(e))?;
        self.put(SUMMARY, &text).map_err(broken)?;
        let out = self.tar.into_inner().and_then(zstd::Encoder::finish).and_then(Sealed::finish).map_err(broken)?;
        Ok((out, summary))
    }
}

/// Sums what is read.
pub(super) struct Summed<R> {
    pub from: R,
    pub sum: Sha256,
    pub bytes: u64,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.sum.update(&into[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// A place that counts and sums what is written to it.
pub struct Counted<W> {
    pub out: W,
    pub bytes: u64,
    sum: Sha256,
}

impl<W> Counted<W> {
    pub fn new(out: W) -> Counted<W> {
        Counted { out, bytes: 0, sum: Sha256::new() }
    }

    /// Hex.
    pub fn sum(self) -> String {
        secret::hex(&self.sum.finalize())
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An error of the place that is written to.
pub(super) fn broken(error: io::Error) -> Error {
    CANNOT_WRITE.with(error.to_string())
}
