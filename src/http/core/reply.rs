//! What a handler answers, before the family's dialect wraps it.

use std::{borrow::Cow, fs::File, io};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::base::error::{Error, INTERNAL, Result};

/// An answer. Failures are [`Error`]s.
pub struct Reply {
    pub body: Body,
    /// In place of the status that the body has.
    pub status: Option<u16>,
    pub headers: Vec<(Cow<'static, str>, String)>,
}

pub enum Body {
    /// JSON that goes where the family puts its payload, and JSON members that go beside it.
    Json { data: Option<Vec<u8>>, beside: Option<Vec<u8>> },
    /// JSON that goes out as it is, with a status of its own.
    Bare { status: u16, json: Vec<u8> },
    /// A picture, a text, a file.
    Bytes { content_type: String, bytes: Vec<u8> },
    /// A part of a file, or all of it, read while it is sent.
    File { content_type: String, file: File, from: u64, length: u64 },
    /// What is made while it is sent.
    Stream { content_type: String, pieces: mpsc::Receiver<io::Result<Bytes>> },
    /// Refused, with headers of its own.
    Refused(Error),
    /// The connection speaks WebSocket from here on; the value of `Sec-WebSocket-Accept`.
    Switching(String),
    /// What another server has to say to it, waited for once everything that was written is on disk.
    Later(BoxFuture<'static, Result<Reply>>),
}

impl Reply {
    /// The payload.
    pub fn of(data: &impl Serialize) -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: Some(json(data)?), beside: None }))
    }

    /// Members beside the envelope's own (`{"code":200, …}`), and no payload.
    pub fn beside(members: &impl Serialize) -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: None, beside: Some(json(members)?) }))
    }

    /// The payload, and members beside it.
    pub fn of_and_beside(data: &impl Serialize, members: &impl Serialize) -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: Some(json(data)?), beside: Some(json(members)?) }))
    }

    /// The envelope alone.
    pub fn done() -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: None, beside: None }))
    }

    /// A payload of `{}`.
    pub fn empty() -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: Some(b"{}".to_vec()), beside: None }))
    }

    /// A payload of `null`.
    pub fn null() -> Result<Reply> {
        Ok(Reply::new(Body::Json { data: Some(b"null".to_vec()), beside: None }))
    }

    /// JSON without an envelope.
    pub fn bare(status: u16, value: &impl Serialize) -> Result<Reply> {
        Ok(Reply::new(Body::Bare { status, json: json(value)? }))
    }

    pub fn bytes(content_type: impl Into<String>, bytes: Vec<u8>) -> Reply {
        Reply::new(Body::Bytes { content_type: content_type.into(), bytes })
    }

    /// An answer that needs another server. It is waited for after the commit, on no thread; its failure undoes nothing.
    pub fn later(work: impl Future<Output = Result<Reply>> + Send + 'static) -> Result<Reply> {
        Ok(Reply::new(Body::Later(Box::pin(work))))
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn status(mut self, status: u16) -> Reply {
        self.status = Some(status);
        self
    }

    /// The bytes of `file` from `from` on.
    pub fn file(content_type: impl Into<String>, file: File, from: u64, length: u64) -> Reply {
        Reply::new(Body::File { content_type: content_type.into(), file, from, length })
    }

    /// What another thread sends while the answer goes out.
    pub fn stream(content_type: impl Into<String>, pieces: mpsc::Receiver<io::Result<Bytes>>) -> Reply {
        Reply::new(Body::Stream { content_type: content_type.into(), pieces })
    }

    pub fn switching(accept: String) -> Reply {
        Reply::new(Body::Switching(accept))
    }

    fn new(body: Body) -> Reply {
        Reply { body, status: None, headers: Vec::new() }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| INTERNAL.caused_by(e))
}
