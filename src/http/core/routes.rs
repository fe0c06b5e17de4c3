//! Finding the row for a method and a path, or which family answers that there is none.

use std::collections::BTreeMap;

use matchit::Router;
use warp::http::Method as HttpMethod;

use crate::base::clean;

use super::{
    api::Api,
    table::{Endpoint, Method},
};

pub struct Routes {
    tree: Router<Vec<(&'static Endpoint, &'static Api)>>,
    pub apis: &'static [Api],
}

pub enum Found {
    Row {
        endpoint: &'static Endpoint,
        api: &'static Api,
        path: Vec<(String, String)>,
    },
    /// The path exists, for these methods only.
    OtherMethods(String),
    Nothing,
}

impl Routes {
    /// All rows of all families in one tree. Two rows for one method and path are a mistake in the tables and end the process at once.
    pub fn new(apis: &'static [Api]) -> Routes {
        let mut by_path: BTreeMap<String, Vec<(&'static Endpoint, &'static Api)>> = BTreeMap::new();
        for api in apis {
            for endpoint in api.endpoints() {
                for name in api.names_of(endpoint.path) {
                    let rows = by_path.entry(name.clone()).or_default();
                    let twice = rows.iter().any(|(other, _)| other.method == endpoint.method);
                    assert!(!twice, "{} {name} stands in the tables twice", endpoint.method.name());
                    rows.push((endpoint, api));
                }
            }
        }
        let mut tree = Router::new();
        for (path, rows) in by_path {
            tree.insert(path.as_str(), rows).unwrap_or_else(|e| panic!("{path} cannot be routed: {e}"));
        }
        Routes { tree, apis }
    }

    pub fn find(&self, method: &HttpMethod, path: &str) -> Found {
        let Ok(found) = self.tree.at(without_slash(path)) else { return Found::Nothing };
        let head = method == HttpMethod::HEAD;
        let Some(method) = ours(method) else { return Found::OtherMethods(allow(found.value)) };
        let fits = |(endpoint, _): &&(&'static Endpoint, &'static Api)| endpoint.method == method && !(head && endpoint.changes);
        let Some((endpoint, api)) = found.value.iter().find(fits) else {
            return Found::OtherMethods(allow(found.value));
        };
        let mut parameters = Vec::new();
        for (name, value) in found.params.iter() {
            match decode(value) {
                Some(value) => parameters.push((name.to_owned(), clean::plain(&value))),
                None => return Found::Nothing,
            }
        }
        Found::Row { endpoint, api, path: parameters }
    }

    /// The methods of a path, for `Allow`; empty where it does not exist.
    pub fn methods_of(&self, path: &str) -> String {
        self.tree.at(without_slash(path)).map_or(String::new(), |found| allow(found.value))
    }

    /// The family in whose envelope a path without a row is answered; the first one where nobody claims it.
    pub fn family_of(&self, path: &str) -> &'static Api {
        let path = without_slash(path);
        let claim = |api: &&Api| api.claims(path);
        // Of equal claims the first family wins; `max_by_key` would take the last.
        self.apis.iter().rev().max_by_key(claim).unwrap_or(&self.apis[0])
    }
}

/// A trailing slash on a path is ignored.
fn without_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

fn ours(method: &HttpMethod) -> Option<Method> {
    match method.as_str() {
        "GET" | "HEAD" => Some(Method::Get),
        "POST" => Some(Method::Post),
        "PUT" => Some(Method::Put),
        "PATCH" => Some(Method::Patch),
        "DELETE" => Some(Method::Delete),
        _ => None,
    }
}

fn allow(rows: &[(&'static Endpoint, &'static Api)]) -> String {
    let mut names: Vec<&str> = rows.iter().map(|(endpoint, _)| endpoint.method.name()).collect();
    if rows.iter().any(|(endpoint, _)| endpoint.method == Method::Get && !endpoint.changes) {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Percent-decoding of a path segment; `None` where it is no UTF-8.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, pair) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded() {
        assert_eq!(decode("%E5%8C%97a%20"), Some("北a ".into()));
        assert_eq!(decode("100%"), Some("100%".into()));
        assert_eq!(decode("%zz"), Some("%zz".into()));
        assert_eq!(decode("%FF"), None);
    }

    #[test]
    fn a_trailing_slash_is_ignored() {
        assert_eq!((without_slash("/a/"), without_slash("/")), ("/a", "/"));
    }
}
