//! Encounter: what happened between a patient and doctors, whichever way it came in. Its id is the registration's, the consultation's or the team
//! consult's: no two of them share one.

use serde_json::{Value, json};

use super::{
    super::print::Print,
    code::{self, Code},
    condition, identifier, reference, status,
    tidy::tidy,
};
use crate::{
    base::{
        error::Result,
        id::{DoctorId, HospitalId},
    },
    domain::{
        consultation::{Consultation, diagnosis},
        directory::doctor,
        free_clinic::{clinic_session::ClinicSession, registration::Registration},
        team_consult::TeamConsult,
    },
};

/// A visit at a session; `None` of a seat that was only ever held.
pub fn registration(print: &Print, row: &Registration) -> Result<Option<Value>> {
    let Some(status) = status::registration_encounter(row) else { return Ok(None) };
    let session = print.view.get::<ClinicSession>(row.project_id)?;
    let slot = session.as_ref().and_then(|session| session.slots.get(row.slot as usize));
    let mut encounter = encounter(print, row.id, &[row.doctor_id], code::VOLUNTEER)?;
    encounter["meta"] = status::stage(row.stage).tag();
    encounter["identifier"] = json!([identifier::own(print, "registration", row.id)]);
    encounter["status"] = json!(status);
    encounter["class"] = code::AMBULATORY.coding();
    encounter["subject"] = reference::subject(print, row.id.encounter(), row.patient_id)?;
    encounter["appointment"] = json!([reference::to("Appointment", row.id, "")]);
    encounter["period"] = match slot {
        Some(slot) => json!({ "start": print.date_time(slot.begin), "end": print.date_time(slot.end) }),
        None => json!({ "start": print.date_time(row.visit_time) }),
    };
    encounter["serviceProvider"] = reference::provider(print, row.hospital_id)?;
    Ok(Some(tidy(encounter)))
}

/// A consultation with pictures and text; `None` while nobody has paid for it.
pub fn consultation(print: &Print, row: &Consultation) -> Result<Option<Value>> {
    let Some(status) = status::consultation_encounter(row) else { return Ok(None) };
    let mut encounter = encounter(print, row.id, &[row.doctor_id], code::IMAGE_AND_TEXT)?;
    encounter["meta"] = status::consultation(row.status).tag();
    encounter["identifier"] = json!([identifier::own(print, "consultation", &row.number)]);
    encounter["status"] = json!(status);
    encounter["class"] = code::VIRTUAL.coding();
    encounter["subject"] = reference::subject(print, row.id.encounter(), row.patient_id)?;
    encounter["basedOn"] = json!([reference::to("ServiceRequest", row.id, "")]);
    encounter["period"] = json!({ "start": row.paid_at.map(|at| print.date_time(at)) });
    encounter["reasonCode"] = json!([{ "text": row.reason }]);
    let found = diagnosis::find(print.view, row.id)?;
    encounter["diagnosis"] = found.iter().flat_map(condition::ids).zip(1..).map(|(id, rank)| used(&id, rank)).collect();
    Ok(Some(tidy(encounter)))
}

/// A consult of a team.
pub fn team_consult(print: &Print, row: &TeamConsult) -> Result<Value> {
    let patient = row.patient(print.view)?;
    let mut encounter = encounter(print, row.id, &row.doctors, code::TEAM)?;
    encounter["meta"] = status::team_consult(row.status).tag();
    encounter["identifier"] = json!([identifier::own(print, "team-consult", row.id)]);
    encounter["status"] = json!(status::team_consult_encounter(row.status));
    encounter["class"] = code::VIRTUAL.coding();
    encounter["subject"] = reference::patient_or_account(print, patient.as_ref(), row.creator.account());
    encounter["basedOn"] = json!([reference::to("ServiceRequest", row.id, "")]);
    let moment = |at: Option<crate::base::time::Time>| at.map(|at| print.date_time(at));
    encounter["period"] = json!({ "start": moment(row.started_at), "end": moment(row.ended_at) });
    Ok(tidy(encounter))
}

fn used(condition: &str, rank: u32) -> Value {
    let text = if rank == 1 { "主要诊断" } else { "其他诊断" };
    json!({ "condition": reference::to("Condition", condition, ""), "use": { "text": text }, "rank": rank })
}

/// What every encounter says of its doctors, the first of whom says where it took place.
fn encounter(print: &Print, id: impl ToString, doctors: &[DoctorId], service: Code) -> Result<Value> {
    let attends = |doctor: &DoctorId| Ok(json!({ "type": [code::ATTENDER.concept()], "individual": reference::doctor(print, *doctor)? }));
    let first = doctors.first().map_or(Ok(None), |id| print.view.get::<doctor::Doctor>(*id))?;
    let hospital = first.as_ref().map_or(HospitalId::NONE, |doctor| doctor.hospital_id);
    Ok(json!({
        "resourceType": "Encounter",
        "id": id.to_string(),
        "type": [service.said()],
        "serviceType": first.map(|doctor| reference::specialty(print, &doctor)).transpose()?,
        "participant": doctors.iter().map(attends).collect::<Result<Vec<_>>>()?,
        "serviceProvider": reference::provider(print, hospital)?,
    }))
}
