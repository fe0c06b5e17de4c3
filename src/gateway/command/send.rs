//! `send`: a message to a member, a consult's group or any conversation of the sender's.

use super::session::Done;
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id},
    },
    domain::relations::dispatch::{
        SendTarget,
        send::{Send, send},
    },
    gateway::frame::{Frame, MALFORMED},
    store::Tx,
};

const MOST_IMAGES: usize = 9;
/// Of an address.
const MOST_ADDRESS: usize = 500;

pub fn run(member: AccountId, db: &mut Tx, frame: &Frame) -> Result<Done> {
    let images = frame.texts("images")?;
    if images.len() > MOST_IMAGES || images.iter().any(|image| image.chars().count() > MOST_ADDRESS) {
        return Err(MALFORMED.with(format!("images 最多 {MOST_IMAGES} 个地址，每个最多 {MOST_ADDRESS} 个字符")));
    }
    let message = Send {
        to: target(frame)?,
        mimetype: frame.text("mimetype")?.to_owned(),
        content: frame.text("content")?.to_owned(),
        images,
        client_id: frame.id.clone().unwrap_or_default(),
    };
    send(db, member, message).map(Done::Sent)
}

/// Exactly one of the three.
fn target(frame: &Frame) -> Result<SendTarget> {
    let named = |name| frame.number_or_none(name);
    match (named("to_member_id")?, named("consultation_id")?, named("conversation_id")?) {
        (Some(id), None, None) => Ok(SendTarget::Member(Id::from_number(id))),
        (None, Some(id), None) => Ok(SendTarget::Consultation(Id::from_number(id))),
        (None, None, Some(id)) => Ok(SendTarget::Conversation(Id::from_number(id))),
        _ => Err(MALFORMED.with("to_member_id、consultation_id、conversation_id 应有且仅有一个")),
    }
}
