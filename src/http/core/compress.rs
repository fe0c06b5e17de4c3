//! gzip where it pays: texts of some size, for clients that take it.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;
use warp::{
    http::{HeaderMap, HeaderValue, header},
    reply::Response,
};

/// Below this the saving is less than the frames cost.
const WORTH_IT: usize = 1_400;

pub fn accepted(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let gzip = |offer: &str| {
        let mut parts = offer.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "*")) && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    };
    offers.flat_map(|value| value.split(',')).any(|offer| gzip(offer.trim()))
}

/// The response with its body compressed where that pays; as it is otherwise.
pub async fn response(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = content_type.starts_with("text/") || content_type.contains("json") || content_type.contains("javascript");
    let size = hyper::body::Body::size_hint(&body).exact().unwrap_or(0);
    if !text || size < WORTH_IT as u64 || parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Response::from_parts(parts, body);
    }
    let Ok(collected) = body.collect().await else { return Response::from_parts(parts, Vec::new().into()) };
    let bytes = collected.to_bytes();
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::fast());
    let compressed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    match compressed {
        Ok(compressed) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            Response::from_parts(parts, compressed.into())
        }
        Err(_) => Response::from_parts(parts, bytes.to_vec().into()),
    }
}
