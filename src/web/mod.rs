//! Floor 5, a face: the pages that are built in. `/` is what a newcomer meets; `/web/*` is what it is made of.
//!
//! A page asks for its parts under an address that carries their content's hash, so that browsers keep them for good and a new version is
//! seen at once. A path that is not here goes on to the families, which answer 404 in their way.

use std::future::ready;

use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use warp::{
    Filter,
    filters::BoxedFilter,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    reply::Response,
};

use crate::base::secret;

#[derive(Embed)]
#[folder = "assets"]
struct Assets;

/// The built-in pages, and `door` for everything else.
pub fn before(http: BoxedFilter<(Response,)>) -> BoxedFilter<(Response,)> {
    // The path comes first: what is not ours goes on without a copy of its headers.
    let found = warp::method().and(warp::path::full()).and_then(|method: Method, path: warp::path::FullPath| {
        let file = matches!(method, Method::GET | Method::HEAD).then(|| File::at(path.as_str())).flatten();
        ready(file.ok_or_else(warp::reject::not_found))
    });
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let pages =
        found.and(query).and(warp::header::headers_cloned()).map(|file: File, query: String, headers| file.answer(&query, &headers));
    pages.or(http).unify().boxed()
}

struct File {
    bytes: Vec<u8>,
    content_type: String,
    hash: String,
}

impl File {
    fn at(path: &str) -> Option<File> {
        match path {
            "/" => page("index.html"),
            // A debug build reads from the disk, where `..` would lead out of here.
            _ if path.starts_with("/web/") && !path.contains("..") => Assets::get(&path[1..]).map(plain),
            _ => None,
        }
    }

    fn answer(self, query: &str, headers: &HeaderMap) -> Response {
        let tag = format!("\"{}\"", self.hash);
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
        let unchanged = known.map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag);
        // Only under the address with this very content's hash: under any other, tomorrow's content may be another.
        let cache = if query == version(&self.hash) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = Response::default();
        let fields = [
            (header::ETAG, tag.as_str()),
            (header::CACHE_CONTROL, cache),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
            ),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        for (name, value) in fields {
            set(response.headers_mut(), name, value);
        }
        match unchanged {
            true => *response.status_mut() = StatusCode::NOT_MODIFIED,
            false => {
                set(response.headers_mut(), header::CONTENT_TYPE, &self.content_type);
                *response.body_mut() = self.bytes.into();
            }
        }
        response
    }
}

/// A page, with the versions of its parts in their addresses.
fn page(name: &str) -> Option<File> {
    let file = Assets::get(name)?;
    let mut text = String::from_utf8_lossy(&file.data).into_owned();
    for part in Assets::iter().filter(|part| part.starts_with("web/")) {
        let hash = short(&Assets::get(&part)?.metadata.sha256_hash());
        text = text.replace(&format!("\"/{part}\""), &format!("\"/{part}?{}\"", version(&hash)));
    }
    let hash = short(&Sha256::digest(&text));
    Some(File { bytes: text.into_bytes(), content_type: "text/html; charset=utf-8".into(), hash })
}

fn plain(file: EmbeddedFile) -> File {
    let kind = file.metadata.mimetype();
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    File { content_type: format!("{kind}{charset}"), hash: short(&file.metadata.sha256_hash()), bytes: file.data.into_owned() }
}

fn short(hash: &[u8]) -> String {
    secret::hex(&hash[..12])
}

fn version(hash: &str) -> String {
    format!("v={hash}")
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
