//! Who gives a command, and how it is answered.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    app::App,
    base::{
        error::{NOT_FOUND, Result},
        id::{AccountId, CallId},
    },
    domain::messaging::message::Message,
    gateway::frame::Frame,
    live::{Connected, call::NewCall, call_room::CallRoom, frame as shared},
};

/// Who is connected, and where.
pub struct GatewaySession {
    pub connected: Connected,
    pub app: Arc<App>,
}

impl GatewaySession {
    pub fn member(&self) -> AccountId {
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

pub fn ok() -> CommandAnswer {
    CommandAnswer::Frame("ok", json!({}))
}

pub fn call(room: &CallRoom) -> CommandAnswer {
    CommandAnswer::Frame("call", shared::call_fields(room))
}

/// A call that the frame names. What is not a number names none.
pub fn call_id(frame: &Frame) -> Result<CallId> {
    match frame.number("call_id")? {
        0 => Err(NOT_FOUND.err()),
        id => Ok(CallId::from_number(id)),
    }
}
