//! Passwords of the IM gateway (咨询接口 1.2): a client fetches one with its session and logs in with it as often as it likes.
//!
//! A password is good for `im.password_ttl` and dies with its session. Only its SHA-256 is kept: 128 random bits need no slow hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    account::BAD_LOGIN,
    session::{self, Session},
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, SessionId},
        secret,
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::ImPassword;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct ImPassword {
        pub id: Id<ImPassword>,
        pub member_id: AccountId,
        /// The session that fetched it.
        pub session_id: SessionId,
        /// SHA-256 of the password, in hex.
        pub digest: String,
        pub expires_at: Time,
    }
}

const BY_DIGEST: Index<ImPassword> = Index::new(1);
const BY_EXPIRY: Index<ImPassword> = Index::new(2);

impl Row for ImPassword {
    type Kind = Self;

    const TABLE: Table = Table { code: 35, name: "im_password", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.member_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.member_id).recalls(self.session_id); // without which it opens nothing
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_DIGEST, key(&[&self.digest]), Key::NONE);
        entries.add(&BY_EXPIRY, Key::NONE, key(&[&self.expires_at]));
    }
}

/// Makes a password of 32 hex digits for the member of this session. Earlier ones stay good.
pub fn make(db: &mut Tx, member_id: AccountId, session_id: SessionId) -> Result<String> {
    let password = secret::hex(&secret::random::<16>());
    let expires_at = db.now.plus(db.settings.im.password_ttl.ms());
    let row = ImPassword { id: db.next_id()?, member_id, session_id, digest: digest(&password), expires_at };
    db.put(&row)?;
    Ok(password)
}

/// The session by which the member logs in with this password. Errors: `bad_login`.
pub fn check(db: &View, member_id: AccountId, password: &str) -> Result<Session> {
    let row = db.first(&BY_DIGEST, key(&[&digest(password)]))?;
    let good = row.filter(|row: &ImPassword| row.member_id == member_id && row.expires_at > db.now);
    let session = good.map_or(Ok(None), |row| session::find(db, row.session_id))?;
    session.filter(|session| session.account_id == member_id).ok_or_else(|| BAD_LOGIN.err())
}

/// Forgets the passwords of an account that goes.
pub fn forget(db: &mut Tx, member: AccountId) -> Result<()> {
    let all = db.all::<ImPassword>(Order::Oldest).filter(|row| row.as_ref().map_or(true, |row| row.member_id == member));
    let theirs: Vec<ImPassword> = all.collect::<Result<_>>()?;
    theirs.into_iter().try_for_each(|row| db.delete::<ImPassword>(row.id))
}

/// Forgets passwords that have run out, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<_> = db.ids_between(&BY_EXPIRY, Key::NONE, Key::NONE, key(&[&db.now]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| db.delete::<ImPassword>(*id))?;
    Ok(due.len())
}

fn digest(password: &str) -> String {
    secret::hex(&Sha256::digest(password))
}
