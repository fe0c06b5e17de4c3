//! Taking a message back, in every kind of conversation.

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{AccountId, MessageId},
    },
    domain::{
        consultation,
        messaging::{
            conversation::{self, Participant},
            message::Message,
        },
    },
    store::Tx,
};

/// The member takes a message of its own back, also where it has left the conversation since. Again changes nothing and is told to nobody.
///
/// Errors: `not_found` (also for what the member cannot read), `not_yours`, `retract_over`.
pub fn retract(db: &mut Tx, member: AccountId, message: MessageId) -> Result<(Participant, Message)> {
    let message: Message = db.need(message)?;
    let mine = conversation::participant(db, message.conversation_id, member)?.ok_or_else(|| NOT_FOUND.err())?;
    let readable = message.is_for(mine.side) && (mine.left_at.is_none() || message.seq_of(member).is_some());
    if !readable {
        return Err(NOT_FOUND.err());
    }
    Ok((mine, consultation::message::take_back(db, member, message)?))
}
