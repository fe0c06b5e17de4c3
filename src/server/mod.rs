//! A running server: the application, its jobs and its interfaces on one address, until it is told to stop.

pub mod accept;
mod door;
pub mod share;
pub mod tls;
pub mod unread;

use std::{fs, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    app::App,
    base::error::{Kind, Reason, Result},
    gateway::Gateway,
    http::{self, Dispatcher},
    jobs,
    web::Pages,
};
use share::Shares;
use tls::Certificate;

pub const CANNOT_LISTEN: Reason = Reason::new(Kind::Internal, "cannot_listen", "the address cannot be listened on");

/// How long what is left of the gateway may take after that.
const LAST: Duration = Duration::from_secs(5);
/// How long a client may take to send the head of a request, and a connection may idle.
const HEAD: Duration = Duration::from_secs(30);

/// How often the certificate's files are looked at.
const LOOK: Duration = Duration::from_secs(5);

pub struct Server {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
    /// Ends with the gateway's last connection.
    gateway_gone: mpsc::Receiver<()>,
    jobs_done: JoinHandle<()>,
    certificate: JoinHandle<()>,
    reload: Arc<Notify>,
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
        show(&app, certificate.as_deref());
        let (stop, stopped) = watch::channel(false);
        let limits = accept::ConnectionLimits {
            max_connections: app.settings.http.max_connections,
            head: HEAD,
            drain: app.settings.http.drain.as_std(),
        };
        let shares = Shares::new(&app.settings.http, app.metrics.connections.clone());
        let (gateway, gateway_gone) = Gateway::new(app.clone(), stopped.clone());
        let http = Dispatcher::new(app.clone(), http::APIS)
            .upgrading(Box::new(move |headers, address, upgrade| gateway.open(headers, address, upgrade)));
        let http = tokio::spawn(accept::serve(
            door::filter(Pages::new(app.clone(), address), http),
            listener,
            certificate.as_ref().map(Certificate::acceptor),
            limits,
            shares,
            until(stopped.clone()),
        ));
        let reload = Arc::new(Notify::new());
        let certificate = tokio::spawn(renew(app.clone(), certificate, reload.clone(), stopped.clone()));
        let jobs_done = tokio::spawn(jobs::run(app, stopped));
        Ok(Server { address, stop, http, gateway_gone, jobs_done, certificate, reload })
    }

    /// Reads the TLS certificate again now; by itself that happens some seconds after its files have changed.
    pub fn reload(&self) {
        self.reload.notify_one();
    }

    /// Takes no new connections, lets requests finish, stops the scheduler.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let _ = self.http.await;
        let _ = timeout(LAST, self.gateway_gone.recv()).await;
        let _ = self.jobs_done.await;
        let _ = self.certificate.await;
    }
}

/// Serves a renewed certificate as soon as it lies there.
async fn renew(app: Arc<App>, certificate: Option<Arc<Certificate>>, asked: Arc<Notify>, stopped: watch::Receiver<bool>) {
    let Some(certificate) = certificate else { return };
    let mut stop = pin!(until(stopped));
    loop {
        let by_request = tokio::select! {
            () = sleep(LOOK) => false,
            () = asked.notified() => true,
            () = &mut stop => return,
        };
        match certificate.reload(by_request) {
            Ok(changed) => {
                app.troubles.certificate.works(0);
                if changed {
                    tracing::info!("a new TLS certificate is in use");
                    show(&app, Some(&certificate));
                }
            }
            Err(error) => app.troubles.certificate.failed(0, error.chain()),
        }
    }
}

/// What a server on this directory shows to clients, for commands on the same directory: they know it by that.
pub const CERTIFICATE_FILE: &str = "listen.crt";

/// Tells monitors and commands which certificate is served.
fn show(app: &App, certificate: Option<&Certificate>) {
    app.note_certificate(certificate.and_then(Certificate::good_until));
    let file = app.dir.join(CERTIFICATE_FILE);
    let shown = match certificate {
        Some(certificate) => fs::write(&file, certificate.pem()),
        None => match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    };
    if let Err(error) = shown {
        tracing::warn!(%error, "{CERTIFICATE_FILE} cannot be written: commands go by http.tls_cert");
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
