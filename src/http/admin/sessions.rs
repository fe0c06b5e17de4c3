//! Signing in as an administrator, and who is signed in anywhere.

use serde::Serialize;
use serde_json::json;

use super::{
    form,
    listing::{self, Listing},
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, SessionId},
        needle::Straw,
    },
    domain::identity::{
        account::{self, Account, Role},
        audit::{self, Action, Subject},
        session::{self, Session},
        sign_in::{Credential, Tried},
    },
    http::core::{
        access, attempt,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, ENTRANT, Endpoint,
            Run::{Heavy, Write},
            delete, get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("admin", "/admin/login",         ENTRANT, Heavy(login),        "管理员登录").guarded(),
    post  ("admin", "/admin/logout",        ADMIN,  Write(logout),        "管理员退出登录"),
    get   ("admin", "/admin/sessions",      ADMIN,  Heavy(list_sessions), "登录会话列表"),
    delete("admin", "/admin/sessions/{id}", ADMIN,  Write(end_session),   "结束登录会话"),
];

/// An unknown name and a wrong password are refused alike, and take as long.
fn login(cx: &Cx, request: &Request) -> Result<Reply> {
    let (username, password) = (request.text("username", 64)?, request.attempt("password")?);
    let account = account::by_username(&cx.view(), &username)?.filter(|account| account.role == Role::Admin);
    let tried = Tried::new(account.as_ref(), Role::Admin, &username);
    let entered = attempt::enter(cx, &tried, Credential::Password { account, password })?;
    Reply::of(&json!({ "token": access::token_of(&cx.app, &entered.account, &entered.session) }))
}

/// With `admin.token` there is no session to end.
fn logout(cx: &Cx, db: &mut Tx, _: &Request) -> Result<Reply> {
    let me = cx.me()?;
    session::end(db, me.session)?;
    audit::note(db, &cx.actor()?, Action::SignOut, Subject::Administrator, me.account)?;
    Reply::empty()
}

const LISTING: Listing<Session> = Listing {
    filters: &["account_id", "role"],
    time: Some(|session| session.created_at),
    sorts: &[
        ("id", |_, session| Ok(session.id.into())),
        ("account_id", |_, session| Ok(session.account_id.into())),
        ("role", |_, session| Ok(session.role.name().into())),
        ("login", |db, session| Ok(login_name(db, session.account_id)?.as_str().into())),
        ("created_at", |_, session| Ok(session.created_at.into())),
        ("expires_at", |_, session| Ok(session.expires_at.into())),
    ],
};

fn list_sessions(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let (account, role) = (request.id_or_none("account_id")?, form::choice(request, "role", ROLES)?);
    let sessions = LISTING.find(&db, request, |asked| {
        session::list(&db, account, asked.page, |session| {
            let named = asked.needle.is_empty() || asked.needle.is_among(&[Straw::Phone(login_name(&db, session.account_id)?)]);
            Ok(role.is_none_or(|role| role == session.role) && named)
        })
    })?;
    listing::reply(sessions, |session| SessionView::of(&db, session))
}

fn end_session(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let session: Session = db.need(request.path_id("id")?)?;
    session::end(db, session.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Session, session.id)?;
    Reply::empty()
}

const ROLES: &[(&str, Role)] =
    &[("patient", Role::Patient), ("doctor", Role::Doctor), ("assistant", Role::Assistant), ("admin", Role::Admin)];

/// How the account signs in: the administrator's name or the phone.
fn login_name(db: &View, account: AccountId) -> Result<String> {
    Ok(db.get::<Account>(account)?.and_then(|account| account.username.or(account.phone)).unwrap_or_default())
}

/// Never with its token.
#[derive(Serialize)]
struct SessionView {
    id: SessionId,
    account_id: AccountId,
    role: &'static str,
    /// How the account signs in: the administrator's name or the phone.
    login: String,
    created_at: String,
    expires_at: String,
}

impl SessionView {
    fn of(db: &View, session: Session) -> Result<SessionView> {
        Ok(SessionView {
            id: session.id,
            account_id: session.account_id,
            role: session.role.name(),
            login: login_name(db, session.account_id)?,
            created_at: session.created_at.rfc3339(),
            expires_at: session.expires_at.rfc3339(),
        })
    }
}
