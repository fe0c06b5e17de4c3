//! How records lie on disk.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id, PatientId},
        time::Time,
    },
    domain::identity::account::Role,
    store::{Class, Entries, Index, Key, References, Row, Table, decode, key, unknown_version},
};

pub use v1::{Action, Subject};
pub use v2::Purpose;
pub use v3::AuditRecord;

pub mod v1 {
    use super::*;

    /// What was done. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Action {
        Look,
        Create,
        Update,
        Delete,
        Verify,
        ResetPassword,
        SignIn,
        SignOut,
        Approve,
        Reject,
        Refund,
        Cancel,
        Import,
        Export,
        /// Somebody did not get in. The account that was named did it, as far as is known: 0 where there is none.
        SignInFailed,
        /// What is masked was shown whole, for the reason that stands beside it.
        Reveal,
        /// The records before this one got a hash over all of them: the chain begins.
        Seal,
        /// A person took a copy of their own data.
        ExportSelf,
        /// A person gets no new care and stands in no list any more.
        Restrict,
        /// What lay in a wallet was paid out.
        PayOut,
        /// A token did not hold.
        TokenRefused,
        /// A token was taken back.
        Revoke,
        /// A complaint was answered.
        Answer,
        Consent,
        Withdraw,
        /// A text is not agreed to any more.
        Retire,
        /// A doctor sends a patient to a physical clinic.
        Stop,
        Judge,
        Sign,
        Amend,
    }

    /// To what. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Subject {
        Administrator,
        Doctor,
        Assistant,
        Patient,
        Session,
        Region,
        Hospital,
        Department,
        Project,
        Registration,
        Payment,
        Refund,
        DiagnosisTerm,
        ConsultationReason,
        EvaluationQuestion,
        Notice,
        /// A whole table, as CSV.
        Table,
        Org,
        Membership,
        SpecialProject,
        News,
        Banner,
        Consultation,
        Clinic,
        Team,
        TeamConsult,
        Withdrawal,
        Backup,
        /// The audit log itself.
        Audit,
        /// What somebody asks about their own data.
        PrivacyRequest,
        Complaint,
        /// The text messages that went out.
        Outbox,
        /// A program of somebody else that reads.
        Integration,
        /// A search for people, in the words of its parameters.
        Search,
        ConsentText,
        Consent,
        /// A signed record; the thing is its encounter.
        SignedRecord,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AuditRecord {
        pub id: Id<super::AuditRecord>,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: AccountId,
        pub role: Role,
        pub action: Action,
        pub thing: Subject,
        pub thing_id: AnyId,
        /// The client's address.
        pub address: String,
    }
}

pub mod v2 {
    use super::*;

    /// Why somebody looked. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum Purpose {
        /// Not a look, or one that an earlier version noted.
        None,
        /// A profile.
        Profile,
        /// A visit to a free clinic.
        Visit,
        /// A consultation that was ordered.
        Consultation,
        /// An address book, the records to chat about.
        AddressBook,
        /// The clinic's administration.
        Administration,
        /// A program of somebody else, or a person's own, read FHIR resources.
        Fhir,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AuditRecord {
        pub id: Id<super::AuditRecord>,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: AccountId,
        pub role: Role,
        pub action: Action,
        pub thing: Subject,
        pub thing_id: AnyId,
        /// The client's address.
        pub address: String,
        pub purpose: Purpose,
        /// In the words of whoever did it, where they are asked.
        pub reason: String,
    }

    impl From<v1::AuditRecord> for AuditRecord {
        fn from(old: v1::AuditRecord) -> AuditRecord {
            let v1::AuditRecord { id, at, account_id, role, action, thing, thing_id, address } = old;
            AuditRecord { id, at, account_id, role, action, thing, thing_id, address, purpose: Purpose::None, reason: String::new() }
        }
    }
}

/// A SHA-256.
pub type Hash = [u8; 32];

pub mod v3 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct AuditRecord {
        pub id: Id<AuditRecord>,
        pub at: Time,
        /// Who did it; 0 where `admin.token` was shown.
        pub account_id: AccountId,
        pub role: Role,
        pub action: Action,
        pub thing: Subject,
        pub thing_id: AnyId,
        /// The client's address.
        pub address: String,
        pub purpose: Purpose,
        /// In the words of whoever did it, where they are asked.
        pub reason: String,
        /// The place in the chain, from 1 without gaps; 0 of a record that is older than the chain.
        pub seq: u64,
        /// Whose data it was, at most [`MOST_PATIENTS`](super::super::MOST_PATIENTS).
        pub patients: Vec<PatientId>,
        /// Names of fields, never what stood in them.
        pub detail: Vec<String>,
        /// The hash of the record before this one.
        pub prev: Hash,
        /// SHA-256 of `prev` and the canonical JSON of the rest.
        pub hash: Hash,
    }

    impl From<v2::AuditRecord> for AuditRecord {
        fn from(old: v2::AuditRecord) -> AuditRecord {
            let v2::AuditRecord { id, at, account_id, role, action, thing, thing_id, address, purpose, reason } = old;
            AuditRecord {
                id,
                at,
                account_id,
                role,
                action,
                thing,
                thing_id,
                address,
                purpose,
                reason,
                seq: 0,
                patients: Vec::new(),
                detail: Vec::new(),
                prev: [0; 32],
                hash: [0; 32],
            }
        }
    }
}

pub(super) const BY_ACCOUNT: Index<AuditRecord> = Index::counted(1);
pub(super) const BY_THING: Index<AuditRecord> = Index::counted(2);
/// By time within a patient.
pub(super) const BY_PATIENT: Index<AuditRecord> = Index::new(3);
/// Those of the chain, by their place in it.
pub(super) const BY_SEQ: Index<AuditRecord> = Index::new(4);

impl Row for AuditRecord {
    type Kind = Self;

    const TABLE: Table = Table { code: 24, name: "audit", version: 3 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Trail(self.at)
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.account_id).recalls(self.thing_id).recalls(self.patients.iter().copied());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&BY_THING, key(&[&(self.thing as u8), &self.thing_id]), Key::NONE);
        if self.seq > 0 {
            entries.add(&BY_SEQ, key(&[&self.seq]), Key::NONE);
        }
        for patient in &self.patients {
            entries.add(&BY_PATIENT, key(&[patient]), key(&[&self.at]));
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<AuditRecord> {
        match version {
            1 => decode::<v1::AuditRecord>(body).map(|old| v2::AuditRecord::from(old).into()),
            2 => decode::<v2::AuditRecord>(body).map(AuditRecord::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}
