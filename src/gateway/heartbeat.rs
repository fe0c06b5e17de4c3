//! How often a client is asked to send something.

use crate::{app::App, base::time::SECOND};

/// How often a client is asked to send something, of the time after which silence ends its connection.
pub const BEATS: i64 = 3;

/// Seconds after which a client should have sent something.
pub fn heartbeat(app: &App) -> i64 {
    (app.settings.im.silence_window.ms() / BEATS / SECOND).max(1)
}
