//! Sessions: a token holds only while its session row exists, so that log-out, a new password and disabling end it at once.

use serde::{Deserialize, Serialize};

use super::push_token;
use crate::{
    base::{
        error::Result,
        id::Id,
        page::{Page, Slice},
        time::Time,
    },
    domain::shared::{
        event::{self, LiveEvent},
        role::Role,
    },
    store::{Entries, Index, Key, Order, Row, Table, Tx, View, key},
};

pub use v1::Session;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Session {
        /// The token's `jti`.
        pub id: Id,
        pub account_id: Id,
        pub role: Role,
        pub created_at: Time,
        pub expires_at: Time,
    }
}

pub const BY_ACCOUNT: Index<Session> = Index::counted(1);
const BY_EXPIRY: Index<Session> = Index::new(2);

impl Row for Session {
    const TABLE: Table = Table { code: 2, name: "session", version: 1 };

    fn id(&self) -> Id {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), key(&[&self.created_at]));
        entries.add(&BY_EXPIRY, Key::NONE, key(&[&self.expires_at]));
    }
}

/// Signs an account in for `auth.session_ttl`.
pub fn open(db: &mut Tx, account_id: Id, role: Role) -> Result<Session> {
    let expires_at = db.now.plus(db.settings.auth.session_ttl.ms());
    let session = Session { id: db.next_id()?, account_id, role, created_at: db.now, expires_at };
    db.put(&session)?;
    Ok(session)
}

/// The session, while it holds.
pub fn find(db: &View, id: Id) -> Result<Option<Session>> {
    Ok(db.get::<Session>(id)?.filter(|session| session.expires_at > db.now))
}

/// Ends a session, and with it what is connected by it; the phone on which it ran is told nothing more.
pub fn end(db: &mut Tx, id: Id) -> Result<()> {
    push_token::forget_session(db, id)?;
    if db.has::<Session>(id)? {
        event::notify_live(db, &LiveEvent::Ended { session: id })?;
    }
    db.delete::<Session>(id)
}

/// Signs an account out everywhere.
pub fn end_all(db: &mut Tx, account_id: Id) -> Result<()> {
    let ids: Vec<Id> = db.ids(&BY_ACCOUNT, key(&[&account_id]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| end(db, id))?;
    push_token::forget(db, account_id)
}

/// Forgets sessions that have run out, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<Id> = db.ids_between(&BY_EXPIRY, Key::NONE, Key::NONE, key(&[&db.now]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| end(db, *id))?;
    Ok(due.len())
}

/// Sessions that hold, newest first; those of one account where it is named.
pub fn list(db: &View, account: Option<Id>, page: Page) -> Result<Slice<Session>> {
    let holds = |session: &Session| Ok(session.expires_at > db.now);
    match account {
        Some(account) => page.pick(db.rows(&BY_ACCOUNT, key(&[&account]), Order::Newest), holds),
        None => page.pick(db.all::<Session>(Order::Newest), holds),
    }
}
