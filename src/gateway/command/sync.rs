//! `sync`: what lies in the member's inbox after a number.

use super::session::CommandAnswer;
use crate::{
    base::{error::Result, id::AccountId},
    domain::messaging::message,
    gateway::{
        frame::Frame,
        page::{self, Head},
    },
    store::View,
};

const USUAL: u64 = 100;
const MOST: u64 = 500;

pub fn run(me: AccountId, db: &View, frame: &Frame) -> Result<CommandAnswer> {
    let after = frame.number("after")?;
    let limit = frame.number_or_none("limit")?.unwrap_or(USUAL).clamp(1, MOST) as usize;
    let seq = message::newest_in_inbox(db, me)?;
    // A number that was never given here is one of another copy of the clinic.
    let reset = after > seq;
    let page = page::messages(db, me, if reset { 0 } else { after }, limit)?;
    let head = Head { kind: "messages", id: frame.id.as_deref(), seq, more: page.more, reset };
    Ok(CommandAnswer::Whole(page.frame(&head)?))
}
