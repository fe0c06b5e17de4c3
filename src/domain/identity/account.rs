//! Accounts: the logins. One account is one person in one role; its id is that person's id at every door.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use serde::{Deserialize, Serialize};

use super::{lockout, session};
pub use crate::domain::shared::role::Role;
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::{AccountId, ConversationId, Id, kind},
        memory::{PASSWORD, PASSWORDS},
        page::{Page, Slice},
        time::Time,
    },
    store::{Class, Entries, Index, Order, References, Row, Table, Tx, View, key},
};

pub const PHONE_REGISTERED: Reason = Reason::new(Kind::Conflict, "phone_registered", "该手机号已注册，请直接登录");
pub const USERNAME_TAKEN: Reason = Reason::new(Kind::Conflict, "username_taken", "用户名已存在，请换一个");
pub const NOT_REGISTERED: Reason = Reason::new(Kind::Rule, "not_registered", "尚未注册，请先注册");
pub const BAD_LOGIN: Reason = Reason::new(Kind::Unauthorized, "bad_login", "账号或密码错误");
pub const ACCOUNT_DISABLED: Reason = Reason::new(Kind::Forbidden, "account_disabled", "账号已被禁用，请联系管理员");
pub const NOT_VERIFIED: Reason = Reason::new(Kind::Forbidden, "not_verified", "账号尚未通过审核，暂时只能浏览");

/// `is_verify`: 0 待核验, 1 启用, 2 禁用.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Verify {
    Waiting,
    Enabled,
    Disabled,
}

pub use v1::Account;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Account {
        pub id: AccountId,
        pub role: Role,
        pub phone: Option<String>,
        pub open_id: Option<String>,
        /// Administrators sign in by name.
        pub username: Option<String>,
        /// Argon2id in PHC form.
        pub password: Option<String>,
        pub verify: Verify,
        /// 14 digits from 88797700000001 (用户聊天模块API).
        pub voip: u64,
        /// The id of the account's system conversation, kept for it from the start: the conversation itself is written with its first notice.
        pub system_chat: ConversationId,
        pub created_at: Time,
    }
}

const BY_PHONE: Index<Account> = Index::new(1);
const BY_OPEN_ID: Index<Account> = Index::new(2);
const BY_USERNAME: Index<Account> = Index::new(3);
pub const BY_ROLE: Index<Account> = Index::counted(4);
/// By role and whether they are let in.
pub const BY_STANDING: Index<Account> = Index::counted(6);
const BY_VOIP: Index<Account> = Index::new(5);

const FIRST_VOIP: u64 = 88_797_700_000_000;

impl Row for Account {
    type Kind = kind::Account;

    const TABLE: Table = Table { code: 1, name: "account", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn owner(&self) -> Option<AccountId> {
        Some(self.id)
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.system_chat);
    }

    fn index(&self, entries: &mut Entries) {
        let role = self.role.number();
        if let Some(phone) = &self.phone {
            entries.add(&BY_PHONE, key(&[&role, phone]), key(&[]));
        }
        if let Some(open_id) = &self.open_id {
            entries.add(&BY_OPEN_ID, key(&[open_id]), key(&[]));
        }
        if let Some(username) = &self.username {
            entries.add(&BY_USERNAME, key(&[username]), key(&[]));
        }
        entries.add(&BY_ROLE, key(&[&role]), key(&[&self.created_at]));
        entries.add(&BY_STANDING, key(&[&role, &(self.verify as u8)]), key(&[&self.created_at]));
        entries.add(&BY_VOIP, key(&[&self.voip]), key(&[]));
    }

    fn searched(&self) -> Option<impl PartialEq> {
        (self.role == Role::Doctor).then_some(self.verify)
    }
}

/// A new account. The password comes hashed: hashing takes long and does not belong into a job.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub role: Role,
    pub phone: Option<String>,
    pub username: Option<String>,
    pub password: Option<String>,
}

/// Makes an account. A phone may stand once in each role (`phone_registered`), a user name once (`username_taken`).
/// Doctors and assistants wait for an administrator, patients for their profile.
pub fn create(db: &mut Tx, new: NewAccount) -> Result<Account> {
    if let Some(phone) = &new.phone
        && by_phone(db, new.role, phone)?.is_some()
    {
        return Err(PHONE_REGISTERED.err());
    }
    if let Some(username) = &new.username
        && by_username(db, username)?.is_some()
    {
        return Err(USERNAME_TAKEN.err());
    }
    insert(db, new, None)
}

/// The patient account of a WeChat user, made where there is none.
pub fn ensure_open_id(db: &mut Tx, open_id: &str) -> Result<Account> {
    match by_open_id(db, open_id)? {
        Some(account) => Ok(account),
        None => insert(db, NewAccount { role: Role::Patient, phone: None, username: None, password: None }, Some(open_id.to_owned())),
    }
}

fn insert(db: &mut Tx, new: NewAccount, open_id: Option<String>) -> Result<Account> {
    let account = Account {
        id: db.next_id()?,
        role: new.role,
        phone: new.phone,
        open_id,
        username: new.username,
        password: new.password,
        verify: if new.role == Role::Admin { Verify::Enabled } else { Verify::Waiting },
        voip: FIRST_VOIP + db.next_in("voip")?,
        system_chat: db.next_id()?,
        created_at: db.now,
    };
    db.put(&account)?;
    Ok(account)
}

pub fn by_phone(db: &View, role: Role, phone: &str) -> Result<Option<Account>> {
    db.first(&BY_PHONE, key(&[&role.number(), &phone]))
}

pub fn by_open_id(db: &View, open_id: &str) -> Result<Option<Account>> {
    Ok(db.first(&BY_OPEN_ID, key(&[&open_id]))?.filter(|account| account.open_id.as_deref() == Some(open_id)))
}

pub fn by_voip(db: &View, voip: u64) -> Result<Option<Account>> {
    db.first(&BY_VOIP, key(&[&voip]))
}

pub fn by_username(db: &View, username: &str) -> Result<Option<Account>> {
    Ok(db.first(&BY_USERNAME, key(&[&username]))?.filter(|account| account.username.as_deref() == Some(username)))
}

/// The account, which must be of that role; `not_found` otherwise.
pub fn need(db: &View, id: AccountId, role: Role) -> Result<Account> {
    let account: Account = db.need(id)?;
    match account.role == role {
        true => Ok(account),
        false => Err(crate::base::error::NOT_FOUND.err()),
    }
}

/// The account, which must have been let in by an administrator; `not_verified` otherwise.
pub fn need_verified(db: &View, id: AccountId) -> Result<Account> {
    let account: Account = db.need(id)?;
    match account.verify {
        Verify::Enabled => Ok(account),
        Verify::Waiting => Err(NOT_VERIFIED.err()),
        Verify::Disabled => Err(ACCOUNT_DISABLED.err()),
    }
}

/// Says whether an account is one that somebody looks for.
pub type AccountFilter<'a> = &'a dyn Fn(&Account) -> Result<bool>;

/// The accounts of a role that are wanted, newest first; those of one standing where it is named.
pub fn find(db: &View, role: Role, standing: Option<Verify>, page: Page, wanted: Option<AccountFilter>) -> Result<Slice<Account>> {
    let (index, group) = match standing {
        None => (&BY_ROLE, key(&[&role.number()])),
        Some(standing) => (&BY_STANDING, key(&[&role.number(), &(standing as u8)])),
    };
    match wanted {
        None => db.page(index, group, page),
        Some(wanted) => page.pick(db.rows(index, group, Order::Newest), wanted),
    }
}

/// Gives an account another phone, which nobody of its role may have (`phone_registered`).
pub fn set_phone(db: &mut Tx, id: AccountId, phone: String) -> Result<()> {
    let mut account: Account = db.need(id)?;
    if by_phone(db, account.role, &phone)?.is_some_and(|other| other.id != id) {
        return Err(PHONE_REGISTERED.err().field("phone", "已注册"));
    }
    account.phone = Some(phone);
    db.put(&account)
}

/// Sets a new password (hashed), ends every session and lifts a lock.
pub fn set_password(db: &mut Tx, mut account: Account, password: String) -> Result<()> {
    account.password = Some(password);
    db.put(&account)?;
    lockout::forgive(db, account.id)?;
    session::end_all(db, account.id)
}

/// Lets an account in, or shuts it out, which ends its sessions.
pub fn set_verify(db: &mut Tx, mut account: Account, verify: Verify) -> Result<Account> {
    account.verify = verify;
    db.put(&account)?;
    if verify == Verify::Disabled {
        session::end_all(db, account.id)?;
    }
    Ok(account)
}

/// Has an account that was let in wait for an administrator again, where one of its credentials is no longer what was looked at. What was
/// empty and is filled in now is no change. Answers the account where it waits now.
pub fn rewait(db: &mut Tx, account: Account, verified: &[String], credentials: &[String]) -> Result<Option<Account>> {
    let changed = verified.iter().zip(credentials).any(|(verified, now)| !verified.is_empty() && verified != now);
    match changed && account.verify == Verify::Enabled {
        true => set_verify(db, account, Verify::Waiting).map(Some),
        false => Ok(None),
    }
}

/// Refuses accounts that an administrator has shut out.
pub fn may_sign_in(account: &Account) -> Result<()> {
    match account.verify {
        Verify::Disabled => Err(ACCOUNT_DISABLED.err()),
        _ => Ok(()),
    }
}

/// Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes). Takes some 20 ms: not for async threads, not for jobs.
pub fn hash_password(password: &str) -> Result<String> {
    let _memory = PASSWORDS.take(PASSWORD);
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|e| INTERNAL.caused_by(e.to_string()))?;
    Ok(hash.to_string())
}

/// Whether the password is the account's. Takes as long where there is no account or no password, so that time tells nothing.
pub fn password_fits(account: Option<&Account>, password: &str) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Zh0S/cK4UOnRZzrGXPLfhHnKvIoyVrXSzDeObAw5TWk";
    let stored = account.and_then(|account| account.password.as_deref());
    let _memory = PASSWORDS.take(PASSWORD);
    let fits =
        PasswordHash::new(stored.unwrap_or(NOBODY)).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && stored.is_some()
}
