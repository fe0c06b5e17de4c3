//! The frames that several devices get, and the shape of a message as clients of the gateway and of `/im/messages` read it.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Ended, Presence,
    call_room::{CallRoom, CallState},
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, CallId, ConversationId, EncounterId, MessageId},
    },
    domain::{
        messaging::{
            change::{Change, What},
            conversation::{self, Conversation, ConversationKind, Side},
            message::{Message, Part},
        },
        relations::dispatch,
    },
    store::View,
};

/// A message as one member reads it.
#[derive(Serialize)]
pub struct MessageView {
    /// Its number in the reader's inbox; `None` where it does not lie there, because it was written before the reader came.
    pub seq: Option<u64>,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub conversation: &'static str,
    pub consultation_id: Option<EncounterId>,
    pub from_member_id: AccountId,
    pub from_name: String,
    pub mimetype: String,
    pub content: String,
    pub images: Vec<String>,
    pub retracted: bool,
    pub created: i64,
}

/// What the clinic tells, as the content of a notice.
#[derive(Serialize)]
struct NoticeContent<'a> {
    title: &'a str,
    text: &'a str,
}

impl MessageView {
    /// The message as `reader` reads it, on that side of the conversation.
    pub fn of(db: &View, message: Message, reader: AccountId, side: Side) -> Result<MessageView> {
        let kind = db.get::<Conversation>(message.conversation_id)?.map_or(ConversationKind::System, |conversation| conversation.kind);
        let retracted = message.retracted_at.is_some();
        let part = message.parts.iter().find(|part| part.side == side);
        let content = match part {
            _ if retracted => String::new(),
            Some(part) => notice(part),
            None => message.content.clone(),
        };
        Ok(MessageView {
            seq: message.seq_of(reader),
            message_id: message.id,
            conversation_id: message.conversation_id,
            conversation: name(kind),
            consultation_id: Some(message.consultation_id).filter(|id| !id.is_none()),
            from_member_id: message.from,
            from_name: dispatch::name_of(db, reader, message.from)?,
            content,
            images: if retracted { Vec::new() } else { message.images },
            mimetype: message.mimetype,
            retracted,
            created: message.created_at.0,
        })
    }

    /// The same, on whichever side of its conversation the reader is.
    pub fn for_reader(db: &View, message: Message, reader: AccountId) -> Result<MessageView> {
        let side = match message.parts.is_empty() {
            true => Side::Patient, // everybody reads the same
            false => conversation::participant(db, message.conversation_id, reader)?.map_or(Side::Patient, |mine| mine.side),
        };
        MessageView::of(db, message, reader, side)
    }
}

/// What a conversation of this kind is called.
pub const fn name(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "direct",
        ConversationKind::Consult => "consult",
        ConversationKind::Chat => "chat",
        ConversationKind::Dialog => "dialog",
        ConversationKind::System => "system",
    }
}

fn notice(part: &Part) -> String {
    let (title, text) = headed(part);
    serde_json::to_string(&NoticeContent { title, text }).expect("two texts are JSON")
}

/// Title and text of what the clinic tells: the first line is the title of a notice without one.
pub fn headed(part: &Part) -> (&str, &str) {
    match part.title.is_empty() {
        true => part.text.split_once('\n').map_or((part.text.as_str(), ""), |(title, text)| (title.trim_end(), text)),
        false => (&part.title, &part.text),
    }
}

/// A change as a member is told of it.
pub fn change(db: &View, change: &Change, member: AccountId) -> Result<String> {
    let number = change.number_of(member);
    let conversation = db.get::<Message>(change.message())?.map(|message| message.conversation_id);
    let frame = match change.what {
        What::Retracted { message } => {
            json!({ "type": "retracted", "change": number, "conversation_id": conversation, "message_id": message })
        }
        What::Read { member, message } => json!({
            "type": "read", "change": number, "conversation_id": conversation, "member_id": member, "message_id": message, "created": change.at.0,
        }),
    };
    Ok(frame.to_string())
}

pub fn presence(members: &[Presence]) -> Bytes {
    bytes(&json!({ "type": "presence", "members": presences(members) }))
}

pub fn presences(members: &[Presence]) -> Value {
    let one = |one: &Presence| json!({ "member_id": one.member, "online": one.online, "last_seen": one.last_seen.map(|at| at.0) });
    members.iter().map(one).collect()
}

pub fn call(room: &CallRoom) -> Bytes {
    let mut frame = call_fields(room);
    frame["type"] = "call".into();
    bytes(&frame)
}

/// What stands in a `call` frame and in the answer to `POST /im/calls`.
pub fn call_fields(room: &CallRoom) -> Value {
    json!({ "call_id": room.id, "media": room.media.name(), "creator_id": room.creator, "members": members(room) })
}

pub fn invite(room: &CallRoom) -> Bytes {
    bytes(&json!({
        "type": "call_invite", "call_id": room.id, "from_member_id": room.creator, "from_name": room.creator_name,
        "media": room.media.name(), "members": members(room),
    }))
}

pub fn signal(call: CallId, from: AccountId, kind: &str, data: &Value) -> Bytes {
    bytes(&json!({ "type": "call_signal", "call_id": call, "from_member_id": from, "kind": kind, "data": data }))
}

pub fn call_state(call: CallId, member: AccountId, state: CallState) -> Bytes {
    bytes(&json!({ "type": "call_state", "call_id": call, "member_id": member, "state": state.name() }))
}

pub fn call_end(call: CallId, ended: Ended) -> Bytes {
    bytes(&json!({ "type": "call_end", "call_id": call, "reason": ended.name() }))
}

fn members(room: &CallRoom) -> Value {
    room.members.iter().map(|member| json!({ "member_id": member.id, "state": member.state.name() })).collect()
}

fn bytes(frame: &Value) -> Bytes {
    frame.to_string().into()
}
