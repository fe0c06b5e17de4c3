//! The group of a consult: who is in it, and what is said there.

use super::{CONSULT_OVER, TeamConsult, TeamConsultStatus, first_visit, need_of, telling};
use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result, missing},
        id::{AccountId, ConversationId, DoctorId, TeamConsultId},
    },
    domain::{
        identity::account::{self, Account, Role},
        messaging::{
            contact,
            conversation::{self, Between, Side},
            message::{self, Message, Say},
        },
        notice::notification::Movement,
        shared::mimetype,
        team::{self, Team},
    },
    store::{Tx, View},
};

pub const NOT_IN_GROUP: Reason = Reason::new(Kind::Forbidden, "not_in_group", "只有咨询群内的医生可以操作");
pub const ASSISTANT_ONLY: Reason = Reason::new(Kind::Forbidden, "assistant_only", "只有群助手可以邀请医生加入咨询");
pub const GROUP_CLOSED: Reason = Reason::new(Kind::Rule, "may_not_talk", "咨询已结束或已取消，不能再发送消息");

/// The group of a new consult: patient and group assistant, and the symptom as the first message. Answers the conversation.
pub(super) fn open(db: &mut Tx, consult: &TeamConsult) -> Result<ConversationId> {
    let members = [(consult.creator.account(), Side::Patient), (consult.assistant.account(), Side::Staff)];
    let conversation = conversation::open(db, Between::Consult(consult.id), &members)?;
    let id = conversation.id;
    let say = Say {
        consultation_id: consult.id.encounter(),
        mimetype: consult.symptom_type.clone(),
        content: consult.symptom_content.clone(),
        images: consult.images.clone(),
        ..Say::default()
    };
    message::post(db, conversation, consult.creator.account(), say)?;
    Ok(id)
}

/// The group assistant brings doctors of the team into the group, all of them or none; the first of them starts the consult. Who is
/// there already stays; an assistant who names nobody but itself takes the consult up alone.
///
/// Who has become the team's assistant since may do so too, and comes in with it.
///
/// Errors: `not_found`, `not_verified`, `assistant_only`, `consult_over`, `no_team_doctor`, `contact_banned` (between patient and doctor).
pub fn bring_in(db: &mut Tx, caller: DoctorId, id: TeamConsultId, doctors: &[DoctorId]) -> Result<TeamConsult> {
    let mut consult = need_of(db, caller.account(), Role::Doctor, id)?;
    let team: Team = db.need(consult.team_id)?;
    account::need_verified(db, caller.account())?;
    if team::place(db, team.id, caller)?.is_none() || ![consult.assistant, team.assistant].contains(&caller) {
        return Err(ASSISTANT_ONLY.err());
    }
    if consult.status.is_over() {
        return Err(CONSULT_OVER.err());
    }
    if doctors.is_empty() {
        return Err(missing("doctor_id"));
    }
    let conversation = db.need(consult.conversation_id)?;
    for doctor in [&[caller], doctors].concat() {
        if consult.doctors.contains(&doctor) {
            continue;
        }
        team::need_active(db, team.id, doctor)?;
        contact::need_no_ban(db, consult.creator.account(), doctor.account())?;
        crate::domain::messaging::membership::admit(db, &conversation, doctor.account(), Side::Staff)?;
        consult.doctors.push(doctor);
        if doctor != caller {
            telling::tell_doctor(db, Movement::DoctorBroughtIn, &consult, doctor)?;
        }
    }
    if consult.status == TeamConsultStatus::Waiting {
        consult.status = TeamConsultStatus::InProcess;
        consult.started_at = Some(db.now);
        telling::tell(db, Movement::TeamConsultStarted, &consult)?;
    }
    db.put(&consult)?;
    Ok(consult)
}

/// The patient or a doctor of the group writes into it. The same `client_id` of the same member is the same message.
///
/// Errors: `not_found` (also for those who are not in the group), `may_not_talk` once it is over, `contact_banned` for a doctor where one of doctor
/// and patient has banned the other, `unjudged`, `unsupported_mimetype`, `missing_field`, `too_large`, `invalid_field`.
pub fn say(db: &mut Tx, member: AccountId, consult: TeamConsultId, say: Say) -> Result<Message> {
    let account: Account = db.need(member)?;
    // What is said there is nobody else's business, not even a colleague's.
    let consult = need_part(db, member, account.role, consult).map_err(|e| if e.is(&NOT_IN_GROUP) { NOT_FOUND.err() } else { e })?;
    if let Some(sent) = message::by_client_id(db, member, &say.client_id)? {
        return Ok(sent);
    }
    may_say(db, &consult, member)?;
    let mut consult = consult;
    if first_visit::judged_by_reply(db, &mut consult, member) {
        db.put(&consult)?;
    }
    first_visit::need_judged(db, &consult, member)?;
    if say.content.trim().is_empty() && say.images.is_empty() {
        return Err(missing("content"));
    }
    let mimetype = mimetype::sent(&say.mimetype)?.mimetype.to_owned();
    post(db, &consult, member, Say { mimetype, parts: Vec::new(), ..say })
}

/// Writes what the rules have let through.
pub(super) fn post(db: &mut Tx, consult: &TeamConsult, from: AccountId, say: Say) -> Result<Message> {
    message::post(db, db.need(consult.conversation_id)?, from, Say { consultation_id: consult.id.encounter(), ..say })
}

/// Refuses messages of somebody in the group: when it is over, and those of a doctor where a ban lies between doctor and patient. The ban parts
/// these two only: the patient goes on writing to the others of the group.
///
/// Errors: `may_not_talk`, `contact_banned`.
pub fn may_say(db: &View, consult: &TeamConsult, member: AccountId) -> Result<()> {
    if consult.status.is_over() {
        return Err(GROUP_CLOSED.err());
    }
    match member == consult.creator.account() {
        true => Ok(()),
        false => contact::need_no_ban(db, member, consult.creator.account()),
    }
}

/// The consult, for its patient or a doctor of its group. Errors: `not_found`, `not_in_group` for other doctors of the team.
pub fn need_part(db: &View, caller: AccountId, role: Role, id: TeamConsultId) -> Result<TeamConsult> {
    let consult = need_of(db, caller, role, id)?;
    match role == Role::Doctor && !consult.doctors.contains(&caller.doctor()) {
        true => Err(NOT_IN_GROUP.err()),
        false => Ok(consult),
    }
}
