//! What a member tells of itself beyond the patient's own profile (任务列表: 个人信息): pregnancies, births, cycle. The row's id is the
//! account's; who has told nothing has no row.

use serde::{Deserialize, Serialize};

use super::patient::{self, Guard};
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, PatientAccountId, kind},
        time::Time,
    },
    domain::identity::account::{self, Role},
    store::{Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::MemberProfile;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct MemberProfile {
        /// The account's id.
        pub id: PatientAccountId,
        pub pregnancy_count: Option<u8>,
        pub birth_count: Option<u8>,
        /// 月经周期: days (`28`), or in the member's words (`28-30天`); empty where unknown.
        pub menstrual_cycle: String,
        /// 初潮年龄, in years.
        pub menarche_age: Option<u8>,
        pub updated_at: Time,
    }
}

impl MemberProfile {
    /// Whether the member has told anything of 女性健康史.
    pub fn is_told(&self) -> bool {
        self.pregnancy_count.is_some() || self.birth_count.is_some() || self.menarche_age.is_some() || !self.menstrual_cycle.is_empty()
    }
}

impl Row for MemberProfile {
    type Kind = kind::PatientAccount;

    const TABLE: Table = Table { code: 53, name: "member_profile", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.id);
    }

    fn index(&self, _: &mut Entries) {}
}

/// What a member changes. The outer `None` stays, the inner one takes away.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub pregnancy_count: Option<Option<u8>>,
    pub birth_count: Option<Option<u8>>,
    pub menstrual_cycle: Option<String>,
    pub menarche_age: Option<Option<u8>>,
}

/// Empty where the member has told nothing.
pub fn of(db: &View, account: PatientAccountId) -> Result<MemberProfile> {
    Ok(db.get(account)?.unwrap_or(MemberProfile { id: account, ..MemberProfile::default() }))
}

/// Errors: `not_found` for whoever is no patient, those of `guard`.
pub fn change(db: &mut Tx, account: PatientAccountId, form: ProfileChange, guard: Guard) -> Result<MemberProfile> {
    let account = account::need(db, account.account(), Role::Patient)?.id;
    if let Some(name) = form.name {
        patient::rename(db, account.patient_account(), name, guard)?;
    }
    let mut profile = of(db, account.patient_account())?;
    profile.pregnancy_count = form.pregnancy_count.unwrap_or(profile.pregnancy_count);
    profile.birth_count = form.birth_count.unwrap_or(profile.birth_count);
    profile.menstrual_cycle = form.menstrual_cycle.unwrap_or(profile.menstrual_cycle);
    profile.menarche_age = form.menarche_age.unwrap_or(profile.menarche_age);
    profile.updated_at = db.now;
    db.put(&profile)?;
    Ok(profile)
}

/// What one account told becomes another's, which keeps what it has told itself.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let Some(theirs) = db.get::<MemberProfile>(from)? else { return Ok(()) };
    db.delete::<MemberProfile>(from)?;
    match db.has::<MemberProfile>(to)? {
        true => Ok(()),
        false => db.put(&MemberProfile { id: to, ..theirs }),
    }
}
