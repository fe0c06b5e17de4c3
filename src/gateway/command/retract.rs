//! `retract`: the sender takes a message back.

use super::session::Done;
use crate::{
    base::{error::Result, id::AccountId},
    domain::relations::dispatch::retract,
    gateway::frame::Frame,
    store::Tx,
};

pub fn run(member: AccountId, db: &mut Tx, frame: &Frame) -> Result<Done> {
    retract::retract(db, member, frame.id("message_id")?)?;
    Ok(Done::Ok)
}
