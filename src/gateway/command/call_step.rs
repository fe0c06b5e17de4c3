//! `call_join`, `call_decline`, `call_leave`: what a member does in a call.

use super::session::{CommandAnswer, GatewaySession, call, call_id};
use crate::{
    base::{error::Result, id::CallId},
    domain::relations::dispatch,
    gateway::frame::Frame,
    live::call_room::CallStep,
};

/// Nobody is brought together with somebody across a ban.
pub fn join(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    let call = call_id(frame)?;
    may_join(session_of, call)?;
    let answer = step(session_of, frame, CallStep::Join)?;
    // A ban that came in between was heard before the member was in the call.
    if let Err(refusal) = may_join(session_of, call) {
        step(session_of, frame, CallStep::Leave)?;
        return Err(refusal);
    }
    Ok(answer)
}

pub fn decline(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    step(session_of, frame, CallStep::Decline)
}

pub fn leave(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    step(session_of, frame, CallStep::Leave)
}

fn may_join(session_of: &GatewaySession, call: CallId) -> Result<()> {
    let company = session_of.app.live.company(session_of.member(), call)?;
    dispatch::call::may_join(&session_of.app.store.view(), session_of.member(), &company)
}

fn step(session_of: &GatewaySession, frame: &Frame, step: CallStep) -> Result<CommandAnswer> {
    Ok(call(&session_of.app.live.step(&session_of.connected.line, call_id(frame)?, step)?))
}
