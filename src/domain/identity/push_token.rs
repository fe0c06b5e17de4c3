//! Push tokens (登陆上传 token): by which somebody's sleeping phone is woken. A phone belongs to who signed in on it last, and to nobody
//! once they have signed out.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::Result,
        id::{AccountId, Id, SessionId},
        time::Time,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub use v1::{Platform, PushToken};

pub mod v1 {
    use super::*;

    /// Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Platform {
        Ios,
        Android,
        Web,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct PushToken {
        pub id: Id<PushToken>,
        pub account: AccountId,
        /// The session in which it was uploaded; 0 where that account has become another's.
        pub session: SessionId,
        pub platform: Platform,
        pub token: String,
        pub uploaded_at: Time,
    }
}

const BY_ACCOUNT: Index<PushToken> = Index::new(1);
const BY_SESSION: Index<PushToken> = Index::new(2);
const BY_TOKEN: Index<PushToken> = Index::new(3);

impl Row for PushToken {
    type Kind = Self;

    const TABLE: Table = Table { code: 52, name: "push_token", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.account).goes_with(self.session);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account]), Key::NONE);
        entries.add(&BY_SESSION, key(&[&self.session]), Key::NONE);
        entries.add(&BY_TOKEN, key(&[&self.token]), Key::NONE);
    }
}

#[rustfmt::skip]
const PLATFORMS: &[(Platform, &str)] = &[
    (Platform::Ios,     "ios"),
    (Platform::Android, "android"),
    (Platform::Web,     "web"),
];

impl Platform {
    pub fn name(self) -> &'static str {
        PLATFORMS.iter().find(|(platform, _)| *platform == self).map_or("", |(_, name)| name)
    }

    pub fn from_name(name: &str) -> Option<Platform> {
        PLATFORMS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(platform, _)| *platform)
    }
}

/// Notes the token of the phone on which a session runs. A session has one phone, and a phone one session.
pub fn upload(db: &mut Tx, account: AccountId, session: SessionId, platform: Platform, token: String) -> Result<PushToken> {
    let of_phone: Vec<PushToken> = db.rows(&BY_TOKEN, key(&[&token]), Order::Oldest).collect::<Result<_>>()?;
    // A long token is cut in the index.
    for old in of_phone.into_iter().filter(|old| old.token == token) {
        db.delete::<PushToken>(old.id)?;
    }
    forget_session(db, session)?;
    let row = PushToken { id: db.next_id()?, account, session, platform, token, uploaded_at: db.now };
    db.put(&row)?;
    Ok(row)
}

pub fn has_any(db: &View, account: AccountId) -> Result<bool> {
    Ok(db.ids(&BY_ACCOUNT, key(&[&account]), Order::Oldest).next().transpose()?.is_some())
}

/// The phone is gone, says who should wake it.
pub fn forget_phone(db: &mut Tx, id: Id<PushToken>) -> Result<()> {
    db.delete::<PushToken>(id)
}

/// The phones of an account.
pub fn list(db: &View, account: AccountId) -> Result<Vec<PushToken>> {
    db.rows(&BY_ACCOUNT, key(&[&account]), Order::Oldest).collect()
}

/// The session is over: its phone is nobody's.
pub fn forget_session(db: &mut Tx, session: SessionId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_SESSION, key(&[&session]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<PushToken>(id))
}

/// All sessions of the account are over.
pub fn forget(db: &mut Tx, account: AccountId) -> Result<()> {
    list(db, account)?.into_iter().try_for_each(|token| db.delete::<PushToken>(token.id))
}

/// The phones of one account become another's, whatever becomes of the session.
pub fn hand_over(db: &mut Tx, from: AccountId, to: AccountId) -> Result<()> {
    list(db, from)?.into_iter().try_for_each(|token| db.put(&PushToken { account: to, session: Id::NONE, ..token }))
}
