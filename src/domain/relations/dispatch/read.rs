//! Reading what was said, and saying that it has been read.

use super::{SendTarget, consultation_of};
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::{AccountId, ConversationId, MessageId},
        page::Slice,
    },
    domain::{
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Participant, Side},
            message::{self, Message, Place},
            reading,
        },
        team_consult::TeamConsult,
    },
    store::{Tx, View},
};

/// What a member can read in a conversation after or before a message, oldest first, at most `limit`; the total is that of the whole
/// conversation. Also what was said before the member came. With somebody to whom nothing was ever written directly there is nothing.
///
/// Errors: `not_found`, also for what is not the member's.
pub fn messages(db: &View, member: AccountId, of: SendTarget, place: Place, limit: usize) -> Result<(Side, Slice<Message>)> {
    let side = |conversation| conversation::need_present(db, conversation, member).map(|mine| mine.side);
    match of {
        SendTarget::Member(other) => {
            let named = db.get::<Account>(other)?.filter(|account| account.role != Role::Admin);
            let other = named.ok_or_else(|| NOT_FOUND.err())?.id;
            match conversation::find(db, Between::Direct(member, other))? {
                Some(conversation) => in_conversation(db, conversation.id, side(conversation.id)?, place, limit),
                None => Ok((Side::Patient, Slice { items: Vec::new(), total: 0 })),
            }
        }
        SendTarget::Conversation(id) => in_conversation(db, id, side(id)?, place, limit),
        SendTarget::Consultation(id) => match db.get::<TeamConsult>(id.team_consult())? {
            Some(consult) => in_conversation(db, consult.conversation_id, side(consult.conversation_id)?, place, limit),
            None => {
                let consultation = consultation_of(db, member, id.consultation())?;
                let side = side(consultation.conversation_id)?;
                Ok((side, message::list_of_consultation_beside(db, consultation.id.encounter(), side, place, limit)?))
            }
        },
    }
}

fn in_conversation(db: &View, conversation: ConversationId, side: Side, place: Place, limit: usize) -> Result<(Side, Slice<Message>)> {
    Ok((side, message::list_beside(db, conversation, side, place, limit)?))
}

/// The member has read everything up to this message of the conversation. Errors: `not_found`.
pub fn read(db: &mut Tx, member: AccountId, conversation: ConversationId, message: MessageId) -> Result<Participant> {
    let mine = conversation::need_present(db, conversation, member)?;
    let found = db.get::<Message>(message)?.filter(|message| message.conversation_id == conversation && message.is_for(mine.side));
    let message = found.ok_or_else(|| NOT_FOUND.err())?;
    reading::read_to(db, mine, message.id)
}
