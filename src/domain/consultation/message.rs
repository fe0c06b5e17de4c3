//! What is said in a consultation: the clinic's opening and disclaimer, the two who talk, taking back (互联网医院 8.4 to 8.6, 10.4).
//!
//! All consultations of one patient with one doctor share one conversation (`Kind::Chat`).

use super::{
    first_visit,
    row::{Consultation, due_status, may_write, need_of, save},
    state::{By, ConsultationEvent, ConsultationStatus},
    telling::tell,
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, ConsultationId, ConversationId, DoctorId, Id, MessageId, PatientAccountId},
        media::Media,
        page::Page,
    },
    domain::{
        directory::patient::Patient,
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Conversation, ConversationKind as Of, Side},
            message::{self, Message, Part, Say, TEXT},
            system::NOTICE,
        },
        notice::notification::Movement,
    },
    store::{Tx, View},
};

pub const WRONG_CHAT: Reason = Reason::new(Kind::Rule, "wrong_chat", "该咨询订单不属于这个聊天");

const BEGINNING: &str = "咨询开始";
const DISCLAIMER: &str = "因不能面诊患者，无法全面了解病情，以下建议仅供参考，具体诊疗请一定到院在医生指导下进行！";

/// One thing that somebody says.
#[derive(Clone, Debug)]
pub enum Content {
    Text(String),
    /// Addresses.
    Image(String),
    Audio(String),
    /// A picture or recording whose type the client names.
    Media {
        mimetype: &'static str,
        address: String,
    },
}

/// The form of 8.5.
#[derive(Clone, Debug)]
pub struct SendMessage {
    pub conversation_id: ConversationId,
    pub consultation_id: ConsultationId,
    pub content: Content,
    /// The client's own id: sent again, it is the same message.
    pub client_id: String,
}

/// The conversation of a patient with a doctor.
pub(super) fn open(db: &mut Tx, patient: &Patient, doctor: DoctorId) -> Result<Conversation> {
    let members = [(patient.owner.account(), Side::Patient), (doctor.account(), Side::Staff)];
    conversation::open(db, Between::Chat(patient.id, doctor), &members)
}

/// What a paid consultation begins with: a word to each side, then what the patient wrote in the order, one message for each picture.
pub(super) fn say_opening(db: &mut Tx, consultation: &Consultation) -> Result<()> {
    let rules = &db.settings.consultation;
    let (window, replies) = (rules.reply_window.in_chinese(), count(rules.max_replies));
    let moment = db.settings.clinic.zone.civil(db.now);
    let bought = format!("{:02}月{:02}日 {:02}:{:02}", moment.month(), moment.day(), moment.hour(), moment.minute());
    let to_doctor = format!("患者于{bought}购买了您的咨询服务，请在{window}内回复。");
    let to_patient = "您提交的病历信息已经发送给医生，请等待回复。";
    let hints = format!(
        "温馨提示\n1. 订单在{window}内自动结束。如医生未在{window}之内回复，您所支付的费用将原路退还。\n2. 在{window}内，医生最多回复{replies}次。"
    );
    announce(db, consultation, vec![part(Side::Staff, BEGINNING, &to_doctor), part(Side::Patient, BEGINNING, to_patient)])?;
    announce(db, consultation, vec![part(Side::Patient, "", &hints)])?;
    if let Some(reminder) = first_visit::reminder(db, consultation) {
        announce(db, consultation, vec![part(Side::Staff, "复诊判断", &reminder)])?;
    }
    say(db, consultation, consultation.user_id, Content::Text(consultation.content.clone()), String::new())?;
    for image in &consultation.images {
        say(db, consultation, consultation.user_id, Content::Image(image.clone()), String::new())?;
    }
    Ok(())
}

/// One of the two writes. A doctor's message counts as a reply, and the first one brings the disclaimer with it.
///
/// Errors: `not_found`, `not_yours`, `wrong_chat`, `not_talking`, `contact_banned`, `reply_limit`, `unjudged`, `too_large`.
pub fn send(db: &mut Tx, caller: AccountId, role: Role, form: SendMessage) -> Result<Message> {
    conversation::need_participant(db, form.conversation_id, Of::Chat, caller)?;
    let consultation = need_of(db, caller, role, form.consultation_id)?;
    let conversation: Conversation = db.need(form.conversation_id)?;
    if conversation.between() != Between::Chat(consultation.patient_id, consultation.doctor_id) {
        return Err(WRONG_CHAT.err());
    }
    if let Some(sent) = message::by_client_id(db, caller, &form.client_id)? {
        return Ok(sent);
    }
    if role != Role::Doctor {
        may_write(db, &consultation)?;
        return say(db, &consultation, caller.patient_account(), form.content, form.client_id);
    }
    let was_waiting = consultation.status == ConsultationStatus::Waiting;
    let consultation = reply(db, consultation)?;
    let sent = say(db, &consultation, caller.patient_account(), form.content, form.client_id)?;
    if was_waiting {
        announce(db, &consultation, [Side::Staff, Side::Patient].map(|side| part(side, "", DISCLAIMER)).into())?;
    }
    Ok(sent)
}

/// Whether something that the doctor wrote stands: was not taken back.
pub(super) fn has_reply(db: &View, consultation: &Consultation) -> Result<bool> {
    Ok(!standing_replies(db, consultation)?.is_empty())
}

/// When the doctor wrote the first of what stands; `None` while nothing does.
pub fn first_answer(db: &View, consultation: &Consultation) -> Result<Option<crate::base::time::Time>> {
    if consultation.replies == 0 {
        return Ok(None);
    }
    Ok(standing_replies(db, consultation)?.iter().map(|reply| reply.created_at).min())
}

fn standing_replies(db: &View, consultation: &Consultation) -> Result<Vec<Message>> {
    let mut said = message::list_of_consultation(db, consultation.id.encounter(), Side::Staff)?;
    said.retain(|message| message.from == consultation.doctor_id.account() && message.retracted_at.is_none());
    Ok(said)
}

/// The sender takes a message back, within `consultation.retract_window`. Doing it again changes nothing. What a finished consultation
/// was paid for cannot be taken back: its last reply stays.
///
/// Errors: `not_found`, `not_yours`, `retract_over`.
pub fn retract(db: &mut Tx, caller: AccountId, id: MessageId) -> Result<Message> {
    let message: Message = db.need(id)?;
    conversation::need_participant(db, message.conversation_id, Of::Chat, caller)?;
    take_back(db, caller, message)
}

/// The same for a message of any conversation, whatever way its sender asks: those that belong to no consultation have no such rule.
///
/// Errors: `not_yours`, `retract_over`.
pub fn take_back(db: &mut Tx, caller: AccountId, message: Message) -> Result<Message> {
    if message.from == caller && message.retracted_at.is_none() && is_the_only_reply(db, &message)? {
        return Err(message::RETRACT_OVER.with("咨询已结束，唯一的回复不能撤回"));
    }
    message::take_back(db, caller, message)
}

/// Whether a finished consultation would be without a reply if this one were taken back.
fn is_the_only_reply(db: &View, message: &Message) -> Result<bool> {
    let Some(consultation) = db.get::<Consultation>(message.consultation_id.consultation())? else { return Ok(false) };
    let over = due_status(&consultation, db.now) == ConsultationStatus::Finished;
    if !over || message.from != consultation.doctor_id.account() {
        return Ok(false);
    }
    Ok(standing_replies(db, &consultation)?.iter().all(|reply| reply.id == message.id))
}

/// What the account reads in one of its conversations, newest first. Errors: `not_found`.
pub fn list(db: &View, account: &Account, conversation: ConversationId, page: Page) -> Result<Vec<Message>> {
    let side = match conversation == account.system_chat {
        true => Side::of(account.role),
        false => conversation::need_participant(db, conversation, Of::Chat, account.id)?.side,
    };
    message::list_newest(db, conversation, side, page)
}

/// All that the caller reads of one consultation, oldest first. Errors: `not_found`, `not_yours`.
pub fn list_of(db: &View, caller: AccountId, role: Role, consultation: ConsultationId) -> Result<Vec<Message>> {
    let consultation = need_of(db, caller, role, consultation)?;
    message::list_of_consultation(db, consultation.id.encounter(), Side::of(role))
}

fn say(db: &mut Tx, consultation: &Consultation, from: PatientAccountId, content: Content, client_id: String) -> Result<Message> {
    let (mimetype, content) = match content {
        Content::Text(text) => (TEXT, text),
        Content::Image(address) => (media_type(&address, true), address),
        Content::Audio(address) => (media_type(&address, false), address),
        Content::Media { mimetype, address } => (mimetype, address),
    };
    let say = Say { client_id, consultation_id: consultation.id.encounter(), mimetype: mimetype.into(), content, ..Say::default() };
    message::post(db, db.need(consultation.conversation_id)?, from.account(), say)
}

/// The clinic speaks, to each side in its own words.
pub(super) fn announce(db: &mut Tx, consultation: &Consultation, parts: Vec<Part>) -> Result<()> {
    let say = Say { consultation_id: consultation.id.encounter(), mimetype: NOTICE.into(), parts, ..Say::default() };
    message::post(db, db.need(consultation.conversation_id)?, Id::NONE, say).map(drop)
}

pub(super) fn part(side: Side, title: &str, text: &str) -> Part {
    Part { side, title: title.into(), text: text.into() }
}

/// By the ending of the address; the usual kind where it tells nothing.
fn media_type(address: &str, image: bool) -> &'static str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let named = path.rsplit_once('.').and_then(|(_, extension)| Media::from_extension(extension)).filter(|media| media.is_image() == image);
    named.unwrap_or(if image { Media::Jpeg } else { Media::Mp3 }).mime()
}

/// 三 for 3, as the document writes it; digits beyond ten.
fn count(number: u32) -> String {
    const NUMERALS: &str = "零一两三四五六七八九十";
    NUMERALS.chars().nth(number as usize).map_or_else(|| number.to_string(), String::from)
}

/// A doctor's message counts as a reply, the first one begins the consultation. Call before the message is written.
///
/// Errors: `not_talking`, `contact_banned`, `reply_limit`, `unjudged`.
pub fn reply(db: &mut Tx, consultation: Consultation) -> Result<Consultation> {
    may_write(db, &consultation)?;
    if consultation.replies >= db.settings.consultation.max_replies {
        return Err(REPLY_LIMIT.err());
    }
    let mut consultation = consultation;
    first_visit::judge_by_reply(db, &mut consultation);
    first_visit::need_judged(db, &consultation)?;
    consultation.replies += 1;
    if let Some(to) = consultation.status.after(ConsultationEvent::FirstReply, By::Doctor) {
        consultation.status = to;
        tell(db, Movement::ConsultationAnswered, &consultation)?;
    }
    save(db, consultation)
}

pub const REPLY_LIMIT: Reason = Reason::new(Kind::Rule, "reply_limit", "本次咨询的回复次数已用完");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_the_document() {
        assert_eq!([3, 10, 11].map(count), ["三", "十", "11"]);
    }

    #[test]
    fn media_are_told_by_the_ending() {
        assert_eq!(media_type("https://files.example.com/a.PNG?w=1", true), "image/png");
        assert_eq!(media_type("/files/a.amr", false), "audio/amr");
        assert_eq!((media_type("/files/a.amr", true), media_type("https://files.example.com/a", false)), ("image/jpeg", "audio/mpeg"));
    }
}
