//! Appointment: a registration (挂号) for a slot of a session.

use serde_json::{Value, json};

use super::{super::print::Print, code, document_reference, identifier, reference, slot, status, tidy::tidy};
use crate::{
    base::error::Result,
    domain::free_clinic::{clinic_session::ClinicSession, registration::Registration},
};

/// A registration, from the seat that is held for its deposit on.
pub fn registration(print: &Print, row: &Registration) -> Result<Value> {
    let n = row.slot as usize;
    let session = print.view.get::<ClinicSession>(row.project_id)?;
    let place = session.as_ref().and_then(|session| Some((slot::id(session, n), session.slots.get(n)?)));
    let [start, end] = place.as_ref().map_or([row.visit_time; 2], |(_, slot)| [slot.begin, slot.end]);
    let actors = [
        reference::subject(print, row.id.encounter(), row.patient_id)?,
        reference::doctor(print, row.doctor_id)?,
        reference::to("Location", row.project_id, ""),
    ];
    let participants = actors.map(|actor| json!({ "actor": actor, "required": "required", "status": "accepted" }));
    Ok(tidy(json!({
        "resourceType": "Appointment",
        "id": row.id.to_string(),
        "meta": status::stage(row.stage).tag(),
        "identifier": [identifier::own(print, "registration", row.id)],
        "status": status::appointment(row.stage),
        "cancelationReason": status::cancellation(row).map(|code| code.with_text(&row.reject_msg)),
        "serviceType": [code::VOLUNTEER.said()],
        "start": print.date_time(start),
        "end": print.date_time(end),
        "slot": [place.map(|(id, _)| reference::to("Slot", id, ""))],
        "created": print.date_time(row.created_at),
        "supportingInformation": document_reference::of_casebook(print, row)?,
        "participant": participants,
    })))
}
