//! Who comes into a conversation later, and who leaves it.

use super::conversation::{Conversation, Participant, Side, new_participant, participant};
use crate::{
    base::{
        error::Result,
        id::{AccountId, ConversationId},
        page::Page,
    },
    domain::messaging::message,
    store::Tx,
};

/// Somebody comes into a conversation later: gets its messages from then on, and can read the earlier ones, which do not count as unread.
/// Who is there already stays as they are; who had left comes back, and what was written meanwhile does not count as unread either.
pub fn admit(db: &mut Tx, conversation: &Conversation, member: AccountId, side: Side) -> Result<()> {
    let known = participant(db, conversation.id, member)?;
    if known.as_ref().is_some_and(|known| known.left_at.is_none()) {
        return Ok(());
    }
    let last =
        message::list_newest(db, conversation.id, side, Page { skip: 0, limit: 1 })?.first().map(|message| message.id).unwrap_or_default();
    let mut participant = match known {
        Some(known) => Participant { left_at: None, unread: 0, ..known },
        None => new_participant(db, conversation, member, side)?,
    };
    (participant.last_message, participant.read_to) = (last, last);
    db.put(&participant)
}

/// Somebody leaves a conversation: gets no more of its messages, and finds it no more. Who is not there stays away.
pub fn dismiss(db: &mut Tx, conversation: ConversationId, member: AccountId) -> Result<()> {
    match participant(db, conversation, member)? {
        Some(participant) => db.put(&Participant { left_at: Some(db.now), unread: 0, ..participant }),
        None => Ok(()),
    }
}
