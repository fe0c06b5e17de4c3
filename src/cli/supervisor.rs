//! What a supervisor that started us is told (sd_notify(3)): that we answer, that we stop, and, where it watches, that we are alive.

use std::{
    env,
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixDatagram},
    },
    process,
    time::Duration,
};

use tokio::time::{interval, timeout};

use crate::app::App;

/// Tells the supervisor, where there is one. It is nobody's business but its own whether it listens.
pub fn tell(state: &str) {
    let Some(name) = env::var_os("NOTIFY_SOCKET").and_then(|name| name.into_string().ok()) else { return };
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&name),
    };
    let told = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    if let Err(error) = told {
        tracing::debug!(%error, "the supervisor could not be told {state:?}");
    }
}

/// Says that we are alive, for as long as the store's writer answers. Never ends.
pub async fn keep_telling(app: &App) {
    let Some(half) = watched().map(|period| period / 2) else { return std::future::pending().await };
    let mut ticks = interval(half);
    loop {
        ticks.tick().await;
        // A job that does nothing: it comes back when those before it are done.
        if matches!(timeout(half, app.store.write(|_| Ok(()))).await, Ok(Ok(()))) {
            tell("WATCHDOG=1");
        }
    }
}

/// How often the supervisor wants to hear from this process.
fn watched() -> Option<Duration> {
    let number = |name| env::var(name).ok()?.parse::<u64>().ok();
    let is_for_us = env::var_os("WATCHDOG_PID").is_none() || number("WATCHDOG_PID") == Some(u64::from(process::id()));
    number("WATCHDOG_USEC").filter(|period| is_for_us && *period > 0).map(Duration::from_micros)
}
