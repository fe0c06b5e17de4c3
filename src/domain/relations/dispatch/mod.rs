//! Dispatch: whatever kind of conversation a member writes to, reads or calls through the live gateway, it is put through to the room
//! whose rules hold there. It makes no rules of its own.

pub mod call;
pub mod conversations;
pub mod read;
pub mod retract;
pub mod send;

use super::privacy;
use crate::{
    base::{
        error::{NOT_FOUND, NOT_YOURS, Result},
        id::{AccountId, ConsultationId, ConversationId, EncounterId},
    },
    domain::{
        consultation::{self, Consultation},
        identity::account::Account,
    },
    store::View,
};

/// Where something goes, or what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendTarget {
    /// Directly with a member.
    Member(AccountId),
    /// The group of a team consult, or a paid consultation.
    Consultation(EncounterId),
    Conversation(ConversationId),
}

/// Whom messages of the clinic itself are from.
const CLINIC: &str = "系统";

/// What `reader` finds a member called in a conversation; 系统 for the clinic itself, nothing for who is no more.
pub fn name_of(db: &View, reader: AccountId, member: AccountId) -> Result<String> {
    match member.known() {
        None => Ok(CLINIC.to_owned()),
        Some(member) => privacy::name(db, reader, member),
    }
}

/// A paid consultation of the member's. Errors: `not_found`, also for others': that there is one is theirs alone.
fn consultation_of(db: &View, member: AccountId, id: ConsultationId) -> Result<Consultation> {
    let role = db.need::<Account>(member)?.role;
    let found = consultation::need_of(db, member, role, id);
    let consultation = found.map_err(|error| if error.is(&NOT_YOURS) { NOT_FOUND.err() } else { error })?;
    // Before it is paid there is nowhere to talk.
    match consultation.conversation_id.known() {
        None => Err(NOT_FOUND.err()),
        Some(_) => Ok(consultation),
    }
}
