//! What is told of a change: versions, times, deletions, through restarts, backups and repairs.

use serde_json::{Value, json};

use super::{ask, bundle, entries, walk};
use crate::kit::TestServer;

fn version(resource: &Value) -> u64 {
    resource["meta"]["versionId"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_change_of_phone_moves_the_patient() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let before = walk(&server.admin(), "Patient").remove(0);
    let name = format!("Patient/{}", before["id"].as_str().unwrap());
    server.advance("1m");
    let form = json!({ "phone": "19900009999" });
    server.admin().patch(format!("/admin/patients/{}", patient.id), form).ok();
    let after = ask(&server.admin(), &name).json;
    assert!(
        version(&after) > version(&before) && after["meta"]["lastUpdated"].as_str() > before["meta"]["lastUpdated"].as_str(),
        "{after}"
    );
    assert!(after["telecom"].to_string().contains("19900009999"), "{after}");
    let since = before["meta"]["lastUpdated"].as_str().unwrap();
    assert_eq!(walk(&server.admin(), &format!("Patient?_lastUpdated=gt{since}")).len(), 1);
    server.restart();
    assert_eq!(ask(&server.admin(), &name).json, after);
}

#[test]
fn the_clinic_itself_changes_with_its_settings() {
    let mut server = TestServer::open();
    let before = ask(&server.admin(), "Organization/clinic").json;
    server.restart();
    assert_eq!(version(&ask(&server.admin(), "Organization/clinic").json), version(&before));
    server.restart_with(&[("clinic.name", "另一诊所")]);
    let after = ask(&server.admin(), "Organization/clinic").json;
    assert_eq!((&after["name"], version(&after)), (&json!("另一诊所"), version(&before) + 1));
}

#[test]
fn what_was_deleted_is_gone() {
    let server = TestServer::open();
    let admin = server.admin();
    let id = admin.post("/admin/departments", json!({ "name": "试验科" })).created()["id"].clone();
    assert_eq!(ask(&admin, &format!("Organization/{id}")).status, 200);
    admin.delete(format!("/admin/departments/{id}")).ok();
    assert_eq!(ask(&admin, &format!("Organization/{id}")).refused(410, "deleted").json["issue"][0]["code"], "deleted");
}

#[test]
fn rows_that_come_meanwhile_do_not_shift_the_pages() {
    let server = TestServer::open();
    let admin = server.admin();
    (0..4).for_each(|_| drop(server.patient()));
    let expected: Vec<Value> = walk(&admin, "Patient").iter().map(|one| one["id"].clone()).collect();
    let mut found = Vec::new();
    let mut what = Some("Patient?_count=1".to_owned());
    while let Some(address) = what {
        let page = bundle(&admin, &address);
        found.extend(entries(&page, "match").into_iter().map(|one| one["id"].clone()));
        server.patient();
        what = super::next(&page);
        assert!(found.len() < 20);
    }
    assert_eq!(found, expected);
}

#[test]
fn the_check_compares_both_orders() {
    let server = TestServer::open();
    server.patient();
    let found = server.admin().post("/admin/check", json!({})).ok();
    assert_eq!(found["ok"], true, "{found}");
}
