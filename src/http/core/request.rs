//! A request as a handler sees it: fields from query and body, path parameters, headers, files.

use std::{ops::Deref, sync::Arc};

use bytes::Bytes;
use warp::http::HeaderMap;

use super::{
    body::{File, Room},
    context::Cx,
    fields::Fields,
};
use crate::base::{
    error::{Kind, NOT_FOUND, Reason, Result, missing},
    geo::Point,
    id::Id,
};

pub const TOO_MANY_FILES: Reason = Reason::new(Kind::Malformed, "too_many_files", "一次只能上传一个文件，请分次上传");

pub struct Request {
    pub fields: Fields,
    pub path: Vec<(String, String)>,
    pub headers: Arc<HeaderMap>,
    pub files: Vec<File>,
    /// The body as it came, for signatures; empty where it had parts.
    pub raw: Bytes,
    /// The memory that the body takes. Whoever holds on to a file holds on to this.
    pub room: Option<Room>,
}

/// `call.text("addr", 200)` reads a field of the query or the body.
impl Deref for Request {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Request {
    /// Whether something is looked for in an index.
    pub fn has_keyword(&self) -> bool {
        ["keyword", "q"].into_iter().any(|name| self.text_or_empty(name, usize::MAX).is_ok_and(|keyword| !keyword.trim().is_empty()))
    }

    /// The one file of an upload, whatever its field is called. Errors: `missing_field`, and `too_many_files` where a second would be lost.
    pub fn file(&self) -> Result<&File> {
        let mut files = self.files.iter().filter(|file| !file.bytes.is_empty());
        let first = files.next().ok_or_else(|| missing("file"))?;
        match files.next() {
            None => Ok(first),
            Some(_) => Err(TOO_MANY_FILES.err().field("file", "只能有一个")),
        }
    }

    /// A parameter of the path.
    pub fn segment(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// An id in the path. What is no number names nothing: `not_found`.
    pub fn path_id<K>(&self, name: &str) -> Result<Id<K>> {
        self.segment(name).parse().map_err(|_| NOT_FOUND.err())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get_all("cookie").iter().filter_map(|header| header.to_str().ok());
        cookies.flat_map(|header| header.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }

    /// Where the caller is (`X-location: lng-lat`, 志愿医生 1.1.3); `None` where it is not told or cannot be read: then nothing is near.
    pub fn location(&self) -> Option<Point> {
        Point::parse(self.header("x-location")?).ok()
    }

    /// The address of one of our paths for a client outside: below `http.public_url`, or below the host by which the client reached us.
    pub fn absolute(&self, cx: &Cx, path: &str) -> String {
        let site = cx.app.settings.http.public_url.as_ref().or(cx.site.as_ref());
        format!("{}{path}", site.map_or("", String::as_str))
    }
}
