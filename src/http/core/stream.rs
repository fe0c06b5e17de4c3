//! A file on its way out, a piece at a time: a client that reads slowly costs one piece of memory, not the file.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    sync::Arc,
};

use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;
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

/// What another thread makes while it is sent. An error breaks the connection, which tells the client.
pub fn pieces(pieces: mpsc::Receiver<io::Result<Bytes>>) -> Response {
    let pieces = stream::unfold(pieces, |mut pieces| async move { pieces.recv().await.map(|piece| (piece, pieces)) });
    warp::reply::stream(pieces).into_response()
}

/// Where that thread writes. It waits for the client; where the client is gone, writing fails.
pub struct Pieces {
    send: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pieces {
    /// Pieces that wait for a slow client at most.
    pub const WAITING: usize = 8;

    pub fn new(send: mpsc::Sender<io::Result<Bytes>>) -> Pieces {
        Pieces { send, piece: Vec::new() }
    }

    /// All was written.
    pub fn end(mut self) {
        let _ = self.send_piece();
    }

    /// What was sent is not whole.
    pub fn break_off(self) {
        let _ = self.send.blocking_send(Err(io::Error::other("broken off")));
    }

    fn send_piece(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() {
            return Ok(());
        }
        self.send.blocking_send(Ok(piece.into())).map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the client is gone"))
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() as u64 >= PIECE {
            self.send_piece()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send_piece()
    }
}

fn read(file: &File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut piece, at)?;
    Ok(piece)
}
