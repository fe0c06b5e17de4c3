//! Organization: the clinic of the settings, hospitals, its departments, clinics of doctors (诊所), volunteer organisations (组织) and teams (团队).

use serde_json::{Value, json};

use super::{super::print::Print, address, code, identifier, reference, tidy::tidy};
use crate::{
    base::error::Result,
    domain::{
        directory::{
            clinic::Clinic,
            hospital::{Department, Hospital},
            org::Org,
        },
        team::Team,
    },
};

/// The id of the clinic that this server is of.
pub const CLINIC: &str = "clinic";

/// The clinic itself.
pub fn settings(print: &Print) -> Value {
    let mut clinic = organization(CLINIC, &print.clinic.name, code::PROVIDER.concept());
    if let Some(phone) = print.clinic.phone.as_deref().filter(|phone| !phone.trim().is_empty()) {
        clinic["telecom"] = json!([{ "system": "phone", "value": phone, "use": "work" }]);
    }
    tidy(clinic)
}

/// A hospital where doctors work.
pub fn hospital(print: &Print, row: &Hospital) -> Result<Value> {
    let mut hospital = organization(row.id, &row.name, code::PROVIDER.with_text(&row.level));
    hospital["identifier"] = json!([identifier::own(print, "hospital", row.id)]);
    hospital["address"] = json!([address::whole(print, &row.place)?]);
    Ok(tidy(hospital))
}

/// A department of the clinic.
pub fn department(print: &Print, row: &Department) -> Value {
    let mut department = organization(row.id, &row.name, code::DEPARTMENT_TYPE.with_text("科室"));
    department["partOf"] = reference::clinic(print);
    tidy(department)
}

/// A clinic in which doctors of teams work together.
pub fn clinic(_: &Print, row: &Clinic) -> Value {
    tidy(organization(row.id, &row.name, code::PROVIDER.with_text("诊所")))
}

/// A volunteer organisation.
pub fn org(_: &Print, row: &Org) -> Value {
    tidy(organization(row.id, &row.name, code::COMMUNITY.with_text("公益组织")))
}

/// A team of doctors.
pub fn team(print: &Print, row: &Team) -> Result<Value> {
    let mut team = organization(row.id, &row.name, code::TEAM_TYPE.with_text("团队"));
    if let Some(id) = row.clinic_id.known() {
        let clinic = print.view.get::<Clinic>(id)?;
        team["partOf"] = clinic.map_or(Value::Null, |clinic| reference::to("Organization", id, &clinic.name));
    }
    Ok(tidy(team))
}

fn organization(id: impl ToString, name: &str, kind: Value) -> Value {
    json!({ "resourceType": "Organization", "id": id.to_string(), "active": true, "type": [kind], "name": name })
}
