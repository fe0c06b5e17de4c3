//! A member's conversations of every kind in one list: with whom, what was written last, how much is unread, and whether the member may write.

use crate::{
    base::{
        error::{Error, Kind as Fault, Result},
        id::{AccountId, ConversationId, EncounterId},
        page::{Page, Slice},
    },
    domain::{
        consultation,
        directory::{
            display_name::Face,
            patient::{self, Patient},
        },
        identity::account::{Account, Role},
        messaging::{
            conversation::{self, Between, Conversation, ConversationKind, Participant, Side},
            leave_message,
            message::Message,
            system,
        },
        relations::{
            privacy::{self, Reader},
            talk_rules,
        },
        team::Team,
        team_consult::{TeamConsult, group},
    },
    store::View,
};

/// A conversation as one member sees it.
pub struct Listed {
    pub id: ConversationId,
    pub kind: ConversationKind,
    /// On which side of it the member reads.
    pub side: Side,
    /// The account of the other; `None` in a group, and where the clinic itself speaks.
    pub peer: Option<(AccountId, Face)>,
    pub title: String,
    /// The newest message that the member got or wrote.
    pub last: Option<Message>,
    pub unread: u32,
    /// The team consult; of a paid consultation the running one or the last.
    pub consultation: Option<EncounterId>,
    pub may_write: bool,
}

/// What the clinic's own conversation with somebody is called.
const SYSTEM: &str = "系统消息";

/// The member's conversations, the one with the newest message first. The system conversation is among them from the start.
pub fn list(db: &View, member: AccountId, page: Page) -> Result<Slice<Listed>> {
    let account: Account = db.need(member)?;
    let written = conversation::count_of_member(db, member)?;
    let has_system = conversation::participant(db, account.system_chat, member)?.is_some();
    let total = written + u64::from(!has_system);
    let mine = conversation::all_of_member(db, member).skip(page.skip).take(page.limit);
    let mut items = mine.map(|mine| of(db, &account, mine?)).collect::<Result<Vec<_>>>()?;
    // What nobody has written in yet comes last.
    if !has_system && items.len() < page.limit && (page.skip as u64) < total {
        items.push(of_system(&system::of(db, &account)?, Side::of(account.role)));
    }
    Ok(Slice { items, total })
}

fn of(db: &View, account: &Account, mine: Participant) -> Result<Listed> {
    let conversation: Conversation = db.need(mine.conversation_id)?;
    let last = db.get::<Message>(mine.last_message)?;
    let mut listed = Listed { last, unread: mine.unread, ..of_system(&conversation, mine.side) };
    match conversation.between() {
        Between::Direct(one, other) => {
            let peer = if one == account.id { other } else { one };
            listed.may_write = answer(talk_rules::may_talk(db, account.id, peer))?;
            with(db, &mut listed, account, peer)?;
        }
        Between::Dialog(patient, doctor) => {
            let peer = if patient.account() == account.id { doctor.account() } else { patient.account() };
            listed.may_write = answer(leave_message::need_may_write(db, account.id, peer))?;
            with(db, &mut listed, account, peer)?;
        }
        Between::Consult(consult) => {
            let consult: TeamConsult = db.need(consult)?;
            listed.title = db.get::<Team>(consult.team_id)?.map(|team| team.name).unwrap_or_default();
            let part = group::need_part(db, account.id, account.role, consult.id);
            listed.may_write = answer(part.and_then(|consult| group::may_say(db, &consult, account.id)))?;
            listed.consultation = Some(consult.id.encounter());
        }
        Between::Chat(patient, doctor) => {
            let patient: Patient = db.need(patient)?;
            let running = consultation::talking(db, patient.id, doctor)?;
            let last = listed.last.as_ref().map(|last| last.consultation_id).filter(|id| !id.is_none());
            listed.consultation = running.as_ref().map(|running| running.id.encounter()).or(last);
            listed.may_write = match &running {
                Some(running) => {
                    let replies_left = account.role != Role::Doctor || running.replies < db.settings.consultation.max_replies;
                    answer(consultation::may_write(db, running))? && replies_left
                }
                None => false,
            };
            with(db, &mut listed, account, if account.role == Role::Doctor { patient.owner.account() } else { doctor.account() })?;
            // An account has several patients, whom a doctor knows by their own names.
            match account.role {
                Role::Doctor => listed.title = patient.name,
                _ if patient.relation != patient::ONESELF => listed.title = format!("{}（{}）", listed.title, patient.name),
                _ => {}
            }
        }
        Between::System(_) => {}
    }
    Ok(listed)
}

/// As if the clinic spoke in it.
fn of_system(conversation: &Conversation, side: Side) -> Listed {
    Listed {
        id: conversation.id,
        kind: conversation.kind,
        side,
        peer: None,
        title: SYSTEM.to_owned(),
        last: None,
        unread: 0,
        consultation: None,
        may_write: false,
    }
}

fn with(db: &View, listed: &mut Listed, account: &Account, peer: AccountId) -> Result<()> {
    let reader = Reader { account: account.id, role: account.role };
    let face = db.get::<Account>(peer)?.map_or(Ok(Face::default()), |other| privacy::face(db, reader, &other))?;
    listed.title = face.name.clone();
    listed.peer = Some((peer, face));
    Ok(())
}

/// A rule that refuses is a no; a fault stays one.
fn answer<T>(result: Result<T, Error>) -> Result<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(refusal) if matches!(refusal.kind(), Fault::Rule | Fault::Forbidden | Fault::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
