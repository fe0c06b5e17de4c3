//! Consent: who agreed to which words for a patient, and whether that was withdrawn.

use serde_json::{Value, json};

use super::{super::print::Print, reference, tidy::tidy};
use crate::{
    base::{error::Result, secret},
    domain::{
        care::{consent::Consent, consent_text::ConsentText},
        directory::patient::Patient,
    },
};

/// A consent to a text of the clinic, or to a team's own agreement, which has no public address.
pub fn consent(print: &Print, row: &Consent) -> Result<Value> {
    let patient = print.view.get::<Patient>(row.patient_id)?;
    let account = row.account_id.account();
    let text = print.view.get::<ConsentText>(row.text_id)?;
    let at = print.date_time(row.at);
    let performer = reference::holder_for(print, patient.as_ref(), account)?;
    let source = text.as_ref().map(|text| {
        json!({
            "contentType": "text/markdown; charset=utf-8",
            "language": "zh-CN",
            "url": format!("{}/consent/text/{}/{}", print.clinic.site, text.purpose.name(), text.version),
            "title": format!("{} 第{}版", text.title, text.version),
            "creation": print.date_time(text.published_at),
        })
    });
    Ok(tidy(json!({
        "resourceType": "Consent",
        "id": row.id.to_string(),
        "status": if row.withdrawn_at.is_some() { "inactive" } else { "active" },
        "scope": {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy", "display": "Privacy Consent",
            }],
        },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }], "text": row.purpose.label() }],
        "patient": reference::patient_or_account(print, patient.as_ref(), account),
        "dateTime": at,
        "performer": [performer],
        "organization": [reference::clinic(print)],
        "sourceAttachment": source,
        "policy": [{ "uri": format!("urn:xuanhu:consent-text:sha256:{}", secret::hex(&row.sha256)) }],
        "verification": [{ "verified": true, "verifiedWith": performer, "verificationDate": at }],
        "provision": {
            "type": "permit",
            "period": { "start": at, "end": row.withdrawn_at.map(|at| print.date_time(at)) },
            "purpose": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT", "display": "treatment" }],
        },
    })))
}
