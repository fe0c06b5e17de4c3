//! What internet_hospital lists as chats (互联网医院 8.1 to 8.3): an account's conversations about consultations, and its system conversation.

use super::talking;
use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::ConversationId,
    },
    domain::{
        directory::patient::Patient,
        identity::account::Account,
        messaging::{
            contact,
            conversation::{self, Between, Conversation, ConversationKind},
            message::Message,
            system,
        },
    },
    store::View,
};

pub struct Talk {
    pub conversation: Conversation,
    /// Who talks; the clinic itself where there is nobody.
    pub partners: Option<Partners>,
    /// Whether the account may write now.
    pub may_talk: bool,
    /// The newest message that a person wrote; of a system conversation the newest notice.
    pub last: Option<Message>,
}

pub struct Partners {
    pub patient: Patient,
    pub doctor: Account,
}

/// The account's talks, the one with the newest message first; what has none yet comes last.
pub fn list(db: &View, account: &Account) -> Result<Vec<Talk>> {
    let mut talks = vec![of_system(db, account)?];
    for mine in conversation::of_member(db, account.id, ConversationKind::Chat)? {
        talks.push(of(db, db.need(mine.conversation_id)?)?);
    }
    talks.sort_by_key(|talk| std::cmp::Reverse(talk.last.as_ref().map(|message| message.id).unwrap_or_default()));
    Ok(talks)
}

/// One of the account's talks. Errors: `not_found`, also for other people's: that two people talk is theirs alone.
pub fn need(db: &View, account: &Account, id: ConversationId) -> Result<Talk> {
    if id == account.system_chat {
        return of_system(db, account);
    }
    let mine = conversation::need_participant(db, id, ConversationKind::Chat, account.id)?;
    of(db, db.need(mine.conversation_id)?)
}

fn of(db: &View, conversation: Conversation) -> Result<Talk> {
    let Between::Chat(patient, doctor) = conversation.between() else { return Err(NOT_FOUND.err()) };
    let partners = Partners { patient: db.need(patient)?, doctor: db.need(doctor.account())? };
    Ok(Talk {
        may_talk: talking(db, patient, doctor)?.is_some()
            && !contact::is_ban_between(db, partners.patient.owner.account(), doctor.account())?,
        last: db.get(conversation.last_said)?,
        partners: Some(partners),
        conversation,
    })
}

/// The document's example has `status` true here, too.
fn of_system(db: &View, account: &Account) -> Result<Talk> {
    Ok(Talk { conversation: system::of(db, account)?, partners: None, may_talk: true, last: system::last(db, account)? })
}
