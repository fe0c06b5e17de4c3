//! `watch`: tells when some members come and go. The list replaces the earlier one; whom one may not watch is left out.

use serde_json::json;

use super::{Answer, Seat};
use crate::{base::error::Result, domain::relations::dispatch::call, gateway::frame::Frame, live::frame as shared};

const MOST: usize = 200;

pub fn run(seat: &Seat, frame: &Frame) -> Result<Answer> {
    let wanted = frame.ids("member_ids", MOST)?;
    let watched = call::watchable(&seat.hall.store.view(), seat.member(), &wanted)?;
    let states = seat.hall.live.watch(&seat.connected.line, watched, seat.hall.clock.now());
    Ok(Answer::Frame("presence", json!({ "members": shared::presences(&states) })))
}
