//! What a client may ask for, one command a file.

mod call_create;
mod call_signal;
mod call_step;
mod ping;
mod read;
mod retract;
mod send;
mod sync;
mod watch;

use std::sync::Arc;

use serde_json::{Value, json};

use super::frame::Frame;
use crate::{
    app::App,
    base::{
        error::{NOT_FOUND, Result},
        id::Id,
    },
    domain::messaging::message::Message,
    live::{Connected, call::NewCall, call_room::CallRoom, frame as shared},
    store::Tx,
};

pub struct Command {
    pub name: &'static str,
    pub run: CommandRun,
}

/// Where a command runs.
pub enum CommandRun {
    /// At once, beside the writer.
    Now(fn(&GatewaySession, &Frame) -> Result<CommandAnswer>),
    /// As a job of the writer, for a member: it is answered when its changes are on disk.
    Write(fn(Id, &mut Tx, &Frame) -> Result<Done>),
}

pub const SEND: &str = "send";
pub const SIGNAL: &str = "call_signal";

#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { name: SEND,           run: CommandRun::Write(send::run) },
    Command { name: "retract",      run: CommandRun::Write(retract::run) },
    Command { name: "sync",         run: CommandRun::Now(sync::run) },
    Command { name: "read",         run: CommandRun::Write(read::run) },
    Command { name: "watch",        run: CommandRun::Now(watch::run) },
    Command { name: "ping",         run: CommandRun::Now(ping::run) },
    Command { name: "call_create",  run: CommandRun::Write(call_create::run) },
    Command { name: "call_join",    run: CommandRun::Now(call_step::join) },
    Command { name: "call_decline", run: CommandRun::Now(call_step::decline) },
    Command { name: "call_leave",   run: CommandRun::Now(call_step::leave) },
    Command { name: SIGNAL,         run: CommandRun::Now(call_signal::run) },
];

/// Who is connected, and where.
pub struct GatewaySession {
    pub connected: Connected,
    pub app: Arc<App>,
}

impl GatewaySession {
    pub fn member(&self) -> Id {
        self.connected.line.member
    }
}

/// How a command is answered.
pub enum CommandAnswer {
    /// A frame of this type with these members.
    Frame(&'static str, Value),
    /// A frame that is written already.
    Whole(String),
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
    pub fn answer(self, session_of: &GatewaySession) -> Result<CommandAnswer> {
        match self {
            Done::Sent(message) => Ok(CommandAnswer::Sent(message)),
            Done::Ok => Ok(ok()),
            Done::Call(new) => Ok(call(&session_of.app.live.call(new, Some(&session_of.connected.line))?)),
        }
    }
}

fn ok() -> CommandAnswer {
    CommandAnswer::Frame("ok", json!({}))
}

fn call(room: &CallRoom) -> CommandAnswer {
    CommandAnswer::Frame("call", shared::call_fields(room))
}

/// A call that the frame names. What is not a number names none.
fn call_id(frame: &Frame) -> Result<Id> {
    match frame.number("call_id")? {
        0 => Err(NOT_FOUND.err()),
        id => Ok(id),
    }
}
