//! Signing a record, at whichever door: the password once more, what the doctor says, and how a version prints.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{attempt, context::Cx, fields::Fields, reply::Reply, request::Request};
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::{DoctorId, EncounterId},
        secret,
    },
    domain::{
        care::signed_record::SignedRecord,
        identity::{
            account::{self, BAD_LOGIN, Role},
            audit::{self, Action, Subject},
            session::{self, Session},
            sign_in::{Credential, Tried},
        },
        relations::signing::{self, Said},
    },
    store::Tx,
};

pub const SIGN_IN_AGAIN: Reason = Reason::new(Kind::Rule, "sign_in_again", "请重新输入登录密码");

/// `{password?, chief_complaint?, history?, diagnoses?, advice?}`. The password may be left out where it was given within `care.sign_reauth`.
pub fn sign(cx: &Cx, request: &Request, id: EncounterId) -> Result<Reply> {
    let said = said(request)?;
    freeze(cx, request, Action::Sign, move |db, doctor| signing::sign(db, doctor, id, said))
}

/// The same and `why`.
pub fn amend(cx: &Cx, request: &Request, id: EncounterId) -> Result<Reply> {
    let (said, why) = (said(request)?, request.text("why", 200)?);
    freeze(cx, request, Action::Amend, move |db, doctor| signing::amend(db, doctor, id, said, why))
}

fn said(fields: &Fields) -> Result<Said> {
    Ok(Said {
        chief_complaint: fields.prose_or_none("chief_complaint", 4_000)?,
        history: fields.prose_or_none("history", 4_000)?,
        diagnoses: fields.texts_or_none("diagnoses", 50, 200)?.filter(|texts| !texts.is_empty()),
        advice: fields.prose_or_none("advice", 4_000)?,
    })
}

fn freeze(
    cx: &Cx,
    request: &Request,
    action: Action,
    work: impl FnOnce(&mut Tx, DoctorId) -> Result<SignedRecord> + Send + 'static,
) -> Result<Reply> {
    let proved = prove(cx, request)?;
    let (me, actor) = (cx.me()?, cx.actor()?);
    cx.answer(move |db| {
        if proved {
            session::note_proof(db, me.session)?;
        }
        let record = work(db, me.account.doctor())?;
        audit::note(db, &actor, action, Subject::SignedRecord, record.encounter)?;
        Reply::of(&SignedView::of(&record)?)
    })
}

/// Compares the password where one is sent; otherwise it must have been given a moment ago. Answers whether it was given now.
///
/// Errors: `sign_in_again`.
fn prove(cx: &Cx, request: &Request) -> Result<bool> {
    let (db, me) = (cx.view(), cx.me()?);
    if request.has("password") {
        let account = account::need(&db, me.account, Role::Doctor)?;
        let name = account.phone.clone().unwrap_or_default();
        let (tried, password) = (Tried::new(Some(&account), Role::Doctor, &name), request.attempt("password")?);
        attempt::prove(cx, &tried, Credential::Password { account: Some(account), password })
            .map_err(|error| if error.is(&BAD_LOGIN) { SIGN_IN_AGAIN.with("密码不正确").field("password", "不正确") } else { error })?;
        return Ok(true);
    }
    let window = db.settings.care.sign_reauth.ms();
    let is_fresh = db.get::<Session>(me.session)?.is_some_and(|session| db.now.since(session.proved_at) <= window);
    if is_fresh { Ok(false) } else { Err(SIGN_IN_AGAIN.err().field("password", "必填")) }
}

/// A version as it was signed.
#[derive(Serialize, JsonSchema)]
pub struct SignedView {
    /// From 1, within the encounter.
    n: u32,
    /// signed, or amended from the second on.
    state: &'static str,
    /// What was signed.
    body: Value,
    /// Of the body as JSON with its keys in order and no spaces.
    sha256: String,
    /// The hash of the version before.
    before: Option<String>,
    signed_by: DoctorId,
    /// RFC 3339.
    signed_at: String,
    /// Why it was amended.
    why: String,
}

impl SignedView {
    pub fn of(record: &SignedRecord) -> Result<SignedView> {
        Ok(SignedView {
            n: record.n,
            state: record.state.name(),
            body: serde_json::from_str(&record.body).map_err(|e| INTERNAL.caused_by(e))?,
            sha256: secret::hex(&record.sha256),
            before: record.before.map(|hash| secret::hex(&hash)),
            signed_by: record.signed_by,
            signed_at: record.signed_at.rfc3339(),
            why: record.why.clone(),
        })
    }
}
