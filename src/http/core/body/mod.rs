//! What a caller sent, read leniently: JSON, a form, a multipart form or a query string become the same fields.
//!
//! Every limit holds while the body streams in, whatever Content-Length says. This file leaves to others: which fields a request needs, numbers
//! and lists that came as text, and whether a file is what its name claims (`base::media`).

use std::{mem, pin::pin, sync::Arc, time::Duration};

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use hyper::{HeaderMap, header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value, error::Category};
use tokio::time::timeout;

use crate::base::{
    error::{Error, Kind, Reason, Result},
    media::at_most,
    memory::{BODIES, Taken},
};

pub const MALFORMED_BODY: Reason = Reason::new(Kind::Malformed, "malformed_body", "请求内容无法解析，请检查格式后重新提交");
pub const MALFORMED_QUERY: Reason = Reason::new(Kind::Malformed, "malformed_query", "网址中的查询参数无法解析，请检查编码");
pub const TOO_MANY_FIELDS: Reason = Reason::new(Kind::Malformed, "too_many_fields", "参数过多，一次最多 1000 个");
pub const UNEXPECTED_FILE: Reason = Reason::new(Kind::Malformed, "unexpected_file", "此接口不接收文件，请先通过上传接口上传");
pub const UNSUPPORTED_MEDIA_TYPE: Reason = Reason::new(
    Kind::Unsupported,
    "unsupported_media_type",
    "不支持的内容类型，请使用 UTF-8 编码的 application/json、application/x-www-form-urlencoded 或 multipart/form-data",
);
pub const BODY_TOO_LARGE: Reason = Reason::new(Kind::TooLarge, "body_too_large", "提交的内容过大，请缩减后重试");
pub const UPLOAD_TOO_LARGE: Reason = Reason::new(Kind::TooLarge, "upload_too_large", "上传的文件过大，请压缩后重试");
pub const TOO_MUCH_AT_ONCE: Reason = Reason::new(Kind::Busy, "server_busy", "服务器正在接收的内容过多，请稍后再试");
pub const BODY_TIMEOUT: Reason = Reason::new(Kind::Timeout, "body_timeout", "接收请求内容超时，请检查网络后重试");

/// Pairs of a form or a query, parts of a multipart form, keys of a JSON object: whichever was sent.
const MOST_FIELDS: usize = 1000;
/// multer searches all it holds again whenever a chunk comes; in batches of this size a trickle cannot make that quadratic.
const BATCH: usize = 64 * 1024;
/// Bytes of a body that nobody counts: most requests are smaller.
const UNCOUNTED: usize = 64 * 1024;

#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes of a body without files; of a multipart form, all texts together.
    pub body: u64,
    /// Bytes of all files of a multipart form together.
    pub upload: u64,
    /// For the whole body, from its first byte to its last: a limit between two chunks would let a trickle last for ever.
    pub time: Duration,
}

#[derive(Debug, Default)]
pub struct ReadBody {
    pub fields: Map<String, Value>,
    pub files: Vec<File>,
    /// A body without parts as it came, for signatures.
    pub raw: Bytes,
    /// The memory that the body takes, to be held as long as it is; `None` for a small one.
    pub room: Option<Room>,
}

/// A body's part of the memory for bodies.
pub type Room = Arc<Taken<'static>>;

/// Counts what a body takes while it comes in.
struct Counted {
    bytes: usize,
    taken: Taken<'static>,
}

impl Counted {
    fn new() -> Counted {
        Counted { bytes: 0, taken: BODIES.begin() }
    }

    /// Errors: `server_busy` where too much is coming in at the same time.
    fn add(&mut self, bytes: usize) -> Result<()> {
        self.bytes += bytes;
        match self.bytes <= UNCOUNTED || self.taken.grow(bytes as u64) {
            true => Ok(()),
            false => Err(TOO_MUCH_AT_ONCE.err().retry_in(2)),
        }
    }

    fn room(self) -> Option<Room> {
        (self.bytes > UNCOUNTED).then(|| Arc::new(self.taken))
    }
}

#[derive(Debug)]
pub struct File {
    pub field: String,
    /// As the client calls it, without folders. For people to read, never a path.
    pub name: String,
    pub bytes: Bytes,
}

/// Reads a body of any method; where there is none, there are no fields.
pub async fn read(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send,
    limits: &BodyLimits,
    uploads: bool,
) -> Result<ReadBody> {
    match timeout(limits.time, receive(headers, body, limits, uploads)).await {
        Ok(body) => body,
        Err(_) => Err(BODY_TIMEOUT.with(format!("须在 {} 秒内发送完毕", limits.time.as_secs_f32()))),
    }
}

/// Adds the pairs of a query string to `into`. A key that is there already becomes a list.
pub fn query(raw: &str, into: &mut Map<String, Value>) -> Result<()> {
    pairs(raw.as_bytes(), into, &MALFORMED_QUERY)
}

async fn receive(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send,
    limits: &BodyLimits,
    uploads: bool,
) -> Result<ReadBody> {
    let kind = header_text(headers, header::CONTENT_TYPE);
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_multipart = essence == "multipart/form-data";
    let (most, too_large) = whole(limits, is_multipart && uploads);
    let announced = header_text(headers, header::CONTENT_LENGTH).trim().parse::<u64>();
    if announced.is_ok_and(|length| length > most) {
        return Err(too_large());
    }

    // Fused, because it is polled again after its end.
    let body = body.map_ok(|mut chunk| chunk.copy_to_bytes(chunk.remaining())).fuse();
    let mut body = pin!(body);
    let first = loop {
        match body.try_next().await.map_err(broken)? {
            None => return Ok(ReadBody::default()),
            Some(chunk) if chunk.is_empty() => {}
            Some(chunk) => break chunk,
        }
    };

    // Only now: a type without a body, as some clients send with GET, does no harm.
    let encoding = header_text(headers, header::CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return Err(UNSUPPORTED_MEDIA_TYPE.with(format!("请求内容不要压缩（{encoding}）")));
    }
    utf8_only(kind)?;
    if is_multipart {
        let boundary = parameter(kind, "boundary").filter(|boundary| !boundary.is_empty());
        let boundary = boundary.ok_or_else(|| MALFORMED_BODY.with("Content-Type 中缺少 boundary，请让客户端自动生成这个请求头"))?;
        return multipart(stream::iter([Ok(first)]).chain(body), boundary, limits, uploads).await;
    }
    let is_json = match essence.as_str() {
        "application/json" | "text/json" => true,
        "application/x-www-form-urlencoded" => false,
        "" => first.trim_ascii_start().starts_with(b"{"),
        other if other.ends_with("+json") => true,
        other => return Err(UNSUPPORTED_MEDIA_TYPE.with(other)),
    };
    let mut counted = Counted::new();
    let mut bytes = Vec::from(first);
    counted.add(bytes.len())?;
    while bytes.len() as u64 <= most {
        let Some(chunk) = body.try_next().await.map_err(broken)? else { break };
        counted.add(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    if bytes.len() as u64 > most {
        return Err(too_large());
    }
    let mut fields = Map::new();
    match is_json {
        true => fields = json(&bytes)?,
        false => pairs(&bytes, &mut fields, &MALFORMED_BODY)?,
    }
    Ok(ReadBody { fields, files: Vec::new(), raw: bytes.into(), room: counted.room() })
}

/// The largest body, and what is said of a larger one. Beside its files a multipart form has texts and boundaries, but what is too large
/// is the file, and its limit is what helps.
fn whole(limits: &BodyLimits, with_files: bool) -> (u64, impl Fn() -> Error + use<>) {
    let (most, reason, told) = match with_files {
        true => (limits.body.saturating_add(limits.upload), &UPLOAD_TOO_LARGE, limits.upload),
        false => (limits.body, &BODY_TOO_LARGE, limits.body),
    };
    (most, move || reason.with(at_most(told)))
}

fn json(bytes: &[u8]) -> Result<Map<String, Value>> {
    // Some Windows clients put a byte order mark in front.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = str::from_utf8(bytes).map_err(|error| MALFORMED_BODY.with("JSON 不是 UTF-8 编码，请改用 UTF-8").source(error))?;
    if text.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let fields = match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(MALFORMED_BODY.with("JSON 最外层必须是对象，例如 {\"name\": \"张三\"}")),
        Err(error) => {
            // serde_json counts bytes, people count characters.
            let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
            let column = line.bytes().take(error.column()).filter(|byte| byte & 0xC0 != 0x80).count();
            let wrong = match error.classify() {
                Category::Eof => "处中断，内容不完整",
                _ => "附近有误，请检查引号、逗号、括号和数字",
            };
            return Err(MALFORMED_BODY.with(format!("JSON 第 {} 行第 {column} 列{wrong}", error.line())).source(error));
        }
    };
    if fields.len() > MOST_FIELDS {
        return Err(TOO_MANY_FIELDS.err());
    }
    Ok(fields)
}

/// `a=1&b=2`, as in the URL Standard's form format, but strict about UTF-8: replacement characters in a name would be stored for good.
fn pairs(raw: &[u8], into: &mut Map<String, Value>, malformed: &'static Reason) -> Result<()> {
    for (number, pair) in raw.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
        if number == MOST_FIELDS {
            return Err(TOO_MANY_FIELDS.err());
        }
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let key = decode(&pair[..equals], malformed)?;
        let value = decode(pair.get(equals + 1..).unwrap_or_default(), malformed)?;
        put(into, key, value);
    }
    Ok(())
}

/// `+` is a space, `%E5` a byte; a `%` without two digits stays as it is.
fn decode(raw: &[u8], malformed: &'static Reason) -> Result<String> {
    let digit = |at: usize| raw.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|error| malformed.with("参数须为 UTF-8 编码的文字").source(error))
}

/// A repeated key becomes a list, `key[]` always is one.
fn put(fields: &mut Map<String, Value>, key: String, value: String) {
    let (key, is_list) = match key.strip_suffix("[]") {
        Some(key) => (key, true),
        None => (key.as_str(), false),
    };
    let value = Value::String(value);
    match fields.get_mut(key) {
        None => {
            fields.insert(key.to_owned(), if is_list { Value::Array(vec![value]) } else { value });
        }
        Some(Value::Array(list)) => list.push(value),
        Some(single) => *single = Value::Array(vec![mem::take(single), value]),
    }
}

async fn multipart(
    stream: impl Stream<Item = Result<Bytes, warp::Error>> + Send + Unpin,
    boundary: &str,
    limits: &BodyLimits,
    uploads: bool,
) -> Result<ReadBody> {
    let (most, too_large) = whole(limits, uploads);
    let fault = |error| match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(),
        multer::Error::StreamReadFailed(error) => broken(error),
        error => MALFORMED_BODY.with("multipart 内容不完整，或与 boundary 不符").source(error),
    };
    let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(most));
    let mut parts = Multipart::with_constraints(batches(stream), boundary, constraints);
    let (mut body, mut counted) = (ReadBody::default(), Counted::new());
    let (mut text_left, mut upload_left) = (limits.body, limits.upload);
    let mut number = 0;
    while let Some(mut part) = parts.next_field().await.map_err(fault)? {
        number += 1;
        if number > MOST_FIELDS {
            return Err(TOO_MANY_FIELDS.err());
        }
        let field = part.name().ok_or_else(|| MALFORMED_BODY.with("multipart 的每个部分都要有 name"))?.to_owned();
        let name = file_name(&part);
        if !uploads && name.as_ref().is_some_and(|name| !name.is_empty()) {
            return Err(UNEXPECTED_FILE.with(field));
        }
        if name.is_none() {
            utf8_only(header_text(part.headers(), header::CONTENT_TYPE))?;
        }
        let (left, limit, too_large) = match name {
            Some(_) => (&mut upload_left, limits.upload, &UPLOAD_TOO_LARGE),
            None => (&mut text_left, limits.body, &BODY_TOO_LARGE),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(fault)? {
            *left = left.checked_sub(chunk.len() as u64).ok_or_else(|| too_large.with(at_most(limit)))?;
            counted.add(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
        match name {
            // A browser sends a nameless empty file where none was chosen.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(_) if !uploads => return Err(UNEXPECTED_FILE.with(field)),
            Some(name) => body.files.push(File { field, name, bytes: bytes.into() }),
            None => {
                let text = String::from_utf8(bytes)
                    .map_err(|error| MALFORMED_BODY.with(format!("{field} 须为 UTF-8 编码的文字")).source(error))?;
                put(&mut body.fields, field, text);
            }
        }
    }
    body.room = counted.room();
    Ok(body)
}

/// Whether a part is a file, and its name. One that multer does not understand (`filename*=`, GBK) is empty; a text would be the wrong guess.
fn file_name(part: &Field<'_>) -> Option<String> {
    match part.file_name() {
        Some(name) => Some(name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|letter| !letter.is_control()).collect()),
        None => {
            let disposition = part.headers().get(header::CONTENT_DISPOSITION)?.as_bytes();
            let names = |pattern: &[u8]| disposition.windows(pattern.len()).any(|window| window.eq_ignore_ascii_case(pattern));
            (names(b"filename=") || names(b"filename*=")).then(String::new)
        }
    }
}

fn batches(stream: impl Stream<Item = Result<Bytes, warp::Error>> + Send + Unpin) -> impl Stream<Item = Result<Bytes, warp::Error>> + Send {
    stream::try_unfold(stream, |mut stream| async move {
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(chunk) = stream.try_next().await?
        {
            batch.extend_from_slice(&chunk);
        }
        Ok((!batch.is_empty()).then(|| (batch.into(), stream)))
    })
}

fn utf8_only(kind: &str) -> Result<()> {
    match parameter(kind, "charset") {
        Some(charset) if !["utf-8", "utf8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known)) => {
            Err(UNSUPPORTED_MEDIA_TYPE.with(format!("字符编码 {charset}，请改用 UTF-8")))
        }
        _ => Ok(()),
    }
}

/// A parameter of a content type. Of what may follow here, nothing may contain a semicolon, so quotes need no parser.
fn parameter<'a>(kind: &'a str, name: &str) -> Option<&'a str> {
    kind.split(';').skip(1).filter_map(|parameter| parameter.split_once('=')).find_map(|(key, value)| {
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then_some(bare)
    })
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).map_or("", |value| value.to_str().unwrap_or("?")).trim()
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    MALFORMED_BODY.with("内容在传输中断开，请重试").source(error)
}

#[cfg(test)]
mod tests;
