//! Every form of body gives the same fields, and every limit holds.

use std::convert::Infallible;

use proptest::{collection::vec, prelude::*, sample};
use serde_json::json;

use super::*;

const LIMITS: BodyLimits = BodyLimits { body: 1000, upload: 5000, time: Duration::from_millis(200) };

async fn with(kind: &str, body: impl AsRef<[u8]>, step: usize, uploads: bool) -> Result<ReadBody> {
    let mut headers = HeaderMap::new();
    if !kind.is_empty() {
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
    }
    let chunks: Vec<_> = body.as_ref().chunks(step).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    read(&headers, stream::iter(chunks), &LIMITS, uploads).await
}

async fn fields(kind: &str, body: impl AsRef<[u8]>) -> Value {
    Value::Object(with(kind, body, 3, true).await.unwrap().fields)
}

async fn fault(kind: &str, body: impl AsRef<[u8]>, uploads: bool) -> Error {
    with(kind, body, 7, uploads).await.unwrap_err()
}

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=\"x-y\"";

fn parts(list: &[(&str, &str)]) -> String {
    let list = list.iter().map(|(head, text)| format!("--x-y\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n"));
    list.collect::<String>() + "--x-y--\r\n"
}

#[tokio::test]
async fn every_form_gives_the_same_fields() {
    let same = json!({"name": "张 三", "ids": ["1", "2"], "list": ["a"], "empty": ""});
    assert_eq!(fields("application/json; charset=UTF-8", same.to_string()).await, same);
    assert_eq!(fields("application/fhir+json", format!("\u{feff}{same}")).await, same);
    assert_eq!(fields("", format!(" {same}")).await, same);
    let form = "name=%E5%BC%A0+%e4%b8%89&ids=1&&ids=2&list%5B%5D=a&empty";
    assert_eq!(fields(FORM, form).await, same);
    assert_eq!(fields("", form).await, same);
    let multipart = parts(&[
        ("name=name", "张 三"),
        ("name=\"ids\"", "1"),
        ("name=\"ids\"", "2"),
        ("name=\"list[]\"", "a"),
        ("name=\"empty\"", ""),
        ("name=\"none\"; filename=\"\"", ""),
    ]);
    assert_eq!(fields(PARTS, multipart).await, same);
    let mut map = Map::new();
    query(form, &mut map).unwrap();
    assert_eq!(Value::Object(map), same);
}

#[tokio::test]
async fn no_body_no_fields() {
    for kind in ["", "application/json", FORM, PARTS, "text/plain; charset=gbk"] {
        assert_eq!(fields(kind, "").await, json!({}), "{kind}");
    }
    assert_eq!(fields("application/json", " \n").await, json!({}));
}

#[tokio::test]
async fn files() {
    let body = parts(&[("name=\"photo\"; filename=\"C:\\fakepath\\照片.jpg\"", "JPEG\r\n--"), ("name=a; filename*=UTF-8''x", "1")]);
    let read = with(PARTS, &body, 5, true).await.unwrap();
    let files: Vec<_> = read.files.iter().map(|file| (file.field.as_str(), file.name.as_str(), &file.bytes[..])).collect();
    assert_eq!(files, [("photo", "照片.jpg", &b"JPEG\r\n--"[..]), ("a", "", b"1")]);
    assert!(fault(PARTS, &body, false).await.is(&UNEXPECTED_FILE));
    assert!(fault(PARTS, parts(&[("name=a; filename=\"\"", "1")]), false).await.is(&UNEXPECTED_FILE));
}

#[tokio::test]
async fn limits() {
    let long = |length| "x".repeat(length);
    let json = |length: usize| format!("{{\"a\":\"{}\"}}", long(length - 8));
    assert!(with("", json(1000), 7, false).await.is_ok());
    assert!(fault("", json(1001), false).await.is(&BODY_TOO_LARGE));
    assert!(fault(FORM, long(1001), false).await.is(&BODY_TOO_LARGE));
    assert!(fault(PARTS, parts(&[("name=a", &long(1000))]), false).await.is(&BODY_TOO_LARGE));
    assert!(fault(PARTS, parts(&[("name=a", &long(600)), ("name=a", &long(600))]), true).await.is(&BODY_TOO_LARGE));
    assert!(with(PARTS, parts(&[("name=a; filename=b", &long(5000))]), 7, true).await.is_ok());
    assert!(fault(PARTS, parts(&[("name=a; filename=b", &long(5001))]), true).await.is(&UPLOAD_TOO_LARGE));
    assert!(fault(PARTS, parts(&[("name=a; filename=b", &long(9000))]), true).await.is(&UPLOAD_TOO_LARGE));
    assert!(fault(PARTS, parts(&vec![("name=a", ""); 80]), false).await.is(&BODY_TOO_LARGE));
    let mut map = Map::new();
    assert!(query(&"a&".repeat(1000), &mut map).is_ok() && map["a"].as_array().unwrap().len() == 1000);
    assert!(query(&"a&".repeat(1001), &mut map).unwrap_err().is(&TOO_MANY_FIELDS));
}

#[tokio::test]
async fn refused_before_and_while_reading() {
    let never = || stream::pending::<Result<Bytes, warp::Error>>();
    let mut headers = HeaderMap::new();
    let late = read(&headers, never(), &LIMITS, false).await.unwrap_err();
    assert_eq!((late.status(), late.slug()), (408, "body_timeout"));
    headers.insert(header::CONTENT_LENGTH, "1001".parse().unwrap());
    assert!(read(&headers, never(), &LIMITS, false).await.unwrap_err().is(&BODY_TOO_LARGE));
    headers.insert(header::CONTENT_TYPE, PARTS.parse().unwrap());
    headers.insert(header::CONTENT_LENGTH, "6001".parse().unwrap());
    assert!(read(&headers, never(), &LIMITS, true).await.unwrap_err().is(&UPLOAD_TOO_LARGE));
}

#[tokio::test]
async fn a_broken_stream_is_malformed() {
    for kind in ["application/json", FORM, PARTS] {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
        // warp's error has no public constructor; a request with a body that fails makes one.
        let broken = stream::iter([Ok(Bytes::from_static(b"{--x-y\r\n")), Err(warp_error().await)]);
        let error = read(&headers, broken, &LIMITS, true).await.unwrap_err();
        assert!(error.is(&MALFORMED_BODY) && error.message().contains("断开"), "{error:?}");
    }
}

async fn warp_error() -> warp::Error {
    use tower_service::Service;
    use warp::Filter;
    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let route = warp::body::stream().then(move |body| {
        let send = send.clone();
        async move {
            send.send(first_error(body).await).await.unwrap();
            warp::reply()
        }
    });
    let failing = stream::iter([Err::<hyper::body::Frame<Bytes>, _>(std::io::Error::other("gone"))]);
    let request = warp::http::Request::new(http_body_util::StreamBody::new(failing));
    let _: Result<_, Infallible> = warp::service(route).call(request).await;
    receive.recv().await.unwrap()
}

async fn first_error(body: impl Stream<Item = Result<impl Buf, warp::Error>>) -> warp::Error {
    pin!(body).next().await.unwrap().err().unwrap()
}

#[tokio::test]
async fn what_cannot_be_read_is_explained() {
    for (kind, body, message) in [
        ("application/json", "{\"名\": 1,\n\"姓名\" 2}", "第 2 行第 6 列附近"),
        ("application/json", "{\"a\":", "中断，内容不完整"),
        ("application/json", "[1]", "最外层必须是对象"),
        ("application/json", "{\"a\":1e999}", "数字"),
        ("multipart/form-data", "--x", "缺少 boundary"),
        (PARTS, "--x-y\r\nContent-Disposition: form-data; name=a\r\n\r\n1", "不完整"),
        (PARTS, "hello", "不完整"),
        (FORM, "name=%D5%C5", "UTF-8"),
    ] {
        let error = fault(kind, body, true).await;
        assert!(error.is(&MALFORMED_BODY) && error.message().contains(message), "{kind} {body}: {error:?}");
    }
    for kind in ["text/plain", "application/xml", "image/png", "application/json; charset=GBK", "é"] {
        assert!(fault(kind, "{}", true).await.is(&UNSUPPORTED_MEDIA_TYPE), "{kind}");
    }
    assert!(query("a=%FF", &mut Map::new()).unwrap_err().is(&MALFORMED_QUERY));
    let mut map = Map::new();
    query("a=100%&b=%zz%4&c=1=2&d=%25", &mut map).unwrap();
    assert_eq!(Value::Object(map), json!({"a": "100%", "b": "%zz%4", "c": "1=2", "d": "%"}));
}

#[test]
fn json_from_strangers() {
    let read = |text: &str| json(text.as_bytes());
    assert_eq!(Value::Object(read(r#"{"a":1,"a":[null,-2,0.5,true]}"#).unwrap()), json!({"a": [null, -2, 0.5, true]}));
    assert_eq!(read(r#"{"a":123456789012345678901234567890}"#).unwrap()["a"], json!(1.2345678901234568e29));
    assert!(read(&format!("{{\"a\":{}", "[".repeat(100_000))).is_err());
    // The trap of `raw_value`: nothing inside the text may be taken for JSON.
    let inner = read(r#"{"$serde_json::private::RawValue":"[1]","b":1}"#).unwrap();
    assert_eq!(inner["$serde_json::private::RawValue"], json!("[1]"));
}

/// Made of pieces that mean something, because pure noise stops at the first byte.
#[tokio::test]
async fn junk_does_not_panic() {
    const PIECES: &str = r#"--x-y|--|Content-Disposition: form-data; |name=|filename=|filename*=|"|\|{|}|[]|:|,|&|=|%|%E5|1e9|CR|CRCR"#;
    let pieces = PIECES.replace("CR", "\r\n");
    let pieces: Vec<_> = pieces.split('|').collect();
    let mut seed = 7u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) as usize % below
    };
    for round in 0..4000 {
        let mut body = Vec::new();
        for _ in 0..random(25) {
            match random(8) {
                0 => body.push(random(256) as u8),
                _ => body.extend_from_slice(pieces[random(pieces.len())].as_bytes()),
            }
        }
        let kind = ["", "application/json", FORM, PARTS, PARTS][round % 5];
        let _ = with(kind, &body, 1 + random(40), round % 2 == 0).await;
        let _ = query(&String::from_utf8_lossy(&body), &mut Map::new());
    }
}

proptest! {
    /// Whatever comes is read or refused as the client's fault, in whatever pieces it comes.
    #[test]
    fn no_body_panics(
        kind in sample::select(vec!["", "application/json", FORM, PARTS, "multipart/form-data", "text/plain; charset=gbk", "application/octet-stream"]),
        body in prop_oneof![
            vec(any::<u8>(), 0..300),
            "[\\[\\]{}\":,a-z0-9\\\\u\u{e9}]{0,300}".prop_map(String::into_bytes),
            "(--x-y(--)?|\r\n|Content-Disposition: form-data; |name=|filename=|\"|a|%e4|&|=){0,60}".prop_map(String::into_bytes),
        ],
        step in 1..50_usize,
        uploads: bool,
    ) {
        if let Err(error) = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(with(kind, body, step, uploads)) {
            prop_assert!((400..500).contains(&error.status()), "{error:?}");
        }
    }
}
