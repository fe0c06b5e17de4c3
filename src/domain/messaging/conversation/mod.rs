//! All chat of all families: conversations, who takes part in them, and their `message`s; what becomes of these is told by `change`s, what has
//! been read is counted in `reading`. Who may write to whom in a 留言 is `dialog`'s
//! to say; consultations and team consults have their own rules in their own rooms.
//!
//! | kind | between | door |
//! | --- | --- | --- |
//! | Direct | two accounts, the lower id first | the live gateway |
//! | Consult | a team consult, 0 | team_consult |
//! | Chat | a patient (就诊人), a doctor's account | internet_hospital |
//! | Dialog | a patient's account, a doctor's account | volunteer_doctor, 留言 |
//! | System | an account, 0 | notices, see `system` |

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{NOT_FOUND, Result},
        id::Id,
        time::Time,
    },
    domain::identity::account::Role,
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, decode, key, unknown_version},
};

pub use v1::{Conversation, ConversationKind, Side};
pub use v2::Participant;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum ConversationKind {
        Direct,
        Consult,
        Chat,
        Dialog,
        System,
    }

    /// On which side of a conversation somebody reads: the clinic may tell each side something else.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Side {
        Patient,
        Staff,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Conversation {
        pub id: Id,
        pub kind: ConversationKind,
        /// See the table above. One conversation of a kind for each pair.
        pub between: (Id, Id),
        /// The newest message that a person wrote, 0 before the first. What the clinic itself says does not count.
        pub last_said: Id,
        pub created_at: Time,
    }

    /// A member's part in a conversation.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Participant {
        pub id: Id,
        pub conversation_id: Id,
        pub kind: ConversationKind,
        pub member: Id,
        pub side: Side,
        /// The newest message that the member got or wrote, 0 before the first.
        pub last_message: Id,
        /// Everything up to this message has been read, 0 where nothing has, and since when.
        pub read_to: Id,
        pub read_at: Option<Time>,
        /// Messages to the member beyond that.
        pub unread: u32,
        pub joined_at: Time,
        /// From then on the member gets no more messages.
        pub left_at: Option<Time>,
    }
}

pub mod v2 {
    use super::*;

    /// A member's part in a conversation.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Participant {
        pub id: Id,
        pub conversation_id: Id,
        pub kind: ConversationKind,
        pub member: Id,
        pub side: Side,
        /// The newest message that the member got or wrote, 0 before the first.
        pub last_message: Id,
        /// Everything up to this message has been read, 0 where nothing has, and since when.
        pub read_to: Id,
        pub read_at: Option<Time>,
        /// What has been read beyond that, while something before it has not: from the first to the last message of each stretch, oldest first.
        pub read_beyond: Vec<(Id, Id)>,
        /// Messages to the member that have not been read.
        pub unread: u32,
        pub joined_at: Time,
        /// From then on the member gets no more messages.
        pub left_at: Option<Time>,
    }
}

pub(super) const KINDS: [ConversationKind; 5] =
    [ConversationKind::Direct, ConversationKind::Consult, ConversationKind::Chat, ConversationKind::Dialog, ConversationKind::System];

const BY_PAIR: Index<Conversation> = Index::new(1);
/// Who takes part in a conversation, then each of them.
const BY_CONVERSATION: Index<Participant> = Index::new(1);
/// A member's conversations of a kind by their newest message.
pub const BY_MEMBER: Index<Participant> = Index::counted(2);
/// Those of them that the member has left.
const LEFT: Index<Participant> = Index::counted(3);

impl Row for Conversation {
    const TABLE: Table = Table { code: 31, name: "conversation", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_PAIR, pair_key(self.kind, self.between), Key::NONE);
    }
}

impl Row for Participant {
    const TABLE: Table = Table { code: 33, name: "chat_participant", version: 2 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_CONVERSATION, key(&[&self.conversation_id]), key(&[&self.member]));
        entries.add(&BY_MEMBER, member_key(self.member, self.kind), key(&[&self.last_message]));
        if self.left_at.is_some() {
            entries.add(&LEFT, key(&[&self.member]), Key::NONE);
        }
    }

    fn upgrade(version: u8, bytes: &[u8]) -> Result<Participant> {
        match version {
            1 => {
                let old: v1::Participant = decode(bytes)?;
                Ok(Participant {
                    id: old.id,
                    conversation_id: old.conversation_id,
                    kind: old.kind,
                    member: old.member,
                    side: old.side,
                    last_message: old.last_message,
                    read_to: old.read_to,
                    read_at: old.read_at,
                    read_beyond: Vec::new(),
                    unread: old.unread,
                    joined_at: old.joined_at,
                    left_at: old.left_at,
                })
            }
            version => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl Side {
    pub const fn of(role: Role) -> Side {
        match role {
            Role::Patient => Side::Patient,
            _ => Side::Staff,
        }
    }
}

fn pair_key(kind: ConversationKind, (one, other): (Id, Id)) -> Key {
    key(&[&(kind as u8), &one, &other])
}

/// The group of [`BY_MEMBER`].
pub fn member_key(member: Id, kind: ConversationKind) -> Key {
    key(&[&member, &(kind as u8)])
}

pub fn find(db: &View, kind: ConversationKind, between: (Id, Id)) -> Result<Option<Conversation>> {
    db.first(&BY_PAIR, pair_key(kind, between))
}

/// The conversation of that pair, made with these members where there is none.
pub fn open(db: &mut Tx, kind: ConversationKind, between: (Id, Id), members: &[(Id, Side)]) -> Result<Conversation> {
    if let Some(conversation) = find(db, kind, between)? {
        return Ok(conversation);
    }
    let conversation = Conversation { id: db.next_id()?, kind, between, last_said: 0, created_at: db.now };
    begin(db, conversation, members)
}

pub(super) fn begin(db: &mut Tx, conversation: Conversation, members: &[(Id, Side)]) -> Result<Conversation> {
    db.put(&conversation)?;
    for (member, side) in members {
        let participant = new_participant(db, &conversation, *member, *side)?;
        db.put(&participant)?;
    }
    Ok(conversation)
}

pub(super) fn new_participant(db: &mut Tx, conversation: &Conversation, member: Id, side: Side) -> Result<Participant> {
    Ok(Participant {
        id: db.next_id()?,
        conversation_id: conversation.id,
        kind: conversation.kind,
        member,
        side,
        last_message: 0,
        read_to: 0,
        read_at: None,
        read_beyond: Vec::new(),
        unread: 0,
        joined_at: db.now,
        left_at: None,
    })
}

/// Whether the member has a conversation with anybody but the clinic.
pub fn talks(db: &View, member: Id) -> Result<bool> {
    let kinds = [ConversationKind::Direct, ConversationKind::Consult, ConversationKind::Chat, ConversationKind::Dialog];
    let counts = kinds.into_iter().map(|kind| db.count(&BY_MEMBER, member_key(member, kind)));
    counts.into_iter().try_fold(false, |talks, count| Ok(talks || count? > 0))
}

/// Everybody who takes part, or did.
pub fn participants(db: &View, conversation: Id) -> Result<Vec<Participant>> {
    db.rows(&BY_CONVERSATION, key(&[&conversation]), Order::Oldest).collect()
}

/// The member's part in a conversation of that kind. Errors: `not_found`, also for other people's conversations: that two people talk is theirs alone.
pub fn need_participant(db: &View, conversation: Id, kind: ConversationKind, member: Id) -> Result<Participant> {
    let participant = db.first(&BY_CONVERSATION, key(&[&conversation, &member]))?;
    participant.filter(|participant| participant.kind == kind).ok_or_else(|| NOT_FOUND.err())
}

/// A member's conversations of a kind, the one with the newest message first.
pub fn of_member(db: &View, member: Id, kind: ConversationKind) -> Result<Vec<Participant>> {
    db.rows(&BY_MEMBER, member_key(member, kind), Order::Newest).collect()
}

/// All conversations in which the member takes part, whatever their kind, the one with the newest message first.
pub fn all_of_member(db: &View, member: Id) -> impl Iterator<Item = Result<Participant>> {
    let of_kind = |kind: ConversationKind| db.rows(&BY_MEMBER, member_key(member, kind), Order::Newest).peekable();
    let mut kinds = KINDS.map(of_kind);
    let next = move || {
        // Of the newest of each kind the newest of all; a row that cannot be read comes first.
        let newest = |of: &mut std::iter::Peekable<_>| {
            of.peek().map(|row: &Result<Participant>| row.as_ref().map_or(Id::MAX, |mine| mine.last_message))
        };
        let (_, newest) = kinds.iter_mut().filter_map(|of| Some((newest(of)?, of))).max_by_key(|(last, _)| *last)?;
        newest.next()
    };
    std::iter::from_fn(next).filter(|row| row.as_ref().map_or(true, |mine| mine.left_at.is_none()))
}

/// How many those are.
pub fn count_of_member(db: &View, member: Id) -> Result<u64> {
    let all = KINDS.into_iter().try_fold(0, |sum, kind| db.count(&BY_MEMBER, member_key(member, kind)).map(|count| sum + count))?;
    Ok(all.saturating_sub(db.count(&LEFT, key(&[&member]))?))
}

/// The member's part in a conversation, which may be over.
pub fn participant(db: &View, conversation: Id, member: Id) -> Result<Option<Participant>> {
    db.first(&BY_CONVERSATION, key(&[&conversation, &member]))
}

/// The member's part in a conversation of any kind. Errors: `not_found`, also for those who have left.
pub fn need_present(db: &View, conversation: Id, member: Id) -> Result<Participant> {
    let participant = db.first(&BY_CONVERSATION, key(&[&conversation, &member]))?;
    participant.filter(|participant| participant.left_at.is_none()).ok_or_else(|| NOT_FOUND.err())
}

#[cfg(test)]
mod tests;
