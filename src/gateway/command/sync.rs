//! `sync`: what lies in the member's inbox after a number.

use super::session::{CommandAnswer, GatewaySession};
use crate::{
    base::error::Result,
    domain::messaging::message,
    gateway::{
        frame::Frame,
        page::{self, Head},
    },
};

const USUAL: u64 = 100;
const MOST: u64 = 500;

pub fn run(session_of: &GatewaySession, frame: &Frame) -> Result<CommandAnswer> {
    let (after, me) = (frame.number("after")?, session_of.member());
    let limit = frame.number_or_none("limit")?.unwrap_or(USUAL).clamp(1, MOST) as usize;
    let db = session_of.app.store.view();
    let seq = message::newest_in_inbox(&db, me)?;
    // A number that was never given here is one of another copy of the clinic.
    let reset = after > seq;
    let page = page::messages(&db, me, if reset { 0 } else { after }, limit)?;
    let head = Head { kind: "messages", id: frame.id.as_deref(), seq, more: page.more, reset };
    Ok(CommandAnswer::Whole(page.frame(&head)?))
}
