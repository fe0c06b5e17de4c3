//! Condition: what the doctor found in a consultation. The id of the main diagnosis is the row's, that of the n-th beside it `{row}-{n}`, from 1.

use serde_json::{Value, json};

use super::{super::print::Print, code, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::consultation::diagnosis::{Diagnosis, Verification},
};

/// All conditions of a diagnosis, the main one first.
pub fn diagnosis(print: &Print, row: &Diagnosis) -> Result<Vec<Value>> {
    found(row).map(|(n, _)| n).filter_map(|n| nth(print, row, n).transpose()).collect()
}

/// The main condition for 0, else the n-th beside it; `None` where there is none.
pub fn nth(print: &Print, row: &Diagnosis, n: usize) -> Result<Option<Value>> {
    let Some((_, text)) = found(row).find(|(known, _)| *known == n) else { return Ok(None) };
    let verification = match row.verification {
        Verification::Provisional => code::PROVISIONAL,
        Verification::Confirmed => code::CONFIRMED,
    };
    let doctor = reference::doctor(print, row.doctor_id)?;
    Ok(Some(tidy(json!({
        "resourceType": "Condition",
        "id": id(row, n),
        "clinicalStatus": code::ACTIVE.concept(),
        "verificationStatus": verification.concept(),
        "category": [code::ENCOUNTER_DIAGNOSIS.with_text("就诊诊断")],
        "code": { "coding": codings(row.codes.get(n).map_or("", |code| code.trim()), text), "text": text },
        "subject": reference::subject(print, row.consultation_id.encounter(), row.patient_id)?,
        "encounter": reference::encounter(print, row.consultation_id.encounter())?,
        "recordedDate": print.date_time(row.updated_at),
        "recorder": doctor,
        "asserter": doctor,
    }))))
}

/// The ids of all conditions of a diagnosis, the main one first.
pub fn ids(row: &Diagnosis) -> Vec<String> {
    found(row).map(|(n, _)| id(row, n)).collect()
}

/// The codes of a term: the national one, and WHO's where the code has the shape of one. National codes such as `A00.000x001` are not WHO's.
fn codings(code: &str, name: &str) -> Value {
    if code.is_empty() || code.contains(char::is_whitespace) {
        return Value::Null;
    }
    let who = is_who(code).then(|| json!({ "system": code::WHO_ICD10, "code": code }));
    json!([{ "system": code::NATIONAL_ICD10, "code": code, "display": name }, who])
}

/// `J20`, `J20.9`.
fn is_who(code: &str) -> bool {
    let digit = |at: usize| code.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let category = code.as_bytes().first().is_some_and(u8::is_ascii_uppercase) && digit(1) && digit(2);
    category && (code.len() == 3 || code.len() == 5 && code.as_bytes()[3] == b'.' && digit(4))
}

fn id(row: &Diagnosis, n: usize) -> String {
    if n == 0 { row.id.to_string() } else { format!("{}-{n}", row.id) }
}

/// What was found, each with its place; what is empty keeps its place and is no condition.
fn found(row: &Diagnosis) -> impl Iterator<Item = (usize, &str)> {
    let texts = std::iter::once(&row.main).chain(&row.second).map(|text| text.trim());
    texts.enumerate().filter(|(_, text)| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{super::tidy::kept, *};

    #[test]
    fn only_codes_of_one_shape_are_those_of_icd10() {
        for (code, is) in
            [("J20.9", true), ("J20", true), ("A00.000x001", false), ("j20.9", false), ("J20.", false), ("J2０", false), ("", false)]
        {
            assert_eq!(is_who(code), is, "{code}");
        }
        let codings = |code| kept(codings(code, "急性支气管炎")).map_or(0, |codings| codings.as_array().unwrap().len());
        assert_eq!([codings(""), codings("J20.9"), codings("J20.900x001")], [0, 2, 1]);
    }
}
