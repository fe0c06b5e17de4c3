//! Uploaded pictures and recordings (志愿医生 1.2.2): the row beside the file that `hall` keeps.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id},
        media::at_most,
        time::{DAY, SECOND, Time},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::Upload;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Upload {
        pub id: Id<Upload>,
        /// The file's name: 32 random hex digits and the extension of what it holds. Who knows it may read the file.
        pub name: String,
        pub owner: AccountId,
        pub mime: String,
        pub size: u64,
        pub created_at: Time,
    }
}

const BY_NAME: Index<Upload> = Index::new(1);
pub const BY_OWNER: Index<Upload> = Index::counted(2);

impl Row for Upload {
    type Kind = Self;

    const TABLE: Table = Table { code: 14, name: "upload", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.owner)
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.owner);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_NAME, key(&[&self.name]), Key::NONE);
        entries.add(&BY_OWNER, key(&[&self.owner]), key(&[&self.created_at]));
    }
}

pub const UPLOAD_QUOTA: Reason = Reason::new(Kind::TooMany, "upload_quota", "24 小时内上传的文件已达上限，请稍后再传");

/// A small file takes room as well: a row, a block on the disk, a sync.
const LEAST: u64 = 64 << 10;

/// Whether somebody may add a file of this size (`limits.upload_bytes_per_day`; off with `limits.enabled`). Scripts on this machine, who have no
/// account, may add what they like.
///
/// Errors: `upload_quota`, with when it makes sense to come again.
pub fn may_add(db: &View, owner: AccountId, size: u64) -> Result<()> {
    let limits = &db.settings.limits;
    if !limits.enabled || owner.is_none() {
        return Ok(());
    }
    let begin = db.now.plus(1 - DAY);
    let ids = db.ids_between(&BY_OWNER, key(&[&owner]), key(&[&begin]), key(&[&Time(i64::MAX)]), Order::Oldest);
    let (mut used, mut first) = (size.max(LEAST), None);
    for id in ids {
        let Some(upload) = db.get::<Upload>(id?)? else { continue };
        used += upload.size.max(LEAST);
        first.get_or_insert(upload.created_at);
    }
    match used <= limits.upload_bytes_per_day {
        true => Ok(()),
        false => {
            let wait = first.unwrap_or(db.now).plus(DAY).since(db.now).max(SECOND).unsigned_abs().div_ceil(SECOND.unsigned_abs());
            Err(UPLOAD_QUOTA.with(at_most(limits.upload_bytes_per_day)).retry_in(u32::try_from(wait).unwrap_or(u32::MAX)))
        }
    }
}

/// Notes a file that is already on disk. Errors: `upload_quota`.
pub fn note(db: &mut Tx, owner: AccountId, name: &str, mime: &str, size: u64) -> Result<Upload> {
    may_add(db, owner, size)?;
    let upload = Upload { id: db.next_id()?, name: name.to_owned(), owner, mime: mime.to_owned(), size, created_at: db.now };
    db.put(&upload)?;
    Ok(upload)
}

/// The uploads of one account become another's.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    let uploads: Vec<Upload> = db.rows(&BY_OWNER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    uploads.into_iter().try_for_each(|upload| db.put(&Upload { owner: to, ..upload }))
}

/// Some of the uploads with a greater id, in the order of their ids.
pub fn after(db: &View, id: Id<Upload>, some: usize) -> Result<Vec<Upload>> {
    db.all_after::<Upload>(id).take(some).collect()
}

pub fn by_name(db: &View, name: &str) -> Result<Option<Upload>> {
    db.first(&BY_NAME, key(&[&name]))
}
