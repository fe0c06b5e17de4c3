//! `read`: everything in a conversation up to a message is read.

use super::session::Done;
use crate::{
    base::{error::Result, id::AccountId},
    domain::relations::dispatch::read,
    gateway::frame::Frame,
    store::Tx,
};

pub fn run(member: AccountId, db: &mut Tx, frame: &Frame) -> Result<Done> {
    read::read(db, member, frame.id("conversation_id")?, frame.id("message_id")?)?;
    Ok(Done::Ok)
}
