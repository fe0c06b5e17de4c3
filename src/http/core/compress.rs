//! gzip where it pays: texts of some size, for clients that take it.

use http_body_util::BodyExt;
use warp::{
    http::{HeaderMap, HeaderValue, header},
    reply::Response,
};

use crate::base::gzip;

pub fn accepted(headers: &HeaderMap) -> bool {
    gzip::accepted(headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()))
}

/// The response with its body compressed where that pays; as it is otherwise.
pub async fn response(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = gzip::helps(content_type);
    let size = hyper::body::Body::size_hint(&body).exact().unwrap_or(0);
    if !text || size < gzip::WORTH_IT as u64 || parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Response::from_parts(parts, body);
    }
    let Ok(collected) = body.collect().await else { return Response::from_parts(parts, Vec::new().into()) };
    let bytes = collected.to_bytes();
    match gzip::compress(&bytes, true) {
        Ok(compressed) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            Response::from_parts(parts, compressed.into())
        }
        Err(_) => Response::from_parts(parts, bytes.to_vec().into()),
    }
}
