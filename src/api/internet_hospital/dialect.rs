//! `{code:200, msg:"操作成功", data}`; failures carry the HTTP status as `code` and no data.

use serde_json::json;

use crate::{
    api::family::{Dialect, JSON, envelope},
    base::error::Error,
};

pub const DIALECT: Dialect = Dialect { content_type_of_failure: JSON, success, failure, may_always_200: true };

/// An endpoint that documents a `code` or `msg` of its own sends all its members beside the payload.
fn success(data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8> {
    let head = if beside.is_some() { "" } else { "\"code\":200,\"msg\":\"操作成功\"" };
    envelope(head, "data", data, beside)
}

fn failure(error: &Error) -> Vec<u8> {
    json!({ "code": error.status(), "msg": error.message(), "error": error.slug() }).to_string().into_bytes()
}
