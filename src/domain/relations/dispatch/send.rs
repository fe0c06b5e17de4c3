//! Sending: one door to every kind of conversation.

use super::{SendTarget, consultation_of};
use crate::{
    base::{
        address,
        error::{Error, NOT_FOUND, Result, invalid},
        id::{AccountId, ConsultationId},
    },
    domain::{
        consultation::{
            self, NOT_TALKING,
            message::{Content, SendMessage},
        },
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Conversation, Side},
            leave_message::{self, Note},
            message::{self, Message, Say},
        },
        relations::talk_rules::{self, MAY_NOT_TALK},
        shared::mimetype::{self, MimeKind as Sort, Mimetype, UNSUPPORTED_MIMETYPE},
        team_consult::{TeamConsult, group},
    },
    store::Tx,
};

/// What a member sends.
#[derive(Clone, Debug)]
pub struct Send {
    pub to: SendTarget,
    pub mimetype: String,
    pub content: String,
    pub images: Vec<String>,
    /// The client's own id: sent again, it is the same message. Empty for none.
    pub client_id: String,
}

/// Sends under the rules of the conversation that it goes to.
///
/// Errors: `not_found` (also for what is not the sender's), `unsupported_mimetype`, `too_large`, `invalid_field`, `may_not_talk`,
/// `contact_banned`, and those of consultations (`reply_limit`) and of 留言 (`not_verified`, `wrong_recipient`).
pub fn send(db: &mut Tx, from: AccountId, send: Send) -> Result<Message> {
    if let Some(sent) = message::by_client_id(db, from, &send.client_id)? {
        return Ok(sent);
    }
    let mimetype = mimetype::sent(&send.mimetype)?;
    let send = checked(mimetype.kind, send)?;
    match send.to {
        SendTarget::Member(other) => to_member(db, from, other, mimetype, send),
        SendTarget::Consultation(id) => match db.get::<TeamConsult>(id.team_consult())? {
            Some(consult) => group::say(db, from, consult.id, said(mimetype, send)),
            None => to_doctor(db, from, id.consultation(), mimetype, send),
        },
        SendTarget::Conversation(id) => {
            conversation::need_present(db, id, from)?;
            let conversation: Conversation = db.need(id)?;
            match conversation.between() {
                Between::Direct(one, other) => to_member(db, from, if one == from { other } else { one }, mimetype, send),
                Between::Consult(consult) => group::say(db, from, consult, said(mimetype, send)),
                Between::Chat(patient, doctor) => {
                    let consultation = consultation::talking(db, patient, doctor)?.ok_or_else(over)?;
                    to_doctor(db, from, consultation.id, mimetype, send)
                }
                Between::Dialog(patient, doctor) => {
                    let (one, other) = (patient.account(), doctor.account());
                    leave_note(db, from, if one == from { other } else { one }, mimetype, send)
                }
                Between::System(_) => Err(MAY_NOT_TALK.with("系统会话不能回复")),
            }
        }
    }
}

/// What it shows are pictures and recordings, and nothing else that an address can name.
fn checked(kind: Sort, send: Send) -> Result<Send> {
    let picture = |image: &String| address::picture(image).ok_or_else(|| invalid("images", address::PICTURE));
    let images = send.images.iter().map(picture).collect::<Result<_>>()?;
    Ok(Send { content: kind.content("content", &send.content)?, images, ..send })
}

/// A direct message.
fn to_member(db: &mut Tx, from: AccountId, other: AccountId, mimetype: Mimetype, send: Send) -> Result<Message> {
    let from: Account = db.need(from)?;
    let other = db.get::<Account>(other)?.filter(|other| other.role != Role::Admin).ok_or_else(|| NOT_FOUND.err())?;
    talk_rules::may_talk(db, from.id, other.id)?;
    let members = [&from, &other].map(|party| (party.id, Side::of(party.role)));
    let conversation = conversation::open(db, Between::Direct(from.id, other.id), &members)?;
    message::post(db, conversation, from.id, said(mimetype, send))
}

/// Within a paid consultation.
fn to_doctor(db: &mut Tx, from: AccountId, consultation: ConsultationId, mimetype: Mimetype, send: Send) -> Result<Message> {
    let consultation = consultation_of(db, from, consultation)?;
    if !send.images.is_empty() {
        return Err(invalid("images", "图文咨询中请逐张发送图片"));
    }
    let content = match mimetype.kind {
        Sort::Text => Content::Text(send.content),
        _ => Content::Media { mimetype: mimetype.mimetype, address: send.content },
    };
    let role = db.need::<Account>(from)?.role;
    let form =
        SendMessage { conversation_id: consultation.conversation_id, consultation_id: consultation.id, content, client_id: send.client_id };
    consultation::message::send(db, from, role, form).map_err(|refusal| if refusal.is(&NOT_TALKING) { over() } else { refusal })
}

/// To who writes through the gateway, a consultation that is over is one more conversation in which nobody may talk.
fn over() -> Error {
    MAY_NOT_TALK.with("该咨询当前不能发送消息")
}

/// Its own clients show texts and pictures only.
fn leave_note(db: &mut Tx, from: AccountId, to: AccountId, mimetype: Mimetype, send: Send) -> Result<Message> {
    if mimetype.kind == Sort::Audio {
        return Err(UNSUPPORTED_MIMETYPE.with("留言只能是文字或图片"));
    }
    let (mimetype, content) = (mimetype.mimetype, send.content);
    leave_message::write(db, from, Note { to, mimetype, content, images: send.images, client_id: send.client_id })
}

fn said(mimetype: Mimetype, send: Send) -> Say {
    let Send { content, images, client_id, .. } = send;
    Say { client_id, mimetype: mimetype.mimetype.into(), content, images, ..Say::default() }
}
