//! Families: which paths are whose, and how each wraps what it answers.

use serde_json::{Map, Value};

use super::{reply::Body, table::Endpoint};
use crate::base::error::{Error, INTERNAL};

/// A client family: its table and its dialect.
pub struct Api {
    pub name: &'static str,
    /// The chapters of its document, in order.
    pub chapters: &'static [&'static [Endpoint]],
    /// Paths that begin with one of these (a whole segment at least) are this family's, also where no row answers them. The longest wins.
    pub prefixes: &'static [&'static str],
    /// Beginnings of paths that answer under another name too: the right spelling of a mistyped one, an old client's prefix.
    pub twins: &'static [(&'static str, &'static str)],
    pub dialect: Dialect,
}

/// From a payload and the members beside it to a whole body.
pub type Wrap = fn(data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8>;

/// An envelope.
#[derive(Clone, Copy)]
pub struct Dialect {
    pub content_type_of_failure: &'static str,
    pub success: Wrap,
    pub failure: fn(&Error) -> Vec<u8>,
    /// Whether `http.always_200` holds here: it is for old clients.
    pub may_always_200: bool,
}

impl Api {
    pub fn endpoints(&self) -> impl Iterator<Item = &'static Endpoint> {
        self.chapters.iter().flat_map(|chapter| chapter.iter())
    }

    /// All names of a row's path, its own first.
    pub fn names_of(&self, path: &str) -> Vec<String> {
        let mut names = vec![path.to_owned()];
        for (own, twin) in self.twins {
            let more: Vec<String> = names.iter().filter_map(|name| below(own, name).map(|rest| format!("{twin}{rest}"))).collect();
            names.extend(more);
        }
        names
    }

    /// How much of `path` one of the prefixes covers.
    pub fn claims(&self, path: &str) -> usize {
        self.prefixes.iter().filter(|prefix| below(prefix, path).is_some()).map(|prefix| prefix.len()).max().unwrap_or(0)
    }
}

/// What follows `prefix` in a path that begins with it, a whole segment at least.
fn below<'a>(prefix: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An envelope's bytes: `head`, the members of `beside` and the payload under `key`, all in one object.
/// `head` is the inside of an object without its braces.
pub fn envelope(head: &str, key: &str, data: Option<&[u8]>, beside: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len() + key.len() + 8 + data.map_or(0, <[u8]>::len) + beside.map_or(0, <[u8]>::len));
    bytes.push(b'{');
    bytes.extend(head.as_bytes());
    if let Some(members) = beside.and_then(|object| object.strip_prefix(b"{")).and_then(|rest| rest.strip_suffix(b"}"))
        && !members.is_empty()
    {
        if bytes.len() > 1 {
            bytes.push(b',');
        }
        bytes.extend(members);
    }
    if let Some(data) = data {
        if bytes.len() > 1 {
            bytes.push(b',');
        }
        bytes.push(b'"');
        bytes.extend(key.as_bytes());
        bytes.extend(b"\":");
        bytes.extend(data);
    }
    bytes.push(b'}');
    bytes
}

/// The body, its content type and its HTTP status.
pub fn render(dialect: &Dialect, body: Body) -> (u16, String, Vec<u8>) {
    match body {
        Body::Json { data, beside } => (200, JSON.into(), (dialect.success)(data.as_deref(), beside.as_deref())),
        Body::Bare { status, json } => (status, JSON.into(), json),
        Body::Bytes { content_type, bytes } => (200, content_type, bytes),
        Body::Refused(error) => (error.status(), dialect.content_type_of_failure.into(), (dialect.failure)(&error)),
        Body::Later(_) | Body::Switching(_) | Body::File { .. } | Body::Stream { .. } => {
            let error = INTERNAL.caused_by("an answer that is no text was rendered as one");
            (error.status(), dialect.content_type_of_failure.into(), (dialect.failure)(&error))
        }
    }
}

/// The fields that an error names, each with what is wrong with it; `None` where it names none.
pub fn fields_of(error: &Error) -> Option<Value> {
    let fields: Map<String, Value> = error.fields().iter().map(|(name, problem)| (name.clone(), problem.as_str().into())).collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// A failure's body, with `fields` beside it where the error names any.
pub fn failure(error: &Error, mut body: Value) -> Vec<u8> {
    if let Some(fields) = fields_of(error) {
        body["fields"] = fields;
    }
    body.to_string().into_bytes()
}

pub const JSON: &str = "application/json; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_json() {
        for (head, data, beside, text) in [
            ("", None, None, "{}"),
            ("\"a\":1", Some("2"), None, r#"{"a":1,"k":2}"#),
            ("\"a\":1", None, Some("{}"), r#"{"a":1}"#),
            ("", Some("[]"), Some(r#"{"b":3}"#), r#"{"b":3,"k":[]}"#),
        ] {
            let bytes = envelope(head, "k", data.map(str::as_bytes), beside.map(str::as_bytes));
            assert_eq!(String::from_utf8(bytes).unwrap(), text);
        }
    }
}
