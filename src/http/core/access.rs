//! Who asks: the token of a request, the session behind it, the roles that a row lets in.

use warp::http::HeaderMap;

use super::{
    context::{BAD_TOKEN, Caller, NO_TOKEN},
    table::Access,
};
use crate::{
    app::App,
    base::{
        error::{Kind, Reason, Result},
        id::Id,
        secret,
    },
    domain::identity::{
        account::{Account, Role},
        integration,
        session::Session,
        sign_in,
    },
};

pub const WRONG_ROLE: Reason = Reason::new(Kind::Forbidden, "wrong_role", "当前账号的身份不能使用此功能");

/// The caller, if the row lets it in: nobody (public rows only), an account with a session, or whoever shows `admin.token`. Nobody too where an
/// integration shows its token to a row that looks at those itself.
///
/// Errors: `no_token`, `bad_token` (on public rows too, but for those by which one comes in), `wrong_role`.
pub fn admit(app: &App, headers: &HeaderMap, access: Access) -> Result<Option<Caller>> {
    if access.ignores_token() {
        return Ok(None);
    }
    let Some(token) = token(headers) else {
        return match access.is_public() {
            true => Ok(None),
            false => Err(NO_TOKEN.err()),
        };
    };
    if access.takes_integrations() && token.starts_with(integration::PREFIX) {
        return Ok(None);
    }
    let caller = caller(app, token)?;
    match access.admits(caller.role) {
        true => Ok(Some(caller)),
        false => Err(WRONG_ROLE.err()),
    }
}

/// Whether the caller shows `admin.token`.
pub fn shows_admin_token(app: &App, headers: &HeaderMap) -> bool {
    token(headers).is_some_and(|token| is_admin_token(app, token))
}

/// The token of a session.
pub fn token_of(app: &App, account: &Account, session: &Session) -> String {
    app.signer.token(&session.claims(account.created_at))
}

/// Never from a cookie: documented GETs change state, and a browser sends cookies from anywhere.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).filter(|text| !text.is_empty());
    let bearer = || {
        let (scheme, token) = text("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    };
    text("x-auth-token").or_else(bearer).or_else(|| text("token"))
}

fn is_admin_token(app: &App, token: &str) -> bool {
    secret::same(token.as_bytes(), app.admin_token.as_bytes())
}

fn caller(app: &App, token: &str) -> Result<Caller> {
    if is_admin_token(app, token) {
        return Ok(Caller { account: Id::NONE, role: Role::Admin, session: Id::NONE });
    }
    let claims = app.signer.claims(token).ok_or_else(|| BAD_TOKEN.err())?;
    let session = sign_in::session_of(&app.store.view(), &claims)?.ok_or_else(|| BAD_TOKEN.err())?;
    Ok(Caller { account: session.account_id, role: session.role, session: session.id })
}
