//! `call_create`: rings others and waits for them in the room.

use super::session::Done;
use crate::{
    base::{error::Result, id::AccountId},
    domain::relations::dispatch::call,
    gateway::frame::{Frame, MALFORMED},
    live::{
        call::NewCall,
        call_room::{self, CallMedia},
    },
    store::Tx,
};

pub fn run(member: AccountId, db: &mut Tx, frame: &Frame) -> Result<Done> {
    let media = CallMedia::from_name(frame.text("media")?).ok_or_else(|| MALFORMED.with("media 应为 audio 或 video"))?;
    let others = frame.ids("member_ids")?;
    if others.iter().all(|other| *other == member) {
        return Err(MALFORMED.with("member_ids 应有自己以外的人"));
    }
    call_room::need_places(member, &others)?;
    let placed = call::place(db, member, &others)?;
    Ok(Done::Call(NewCall {
        id: placed.id,
        media,
        creator: member,
        creator_name: placed.caller_name,
        others,
        rings_until: placed.rings_until,
    }))
}
