//! Numbers by which something is known: ours, unique to this clinic, and those of certificates.

use serde_json::{Value, json};

use super::{
    super::print::Print,
    code::{self, Code},
};
use crate::{
    base::{idno::IdNumber, mask},
    domain::directory::patient::{PASSPORT, Patient, RESIDENT_CARD},
};

/// 居民身份证号码, the national OID of the documents of health information sharing.
pub const RESIDENT_NUMBER: &str = "urn:oid:2.16.156.10011.1.3";
const RENDERED: &str = "http://hl7.org/fhir/StructureDefinition/rendered-value";
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// 军人证 of `certificate_type`.
const MILITARY_CARD: u8 = 2;

/// A number of ours: `kind` is the last word of its system.
pub fn own(print: &Print, kind: &str, value: impl ToString) -> Value {
    json!({ "system": print.system(kind), "value": value.to_string() })
}

/// The same beside a number that counts more.
pub fn secondary(print: &Print, kind: &str, value: impl ToString) -> Value {
    let mut number = own(print, kind, value);
    number["use"] = json!("secondary");
    number
}

/// The number of the hospital's card (就诊卡); empty where there is none.
pub fn card(print: &Print, card_no: &str) -> Value {
    if card_no.trim().is_empty() {
        return Value::Null;
    }
    let mut number = secondary(print, "card", card_no);
    number["type"] = code::RECORD_NUMBER.with_text("就诊卡");
    number
}

/// The number of a patient's certificate, or stars for it; empty where there is none. A number that passes GB 11643 is a 居民身份证 whatever the
/// row says of its kind: older rows say nothing there.
pub fn certificate(print: &Print, patient: &Patient) -> Value {
    let number = patient.idno.trim();
    if number.is_empty() {
        return Value::Null;
    }
    let today = print.clinic.zone.today(print.view.now);
    let (system, kind) = match (IdNumber::parse(number, today), patient.certificate_type) {
        (Ok(_), _) => (RESIDENT_NUMBER.to_owned(), code::NATIONAL_NUMBER.with_text("居民身份证")),
        // What should be one and is none has no system: nobody finds it for one.
        (Err(_), 0 | RESIDENT_CARD) => (String::new(), json!({ "text": "居民身份证" })),
        (Err(_), kind) => (format!("urn:xuanhu:id-kind:{kind}"), kind_of(kind)),
    };
    let mut identifier = json!({ "use": "official", "type": kind, "system": system });
    match print.identifiers.is_masked() {
        true => identifier["_value"] = json!({ "extension": [{ "url": RENDERED, "valueString": mask::id_number(number) }] }),
        false => identifier["value"] = json!(number),
    }
    identifier
}

fn kind_of(certificate_type: u8) -> Value {
    let code: Option<Code> = match certificate_type {
        MILITARY_CARD => Some(code::MILITARY_NUMBER),
        PASSPORT => Some(code::PASSPORT_NUMBER),
        _ => None,
    };
    let name = match certificate_type {
        2 => "军人证",
        3 => "户口本",
        4 => "签证",
        5 => "护照",
        6 => "港澳通行证",
        _ => "其他证件",
    };
    code.map_or(json!({ "text": name }), |code| code.with_text(name))
}

/// A person's phone, whole or masked; empty where there is none.
pub fn phone(print: &Print, number: &str) -> Value {
    let number = number.trim();
    let is_mobile = number.len() == 11 && number.starts_with('1') && number.bytes().all(|b| b.is_ascii_digit());
    contact(print, "phone", number, is_mobile.then_some("mobile"))
}

/// A person's e-mail, whole or masked; empty where there is none.
pub fn email(print: &Print, address: &str) -> Value {
    contact(print, "email", address.trim(), None)
}

fn contact(print: &Print, system: &str, value: &str, usual: Option<&str>) -> Value {
    match value {
        "" => Value::Null,
        _ if print.identifiers.is_masked() => {
            json!({ "system": system, "use": usual, "_value": { "extension": [{ "url": ABSENT, "valueCode": "masked" }] } })
        }
        value => json!({ "system": system, "use": usual, "value": value }),
    }
}
