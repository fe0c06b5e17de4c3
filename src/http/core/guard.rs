//! Rows that take a password or code (`Endpoint::guarded`): which account a request tries to get into, and whether it failed.

use super::request::Request;
use crate::{
    app::TOO_MANY_LOGINS,
    base::{
        error::{Error, Kind, Result},
        phone::INVALID_PHONE,
    },
    domain::{
        directory::doctor,
        identity::account::{ACCOUNT_DISABLED, Account, PHONE_REGISTERED, Role},
    },
    store::View,
};

const PHONE: &[&str] = &["phone", "phono", "photo"];

/// A name for the account, the same whichever door is tried: the phone, where there is one, stands for all that belongs to it. Empty where the
/// request names nobody.
pub fn account(db: &View, request: &Request) -> Result<String> {
    let text = |name| request.text_or_empty(name, 128).unwrap_or_default();
    if PHONE.iter().any(|name| request.has(name)) {
        let role = role(request);
        return Ok(request.phone(PHONE).map_or_else(|_| String::new(), |phone| format!("{} {phone}", role.name())));
    }
    if request.has("doctorSn") {
        let number = text("doctorSn");
        let doctor = doctor::by_sn(db, &number)?.map_or(Ok(None), |doctor| db.get::<Account>(doctor.id.account()))?;
        return Ok(match doctor.and_then(|account| account.phone) {
            Some(phone) => format!("{} {phone}", Role::Doctor.name()),
            None => format!("doctor {number}"),
        });
    }
    let named = ["username", "openId"].into_iter().find(|name| request.has(name));
    Ok(named.map_or_else(String::new, |name| format!("{name} {}", text(name))))
}

/// Whose phone it is: one phone may stand once in each role. Who names none means a patient.
fn role(request: &Request) -> Role {
    let text = ["type", "role"].into_iter().map(|name| request.text_or_empty(name, 20).unwrap_or_default()).find(|text| !text.is_empty());
    let named = text.and_then(|text| Role::from_name(&text.to_ascii_lowercase()).or_else(|| text.parse().ok().and_then(Role::from_number)));
    named.unwrap_or(Role::Patient)
}

/// Whether a refusal means that the password or code was wrong. Whatever is not known to be something else is: a rule that is forgotten here
/// costs an honest caller a try, and never gives a dishonest one another.
pub fn is_failed_try(refusal: &Error) -> bool {
    let harmless = [&ACCOUNT_DISABLED, &PHONE_REGISTERED, &INVALID_PHONE, &TOO_MANY_LOGINS];
    match refusal.kind() {
        Kind::Unauthorized | Kind::Forbidden | Kind::NotFound | Kind::Conflict | Kind::Rule => !harmless.iter().any(|one| refusal.is(one)),
        _ => false,
    }
}
