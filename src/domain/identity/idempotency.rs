//! Twice is once: a write that carries an `Idempotency-Key` is answered again for 24 hours, not done again.
//!
//! The answer is kept in the commit of the write, so that neither a kill nor a lost connection parts them. Where a write takes several jobs, the
//! key is reserved first, and each of the jobs says in its own commit that something was done: after a kill it is known whether the write can be
//! begun anew. What an answer looks like is nothing to this room.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id},
        time::{DAY, Time},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, View, key},
};

pub const IN_PROGRESS: Reason = Reason::new(Kind::Conflict, "in_progress", "同样的请求正在处理，请稍候再试");
pub const KEY_REUSED: Reason = Reason::new(Kind::Conflict, "key_reused", "这个 Idempotency-Key 已用于另一个请求，请换一个");
pub const ANSWER_LOST: Reason =
    Reason::new(Kind::Conflict, "answer_lost", "这个请求已经开始执行，但服务器中断，结果没有留下；请核对后换一个 Idempotency-Key");

/// How long an answer is given again.
pub const KEPT_FOR: i64 = DAY;

pub use v1::{Answer, Content, Kept, State};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Kept {
        pub id: Id<Kept>,
        /// Whose write it is; 0 for scripts on this machine.
        pub account_id: AccountId,
        /// Account, endpoint and key, as one digest.
        pub name: String,
        /// What was asked for, as a digest under the clinic's own key: a request may hold a password.
        pub request: String,
        pub state: State,
        pub expires_at: Time,
    }

    /// Variants are only ever added at the end.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub enum State {
        /// That process is at it, and has changed nothing yet.
        Reserved {
            process: u64,
        },
        /// That process is at it, and has changed something.
        Begun {
            process: u64,
        },
        Answered(Answer),
    }

    /// An answer before its envelope.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Answer {
        pub content: Content,
        pub status: Option<u16>,
        pub headers: Vec<(String, String)>,
    }

    /// Variants are only ever added at the end.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub enum Content {
        Json { data: Option<Vec<u8>>, beside: Option<Vec<u8>> },
        Bare { status: u16, json: Vec<u8> },
        Bytes { content_type: String, bytes: Vec<u8> },
    }
}

const BY_NAME: Index<Kept> = Index::new(1);
const BY_EXPIRY: Index<Kept> = Index::new(2);
const BY_ACCOUNT: Index<Kept> = Index::new(3);

impl Row for Kept {
    type Kind = Self;

    const TABLE: Table = Table { code: 73, name: "idempotency", version: 1 };

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
        entries.add(&BY_NAME, key(&[&self.name]), Key::NONE);
        entries.add(&BY_EXPIRY, Key::NONE, key(&[&self.expires_at]));
        entries.add(&BY_ACCOUNT, key(&[&self.account_id]), Key::NONE);
    }
}

/// A write that must be done once, as its caller names it.
#[derive(Clone, Debug)]
pub struct Write {
    pub account_id: AccountId,
    pub name: String,
    pub request: String,
    /// Who is at it: another number in every process.
    pub process: u64,
}

/// The answer that was given; `None` where the write is new. Errors: `in_progress`, `key_reused`, `answer_lost`.
pub fn find(db: &View, write: &Write) -> Result<Option<Answer>> {
    let Some(kept) = kept(db, write)?.filter(|kept| kept.expires_at > db.now) else { return Ok(None) };
    if kept.request != write.request {
        return Err(KEY_REUSED.err());
    }
    match kept.state {
        State::Answered(answer) => Ok(Some(answer)),
        State::Reserved { process } | State::Begun { process } if process == write.process => Err(IN_PROGRESS.err().retry_in(1)),
        // That process is no more.
        State::Reserved { .. } => Ok(None),
        State::Begun { .. } => Err(ANSWER_LOST.err()),
    }
}

/// Notes that somebody is at it, in a job of its own before the work begins.
pub fn reserve(db: &mut Tx, write: &Write) -> Result<()> {
    set(db, write, State::Reserved { process: write.process })
}

/// Notes that something was changed, in the job that changes it.
pub fn begin(db: &mut Tx, write: &Write) -> Result<()> {
    set(db, write, State::Begun { process: write.process })
}

/// Keeps the answer, in the last job of the write.
pub fn keep(db: &mut Tx, write: &Write, answer: Answer) -> Result<()> {
    set(db, write, State::Answered(answer))
}

/// Forgets a write that was refused: it may be tried again.
pub fn give_up(db: &mut Tx, write: &Write) -> Result<()> {
    match kept(db, write)? {
        Some(kept) => db.delete::<Kept>(kept.id),
        None => Ok(()),
    }
}

/// Forgets what was answered to an account.
pub fn forget(db: &mut Tx, account_id: AccountId) -> Result<()> {
    let ids: Vec<_> = db.ids(&BY_ACCOUNT, key(&[&account_id]), Order::Oldest).collect::<Result<_>>()?;
    ids.into_iter().try_for_each(|id| db.delete::<Kept>(id))
}

/// Forgets answers that are old, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<_> = db.ids_between(&BY_EXPIRY, Key::NONE, Key::NONE, key(&[&db.now]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| db.delete::<Kept>(*id))?;
    Ok(due.len())
}

fn kept(db: &View, write: &Write) -> Result<Option<Kept>> {
    db.first(&BY_NAME, key(&[&write.name]))
}

fn set(db: &mut Tx, write: &Write, state: State) -> Result<()> {
    let id = match kept(db, write)? {
        Some(kept) => kept.id,
        None => db.next_id()?,
    };
    let Write { account_id, name, request, .. } = write.clone();
    db.put(&Kept { id, account_id, name, request, state, expires_at: db.now.plus(KEPT_FOR) })
}
