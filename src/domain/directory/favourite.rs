//! Collections (收藏): the doctors that a user keeps (互联网医院 9).

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{NOT_YOURS, Result},
        id::{AccountId, DoctorId, Id, PatientAccountId},
        time::Time,
    },
    domain::identity::account::{self, Role},
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::Favourite;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Favourite {
        pub id: Id<Favourite>,
        pub user_id: PatientAccountId,
        pub doctor_id: DoctorId,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

const BY_USER: Index<Favourite> = Index::counted(1);
const PAIR: Index<Favourite> = Index::new(2);
const BY_DOCTOR: Index<Favourite> = Index::new(3);

impl Row for Favourite {
    type Kind = Self;

    const TABLE: Table = Table { code: 42, name: "collection", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.user_id.account())
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.user_id).goes_with(self.doctor_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_USER, key(&[&self.user_id]), key(&[&self.created_at]));
        entries.add(&PAIR, key(&[&self.user_id, &self.doctor_id]), Key::NONE);
        entries.add(&BY_DOCTOR, key(&[&self.doctor_id]), Key::NONE);
    }
}

/// Keeps a doctor. Doing it again answers the same row. Errors: `not_found`.
pub fn collect(db: &mut Tx, user: PatientAccountId, doctor: DoctorId) -> Result<Favourite> {
    account::need(db, doctor.account(), Role::Doctor)?;
    if let Some(kept) = db.first(&PAIR, key(&[&user, &doctor]))? {
        return Ok(kept);
    }
    let collection = Favourite { id: db.next_id()?, user_id: user, doctor_id: doctor, created_at: db.now, updated_at: db.now };
    db.put(&collection)?;
    Ok(collection)
}

/// Keeps a doctor no longer. Errors: `not_found`, `not_yours`.
pub fn remove(db: &mut Tx, user: PatientAccountId, id: Id<Favourite>) -> Result<()> {
    match db.need::<Favourite>(id)?.user_id == user {
        true => db.delete::<Favourite>(id),
        false => Err(NOT_YOURS.err()),
    }
}

/// What one account keeps another keeps now.
pub fn hand_over(db: &mut Tx, from: PatientAccountId, to: PatientAccountId) -> Result<()> {
    for mut collection in list(db, from)? {
        match db.first(&PAIR, key(&[&to, &collection.doctor_id]))? {
            Some(_) => db.delete::<Favourite>(collection.id)?,
            None => {
                collection.user_id = to;
                db.put(&collection)?;
            }
        }
    }
    Ok(())
}

/// Nobody keeps the account any more and it keeps nobody: the account goes.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    for index in [&BY_USER, &BY_DOCTOR] {
        let ids: Vec<_> = db.ids(index, key(&[&account]), Order::Oldest).collect::<Result<_>>()?;
        ids.into_iter().try_for_each(|id| db.delete::<Favourite>(id))?;
    }
    Ok(())
}

/// The doctors that a user keeps, newest first.
pub fn list(db: &View, user: PatientAccountId) -> Result<Vec<Favourite>> {
    db.rows(&BY_USER, key(&[&user]), Order::Newest).collect()
}
