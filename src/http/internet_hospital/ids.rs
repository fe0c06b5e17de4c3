//! Ids as this family writes them: 24 hex digits, 8 of the creation time and 16 of the id. Anything else names nothing: `not_found`.

use serde_json::{Value, json};

use crate::{
    base::{
        error::{NOT_FOUND, NOT_YOURS, Result, missing},
        id::{self, Id, kind},
    },
    domain::identity::account::Account,
    http::core::{
        context::Cx,
        request::Request,
        typed::{Segment, Source},
    },
    store::View,
};

/// An id that the request must name.
pub fn need<K>(request: &Request, name: &str) -> Result<Id<K>> {
    asked(request, name)?.ok_or_else(|| missing(name))
}

/// An id that the request may name.
pub fn asked<K>(request: &Request, name: &str) -> Result<Option<Id<K>>> {
    /// More than any id, so that what is no id is not found instead of too long.
    const MOST: usize = 1_000;
    let text = request.text_or_none(name, MOST)?;
    text.map(|text| id::from_hex(&text).ok_or_else(|| NOT_FOUND.err())).transpose()
}

/// The `{id}` of a path.
pub fn in_path<K>(request: &Request) -> Result<Id<K>> {
    id::from_hex(request.segment("id")).ok_or_else(|| NOT_FOUND.err())
}

/// The caller's account, which the request must name. Errors: `not_found`, `not_yours` for somebody else's.
pub fn mine<K: kind::OfAccount>(cx: &Cx, db: &View, request: &Request, name: &str) -> Result<Id<K>> {
    let (me, named): (Id<K>, Id<K>) = (cx.my_id()?, need(request, name)?);
    match named == me {
        true => Ok(me),
        false if db.has::<Account>(named.account())? => Err(NOT_YOURS.err()),
        false => Err(NOT_FOUND.err()),
    }
}

/// An id in a path.
pub struct Hex<K>(pub Id<K>);

impl<K> Segment for Hex<K> {
    fn read(source: &Source, name: &'static str) -> Result<Hex<K>> {
        id::from_hex(source.request.segment(name)).map(Hex).ok_or_else(|| NOT_FOUND.err())
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[0-9a-fA-F]{24}$" })
    }
}

/// An account's id as it prints.
pub fn of_account<K: kind::OfAccount>(db: &View, account: Id<K>) -> Result<String> {
    Ok(id::to_hex(db.need::<Account>(account.account())?.created_at, account))
}
