//! `/web/qr.svg?to=`: the address of one of our pages as a QR code, for slips of paper and screens that are shown to somebody; and an order of WeChat Pay
//! that a phone scans from a screen (Native payment).

use serde_json::json;
use warp::{
    http::{HeaderMap, StatusCode, header},
    reply::Response,
};

use super::{field::set, guard::Guard};
use crate::base::qr::Qr;

/// What pages write on paper is short.
const MOST: usize = 300;

/// How WeChat Pay's `code_url` begins.
const ORDER: &str = "weixin://wxpay/bizpayurl";

/// `to` is drawn where it is an address of ours, or an order: nobody else's address comes out of this clinic's printer.
pub fn draw(to: Option<&String>, guard: &Guard, asked: &HeaderMap) -> Response {
    let fits = to.filter(|to| to.len() <= MOST && (guard.is_ours(to, asked) || to.starts_with(ORDER)));
    match fits.and_then(|to| Qr::of(to).ok()) {
        Some(code) => answer(StatusCode::OK, "image/svg+xml", code.svg().into_bytes()),
        None => {
            let text = "应为本站 /web/ 下的地址";
            let told = json!({
                "type": "urn:xuanhu:problem:invalid_field", "title": "Bad Request", "status": 400, "detail": format!("to：{text}"),
                "error": "invalid_field", "fields": { "to": text },
            });
            answer(StatusCode::BAD_REQUEST, "application/problem+json", told.to_string().into_bytes())
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
