//! What a handler answers, before the family's dialect wraps it.

use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::base::error::{INTERNAL, Result};

/// An answer. Failures are [`Error`]s.
pub struct Reply {
    pub body: Body,
    pub headers: Vec<(&'static str, String)>,
}

pub enum Body {
    /// JSON that goes where the family puts its payload, and JSON members that go beside it.
    Json { data: Option<Vec<u8>>, beside: Option<Vec<u8>> },
    /// JSON that goes out as it is, with a status of its own.
    Bare { status: u16, json: Vec<u8> },
    /// A picture, a text, a file.
    Bytes { content_type: String, bytes: Vec<u8> },
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
        self.headers.push((name, value.into()));
        self
    }

    pub fn switching(accept: String) -> Reply {
        Reply::new(Body::Switching(accept))
    }

    fn new(body: Body) -> Reply {
        Reply { body, headers: Vec::new() }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| INTERNAL.caused_by(e))
}
