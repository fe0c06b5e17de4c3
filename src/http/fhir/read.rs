//! `GET /fhir/{type}/{id}`: one resource, or that the client has it already.

use serde_json::Value;

use super::{
    ask::{self, Manner},
    caller::Caller,
    looks,
    outcome::{DELETED, NO_SUCH_TYPE},
    reader::{self, Found, Reader},
    served,
};
use crate::{
    base::error::{NOT_FOUND, Result},
    http::core::{context::Cx, reply::Reply, request::Request},
};

pub fn read(cx: &Cx, request: &Request) -> Result<Reply> {
    ask::need_on(cx)?;
    let manner = Manner::of(request)?;
    let caller = Caller::of(cx, request)?;
    let kind = request.segment("type");
    let served = served::find(kind).ok_or_else(|| NO_SUCH_TYPE.with(kind))?;
    caller.need_open(served)?;
    let clinic = ask::clinic(cx, request);
    let view = cx.view();
    let reader = Reader::new(&view, &clinic, &caller);
    match reader.by_id(served, request.segment("id"))? {
        Found::Missing => Err(NOT_FOUND.err()),
        Found::Deleted => Err(DELETED.err()),
        Found::Here(resource) => {
            looks::note(cx, &caller, reader.looked(), kind)?;
            answer(manner, request, &resource)
        }
    }
}

/// The resource with its tag, or 304.
fn answer(manner: Manner, request: &Request, resource: &Value) -> Result<Reply> {
    let (version, updated) = reader::version(resource);
    let etag = format!("W/\"{version}\"");
    let reply = match has_it(request, &etag, updated) {
        true => {
            Reply::bytes("", Vec::new()).status(304).header("cache-control", "private, no-cache").header("vary", "Authorization, Accept")
        }
        false => manner.reply(resource)?,
    };
    Ok(reply.header("etag", etag).header("last-modified", http_date(updated)))
}

/// Whether the client has this version: by its tag where it names one, else by the time (RFC 9110, 13.1).
fn has_it(request: &Request, etag: &str, updated: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if let Some(tags) = request.header("if-none-match") {
        return tags.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(etag));
    }
    let since = request.header("if-modified-since").and_then(|text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
    let updated = updated.parse::<jiff::Timestamp>().ok();
    // Dates of HTTP have no parts of a second.
    since.zip(updated).is_some_and(|(since, updated)| updated.as_second() <= since.as_second())
}

/// `Sun, 29 Nov 2026 09:05:00 GMT`
pub fn http_date(instant: &str) -> String {
    let at = instant.parse::<jiff::Timestamp>().unwrap_or_default();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}
