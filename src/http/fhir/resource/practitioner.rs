//! Practitioner: doctors and assistants; the id is the account's. Phone, identity number, address and e-mail of either are nobody's to read.

use serde_json::{Value, json};

use super::{super::print::Print, attachment, identifier, name, patient::gender, tidy::tidy};
use crate::{
    base::{error::Result, id::AccountId, idno::IdNumber},
    domain::{
        directory::{assistant::Assistant, doctor::Doctor},
        identity::account::{Account, Verify},
    },
};

/// A doctor.
pub fn doctor(print: &Print, row: &Doctor) -> Result<Value> {
    let number = (!row.doctor_sn.trim().is_empty()).then(|| {
        let mut number = identifier::own(print, "doctor-sn", &row.doctor_sn);
        number["use"] = json!("official");
        number
    });
    let person = Person { account: row.id.account(), name: &row.name, idno: &row.idno, avatar: &row.avatar };
    practitioner(print, person, json!([number]))
}

/// An assistant (医助).
pub fn assistant(print: &Print, row: &Assistant) -> Result<Value> {
    practitioner(print, Person { account: row.id.account(), name: &row.name, idno: &row.idno, avatar: &row.avatar }, Value::Null)
}

/// Whether the clinic lets this member of its staff act.
pub fn is_active(print: &Print, account: AccountId) -> Result<bool> {
    Ok(print.view.get::<Account>(account)?.is_some_and(|account| account.verify == Verify::Enabled))
}

struct Person<'a> {
    account: AccountId,
    name: &'a str,
    idno: &'a str,
    avatar: &'a str,
}

fn practitioner(print: &Print, person: Person, identifiers: Value) -> Result<Value> {
    let today = print.clinic.zone.today(print.view.now);
    Ok(tidy(json!({
        "resourceType": "Practitioner",
        "id": person.account.to_string(),
        "identifier": identifiers,
        "active": is_active(print, person.account)?,
        "name": [name::official(person.name)],
        "gender": IdNumber::parse(person.idno, today).ok().map(|number| gender(number.sex())),
        "photo": [attachment::photo(print, person.avatar)?],
    })))
}
