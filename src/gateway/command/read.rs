//! `read`: everything in a conversation up to a message is read.

use super::session::Done;
use crate::{
    base::{error::Result, id::Id},
    domain::relations::dispatch::read,
    gateway::frame::Frame,
    store::Tx,
};

pub fn run(member: Id, db: &mut Tx, frame: &Frame) -> Result<Done> {
    read::read(db, member, frame.number("conversation_id")?, frame.number("message_id")?)?;
    Ok(Done::Ok)
}
