//! Changes: what becomes of messages after they were written. They are taken back, and they are read.
//!
//! Every member has a series of changes over all conversations, numbered as the inbox is: 1, 2, 3 … without a gap. A device that was away asks
//! for what came after the number that it has, so nothing that was withdrawn stays on a phone.
//!
//! One change is one row, told to several members under a number of each one's own. It stays as long as its members do, so the number of a
//! member's changes is the newest number.

use serde::{Deserialize, Serialize};

use super::message::row::Message;
use crate::{
    base::{
        error::Result,
        id::{AccountId, ChangeId, ConversationId, Id, MessageId, kind},
        time::Time,
    },
    domain::shared::event::{self, LiveEvent},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Change, Told, What};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Change {
        pub id: ChangeId,
        pub what: What,
        /// Who is told of it, and under which number.
        pub told: Vec<Told>,
        pub at: Time,
    }

    /// Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum What {
        /// The message was taken back.
        Retracted { message: MessageId },
        /// The member has read everything up to the message.
        Read { member: AccountId, message: MessageId },
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Told {
        pub member: AccountId,
        pub number: u64,
    }
}

/// A member's changes, by number. Its count is the newest number.
const BY_MEMBER: Index<Change> = Index::counted(1);
/// What a member has read.
const BY_READER: Index<Change> = Index::new(2);

impl Row for Change {
    type Kind = kind::Change;

    const TABLE: Table = Table { code: 60, name: "chat_change", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.told.iter().map(|told| told.member));
        match self.what {
            What::Retracted { message } => to.recalls(message),
            What::Read { member, message } => to.recalls(member).recalls(message),
        };
    }

    fn index(&self, entries: &mut Entries) {
        for told in &self.told {
            entries.add(&BY_MEMBER, key(&[&told.member]), key(&[&told.number]));
        }
        if let What::Read { member, .. } = self.what {
            entries.add(&BY_READER, key(&[&member]), Key::NONE);
        }
    }
}

impl Change {
    /// Its number in the member's series; `None` where the member is not told of it.
    pub fn number_of(&self, member: AccountId) -> Option<u64> {
        self.told.iter().find(|told| told.member == member).map(|told| told.number)
    }

    /// The message that it is about.
    pub fn message(&self) -> MessageId {
        match self.what {
            What::Retracted { message } | What::Read { message, .. } => message,
        }
    }
}

/// The message was taken back: told to everybody in whose inbox it lies, also those who have left since, and to everybody who can read it now.
pub(super) fn retracted(db: &mut Tx, message: &Message) -> Result<()> {
    let readers = super::conversation::participants(db, message.conversation_id)?;
    let readers = readers.iter().filter(|reader| reader.left_at.is_none() && message.is_for(reader.side)).map(|reader| reader.member);
    let members = message.delivered.iter().map(|delivery| delivery.member).chain(readers).collect();
    note(db, What::Retracted { message: message.id }, members)
}

/// The member has read everything up to the message: told to the others of the conversation.
pub(super) fn read(db: &mut Tx, conversation: ConversationId, member: AccountId, message: MessageId) -> Result<()> {
    let others = super::conversation::participants(db, conversation)?;
    let others = others.iter().filter(|other| other.left_at.is_none() && other.member != member).map(|other| other.member).collect();
    note(db, What::Read { member, message }, others)
}

fn note(db: &mut Tx, what: What, members: Vec<AccountId>) -> Result<()> {
    let mut told: Vec<Told> = Vec::with_capacity(members.len());
    for member in members {
        if !told.iter().any(|told| told.member == member) {
            told.push(Told { member, number: newest(db, member)? + 1 });
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let change = Change { id: db.next_id()?, what, told, at: db.now };
    db.put(&change)?;
    event::notify_live(db, &LiveEvent::Changed { change: change.id })
}

/// The newest number of a member's series, 0 before the first.
pub fn newest(db: &View, member: AccountId) -> Result<u64> {
    db.count(&BY_MEMBER, key(&[&member]))
}

/// A member's changes after a number, at most `limit` of them.
pub fn after(db: &View, member: AccountId, number: u64, limit: usize) -> Result<Vec<Change>> {
    let ids = db.ids_between(&BY_MEMBER, key(&[&member]), key(&[&number.saturating_add(1)]), key(&[&u64::MAX]), Order::Oldest);
    ids.take(limit).map(|id| db.need(id?)).collect()
}

/// What one account was told another was told, under the next numbers of the other's series; what it has read the other has read.
pub(super) fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    let read: Vec<Change> = db.rows(&BY_READER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    for mut change in read {
        if let What::Read { member, .. } = &mut change.what {
            *member = to;
        }
        db.put(&change)?;
    }
    let told: Vec<Change> = db.rows(&BY_MEMBER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    for mut change in told {
        change.told.retain(|told| told.member != from);
        if change.number_of(to).is_none() {
            change.told.push(Told { member: to, number: newest(db, to)? + 1 });
        }
        db.put(&change)?;
        event::notify_live(db, &LiveEvent::Changed { change: change.id })?;
    }
    Ok(())
}

/// The member goes.
pub(super) fn forget(db: &mut Tx, member: AccountId) -> Result<()> {
    let told: Vec<Change> = db.rows(&BY_MEMBER, key(&[&member]), Order::Oldest).collect::<Result<_>>()?;
    for mut change in told {
        change.told.retain(|told| told.member != member);
        match change.told.is_empty() {
            true => db.delete::<Change>(change.id)?,
            false => db.put(&change)?,
        }
    }
    Ok(())
}
