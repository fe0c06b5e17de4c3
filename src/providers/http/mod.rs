//! The one way out: a small HTTP/1.1 client over TLS or, where an operator's address says `http://`, without. A connection for each request,
//! one limit of time for the whole of it, one of size for the answer; no proxy, no cookies. It trusts Mozilla's list of authorities, which
//! is built in: the machine need not have one.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{HeaderMap, Method, Request, StatusCode, Uri, body::Body, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

/// For the connection alone, and for the whole request with its redirect and its answer.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct HttpClient {
    tls: TlsConnector,
    connect: Duration,
    whole: Duration,
}

#[derive(Debug)]
pub struct HttpAnswer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why there is no answer. For logs: names the host, never the query, which may hold secrets.
#[derive(Debug)]
pub enum Fault {
    BadAddress,
    Unreachable(String, Box<dyn std::error::Error + Send + Sync>),
    Broken(String, Box<dyn std::error::Error + Send + Sync>),
    TooSlow(String),
    TooLarge(String),
    /// To a second place, to nowhere, or from https to http.
    BadRedirect(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::BadAddress => write!(f, "the address is not one of http or https"),
            Fault::Unreachable(host, error) => write!(f, "{host} cannot be reached: {error}"),
            Fault::Broken(host, error) => write!(f, "the exchange with {host} broke off: {error}"),
            Fault::TooSlow(host) => write!(f, "{host} took too long"),
            Fault::TooLarge(host) => write!(f, "{host} answered with more than is allowed"),
            Fault::BadRedirect(host) => write!(f, "{host} redirects to where we do not follow"),
        }
    }
}

impl std::error::Error for Fault {}

impl HttpClient {
    pub fn new() -> HttpClient {
        HttpClient::trusting(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    fn trusting(roots: RootCertStore) -> HttpClient {
        // The provider is named, because rustls panics when a second one is linked in and none is chosen.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks the versions that rustls thinks safe")
            .with_root_certificates(roots)
            .with_no_client_auth();
        HttpClient { tls: Arc::new(config).into(), connect: CONNECT, whole: WHOLE }
    }

    /// Follows one redirect. `most` bytes of answer are read at most.
    pub async fn get(&self, address: &str, most: usize) -> Result<HttpAnswer, Fault> {
        let uri: Uri = address.parse().map_err(|_| Fault::BadAddress)?;
        self.in_time(&uri, async {
            let (answer, location) = self.exchange(Method::GET, &uri, &[], Full::default(), most).await?;
            let Some(location) = location else { return Ok(answer) };
            let bad = || Fault::BadRedirect(host(&uri));
            let next: Uri = location.parse().map_err(|_| bad())?;
            // Never from a sealed connection to an open one.
            match (uri.scheme_str(), next.scheme_str()) {
                (_, Some("https")) | (Some("http"), Some("http")) => {}
                _ => return Err(bad()),
            }
            match self.exchange(Method::GET, &next, &[], Full::default(), most).await? {
                (answer, None) => Ok(answer),
                (_, Some(_)) => Err(Fault::BadRedirect(host(&next))),
            }
        })
        .await
    }

    /// Follows no redirect.
    pub async fn post_json(&self, address: &str, json: Vec<u8>, most: usize) -> Result<HttpAnswer, Fault> {
        self.send(Method::POST, address, &[], json, most).await
    }

    /// With headers of the caller's own. What a POST sends is JSON; follows no redirect.
    pub async fn send(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
        most: usize,
    ) -> Result<HttpAnswer, Fault> {
        let uri: Uri = address.parse().map_err(|_| Fault::BadAddress)?;
        self.in_time(&uri, async { Ok(self.exchange(method, &uri, headers, Full::from(body), most).await?.0) }).await
    }

    /// Posts a body with headers of the caller's own; an empty one has no type. Follows no redirect.
    pub async fn post(&self, address: &str, headers: &[(&str, &str)], body: Vec<u8>, most: usize) -> Result<HttpAnswer, Fault> {
        self.send(Method::POST, address, headers, body, most).await
    }

    async fn in_time(&self, uri: &Uri, work: impl Future<Output = Result<HttpAnswer, Fault>>) -> Result<HttpAnswer, Fault> {
        timeout(self.whole, work).await.unwrap_or_else(|_| Err(Fault::TooSlow(host(uri))))
    }

    /// The answer, and where it sends us instead.
    async fn exchange(
        &self,
        method: Method,
        uri: &Uri,
        headers: &[(&str, &str)],
        body: Full<Bytes>,
        most: usize,
    ) -> Result<(HttpAnswer, Option<String>), Fault> {
        let name = uri.host().ok_or(Fault::BadAddress)?.trim_start_matches('[').trim_end_matches(']');
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Fault::BadAddress),
        };
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let unreachable = |error: std::io::Error| Fault::Unreachable(host(uri), error.into());
        let connect = async {
            let stream = TcpStream::connect((name, port)).await.map_err(unreachable)?;
            if !tls {
                return Ok(Box::new(stream) as Box<dyn Stream>);
            }
            let server = ServerName::try_from(name.to_owned()).map_err(|_| Fault::BadAddress)?;
            Ok(Box::new(self.tls.connect(server, stream).await.map_err(unreachable)?) as Box<dyn Stream>)
        };
        let stream = timeout(self.connect, connect).await.unwrap_or_else(|_| Err(Fault::TooSlow(host(uri))))?;

        let broken = |error: hyper::Error| Fault::Broken(host(uri), error.into());
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // Ends with this request, however that ends.
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, host(uri))
            .header(header::USER_AGENT, concat!("xuanhu/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "*/*")
            .header(header::CONNECTION, "close");
        if method == Method::POST && body.size_hint().exact() != Some(0) {
            request = request.header(header::CONTENT_TYPE, "application/json; charset=utf-8");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|_| Fault::BadAddress)?;
        let response = sender.send_request(request).await.map_err(broken)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, most).collect().await.map_err(|error| match error.is::<LengthLimitError>() {
            true => Fault::TooLarge(host(uri)),
            false => Fault::Broken(host(uri), error),
        })?;
        let moved = [
            StatusCode::MOVED_PERMANENTLY,
            StatusCode::FOUND,
            StatusCode::SEE_OTHER,
            StatusCode::TEMPORARY_REDIRECT,
            StatusCode::PERMANENT_REDIRECT,
        ];
        let location = head.headers.get(header::LOCATION).filter(|_| moved.contains(&head.status));
        let location = location.map(|location| String::from_utf8_lossy(location.as_bytes()).into_owned());
        Ok((HttpAnswer { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() }, location))
    }
}

impl Default for HttpClient {
    fn default() -> HttpClient {
        HttpClient::new()
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A base address with a path below it and a query of these pairs.
pub fn address(base: &str, path: &str, query: &[(&str, &str)]) -> String {
    format!("{base}{path}?{}", self::query(query))
}

/// A query of these pairs (RFC 3986: a space is `%20`).
pub fn query(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// What is sent as `Host` to a base address.
pub fn host_of(base: &str) -> String {
    base.parse().map(|uri| host(&uri)).unwrap_or_default()
}

fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => encoded.push(char::from(byte)),
            false => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}

/// Name and port as the address has them, without a user and password.
fn host(uri: &Uri) -> String {
    match (uri.host(), uri.port_u16()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests;
