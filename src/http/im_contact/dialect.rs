//! `{status:200, data}`. The document shows no failure: `status` then is the HTTP status, with `message` and `error` beside it.

use serde_json::json;

use crate::{
    base::error::Error,
    http::core::api::{self, Dialect, JSON, envelope},
};

pub const DIALECT: Dialect = Dialect {
    content_type_of_failure: JSON,
    success: |data, beside| envelope("\"status\":200", "data", data, beside),
    failure,
    may_always_200: true,
};

fn failure(error: &Error) -> Vec<u8> {
    api::failure(error, json!({ "status": error.status(), "message": error.message(), "error": error.slug() }))
}
