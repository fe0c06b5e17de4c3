//! What stood in a record before it was changed. A row is written in the commit that overwrites a diagnosis, a visit's result, or who a patient
//! is: the record's own table has what holds, this one has everything that ever held.
//!
//! Sources: 电子病历应用管理规范(试行) Art. 14 (every change with time and person is kept), 互联网诊疗管理办法 Art. 24.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, Id, PatientId},
        time::Time,
    },
    store::{About, Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode_row, encode_row, key},
};

pub use v1::Version;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Version {
        pub id: Id<Version>,
        /// The code of the table.
        pub table: u8,
        pub row: AnyId,
        /// From 1, within the row.
        pub n: u32,
        pub patient_id: PatientId,
        /// The row as it was, as it lay on disk.
        pub before: Vec<u8>,
        /// Who changed it; 0 where `admin.token` was shown, or the program did it.
        pub by: AccountId,
        /// When it was changed.
        pub at: Time,
        /// In the words of whoever changed it, where they are asked.
        pub why: String,
    }
}

const OF_ROW: Index<Version> = Index::counted(1);
const BY_PATIENT: Index<Version> = Index::new(2);
const BY_AUTHOR: Index<Version> = Index::new(3);

impl Row for Version {
    type Kind = Self;

    const TABLE: Table = Table { code: 88, name: "version", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Record(About::Patient(self.patient_id))
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.row).goes_with(self.patient_id).recalls(self.by);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&OF_ROW, key(&[&self.table, &self.row]), Key::NONE);
        entries.add(&BY_PATIENT, key(&[&self.patient_id]), Key::NONE);
        entries.add(&BY_AUTHOR, key(&[&self.by]), Key::NONE);
    }
}

/// Writes down what a row of that patient's was before this job overwrites it.
pub fn keep<R: Row>(db: &mut Tx, before: &R, patient: PatientId) -> Result<()> {
    let (table, row) = (R::TABLE.code, before.id().any());
    let n = u32::try_from(db.count(&OF_ROW, key(&[&table, &row]))? + 1).unwrap_or(u32::MAX);
    let version = Version {
        id: db.next_id()?,
        table,
        row,
        n,
        patient_id: patient,
        before: encode_row(before)?,
        by: db.acts_for(),
        at: db.now,
        why: String::new(),
    };
    db.put(&version)
}

/// One version of a row, with the row as it was.
#[derive(Clone, Debug)]
pub struct Was<R> {
    pub n: u32,
    pub by: AccountId,
    pub at: Time,
    pub why: String,
    pub row: R,
}

/// What a row was, oldest first.
pub fn of_row<R: Row>(db: &View, id: Id<R::Kind>) -> Result<Vec<Was<R>>> {
    let versions = db.rows(&OF_ROW, key(&[&R::TABLE.code, &id]), Order::Oldest);
    versions
        .map(|version| {
            let Version { n, by, at, why, before, .. } = version?;
            Ok(Was { n, by, at, why, row: decode_row(&before)? })
        })
        .collect()
}

/// Every version that is about a patient, oldest first.
pub fn of_patient(db: &View, patient: PatientId) -> Result<Vec<Version>> {
    db.rows(&BY_PATIENT, key(&[&patient]), Order::Oldest).collect()
}

/// Forgets what a patient was who is taken out. Errors: `kept_by_law` for one who was ever treated.
pub fn forget(db: &mut Tx, patient: PatientId) -> Result<()> {
    of_patient(db, patient)?.into_iter().try_for_each(|version| db.delete::<Version>(version.id))
}

/// What one patient was, the other was: the two are the same person.
pub fn follow(db: &mut Tx, (double, same): (PatientId, PatientId)) -> Result<()> {
    of_patient(db, double)?.into_iter().try_for_each(|version| db.put(&Version { patient_id: same, ..version }))
}

/// What one account changed has been changed by the other, which it is from now on.
pub fn hand_over(db: &mut Tx, (from, to): (AccountId, AccountId)) -> Result<()> {
    let mine: Vec<Version> = db.rows(&BY_AUTHOR, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    mine.into_iter().try_for_each(|version| db.put(&Version { by: to, ..version }))
}
