//! `{success:true, code:200, result}` and `{success:false, code, message, error}`; lists as `{items, total}`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    base::{
        error::{Error, Result},
        money::{Fen, MOST},
        page::{Page, Slice},
    },
    http::core::{
        api::{self, Dialect, JSON, envelope},
        reply::Reply,
        request::Request,
        typed::{Whole, form},
    },
};

pub const DIALECT: Dialect = Dialect { content_type_of_failure: JSON, success, failure, may_always_200: true };

fn success(data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8> {
    envelope("\"success\":true,\"code\":200", "result", data, beside)
}

fn failure(error: &Error) -> Vec<u8> {
    let mut failure = json!({ "success": false, "code": error.status(), "message": error.message(), "error": error.slug() });
    if let Some((id, _)) = error.row() {
        failure["id"] = json!(id);
    }
    api::failure(error, failure)
}

#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
    total: u64,
}

form! {
    /// A page of a list.
    pub struct PageForm {
        /// 从第几条开始
        skip: Option<Whole<0, { i64::MAX }>>,
        /// 拿多少条，最多 100
        limit: Option<Whole<0, { i64::MAX }>>,
    }
}

impl PageForm {
    pub fn page(&self) -> Page {
        let number = |asked: Option<i64>, usual| asked.map_or(usual, |asked| usize::try_from(asked).unwrap_or(usize::MAX));
        Page { skip: number(self.skip, 0), limit: number(self.limit, 10).min(100) }
    }
}

/// A page of a list of a typed row.
#[derive(Serialize, JsonSchema)]
pub struct Listed<V> {
    items: Vec<V>,
    total: u64,
}

impl<T, V: From<T>> From<Slice<T>> for Listed<V> {
    fn from(slice: Slice<T>) -> Listed<V> {
        Listed { items: slice.items.into_iter().map(V::from).collect(), total: slice.total }
    }
}

/// A page of a list, each row made into its view.
pub fn list<T, V: Serialize>(slice: Slice<T>, view: impl FnMut(T) -> Result<V>) -> Result<Reply> {
    let slice = slice.try_map(view)?;
    Reply::of(&Items { items: slice.items, total: slice.total })
}

/// What a deletion answers (1.7): the document's `sucess` beside `success`, and no payload.
pub fn deleted() -> Result<Reply> {
    Reply::beside(&json!({ "sucess": true }))
}

/// Whole fen, from `least` to the most that the clinic takes in one payment; `None` where nothing is said.
pub fn fen(request: &Request, name: &str, least: i64) -> Result<Option<Fen>> {
    Ok(request.amount(name, least..=MOST.0)?.map(Fen))
}
