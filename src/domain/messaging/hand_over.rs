//! One account goes on as another: its conversations, its messages and its inbox become the other's.

use std::collections::HashMap;

use super::{
    change,
    conversation::{Between, Conversation, ConversationKind, KINDS, Participant},
    message, reading, system,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, ConversationId, PatientId},
    },
    domain::identity::account::Account,
    store::{Tx, View},
};

/// Who is called otherwise from now on.
type Names = HashMap<PatientId, PatientId>;

/// Everything that `from` takes part in goes over to `to`, and what was about a patient of `from` whom `to` has too is about that one: `patients`
/// says who. Where the other has a conversation of that kind with the same person, the two become one. The other's inbox goes on counting: what
/// comes over is numbered after what is there.
pub fn hand_over(db: &mut Tx, from: &Account, to: &Account, patients: &Names) -> Result<()> {
    for message in message::inbox(db, from.id)? {
        message::hand_over(db, message, from.id, to.id)?;
    }
    change::hand_over(db, from.id, to.id)?;
    for kind in KINDS {
        for mine in super::conversation::of_member(db, from.id, kind)? {
            let conversation: Conversation = db.need(mine.conversation_id)?;
            match goes_into(db, &conversation, from, to, patients)? {
                Some(other) => join(db, conversation, other, from.id, to.id)?,
                None => keep(db, conversation, mine, from, to, patients)?,
            }
        }
    }
    Ok(())
}

/// The conversation of `to` that this one becomes part of.
fn goes_into(db: &mut Tx, conversation: &Conversation, from: &Account, to: &Account, patients: &Names) -> Result<Option<Conversation>> {
    if conversation.kind == ConversationKind::System {
        return system::written(db, to).map(Some);
    }
    let between = renamed(conversation, from.id, to.id, patients);
    Ok(super::conversation::find(db, between)?.filter(|other| other.id != conversation.id))
}

/// Between whom it is when `from` is `to`.
fn renamed(conversation: &Conversation, from: AccountId, to: AccountId, patients: &Names) -> Between {
    let name = |id: AccountId| if id == from { to } else { id };
    match conversation.between() {
        Between::Direct(one, other) => Between::Direct(name(one), name(other)),
        Between::Dialog(patient, doctor) => Between::Dialog(name(patient.account()).patient_account(), doctor),
        Between::System(account) => Between::System(name(account)),
        Between::Chat(patient, doctor) => Between::Chat(patients.get(&patient).copied().unwrap_or(patient), doctor),
        // Of a consult, whose id stays.
        Between::Consult(consult) => Between::Consult(consult),
    }
}

fn keep(db: &mut Tx, mut conversation: Conversation, mut mine: Participant, from: &Account, to: &Account, patients: &Names) -> Result<()> {
    conversation.between = renamed(&conversation, from.id, to.id, patients).pair();
    db.put(&conversation)?;
    // In a group both may be there already.
    if participates(db, conversation.id, to.id)? {
        return db.delete::<Participant>(mine.id);
    }
    mine.member = to.id;
    db.put(&mine)
}

fn participates(db: &View, conversation: ConversationId, member: AccountId) -> Result<bool> {
    Ok(super::conversation::participants(db, conversation)?.iter().any(|participant| participant.member == member))
}

/// The messages of one conversation go into the other. What was unread in either stays unread.
fn join(db: &mut Tx, conversation: Conversation, mut other: Conversation, from: AccountId, to: AccountId) -> Result<()> {
    message::move_all(db, conversation.id, other.id)?;
    for parts in super::conversation::participants(db, conversation.id)? {
        let member = if parts.member == from { to } else { parts.member };
        if let Some(mut stays) = super::conversation::participants(db, other.id)?.into_iter().find(|stays| stays.member == member) {
            stays.last_message = stays.last_message.max(parts.last_message);
            stays.read_to = stays.read_to.min(parts.read_to);
            stays.read_beyond.clear();
            let stays = reading::counted(db, stays)?;
            db.put(&stays)?;
        }
        db.delete::<Participant>(parts.id)?;
    }
    other.last_said = other.last_said.max(conversation.last_said);
    db.put(&other)?;
    db.delete::<Conversation>(conversation.id)
}
