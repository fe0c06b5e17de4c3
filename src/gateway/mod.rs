//! The live gateway. A WebSocket on the same port brings a member every message of every family at once, takes messages and
//! sets up calls.
//!
//! [`Gateway::open`] answers the handshake; a `connection` reads frames and writes them, one task for each; what a client may ask for stands
//! in `command`, one command a file. Nothing that a commit brings is pushed here: the application rings, and each connection reads its member's
//! inbox and changes from where it was, so a slow device costs nobody else anything and a device that comes back misses nothing.
//!
//! A connection that takes nothing for `im.silence_window` while something waits for it is ended below, by the door: its writes then fail as
//! timed out.

mod command;
mod connection;
mod frame;
mod heartbeat;
mod login;
mod pace;
mod page;
mod socket;

use std::{net::IpAddr, sync::Arc};

use hyper::{
    HeaderMap,
    header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
    upgrade::OnUpgrade,
};
use hyper_util::rt::TokioIo;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    app::App,
    base::error::{Kind, Reason, Result},
};
use socket::Socket;

pub const UPGRADE_REQUIRED: Reason =
    Reason::new(Kind::UpgradeRequired, "upgrade_required", "这是 WebSocket 地址，请用 WebSocket（版本 13）连接");

/// Opens connections until the server stops.
pub struct Gateway {
    app: Arc<App>,
    stopped: watch::Receiver<bool>,
    /// Each connection holds one: who waits for the end of all knows when they are gone.
    open: mpsc::Sender<()>,
}

impl Gateway {
    /// Also answers what ends when the gateway and all its connections have.
    pub fn new(app: Arc<App>, stopped: watch::Receiver<bool>) -> (Gateway, mpsc::Receiver<()>) {
        let (open, gone) = mpsc::channel(1);
        (Gateway { app, stopped, open }, gone)
    }

    /// Answers a handshake (RFC 6455, 4.2) of a client at `address` with the key for `Sec-WebSocket-Accept`; the connection begins when the
    /// answer is out.
    ///
    /// Errors: `upgrade_required` where it is none.
    pub fn open(&self, headers: &HeaderMap, address: IpAddr, upgrade: Option<OnUpgrade>) -> Result<String> {
        let (Some(key), Some(upgrade)) = (handshake_key(headers), upgrade) else { return Err(UPGRADE_REQUIRED.err()) };
        let accept = derive_accept_key(key.as_bytes());
        let (app, stopped, open) = (self.app.clone(), self.stopped.clone(), self.open.clone());
        tokio::spawn(async move {
            if let Ok(upgraded) = upgrade.await {
                let mut socket = Socket::new(TokioIo::new(upgraded)).await;
                // the application is given back before the socket: who waits for the last socket finds the application free. And who is cut off is no longer
                // here while the socket says why.
                let end = connection::run(&mut socket, app, address, stopped).await;
                socket.close(end).await;
            }
            drop(open);
        });
        Ok(accept)
    }
}

/// The key of a good handshake.
fn handshake_key(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let says = |name, word: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let good = says(CONNECTION, "upgrade") && says(UPGRADE, "websocket") && text(SEC_WEBSOCKET_VERSION) == Some("13");
    // 16 bytes in base64.
    text(SEC_WEBSOCKET_KEY).filter(|key| good && key.len() == 24 && key.ends_with("=="))
}
