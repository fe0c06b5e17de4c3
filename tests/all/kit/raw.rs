//! A request written byte by byte, for what no HTTP library agrees to send.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Answer, Client};

/// Sends `head` (the request line and headers, without the empty line) and `body`; `Host`, `Connection` and `Content-Length` are added.
/// The answer is held against the envelopes as every other.
pub fn send(client: &Client, head: &str, body: &[u8]) -> Answer {
    let address = client.base.strip_prefix("http://").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let mut request = format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n").into_bytes();
    if !headers.is_empty() {
        request.extend(format!("{headers}\r\n").into_bytes());
    }
    if let Some(token) = &client.token {
        request.extend(format!("X-Auth-Token: {token}\r\n").into_bytes());
    }
    if !body.is_empty() {
        request.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
    }
    request.extend(b"\r\n");
    request.extend_from_slice(body);

    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server that refuses early may close while we still write; what it said is read all the same.
    let _ = stream.write_all(&request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let (method, path) = line.split_once(' ').unwrap();
    let answer = parse(method, path, &bytes);
    answer.check();
    answer
}

fn parse(method: &str, path: &str, bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("{method} {path}: no answer but {:?}", String::from_utf8_lossy(bytes)));
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok()).unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value.trim()).unwrap());
    }
    let body = bytes[end + 4..].to_vec();
    let body = if headers.get("transfer-encoding").is_some_and(|value| value == "chunked") { unchunk(&body) } else { body };
    Answer::new(method, path, status, headers, body)
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        whole.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[(end + 4 + size).min(rest.len())..];
        if size == 0 {
            break;
        }
    }
    whole
}
