//! A request as it came, before anybody has looked at it: the server puts it together once and hands it through the one filter, so that nothing of
//! it is copied on the way.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use warp::http::{HeaderMap, Method, Uri};

use super::peer::{Patience, Peer};

/// Read it with `warp::ext::get::<Asked>()`.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub uri: Uri,
    /// All of them: the request that warp sees has none.
    pub headers: Arc<HeaderMap>,
    pub peer: Peer,
    /// How to get at the connection itself, where it can be had.
    pub upgrade: Option<OnUpgrade>,
    /// How long the connection waits for who takes nothing.
    pub patience: Patience,
}

impl Asked {
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Without the question mark; empty where there is none.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }
}
