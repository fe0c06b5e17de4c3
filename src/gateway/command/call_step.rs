//! `call_join`, `call_decline`, `call_leave`: what a member does in a call.

use super::{Answer, Seat, call, call_id};
use crate::{base::error::Result, gateway::frame::Frame, live::call_room::Step};

pub fn join(seat: &Seat, frame: &Frame) -> Result<Answer> {
    step(seat, frame, Step::Join)
}

pub fn decline(seat: &Seat, frame: &Frame) -> Result<Answer> {
    step(seat, frame, Step::Decline)
}

pub fn leave(seat: &Seat, frame: &Frame) -> Result<Answer> {
    step(seat, frame, Step::Leave)
}

fn step(seat: &Seat, frame: &Frame, step: Step) -> Result<Answer> {
    Ok(call(&seat.hall.live.step(&seat.connected.line, call_id(frame)?, step)?))
}
