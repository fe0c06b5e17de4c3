//! What those who search and those who feed the index tell each other.

use std::sync::{Mutex, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::base::time::Tick;

/// What those who search and those who feed the index tell each other.
#[derive(Default)]
pub struct Indexing {
    /// Whether it was complete once since the start.
    pub ready: AtomicBool,
    /// Since when it misses something that the store has told.
    pub behind_since: Mutex<Option<Tick>>,
    /// Somebody waits for it.
    pub asked: Notify,
}
