//! 3.2.18 to 3.2.21: orgs, and how doctors come into them.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{enrol, ids, org, publish, special};
use crate::kit::TestServer;

#[test]
fn a_doctor_applies_and_the_administration_decides() {
    let mut server = TestServer::open();
    let (doctor, other, patient) = (server.doctor(), server.doctor(), server.patient());
    let silver = org(&server, "银龄志愿队");
    let apply = format!("/org_add/{silver}");
    assert_eq!(doctor.post(&apply, json!({})).ok(), Value::Null);
    let mine = doctor.get("/org/my").ok();
    assert_eq!((&mine["page"]["count"], &mine["list"][0]["verify_status"]), (&json!(1), &json!(0)));
    assert_eq!((&mine["list"][0]["org"]["name"], &mine["list"][0]["doctor_id"]), (&json!("银龄志愿队"), &json!(doctor.id)));
    let membership = mine["list"][0]["id"].as_u64().unwrap();
    doctor.post(&apply, json!({})).refused(409, "already_applied");
    assert_eq!(doctor.get("/user").ok()["org_list"], json!([]), "an application is no membership");

    let decision = format!("/admin/org-memberships/{membership}/verify");
    for (status, refusal) in [(json!(0), "invalid_field"), (json!(3), "invalid_field"), (Value::Null, "missing_field")] {
        server.admin().post(&decision, json!({ "verify_status": status })).refused(400, refusal);
    }
    server.admin().post("/admin/org-memberships/5/verify", json!({ "verify_status": 1 })).refused(404, "not_found");
    doctor.post(&decision, json!({ "verify_status": 1 })).refused(403, "wrong_role");
    assert_eq!(server.admin().post(&decision, json!({ "verify_status": 2 })).ok()["verify_status"], 2);
    assert_eq!(doctor.get("/org/my").ok()["list"][0]["verify_status"], 2);
    assert_eq!(doctor.get("/message").ok()["list"][0]["title"], "组织申请未通过");

    // Whoever was refused applies again; the old application is gone.
    doctor.post(&apply, json!({})).ok();
    let mine = doctor.get("/org/my").ok();
    assert_eq!((&mine["page"]["count"], &mine["list"][0]["verify_status"]), (&json!(1), &json!(0)));
    let membership = mine["list"][0]["id"].as_u64().unwrap();
    server.admin().post(format_args!("/admin/org-memberships/{membership}/verify"), json!({ "verify_status": 1 })).ok();
    doctor.post(&apply, json!({})).refused(409, "already_member");

    server.restart();
    let (doctor, other, patient) = (doctor.at(&server), other.at(&server), patient.at(&server));
    assert_eq!(doctor.get("/user").ok()["org_list"][0], json!({ "id": silver, "name": "银龄志愿队", "logo": "", "abstract": "定期义诊" }));
    let seen = patient.get(format_args!("/user/{}", doctor.id)).ok();
    assert_eq!(ids(&seen["org_list"]), [silver]);
    assert_eq!(server.admin().get(format_args!("/admin/orgs/{silver}")).ok()["member_count"], 1);

    let leave = format!("/org_remove/{membership}");
    other.delete(&leave).refused(403, "not_yours");
    patient.delete(&leave).refused(403, "wrong_role");
    assert_eq!(doctor.delete(&leave).ok(), Value::Null);
    doctor.delete(&leave).refused(404, "not_found");
    assert_eq!(doctor.get("/user").ok()["org_list"], json!([]));
    assert_eq!(doctor.get("/org/my").ok()["page"]["count"], 0);
    assert_eq!(server.admin().get(format_args!("/admin/orgs/{silver}")).ok()["member_count"], 0);
}

#[test]
fn only_verified_doctors_apply_and_only_to_what_exists() {
    let server = TestServer::open();
    let silver = org(&server, "银龄志愿队");
    let apply = format!("/org_add/{silver}");
    let doctor = server.doctor();
    doctor.post("/org_add/5", json!({})).refused(404, "not_found");
    doctor.post("/org_add/abc", json!({})).refused(404, "not_found");
    let waiting = server.registered(Role::Doctor).with_profile(&server);
    waiting.post(&apply, json!({})).refused(403, "not_verified");
    server.patient().post(&apply, json!({})).refused(403, "wrong_role");
    server.assistant().get("/org/my").refused(403, "wrong_role");
    server.nobody().post(&apply, json!({})).refused(401, "no_token");
    assert_eq!(server.admin().get("/admin/org-memberships").ok()["total"], 0);
}

#[test]
fn orgs_are_listed_and_searched() {
    let server = TestServer::open();
    let (silver, sprout) = (org(&server, "银龄志愿队"), org(&server, "新芽联盟"));
    let found = |query: &str| ids(&server.nobody().get(format_args!("/org{query}")).ok()["list"]);
    assert_eq!(found(""), [sprout, silver]);
    assert_eq!(found("?keyword=新芽"), [sprout]);
    assert_eq!(found("?keyword=义诊"), [sprout, silver]);
    assert_eq!(found("?keyword=无此组织"), [0; 0]);
    assert_eq!(found("?page_size=1&current_page=2"), [silver]);
    server.nobody().get("/org?current_page=x").refused(400, "invalid_field");
}

#[test]
fn projects_are_found_by_org() {
    let server = TestServer::open();
    let (member, applicant, stranger) = (server.doctor(), server.doctor(), server.doctor());
    let (silver, sprout) = (org(&server, "银龄志愿队"), org(&server, "新芽联盟"));
    enrol(&server, &member, silver);
    applicant.post(format_args!("/org_add/{silver}"), json!({})).ok();
    let event = special(&server, json!({ "org_id": silver }));
    let by_member = publish(&server, &member, json!({}));
    publish(&server, &applicant, json!({}));
    let in_event = publish(&server, &stranger, json!({ "special_project_id": event }));
    let found = |org: u64| {
        let list = server.nobody().get(format_args!("/project?org_id={org}")).ok();
        assert_eq!(list["page"]["count"], list["list"].as_array().unwrap().len());
        ids(&list["list"])
    };
    assert_eq!(found(silver), [in_event, by_member]);
    assert_eq!(found(sprout), [0; 0]);
    assert_eq!(found(5), [0; 0]);
}

#[test]
fn the_administration_keeps_orgs_and_memberships() {
    let server = TestServer::open();
    let (admin, doctor) = (server.admin(), server.doctor());
    let silver = org(&server, "银龄志愿队");
    admin.post("/admin/orgs", json!({ "logo": "" })).refused(400, "missing_field");
    let path = format!("/admin/orgs/{silver}");
    assert_eq!(admin.patch(&path, json!({ "name": "金秋队", "abstract": "" })).ok()["abstract"], "");
    admin.patch(&path, json!({ "name": "" })).refused(400, "missing_field");
    assert_eq!(server.nobody().get("/org").ok()["list"][0]["name"], "金秋队");
    assert_eq!(admin.get("/admin/orgs?q=金秋").ok()["total"], 1);
    assert_eq!(admin.get("/admin/orgs?q=银龄").ok()["total"], 0);

    let form = json!({ "org_id": silver, "doctor_id": doctor.id });
    let membership = admin.post("/admin/org-memberships", form.clone()).created();
    assert_eq!((&membership["verify_status"], &membership["doctor_name"]), (&json!(0), &json!(doctor.name)));
    admin.post("/admin/org-memberships", form).refused(409, "already_applied");
    admin.post("/admin/org-memberships", json!({ "org_id": 5, "doctor_id": doctor.id })).refused(422, "unknown_org");
    admin.post("/admin/org-memberships", json!({ "org_id": silver, "doctor_id": 5 })).refused(404, "not_found");
    let one = format!("/admin/org-memberships/{}", membership["id"]);
    assert_eq!(admin.patch(&one, json!({ "verify_status": 1 })).ok()["verify_status"], 1);
    assert_eq!(admin.get(&one).ok()["org_name"], "金秋队");
    for (query, total) in [("?verify_status=1", 1), ("?verify_status=0", 0), ("?q=金秋", 1), ("?q=无", 0), ("?doctor_id=5", 0)] {
        assert_eq!(admin.get(format_args!("/admin/org-memberships{query}")).ok()["total"], total, "{query}");
    }
    assert_eq!(admin.get(format_args!("/admin/org-memberships?org_id={silver}&doctor_id={}", doctor.id)).ok()["total"], 1);
    admin.delete(&path).refused(409, "in_use");
    admin.delete(&one).ok();
    admin.get(&one).refused(404, "not_found");
    let event = special(&server, json!({ "org_id": silver }));
    admin.delete(&path).refused(409, "in_use");
    admin.delete(format_args!("/admin/special-projects/{event}")).ok();
    doctor.post(format_args!("/org_add/{silver}"), json!({})).ok();
    admin.delete(&path).ok(); // an application does not keep it
    admin.get(&path).refused(404, "not_found");
    assert_eq!(doctor.get("/org/my").ok()["list"], json!([]));
    doctor.get("/admin/orgs").refused(403, "wrong_role");
    server.nobody().get("/admin/org-memberships").refused(401, "no_token");
}

#[test]
fn a_doctor_who_goes_leaves_no_membership() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let silver = org(&server, "银龄志愿队");
    enrol(&server, &doctor, silver);
    server.admin().delete(format_args!("/admin/doctors/{}", doctor.id)).ok();
    assert_eq!(server.admin().get("/admin/org-memberships").ok()["total"], 0);
    server.admin().delete(format_args!("/admin/orgs/{silver}")).ok();
}
