//! DocumentReference: pictures and recordings of a visit or an order, and what was written down of a visit. The id is the encounter's with a
//! suffix: `-c{n}` in the casebook, `-d{n}` beside the result, `-i{n}` of the order, each counted from 0, and `-r` for the text.

use serde_json::{Value, json};

use super::{
    super::print::Print,
    attachment::{self, Found},
    code::{self, Code},
    reference,
    tidy::tidy,
};
use crate::{
    base::{error::Result, id::EncounterId, time::Time},
    domain::{
        consultation::Consultation,
        free_clinic::registration::Registration,
        shared::mimetype::{MimeKind, kind_of},
        team_consult::TeamConsult,
    },
};

const TEXT: &str = "r";

/// All documents of a visit at a session.
pub fn registration(print: &Print, row: &Registration) -> Result<Vec<Value>> {
    visit(print, row)?.all(print)
}

/// All pictures of the order of a consultation.
pub fn consultation(print: &Print, row: &Consultation) -> Result<Vec<Value>> {
    order(print, row)?.all(print)
}

/// All pictures of the order of a team consult, and after them the recording or picture that is its symptom.
pub fn team_consult(print: &Print, row: &TeamConsult) -> Result<Vec<Value>> {
    team_order(print, row)?.all(print)
}

/// References to what stands in the casebook of a registration.
pub fn of_casebook(print: &Print, row: &Registration) -> Result<Vec<Value>> {
    let mut parts = parts_of_visit(row);
    parts.retain(|part| match part.kind {
        code::VISIT => !row.casebook.content.trim().is_empty(),
        kind => kind == code::CASEBOOK,
    });
    references(print, row.id.encounter(), &parts)
}

/// References to the pictures of an order.
pub fn of_consultation(print: &Print, row: &Consultation) -> Result<Vec<Value>> {
    references(print, row.id.encounter(), &parts_of_order(row))
}

/// References to the pictures and recordings of a team's order.
pub fn of_team_consult(print: &Print, row: &TeamConsult) -> Result<Vec<Value>> {
    references(print, row.id.encounter(), &parts_of_team_order(row))
}

/// One document of an encounter, as the row has it.
struct Part<'a> {
    suffix: String,
    kind: Code,
    what: What<'a>,
}

enum What<'a> {
    /// What lies at an address.
    At(&'a str),
    Text(String),
}

/// An encounter and its documents.
struct Documents<'a> {
    of: EncounterId,
    parts: Vec<Part<'a>>,
    /// When the row was written, for what does not say it itself.
    at: Time,
    subject: Value,
    patient_side: Value,
    doctors: Vec<Value>,
    /// Whether the text holds words of the patient, and of the doctor.
    said: [bool; 2],
    /// The order, for what is no encounter yet.
    order: Value,
}

fn visit<'a>(print: &Print, row: &'a Registration) -> Result<Documents<'a>> {
    let patient = row.patient(print.view)?;
    let written = [row.begun_at, row.ended_at].into_iter().flatten().chain([row.casebook.updated_at]).max().filter(|at| at.0 > 0);
    Ok(Documents {
        of: row.id.encounter(),
        parts: parts_of_visit(row),
        at: written.unwrap_or(row.created_at),
        subject: reference::of_patient(&patient),
        patient_side: reference::holder_for(print, Some(&patient), row.user_id.account())?,
        doctors: vec![reference::doctor(print, row.doctor_id)?],
        said: [&row.casebook.content, &row.diag_result].map(|text| !text.trim().is_empty()),
        order: reference::to("Appointment", row.id, ""),
    })
}

fn parts_of_visit(row: &Registration) -> Vec<Part<'_>> {
    let said = [("病情", &row.casebook.content), ("诊断结果", &row.diag_result)];
    let text: String =
        said.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(name, text)| format!("{name}：{}\n", text.trim())).collect();
    let text = (!text.is_empty()).then_some(Part { suffix: TEXT.into(), kind: code::VISIT, what: What::Text(text) });
    let mut parts = pictures("c", code::CASEBOOK, &row.casebook.photo);
    parts.extend(pictures("d", code::RESULT, &row.diag_photo));
    parts.extend(text);
    parts
}

fn order<'a>(print: &Print, row: &'a Consultation) -> Result<Documents<'a>> {
    let patient = row.patient(print.view)?;
    Ok(Documents {
        of: row.id.encounter(),
        parts: parts_of_order(row),
        at: row.created_at,
        subject: reference::of_patient(&patient),
        patient_side: reference::holder_for(print, Some(&patient), row.user_id.account())?,
        doctors: Vec::new(),
        said: [false; 2],
        order: reference::to("ServiceRequest", row.id, ""),
    })
}

fn parts_of_order(row: &Consultation) -> Vec<Part<'_>> {
    pictures("i", code::ORDER, &row.images)
}

fn team_order<'a>(print: &Print, row: &'a TeamConsult) -> Result<Documents<'a>> {
    let patient = row.patient(print.view)?;
    let account = row.creator.account();
    Ok(Documents {
        of: row.id.encounter(),
        parts: parts_of_team_order(row),
        at: row.created_at,
        subject: reference::patient_or_account(print, patient.as_ref(), account),
        patient_side: reference::holder_for(print, patient.as_ref(), account)?,
        doctors: Vec::new(),
        said: [false; 2],
        order: reference::to("ServiceRequest", row.id, ""),
    })
}

fn parts_of_team_order(row: &TeamConsult) -> Vec<Part<'_>> {
    let mut parts = pictures("i", code::ORDER, &row.images);
    if matches!(kind_of(&row.symptom_type), Some(MimeKind::Image | MimeKind::Audio)) {
        parts.push(Part { suffix: format!("i{}", row.images.len()), kind: code::ORDER, what: What::At(&row.symptom_content) });
    }
    parts
}

fn pictures<'a>(letter: &str, kind: Code, addresses: &'a [String]) -> Vec<Part<'a>> {
    let part = |(n, address): (usize, &'a String)| Part { suffix: format!("{letter}{n}"), kind, what: What::At(address) };
    addresses.iter().enumerate().map(part).collect()
}

fn references(print: &Print, of: EncounterId, parts: &[Part]) -> Result<Vec<Value>> {
    let mut references = Vec::new();
    for part in parts {
        let there = match &part.what {
            What::At(address) => attachment::at(print, address)?.is_some(),
            What::Text(_) => true,
        };
        if there {
            references.push(reference::to("DocumentReference", id(of, part), ""));
        }
    }
    Ok(references)
}

fn id(of: EncounterId, part: &Part) -> String {
    format!("{of}-{}", part.suffix)
}

impl Documents<'_> {
    fn all(&self, print: &Print) -> Result<Vec<Value>> {
        self.parts.iter().filter_map(|part| self.document(print, part).transpose()).collect()
    }

    /// `None` where the picture is there no more.
    fn document(&self, print: &Print, part: &Part) -> Result<Option<Value>> {
        let title = part.kind.display;
        let found = match &part.what {
            What::At(address) => attachment::at(print, address)?,
            What::Text(text) => Some(Found { attachment: attachment::text(print, title, text, self.at), at: None }),
        };
        let Some(Found { mut attachment, at }) = found else { return Ok(None) };
        attachment["title"] = title.into();
        let encounter = reference::encounter(print, self.of)?;
        let related = if encounter.is_none() { Some(&self.order) } else { None };
        Ok(Some(tidy(json!({
            "resourceType": "DocumentReference",
            "id": id(self.of, part),
            "status": "current",
            "type": part.kind.said(),
            "category": [part.kind.said()],
            "subject": self.subject,
            "date": print.instant(at.unwrap_or(self.at)),
            "author": self.authors(part),
            "custodian": reference::clinic(print),
            "content": [{ "attachment": attachment }],
            "context": { "encounter": [encounter], "related": [related] },
        }))))
    }

    fn authors(&self, part: &Part) -> Vec<Value> {
        let [patient, doctors] = match part.kind {
            code::VISIT => self.said,
            code::RESULT => [false, true],
            _ => [true, false],
        };
        let patient = patient.then(|| self.patient_side.clone());
        patient.into_iter().chain(self.doctors.iter().filter(|_| doctors).cloned()).collect()
    }
}
