//! `watch`: tells when some members come and go. The list replaces the earlier one; whom one may not watch is left out.

use serde_json::json;

use super::session::{CommandAnswer, GatewaySession};
use crate::{base::error::Result, domain::relations::dispatch::call, gateway::frame::Frame, live::frame as shared};

const MOST: usize = 200;

pub fn run(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    let wanted = frame.ids_at_most("member_ids", MOST)?;
    let watched = call::watchable(&session_of.app.store.view(), session_of.member(), &wanted)?;
    let states = session_of.app.live.watch(&session_of.connected.line, watched, session_of.app.clock.now());
    Ok(CommandAnswer::Frame("presence", json!({ "members": shared::presences(&states) })))
}
