//! `Idempotency-Key`: the one place where a write is asked for twice and done once. No handler knows of it; [`Cx::write`] and [`Cx::answer`] tell
//! the store what a handler did.
//!
//! A row that runs as one job keeps its answer in that job. Rows of several jobs reserve the key first. Refusals are not kept. Public rows (whoever
//! signs in has no account yet) and rows that print a secret take no key, and rows that only read need none.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
};

use futures_util::{FutureExt, future::BoxFuture};
use serde_json::json;
use sha2::{Digest, Sha256};
use warp::http::HeaderMap;

use super::{
    context::Cx,
    once_note::{Once, answer},
    reply::{Body, Reply},
    request::Request,
    table::Endpoint,
};
use crate::{
    app::App,
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        secret,
    },
    domain::identity::idempotency::{self, Answer, Content, Write},
    store::Tx,
};

pub const BAD_KEY: Reason =
    Reason::new(Kind::Malformed, "bad_idempotency_key", "请求头 Idempotency-Key 应为 1 到 200 个可见的 ASCII 字符，且只出现一次");

const HEADER: &str = "idempotency-key";
/// Tells an answer that was kept from a new one.
const REPLAYED: &str = "idempotent-replayed";

/// Whether a request may have to be done once.
pub(super) fn is_asked(endpoint: &Endpoint, headers: &HeaderMap) -> bool {
    endpoint.takes_key && headers.contains_key(HEADER)
}

/// Runs a row that is one job.
pub(super) fn within(
    once: Option<Arc<Once>>,
    app: &Arc<App>,
    db: &mut Tx,
    handler: impl FnOnce(&mut Tx) -> Result<Reply>,
) -> Result<Reply> {
    let Some(once) = once else { return handler(db) };
    if let Some(answer) = idempotency::find(db, &once.write)? {
        return Ok(again(answer));
    }
    let reply = handler(db)?;
    if matches!(reply.body, Body::Later(_)) {
        once.changed(db)?;
    } else {
        once.keep(db, &reply)?;
    }
    Ok(finishing(reply, app, &once))
}

/// Runs a row of several jobs, on a thread that may block. It goes on where the client hangs up.
pub(super) fn around(
    endpoint: &Endpoint,
    mut cx: Cx,
    request: &Request,
    handler: impl FnOnce(&Cx, &Request) -> Result<Reply>,
) -> Result<Reply> {
    let Some(once) = of(endpoint, &cx, request)? else { return handler(&cx, request) };
    let write = once.write.clone();
    if let Some(answer) = cx.app.store.write_blocking(move |db| first(db, &write))? {
        return Ok(again(answer));
    }
    cx.once = Some(once.clone());
    let result = catch_unwind(AssertUnwindSafe(|| handler(&cx, request))).unwrap_or_else(|_| Err(INTERNAL.caused_by("a handler panicked")));
    match result {
        Ok(reply) if matches!(reply.body, Body::Later(_)) => Ok(finishing(reply, &cx.app, &once)),
        result => match end(&once, &result) {
            Some(job) => told(cx.app.store.write_blocking(job), result),
            None => result,
        },
    }
}

/// Runs a row that waits for another server.
pub(super) async fn outside(
    endpoint: &'static Endpoint,
    mut cx: Cx,
    request: Request,
    handler: fn(Cx, Request) -> BoxFuture<'static, Result<Reply>>,
) -> Result<Reply> {
    let Some(once) = of(endpoint, &cx, &request)? else { return handler(cx, request).await };
    let (write, app) = (once.write.clone(), cx.app.clone());
    if let Some(answer) = app.store.write(move |db| first(db, &write)).await? {
        return Ok(again(answer));
    }
    cx.once = Some(once.clone());
    finish(app, once, handler(cx, request)).await
}

fn first(db: &mut Tx, write: &Write) -> Result<Option<Answer>> {
    let known = idempotency::find(db, write)?;
    if known.is_none() {
        idempotency::reserve(db, write)?;
    }
    Ok(known)
}

/// The reply, whose later part ends the write.
fn finishing(reply: Reply, app: &Arc<App>, once: &Arc<Once>) -> Reply {
    match reply.body {
        Body::Later(work) => Reply { body: Body::Later(Box::pin(finish(app.clone(), once.clone(), work))), ..reply },
        body => Reply { body, ..reply },
    }
}

async fn finish(app: Arc<App>, once: Arc<Once>, work: BoxFuture<'static, Result<Reply>>) -> Result<Reply> {
    let result = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(INTERNAL.caused_by("a handler panicked")));
    match end(&once, &result) {
        Some(job) => told(app.store.write(job).await, result),
        None => result,
    }
}

/// The last job of a write: keeps the answer, or forgets that there was something to answer. `None` where that is done.
fn end(once: &Once, result: &Result<Reply>) -> Option<impl FnOnce(&mut Tx) -> Result<()> + Send + use<>> {
    let answer = result.as_ref().ok().and_then(answer);
    if answer.is_some() && once.answered.load(Ordering::Acquire) {
        return None;
    }
    let write = once.write.clone();
    Some(move |db: &mut Tx| match answer {
        Some(answer) => idempotency::keep(db, &write, answer),
        None => idempotency::give_up(db, &write),
    })
}

/// What was done was done, whether or not its answer could be kept.
fn told(kept: Result<()>, result: Result<Reply>) -> Result<Reply> {
    if let Err(error) = kept {
        tracing::error!(error = Error::chain(&error), "an answer could not be kept under its key");
    }
    result
}

/// An answer that was kept, given again.
fn again(answer: Answer) -> Reply {
    let body = match answer.content {
        Content::Json { data, beside } => Body::Json { data, beside },
        Content::Bare { status, json } => Body::Bare { status, json },
        Content::Bytes { content_type, bytes } => Body::Bytes { content_type, bytes },
    };
    let headers = answer.headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Reply { body, status: answer.status, headers }.header(REPLAYED, "true")
}

/// The key of a request, where it has one and the row takes one. Errors: `bad_idempotency_key`.
pub(super) fn of(endpoint: &Endpoint, cx: &Cx, request: &Request) -> Result<Option<Arc<Once>>> {
    let (Some(caller), true) = (cx.caller, endpoint.honours_key()) else { return Ok(None) };
    let mut headers = request.headers.get_all(HEADER).iter();
    let Some(header) = headers.next() else { return Ok(None) };
    let key = header.to_str().map(str::trim).unwrap_or_default();
    let good = (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if !good || headers.next().is_some() {
        return Err(BAD_KEY.err());
    }
    let name = json!([caller.account, endpoint.method.name(), endpoint.path, key]).to_string();
    let files: Vec<_> = request.files.iter().map(|file| (&file.field, secret::hex(&Sha256::digest(&file.bytes)))).collect();
    let request = json!([request.path, request.fields.0, files]).to_string();
    let write = Write {
        account_id: caller.account,
        name: secret::hex(&Sha256::digest(name)),
        request: secret::hex(&cx.app.signer.seal("idempotency", &request)),
        process: cx.app.process,
    };
    Ok(Some(Arc::new(Once::new(write))))
}
