//! `sync`: what lies in the member's inbox after a number.

use serde_json::{Value, json};

use super::{CommandAnswer, GatewaySession};
use crate::{
    base::error::{INTERNAL, Result},
    domain::messaging::message::{self, Message},
    gateway::frame::Frame,
    live::frame::MessageView,
};

const USUAL: u64 = 100;
const MOST: u64 = 500;

pub fn run(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    let (after, me) = (frame.number("after")?, session_of.member());
    let limit = frame.number_or_none("limit")?.unwrap_or(USUAL).clamp(1, MOST) as usize;
    let db = session_of.app.store.view();
    let mut messages = message::inbox_after(&db, me, after, limit + 1)?;
    let more = messages.len() > limit;
    messages.truncate(limit);
    let view = |message: Message| serde_json::to_value(MessageView::for_reader(&db, message, me)?).map_err(|e| INTERNAL.caused_by(e));
    let items: Vec<Value> = messages.into_iter().map(view).collect::<Result<_>>()?;
    Ok(CommandAnswer::Frame("messages", json!({ "items": items, "seq": message::newest_in_inbox(&db, me)?, "more": more })))
}
