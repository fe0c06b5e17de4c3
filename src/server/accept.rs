//! The door: accepts connections, speaks TLS, HTTP/1.1 and HTTP/2, and hands each request to one warp filter.
//!
//! warp's own server sets no timer, no cap on connections and no limit on draining, so this loop replaces it. It leaves to others: which routes
//! there are, the time a request body may take (`body`), and ending upgraded connections (WebSockets) when the server stops: their handler has to
//! listen to the same signal. They hold their place under the cap, and the drain waits for them too.

use std::{
    convert::Infallible,
    future::{Future, pending},
    io, mem,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{
    Request,
    body::Incoming,
    header,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Sleep, sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower_service::Service;
use warp::{Reply, filters::BoxedFilter, http::HeaderValue};

use super::{
    share::{Place, Shares},
    unread::Watched,
};
use crate::http::core::{
    asked::Asked,
    peer::{Patience, Peer},
};

/// How long a closed connection is still read, so that its last answer is not lost (see [`Wire::poll_shutdown`]).
const LINGER: Duration = Duration::from_secs(2);
/// The pause after the system refused a connection (too many open files): without it the loop would spin.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections at once, upgraded ones included; at least 1. Further clients wait in the kernel's queue.
    pub max_connections: u32,
    /// Time for the TLS handshake and for the head of each request; so also how long an idle connection is kept, and how long a client may
    /// refuse to take a single byte of its answer, unless its [`Patience`] is another.
    pub head: Duration,
    /// Time for the open requests to end after `stop`.
    pub drain: Duration,
}

/// Serves until `stop`, then takes no more connections, lets the open requests end and returns: at the latest after `limits.drain`.
pub async fn serve<R: Reply + 'static>(
    app: BoxedFilter<(R,)>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: ConnectionLimits,
    shares: Arc<Shares>,
    stop: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.max_connections as usize));
    // A change asks every connection to end after its open requests; the end of the sender cuts what is left.
    let (last_call, stopping) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (slot, tcp, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            connection = accept(&listener, &slots) => connection,
        };
        // Who has all of its share already is not even listened to.
        let Some(place) = shares.take(peer.ip()) else { continue };
        let held = (slot, place);
        tokio::spawn(connection(app.clone(), tls.clone(), tcp, Peer(peer), held, limits.head, stopping.clone()));
    }
    drop((listener, stopping));
    last_call.send_replace(());
    if timeout(limits.drain, slots.acquire_many(limits.max_connections)).await.is_err() {
        let left = limits.max_connections as usize - slots.available_permits();
        tracing::warn!(left, "connections still open after the drain time are cut");
    }
}

/// The next connection. The slot comes first: above the cap clients wait in the kernel, not in our memory.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
    let mut complained = false;
    loop {
        match listener.accept().await {
            Ok((tcp, peer)) => return (slot, tcp, peer),
            // The client was gone before we came; the next one may be there already.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
            Err(error) => {
                if !complained {
                    tracing::error!(%error, "cannot accept connections; if too many files are open, raise the limit or lower the cap");
                    complained = true;
                }
                sleep(PAUSE).await;
            }
        }
    }
}

async fn connection<R: Reply + 'static>(
    app: BoxedFilter<(R,)>,
    tls: Option<TlsAcceptor>,
    tcp: TcpStream,
    peer: Peer,
    held: (OwnedSemaphorePermit, Place),
    head: Duration,
    stopping: watch::Receiver<()>,
) {
    // Answers are written in one piece; waiting for more would only delay them.
    let _ = tcp.set_nodelay(true);
    let (stream, is_h2): (Box<dyn Stream>, bool) = match tls {
        None => (Box::new(tcp), false),
        Some(tls) => match timeout(head, tls.accept(tcp)).await {
            Ok(Ok(stream)) => {
                let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                (Box::new(stream), is_h2)
            }
            _ => return,
        },
    };
    let patience = Patience::new(head);
    let io = TokioIo::new(Wire { stream, patience: patience.clone(), in_kernel: head, stall: None, linger: None, _held: held });
    let (load, measured) = watch::channel(Load::default());
    let load = is_h2.then(|| Arc::new(load));
    let service =
        service_fn(move |request: Request<Incoming>| answer(app.clone(), request, (peer, patience.clone()), load.clone().map(Open::new)));
    // The protocol is fixed here, not sniffed: hyper-util's automatic builder reads the first bytes without any timeout once upgrades are on,
    // so a silent socket would stay for ever.
    if is_h2 {
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.timer(TokioTimer::new()).keep_alive_interval(head).keep_alive_timeout(head);
        drive(http.serve_connection(io, service), |http| http.graceful_shutdown(), idle(measured, head), stopping).await;
    } else {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(head);
        let http = http.serve_connection(io, service).with_upgrades();
        drive(http, |http| http.graceful_shutdown(), pending(), stopping).await;
    }
}

/// Answers one request. What warp is given has no headers: who answers reads them where they came in, and no filter copies them.
async fn answer<R: Reply + 'static>(
    app: BoxedFilter<(R,)>,
    request: Request<Incoming>,
    (peer, patience): (Peer, Patience),
    open: Option<Open>,
) -> Result<warp::reply::Response, Infallible> {
    let (mut head, body) = request.into_parts();
    // HTTP/2 names the host beside the headers.
    if let Some(host) = head.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
        head.headers.entry(header::HOST).or_insert(host);
    }
    let is_h2 = open.is_some();
    let (body, rest) = Watched::new(body, &head.headers);
    let headers = Arc::new(mem::take(&mut head.headers));
    let upgrade = head.extensions.remove();
    head.extensions.insert(Asked { method: head.method.clone(), uri: head.uri.clone(), headers, peer, upgrade, patience });
    let mut response = warp::service(app).call(Request::from_parts(head, body)).await?;
    if !is_h2 && !rest.read().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    drop(open);
    Ok(response)
}

/// Runs a connection to its end; asks it to end when it is idle or the server stops, and cuts it when the drain time is over.
///
/// hyper-util's `GracefulShutdown` cannot watch hyper's `UpgradeableConnection`, hence our own.
#[expect(clippy::manual_async_fn, reason = "the compiler finds no `Send` by itself inside a generic task")]
fn drive<C: Future + Send>(
    http: C,
    ask: fn(Pin<&mut C>),
    idle: impl Future<Output = Idle> + Send,
    stopping: watch::Receiver<()>,
) -> impl Future<Output = ()> + Send {
    async move {
        let mut http = pin!(http);
        let cut = cut(stopping.clone());
        tokio::select! {
            _ = &mut http => return,
            () = last_call(stopping) => ask(http.as_mut()),
            state = idle => match state {
                Idle::NeverUsed => return,
                Idle::Quiet => ask(http.as_mut()),
            },
        }
        tokio::select! {
            _ = http => {}
            () = cut => {}
        }
    }
}

/// Ends when the server stops.
async fn last_call(mut stopping: watch::Receiver<()>) {
    let _ = stopping.changed().await;
}

/// Ends when the server waits no longer.
async fn cut(mut stopping: watch::Receiver<()>) {
    while stopping.changed().await.is_ok() {}
}

/// The requests of one connection.
#[derive(Default)]
struct Load {
    open: usize,
    any: bool,
}

/// Counts one request as open while it lives.
struct Open(Arc<watch::Sender<Load>>);

impl Open {
    fn new(load: Arc<watch::Sender<Load>>) -> Open {
        load.send_modify(|load| *load = Load { open: load.open + 1, any: true });
        Open(load)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|load| load.open -= 1);
    }
}

enum Idle {
    /// Not even the preface need have come, and hyper cannot shut down gracefully before it: cut.
    NeverUsed,
    Quiet,
}

/// Ends when no request has been open for `head`. For HTTP/2 alone, where hyper times neither the preface nor an idle connection whose pings
/// are answered; HTTP/1.1 has its header timeout. Bodies still being sent are safe: the connection is asked to end, not cut.
#[expect(clippy::manual_async_fn, reason = "as for `drive`")]
fn idle(mut load: watch::Receiver<Load>, head: Duration) -> impl Future<Output = Idle> + Send {
    async move {
        loop {
            // The counter goes when the connection is done with its service.
            let Some(any) = load.wait_for(|load| load.open == 0).await.ok().map(|load| load.any) else { return pending().await };
            match timeout(head, load.changed()).await {
                Ok(_) => {}
                Err(_) if any => return Idle::Quiet,
                Err(_) => return Idle::NeverUsed,
            }
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// The connection below.
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// The socket, with what must live exactly as long as it does, upgraded or not: its places under the cap and in its address's share.
struct Wire {
    stream: Box<dyn Stream>,
    patience: Patience,
    /// The patience that the kernel keeps to: what it holds for a client is out of our hands.
    in_kernel: Duration,
    /// Runs while the client takes nothing: otherwise one who never reads would keep the connection for ever.
    stall: Option<Pin<Box<Sleep>>>,
    linger: Option<Pin<Box<Sleep>>>,
    _held: (OwnedSemaphorePermit, Place),
}

impl Wire {
    fn unless_stalled<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let patience = self.patience.get();
        ready!(self.stall.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Small things fit into the kernel's buffers, however little the client takes of them. Only Linux can be told how long to wait there.
    fn tell_kernel(&mut self) {
        let patience = self.patience.get();
        if patience != self.in_kernel {
            self.in_kernel = patience;
            #[cfg(target_os = "linux")]
            if let Err(error) = SockRef::from(self.stream.tcp()).set_tcp_user_timeout(Some(patience)) {
                tracing::debug!(%error, "the kernel cannot be told how long a client may take nothing");
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.tell_kernel();
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.unless_stalled(cx, written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.tell_kernel();
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.unless_stalled(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.unless_stalled(cx, flushed)
    }

    /// Says that we are done, then reads on for a moment and throws it away. A socket closed with unread bytes sends a reset, and a reset makes the
    /// client's kernel drop what it has not read yet: a phone that is still sending a picture that is too large would never see our 413.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
            ready!(self.unless_stalled(cx, closed))?;
            self.linger = Some(Box::pin(sleep(LINGER)));
        }
        let mut scrap = [0; 16 * 1024];
        loop {
            if let Some(linger) = &mut self.linger
                && linger.as_mut().poll(cx).is_ready()
            {
                return Poll::Ready(Ok(()));
            }
            let mut buf = ReadBuf::new(&mut scrap);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => {}
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}
