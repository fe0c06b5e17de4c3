//! Binding a phone (绑定手机号): a WeChat user who proves a phone, and, where the phone has an account already, goes on as that one.
//! Stands last because it looks into every room. Each table declares what it names ([`Row::refers_to`](crate::store::Row::refers_to)); a test
//! merges an account that a row names and finds what was forgotten here.

use super::{
    doubles::{self, Doubles},
    privacy_request,
};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::AccountId,
    },
    domain::{
        care::consent,
        consultation,
        directory::{favourite, follow, member_profile, patient, patient_score},
        free_clinic::{assistant_binding, registration},
        identity::{
            account::{self, Account, Role, Verify},
            idempotency, im_password, lockout, push_token, session,
        },
        messaging::{contact, hand_over},
        money::{expense, payment, payout},
        notice,
        relations::{chat_time, complaint, own_export},
        shared::{upload, version},
        team::member,
        team_consult,
    },
    store::Tx,
};

pub const PHONE_BOUND: Reason = Reason::new(Kind::Conflict, "phone_bound", "该手机号已绑定其他微信，请更换手机号或联系诊所");

/// The account that the caller is from now on: its own, with the phone, or the one that the phone has already.
///
/// Errors: `account_disabled`, `phone_bound` where that one is another WeChat user's, `phone_registered` where the caller has a phone of its own
/// to lose.
pub fn bind_phone(db: &mut Tx, caller: AccountId, phone: String) -> Result<Account> {
    let account = account::need(db, caller, Role::Patient)?;
    match account::by_phone(db, Role::Patient, &phone)? {
        Some(same) if same.id == account.id => Ok(account),
        Some(older) => merge(db, account, older),
        None => {
            account::set_phone(db, account.id, phone)?;
            db.need(account.id)
        }
    }
}

/// Everything of `from` becomes `to`'s, and `from` is no more. An account that an administrator has shut stays shut: it does not come in as another.
fn merge(db: &mut Tx, from: Account, mut to: Account) -> Result<Account> {
    account::may_sign_in(&from)?;
    account::may_sign_in(&to)?;
    if to.open_id.is_some() {
        return Err(PHONE_BOUND.err());
    }
    if from.phone.is_some() {
        return Err(account::PHONE_REGISTERED.err());
    }
    let (a, b) = (from.id.patient_account(), to.id.patient_account());
    let (account, other) = (from.id, to.id);
    let has_own_profile = patient::oneself(db, b)?.is_some();
    let doubles = Doubles::between(db, a, b)?;
    patient_score::hand_over(db, a, b)?;
    team_consult::hand_over(db, a, b)?;
    patient::hand_over(db, a, b)?;
    registration::hand_over(db, a, b)?;
    assistant_binding::hand_over(db, a, b)?;
    consultation::hand_over(db, a, b)?;
    hand_over::hand_over(db, &from, &to, &doubles.names())?;
    favourite::hand_over(db, a, b)?;
    follow::hand_over(db, account, other)?;
    contact::hand_over(db, account, other)?;
    chat_time::hand_over(db, account, other)?;
    complaint::hand_over(db, a, b)?;
    consent::hand_over(db, a, b)?;
    payment::hand_over(db, a, b)?;
    expense::hand_over(db, a, b)?;
    member::hand_over(db, a, b)?;
    member_profile::hand_over(db, a, b)?;
    push_token::hand_over(db, account, other)?;
    upload::hand_over(db, account, other)?;
    notice::hand_over(db, account, other)?;
    version::hand_over(db, (account, other))?;
    payout::hand_over(db, (a, b))?;
    own_export::hand_over(db, (a, b))?;
    privacy_request::hand_over(db, (a, b))?;
    doubles::fold(db, doubles, b)?;
    idempotency::forget(db, account)?;
    session::end_all(db, account)?;
    im_password::forget(db, account)?;
    lockout::forgive(db, account)?;
    db.delete::<Account>(account)?;
    to.open_id = from.open_id;
    // A complete profile lets in, whichever of the two brings it; the one that becomes the account's own decides.
    if !has_own_profile && (to.verify, from.verify) == (Verify::Waiting, Verify::Enabled) {
        to.verify = Verify::Enabled;
    }
    db.put(&to)?;
    Ok(to)
}
