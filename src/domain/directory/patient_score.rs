//! What doctors say of a patient account's honesty (诚信) and punctuality (守时). Scores belong to the account: they stay when its own
//! patient (本人) is deleted or replaced. The row's id is the account's; who was never rated has no row.

use serde::{Deserialize, Serialize};

use super::patient;
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, PatientAccountId, kind},
    },
    domain::shared::rating::Score,
    store::{Class, Entries, References, Row, Table, Tx, View},
};

pub use v1::PatientScore;

pub mod v1 {
    use super::*;

    #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct PatientScore {
        /// The account's id.
        pub id: PatientAccountId,
        pub credit: Score,
        pub punctuality: Score,
    }
}

impl Row for PatientScore {
    type Kind = kind::PatientAccount;

    const TABLE: Table = Table { code: 65, name: "patient_score", version: 1 };

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

/// The account's scores. Where it has no row yet: those that stand on its patients, deleted ones too, where earlier versions wrote them.
pub fn of(db: &View, account: PatientAccountId) -> Result<PatientScore> {
    if let Some(score) = db.get(account)? {
        return Ok(score);
    }
    let mut score = PatientScore { id: account, ..PatientScore::default() };
    for patient in patient::list_ever(db, account)? {
        score.credit.merge(patient.credit);
        score.punctuality.merge(patient.punctuality);
    }
    Ok(score)
}

/// A doctor has rated the account, 1 to 5 each.
pub fn add(db: &mut Tx, account: PatientAccountId, credit: u8, punctuality: u8) -> Result<()> {
    let mut score = of(db, account)?;
    score.credit.add(credit);
    score.punctuality.add(punctuality);
    db.put(&score)
}

/// What was said of one account is said of another. To be called while the patients are still where they were.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    let (theirs, mut score) = (of(db, from)?, of(db, to)?);
    score.credit.merge(theirs.credit);
    score.punctuality.merge(theirs.punctuality);
    db.delete::<PatientScore>(from)?;
    db.put(&score)
}
