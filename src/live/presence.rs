//! Whether a member is there, as those who watch are told.

use crate::base::{id::AccountId, time::Time};

/// Whether a member is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    pub member: AccountId,
    pub online: bool,
    /// The last moment at which the member was known to be here; `None` where that was not since the server started.
    pub last_seen: Option<Time>,
}
