//! Which sleeping phones are woken for which message. Who is connected, or has read it meanwhile, needs no waking.

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::AccountId,
        time::MINUTE,
    },
    domain::{
        identity::push_token::{self, PushToken},
        messaging::{conversation, message::Message},
        relations::privacy,
        shared::event::{PUSH, Waiting, Wake},
    },
    store::View,
};

/// A phone that wakes later than this tells nothing new.
const WORTH: i64 = 10 * MINUTE;

/// Somebody to be woken.
pub struct PendingPush {
    pub member: AccountId,
    pub phones: Vec<PushToken>,
    pub message: Message,
    /// Who writes; `None` where the clinic itself does.
    pub from: Option<String>,
}

/// Who waits to be woken, oldest first.
pub fn waiting(db: &View) -> Result<Vec<Waiting<PendingPush>>> {
    let read = |event: Result<crate::store::Event>| {
        let event = event?;
        let wake = serde_json::from_slice(&event.bytes).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Waiting { seq: event.seq, what: find(db, wake)? })
    };
    db.events_after(PUSH, 0).map(read).collect()
}

fn find(db: &View, wake: Wake) -> Result<Option<PendingPush>> {
    let Some(message) = db.get::<Message>(wake.message)? else { return Ok(None) };
    let unread = conversation::participant(db, message.conversation_id, wake.member)?.is_some_and(|reader| !reader.has_read(message.id));
    let phones = push_token::list(db, wake.member)?;
    if !unread || phones.is_empty() || message.retracted_at.is_some() || db.now.since(message.created_at) > WORTH {
        return Ok(None);
    }
    let from = match message.from.known() {
        None => None,
        Some(member) => Some(privacy::name(db, wake.member, member)?),
    };
    Ok(Some(PendingPush { member: wake.member, phones, message, from }))
}
