//! Patient: whoever is treated (就诊人). Its id is the row's, not the account's.

use serde_json::{Value, json};

use super::{super::print::Print, address, attachment, code, identifier, name, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::{
        directory::patient::{ONESELF, Patient},
        identity::account::{Account, Verify},
    },
};

/// A patient. One that the owner deleted stays, inactive. Height, weight, habits and the clinic's ratings are not told.
pub fn patient(print: &Print, row: &Patient) -> Result<Value> {
    let own = row.relation == ONESELF;
    let account = if own { print.view.get::<Account>(row.owner.account())? } else { None };
    Ok(tidy(json!({
        "resourceType": "Patient",
        "id": row.id.to_string(),
        "meta": masked(print),
        "identifier": [
            identifier::certificate(print, row),
            identifier::secondary(print, "patient", row.id),
            own.then(|| identifier::secondary(print, "account", row.owner)),
            identifier::card(print, &row.card_no),
        ],
        "active": row.deleted_at.is_none(),
        "name": [name::official(&row.name)],
        "telecom": [identifier::phone(print, phone(row, account.as_ref())), identifier::email(print, &row.email)],
        "gender": gender(row.sex),
        "birthDate": birth_date(&row.birthday),
        "address": [address::home(print, &row.place)?],
        "maritalStatus": marital_status(row, account.as_ref()),
        "photo": [attachment::photo(print, &row.avatar)?],
        "managingOrganization": reference::clinic(print),
    })))
}

/// What says that something of a person is left out.
pub fn masked(print: &Print) -> Value {
    if print.identifiers.is_masked() { json!({ "security": [code::MASKED.coding()] }) } else { Value::Null }
}

/// The patient's own phone, else that of the account.
pub fn phone<'a>(row: &'a Patient, account: Option<&'a Account>) -> &'a str {
    match row.phone.trim() {
        "" => account.and_then(|account| account.phone.as_deref()).unwrap_or_default(),
        phone => phone,
    }
}

pub const fn gender(sex: u8) -> &'static str {
    match sex {
        1 => "male",
        2 => "female",
        _ => "unknown",
    }
}

/// `1988-08-23`, where it is a date.
fn birth_date(birthday: &str) -> Option<String> {
    birthday.trim().parse::<jiff::civil::Date>().ok().filter(|date| date.year() > 0).map(|date| date.to_string())
}

/// Of others, and of who has filled in no profile, a 0 means that nobody asked.
fn marital_status(row: &Patient, account: Option<&Account>) -> Option<Value> {
    account.filter(|account| account.verify == Verify::Enabled)?;
    let (code, text) = code::MARITAL.get(usize::from(row.marital_status))?;
    Some(code.with_text(text))
}
