//! `call_signal`: WebRTC's offers, answers and candidates, passed on as they are.

use super::{Answer, Seat, call_id, ok};
use crate::{
    base::error::Result,
    gateway::frame::{Frame, MALFORMED},
};

pub fn run(seat: &Seat, frame: &Frame) -> Result<Answer> {
    let kind = frame.text("kind")?;
    if !["offer", "answer", "candidate"].contains(&kind) {
        return Err(MALFORMED.with("kind 应为 offer、answer 或 candidate"));
    }
    seat.hall.live.signal(seat.member(), call_id(frame)?, frame.number("to_member_id")?, kind, frame.object("data")?)?;
    Ok(ok())
}
