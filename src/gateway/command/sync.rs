//! `sync`: what lies in the member's inbox after a number.

use serde_json::{Value, json};

use super::{Answer, Seat};
use crate::{
    base::error::{INTERNAL, Result},
    domain::messaging::message::{self, Message},
    gateway::frame::Frame,
    live::frame::MessageView,
};

const USUAL: u64 = 100;
const MOST: u64 = 500;

pub fn run(seat: &Seat, frame: &Frame) -> Result<Answer> {
    let (after, me) = (frame.number("after")?, seat.member());
    let limit = frame.number_or_none("limit")?.unwrap_or(USUAL).clamp(1, MOST) as usize;
    let db = seat.hall.store.view();
    let mut messages = message::inbox_after(&db, me, after, limit + 1)?;
    let more = messages.len() > limit;
    messages.truncate(limit);
    let view = |message: Message| serde_json::to_value(MessageView::for_reader(&db, message, me)?).map_err(|e| INTERNAL.caused_by(e));
    let items: Vec<Value> = messages.into_iter().map(view).collect::<Result<_>>()?;
    Ok(Answer::Frame("messages", json!({ "items": items, "seq": message::newest_in_inbox(&db, me)?, "more": more })))
}
