//! Uploaded pictures and recordings (志愿医生 1.2.2): the row beside the file that `hall` keeps.

use serde::{Deserialize, Serialize};

use crate::{
    base::{error::Result, id::Id, time::Time},
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, key},
};

pub use v1::Upload;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Upload {
        pub id: Id,
        /// The file's name: 32 random hex digits and the extension of what it holds. Who knows it may read the file.
        pub name: String,
        pub owner: Id,
        pub mime: String,
        pub size: u64,
        pub created_at: Time,
    }
}

const BY_NAME: Index<Upload> = Index::new(1);
pub const BY_OWNER: Index<Upload> = Index::counted(2);

impl Row for Upload {
    const TABLE: Table = Table { code: 14, name: "upload", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_NAME, key(&[&self.name]), Key::NONE);
        entries.add(&BY_OWNER, key(&[&self.owner]), key(&[&self.created_at]));
    }
}

/// Notes a file that is already on disk.
pub fn note(db: &mut Tx, owner: Id, name: &str, mime: &str, size: u64) -> Result<Upload> {
    let upload = Upload { id: db.next_id()?, name: name.to_owned(), owner, mime: mime.to_owned(), size, created_at: db.now };
    db.put(&upload)?;
    Ok(upload)
}

/// The uploads of one account become another's.
pub fn hand_over(db: &mut Tx, from: Id, to: Id) -> Result<()> {
    let uploads: Vec<Upload> = db.rows(&BY_OWNER, key(&[&from]), Order::Oldest).collect::<Result<_>>()?;
    uploads.into_iter().try_for_each(|upload| db.put(&Upload { owner: to, ..upload }))
}

pub fn by_name(db: &View, name: &str) -> Result<Option<Upload>> {
    db.first(&BY_NAME, key(&[&name]))
}
