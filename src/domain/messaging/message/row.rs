//! A message as it is stored.

use crate::{
    base::{
        id::{AccountId, ConversationId, EncounterId, Id, MessageId, kind},
        time::Time,
    },
    domain::messaging::conversation::Side,
    store::{Class, Entries, Index, Key, References, Row, Table, key},
};
use serde::{Deserialize, Serialize};

pub use v1::{Delivery, Message, Part};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Message {
        pub id: MessageId,
        pub conversation_id: ConversationId,
        /// The member who wrote it; 0 where the clinic itself speaks.
        pub from: AccountId,
        /// The sender's own id for it, so that sending it again is no second message; empty where there is none.
        pub client_id: String,
        /// The team consult or consultation that it belongs to, 0 for none.
        pub consultation_id: EncounterId,
        pub mimetype: String,
        /// The text, or the address of the picture or recording. Empty where `parts` speak.
        pub content: String,
        /// Addresses of pictures beside the text.
        pub images: Vec<String>,
        /// What the clinic tells each side (互联网医院 8.4, type 06). A side without a part does not get the message.
        pub parts: Vec<Part>,
        /// In whose inbox it lies, and under which number.
        pub delivered: Vec<Delivery>,
        /// Taken back, but kept.
        pub retracted_at: Option<Time>,
        pub created_at: Time,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Part {
        pub side: Side,
        pub title: String,
        pub text: String,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Delivery {
        pub member: AccountId,
        pub seq: u64,
    }
}

/// What a side can read in a conversation, in the order in which it was written: ids grow, a clock may be set back.
pub(super) const BY_CONVERSATION: Index<Message> = Index::counted(1);

/// A member's inbox, by number. Its count is the newest number.
pub(super) const INBOX: Index<Message> = Index::counted(2);

pub(super) const BY_CLIENT_ID: Index<Message> = Index::new(3);

/// The same as the first, for one consult or consultation.
pub(super) const BY_CONSULTATION: Index<Message> = Index::counted(4);

impl Row for Message {
    type Kind = kind::Message;

    const TABLE: Table = Table { code: 32, name: "message", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Said { conversation: self.conversation_id, at: self.created_at }
    }

    fn changed_at(&self) -> Time {
        self.retracted_at.unwrap_or(self.created_at)
    }

    fn owner(&self) -> Option<AccountId> {
        self.from.known()
    }

    fn refers_to(&self, to: &mut References) {
        // Whoever takes part in a conversation is barred by that part; who wrote it has it in the inbox too.
        to.goes_with(self.conversation_id).recalls(self.from.any()).recalls(self.delivered.iter().map(|delivery| delivery.member));
        to.recalls(self.consultation_id);
    }

    fn index(&self, entries: &mut Entries) {
        for side in [Side::Patient, Side::Staff].into_iter().filter(|side| self.is_for(*side)) {
            entries.add(&BY_CONVERSATION, key(&[&self.conversation_id, &(side as u8)]), Key::NONE);
            if !self.consultation_id.is_none() {
                entries.add(&BY_CONSULTATION, key(&[&self.consultation_id, &(side as u8)]), Key::NONE);
            }
        }
        for delivery in &self.delivered {
            entries.add(&INBOX, key(&[&delivery.member]), key(&[&delivery.seq]));
        }
        if !self.client_id.is_empty() {
            entries.add(&BY_CLIENT_ID, key(&[&self.from, &self.client_id]), Key::NONE);
        }
    }
}

impl Message {
    /// Its number in the member's inbox; `None` where it does not lie there.
    pub fn seq_of(&self, member: AccountId) -> Option<u64> {
        self.delivered.iter().find(|delivery| delivery.member == member).map(|delivery| delivery.seq)
    }

    pub fn is_for(&self, side: Side) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| part.side == side)
    }
}
