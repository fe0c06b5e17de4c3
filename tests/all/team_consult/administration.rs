//! `/admin/clinics`, `/admin/teams`, and who cannot be taken out while they point there.

use serde_json::json;

use super::{bring_in, found, join_with, number, recharge, team_form};
use crate::kit::TestServer;

#[test]
fn clinics_are_listed_made_changed_and_removed() {
    let mut server = TestServer::open();
    let (founder, second) = (server.doctor(), server.doctor());
    let admin = server.admin();
    let made = admin.post("/admin/clinics", json!({ "founder_id": founder.id, "name": "杏林诊所", "introduction": "老店" })).created();
    let id = number(&made["id"]);
    let expected = json!({
        "id": id, "name": "杏林诊所", "introduction": "老店", "founder_id": founder.id, "founder_name": founder.name,
        "supervisor_id": founder.id, "supervisor_name": founder.name, "doctor_ids": [founder.id], "created_at": server.now().rfc3339(),
    });
    assert_eq!(made, expected);
    admin.post("/admin/clinics", json!({ "founder_id": founder.id, "name": "杏林诊所" })).refused(409, "clinic_name_taken");
    admin.post("/admin/clinics", json!({ "founder_id": 987_654_321, "name": "乙" })).refused(404, "not_found");
    admin.post("/admin/clinics", json!({ "founder_id": server.patient().id, "name": "乙" })).refused(404, "not_found");
    admin.post("/admin/clinics", json!({ "founder_id": founder.id })).refused(400, "missing_field");
    let other = number(&founder.post("/clinic", json!({ "name": "橘井诊所", "introduction": "杏" })).ok()["clinic_id"]);

    let change = |form| admin.patch(format_args!("/admin/clinics/{id}"), form);
    change(json!({ "supervisor_id": second.id })).refused(422, "not_in_clinic");
    change(json!({ "doctor_ids": [second.id] })).refused(422, "not_in_clinic");
    change(json!({ "doctor_ids": [founder.id, 987_654_321] })).refused(404, "not_found");
    change(json!({ "doctor_ids": ["甲"] })).refused(400, "invalid_field");
    change(json!({ "name": "橘井诊所" })).refused(409, "clinic_name_taken");
    change(json!({ "name": "" })).refused(400, "missing_field");
    let changed = change(json!({ "doctor_ids": [founder.id, second.id], "supervisor_id": second.id, "introduction": "" })).ok();
    assert_eq!(
        (&changed["supervisor_name"], &changed["introduction"], &changed["name"]),
        (&json!(second.name), &json!(""), &json!("杏林诊所"))
    );
    change(json!({ "doctor_ids": [founder.id] })).refused(422, "not_in_clinic");
    let changed = change(json!({ "name": "新杏林", "supervisor_id": founder.id, "doctor_ids": [founder.id] })).ok();
    assert_eq!(changed["doctor_ids"], json!([founder.id]));
    server.restart();
    let admin = server.admin();
    assert_eq!(admin.get(format_args!("/admin/clinics/{id}")).ok(), changed);
    assert_eq!(server.patient().get("/clinic?name=新杏林").ok()["total"], 1);
    assert_eq!(server.patient().get("/clinic?name=杏林诊所").ok()["total"], 0);
    let list = admin.get("/admin/clinics?q=杏&page_size=1").ok();
    assert_eq!((&list["items"][0]["id"], &list["total"]), (&json!(other), &json!(2)), "in the name or the introduction");

    let mut form = team_form("甲队");
    form["clinic_id"] = json!(id);
    let team = number(&founder.at(&server).post("/team", form).ok()["team_id"]);
    admin.delete(format_args!("/admin/clinics/{id}")).refused(409, "in_use");
    admin.patch(format_args!("/admin/teams/{team}"), json!({ "clinic_id": 0 })).ok();
    admin.delete(format_args!("/admin/clinics/{id}")).ok();
    admin.get(format_args!("/admin/clinics/{id}")).refused(404, "not_found");
    admin.delete(format_args!("/admin/clinics/{id}")).refused(404, "not_found");
}

#[test]
fn teams_are_listed_made_changed_and_removed() {
    let mut server = TestServer::open();
    let (founder, second, patient) = (server.doctor(), server.doctor(), server.patient());
    let admin = server.admin();
    let place = number(&founder.post("/clinic", json!({ "name": "杏林诊所" })).ok()["clinic_id"]);
    let mut form = team_form("甲队");
    form["founder_id"] = json!(founder.id);
    form["clinic_id"] = json!(place);
    let made = admin.post("/admin/teams", form.clone()).created();
    let id = number(&made["id"]);
    let expected = json!({
        "id": id, "name": "甲队", "introduction": "多学科团队", "agreement": "会员须知：会费不退。", "consult_fee": 500, "clinic_id": place,
        "clinic_name": "杏林诊所", "founder_id": founder.id, "founder_name": founder.name, "assistant_id": founder.id,
        "assistant_name": founder.name, "doctor_ids": [founder.id], "member_count": 0, "created_at": server.now().rfc3339(),
    });
    assert_eq!(made, expected);
    for (name, value, status, slug) in [
        ("founder_id", json!(second.id), 403, "not_yours"), // not a doctor of that clinic
        ("founder_id", json!(patient.id), 404, "not_found"),
        ("founder_id", json!(null), 400, "missing_field"),
        ("agreement", json!(""), 400, "missing_field"),
        ("consult_fee", json!(-5), 400, "invalid_field"),
        ("consult_fee", json!(null), 400, "missing_field"),
        ("clinic_id", json!(987_654_321), 404, "not_found"),
    ] {
        let mut bad = form.clone();
        bad[name] = value;
        admin.post("/admin/teams", bad).refused(status, slug);
    }
    let other = found(&second, "乙队");
    let change = |form| admin.patch(format_args!("/admin/teams/{id}"), form);
    change(json!({ "assistant_id": second.id })).refused(422, "no_team_doctor");
    change(json!({ "name": " " })).refused(400, "missing_field");
    change(json!({ "consult_fee": 1.5 })).refused(400, "invalid_field");
    bring_in(&founder, &second, id);
    let changed = change(json!({ "name": "甲一队", "assistant_id": second.id, "consult_fee": 800, "introduction": "" })).ok();
    assert_eq!(
        (&changed["assistant_name"], &changed["consult_fee"], &changed["agreement"]),
        (&json!(second.name), &json!(800), &form["agreement"])
    );
    server.restart();
    let admin = server.admin();
    assert_eq!(admin.get(format_args!("/admin/teams/{id}")).ok(), changed);
    let list = admin.get("/admin/teams?q=队").ok();
    assert_eq!((&list["items"][0]["id"], &list["total"]), (&json!(other), &json!(2)));
    assert_eq!(admin.get("/admin/teams?q=甲一").ok()["total"], 1);

    let patient = patient.at(&server);
    join_with(&server, &patient, id, 100);
    assert_eq!(admin.get(format_args!("/admin/teams/{id}")).ok()["member_count"], 1);
    admin.delete(format_args!("/admin/teams/{id}")).refused(409, "in_use");
    admin.delete(format_args!("/admin/teams/{other}")).ok();
    admin.delete(format_args!("/admin/teams/{other}")).refused(404, "not_found");
    assert_eq!(admin.get("/admin/teams").ok()["total"], 1);
    let counted = admin.get("/admin/statistics").ok();
    assert_eq!((&counted["teams"], &counted["clinics"], &counted["members"]), (&json!(1), &json!(1), &json!(1)));
    let log = admin.get(format_args!("/admin/audit?subject=team&subject_id={id}")).ok();
    assert_eq!(log["items"][0]["action"], "update");
}

#[test]
fn people_who_are_needed_stay() {
    let server = TestServer::open();
    let admin = server.admin();
    let (founder, doctor, member, rich) = (server.doctor(), server.doctor(), server.patient(), server.patient());
    let team = found(&founder, "甲队");
    let remove_doctor = |id: u64| admin.delete(format_args!("/admin/doctors/{id}"));
    let remove_patient = |id: u64| admin.delete(format_args!("/admin/patients/{id}"));
    bring_in(&founder, &doctor, team);
    remove_doctor(founder.id).refused(409, "in_use");
    remove_doctor(doctor.id).refused(409, "in_use");
    doctor.delete(format_args!("/team/{team}/doctor")).ok();
    doctor.post("/session/push_token", json!({ "platform": "web", "token": "x" })).ok();
    remove_doctor(doctor.id).ok();
    member.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true })).ok();
    remove_patient(member.id).refused(409, "in_use");
    recharge(&server, &rich, 5);
    remove_patient(rich.id).refused(409, "in_use");
    let plain = server.patient();
    plain.put("/member/profile", json!({ "birth_count": 1 })).ok();
    plain.post("/family", json!({ "name": "儿", "relation_type": "儿子", "gender": 1, "birthday": "2015-01-01" })).ok();
    remove_patient(plain.id).ok();
    let lonely = server.doctor();
    lonely.post("/clinic", json!({ "name": "独" })).ok();
    remove_doctor(lonely.id).refused(409, "in_use");
}
