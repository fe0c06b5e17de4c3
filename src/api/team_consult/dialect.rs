//! `{success:true, code:200, result}` and `{success:false, code, message, error}`.

use serde_json::json;

use crate::{
    api::family::{Dialect, JSON, envelope},
    base::error::Error,
};

pub const DIALECT: Dialect = Dialect { content_type_of_failure: JSON, success, failure, may_always_200: true };

fn success(data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8> {
    envelope("\"success\":true,\"code\":200", "result", data, beside)
}

fn failure(error: &Error) -> Vec<u8> {
    json!({ "success": false, "code": error.status(), "message": error.message(), "error": error.slug() }).to_string().into_bytes()
}
