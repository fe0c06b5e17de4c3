//! What care a row is due: the class that says how long it must be kept, and the refusal to delete it before.
//!
//! The classes are the law's (records, what went on, money, the trail of who looked). How many years each is kept, and when a patient had an
//! encounter last, the domain says through [`Tables`](super::Tables).

use crate::base::{
    error::{Error, Kind, Reason},
    id::{ConversationId, EncounterId, PatientId},
    time::Time,
};

/// A row that must be kept was to be deleted. Carries the first day on which it may be as the field `until`, and in its message.
pub const KEPT_BY_LAW: Reason = Reason::new(Kind::Conflict, "kept_by_law", "按规定须保存，期满前不能删除，保存至");

/// How long a row is kept, and from when that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Belongs to a record (病历): counted from the latest encounter that its patient had with the clinic, and free while there was none.
    Record(About),
    /// Was said in a conversation: counted from then, and free where the clinic only told an account something.
    Said { conversation: ConversationId, at: Time },
    /// Was said to the clinic outside conversations (a complaint): counted from then.
    Process(Time),
    /// An entry of the books: counted from when it was made.
    Money(Time),
    /// Who did or looked at what: counted from then.
    Trail(Time),
    /// Kept for as long as its own verbs say: a session, a code, a captcha.
    Log,
    /// Nobody's record: kept until somebody asks for its erasure.
    Free,
}

/// How a row of a record knows its patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Patient(PatientId),
    /// The patient of that encounter.
    Encounter(EncounterId),
}

/// `kept_by_law`, naming the day (`2041-11-30`).
pub(super) fn refusal(day: String) -> Error {
    KEPT_BY_LAW.with(day.clone()).field("until", day)
}
