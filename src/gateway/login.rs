//! Logging in, with a password of `GET /im/password` or with the session token of the HTTP API.

use std::net::IpAddr;

use super::frame::Frame;
use crate::{
    app::App,
    base::{
        error::Result,
        id::{self, AccountId},
    },
    domain::identity::{
        account::{Account, BAD_LOGIN, Role},
        im_password,
        session::Session,
        sign_in::{self, Tried},
    },
};

/// A login that holds.
pub struct Login {
    /// The frame's id.
    pub id: Option<String>,
    pub session: Session,
    /// Up to which numbers the client has its inbox and its changes; `None` where it does not say.
    pub after: Option<u64>,
    pub changes_after: Option<u64>,
    /// Of which copy of the clinic these numbers are, as far as the client knows.
    pub era: Option<String>,
}

/// Reads a `login` frame of a client at `address`. Passwords are tried as often as at any other door, and what fails is noted as there; it does not
/// bring the account nearer to its lock, because a device that comes back by itself with an old password is no attack.
///
/// Errors: `malformed`, `bad_login`, `too_many_logins`.
pub async fn attempt(app: &App, frame: &Frame, address: IpAddr) -> Result<Login> {
    let member = match frame.has("token") {
        true => None,
        false => frame.number_or_none("member_id")?.map(AccountId::from_number),
    };
    let turn = match member {
        Some(member) => Some(app.throttle.turn(address, &format!("im:{member}")).await?),
        None => None,
    };
    let login = read(app, frame);
    if login.as_ref().is_err_and(|error| error.is(&BAD_LOGIN)) {
        if let Some(turn) = turn {
            turn.failed();
        }
        note(app, member.or_else(|| named(app, frame)), address).await;
    }
    login
}

/// Whom a token names that is ours but does not hold.
fn named(app: &App, frame: &Frame) -> Option<AccountId> {
    let claims = app.signer.claims(frame.text("token").ok()?)?;
    id::from_hex(&claims.user_id)
}

/// Into log and audit, as at the other doors.
async fn note(app: &App, member: Option<AccountId>, address: IpAddr) {
    let known = member.map_or(Ok(None), |member| app.store.view().get::<Account>(member));
    let role = known.as_ref().ok().and_then(Option::as_ref).map_or(Role::Patient, |account| account.role);
    let noted = known.map(|account| Tried::new(account.as_ref(), role, ""));
    let noted = match noted {
        Ok(tried) => {
            tracing::warn!(account = %tried.account.unwrap_or_default(), role = role.name(), %address, "a sign-in at the gateway failed");
            app.store.write(move |db| sign_in::note_failure(db, &tried, &address.to_string())).await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = noted {
        tracing::error!(error = error.chain(), "a failed sign-in could not be noted");
    }
}

/// Errors: `malformed`, `bad_login`.
fn read(app: &App, frame: &Frame) -> Result<Login> {
    let db = app.store.view();
    let (after, changes_after) = (frame.number_or_none("after")?, frame.number_or_none("changes_after")?);
    let era = frame.text_or_none("era")?.map(str::to_owned);
    let session = match frame.has("token") {
        true => {
            let claims = app.signer.claims(frame.text("token")?);
            claims.map_or(Ok(None), |claims| sign_in::session_of(&db, &claims))?
        }
        false => Some(im_password::check(&db, frame.id("member_id")?, frame.text("password")?)?),
    };
    // Administrators take part in no conversation.
    let session = session.filter(|session| session.role != Role::Admin).ok_or_else(|| BAD_LOGIN.err())?;
    Ok(Login { id: frame.id.clone(), session, after, changes_after, era })
}
