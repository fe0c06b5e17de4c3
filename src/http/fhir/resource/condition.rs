//! Condition: what the doctor found in a consultation. The id of the main diagnosis is the row's, that of the n-th beside it `{row}-{n}`, from 1.

use serde_json::{Value, json};

use super::{super::print::Print, code, reference, tidy::tidy};
use crate::{base::error::Result, domain::consultation::diagnosis::Diagnosis};

/// All conditions of a diagnosis, the main one first.
pub fn diagnosis(print: &Print, row: &Diagnosis) -> Result<Vec<Value>> {
    found(row).map(|(n, _)| n).filter_map(|n| nth(print, row, n).transpose()).collect()
}

/// The main condition for 0, else the n-th beside it; `None` where there is none.
pub fn nth(print: &Print, row: &Diagnosis, n: usize) -> Result<Option<Value>> {
    let Some((_, text)) = found(row).find(|(known, _)| *known == n) else { return Ok(None) };
    let doctor = reference::doctor(print, row.doctor_id)?;
    Ok(Some(tidy(json!({
        "resourceType": "Condition",
        "id": id(row, n),
        "clinicalStatus": code::ACTIVE.concept(),
        "verificationStatus": code::PROVISIONAL.concept(),
        "category": [code::ENCOUNTER_DIAGNOSIS.with_text("就诊诊断")],
        "code": { "text": text },
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

fn id(row: &Diagnosis, n: usize) -> String {
    if n == 0 { row.id.to_string() } else { format!("{}-{n}", row.id) }
}

/// What was found, each with its place; what is empty keeps its place and is no condition.
fn found(row: &Diagnosis) -> impl Iterator<Item = (usize, &str)> {
    let texts = std::iter::once(&row.main).chain(&row.second).map(|text| text.trim());
    texts.enumerate().filter(|(_, text)| !text.is_empty())
}
