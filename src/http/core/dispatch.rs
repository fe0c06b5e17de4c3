//! The one path of every request: match → rate → access → body → guard → handler → envelope.

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Buf;
use futures_util::Stream;
use hyper::upgrade::OnUpgrade;
use tokio::sync::Semaphore;
use warp::{
    http::{HeaderMap, HeaderName, HeaderValue, Method as HttpMethod, StatusCode, header},
    reply::Response,
};

use super::{
    access,
    api::{self, Api, Dialect, render},
    asked::Asked,
    body, compress,
    context::Cx,
    fields::Fields,
    forwarded::{Origin, Strangers},
    guard, once, openapi,
    peer::Patience,
    reading,
    reply::{Body, Reply},
    request::Request,
    routes::{Found, Routes},
    stream,
    table::{Endpoint, Run},
};
use crate::{
    app::App,
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        secret,
    },
    store::Tx,
};

pub const NO_SUCH_ENDPOINT: Reason = Reason::new(Kind::NotFound, "no_such_endpoint", "没有这个接口，请核对地址");
pub const METHOD_NOT_ALLOWED: Reason = Reason::new(Kind::MethodNotAllowed, "method_not_allowed", "该接口不支持这种请求方法");
pub const SERVER_BUSY: Reason = Reason::new(Kind::Busy, "server_busy", "服务器繁忙，请稍后再试");

/// Heavy requests that may wait for a place at the same time.
const MOST_WAITING: usize = 256;
/// Requests that may wait for another server at the same time.
const MOST_OUTSIDE: usize = 64;

/// What pages of other sites may read of an answer beside its body.
const EXPOSED: &str = "etag, content-range, content-disposition, idempotent-replayed, retry-after, x-request-id";

/// Takes over a connection that leaves HTTP: answers the value of `Sec-WebSocket-Accept`, or what is wrong with the handshake.
pub type Upgrade = Box<dyn Fn(&HeaderMap, IpAddr, Option<OnUpgrade>) -> Result<String> + Send + Sync>;

/// All families behind one filter.
pub struct Dispatcher {
    app: Arc<App>,
    routes: Routes,
    limits: body::BodyLimits,
    heavy: Arc<Semaphore>,
    waiting: AtomicUsize,
    outside: Arc<Semaphore>,
    upgrade: Option<Upgrade>,
    /// Made when somebody first asks for it.
    reference: OnceLock<String>,
    strangers: Strangers,
    /// Request ids: a random half for the process, a counter for the request.
    id_prefix: String,
    next_id: AtomicU64,
}

/// An answer with what the log and the metrics want to know of it.
struct Answer {
    response: Response,
    endpoint: Option<&'static Endpoint>,
}

impl Dispatcher {
    pub fn new(app: Arc<App>, apis: &'static [Api]) -> Dispatcher {
        let limits = body::BodyLimits {
            body: app.settings.limits.body_bytes,
            upload: app.settings.limits.upload_bytes,
            time: Duration::from_secs(30),
        };
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Dispatcher {
            app,
            routes: Routes::new(apis),
            limits,
            heavy: Arc::new(Semaphore::new(cores * 2)),
            waiting: AtomicUsize::new(0),
            outside: Arc::new(Semaphore::new(MOST_OUTSIDE)),
            upgrade: None,
            reference: OnceLock::new(),
            strangers: Strangers::default(),
            id_prefix: secret::hex(&secret::random::<4>()),
            next_id: AtomicU64::new(0),
        }
    }

    /// With somebody who serves WebSockets.
    pub fn upgrading(self, upgrade: Upgrade) -> Dispatcher {
        Dispatcher { upgrade: Some(upgrade), ..self }
    }

    /// Answers whatever is asked.
    pub async fn answer<B: Buf>(
        self: &Arc<Dispatcher>,
        head: Asked,
        body: impl Stream<Item = Result<B, warp::Error>> + Send + Sync,
    ) -> Response {
        let begun = Instant::now();
        let id = self.request_id(&head.headers);
        let (method, uri) = (head.method.clone(), head.uri.clone());
        let origin = self.allowed_origin(&head.headers);
        let gzip = compress::accepted(&head.headers);
        let mut answer = self.route(head, body).await;

        let status = answer.response.status().as_u16();
        let (took, path) = (begun.elapsed(), uri.path());
        if let Some(endpoint) = answer.endpoint {
            self.app.metrics.answered(endpoint.method.name(), endpoint.path, status, took);
        }
        let ms = took.as_secs_f64() * 1e3;
        match status {
            ..400 => tracing::debug!(id, %method, path, status, ms, "answered"),
            400..500 | 503 | 507 => tracing::info!(id, %method, path, status, ms, "refused"),
            _ => tracing::error!(id, %method, path, status, ms, "failed"),
        }
        let headers = answer.response.headers_mut();
        insert(headers, "x-request-id", &id);
        if !self.app.settings.http.cors_origins.is_empty() {
            // Without an origin too: a cache must not give that answer to a page that has one.
            insert(headers, "vary", "origin");
        }
        if let Some(origin) = origin {
            insert(headers, "access-control-allow-origin", &origin);
            insert(headers, "access-control-expose-headers", EXPOSED);
        }
        match gzip {
            true => compress::response(answer.response).await,
            false => answer.response,
        }
    }

    async fn route<B: Buf>(self: &Arc<Dispatcher>, head: Asked, body: impl Stream<Item = Result<B, warp::Error>> + Send + Sync) -> Answer {
        if head.method == HttpMethod::OPTIONS {
            return self.preflight(&head);
        }
        let (endpoint, api, path) = match self.routes.find(&head.method, head.path()) {
            Found::Row { endpoint, api, path } => (endpoint, api, path),
            Found::OtherMethods(allow) => {
                let api = self.routes.family_of(head.path());
                let response = self.failure(&api.dialect, &METHOD_NOT_ALLOWED.err());
                return Answer { response, endpoint: None }.with("allow", &allow);
            }
            Found::Nothing => {
                let api = self.routes.family_of(head.path());
                return Answer { response: self.failure(&api.dialect, &NO_SUCH_ENDPOINT.err()), endpoint: None };
            }
        };
        let response = match self.serve(endpoint, path, head, body).await {
            Ok(reply) => self.success(&api.dialect, reply),
            Err(error) => self.failure(&api.dialect, &error),
        };
        Answer { response, endpoint: Some(endpoint) }
    }

    async fn serve<B: Buf>(
        self: &Arc<Dispatcher>,
        endpoint: &'static Endpoint,
        path: Vec<(String, String)>,
        mut head: Asked,
        body: impl Stream<Item = Result<B, warp::Error>> + Send + Sync,
    ) -> Result<Reply> {
        if head.method != HttpMethod::GET && head.headers.contains_key(header::RANGE) {
            // Parts are defined for GET alone (RFC 9110, 14.2).
            Arc::make_mut(&mut head.headers).remove(header::RANGE);
        }
        let peer = head.peer.0.ip();
        let http = &self.app.settings.http;
        let Origin { address, is_local, site } = Origin::of(peer, &head.headers, http);
        self.strangers.look(peer, &head.headers, http);
        if !endpoint.unlimited && !access::shows_admin_token(&self.app, &head.headers) {
            self.app.throttle.request(address)?;
        }
        let admitted = self.app.store.moment();
        let caller = match access::admit(&self.app, &head.headers, endpoint.access) {
            Ok(caller) => caller,
            // That a session is over is news as well.
            Err(refusal) => return self.app.store.on_disk().await.and(Err(refusal)),
        };
        let mut fields = serde_json::Map::new();
        body::query(head.query(), &mut fields)?;
        let read = body::read(&head.headers, body, &self.limits, matches!(endpoint.run, Run::Upload(_))).await?;
        fields.extend(read.fields);
        let request = Request { fields: Fields(fields), path, headers: head.headers, files: read.files, raw: read.raw, room: read.room };
        let cx = Cx { app: self.app.clone(), caller, admitted, address, is_local, site, once: None };
        let turn = match endpoint.guarded {
            true => Some(self.app.throttle.turn(address, &guard::account(&self.app.store.view(), &request)?).await?),
            false => None,
        };
        let keyed = once::is_asked(endpoint, &request.headers);
        let work = self.clone().run(endpoint, cx, request, head.method, head.upgrade, head.patience);
        let answered = match keyed {
            // Whoever lost the connection asks again, and must find how it ended.
            true => tokio::spawn(work).await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e))),
            false => work.await,
        };
        if let Some(turn) = turn {
            let refusal = match &answered {
                Err(error) => Some(error),
                Ok(Reply { body: Body::Refused(error), .. }) => Some(error),
                Ok(_) => None,
            };
            match refusal.is_some_and(guard::is_failed_try) {
                true => turn.failed(),
                false => drop(turn),
            }
        }
        answered
    }

    /// Runs the row's handler where it belongs.
    async fn run(
        self: Arc<Dispatcher>,
        endpoint: &'static Endpoint,
        cx: Cx,
        request: Request,
        method: HttpMethod,
        upgrade: Option<OnUpgrade>,
        patience: Patience,
    ) -> Result<Reply> {
        let patient = once::is_asked(endpoint, &request.headers);
        if matches!(endpoint.run, Run::Search(_)) && request.has_keyword() {
            self.app.index_current().await?;
        }
        let reply = match endpoint.run.of(cx.caller) {
            Run::Read(handler) | Run::Search(handler) => reading::run(handler, cx, request).await,
            Run::Write(handler) => {
                let key = once::of(endpoint, &cx, &request)?;
                let job = move |db: &mut Tx| {
                    cx.begin(db)?;
                    once::within(key, &cx.app, db, |db| handler(&cx, db, &request))
                };
                self.app.store.write(job).await
            }
            Run::Look { .. } => Err(INTERNAL.caused_by("a look is a read or a write")),
            Run::Heavy(handler) | Run::Upload(handler) => {
                let done = self.heavy(move || once::around(endpoint, cx, &request, handler)).await;
                self.app.store.on_disk().await.and(done)
            }
            Run::Outside(handler) => self.outside(patient, once::outside(endpoint, cx, request, handler)).await,
            Run::Upgrade => {
                let open = self.upgrade.as_ref().ok_or_else(|| INTERNAL.caused_by("nobody serves WebSockets"))?;
                let accept = open(&request.headers, cx.address, upgrade.filter(|_| method == HttpMethod::GET))?;
                // From here on silence counts as the gateway counts it, in both directions.
                patience.set(self.app.settings.im.silence_window.as_std());
                Ok(Reply::switching(accept))
            }
            Run::Reference => {
                Ok(Reply::bytes(api::JSON, self.reference.get_or_init(|| openapi::text(self.routes.apis)).clone().into_bytes()))
            }
        }?;
        match reply.body {
            Body::Later(work) => self.outside(patient, work).await,
            _ => Ok(reply),
        }
    }

    /// Waits for another server: of these, many may wait without holding up what is done here.
    /// What has been begun and must be ended waits for a place itself.
    async fn outside(&self, patient: bool, work: impl Future<Output = Result<Reply>> + Send + 'static) -> Result<Reply> {
        let place = match self.outside.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) if patient => self.outside.clone().acquire_owned().await.map_err(|e| INTERNAL.caused_by(e))?,
            Err(_) => return Err(SERVER_BUSY.err().retry_in(1)),
        };
        // The work goes on when the client hangs up: what it fetched is kept whole or not at all.
        let done = tokio::spawn(async move {
            let _place = place;
            work.await
        });
        let done = done.await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)));
        self.app.store.on_disk().await.and(done)
    }

    /// Runs what takes long on the blocking pool, a bounded number at a time.
    async fn heavy(&self, work: impl FnOnce() -> Result<Reply> + Send + 'static) -> Result<Reply> {
        let waiting = Waiting::begin(&self.waiting).ok_or_else(|| SERVER_BUSY.err().retry_in(1))?;
        let place = self.heavy.clone().acquire_owned().await.map_err(|e| INTERNAL.caused_by(e))?;
        drop(waiting);
        // The place goes with the work: a client that hangs up does not make room for more.
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)))
    }

    fn success(&self, dialect: &Dialect, reply: Reply) -> Response {
        if let Body::Refused(error) = &reply.body {
            let mut response = self.failure(dialect, error);
            add(response.headers_mut(), &reply.headers);
            return response;
        }
        if let Body::Switching(accept) = &reply.body {
            let mut response = respond(101, "", Vec::new());
            for (name, value) in [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-accept", accept)] {
                insert(response.headers_mut(), name, value);
            }
            return response;
        }
        let mut response = match reply.body {
            Body::File { content_type, file, from, length } => {
                let mut response = stream::file(file, from, length);
                insert(response.headers_mut(), "content-type", &content_type);
                insert(response.headers_mut(), "x-content-type-options", "nosniff");
                insert(response.headers_mut(), "content-length", &length.to_string());
                response
            }
            Body::Stream { content_type, pieces } => {
                let mut response = stream::pieces(pieces);
                insert(response.headers_mut(), "content-type", &content_type);
                insert(response.headers_mut(), "x-content-type-options", "nosniff");
                response
            }
            body => {
                let (status, content_type, bytes) = render(dialect, body);
                respond(status, &content_type, bytes)
            }
        };
        if let Some(status) = reply.status.and_then(|status| StatusCode::from_u16(status).ok()) {
            *response.status_mut() = status;
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        add(response.headers_mut(), &reply.headers);
        response
    }

    fn failure(&self, dialect: &Dialect, error: &Error) -> Response {
        match error.kind() {
            // Said once where it begins, not for each request.
            Kind::Full | Kind::Busy if std::error::Error::source(error).is_none() => {}
            Kind::Internal | Kind::Full | Kind::Busy => {
                tracing::error!(error = error.chain(), "a request failed");
                self.app.metrics.panics.inc_by(u64::from(error.is(&INTERNAL)));
            }
            _ if std::error::Error::source(error).is_some() => tracing::info!(error = error.chain(), "a request is refused"),
            _ => {}
        }
        let status = if self.app.settings.http.always_200 && dialect.may_always_200 { 200 } else { error.status() };
        let mut response = respond(status, dialect.content_type_of_failure, (dialect.failure)(error));
        if let Some(seconds) = error.retry_after() {
            insert(response.headers_mut(), "retry-after", &seconds.to_string());
        }
        if error.kind() == Kind::Unauthorized && status == 401 {
            insert(response.headers_mut(), "www-authenticate", "Bearer");
        }
        if error.kind() == Kind::UpgradeRequired {
            insert(response.headers_mut(), "upgrade", "websocket");
            insert(response.headers_mut(), "sec-websocket-version", "13");
        }
        response
    }

    /// CORS preflight, and OPTIONS in general: says which methods there are.
    fn preflight(&self, head: &Asked) -> Answer {
        let allow = self.routes.methods_of(head.path());
        if allow.is_empty() {
            let api = self.routes.family_of(head.path());
            return Answer { response: self.failure(&api.dialect, &NO_SUCH_ENDPOINT.err()), endpoint: None };
        }
        let mut answer = Answer { response: respond(204, "", Vec::new()), endpoint: None }.with("allow", &allow);
        if self.allowed_origin(&head.headers).is_some() {
            let asked = head.headers.get("access-control-request-headers").and_then(|h| h.to_str().ok()).unwrap_or("content-type");
            answer = answer.with("access-control-allow-methods", &allow).with("access-control-allow-headers", asked);
            answer = answer.with("access-control-max-age", "600");
        }
        answer
    }

    fn allowed_origin(&self, headers: &HeaderMap) -> Option<String> {
        let origin = headers.get(header::ORIGIN)?.to_str().ok()?;
        let allowed = &self.app.settings.http.cors_origins;
        allowed.iter().any(|one| one == "*" || one.eq_ignore_ascii_case(origin)).then(|| origin.to_owned())
    }

    /// The client's own id where it is harmless, else a new one.
    fn request_id(&self, headers: &HeaderMap) -> String {
        let harmless = |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        match headers.get("x-request-id").and_then(|h| h.to_str().ok()).filter(harmless) {
            Some(id) => id.to_owned(),
            None => format!("{}-{:x}", self.id_prefix, self.next_id.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

/// One who waits for a place. Whoever hangs up meanwhile waits no more: the count goes down however the wait ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    /// `None` where too many wait already.
    fn begin(waiting: &AtomicUsize) -> Option<Waiting<'_>> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let one = Waiting(waiting);
        (before < MOST_WAITING).then_some(one)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Answer {
    fn with(mut self, name: &'static str, value: &str) -> Answer {
        insert(self.response.headers_mut(), name, value);
        self
    }
}

fn respond(status: u16, content_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !content_type.is_empty() {
        if let Ok(content_type) = content_type_value(content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        }
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
    response
}

/// Without a copy of what nearly every answer has.
fn content_type_value(content_type: &str) -> Result<HeaderValue, header::InvalidHeaderValue> {
    match content_type == api::JSON {
        true => Ok(HeaderValue::from_static(api::JSON)),
        false => HeaderValue::from_str(content_type),
    }
}

fn add(headers: &mut HeaderMap, more: &[(Cow<'static, str>, String)]) {
    for (name, value) in more {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
