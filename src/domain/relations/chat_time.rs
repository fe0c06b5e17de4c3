//! Chat times (聊天时间): when an account says that it last chatted about an encounter (用户聊天模块API, 更新聊天时间). Old clients keep it
//! here, and nothing follows from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::address_book;
use crate::{
    base::{
        error::{Kind, Result},
        id::{AccountId, EncounterId, Id},
        time::Time,
    },
    domain::identity::account::Account,
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::ChatTime;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct ChatTime {
        pub id: Id<ChatTime>,
        /// Whose word it is.
        pub account_id: AccountId,
        pub encounter_id: EncounterId,
        /// The client's number, seconds in the document's example.
        pub stamp: u64,
        pub updated_at: Time,
    }
}

const PAIR: Index<ChatTime> = Index::new(1);
const BY_ACCOUNT: Index<ChatTime> = Index::new(2);

impl Row for ChatTime {
    type Kind = Self;

    const TABLE: Table = Table { code: 36, name: "chat_time", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.account_id).recalls(self.encounter_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&PAIR, key(&[&self.account_id, &self.encounter_id]), Key::NONE);
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
    }
}

/// Keeps these times, by encounter. What is no encounter of the account is passed over: clients send all that they ever saw.
pub fn keep(db: &mut Tx, account: &Account, times: BTreeMap<EncounterId, u64>) -> Result<()> {
    for (encounter_id, stamp) in times {
        match address_book::need_encounter(db, account, encounter_id) {
            Ok(_) => put(db, account.id, encounter_id, stamp)?,
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What the account said of an encounter.
pub fn find(db: &View, account: AccountId, encounter: EncounterId) -> Result<Option<ChatTime>> {
    db.first(&PAIR, key(&[&account, &encounter]))
}

/// What one account said another has said; where both did, the later time stays.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    for time in of_account(db, from)? {
        let there = find(db, to, time.encounter_id)?.map_or(0, |there| there.stamp);
        db.delete::<ChatTime>(time.id)?;
        put(db, to, time.encounter_id, time.stamp.max(there))?;
    }
    Ok(())
}

/// The account goes.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    of_account(db, account)?.into_iter().try_for_each(|time| db.delete::<ChatTime>(time.id))
}

fn of_account(db: &View, account: AccountId) -> Result<Vec<ChatTime>> {
    db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest).collect()
}

fn put(db: &mut Tx, account_id: AccountId, encounter_id: EncounterId, stamp: u64) -> Result<()> {
    let id = match find(db, account_id, encounter_id)? {
        Some(there) => there.id,
        None => db.next_id()?,
    };
    db.put(&ChatTime { id, account_id, encounter_id, stamp, updated_at: db.now })
}
