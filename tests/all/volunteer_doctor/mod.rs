//! 志愿医生: a scenario for every row, chapter by chapter.

mod assistant;
mod chat;
mod closing;
pub mod common;
mod deposit;
mod org;
mod page;
mod project;
mod queue;
mod record;
mod registration;
mod slot;
mod special;
mod user;
mod weixin;

use serde_json::{Value, json};

use crate::kit::{Person, TestServer};

/// The form of 3.2.3: tomorrow from nine to eleven, eight seats, no deposit.
pub fn project_form(server: &TestServer) -> Value {
    json!({
        "date": server.date(1), "begin": "09:00:00", "end": "11:00:00", "people_count": 8, "lng": "116.40", "lat": "39.90",
        "addr": "社区活动中心", "service_target": ["老年人"], "abstract": "心血管义诊", "price": 0,
    })
}

/// Publishes [`project_form`] with some fields changed; answers its id.
pub fn publish(server: &TestServer, doctor: &Person, changes: Value) -> u64 {
    let mut form = project_form(server);
    form.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    doctor.post("/project", form).ok()["id"].as_u64().unwrap()
}

/// Joins a project; answers the registration.
pub fn join(patient: &Person, project: u64) -> Value {
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛三天", "photo": [] })).ok()
}

/// Pays as the provider's callback would.
pub fn pay(server: &TestServer, registration: &Value) {
    let sn = registration["sn"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).ok();
}

/// An org as the administration lays it down; answers its id.
pub fn org(server: &TestServer, name: &str) -> u64 {
    let org = server.admin().post("/admin/orgs", json!({ "name": name, "logo": "", "abstract": "定期义诊" })).created();
    org["id"].as_u64().unwrap()
}

/// Takes a doctor into an org.
pub fn enrol(server: &TestServer, doctor: &Person, org: u64) {
    let form = json!({ "org_id": org, "doctor_id": doctor.id, "verify_status": 1 });
    server.admin().post("/admin/org-memberships", form).created();
}

/// A special event tomorrow, with some fields changed; answers its id.
pub fn special(server: &TestServer, changes: Value) -> u64 {
    let mut form = json!({ "date": server.date(1), "begin": "08:30:00", "end": "16:30:00", "abstract": "健康日" });
    form.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    server.admin().post("/admin/special-projects", form).created()["id"].as_u64().unwrap()
}

/// The ids of a list, in its order.
pub fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}
