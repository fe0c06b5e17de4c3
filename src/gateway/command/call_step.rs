//! `call_join`, `call_decline`, `call_leave`: what a member does in a call.

use super::{CommandAnswer, GatewaySession, call, call_id};
use crate::{base::error::Result, gateway::frame::Frame, live::call_room::CallStep};

pub fn join(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    step(session_of, frame, CallStep::Join)
}

pub fn decline(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    step(session_of, frame, CallStep::Decline)
}

pub fn leave(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    step(session_of, frame, CallStep::Leave)
}

fn step(session_of: &GatewaySession, frame: &Frame, step: CallStep) -> Result<CommandAnswer> {
    Ok(call(&session_of.app.live.step(&session_of.connected.line, call_id(frame)?, step)?))
}
