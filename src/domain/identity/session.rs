//! Sessions: a token holds only while its session row exists, so that log-out, a new password and disabling end it at once.
//!
//! A token is signed with a key that outlives the rows: whoever puts back an older copy of the data directory gives the same ids again, to
//! other people. So a token names its session by 128 random bits, and each of its claims must be what the row says
//! ([`sign_in::session_of`](crate::domain::identity::sign_in::session_of)).
//!
//! Rows of version 1 have no such bits; their tokens name them by id. They stay good until they run out (`auth.session_ttl`), because no
//! row without random bits is made any more: what such a token names is a row of version 1 with the same account, role and end, or nothing.

use serde::{Deserialize, Serialize};

use super::push_token;
use crate::{
    base::{
        error::Result,
        id::{self, AccountId, Id, SessionId, kind},
        page::{Page, Slice},
        secret::{self, Claims},
        time::Time,
    },
    domain::shared::{
        event::{self, LiveEvent},
        role::Role,
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub use v3::Session;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Session {
        /// The token's `jti`.
        pub id: SessionId,
        pub account_id: AccountId,
        pub role: Role,
        pub created_at: Time,
        pub expires_at: Time,
    }
}

pub mod v2 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Session {
        /// For administrators and for rows that belong to the session. No token names it.
        pub id: SessionId,
        /// 128 random bits: the token's `jti`, in hex. `None` of a session that an earlier version opened, whose token names its id.
        pub jti: Option<[u8; 16]>,
        pub account_id: AccountId,
        pub role: Role,
        pub created_at: Time,
        pub expires_at: Time,
    }

    impl From<v1::Session> for Session {
        fn from(old: v1::Session) -> Session {
            let v1::Session { id, account_id, role, created_at, expires_at } = old;
            Session { id, jti: None, account_id, role, created_at, expires_at }
        }
    }
}

pub mod v3 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Session {
        /// For administrators and for rows that belong to the session. No token names it.
        pub id: SessionId,
        /// 128 random bits: the token's `jti`, in hex. `None` of a session that an earlier version opened, whose token names its id.
        pub jti: Option<[u8; 16]>,
        pub account_id: AccountId,
        pub role: Role,
        pub created_at: Time,
        pub expires_at: Time,
        /// When its owner last proved to be the account's: at first when it was opened.
        pub proved_at: Time,
    }

    impl From<v1::Session> for Session {
        fn from(old: v1::Session) -> Session {
            v2::Session::from(old).into()
        }
    }

    impl From<v2::Session> for Session {
        fn from(old: v2::Session) -> Session {
            let v2::Session { id, jti, account_id, role, created_at, expires_at } = old;
            Session { id, jti, account_id, role, created_at, expires_at, proved_at: created_at }
        }
    }
}

pub const BY_ACCOUNT: Index<Session> = Index::counted(1);
const BY_EXPIRY: Index<Session> = Index::new(2);
const BY_JTI: Index<Session> = Index::new(3);

/// 128 bits in hex. An id is shorter.
const JTI_LENGTH: usize = 32;

impl Row for Session {
    type Kind = kind::Session;

    const TABLE: Table = Table { code: 2, name: "session", version: 3 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.account_id)
    }

    fn refers_to(&self, to: &mut References) {
        to.goes_with(self.account_id);
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), key(&[&self.created_at]));
        entries.add(&BY_EXPIRY, Key::NONE, key(&[&self.expires_at]));
        if self.jti.is_some() {
            entries.add(&BY_JTI, key(&[&self.jti()]), Key::NONE);
        }
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Session> {
        match version {
            1 => decode::<v1::Session>(body).map(Session::from),
            2 => decode::<v2::Session>(body).map(Session::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

impl Session {
    /// By what its token names it: 32 hex digits, or the id where an earlier version opened it.
    fn jti(&self) -> String {
        self.jti.map_or_else(|| self.id.to_string(), |bytes| secret::hex(&bytes))
    }

    /// What its token says; `opened` is when the account was made.
    pub fn claims(&self, opened: Time) -> Claims {
        Claims {
            user_id: id::to_hex(opened, self.account_id),
            exp: self.expires_at.seconds(),
            jti: self.jti(),
            role: self.role.name().to_owned(),
        }
    }
}

/// Signs an account in for `auth.session_ttl`. Only [`sign_in`](crate::domain::identity::sign_in) calls this: it knows that the account may be opened.
pub(super) fn open(db: &mut Tx, account_id: AccountId, role: Role) -> Result<Session> {
    let expires_at = db.now.plus(db.settings.auth.session_ttl.ms());
    let (id, jti, now) = (db.next_id()?, Some(secret::random()), db.now);
    let session = Session { id, jti, account_id, role, created_at: now, expires_at, proved_at: now };
    db.put(&session)?;
    Ok(session)
}

/// Its owner has proved once more to be the account's.
pub fn note_proof(db: &mut Tx, id: SessionId) -> Result<()> {
    match db.get::<Session>(id)? {
        Some(session) => db.put(&Session { proved_at: db.now, ..session }),
        None => Ok(()),
    }
}

/// The session that a token names by its `jti`. Whether the rest of the token is true is [`sign_in`](crate::domain::identity::sign_in)'s to say.
pub(super) fn named(db: &View, jti: &str) -> Result<Option<Session>> {
    let session = match jti.len() {
        JTI_LENGTH => db.first(&BY_JTI, key(&[&jti]))?,
        _ => jti.parse().map_or(Ok(None), |id| db.get::<Session>(id))?,
    };
    Ok(session.filter(|session| session.jti() == jti && session.expires_at > db.now))
}

/// The session with this id, while it holds.
pub fn find(db: &View, id: SessionId) -> Result<Option<Session>> {
    Ok(db.get::<Session>(id)?.filter(|session| session.expires_at > db.now))
}

/// Ends a session, and with it what is connected by it; the phone on which it ran is told nothing more.
pub fn end(db: &mut Tx, id: SessionId) -> Result<()> {
    push_token::forget_session(db, id)?;
    if db.has::<Session>(id)? {
        event::notify_live(db, &LiveEvent::Ended { session: id })?;
    }
    db.delete::<Session>(id)
}

/// Signs an account out everywhere.
pub fn end_all(db: &mut Tx, account_id: AccountId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_ACCOUNT, key(&[&account_id]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| end(db, id))?;
    push_token::forget(db, account_id)
}

/// Forgets sessions that have run out, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<_> = db.ids_between(&BY_EXPIRY, Key::NONE, Key::NONE, key(&[&db.now]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| end(db, *id))?;
    Ok(due.len())
}

/// Sessions that hold and are wanted, newest first; those of one account where it is named.
pub fn list(db: &View, account: Option<AccountId>, page: Page, wanted: impl Fn(&Session) -> Result<bool>) -> Result<Slice<Session>> {
    let holds = |session: &Session| Ok(session.expires_at > db.now && wanted(session)?);
    match account {
        Some(account) => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), holds),
        None => page.pick(db.all::<Session>(Order::Newest), holds),
    }
}
