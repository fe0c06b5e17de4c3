//! Teams: founding, finding, joining and leaving as a doctor, the group assistant.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{bring_in, found, number, team_form};
use crate::kit::{Person, TestServer};

fn code(inviter: &Person, team: u64) -> Value {
    inviter.get(format_args!("/team/{team}/invitation")).ok()["code"].clone()
}

#[test]
pub fn a_team_has_an_agreement() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let made = doctor.post("/team", team_form("甲队")).ok();
    let id = number(&made["team_id"]);
    let expected = json!({
        "team_id": id, "name": "甲队", "introduction": "多学科团队", "agreement": "会员须知：会费不退。", "consult_fee": 500,
        "clinic_id": null, "founder_id": doctor.id, "assistant_id": doctor.id, "doctor_ids": [doctor.id], "created": server.now().0,
    });
    assert_eq!(made, expected);
    server.restart();
    let (doctor, patient) = (doctor.at(&server), patient.at(&server));
    for reader in [&doctor, &patient] {
        assert_eq!(reader.get(format_args!("/team/{id}")).ok(), expected);
    }
    server.assistant().get(format_args!("/team/{id}")).refused(403, "wrong_role");
    patient.get("/team/987654321").refused(404, "not_found");
    patient.get("/team/best").refused(404, "not_found");
}

#[test]
fn a_team_is_founded_with_a_complete_form() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    for name in ["name", "agreement", "consult_fee"] {
        let mut form = team_form("甲队");
        form[name] = json!("");
        doctor.post("/team", form).refused(400, "missing_field");
    }
    for (name, bad) in [
        ("consult_fee", json!(-1)),
        ("consult_fee", json!(0.5)),
        ("consult_fee", json!("5.00")),
        ("consult_fee", json!(10_000_001)),
        ("consult_fee", json!(u64::MAX)),
        ("name", json!("长".repeat(101))),
        ("agreement", json!(["甲"])),
        ("clinic_id", json!("甲")),
    ] {
        let mut form = team_form("甲队");
        form[name] = bad;
        doctor.post("/team", form).refused(400, "invalid_field");
    }
    patient.post("/team", team_form("甲队")).refused(403, "wrong_role");
    let waiting = server.registered(Role::Doctor);
    waiting.post("/team", team_form("甲队")).refused(403, "not_verified");
    assert_eq!(waiting.get("/team").ok()["total"], 0, "reading is allowed, and nothing was founded");
    let mut free = team_form("义诊队");
    free["consult_fee"] = json!("0");
    assert_eq!(doctor.post("/team", free).ok()["consult_fee"], 0);
}

#[test]
fn a_team_is_of_the_founders_own_clinic() {
    let server = TestServer::open();
    let (doctor, other) = (server.doctor(), server.doctor());
    let place = number(&other.post("/clinic", json!({ "name": "杏林诊所" })).ok()["clinic_id"]);
    let mut form = team_form("甲队");
    form["clinic_id"] = json!(place);
    doctor.post("/team", form.clone()).refused(403, "not_yours");
    other.post(format_args!("/clinic/{place}/doctor"), json!({ "doctor_id": doctor.id })).ok();
    assert_eq!(doctor.post("/team", form.clone()).ok()["clinic_id"], place);
    form["clinic_id"] = json!(987_654_321);
    doctor.post("/team", form).refused(404, "not_found");
}

#[test]
pub fn five_teams_founded_and_joined_together() {
    let server = TestServer::open();
    let (doctor, host) = (server.doctor(), server.doctor());
    let hosted: Vec<u64> = (0..3).map(|n| found(&host, &format!("主队{n}"))).collect();
    for n in 0..3 {
        found(&doctor, &format!("客队{n}"));
    }
    bring_in(&host, &doctor, hosted[0]);
    bring_in(&host, &doctor, hosted[1]);
    doctor.post("/team", team_form("第六队")).refused(422, "team_limit");
    let sixth = json!({ "code": code(&host, hosted[2]) });
    doctor.post(format_args!("/team/{}/doctor", hosted[2]), sixth.clone()).refused(422, "team_limit");
    let teams = doctor.get(format_args!("/team/{}", hosted[2])).ok();
    assert_eq!(teams["doctor_ids"], json!([host.id]));
    // Who leaves one may join another.
    doctor.delete(format_args!("/team/{}/doctor", hosted[0])).ok();
    doctor.post(format_args!("/team/{}/doctor", hosted[2]), sixth).ok();
    doctor.post("/team", team_form("第六队")).refused(422, "team_limit");

    let small = TestServer::with(&[("team.max_per_doctor", "1")]);
    let doctor = small.doctor();
    found(&doctor, "唯一");
    doctor.post("/team", team_form("第二队")).refused(422, "team_limit");
}

#[test]
pub fn doctors_find_teams_by_a_part_of_the_name() {
    let mut server = TestServer::open();
    let doctor = server.doctor();
    let ids: Vec<u64> = ["心内一队", "心内二队", "骨科 ABC"].map(|name| found(&doctor, name)).into();
    server.restart();
    let searcher = server.doctor();
    let names = |query: &str| -> Vec<u64> {
        let list = searcher.get(format_args!("/team?{query}")).ok();
        list["items"].as_array().unwrap().iter().map(|team| number(&team["team_id"])).collect()
    };
    assert_eq!(names("name=心内"), [ids[1], ids[0]]);
    assert_eq!(names("name=二"), [ids[1]]);
    assert_eq!(names("name=abc"), [ids[2]]);
    assert!(names("name=儿科").is_empty());
    assert_eq!(names(""), [ids[2], ids[1], ids[0]]);
    assert_eq!(names("skip=1&limit=1"), [ids[1]]);
    let page = searcher.get("/team?name=心内&limit=1").ok();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (1, &json!(2)));
    for stranger in [server.patient(), server.assistant()] {
        stranger.get("/team?name=心内").refused(403, "wrong_role");
    }
}

#[test]
fn doctors_leave_and_the_founder_stays() {
    let mut server = TestServer::open();
    let (founder, doctor, stranger) = (server.doctor(), server.doctor(), server.doctor());
    let team = found(&founder, "甲队");
    bring_in(&founder, &doctor, team);
    let assistant = json!({ "doctor_id": doctor.id });
    assert_eq!(founder.put(format_args!("/team/{team}/assistant"), assistant).ok()["assistant_id"], doctor.id);
    founder.delete(format_args!("/team/{team}/doctor")).refused(422, "founder_stays");
    stranger.delete(format_args!("/team/{team}/doctor")).refused(403, "not_in_team");
    stranger.delete("/team/987654321/doctor").refused(404, "not_found");
    server.patient().delete(format_args!("/team/{team}/doctor")).refused(403, "wrong_role");
    let left = doctor.delete(format_args!("/team/{team}/doctor"));
    left.ok();
    assert_eq!(left.json, json!({ "success": true, "code": 200, "sucess": true }));
    doctor.delete(format_args!("/team/{team}/doctor")).refused(403, "not_in_team");
    server.restart();
    let founder = founder.at(&server);
    let shown = founder.get(format_args!("/team/{team}")).ok();
    assert_eq!((&shown["doctor_ids"], &shown["assistant_id"]), (&json!([founder.id]), &json!(founder.id)), "the founder assists again");
    bring_in(&founder, &doctor.at(&server), team);
}

#[test]
fn the_founder_names_the_group_assistant() {
    let server = TestServer::open();
    let (founder, doctor, stranger, patient) = (server.doctor(), server.doctor(), server.doctor(), server.patient());
    let team = found(&founder, "甲队");
    bring_in(&founder, &doctor, team);
    let name = |who: &Person, form: Value| who.put(format_args!("/team/{team}/assistant"), form);
    name(&doctor, json!({ "doctor_id": doctor.id })).refused(403, "not_yours");
    name(&stranger, json!({ "doctor_id": stranger.id })).refused(403, "not_yours");
    name(&patient, json!({ "doctor_id": doctor.id })).refused(403, "wrong_role");
    name(&founder, json!({ "doctor_id": stranger.id })).refused(422, "no_team_doctor");
    name(&founder, json!({ "doctor_id": 987_654_321 })).refused(422, "no_team_doctor");
    name(&founder, json!({})).refused(400, "missing_field");
    name(&founder, json!({ "doctor_id": 1.5 })).refused(400, "invalid_field");
    founder.put("/team/987654321/assistant", json!({ "doctor_id": doctor.id })).refused(404, "not_found");
    assert_eq!(founder.get(format_args!("/team/{team}")).ok()["assistant_id"], founder.id);
    assert_eq!(name(&founder, json!({ "doctor_id": doctor.id })).ok()["assistant_id"], doctor.id);
    assert_eq!(name(&founder, json!({ "doctor_id": founder.id })).ok()["assistant_id"], founder.id);
}
