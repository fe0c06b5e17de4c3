//! `/admin/administrators`: who administers the clinic. What the command line's `xuanhu admin` asks for on a running server.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people,
};
use crate::{
    base::{error::Result, id::AccountId, needle::Straw, secret},
    domain::identity::{
        account::{self, Account, NewAccount, Role},
        audit::{self, Action, Subject},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            delete, get, post,
        },
    },
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/administrators",                     ADMIN, Heavy(list_administrators),  "管理员列表"),
    post  ("admin", "/admin/administrators",                     ADMIN, Heavy(create_administrator), "新增管理员").without_key(),
    get   ("admin", "/admin/administrators/{id}",                ADMIN, Write(show_administrator),   "管理员详情"),
    delete("admin", "/admin/administrators/{id}",                ADMIN, Write(remove_administrator), "删除管理员"),
    post  ("admin", "/admin/administrators/{id}/reset-password", ADMIN, Heavy(reset_password),       "重置管理员密码").without_key(),
];

const LISTING: Listing<Account> = Listing {
    filters: &[],
    time: Some(|account| account.created_at),
    sorts: &[
        ("id", |_, account| Ok(account.id.into())),
        ("username", |_, account| Ok(account.username.as_deref().unwrap_or_default().into())),
        ("created_at", |_, account| Ok(account.created_at.into())),
    ],
};

fn list_administrators(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = LISTING.find(&db, request, |asked| {
        let wanted = |account: &Account| Ok(asked.needle.is_among(&[Straw::Name(account.username.as_deref().unwrap_or_default())]));
        account::find(&db, Role::Admin, None, asked.page, Some(&wanted))
    })?;
    listing::reply(found, |account| Ok(AdministratorView::of(account, None)))
}

/// Without a password a random one is made and answered, this once.
fn create_administrator(cx: &Cx, request: &Request) -> Result<Reply> {
    let (username, (password, hash)) = (request.text("username", 64)?, password(request)?);
    let new = NewAccount { role: Role::Admin, phone: None, username: Some(username), password: Some(hash) };
    let actor = cx.actor()?;
    let account = cx.write(move |db| {
        let account = account::create(db, new)?;
        audit::note(db, &actor, Action::Create, Subject::Administrator, account.id)?;
        Ok(account)
    })?;
    Reply::bare(201, &AdministratorView::of(account, password))
}

fn show_administrator(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, _) = people::look_at(cx, db, request, Role::Admin)?;
    Reply::of(&AdministratorView::of(account, None))
}

/// The last one stays.
fn remove_administrator(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Admin)?;
    Reply::empty()
}

fn reset_password(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, (password, hash), actor) = (request.path_id("id")?, password(request)?, cx.actor()?);
    let account = cx.write(move |db| {
        account::set_password(db, account::need(db, id, Role::Admin)?, hash)?;
        audit::note(db, &actor, Action::ResetPassword, Subject::Administrator, id)?;
        db.need(id)
    })?;
    Reply::of(&AdministratorView::of(account, password))
}

/// The password to tell (none where the caller chose it), and its hash.
fn password(request: &Request) -> Result<(Option<String>, String)> {
    match form::password(request)? {
        Some(hash) => Ok((None, hash)),
        None => {
            let password = secret::hex(&secret::random::<8>());
            let hash = account::hash_password(&password)?;
            Ok((Some(password), hash))
        }
    }
}

#[derive(Serialize)]
struct AdministratorView {
    id: AccountId,
    username: String,
    created_at: String,
    /// Only where the server has just made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl AdministratorView {
    fn of(account: Account, password: Option<String>) -> AdministratorView {
        AdministratorView {
            id: account.id,
            username: account.username.unwrap_or_default(),
            created_at: account.created_at.rfc3339(),
            password,
        }
    }
}
