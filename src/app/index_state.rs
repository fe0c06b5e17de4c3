//! What those who search and those who feed the index tell each other.

use std::sync::atomic::AtomicBool;

use tokio::sync::Notify;

/// What those who search and those who feed the index tell each other.
#[derive(Default)]
pub struct Indexing {
    /// Whether it was complete once since the start.
    pub ready: AtomicBool,
    /// Whether it cannot be written at present: waiting would be in vain.
    pub stuck: AtomicBool,
    /// Somebody waits for it.
    pub asked: Notify,
}
