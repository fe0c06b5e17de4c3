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
        id::{AccountId, AnyId, ConversationId, DoctorId, Id, MessageId, PatientAccountId, PatientId, TeamConsultId, kind},
        page::{Page, Slice},
        time::Time,
    },
    domain::identity::account::Role,
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub use v1::{Conversation, ConversationKind, Side};
pub use v2::Participant;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum ConversationKind {
        Direct,
        Consult,
        Chat,
        Dialog,
        System,
    }

    /// On which side of a conversation somebody reads: the clinic may tell each side something else.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Side {
        Patient,
        Staff,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Conversation {
        pub id: ConversationId,
        pub kind: ConversationKind,
        /// See the table above. One conversation of a kind for each pair.
        pub between: (AnyId, AnyId),
        /// The newest message that a person wrote, 0 before the first. What the clinic itself says does not count.
        pub last_said: MessageId,
        pub created_at: Time,
    }

    /// A member's part in a conversation.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Participant {
        pub id: Id<super::Participant>,
        pub conversation_id: ConversationId,
        pub kind: ConversationKind,
        pub member: AccountId,
        pub side: Side,
        /// The newest message that the member got or wrote, 0 before the first.
        pub last_message: MessageId,
        /// Everything up to this message has been read, 0 where nothing has, and since when.
        pub read_to: MessageId,
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
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Participant {
        pub id: Id<Participant>,
        pub conversation_id: ConversationId,
        pub kind: ConversationKind,
        pub member: AccountId,
        pub side: Side,
        /// The newest message that the member got or wrote, 0 before the first.
        pub last_message: MessageId,
        /// Everything up to this message has been read, 0 where nothing has, and since when.
        pub read_to: MessageId,
        pub read_at: Option<Time>,
        /// What has been read beyond that, while something before it has not: from the first to the last message of each stretch, oldest first.
        pub read_beyond: Vec<(MessageId, MessageId)>,
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
    type Kind = kind::Conversation;

    const TABLE: Table = Table { code: 31, name: "conversation", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, to: &mut References) {
        // Whoever takes part in it is barred by that part.
        let (one, other) = self.between;
        to.recalls([one, other]).recalls(self.last_said);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_PAIR, pair_key(self.between()), Key::NONE);
    }
}

impl Row for Participant {
    type Kind = Self;

    const TABLE: Table = Table { code: 33, name: "chat_participant", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.member)
    }

    fn refers_to(&self, to: &mut References) {
        match self.kind {
            ConversationKind::System => to.goes_with(self.member),
            _ => to.needs(self.member),
        };
        let beyond = self.read_beyond.iter().flat_map(|(first, last)| [*first, *last]);
        to.goes_with(self.conversation_id).recalls([self.last_message, self.read_to]).recalls(beyond);
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

/// Between whom a conversation is: see the table above. There is one of a kind for each pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Two accounts, in either order.
    Direct(AccountId, AccountId),
    Consult(TeamConsultId),
    Chat(PatientId, DoctorId),
    Dialog(PatientAccountId, DoctorId),
    System(AccountId),
}

impl Between {
    pub const fn kind(self) -> ConversationKind {
        match self {
            Between::Direct(..) => ConversationKind::Direct,
            Between::Consult(_) => ConversationKind::Consult,
            Between::Chat(..) => ConversationKind::Chat,
            Between::Dialog(..) => ConversationKind::Dialog,
            Between::System(_) => ConversationKind::System,
        }
    }

    /// As the row has it.
    pub fn pair(self) -> (AnyId, AnyId) {
        match self {
            Between::Direct(one, other) => (one.min(other).any(), one.max(other).any()),
            Between::Consult(consult) => (consult.any(), Id::NONE),
            Between::Chat(patient, doctor) => (patient.any(), doctor.any()),
            Between::Dialog(patient, doctor) => (patient.any(), doctor.any()),
            Between::System(account) => (account.any(), Id::NONE),
        }
    }
}

impl Conversation {
    pub const fn between(&self) -> Between {
        let (one, other) = self.between;
        match self.kind {
            ConversationKind::Direct => Between::Direct(one.of(), other.of()),
            ConversationKind::Consult => Between::Consult(one.of()),
            ConversationKind::Chat => Between::Chat(one.of(), other.of()),
            ConversationKind::Dialog => Between::Dialog(one.of(), other.of()),
            ConversationKind::System => Between::System(one.of()),
        }
    }
}

fn pair_key(between: Between) -> Key {
    let (one, other) = between.pair();
    key(&[&(between.kind() as u8), &one, &other])
}

/// The group of [`BY_MEMBER`].
pub fn member_key(member: AccountId, kind: ConversationKind) -> Key {
    key(&[&member, &(kind as u8)])
}

pub fn find(db: &View, between: Between) -> Result<Option<Conversation>> {
    db.first(&BY_PAIR, pair_key(between))
}

/// The conversation of that pair, made with these members where there is none.
pub fn open(db: &mut Tx, between: Between, members: &[(AccountId, Side)]) -> Result<Conversation> {
    if let Some(conversation) = find(db, between)? {
        return Ok(conversation);
    }
    let conversation =
        Conversation { id: db.next_id()?, kind: between.kind(), between: between.pair(), last_said: Id::NONE, created_at: db.now };
    begin(db, conversation, members)
}

pub(super) fn begin(db: &mut Tx, conversation: Conversation, members: &[(AccountId, Side)]) -> Result<Conversation> {
    db.put(&conversation)?;
    for (member, side) in members {
        let participant = new_participant(db, &conversation, *member, *side)?;
        db.put(&participant)?;
    }
    Ok(conversation)
}

pub(super) fn new_participant(db: &mut Tx, conversation: &Conversation, member: AccountId, side: Side) -> Result<Participant> {
    Ok(Participant {
        id: db.next_id()?,
        conversation_id: conversation.id,
        kind: conversation.kind,
        member,
        side,
        last_message: Id::NONE,
        read_to: Id::NONE,
        read_at: None,
        read_beyond: Vec::new(),
        unread: 0,
        joined_at: db.now,
        left_at: None,
    })
}

/// Whether the member has a conversation with anybody but the clinic.
pub fn talks(db: &View, member: AccountId) -> Result<bool> {
    let kinds = [ConversationKind::Direct, ConversationKind::Consult, ConversationKind::Chat, ConversationKind::Dialog];
    let counts = kinds.into_iter().map(|kind| db.count(&BY_MEMBER, member_key(member, kind)));
    counts.into_iter().try_fold(false, |talks, count| Ok(talks || count? > 0))
}

/// Everybody who takes part, or did.
pub fn participants(db: &View, conversation: ConversationId) -> Result<Vec<Participant>> {
    db.rows(&BY_CONVERSATION, key(&[&conversation]), Order::Oldest).collect()
}

/// The member's part in a conversation of that kind. Errors: `not_found`, also for other people's conversations: that two people talk is theirs alone.
pub fn need_participant(db: &View, conversation: ConversationId, kind: ConversationKind, member: AccountId) -> Result<Participant> {
    let participant = db.first(&BY_CONVERSATION, key(&[&conversation, &member]))?;
    participant.filter(|participant| participant.kind == kind).ok_or_else(|| NOT_FOUND.err())
}

/// A member's conversations of a kind, the one with the newest message first.
pub fn of_member(db: &View, member: AccountId, kind: ConversationKind) -> Result<Vec<Participant>> {
    db.rows(&BY_MEMBER, member_key(member, kind), Order::Newest).collect()
}

/// A page of a member's conversations of a kind, the one with the newest message first.
pub fn page_of_member(db: &View, member: AccountId, kind: ConversationKind, page: Page) -> Result<Slice<Participant>> {
    db.page(&BY_MEMBER, member_key(member, kind), page)
}

/// All conversations in which the member takes part, whatever their kind, the one with the newest message first.
pub fn all_of_member(db: &View, member: AccountId) -> impl Iterator<Item = Result<Participant>> {
    let of_kind = |kind: ConversationKind| db.rows(&BY_MEMBER, member_key(member, kind), Order::Newest).peekable();
    let mut kinds = KINDS.map(of_kind);
    let next = move || {
        // Of the newest of each kind the newest of all; a row that cannot be read comes first.
        let newest = |of: &mut std::iter::Peekable<_>| {
            of.peek().map(|row: &Result<Participant>| row.as_ref().map_or(MessageId::MAX, |mine| mine.last_message))
        };
        let (_, newest) = kinds.iter_mut().filter_map(|of| Some((newest(of)?, of))).max_by_key(|(last, _)| *last)?;
        newest.next()
    };
    std::iter::from_fn(next).filter(|row| row.as_ref().map_or(true, |mine| mine.left_at.is_none()))
}

/// How many those are.
pub fn count_of_member(db: &View, member: AccountId) -> Result<u64> {
    let all = KINDS.into_iter().try_fold(0, |sum, kind| db.count(&BY_MEMBER, member_key(member, kind)).map(|count| sum + count))?;
    Ok(all.saturating_sub(db.count(&LEFT, key(&[&member]))?))
}

/// The member's part in a conversation, which may be over.
pub fn participant(db: &View, conversation: ConversationId, member: AccountId) -> Result<Option<Participant>> {
    db.first(&BY_CONVERSATION, key(&[&conversation, &member]))
}

/// The member's part in a conversation of any kind. Errors: `not_found`, also for those who have left.
pub fn need_present(db: &View, conversation: ConversationId, member: AccountId) -> Result<Participant> {
    let participant = db.first(&BY_CONVERSATION, key(&[&conversation, &member]))?;
    participant.filter(|participant| participant.left_at.is_none()).ok_or_else(|| NOT_FOUND.err())
}

#[cfg(test)]
mod tests;
