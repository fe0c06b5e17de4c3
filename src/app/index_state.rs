//! What those who search and those who feed the index tell each other.

use std::sync::{Mutex, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::base::{
    error::{Kind, Reason},
    time::Tick,
};

pub const INDEX_BEHIND: Reason = Reason::new(Kind::Busy, "index_behind", "搜索索引暂时无法更新，请稍后再试，或联系管理员");

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
