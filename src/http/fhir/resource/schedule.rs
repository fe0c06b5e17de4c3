//! Schedule: a session (义诊) that patients can register for.

use serde_json::{Value, json};

use super::{super::print::Print, code, identifier, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::free_clinic::clinic_session::{ClinicSession, SessionState},
};

/// A session; active while it is open.
pub fn clinic_session(print: &Print, row: &ClinicSession) -> Result<Value> {
    Ok(tidy(json!({
        "resourceType": "Schedule",
        "id": row.id.to_string(),
        "identifier": [identifier::own(print, "project", row.id)],
        "active": row.state == SessionState::Open,
        "serviceType": [code::VOLUNTEER.said()],
        "actor": [reference::doctor(print, row.doctor_id)?, reference::to("Location", row.id, "")],
        "planningHorizon": { "start": print.date_time(row.begin), "end": print.date_time(row.end) },
        "comment": row.introduction,
    })))
}
