//! Orgs and their memberships, special events.

use serde_json::json;

use super::{deeds, id, ids};
use crate::{kit::TestServer, volunteer_doctor::publish};

#[test]
fn an_org_takes_doctors_in() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, other) = (server.doctor(), server.doctor());
    admin.post("/admin/orgs", json!({ "logo": "x" })).refused(400, "missing_field");
    let org = admin.post("/admin/orgs", json!({ "name": "义诊协会", "abstract": "下乡义诊" })).created();
    assert_eq!(ids(&admin.get("/admin/orgs?q=下乡")), (vec![id(&org)], 1));
    let path = format!("/admin/orgs/{}", id(&org));
    assert_eq!(admin.patch(&path, json!({ "logo": "https://files.example.com/l.png" })).ok()["abstract"], "下乡义诊");

    doctor.post(format_args!("/org_add/{}", id(&org)), json!({})).ok();
    let waiting = admin.get("/admin/org-memberships?verify_status=0").ok();
    let applied = id(&waiting["items"][0]);
    let membership = format!("/admin/org-memberships/{applied}");
    let decide = |status: u8| admin.post(format_args!("/admin/org-memberships/{applied}/verify"), json!({ "verify_status": status }));
    assert_eq!((&waiting["total"], &waiting["items"][0]["doctor_name"]), (&json!(1), &json!(doctor.name)));
    decide(0).refused(400, "invalid_field");
    assert_eq!(decide(1).ok()["verify_status"], 1);
    assert_eq!(admin.get(&path).ok()["member_count"], 1);
    assert_eq!(doctor.get("/message").ok()["list"][0]["title"], "组织申请已通过");
    admin.delete(&path).refused(409, "in_use");

    let form = json!({ "doctor_id": other.id, "org_id": org["id"] });
    let second = admin.post("/admin/org-memberships", form.clone()).created();
    assert_eq!(second["verify_status"], 0);
    admin.post("/admin/org-memberships", form).refused(409, "already_applied");
    admin.post("/admin/org-memberships", json!({ "doctor_id": doctor.id, "org_id": org["id"] })).refused(409, "already_member");
    admin.post("/admin/org-memberships", json!({ "doctor_id": doctor.id, "org_id": 7 })).refused(422, "unknown_org");
    admin.post("/admin/org-memberships", json!({ "doctor_id": 7, "org_id": org["id"] })).refused(404, "not_found");
    for (query, total) in [(format!("doctor_id={}", other.id), 1), (format!("org_id={}", id(&org)), 2), (format!("q={}", doctor.name), 1)] {
        assert_eq!(admin.get(format_args!("/admin/org-memberships?{query}")).ok()["total"], total, "{query}");
    }
    assert_eq!(admin.get(&membership).ok()["org_name"], "义诊协会");
    assert_eq!(admin.patch(&membership, json!({ "verify_status": 2 })).ok()["verify_status"], 2);
    admin.delete(&membership).ok();
    admin.get(&membership).refused(404, "not_found");
    admin.delete(&path).ok(); // the application that waits goes along
    admin.get(&path).refused(404, "not_found");
    assert_eq!(admin.get("/admin/org-memberships").ok()["total"], 0);
    assert_eq!(deeds(&admin, "org", id(&org)), ["delete", "update", "create"]);
}

#[test]
fn a_special_event_groups_projects() {
    let server = TestServer::open();
    let admin = server.admin();
    let doctor = server.doctor();
    let org = admin.post("/admin/orgs", json!({ "name": "义诊协会" })).created();
    let form = json!({
        "org_id": org["id"], "hospital_id": server.hospital(), "date": server.date(1), "begin": "08:00", "end": "18:00", "people_count": 50,
        "addr": "中心广场", "lng": "116.40", "lat": "39.90", "abstract": "世界糖尿病日", "price": 10, "service_target": ["老年人"],
    });
    for (field, value, refusal) in [
        ("org_id", json!(7), (422, "unknown_org")),
        ("hospital_id", json!(7), (422, "unknown_hospital")),
        ("date", json!(null), (400, "missing_field")),
        ("date", json!("2026-02-30"), (400, "invalid_field")),
        ("end", json!("07:00"), (400, "invalid_field")),
        ("lng", json!("200"), (400, "invalid_field")),
        ("abstract", json!(""), (400, "missing_field")),
    ] {
        let mut bad = form.clone();
        bad[field] = value;
        admin.post("/admin/special-projects", bad).refused(refusal.0, refusal.1);
    }
    let special = admin.post("/admin/special-projects", form).created();
    assert_eq!((&special["people_count"], &special["begin"], &special["org_name"]), (&json!(50), &json!("08:00:00"), &json!("义诊协会")));
    let path = format!("/admin/special-projects/{}", id(&special));
    let changed = admin.patch(&path, json!({ "end": "17:00:00", "price": 0 })).ok();
    assert_eq!((&changed["end"], &changed["date"], &changed["price"]), (&json!("17:00:00"), &json!(server.date(1)), &json!(0)));
    for (query, total) in [("q=糖尿病", 1), ("q=眼", 0), ("org_id=7", 0), ("", 1)] {
        assert_eq!(admin.get(format_args!("/admin/special-projects?{query}")).ok()["total"], total, "{query}");
    }
    admin.delete(format_args!("/admin/orgs/{}", id(&org))).refused(409, "in_use");

    let project = publish(&server, &doctor, json!({}));
    let tied = format!("/admin/projects/{project}");
    admin.patch(&tied, json!({ "special_project_id": 7 })).refused(422, "unknown_special_project");
    assert_eq!(admin.patch(&tied, json!({ "special_project_id": special["id"] })).ok()["special_project_id"], special["id"]);
    assert_eq!(ids(&admin.get(format_args!("/admin/projects?special_project_id={}", id(&special)))), (vec![project], 1));
    assert_eq!(admin.get(&path).ok()["people_count"], 8);
    admin.delete(&path).refused(409, "in_use");
    admin.patch(&tied, json!({ "special_project_id": 0 })).ok();
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    assert_eq!(deeds(&admin, "project", project), ["update", "update"]);
}
