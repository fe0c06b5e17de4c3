//! Signing in, at whatever door: somebody proves who they are, and a session is opened for the account as it stands then.
//!
//! 1. [`Tried`] says for whom a try counts, however the account was named.
//! 2. [`prove`] compares what takes long to compare, beside the writer; a code that went to a phone is spent by [`prove_phone`], within the job.
//! 3. [`open`], within the job, reads the account again: an account that was shut, locked or given another password meanwhile is not opened.
//!
//! Nobody else opens sessions. What a token says is held against the rows by [`session_of`].

use super::{
    account::{self, Account, BAD_LOGIN, Role},
    audit::{self, Action, Actor, Subject},
    lockout,
    session::{self, Session},
    sms,
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::AccountId,
        secret::Claims,
        time::{MINUTE, Time},
    },
    store::{Tx, View},
};

pub const ACCOUNT_LOCKED: Reason =
    Reason::new(Kind::Rule, "account_locked", "登录失败次数过多，账号已暂时锁定，请稍后再试，或用短信验证码重设密码");

/// For whom a try to sign in counts: the account, whichever of its names was used, or the name where nobody has it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The account, if there is one.
    pub account: Option<AccountId>,
    pub role: Role,
    name: String,
}

impl Tried {
    pub fn new(account: Option<&Account>, role: Role, name: &str) -> Tried {
        Tried { account: account.map(|account| account.id), role, name: name.to_owned() }
    }

    /// The account with this phone.
    pub fn phone(db: &View, role: Role, phone: &str) -> Result<Tried> {
        Ok(Tried::new(account::by_phone(db, role, phone)?.as_ref(), role, phone))
    }

    /// One key for each account, for counting tries.
    pub fn key(&self) -> String {
        match self.account {
            Some(id) => format!("account:{id}"),
            None => format!("{}:{}", self.role.name(), self.name),
        }
    }
}

/// What somebody shows.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A password, and the account that the door found under the name beside it.
    Password { account: Option<Account>, password: String },
    /// 微信 openId: as WeChat tells it with `wechat.require_code`, and as the client tells it otherwise.
    OpenId(String),
}

/// Somebody who has proved who they are. Only [`prove`] and [`ProvenPhone`] make one.
#[derive(Clone, Debug)]
pub struct Proven(How);

#[derive(Clone, Debug)]
enum How {
    /// The password fitted this hash, which must still be the account's.
    Password {
        account: AccountId,
        hash: String,
    },
    Phone(Role, String),
    OpenId(String),
}

/// Compares a password, which takes some 20 ms: for neither async threads nor jobs. An account that there is not takes as long.
///
/// Errors: `bad_login`.
pub fn prove(credential: Credential) -> Result<Proven> {
    match credential {
        Credential::OpenId(open_id) => Ok(Proven(How::OpenId(open_id))),
        Credential::Password { account, password } => {
            let fits = account::password_fits(account.as_ref(), &password);
            let known = account.filter(|_| fits).and_then(|account| Some((account.id, account.password?)));
            known.map(|(account, hash)| Proven(How::Password { account, hash })).ok_or_else(|| BAD_LOGIN.err())
        }
    }
}

/// A phone whose owner has shown the code that was sent to it.
#[derive(Debug)]
pub struct ProvenPhone(String);

/// Spends the code of a phone. Errors: `wrong_code`, which keeps what the job wrote, so that the try counts.
pub fn prove_phone(db: &mut Tx, phone: &str, code: &str) -> Result<ProvenPhone> {
    sms::spend(db, phone, code)?;
    Ok(ProvenPhone(phone.to_owned()))
}

impl ProvenPhone {
    /// The phone's owner is the owner of its account in this role.
    pub fn as_role(self, role: Role) -> Proven {
        Proven(How::Phone(role, self.0))
    }

    /// The phone itself.
    pub fn phone(&self) -> &str {
        &self.0
    }
}

/// Somebody who is in.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub account: Account,
    pub session: Session,
}

/// Opens a session for whoever has proved to be an account's owner; `address` is the client's, for the audit log.
///
/// Errors: `bad_login` where the password has been changed meanwhile, or nobody is called that; `not_registered` for an openId;
/// `account_disabled`, `account_locked`.
pub fn open(db: &mut Tx, proven: Proven, address: &str) -> Result<SignIn> {
    let account = match proven.0 {
        How::Password { account, hash } => db.get::<Account>(account)?.filter(|now| now.password.as_ref() == Some(&hash)),
        How::Phone(role, phone) => account::by_phone(db, role, &phone)?,
        How::OpenId(open_id) => Some(account::by_open_id(db, &open_id)?.ok_or_else(|| account::NOT_REGISTERED.err())?),
    };
    let account = account.ok_or_else(|| BAD_LOGIN.err())?;
    account::may_sign_in(&account)?;
    if let Some(until) = lockout::locked_until(db, account.id)? {
        return Err(ACCOUNT_LOCKED.err().retry_in(seconds(until, db.now)));
    }
    lockout::forgive(db, account.id)?;
    let session = session::open(db, account.id, account.role)?;
    let actor = Actor { account_id: account.id, role: account.role, address: address.to_owned() };
    audit::note(db, &actor, Action::SignIn, Subject::person(account.role), account.id)?;
    Ok(SignIn { account, session })
}

/// Notes a failed try, which counts towards the lock of the account.
pub fn failed(db: &mut Tx, tried: &Tried, address: &str) -> Result<()> {
    if let Some(account) = tried.account {
        lockout::failed(db, account)?;
    }
    note_failure(db, tried, address)
}

/// The same where it does not count: the audit log keeps one an account, address and minute, from the first addresses of a flood of them.
pub fn note_failure(db: &mut Tx, tried: &Tried, address: &str) -> Result<()> {
    const MOST_A_MINUTE: u32 = 200;
    let id = tried.account.unwrap_or_default();
    let (action, thing, since) = (Action::SignInFailed, Subject::person(tried.role), db.now.plus(-MINUTE));
    let mut noted = 0;
    let enough = |record: &audit::AuditRecord| {
        noted += 1;
        noted >= MOST_A_MINUTE || record.address == address
    };
    if audit::was_noted(db, action, thing, id, since, enough)? {
        return Ok(());
    }
    let actor = Actor { account_id: id, role: tried.role, address: address.to_owned() };
    audit::note(db, &actor, action, thing, id)
}

/// The session that a token names, while it holds. Every claim must be what the rows say: a signature alone proves that some store with this
/// key once gave the token, not that this one did.
pub fn session_of(db: &View, claims: &Claims) -> Result<Option<Session>> {
    let Some(session) = session::named(db, &claims.jti)? else { return Ok(None) };
    let account = db.get::<Account>(session.account_id)?.filter(|account| account.role == session.role);
    Ok(account.filter(|account| session.claims(account.created_at) == *claims).map(|_| session))
}

fn seconds(until: Time, now: Time) -> u32 {
    u32::try_from((until.since(now) + 999) / 1_000).unwrap_or(u32::MAX)
}
