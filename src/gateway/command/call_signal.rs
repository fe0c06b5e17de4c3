//! `call_signal`: WebRTC's offers, answers and candidates, passed on as they are.

use super::session::{CommandAnswer, GatewaySession, call_id, ok};
use crate::{
    base::error::Result,
    gateway::frame::{Frame, MALFORMED},
};

pub fn run(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    let kind = frame.text("kind")?;
    if !["offer", "answer", "candidate"].contains(&kind) {
        return Err(MALFORMED.with("kind 应为 offer、answer 或 candidate"));
    }
    session_of.app.live.signal(&session_of.connected.line, call_id(frame)?, frame.id("to_member_id")?, kind, frame.object("data")?)?;
    Ok(ok())
}
