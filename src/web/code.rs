//! `/web/qr.svg?to=`: the address of one of our pages as a QR code, for slips of paper and screens that are shown to somebody.

use serde_json::json;
use warp::{
    http::{HeaderMap, StatusCode, header},
    reply::Response,
};

use super::{field::set, guard::Guard};
use crate::base::qr::Qr;

/// What pages write on paper is short.
const MOST: usize = 300;

/// `to` is drawn where it is an address of ours: nobody else's comes out of this clinic's printer.
pub fn draw(to: Option<&String>, guard: &Guard, asked: &HeaderMap) -> Response {
    let fits = to.filter(|to| to.len() <= MOST && guard.is_ours(to, asked));
    match fits.and_then(|to| Qr::of(to).ok()) {
        Some(code) => answer(StatusCode::OK, "image/svg+xml", code.svg().into_bytes()),
        None => {
            let text = "应为本站 /web/ 下的地址";
            let told = json!({ "success": false, "code": 422, "error": "invalid_field", "message": text, "fields": { "to": text } });
            answer(StatusCode::UNPROCESSABLE_ENTITY, "application/json", told.to_string().into_bytes())
        }
    }
}

fn answer(status: StatusCode, kind: &str, body: Vec<u8>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    set(response.headers_mut(), header::CONTENT_TYPE, kind);
    set(response.headers_mut(), header::CACHE_CONTROL, "no-cache");
    response
}
