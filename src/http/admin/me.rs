//! `/admin/me`: the administrator who asks.

use serde::Serialize;
use serde_json::json;

use crate::{
    base::{
        error::{Kind, Reason, Result, missing},
        id::{AccountId, SessionId},
    },
    domain::identity::{
        account::{self, Account, BAD_LOGIN, Role},
        audit::{self, Action, Subject},
        sign_in::{Credential, Tried},
    },
    http::core::{
        access, attempt,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read},
            get, post,
        },
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("admin", "/admin/me",          ADMIN, Read(show_me),          "本人信息"),
    post("admin", "/admin/me/password", ADMIN, Heavy(change_password), "修改本人密码").guarded().without_key(),
];

pub const WRONG_PASSWORD: Reason = Reason::new(Kind::Rule, "wrong_password", "原密码不正确，请重新填写");
pub const NO_ACCOUNT: Reason = Reason::new(Kind::Rule, "no_account", "使用 admin.token 时没有账号，请用管理员账号登录");

fn show_me(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let account = db.get::<Account>(me.account)?;
    Reply::of(&MeView {
        id: me.account,
        username: account.as_ref().and_then(|account| account.username.clone()).unwrap_or_default(),
        session_id: me.session,
        created_at: account.map(|account| account.created_at.rfc3339()),
    })
}

/// `old_password`, `password`. Ends every session of the account and answers the token of a new one.
fn change_password(cx: &Cx, request: &Request) -> Result<Reply> {
    let either = |name, other| if request.has(name) || !request.has(other) { name } else { other };
    let old = request.attempt(either("old_password", "current_password"))?;
    let new = request.password(either("password", "new_password"))?;
    let id = cx.me()?.account;
    if id.is_none() {
        return Err(NO_ACCOUNT.err());
    }
    let account = account::need(&cx.view(), id, Role::Admin)?;
    let username = account.username.clone().ok_or_else(|| missing("username"))?;
    let (tried, proven_with) = (Tried::new(Some(&account), Role::Admin, &username), account.password.clone());
    let wrong = |error: crate::base::error::Error| match error.is(&BAD_LOGIN) {
        true => WRONG_PASSWORD.err().field("old_password", "不正确"),
        false => error,
    };
    attempt::prove(cx, &tried, Credential::Password { account: Some(account), password: old }).map_err(wrong)?;
    let (hash, actor) = (account::hash_password(&new)?, cx.actor()?);
    let account = cx.write(move |db| {
        let account = account::need(db, id, Role::Admin)?;
        if account.password != proven_with {
            return Err(WRONG_PASSWORD.err());
        }
        account::set_password(db, account, hash)?;
        audit::note(db, &actor, Action::ResetPassword, Subject::Administrator, id)?;
        account::need(db, id, Role::Admin)
    })?;
    let entered = attempt::enter(&cx.anew(), &tried, Credential::Password { account: Some(account), password: new })?;
    Reply::of(&json!({ "token": access::token_of(&cx.app, &entered.account, &entered.session) }))
}

#[derive(Serialize)]
struct MeView {
    /// 0 where `admin.token` was shown.
    id: AccountId,
    username: String,
    session_id: SessionId,
    created_at: Option<String>,
}
