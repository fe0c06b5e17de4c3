//! Messages, and the inbox that every member has over all conversations: numbers 1, 2, 3 … without a gap, the member's own messages too.
//!
//! A message is never deleted, so the number of a member's messages is the newest number of the inbox.

pub(super) mod row;

use super::{
    change,
    conversation::{Conversation, Participant, Side},
};
use crate::{
    base::{
        error::{Kind, NOT_YOURS, Reason, Result, invalid},
        id::{AccountId, ConversationId, EncounterId, Id, MessageId},
        page::{Page, Slice},
        settings::PushProvider,
        time::Time,
    },
    domain::{
        identity::push_token,
        shared::event::{self, LiveEvent, Wake},
    },
    store::{Index, Key, Order, Tx, View, key},
};

pub const RETRACT_OVER: Reason = Reason::new(Kind::Rule, "retract_over", "已超过可撤回的时间");
pub const TOO_LONG: Reason = Reason::new(Kind::TooLarge, "too_large", "消息过长，最多 4000 个字符");

/// Characters of a text.
pub const MOST_CHARACTERS: usize = 4_000;
const MOST_IMAGES: usize = 9;

pub use crate::domain::shared::mimetype::TEXT;
use row::{BY_CLIENT_ID, BY_CONSULTATION, BY_CONVERSATION, INBOX};
pub use row::{Delivery, Message, Part, v1};

/// What somebody says.
#[derive(Clone, Debug, Default)]
pub struct Say {
    pub client_id: String,
    pub consultation_id: EncounterId,
    pub mimetype: String,
    pub content: String,
    pub images: Vec<String>,
    pub parts: Vec<Part>,
}

/// Writes a message into a conversation and lays it into the inbox of everybody who is there. Whether `from` may is the caller's to know.
///
/// Errors: `too_large`, `invalid_field`.
pub fn post(db: &mut Tx, mut conversation: Conversation, from: AccountId, say: Say) -> Result<Message> {
    if say.content.chars().count() > MOST_CHARACTERS {
        return Err(TOO_LONG.err());
    }
    if say.images.len() > MOST_IMAGES {
        return Err(invalid("images", format!("最多 {MOST_IMAGES} 项")));
    }
    let mut message = Message {
        id: db.next_id()?,
        conversation_id: conversation.id,
        from,
        client_id: say.client_id,
        consultation_id: say.consultation_id,
        mimetype: say.mimetype,
        content: say.content,
        images: say.images,
        parts: say.parts,
        delivered: Vec::new(),
        retracted_at: None,
        created_at: db.now,
    };
    for mut participant in super::conversation::participants(db, conversation.id)? {
        if participant.left_at.is_some() || !message.is_for(participant.side) {
            continue;
        }
        let seq = newest_in_inbox(db, participant.member)? + 1;
        message.delivered.push(Delivery { member: participant.member, seq });
        participant.last_message = message.id;
        participant.unread += u32::from(participant.member != from);
        db.put(&participant)?;
    }
    db.put(&message)?;
    event::notify_live(db, &LiveEvent::Posted { message: message.id })?;
    wake_phones(db, &message)?;
    if from != Id::NONE {
        conversation.last_said = message.id;
        db.put(&conversation)?;
    }
    Ok(message)
}

/// Whether a phone sleeps is seen when its turn comes.
fn wake_phones(db: &mut Tx, message: &Message) -> Result<()> {
    message.delivered.iter().try_for_each(|delivery| wake(db, message, delivery.member))
}

fn wake(db: &mut Tx, message: &Message, member: AccountId) -> Result<()> {
    let wakes = db.settings.push.provider != PushProvider::None && member != message.from && push_token::has_any(db, member)?;
    if wakes {
        event::wake(db, &Wake { message: message.id, member })?;
    }
    Ok(())
}

/// A device turned out to be gone: what has come into its member's inbox since then may never have arrived, so the member is woken once, for the
/// newest of it.
pub fn wake_again(db: &mut Tx, member: AccountId, since: Time) -> Result<()> {
    let newest = {
        let wakes = |message: &Message| message.from != member && message.retracted_at.is_none();
        let mut inbox = db.rows(&INBOX, key(&[&member]), Order::Newest);
        inbox.find(|message| message.as_ref().map_or(true, wakes)).transpose()?
    };
    match newest.filter(|message| message.created_at >= since) {
        Some(message) => wake(db, &message, member),
        None => Ok(()),
    }
}

/// The message that the member sent under this id.
pub fn by_client_id(db: &View, from: AccountId, client_id: &str) -> Result<Option<Message>> {
    if client_id.is_empty() {
        return Ok(None);
    }
    // Long ids are cut in the key, so two of them may share one.
    let mut sent = db.rows(&BY_CLIENT_ID, key(&[&from, &client_id]), Order::Oldest);
    sent.find(|message| message.as_ref().map_or(true, |message| message.client_id == client_id)).transpose()
}

/// Messages of the clinic itself whose id begins so, oldest first, at most `limit` after one of them. Reads them all: notices are withdrawn
/// now and then.
pub(super) fn from_clinic(db: &View, prefix: &str, after: MessageId, limit: usize) -> Result<Vec<Message>> {
    // As a key a text ends with a zero byte, which sorts before everything that can follow the prefix.
    let (begin, end) = (key(&[&prefix]), key(&[&format!("{prefix}\u{10ffff}").as_str()]));
    let mut ids: Vec<_> = db.ids_between(&BY_CLIENT_ID, key(&[&0u64]), begin, end, Order::Oldest).collect::<Result<_>>()?;
    ids.sort_unstable();
    ids.into_iter().filter(|id| *id > after).take(limit).map(|id| db.need(id)).collect()
}

/// What a side can read in a conversation, oldest first.
pub fn list(db: &View, conversation: ConversationId, side: Side, page: Page) -> Result<Slice<Message>> {
    let group = key(&[&conversation, &(side as u8)]);
    let total = db.count(&BY_CONVERSATION, group.clone())?;
    if page.skip as u64 >= total {
        return Ok(Slice { items: Vec::new(), total }); // or any page number would walk the whole conversation
    }
    let ids = db.ids(&BY_CONVERSATION, group, Order::Oldest).skip(page.skip).take(page.limit);
    let items = ids.map(|id| db.need(id?)).collect::<Result<_>>()?;
    Ok(Slice { items, total })
}

/// Where a part of a conversation begins or ends.
#[derive(Clone, Copy)]
pub enum Place {
    /// The oldest of what came after a message.
    After(MessageId),
    /// The newest of what came before one.
    Before(MessageId),
}

/// The part of it beside a message, oldest first, at most `limit` messages, with the total of the whole conversation.
pub fn list_beside(db: &View, conversation: ConversationId, side: Side, place: Place, limit: usize) -> Result<Slice<Message>> {
    beside(db, &BY_CONVERSATION, key(&[&conversation, &(side as u8)]), place, limit)
}

/// The same of one consult or consultation.
pub fn list_of_consultation_beside(db: &View, consultation: EncounterId, side: Side, place: Place, limit: usize) -> Result<Slice<Message>> {
    beside(db, &BY_CONSULTATION, key(&[&consultation, &(side as u8)]), place, limit)
}

/// The order within both groups is the message's id, with which every index entry ends.
fn beside(db: &View, index: &Index<Message>, group: Key, place: Place, limit: usize) -> Result<Slice<Message>> {
    let total = db.count(index, group.clone())?;
    let (from, to, order) = match place {
        Place::After(id) => (id.number().saturating_add(1), u64::MAX, Order::Oldest),
        Place::Before(id) => (0, id.number(), Order::Newest),
    };
    let ids = db.ids_between(index, group, key(&[&from]), key(&[&to]), order).take(limit);
    let mut items: Vec<Message> = ids.map(|id| db.need(id?)).collect::<Result<_>>()?;
    if matches!(place, Place::Before(_)) {
        items.reverse();
    }
    Ok(Slice { items, total })
}

/// The same, newest first, and without a total.
pub fn list_newest(db: &View, conversation: ConversationId, side: Side, page: Page) -> Result<Vec<Message>> {
    if page.skip as u64 >= count(db, conversation, side)? {
        return Ok(Vec::new());
    }
    let ids = db.ids(&BY_CONVERSATION, key(&[&conversation, &(side as u8)]), Order::Newest);
    ids.skip(page.skip).take(page.limit).map(|id| db.need(id?)).collect()
}

/// What a side can read of one consult or consultation, oldest first.
pub fn list_of_consultation(db: &View, consultation: EncounterId, side: Side) -> Result<Vec<Message>> {
    db.rows(&BY_CONSULTATION, key(&[&consultation, &(side as u8)]), Order::Oldest).collect()
}

/// Its sender takes a message back, within `consultation.retract_window`. Again changes nothing. Whether what it belongs to can do without it
/// is asked before (`consultation::message::take_back`).
///
/// Errors: `not_yours`, `retract_over`.
pub(in crate::domain) fn take_back(db: &mut Tx, sender: AccountId, message: Message) -> Result<Message> {
    if message.from != sender {
        return Err(NOT_YOURS.err());
    }
    if message.retracted_at.is_none() && db.now.since(message.created_at) > db.settings.consultation.retract_window.ms() {
        return Err(RETRACT_OVER.err());
    }
    retract(db, message)
}

/// Takes a message back: it stays where it is, and says no more than that. Again changes nothing and is told to nobody.
pub(super) fn retract(db: &mut Tx, mut message: Message) -> Result<Message> {
    if message.retracted_at.is_none() {
        message.retracted_at = Some(db.now);
        db.put(&message)?;
        change::retracted(db, &message)?;
    }
    Ok(message)
}

/// What lies in a member's inbox after `seq`, by number.
pub fn inbox_after(db: &View, member: AccountId, seq: u64) -> impl Iterator<Item = Result<Message>> {
    let ids = db.ids_between(&INBOX, key(&[&member]), key(&[&seq.saturating_add(1)]), key(&[&u64::MAX]), Order::Oldest);
    ids.map(|id| db.need(id?))
}

/// The ids of what lies in a member's inbox, by number, without reading it.
pub fn ids_in_inbox(db: &View, member: AccountId) -> impl Iterator<Item = Result<MessageId>> {
    db.ids(&INBOX, key(&[&member]), Order::Oldest)
}

/// A member's inbox, by its numbers.
pub(super) fn inbox(db: &View, member: AccountId) -> Result<Vec<Message>> {
    db.rows(&INBOX, key(&[&member]), Order::Oldest).collect()
}

/// The message when `from` is `to`: it is the other's, and gets the next number of the other's inbox unless it lies there already.
pub(super) fn hand_over(db: &mut Tx, mut message: Message, from: AccountId, to: AccountId) -> Result<()> {
    if message.from == from {
        message.from = to;
    }
    let has_it = message.delivered.iter().any(|delivery| delivery.member == to);
    message.delivered.retain(|delivery| delivery.member != from);
    if !has_it {
        message.delivered.push(Delivery { member: to, seq: newest_in_inbox(db, to)? + 1 });
    }
    db.put(&message)?;
    event::notify_live(db, &LiveEvent::Posted { message: message.id })
}

/// Deletes all messages of a conversation whose members go with it.
pub(super) fn forget_all(db: &mut Tx, conversation: ConversationId) -> Result<()> {
    for side in [Side::Patient, Side::Staff] {
        let ids: Vec<_> = db.ids(&BY_CONVERSATION, key(&[&conversation, &(side as u8)]), Order::Oldest).collect::<Result<_>>()?;
        ids.into_iter().try_for_each(|id| db.delete::<Message>(id))?;
    }
    Ok(())
}

/// All messages of one conversation go into another.
pub(super) fn move_all(db: &mut Tx, conversation: ConversationId, other: ConversationId) -> Result<()> {
    for side in [Side::Patient, Side::Staff] {
        let messages: Vec<Message> =
            db.rows(&BY_CONVERSATION, key(&[&conversation, &(side as u8)]), Order::Oldest).collect::<Result<_>>()?;
        messages.into_iter().try_for_each(|message| db.put(&Message { conversation_id: other, ..message }))?;
    }
    Ok(())
}

/// What a participant can read of others after a message, oldest first.
pub(super) fn of_others_after<'a>(
    db: &'a View,
    participant: &Participant,
    after: MessageId,
) -> impl Iterator<Item = Result<Message>> + use<'a> {
    let (group, member) = (key(&[&participant.conversation_id, &(participant.side as u8)]), participant.member);
    let ids = db.ids_between(&BY_CONVERSATION, group, key(&[&after.number().saturating_add(1)]), key(&[&u64::MAX]), Order::Oldest);
    ids.map(|id| db.need::<Message>(id?)).filter(move |message| message.as_ref().map_or(true, |message| message.from != member))
}

/// How much of it there is.
pub fn count(db: &View, conversation: ConversationId, side: Side) -> Result<u64> {
    db.count(&BY_CONVERSATION, key(&[&conversation, &(side as u8)]))
}

/// The newest number of a member's inbox, 0 while it is empty.
pub fn newest_in_inbox(db: &View, member: AccountId) -> Result<u64> {
    db.count(&INBOX, key(&[&member]))
}
