//! Who may talk to whom, and who may call whom: the one place that every door asks.
//!
//! A patient and a doctor may talk while they share a paid encounter that is not finished, two doctors while they are in one team. In any
//! case neither may have banned the other.
//! A consultation and a 留言 have rules of their own besides, in their rooms; those ask [`contact`] for bans.

use super::encounter;
use crate::{
    base::{
        error::{Error, Kind, Reason, Result},
        id::AccountId,
    },
    domain::{
        identity::account::{Account, Role},
        messaging::contact,
        team,
    },
    store::View,
};

pub const MAY_NOT_TALK: Reason = Reason::new(Kind::Rule, "may_not_talk", "与对方没有进行中的就诊，暂时不能发送消息");
pub const MAY_NOT_CALL: Reason = Reason::new(Kind::Rule, "may_not_call", "对方暂不接听您的电话");

/// Refuses a message from one account to another; the two are alike. Errors: `not_found`, `contact_banned`, `may_not_talk`.
pub fn may_talk(db: &View, one: AccountId, other: AccountId) -> Result<()> {
    let (a, b): (Account, Account) = (db.need(one)?, db.need(other)?);
    contact::need_no_ban(db, one, other)?;
    let related = match (a.role, b.role) {
        (Role::Patient, Role::Doctor) => encounter::is_open_between(db, one.patient_account(), other.doctor())?,
        (Role::Doctor, Role::Patient) => encounter::is_open_between(db, other.patient_account(), one.doctor())?,
        (Role::Doctor, Role::Doctor) => one != other && team::colleagues(db, one.doctor(), other.doctor())?,
        _ => false,
    };
    match related {
        true => Ok(()),
        false => Err(MAY_NOT_TALK.err()),
    }
}

/// Refuses a call: the two may not talk, or the callee takes no calls of the caller.
///
/// Errors: those of [`may_talk`], `may_not_call`.
pub fn may_call(db: &View, caller: AccountId, callee: AccountId) -> Result<()> {
    may_talk(db, caller, callee)?;
    match contact::of(db, callee, caller)?.can_call {
        true => Ok(()),
        false => Err(MAY_NOT_CALL.err()),
    }
}

/// [`may_talk`] as an answer. Errors: `not_found`.
pub fn can_talk(db: &View, one: AccountId, other: AccountId) -> Result<bool> {
    answer(may_talk(db, one, other))
}

/// [`may_call`] as an answer. Errors: `not_found`.
pub fn can_call(db: &View, caller: AccountId, callee: AccountId) -> Result<bool> {
    answer(may_call(db, caller, callee))
}

/// A rule that refuses is a no; anything else stays an error.
fn answer(result: Result<(), Error>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.kind() == Kind::Rule => Ok(false),
        Err(error) => Err(error),
    }
}
