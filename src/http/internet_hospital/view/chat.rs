//! 8.1 聊天 and 8.4 聊天消息.

use serde::Serialize;

use super::Head;
use crate::{
    base::{
        error::Result,
        id::{self, AccountId, AnyId},
        time::Time,
    },
    domain::{
        consultation::{Consultation, conversations::Talk},
        directory::doctor,
        identity::account::{Account, Role},
        messaging::{
            conversation::{Conversation, ConversationKind, Side},
            message::{Message, Part},
        },
        relations::privacy::{self, Reader},
    },
    store::View,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatView {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status: bool,
    last_msg_content: String,
    last_msg_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<SystemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<PatientName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doctor: Option<DoctorName>,
}

/// 系统用户: the clinic itself, who is nobody's account.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SystemView {
    system_id: String,
    code: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PatientName {
    patient_id: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DoctorName {
    doctor_id: String,
    doctor_name: String,
}

impl ChatView {
    pub fn of(db: &View, reader: &Account, talk: Talk) -> Result<ChatView> {
        let mut view = ChatView {
            id: id::to_hex(talk.conversation.created_at, talk.conversation.id),
            kind: match reader.role {
                _ if talk.partners.is_some() => "01",
                Role::Doctor => "03",
                _ => "02",
            },
            status: talk.may_talk,
            last_msg_content: talk.last.as_ref().map(glimpse).unwrap_or_default(),
            last_msg_time: talk.last.map(|message| message.created_at.rfc3339()),
            system: None,
            patient: None,
            doctor: None,
        };
        match talk.partners {
            None => view.system = Some(SystemView { system_id: id::to_hex(Time(0), AnyId::NONE), code: "01", name: "系统消息" }),
            Some(partners) => {
                let (patient, account) = (partners.patient, partners.doctor);
                let sight = privacy::glance(db, Some(Reader { account: reader.id, role: reader.role }), &patient)?;
                let doctor_name = doctor::profile(db, account.id.doctor())?.name;
                view.patient =
                    Some(PatientName { patient_id: id::to_hex(patient.created_at, patient.id), name: sight.name(&patient.name) });
                view.doctor = Some(DoctorName { doctor_id: id::to_hex(account.created_at, account.id), doctor_name });
            }
        }
        Ok(view)
    }
}

/// 最后一条聊天消息展示.
fn glimpse(message: &Message) -> String {
    match What::of(message) {
        _ if message.retracted_at.is_some() => "[已撤回]".into(),
        What::Image => "[图片]".into(),
        What::Audio => "[语音]".into(),
        What::Text => message.content.clone(),
        What::Notice => message.parts.first().map(plain).unwrap_or_default(),
    }
}

enum What {
    Text,
    Image,
    Audio,
    Notice,
}

impl What {
    fn of(message: &Message) -> What {
        match message.mimetype.split('/').next() {
            _ if !message.parts.is_empty() => What::Notice,
            Some("image") => What::Image,
            Some("audio") => What::Audio,
            _ => What::Text,
        }
    }
}

/// A notice as a text.
fn plain(part: &Part) -> String {
    match part.title.as_str() {
        "" => part.text.clone(),
        title => format!("{title}\n{}", part.text),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    #[serde(flatten)]
    head: Head,
    chat_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    consultation_id: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<TextView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<String>,
    direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_retract: Option<bool>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TextView {
    Plain(String),
    Parts(PartsView),
}

/// 咨询申明: what each side is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    doctor_msg: Option<PartView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_msg: Option<PartView>,
}

#[derive(Serialize)]
struct PartView {
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    title: String,
    text: String,
}

impl MessageView {
    /// What is taken back only its sender still reads.
    pub fn of(db: &View, reader: AccountId, message: Message) -> Result<MessageView> {
        let conversation: Conversation = db.need(message.conversation_id)?;
        let consultation = db.get::<Consultation>(message.consultation_id.consultation())?;
        let mut view = MessageView {
            head: Head::of(message.id, message.created_at, message.retracted_at.unwrap_or(message.created_at)),
            chat_id: id::to_hex(conversation.created_at, conversation.id),
            consultation_id: consultation.map(|consultation| id::to_hex(consultation.created_at, consultation.id)),
            kind: "01",
            text: None,
            image: None,
            audio: None,
            direction: direction(&conversation, &message),
            is_retract: message.retracted_at.map(|_| true),
        };
        let readable = message.retracted_at.is_none() || message.from == reader;
        match What::of(&message) {
            What::Notice if conversation.kind == ConversationKind::System => {
                view.text = message.parts.first().map(|part| TextView::Plain(plain(part)))
            }
            What::Notice => {
                view.kind = "06";
                view.text = Some(TextView::Parts(parts(message.parts)));
            }
            _ if !readable => view.text = Some(TextView::Plain(String::new())),
            What::Text => view.text = Some(TextView::Plain(message.content)),
            What::Image => view.image = Some(message.content),
            What::Audio => view.audio = Some(message.content),
        }
        Ok(view)
    }
}

fn parts(parts: Vec<Part>) -> PartsView {
    let mut view = PartsView { doctor_msg: None, user_msg: None };
    for part in parts {
        let place = if part.side == Side::Staff { &mut view.doctor_msg } else { &mut view.user_msg };
        *place = Some(PartView { title: part.title, text: part.text });
    }
    view
}

/// The clinic's own words in a consultation go the way that the document's examples show: to the user where they are for the user alone.
fn direction(conversation: &Conversation, message: &Message) -> &'static str {
    let for_staff = message.is_for(Side::Staff);
    match conversation.kind {
        ConversationKind::System if for_staff => "system->doctor",
        ConversationKind::System => "system->user",
        _ if message.from.any() == conversation.between.1 => "doctor->user",
        _ if message.from.is_none() && !for_staff => "doctor->user",
        _ => "user->doctor",
    }
}
