//! `{code:200, msg:"操作成功", data}`; failures carry the HTTP status as `code` and no data. Pages are `{items, page_info}`.

use serde::Serialize;
use serde_json::json;

use crate::{
    base::{
        error::{Error, Result},
        id,
        id::AnyId,
        page::{Page, Slice},
        time::Time,
    },
    http::core::{
        api::{self, Dialect, JSON, envelope},
        reply::Reply,
    },
};

pub const DIALECT: Dialect = Dialect { content_type_of_failure: JSON, success, failure, may_always_200: true };

/// The texts of 1.1, 1.2 and 2.1, whose `code` is a text too.
pub const CODE: &str = "200";

/// An endpoint that documents a `code` or `msg` of its own sends all its members beside the payload.
fn success(data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8> {
    let head = if beside.is_some() { "" } else { "\"code\":200,\"msg\":\"操作成功\"" };
    envelope(head, "data", data, beside)
}

fn failure(error: &Error) -> Vec<u8> {
    let mut failure = json!({ "code": error.status(), "msg": error.message(), "error": error.slug() });
    if let Some((id, created)) = error.row() {
        failure["id"] = json!(id::to_hex(Time(created), AnyId::from_number(id)));
    }
    api::failure(error, failure)
}

/// A page of a list, with the exact total.
pub fn page<T: Serialize>(asked: Page, slice: Slice<T>) -> Result<Reply> {
    let page_info = PageInfo { skip: asked.skip, limit: asked.limit, total: slice.total };
    Reply::of(&PageView { items: slice.items, page_info })
}

#[derive(Serialize)]
struct PageView<T> {
    items: Vec<T>,
    page_info: PageInfo,
}

#[derive(Serialize)]
struct PageInfo {
    skip: usize,
    limit: usize,
    total: u64,
}
