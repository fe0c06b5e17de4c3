//! A patient as it is stored.

use crate::{
    base::{
        id::{AccountId, Id, PatientAccountId, PatientId, kind},
        idno::IdNumber,
        time::Time,
    },
    domain::shared::{rating::Score, region::Place},
    store::{About, Class, Entries, Index, References, Row, Table, key},
};
use serde::{Deserialize, Serialize};

pub use v1::Patient;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Patient {
        pub id: PatientId,
        /// The account that it belongs to.
        pub owner: PatientAccountId,
        /// 本人, 父亲, 母亲 …
        pub relation: String,
        pub name: String,
        pub phone: String,
        /// The number of the certificate; for 身份证 by GB 11643, upper case; empty where unknown.
        pub idno: String,
        /// 1 身份证, 2 军人证, 3 户口本, 4 签证, 5 护照, 6 港澳通行证.
        pub certificate_type: u8,
        /// 1 男, 2 女, 0 unknown.
        pub sex: u8,
        /// `1988-08-23`, empty where unknown.
        pub birthday: String,
        pub avatar: String,
        pub email: String,
        pub height: String,
        pub weight: String,
        /// 0 未婚, 1 已婚, 2 离异, 3 丧偶.
        pub marital_status: u8,
        pub drinks: bool,
        pub smokes: bool,
        pub place: Place,
        /// 就诊卡.
        pub card_no: String,
        /// Ratings from before they were the account's ([`patient_score`](crate::domain::directory::patient_score)): read there, written nowhere.
        pub credit: Score,
        pub punctuality: Score,
        pub created_at: Time,
        pub updated_at: Time,
        /// Deleted by its owner; old orders still show it.
        pub deleted_at: Option<Time>,
    }
}

pub const BY_OWNER: Index<Patient> = Index::counted(1);

pub(super) const ONESELF_OF: Index<Patient> = Index::new(2);

/// Deleted ones too.
pub(super) const EVER_OF: Index<Patient> = Index::new(3);

impl Row for Patient {
    type Kind = kind::Patient;

    const TABLE: Table = Table { code: 8, name: "patient", version: 1 };

    const TOUCHED: bool = true;

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.id))
    }

    fn changed_at(&self) -> Time {
        self.updated_at
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.owner.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.owner).needs(self.place.regions());
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&EVER_OF, key(&[&self.owner]), key(&[&self.created_at]));
        if self.deleted_at.is_none() {
            entries.add(&BY_OWNER, key(&[&self.owner]), key(&[&self.created_at]));
        }
        if self.relation == ONESELF && self.deleted_at.is_none() {
            entries.add(&ONESELF_OF, key(&[&self.owner]), key(&[]));
        }
    }
}

impl Patient {
    /// Whether name, certificate, sex and birthday are the other's.
    pub fn is_same_person(&self, other: &Patient) -> bool {
        let identity = |one: &Patient| (one.name.clone(), one.idno.clone(), one.certificate_type, one.sex, one.birthday.clone());
        identity(self) == identity(other)
    }
}

/// How an account calls the patient that is itself.
pub const ONESELF: &str = "本人";

/// The form of 3.1.3.
#[derive(Clone, Debug)]
pub struct PatientProfile {
    pub avatar: Option<String>,
    pub name: String,
    pub idno: IdNumber,
    pub height: String,
    pub weight: String,
    pub marital_status: u8,
    pub drinks: bool,
    pub smokes: bool,
    pub email: Option<String>,
    pub place: Place,
}

/// `certificate_type` of 身份证.
pub const RESIDENT_CARD: u8 = 1;
