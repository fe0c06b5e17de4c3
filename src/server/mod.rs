//! A running server: the hall, the clockwork and the door on one address, until it is told to stop.

pub mod accept;
pub mod share;
pub mod tls;
pub mod unread;
use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    app::App,
    base::error::{Kind, Reason, Result},
    gateway::Gateway,
    http::{self, Dispatcher},
    jobs, web,
};
use share::Shares;
use tls::Certificate;

pub const CANNOT_LISTEN: Reason = Reason::new(Kind::Internal, "cannot_listen", "the address cannot be listened on");

/// How long what is left of the gateway may take after that.
const LAST: Duration = Duration::from_secs(5);
/// How long a client may take to send the head of a request, and a connection may idle.
const HEAD: Duration = Duration::from_secs(30);

pub struct Server {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
    /// Ends with the gateway's last connection.
    gateway_gone: mpsc::Receiver<()>,
    clockwork: JoinHandle<()>,
}

impl Server {
    /// Listens on `http.listen` and answers from now on.
    ///
    /// Errors: `cannot_listen`, and what the TLS files have to say.
    pub async fn start(app: Arc<App>) -> Result<Server> {
        let listen = app.settings.http.listen;
        let listener = TcpListener::bind(listen).await.map_err(|e| CANNOT_LISTEN.with(format!("{listen}: {e}")))?;
        let address = listener.local_addr().map_err(|e| CANNOT_LISTEN.with(e.to_string()))?;
        let certificate = Certificate::open(&app.settings.http)?;
        let (stop, stopped) = watch::channel(false);
        let limits = accept::ConnectionLimits {
            max_connections: app.settings.http.max_connections,
            head: HEAD,
            drain: app.settings.http.drain.as_std(),
        };
        let shares = Shares::new(&app.settings.http, app.metrics.connections.clone());
        let (gateway, gateway_gone) = Gateway::new(app.clone(), stopped.clone());
        let http = Dispatcher::new(app.clone(), http::APIS).upgrading(Box::new(move |headers, upgrade| gateway.open(headers, upgrade)));
        let filter = web::before(app.clone(), address, Arc::new(http).filter());
        let http = tokio::spawn(accept::serve(
            filter,
            listener,
            certificate.as_ref().map(Certificate::acceptor),
            limits,
            shares,
            until(stopped.clone()),
        ));
        let clockwork = tokio::spawn(jobs::run(app, stopped));
        Ok(Server { address, stop, http, gateway_gone, clockwork })
    }

    /// Takes no new connections, lets requests finish, stops the clockwork.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let _ = self.http.await;
        let _ = timeout(LAST, self.gateway_gone.recv()).await;
        let _ = self.clockwork.await;
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
