//! What a client may ask for, one command a file.

mod call_create;
mod call_signal;
mod call_step;
mod ping;
mod read;
mod send;
mod sync;
mod watch;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::frame::Frame;
use crate::{
    app::Hall,
    base::{
        error::{NOT_FOUND, Result},
        id::Id,
    },
    domain::messaging::message::Message,
    live::{
        Connected,
        call::NewCall,
        call_room::Room,
        frame::{self as shared, MessageView},
    },
    store::Tx,
};

pub struct Command {
    pub name: &'static str,
    pub run: Run,
}

/// Where a command runs.
pub enum Run {
    /// At once, beside the writer.
    Now(fn(&Seat, &Frame) -> Result<Answer>),
    /// As a job of the writer, for a member: it is answered when its changes are on disk.
    Write(fn(Id, &mut Tx, &Frame) -> Result<Done>),
}

#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { name: "send",         run: Run::Write(send::run) },
    Command { name: "sync",         run: Run::Now(sync::run) },
    Command { name: "read",         run: Run::Write(read::run) },
    Command { name: "watch",        run: Run::Now(watch::run) },
    Command { name: "ping",         run: Run::Now(ping::run) },
    Command { name: "call_create",  run: Run::Write(call_create::run) },
    Command { name: "call_join",    run: Run::Now(call_step::join) },
    Command { name: "call_decline", run: Run::Now(call_step::decline) },
    Command { name: "call_leave",   run: Run::Now(call_step::leave) },
    Command { name: "call_signal",  run: Run::Now(call_signal::run) },
];

/// Who is connected, and where.
pub struct Seat {
    pub connected: Connected,
    pub hall: Arc<Hall>,
}

impl Seat {
    pub fn member(&self) -> Id {
        self.connected.line.member
    }
}

/// How a command is answered.
pub enum Answer {
    /// A frame of this type with these members.
    Frame(&'static str, Value),
    /// Acknowledged, in its place among the messages.
    Sent(Message),
}

/// What a job of the writer leaves to do when it is on disk.
pub enum Done {
    Sent(Message),
    Ok,
    Call(NewCall),
}

impl Done {
    pub fn answer(self, seat: &Seat) -> Result<Answer> {
        match self {
            Done::Sent(message) => Ok(Answer::Sent(message)),
            Done::Ok => Ok(ok()),
            Done::Call(new) => Ok(call(&seat.hall.live.call(new, Some(&seat.connected.line))?)),
        }
    }
}

fn ok() -> Answer {
    Answer::Frame("ok", json!({}))
}

fn call(room: &Room) -> Answer {
    Answer::Frame("call", shared::call_fields(room))
}

/// A call that the frame names. What is not a number names none.
fn call_id(frame: &Frame) -> Result<Id> {
    match frame.number("call_id")? {
        0 => Err(NOT_FOUND.err()),
        id => Ok(id),
    }
}

/// A `message` frame.
pub fn message_frame(message: &MessageView) -> String {
    #[derive(Serialize)]
    struct MessageFrame<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        #[serde(flatten)]
        message: &'a MessageView,
    }
    serde_json::to_string(&MessageFrame { kind: "message", message }).expect("texts and numbers are JSON")
}
