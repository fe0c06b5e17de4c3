//! `ping`: a sign of life, answered with the clinic's time.

use serde_json::json;

use super::session::{CommandAnswer, GatewaySession};
use crate::{base::error::Result, gateway::frame::Frame};

pub fn run(session_of: &GatewaySession, _: &Frame) -> Result<CommandAnswer> {
    Ok(CommandAnswer::Frame("pong", json!({ "time": session_of.app.clock.now().0 })))
}
