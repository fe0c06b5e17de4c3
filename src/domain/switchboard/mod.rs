//! The switchboard: whatever kind of conversation a member writes to, reads or calls through the live gateway, it is put through to the room
//! whose rules hold there. It makes no rules of its own.

use super::{
    account::{Account, Role},
    assistant, doctor, patient,
};
use crate::{
    base::{error::Result, id::Id},
    store::View,
};

/// Whom messages of the clinic itself are from.
const CLINIC: &str = "系统";

/// What a member is called in a conversation; 系统 for the clinic itself, nothing for who is no more.
pub fn name_of(db: &View, member: Id) -> Result<String> {
    if member == 0 {
        return Ok(CLINIC.to_owned());
    }
    Ok(match db.get::<Account>(member)?.map(|account| account.role) {
        Some(Role::Patient) => patient::oneself(db, member)?.map(|oneself| oneself.name).unwrap_or_default(),
        Some(Role::Doctor) => doctor::profile(db, member)?.name,
        Some(Role::Assistant) => assistant::profile(db, member)?.name,
        Some(Role::Admin) | None => String::new(),
    })
}
