//! The pages that are built in. `/` is what a newcomer meets, `/web/<role>/`, `/web/guide/` and `/docs` the pages, `/web/*` what they are
//! made of.
//!
//! A page names its parts below `/web/~HASH/`, the hash of everything embedded, so that a browser keeps them for good and a new version is seen
//! at once: relative imports inherit the hash. `/web/about.json` and `/web/demo.json` tell the pages about this clinic, `/web/qr.svg` draws
//! their addresses. What is not here goes on to the families, which answer 404 in their way.

mod about;
mod code;
mod field;
mod guard;
mod page;
mod part;
mod script;

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use tokio::task::spawn_blocking;
use warp::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    reply::Response,
};

use crate::{app::App, base::gzip};
use field::set;
use guard::Guard;
use part::Part;

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// The built-in pages of a server that listens on an address.
pub struct Pages {
    app: Arc<App>,
    guard: Guard,
}

impl Pages {
    pub fn new(app: Arc<App>, address: SocketAddr) -> Pages {
        Pages { guard: Guard::new(&app.settings.http, address), app }
    }

    /// What is ours under this path; `None` for everything else.
    pub fn find(&self, method: &Method, path: &str) -> Option<Found> {
        matches!(*method, Method::GET | Method::HEAD).then(|| find(&self.app, path)).flatten()
    }

    /// The answer to who asks for it.
    pub async fn answer(&self, found: Found, query: &str, headers: &HeaderMap) -> Response {
        let mut response = match found {
            Found::Part(part, cache) => send(part, cache, headers).await,
            Found::Told(part) => send(Arc::new(part), ASK_AGAIN, headers).await,
            Found::Code => {
                let named: HashMap<String, String> = serde_urlencoded::from_str(query).unwrap_or_default();
                code::draw(named.get("to"), &self.guard, headers)
            }
            Found::Elsewhere(path) => elsewhere(path, query),
        };
        self.guard.set(response.headers_mut(), headers);
        response
    }
}

/// What a path names.
pub enum Found {
    Part(Arc<Part>, &'static str),
    /// Made for this answer.
    Told(Part),
    /// The QR code of an address.
    Code,
    Elsewhere(&'static str),
}

/// The pages beside the landing page: the address, and the file.
const PAGES: &[(&str, &str)] = &[
    ("/web/patient/", "web/patient/index.html"),
    ("/web/doctor/", "web/doctor/index.html"),
    ("/web/assistant/", "web/assistant/index.html"),
    ("/web/admin/", "web/admin/index.html"),
    ("/web/guide/", "web/guide/index.html"),
    ("/web/guide/en/", "web/guide/en/index.html"),
    ("/docs", "web/docs/index.html"),
];

fn find(app: &App, path: &str) -> Option<Found> {
    let kept = |name: &str| Some(Found::Part(part::get(name)?, ASK_AGAIN));
    match path {
        "/" => return kept("index.html"),
        // Browsers ask for it where what they show is no page of ours.
        "/favicon.ico" => return kept("web/gourd.svg"),
        _ => {}
    }
    if let Some((address, name)) = PAGES.iter().find(|(address, _)| address.trim_end_matches('/') == path.trim_end_matches('/')) {
        return if *address == path { kept(name) } else { part::get(name).map(|_| Found::Elsewhere(address)) };
    }
    match path {
        "/web/about.json" => about::clinic(app).map(Found::Told),
        "/web/demo.json" => about::people(app).map(Found::Told),
        "/web/qr.svg" => Some(Found::Code),
        _ => {
            let rest = path.strip_prefix("/web/")?;
            match rest.strip_prefix('~').and_then(|rest| rest.split_once('/')) {
                // Only under this very content's hash: under any other, tomorrow's content may be another.
                Some((hash, name)) => {
                    Some(Found::Part(part::get(&format!("web/{name}"))?, if hash == part::version() { FOR_GOOD } else { ASK_AGAIN }))
                }
                None => kept(&path[1..]),
            }
        }
    }
}

/// The part, or that it has not changed; compressed where the client takes that.
async fn send(part: Arc<Part>, cache: &'static str, headers: &HeaderMap) -> Response {
    let lines = |name| headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    let small = match part.shrinks() && gzip::accepted(lines(header::ACCEPT_ENCODING)) {
        true => {
            let part = part.clone();
            // The first time takes as long as the part is large.
            spawn_blocking(move || part.small()).await.ok().flatten()
        }
        false => None,
    };
    let (tag, small_tag) = (format!("\"{}\"", part.hash), format!("\"{}-gzip\"", part.hash));
    let mut known = lines(header::IF_NONE_MATCH).flat_map(|tags| tags.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    let unchanged = known.any(|known| known == "*" || known == tag || known == small_tag);
    let mut response = Response::default();
    let fields = response.headers_mut();
    set(fields, header::ETAG, if small.is_some() { &small_tag } else { &tag });
    set(fields, header::CACHE_CONTROL, cache);
    if part.shrinks() {
        set(fields, header::VARY, "accept-encoding");
    }
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    set(fields, header::CONTENT_TYPE, &part.content_type);
    if small.is_some() {
        set(fields, header::CONTENT_ENCODING, "gzip");
    }
    *response.body_mut() = small.unwrap_or_else(|| part.bytes.clone()).into();
    response
}

fn elsewhere(path: &str, query: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    set(response.headers_mut(), header::LOCATION, &format!("{path}{query}"));
    set(response.headers_mut(), header::CACHE_CONTROL, ASK_AGAIN);
    response
}
