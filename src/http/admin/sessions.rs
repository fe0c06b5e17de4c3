//! Signing in as an administrator, and who is signed in anywhere.

use serde::Serialize;
use serde_json::json;

use super::listing::{self, Asked};
use crate::{
    base::{
        error::Result,
        id::{AccountId, SessionId},
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

fn list_sessions(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    let sessions = session::list(&db, request.id_or_none("account_id")?, asked.page)?;
    listing::reply(sessions, |session| SessionView::of(&db, session))
}

fn end_session(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let session: Session = db.need(request.path_id("id")?)?;
    session::end(db, session.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Session, session.id)?;
    Reply::empty()
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
        let login = db.get::<Account>(session.account_id)?.and_then(|account| account.username.or(account.phone));
        Ok(SessionView {
            id: session.id,
            account_id: session.account_id,
            role: session.role.name(),
            login: login.unwrap_or_default(),
            created_at: session.created_at.rfc3339(),
            expires_at: session.expires_at.rfc3339(),
        })
    }
}
