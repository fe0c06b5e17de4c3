//! A caller: sends requests, and holds every JSON answer against the contract or, where it is a refusal, against its family's envelope.

use std::{fmt::Display, time::Duration};

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{HeaderMap, Request as HttpRequest},
};

use super::{contract, reference};

/// One caller at one server, with or without a token. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub token: Option<String>,
    agent: Agent,
}

impl Client {
    pub fn new(base: String) -> Client {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A kept connection would hold up the server's stop.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Client { base, token: None, agent: agent.into() }
    }

    /// The same caller with another token.
    pub fn with_token(&self, token: impl Into<String>) -> Client {
        Client { token: Some(token.into()), ..self.clone() }
    }

    /// The same caller without a token.
    pub fn without_token(&self) -> Client {
        Client { token: None, ..self.clone() }
    }

    pub fn get(&self, path: impl Display) -> Answer {
        self.request("GET", path).send()
    }

    pub fn post(&self, path: impl Display, body: Value) -> Answer {
        self.request("POST", path).json(body).send()
    }

    pub fn put(&self, path: impl Display, body: Value) -> Answer {
        self.request("PUT", path).json(body).send()
    }

    pub fn patch(&self, path: impl Display, body: Value) -> Answer {
        self.request("PATCH", path).json(body).send()
    }

    pub fn delete(&self, path: impl Display) -> Answer {
        self.request("DELETE", path).send()
    }

    /// A request put together step by step. Chinese text in `path` is encoded.
    pub fn request(&self, method: &str, path: impl Display) -> Request {
        let path = path.to_string();
        assert!(path.starts_with('/'), "{path:?} is no path");
        let request = Request { client: self.clone(), method: method.to_owned(), path, headers: Vec::new(), body: Vec::new() };
        match &self.token {
            Some(token) => request.header("X-Auth-Token", token),
            None => request,
        }
    }
}

pub struct Request {
    client: Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn header(mut self, name: &str, value: impl Display) -> Request {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn json(self, body: Value) -> Request {
        self.body("application/json", body.to_string())
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Request {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// A multipart form of texts and files (`field, file name, bytes`).
    pub fn multipart(self, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Request {
        const BOUNDARY: &str = "----a-boundary-that-no-part-holds";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sends it. Panics where the answer breaks the contract or its family's envelope.
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        self.try_send().unwrap_or_else(|e| panic!("{what}: {e}"))
    }

    /// Sends it and hangs up without waiting for an answer, as a phone does that loses its connection.
    pub fn send_and_hang_up(self) {
        drop(self.send_and_wait());
    }

    /// Sends it; the connection is hung up on when it is dropped.
    pub fn send_and_wait(self) -> std::net::TcpStream {
        let address = self.client.base.strip_prefix("http://").unwrap();
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = self.body.len();
        let head =
            format!("{} {} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\n\r\n", self.method, encode_path(&self.path));
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        std::io::Write::write_all(&mut stream, &[head.into_bytes(), self.body].concat()).unwrap();
        stream
    }

    /// The same, where the server may be gone before it has answered.
    pub fn try_send(self) -> Result<Answer, ureq::Error> {
        let uri = format!("{}{}", self.client.base, encode_path(&self.path));
        let mut request = HttpRequest::builder().method(self.method.as_str()).uri(&uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        // Without a body there must be none, not an empty one: as old clients do.
        let mut response = match self.body.is_empty() {
            true => self.client.agent.run(request.body(()).unwrap()),
            false => self.client.agent.run(request.body(self.body).unwrap()),
        }?;
        let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        let answer = Answer::new(&self.method, &self.path, response.status().as_u16(), response.headers().clone(), bytes);
        answer.check();
        Ok(answer)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub method: String,
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// `null` where the body is no JSON.
    pub json: Value,
}

impl Answer {
    pub fn new(method: &str, path: &str, status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Answer {
        let mut answer = Answer { method: method.to_owned(), path: path.to_owned(), status, headers, bytes, json: Value::Null };
        if method != "HEAD" && answer.header("content-type").contains("json") && !answer.header("content-type").contains("jsonl") {
            answer.json = serde_json::from_slice(&answer.bytes).unwrap_or_else(|e| panic!("{answer}: {e}"));
        }
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The payload of a success: what stands under `data` or `result`, or the whole body where the endpoint has no such key.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status == 200 && self.slug().is_none(), "{self}");
        let keys = match self.family() {
            "team-consult" => ["result", "results"].as_slice(),
            name if contract::BARE.contains(&name) => &[],
            _ => &["data"],
        };
        keys.iter().find_map(|key| self.json.get(*key)).unwrap_or(&self.json).clone()
    }

    /// The row that `POST` made in a collection of `/admin`.
    #[track_caller]
    pub fn created(&self) -> Value {
        assert!(self.status == 201, "{self}");
        self.json.clone()
    }

    /// Refused with this status and this slug. That the envelope is right is known already.
    #[track_caller]
    pub fn refused(&self, status: u16, slug: &str) -> &Answer {
        assert!(self.status == status && self.slug() == Some(slug), "expected {status} {slug}: {self}");
        self
    }

    /// The slug of a refusal.
    pub fn slug(&self) -> Option<&str> {
        let coded = || self.json.pointer("/issue/0/details/coding/0/code");
        self.json.get("error").or_else(coded).and_then(Value::as_str)
    }

    pub fn family(&self) -> &'static str {
        contract::family(&self.method, &self.path).name
    }

    /// A success fits the contract, a refusal the envelope of its family; nothing is ever a 500.
    #[track_caller]
    pub fn check(&self) {
        assert!(self.status != 500, "{self}");
        let verdict = match self.status {
            // What is built in for the pages belongs to no family.
            _ if self.method == "HEAD" || self.status == 200 && self.path.starts_with("/web/") => Ok(()),
            200 | 201 if self.json.is_null() || self.slug().is_some() => Ok(()),
            200 | 201 => contract::check(&self.method, &self.path, &self.json).and_then(|()| self.check_schema()),
            400.. => self.check_refusal(),
            _ => Ok(()),
        };
        if let Err(problem) = verdict {
            panic!("{self}\n{problem}");
        }
    }

    fn check_schema(&self) -> Result<(), String> {
        contract::row(&self.method, &self.path).map_or(Ok(()), |(row, _)| reference::check(row, self.status, &self.json))
    }

    fn check_refusal(&self) -> Result<(), String> {
        if self.family() == "fhir" {
            return self.check_outcome();
        }
        let status = json!(self.status);
        let (code, message) = match self.family() {
            "volunteer-doctor" => ("error_code", "error_message"),
            "internet-hospital" => ("code", "msg"),
            "im-contact" => ("status", "message"),
            "team-consult" => ("code", "message"),
            _ => ("status", "detail"),
        };
        let expected = if code == "status" && message == "detail" { "application/problem+json" } else { "application/json" };
        let texts = |key| self.json[key].as_str().is_some_and(|text| !text.is_empty());
        let slug = self.json["error"].as_str().unwrap_or_default();
        let is_slug = !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        for (good, what) in [
            (self.header("content-type").starts_with(expected), "the content type is not that of the family"),
            (self.json[code] == status, "the status is not repeated in the envelope"),
            (texts(message), "the message is missing"),
            (is_slug, "the slug is missing"),
            (self.family() != "team-consult" || self.json["success"] == false, "success is not false"),
            (expected != "application/problem+json" || (texts("type") && texts("title")), "type or title is missing"),
        ] {
            if !good {
                return Err(format!("a refusal in the envelope of {}: {what}", self.family()));
            }
        }
        Ok(())
    }
}

impl Answer {
    /// A refusal of the FHIR face: an OperationOutcome that says what is wrong to programs and to people.
    fn check_outcome(&self) -> Result<(), String> {
        let issue = &self.json["issue"][0];
        let texts = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let whole = self.json["resourceType"] == "OperationOutcome"
            && self.header("content-type") == "application/fhir+json; charset=utf-8"
            && issue["severity"] == "error"
            && [&issue["code"], &issue["details"]["text"], &issue["diagnostics"]].into_iter().all(texts)
            && issue["diagnostics"].as_str().is_some_and(str::is_ascii)
            && self.slug().is_some();
        if whole { Ok(()) } else { Err("a refusal that is no whole OperationOutcome".to_owned()) }
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        let text: String = text.chars().take(2_000).collect();
        write!(f, "{} {} → {} {text}", self.method, self.path, self.status)
    }
}

/// Percent-encoding for a value in a query or a form.
pub fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Encodes what no address may hold and leaves its marks as they are.
fn encode_path(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    path.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}
