//! A caller of the server that runs on the same data directory: finds it by `listen.addr`, is let in by `admin.token`.

use std::{
    fs,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    runtime,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{english, pin, serve::ADDRESS_FILE};
use crate::{
    backup::contents::CANNOT_WRITE,
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        secret,
        settings::Settings,
    },
    server::CERTIFICATE_FILE,
};

const NO_ANSWER: Reason = Reason::new(Kind::Busy, "no_answer", "the server of this data directory does not answer; try again in a moment");
const BROKEN_OFF: Reason =
    Reason::new(Kind::Busy, "broken_off", "the server broke off, so what came is not whole and was thrown away; its log says why");
const REFUSED: Reason = Reason::new(Kind::Rule, "refused", "the server says no");

/// A long table takes some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Client {
    address: SocketAddr,
    /// Empty where nobody in particular asks.
    token: String,
    tls: Option<TlsConnector>,
    patience: Duration,
}

impl Client {
    /// The server that holds `dir`. Errors: `no_answer`, where it has not said yet how it is reached.
    pub fn of(dir: &Path, settings: &Settings) -> Result<Client> {
        let address = told(dir).ok_or_else(|| NO_ANSWER.err())?;
        let token = fs::read_to_string(dir.join("admin.token")).map_err(unreachable)?.trim().to_owned();
        Ok(Client { token, ..Client::at(address, dir, settings)? })
    }

    /// Likewise, without the right to anything. Where the server could not say how it is reached, it is asked where the settings have it listen:
    /// whoever answers there learns nothing.
    pub fn nobody(dir: &Path, settings: &Settings) -> Result<Client> {
        let usual = Some(settings.http.listen).filter(|listen| listen.port() != 0);
        Client::at(told(dir).or(usual).ok_or_else(|| NO_ANSWER.err())?, dir, settings)
    }

    fn at(address: SocketAddr, dir: &Path, settings: &Settings) -> Result<Client> {
        // What the server shows lies beside the address; the settings are what is left where it could not be put there.
        let shown = dir.join(CERTIFICATE_FILE);
        let shown = if shown.exists() { Some(shown) } else { settings.http.tls_cert.clone() };
        let tls = shown.as_deref().map(pin::connector).transpose()?;
        Ok(Client { address: reachable(address), token: String::new(), tls, patience: PATIENCE })
    }

    /// Waits so long for an answer.
    pub fn patient_for(self, patience: Duration) -> Client {
        Client { patience, ..self }
    }

    /// Sends one request and answers the JSON that came back. Errors: `no_answer`, `refused`.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let bytes = self.send(method, path, "application/json", body.into())?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Sends a file as a multipart form. Errors as above; a refusal names the fields that the server named.
    pub fn upload(&self, path: &str, file: &[u8]) -> Result<Value> {
        let boundary = secret::hex(&secret::random::<16>()); // not in any table
        let mut body =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table.csv\"\r\n\r\n").into_bytes();
        body.extend(file);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let bytes = self.send("POST", path, &format!("multipart/form-data; boundary={boundary}"), body.into())?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// What stands at a path. Errors as above.
    pub fn download(&self, path: &str) -> Result<Bytes> {
        self.send("GET", path, "application/json", Bytes::new())
    }

    /// Sends an empty request and writes what comes back to `out`, however long that takes. Errors: as above; `broken_off`, where it is not whole.
    pub fn stream(&self, method: &str, path: &str, out: &mut dyn Write) -> Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|e| INTERNAL.caused_by(e))?;
        runtime.block_on(async {
            let response = timeout(self.patience, self.request(method, path, "application/json", Bytes::new())).await;
            let response = response.map_err(|_| NO_ANSWER.err())??;
            let status = response.status().as_u16();
            let mut body = response.into_body();
            if !(200..300).contains(&status) {
                let bytes = body.collect().await.map_err(|e| NO_ANSWER.caused_by(e))?.to_bytes();
                return Err(refusal(status, &bytes));
            }
            while let Some(frame) = body.frame().await {
                if let Ok(piece) = frame.map_err(|e| BROKEN_OFF.caused_by(e))?.into_data() {
                    out.write_all(&piece).map_err(|e| CANNOT_WRITE.with(e.to_string()))?;
                }
            }
            Ok(())
        })
    }

    fn send(&self, method: &str, path: &str, content_type: &str, body: Bytes) -> Result<Bytes> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|e| INTERNAL.caused_by(e))?;
        let answered = runtime.block_on(async { timeout(self.patience, self.exchange(method, path, content_type, body)).await });
        let (status, bytes) = answered.map_err(|_| NO_ANSWER.err())??;
        if (200..300).contains(&status) {
            return Ok(bytes);
        }
        Err(refusal(status, &bytes))
    }

    async fn exchange(&self, method: &str, path: &str, content_type: &str, body: Bytes) -> Result<(u16, Bytes)> {
        let response = self.request(method, path, content_type, body).await?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.map_err(|e| NO_ANSWER.caused_by(e))?.to_bytes();
        Ok((status, bytes))
    }

    async fn request(&self, method: &str, path: &str, content_type: &str, body: Bytes) -> Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, content_type);
        let request = match self.token.is_empty() {
            true => request,
            false => request.header(header::AUTHORIZATION, format!("Bearer {}", self.token)),
        };
        let request = request.body(Full::new(body)).map_err(|e| INTERNAL.caused_by(e))?;
        let tcp = TcpStream::connect(self.address).await.map_err(unreachable)?;
        match &self.tls {
            None => answer(tcp, request).await,
            Some(tls) => {
                let tls = tls.connect(self.address.ip().into(), tcp).await.map_err(unreachable)?;
                answer(tls, request).await
            }
        }
    }
}

/// What the server said instead.
fn refusal(status: u16, bytes: &[u8]) -> Error {
    let json: Value = serde_json::from_slice(bytes).unwrap_or_default();
    // The server's details are for people who read Chinese.
    let refused = match (json["detail"].as_str(), json["error"].as_str()) {
        (Some(detail), _) if english::is_english(detail) => REFUSED.with(detail),
        (_, Some(slug)) => REFUSED.with(english::of_slug(slug)),
        _ => REFUSED.with(format!("status {status}")),
    };
    let fields = json["fields"].as_object().into_iter().flatten();
    fields.fold(refused, |error, (name, problem)| error.field(name, problem.as_str().unwrap_or_default()))
}

/// Where the server says that it listens.
fn told(dir: &Path) -> Option<SocketAddr> {
    fs::read_to_string(dir.join(ADDRESS_FILE)).ok()?.trim().parse().ok()
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, request: Request<Full<Bytes>>) -> Result<Response<Incoming>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| NO_ANSWER.caused_by(e))?;
    // What ends the connection early is seen in the answer that does not come.
    tokio::spawn(connection);
    sender.send_request(request).await.map_err(|e| NO_ANSWER.caused_by(e))
}

/// A server that listens on all addresses is reached on this machine's own.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

fn unreachable(error: io::Error) -> Error {
    NO_ANSWER.caused_by(error)
}
