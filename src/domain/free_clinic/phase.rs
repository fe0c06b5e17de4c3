//! To come, running, over: where a session (义诊) or a special event (专题活动) stands at a moment.

use crate::base::time::Time;

/// Where a session or an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    ToCome,
    Running,
    Over,
}

impl Phase {
    /// Where something from `begin` to `end` stands at a moment.
    pub fn of(begin: Time, end: Time, now: Time) -> Phase {
        match now {
            _ if now >= end => Phase::Over,
            _ if now >= begin => Phase::Running,
            _ => Phase::ToCome,
        }
    }
}
