//! Copies of their own data that people have asked for: a row is the right to fetch one, for a day. The copy itself is made when it is fetched and
//! lies nowhere.
//!
//! Source: 个人信息保护法 Art. 45.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, Id, PatientAccountId, PatientId},
        time::{DAY, Time},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const EXPORTED_TODAY: Reason = Reason::new(Kind::Conflict, "exported_today", "24 小时内已申请过个人数据副本，请直接下载，或稍后再申请");

pub use v1::OwnExport;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct OwnExport {
        pub id: Id<OwnExport>,
        pub account_id: PatientAccountId,
        /// Whose data; 0 for everybody's of the account.
        pub patient_id: PatientId,
        pub asked_at: Time,
        /// Until then it can be fetched, and no other is asked for.
        pub until: Time,
    }
}

const BY_ACCOUNT: Index<OwnExport> = Index::new(1);
/// By when it is over.
const DUE: Index<OwnExport> = Index::new(2);

impl Row for OwnExport {
    type Kind = Self;

    const TABLE: Table = Table { code: 89, name: "own_export", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.account_id).recalls(self.patient_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
        entries.add(&DUE, Key::NONE, key(&[&self.until]));
    }
}

/// Refuses whoever has one that can be fetched. Errors: `exported_today`.
pub fn may_ask(db: &View, account: PatientAccountId) -> Result<()> {
    for export in db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest) {
        if export?.until > db.now {
            return Err(EXPORTED_TODAY.err());
        }
    }
    Ok(())
}

/// Gives an account the right to fetch a copy of everybody's data, or of one patient's. Errors: `exported_today`.
pub fn ask(db: &mut Tx, account: PatientAccountId, patient: Option<PatientId>) -> Result<OwnExport> {
    may_ask(db, account)?;
    let (id, asked_at) = (db.next_id()?, db.now);
    let export = OwnExport { id, account_id: account, patient_id: patient.unwrap_or_default(), asked_at, until: asked_at.plus(DAY) };
    db.put(&export)?;
    Ok(export)
}

/// The account's own, while it can be fetched. Errors: `not_found`.
pub fn need_of(db: &View, account: PatientAccountId, id: Id<OwnExport>) -> Result<OwnExport> {
    let export: OwnExport = db.need(id)?;
    if export.account_id == account && export.until > db.now { Ok(export) } else { Err(NOT_FOUND.err()) }
}

/// Forgets what is over. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<_> =
        db.ids_between(&DUE, Key::NONE, Key::NONE, key(&[&db.now.plus(1)]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| db.delete::<OwnExport>(*id))?;
    Ok(due.len())
}

fn of_account(db: &View, account: PatientAccountId) -> Result<Vec<OwnExport>> {
    db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest).collect()
}

pub fn forget(db: &mut Tx, account: PatientAccountId) -> Result<()> {
    of_account(db, account)?.into_iter().try_for_each(|export| db.delete::<OwnExport>(export.id))
}

/// What one account asked for is the other's.
pub fn hand_over(db: &mut Tx, (from, to): (PatientAccountId, PatientAccountId)) -> Result<()> {
    of_account(db, from)?.into_iter().try_for_each(|export| db.put(&OwnExport { account_id: to, ..export }))
}
