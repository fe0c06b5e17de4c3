//! A write under its `Idempotency-Key`, as the jobs that carry it out know it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::reply::{Body, Reply};
use crate::{
    base::error::Result,
    domain::identity::idempotency::{self, Answer, Content, Write},
    store::Tx,
};

/// A write under its key, while it is carried out.
pub(super) struct Once {
    pub(super) write: Write,
    /// The answer is on disk already.
    pub(super) answered: AtomicBool,
}

impl Once {
    pub fn new(write: Write) -> Once {
        Once { write, answered: AtomicBool::new(false) }
    }

    /// Notes in the job that something is changed.
    pub fn changed(&self, db: &mut Tx) -> Result<()> {
        idempotency::begin(db, &self.write)
    }

    /// Keeps the answer in the job that makes it.
    pub fn keep(&self, db: &mut Tx, reply: &Reply) -> Result<()> {
        match answer(reply) {
            Some(answer) => idempotency::keep(db, &self.write, answer),
            None => Ok(()),
        }
    }

    /// That [`keep`](Once::keep) is on disk.
    pub fn kept(&self) {
        self.answered.store(true, Ordering::Release);
    }
}

/// A success as it is kept; `None` for refusals, and for what is no answer yet.
pub(super) fn answer(reply: &Reply) -> Option<Answer> {
    let content = match &reply.body {
        Body::Json { data, beside } => Content::Json { data: data.clone(), beside: beside.clone() },
        Body::Bare { status, json } => Content::Bare { status: *status, json: json.clone() },
        Body::Bytes { content_type, bytes } => Content::Bytes { content_type: content_type.clone(), bytes: bytes.clone() },
        Body::File { .. } | Body::Stream { .. } | Body::Refused(_) | Body::Switching(_) | Body::Later(_) => return None,
    };
    let headers = reply.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    Some(Answer { content, status: reply.status, headers })
}
