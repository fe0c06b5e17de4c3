//! Every door by which somebody comes in, or proves a phone: tries are counted for the account, whichever of its names is used, and those that
//! fail leave their address and the account in log and audit.
//!
//! For threads that may block.

use super::context::Cx;
use crate::{
    base::{
        error::{Error, Result},
        id::AccountId,
    },
    domain::identity::{
        account::{self, BAD_LOGIN, NOT_REGISTERED},
        sign_in::{self, Credential, Proven, SignIn, Tried},
        sms::{self, WRONG_CODE},
    },
    store::Tx,
};

/// Signs in with what needs no job to prove. Errors: `too_many_logins`, `bad_login`, and those of [`sign_in::open`].
pub fn enter(cx: &Cx, tried: &Tried, credential: Credential) -> Result<SignIn> {
    attempt(cx, tried, || {
        let proven = sign_in::prove(credential)?;
        open(cx, proven)
    })
}

/// Has whoever is in prove once more who they are. Errors: `bad_login`.
pub fn prove(cx: &Cx, tried: &Tried, credential: Credential) -> Result<Proven> {
    attempt(cx, tried, || sign_in::prove(credential))
}

/// Opens a session in a job of its own.
fn open(cx: &Cx, proven: Proven) -> Result<SignIn> {
    let address = cx.address.to_string();
    cx.write(move |db| sign_in::open(db, proven, &address))
}

/// Has the owner of a phone do something that its code allows: `work` spends it within the job. Errors: `too_many_logins`, `wrong_code`.
pub fn by_code<T: Send + 'static>(cx: &Cx, tried: &Tried, work: impl FnOnce(&mut Tx, &str) -> Result<T> + Send + 'static) -> Result<T> {
    let address = cx.address.to_string();
    attempt(cx, tried, || cx.write(move |db| work(db, &address)))
}

/// The same for whoever sets a password with it. A wrong code is told from a right one before the password is hashed, and costs nothing.
pub fn with_new_password<T: Send + 'static>(
    cx: &Cx,
    tried: &Tried,
    given: Given,
    work: impl FnOnce(&mut Tx, sign_in::ProvenPhone, String, &str) -> Result<T> + Send + 'static,
) -> Result<T> {
    let address = cx.address.to_string();
    attempt(cx, tried, || {
        let Given { phone, code, password } = given;
        let hash = match sms::fits(&cx.view(), &phone, &code)? {
            true => Some(account::hash_password(&password)?),
            false => None,
        };
        cx.write(move |db| {
            let Some(hash) = hash else {
                return Err(wrong(db, &phone, &code));
            };
            let phone = sign_in::prove_phone(db, &phone, &code)?;
            work(db, phone, hash, &address)
        })
    })
}

/// What stands in the form beside whatever the door asks for.
pub struct Given {
    pub phone: String,
    pub code: String,
    pub password: String,
}

/// Counts the wrong code. One that has become right meanwhile stays good for the next try.
fn wrong(db: &mut Tx, phone: &str, code: &str) -> Error {
    match sign_in::prove_phone(db, phone, code) {
        Ok(_) => WRONG_CODE.err(),
        Err(error) => error,
    }
}

/// A try. One that fails is noted; rates are counted where the row says so (`Endpoint::guarded`).
fn attempt<T>(cx: &Cx, tried: &Tried, work: impl FnOnce() -> Result<T>) -> Result<T> {
    work().inspect_err(|error| {
        if is_failure(error) {
            let (noted, address) = (tried.clone(), cx.address.to_string());
            told(cx, tried, cx.app.store.write_blocking(move |db| sign_in::failed(db, &noted, &address)));
        }
    })
}

/// Signs in a WeChat user, without holding up a thread.
pub async fn enter_by_open_id(cx: &Cx, open_id: String) -> Result<SignIn> {
    let view = cx.view();
    let known = account::by_open_id(&view, &open_id)?;
    let tried = Tried::new(known.as_ref(), account::Role::Patient, &open_id);
    let (proven, address) = (sign_in::prove(Credential::OpenId(open_id))?, cx.address.to_string());
    let from = address.clone();
    let entered = cx.app.store.write(move |db| sign_in::open(db, proven, &address)).await;
    if entered.as_ref().is_err_and(is_failure) {
        let noted = tried.clone();
        told(cx, &tried, cx.app.store.write(move |db| sign_in::failed(db, &noted, &from)).await);
    }
    entered
}

/// Somebody did not prove who they are, or is nobody. What was refused for another reason (a shut account, a rate) is not theirs to have done.
fn is_failure(error: &Error) -> bool {
    [&BAD_LOGIN, &WRONG_CODE, &NOT_REGISTERED].into_iter().any(|reason| error.is(reason))
}

/// Neither name nor phone goes into the log.
fn told(cx: &Cx, tried: &Tried, noted: Result<()>) {
    let account: AccountId = tried.account.unwrap_or_default();
    tracing::warn!(account = account.number(), role = tried.role.name(), address = %cx.address, "a sign-in failed");
    if let Err(error) = noted {
        tracing::error!(error = error.chain(), "a failed sign-in could not be noted");
    }
}
