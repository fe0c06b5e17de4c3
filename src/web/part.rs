//! The embedded files as they go out: read once, hashed once, compressed once.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use super::{page, script};
use crate::base::{gzip, secret};

#[derive(Embed)]
#[folder = "assets"]
#[exclude = "pictures/*"]
struct Assets;

/// One file, or what was made in the manner of one.
pub struct Part {
    pub bytes: Bytes,
    pub content_type: String,
    pub hash: String,
    small: OnceLock<Option<Bytes>>,
}

impl Part {
    pub fn new(bytes: Bytes, content_type: &str) -> Part {
        let charset = if content_type.starts_with("text/") && !content_type.contains("charset") { "; charset=utf-8" } else { "" };
        let hash = short(&Sha256::digest(&bytes));
        Part { bytes, content_type: format!("{content_type}{charset}"), hash, small: OnceLock::new() }
    }

    pub fn shrinks(&self) -> bool {
        self.bytes.len() >= gzip::WORTH_IT && gzip::helps(&self.content_type)
    }

    /// Compressed, at the best level, and kept. `None` where that fails.
    pub fn small(&self) -> Option<Bytes> {
        self.small.get_or_init(|| gzip::compress(&self.bytes, false).ok().map(Bytes::from)).clone()
    }
}

struct Tree {
    parts: BTreeMap<String, Arc<Part>>,
    version: String,
}

/// All files. Pages are rewritten last: they name the version, which is made of the others.
fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let mut parts = BTreeMap::new();
        let mut all = Sha256::new();
        // In one order on every machine, so that every binary of one source has the same hash.
        let mut names: Vec<_> = Assets::iter().collect();
        names.sort();
        for name in names {
            let Some(file) = Assets::get(&name) else { continue };
            let bytes = match file.data {
                std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
            };
            // Vendored files go out as they came: their hashes are published.
            let bytes = match name.ends_with(".js") && !name.contains("/vendor/") {
                true => script::without_comments(&String::from_utf8_lossy(&bytes)).into(),
                false => bytes,
            };
            let part = Part::new(bytes, kind(&name, file.metadata.mimetype()));
            all.update(format!("{name} {}\n", part.hash));
            parts.insert(name.into_owned(), Arc::new(part));
        }
        let version = short(&all.finalize());
        let read = |name: &str| parts.get(name).map(|part: &Arc<Part>| String::from_utf8_lossy(&part.bytes).into_owned());
        let pages: Vec<_> = parts.keys().filter(|name| name.ends_with(".html")).cloned().collect();
        let written: Vec<_> = pages
            .into_iter()
            .filter_map(|name| {
                let text = page::write(&read(&name)?, &version, &read);
                Some((name, Arc::new(Part::new(text.into(), "text/html"))))
            })
            .collect();
        parts.extend(written);
        Tree { parts, version }
    })
}

/// Types as browsers ask for them, whatever the machine's list says.
fn kind<'a>(name: &str, guess: &'a str) -> &'a str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("webmanifest") => "application/manifest+json",
        _ => guess,
    }
}

pub fn get(name: &str) -> Option<Arc<Part>> {
    tree().parts.get(name).cloned()
}

/// The hash over everything embedded, as it stands in the addresses of parts.
pub fn version() -> &'static str {
    &tree().version
}

fn short(hash: &[u8]) -> String {
    secret::hex(&hash[..12])
}
