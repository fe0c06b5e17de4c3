//! `ping`: a sign of life, answered with the clinic's time.

use serde_json::json;

use super::{Answer, Seat};
use crate::{base::error::Result, gateway::frame::Frame};

pub fn run(seat: &Seat, _: &Frame) -> Result<Answer> {
    Ok(Answer::Frame("pong", json!({ "time": seat.hall.clock.now().0 })))
}
