//! Fields of an answer.

use warp::http::{HeaderMap, HeaderValue, header};

pub fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
