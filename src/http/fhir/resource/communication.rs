//! Communication: a message between a patient's side and the clinic's staff. The clinic's own notices (系统通知) are not told, nor what members of
//! the staff write to each other.

use serde_json::{Value, json};

use super::{super::print::Print, attachment, code, reference, status, tidy::tidy};
use crate::{
    base::{
        error::Result,
        id::{AccountId, EncounterId, PatientAccountId},
        money::Fen,
    },
    domain::{
        consultation::Consultation,
        directory::{
            patient::{self, Patient},
            recorded_person,
        },
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Conversation, Side},
            message::Message,
        },
        shared::mimetype::{self, MimeKind},
        team_consult::TeamConsult,
    },
};

/// A message as a side reads it, or with what was told to either side for `None`. `None` where it is not served, or not for that side.
pub fn message(print: &Print, row: &Message, side: Option<Side>) -> Result<Option<Value>> {
    if side.is_some_and(|side| !row.is_for(side)) {
        return Ok(None);
    }
    let Some(conversation) = print.view.get::<Conversation>(row.conversation_id)? else { return Ok(None) };
    let (Some(kind), Some(Matter { account, patient, order })) =
        (status::conversation(conversation.kind), matter(print, &conversation, row)?)
    else {
        return Ok(None);
    };
    let about = patient.as_ref();
    let encounter = order.map_or(Ok(None), |id| reference::encounter(print, id))?;
    let retracted = row.retracted_at.is_some();
    let persons =
        |members: Vec<AccountId>| members.into_iter().map(|member| reference::person(print, member, about)).collect::<Result<Vec<_>>>();
    Ok(Some(tidy(json!({
        "resourceType": "Communication",
        "id": row.id.to_string(),
        "basedOn": [order.map(|id| reference::to("ServiceRequest", id, ""))],
        "status": if retracted { "entered-in-error" } else { "completed" },
        "category": [kind.said()],
        "medium": [code::ELECTRONIC.concept()],
        "subject": reference::patient_or_account(print, about, account.account()),
        "encounter": encounter,
        "sent": print.date_time(row.created_at),
        "recipient": persons(recipients(print, row)?)?,
        "sender": persons(row.from.known().into_iter().collect())?.pop(),
        "payload": if retracted { Vec::new() } else { payload(print, row, side)? },
    }))))
}

/// What a conversation is about.
struct Matter {
    /// Of the patient's side.
    account: PatientAccountId,
    patient: Option<Patient>,
    /// The consultation or team consult that the message belongs to.
    order: Option<EncounterId>,
}

fn matter(print: &Print, conversation: &Conversation, row: &Message) -> Result<Option<Matter>> {
    let view = print.view;
    let named = row.consultation_id;
    Ok(match conversation.between() {
        Between::Chat(patient, _) => {
            let order = view.get::<Consultation>(named.consultation())?.map(|order| order.id.encounter());
            let Some(patient) = view.get::<Patient>(patient)? else { return Ok(None) };
            let patient = order.map_or(Ok(patient.clone()), |id| recorded_person::recorded(view, id, patient))?;
            Some(Matter { account: patient.owner, patient: Some(patient), order })
        }
        Between::Consult(id) => match view.get::<TeamConsult>(id)? {
            Some(consult) => Some(Matter { account: consult.creator, patient: consult.patient(view)?, order: Some(id.encounter()) }),
            None => None,
        },
        Between::Dialog(account, _) => Some(of_account(print, account)?),
        Between::Direct(one, other) => match [role(print, one)?, role(print, other)?] {
            [Some(Role::Patient), Some(Role::Patient) | None] | [None, _] => None,
            [Some(Role::Patient), Some(_)] => Some(of_account(print, one.patient_account())?),
            [Some(_), Some(Role::Patient)] => Some(of_account(print, other.patient_account())?),
            [Some(_), _] => None,
        },
        Between::System(_) => None,
    })
}

fn of_account(print: &Print, account: PatientAccountId) -> Result<Matter> {
    Ok(Matter { account, patient: patient::oneself_ever(print.view, account)?, order: None })
}

fn role(print: &Print, account: AccountId) -> Result<Option<Role>> {
    Ok(print.view.get::<Account>(account)?.map(|account| account.role))
}

/// Who got it; of older messages, who takes part.
fn recipients(print: &Print, row: &Message) -> Result<Vec<AccountId>> {
    let mut members: Vec<AccountId> = row.delivered.iter().map(|delivery| delivery.member).collect();
    if members.is_empty() {
        members = conversation::participants(print.view, row.conversation_id)?.into_iter().map(|part| part.member).collect();
    }
    members.retain(|member| *member != row.from);
    Ok(members)
}

fn payload(print: &Print, row: &Message, side: Option<Side>) -> Result<Vec<Value>> {
    let parts = row.parts.iter().filter(|part| side.is_none_or(|side| side == part.side));
    let mut payload: Vec<Value> = parts.map(|part| string(&lines(&part.title, &part.text))).collect();
    let content = row.content.trim();
    match mimetype::kind_of(&row.mimetype) {
        Some(MimeKind::Image) => payload.extend(media(print, content, "图片", Some(&row.mimetype))?),
        Some(MimeKind::Audio) => payload.extend(media(print, content, "语音", Some(&row.mimetype))?),
        Some(MimeKind::Notice) => payload.push(string(&notice(content))),
        Some(MimeKind::Vas) => payload.push(string(&offer(content))),
        Some(MimeKind::Text) | None => payload.push(string(content)),
    }
    for image in &row.images {
        payload.extend(media(print, image, "图片", None)?);
    }
    Ok(payload)
}

fn string(text: &str) -> Value {
    json!({ "contentString": text })
}

fn lines(title: &str, text: &str) -> String {
    [title.trim(), text.trim()].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn media(print: &Print, address: &str, title: &str, mimetype: Option<&str>) -> Result<Option<Value>> {
    Ok(attachment::at(print, address)?.map(|found| {
        let mut attachment = found.attachment;
        attachment["title"] = title.into();
        // The message says when.
        attachment["creation"] = Value::Null;
        if let (Some(mimetype), true) = (mimetype, attachment["contentType"].is_null()) {
            attachment["contentType"] = mimetype.into();
        }
        json!({ "contentAttachment": attachment })
    }))
}

/// `{"title", "text"}`.
fn notice(content: &str) -> String {
    let told: Value = serde_json::from_str(content).unwrap_or_default();
    lines(told["title"].as_str().unwrap_or_default(), told["text"].as_str().unwrap_or_default())
}

/// `{"vas_id", "name", "amount", "status"}`.
fn offer(content: &str) -> String {
    let offer: Value = serde_json::from_str(content).unwrap_or_default();
    match offer["name"].as_str() {
        Some(name) => format!("增值服务：{name}（{} 元）", Fen(offer["amount"].as_i64().unwrap_or(0)).yuan()),
        None => String::new(),
    }
}
