//! Ids: one `u64` for every entity and every API, typed by what it names. The APIs print it as an integer, internet_hospital as 24 hex digits.
//!
//! An id says its kind, a word of [`kind`], so that a doctor is not taken for a patient where both stand in one signature. Kinds lie here and not
//! beside their rows: ledgers, messages and the search index name things that later contexts bring, and two rows may name each other. A row that
//! nobody else names is its own kind (`Id<Favourite>`). Rows that share an id share its kind: the account of a doctor is reached by
//! [`account`](Id::account), never by itself.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    num::ParseIntError,
    option,
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::time::Time;

/// The id of a `K`. One sequence for all of them, so that an id names one thing through every API. On disk and in JSON it is the number alone.
///
/// 0 names nothing: rows that were written with it keep it, signatures say `Option` where it is cheap.
pub struct Id<K>(u64, PhantomData<fn() -> K>);

/// Kinds of ids, and a name for each.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $id:ident;)*) => {
        /// What an id names.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug)] pub enum $kind {})*

            /// A kind that says what it is called.
            pub trait Named {
                /// The kind's own name: `Doctor`.
                const NOUN: &'static str;
            }
            $(impl Named for $kind {
                const NOUN: &'static str = stringify!($kind);
            })*

            /// An account, or one of a certain role.
            pub trait OfAccount {}
            impl OfAccount for Account {}
            impl OfAccount for Assistant {}
            impl OfAccount for Doctor {}
            impl OfAccount for PatientAccount {}

            /// An encounter, or one of a certain sort.
            pub trait OfEncounter {}
            impl OfEncounter for Consultation {}
            impl OfEncounter for Encounter {}
            impl OfEncounter for Registration {}
            impl OfEncounter for TeamConsult {}
        }

        $($(#[$doc])* pub type $id = Id<kind::$kind>;)*
    };
}

kinds! {
    /// Whatever the word beside it says: the subject of an audit record, the cause of a payment, a hit of a search.
    Any AnyId;

    /// An account in any role.
    Account AccountId;
    /// The account of an assistant, and the assistant.
    Assistant AssistantId;
    /// The account of a doctor, and the doctor.
    Doctor DoctorId;
    /// The account of a patient: the person who signs in, not the one who is treated.
    PatientAccount PatientAccountId;
    /// A person whom an account looks after, the owner or one of the family.
    Patient PatientId;
    /// A program of somebody else that reads.
    Integration IntegrationId;
    /// A sign-in.
    Session SessionId;

    Clinic ClinicId;
    Department DepartmentId;
    Hospital HospitalId;
    Org OrgId;
    /// A code of GB/T 2260.
    Region RegionId;

    /// A registration, a consultation or a team consult: no two of them share an id.
    Encounter EncounterId;
    ClinicSession ClinicSessionId;
    Consultation ConsultationId;
    Registration RegistrationId;
    SpecialEvent SpecialEventId;
    TeamConsult TeamConsultId;

    /// A membership in a team.
    Membership MembershipId;
    Team TeamId;
    /// A value-added service.
    Vas VasId;
    Withdrawal WithdrawalId;

    Payment PaymentId;
    Refund RefundId;

    /// A telephone call that goes on.
    Call CallId;
    Change ChangeId;
    Conversation ConversationId;
    Message MessageId;
    Notice NoticeId;
}

impl<K> Id<K> {
    /// No id.
    pub const NONE: Id<K> = Id::from_number(0);
    /// Comes after every id.
    pub const MAX: Id<K> = Id::from_number(u64::MAX);

    /// The id with this number, which came from outside.
    pub const fn from_number(number: u64) -> Id<K> {
        Id(number, PhantomData)
    }

    pub const fn number(self) -> u64 {
        self.0
    }

    /// Whether it names nothing.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// `None` where it names nothing.
    pub fn known(self) -> Option<Id<K>> {
        Some(self).filter(|id| !id.is_none())
    }

    /// Forgets the kind.
    pub const fn any(self) -> AnyId {
        Id::from_number(self.0)
    }
}

impl AnyId {
    /// The id as one of a kind: the caller has looked at the word beside it.
    pub const fn of<K>(self) -> Id<K> {
        Id::from_number(self.0)
    }
}

impl<K: kind::OfAccount> Id<K> {
    /// The account of this person.
    pub const fn account(self) -> AccountId {
        Id::from_number(self.0)
    }
}

impl AccountId {
    /// The assistant whose account it is: the caller knows the role.
    pub const fn assistant(self) -> AssistantId {
        Id::from_number(self.0)
    }

    /// The doctor whose account it is: the caller knows the role.
    pub const fn doctor(self) -> DoctorId {
        Id::from_number(self.0)
    }

    /// The patient whose account it is: the caller knows the role.
    pub const fn patient_account(self) -> PatientAccountId {
        Id::from_number(self.0)
    }
}

impl<K: kind::OfEncounter> Id<K> {
    /// The encounter that it is.
    pub const fn encounter(self) -> EncounterId {
        Id::from_number(self.0)
    }
}

impl EncounterId {
    /// The consultation that it is, if it is one.
    pub const fn consultation(self) -> ConsultationId {
        Id::from_number(self.0)
    }

    /// The registration that it is, if it is one.
    pub const fn registration(self) -> RegistrationId {
        Id::from_number(self.0)
    }

    /// The team consult that it is, if it is one.
    pub const fn team_consult(self) -> TeamConsultId {
        Id::from_number(self.0)
    }
}

/// An id as a list: of itself, or of nothing where it names nothing.
impl<K> IntoIterator for Id<K> {
    type Item = Id<K>;
    type IntoIter = option::IntoIter<Id<K>>;

    fn into_iter(self) -> option::IntoIter<Id<K>> {
        self.known().into_iter()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Id<K> {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> Default for Id<K> {
    fn default() -> Id<K> {
        Id::NONE
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Id<K>) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Id<K>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Id<K>) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<K> FromStr for Id<K> {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Id<K>, ParseIntError> {
        text.parse().map(Id::from_number)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id<K>, D::Error> {
        u64::deserialize(deserializer).map(Id::from_number)
    }
}

/// Ids of one kind, as somebody found them who knows no kinds.
pub fn of_kind<K>(ids: &[AnyId]) -> Vec<Id<K>> {
    ids.iter().map(|id| id.of()).collect()
}

/// 24 hex digits: 8 of the creation time in seconds, 16 of the id.
pub fn to_hex<K>(created: Time, id: Id<K>) -> String {
    format!("{:08x}{:016x}", created.seconds().clamp(0, i64::from(u32::MAX)), id.number())
}

/// Reads the id back from the last 16 of 24 hex digits; `None` for anything else.
pub fn from_hex<K>(text: &str) -> Option<Id<K>> {
    if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(&text[8..], 16).ok().map(Id::from_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hex_ids_round_trip(ms in 0i64..4_000_000_000_000, number: u64) {
            let id = AnyId::from_number(number);
            let text = to_hex(Time(ms), id);
            prop_assert_eq!(text.len(), 24);
            prop_assert_eq!(from_hex(&text), Some(id));
        }

        #[test]
        fn other_texts_are_no_ids(text in "\\PC{0,30}") {
            if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                prop_assert_eq!(from_hex::<kind::Any>(&text), None);
            }
        }

        #[test]
        fn an_id_is_written_as_its_number(number: u64) {
            let id = DoctorId::from_number(number);
            prop_assert_eq!(serde_json::to_value(id).unwrap(), serde_json::json!(number));
            prop_assert_eq!(serde_json::from_value::<DoctorId>(serde_json::json!(number)).unwrap(), id);
            let config = bincode::config::standard();
            let bytes = bincode::serde::encode_to_vec(id, config).unwrap();
            prop_assert_eq!(&bytes, &bincode::serde::encode_to_vec(number, config).unwrap());
            prop_assert_eq!(bincode::serde::decode_from_slice::<DoctorId, _>(&bytes, config).unwrap().0, id);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
