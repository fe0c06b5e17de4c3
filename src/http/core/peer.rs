//! The connection below a request: where it came from, and how long its client may take nothing.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Where a request came from, as the socket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// How long a client may take nothing of what waits for it: then its connection is cut. Whoever takes the connection over for another protocol may
/// give it another time.
#[derive(Clone, Debug)]
pub struct Patience(Arc<AtomicU64>);

impl Patience {
    pub fn new(time: Duration) -> Patience {
        Patience(Arc::new(AtomicU64::new(millis(time))))
    }

    pub fn set(&self, time: Duration) {
        self.0.store(millis(time), Ordering::Relaxed);
    }

    pub fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
