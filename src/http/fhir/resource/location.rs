//! Location: where sessions (义诊) are held, and hospitals.

use serde_json::{Value, json};

use super::{super::print::Print, address, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::{
        directory::hospital::Hospital,
        free_clinic::clinic_session::{ClinicSession, SessionState},
    },
};

/// Where a session is held; active while the session is open.
pub fn clinic_session(print: &Print, row: &ClinicSession) -> Result<Value> {
    let name = match row.addr.trim() {
        "" => "义诊地点".to_owned(),
        addr => format!("义诊地点：{addr}"),
    };
    let status = if row.state == SessionState::Open { "active" } else { "inactive" };
    let mut place = location(row.id, &name, status);
    place["address"] = address::written(&row.addr);
    if let Some(point) = row.location() {
        place["position"] = json!({ "longitude": point.lng, "latitude": point.lat });
    }
    place["managingOrganization"] = json!(reference::hospital_of(print, row.hospital_id)?);
    Ok(tidy(place))
}

/// A hospital as a place.
pub fn hospital(print: &Print, row: &Hospital) -> Result<Value> {
    let mut place = location(row.id, &row.name, "active");
    place["address"] = address::whole(print, &row.place)?;
    place["managingOrganization"] = reference::to("Organization", row.id, &row.name);
    Ok(tidy(place))
}

fn location(id: impl ToString, name: &str, status: &str) -> Value {
    json!({ "resourceType": "Location", "id": id.to_string(), "status": status, "mode": "instance", "name": name })
}
