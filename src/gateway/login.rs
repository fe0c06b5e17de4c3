//! Logging in, with a password of `GET /im/password` or with the session token of the HTTP API.

use super::frame::Frame;
use crate::{
    app::App,
    base::error::Result,
    domain::identity::{
        account::{BAD_LOGIN, Role},
        im_password,
        session::{self, Session},
        sign_in,
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

/// Reads a `login` frame. Errors: `malformed`, `bad_login`.
pub fn read(app: &App, frame: &Frame) -> Result<Login> {
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

/// Whether it still holds: looked at again once the connection can be told of its end.
pub fn holds(app: &App, session: &Session) -> Result<bool> {
    Ok(session::find(&app.store.view(), session.id)?.is_some())
}
