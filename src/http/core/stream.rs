//! A file on its way out, a piece at a time: a client that reads slowly costs one piece of memory, not the file.

use std::{fs::File, io, os::unix::fs::FileExt, sync::Arc};

use futures_util::stream;
use warp::{Reply, reply::Response};

const PIECE: u64 = 64 << 10;

/// `length` bytes of the file from `from` on. Where the file turns out to be shorter the connection breaks, which tells the client.
pub fn file(file: File, from: u64, length: u64) -> Response {
    let file = Arc::new(file);
    let pieces = stream::try_unfold((from, length), move |(at, left)| {
        let file = file.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            // The disk may take its time.
            let piece =
                tokio::task::spawn_blocking(move || read(&file, at, left.min(PIECE))).await.unwrap_or_else(|e| Err(io::Error::other(e)))?;
            let read = piece.len() as u64;
            Ok::<_, io::Error>(Some((piece, (at + read, left - read))))
        }
    });
    warp::reply::stream(pieces).into_response()
}

fn read(file: &File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut piece, at)?;
    Ok(piece)
}
