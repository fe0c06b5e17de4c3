//! Errors as problem+json (RFC 9457): the envelope of what belongs to no client family.

use serde_json::json;
use warp::http::StatusCode;

use super::api::{self, Dialect};
use crate::base::error::Error;

/// Payloads go out bare, errors as problem+json.
pub const PROBLEM: Dialect = Dialect {
    content_type_of_failure: "application/problem+json; charset=utf-8",
    success: |data, beside| data.or(beside).unwrap_or(b"{}").to_vec(),
    failure,
    may_always_200: false,
};

fn failure(error: &Error) -> Vec<u8> {
    let title = StatusCode::from_u16(error.status()).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    let mut problem = json!({
        "type": format!("urn:xuanhu:problem:{}", error.slug()),
        "title": title,
        "status": error.status(),
        "detail": error.message(),
        "error": error.slug(),
    });
    if let Some((id, _)) = error.row() {
        problem["id"] = json!(id);
    }
    api::failure(error, problem)
}
