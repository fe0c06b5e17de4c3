//! Records keep whom they are about; who is verified stays who it is; scores and standing follow the account.

use serde_json::{Value, json};

use super::{join, publish};
use crate::{
    im_contact,
    internet_hospital::number,
    kit::{Person, TestServer, id_number},
    team_consult::scene::Scene,
};

/// The person's profile with another name, or another number.
fn becomes(person: &Person, server: &TestServer, name: &str, idno: Option<String>) -> crate::kit::Answer {
    let mut form = person.profile(server);
    form["real_name"] = json!(name);
    if let Some(idno) = idno {
        form["idno"] = json!(idno);
    }
    person.put("/user", form)
}

fn name_in(record: &Value) -> &str {
    record["real_name"].as_str().unwrap()
}

#[test]
fn a_visit_keeps_its_patient_and_the_number_is_the_desks_to_change() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    // Nobody was seen yet: a slip in the number is put right, and the record is about who comes.
    let (slip, other) = (id_number(4_001), id_number(4_002));
    becomes(&patient, &server, "写错了", Some(slip)).ok();
    let id = im_contact::id(&join(&patient, project));
    let read = |who: &Person| who.get(format_args!("/diagnoses/{id}")).ok()["user_info"].clone();
    becomes(&patient, &server, &patient.name, Some(patient.idno.clone())).refused(422, "identity_fixed");
    becomes(&patient, &server, "改了名", None).refused(422, "identity_fixed");
    let mut form = patient.profile(&server);
    form["real_name"] = json!("改了名");
    form["idno"] = json!(id_number(4_001));
    patient.put("/user", form.clone()).ok();
    assert_eq!(name_in(&read(&doctor)), "改了名", "the visit is still to come");

    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{id}/done")).ok();
    doctor.put(format_args!("/diagnoses/{id}"), json!({ "diag_result": "偏头痛" })).ok();
    let then = read(&patient);
    form["real_name"] = json!("又改名");
    patient.put("/user", form).ok();
    // The desk corrects the number.
    let desk = json!({ "idno": other, "real_name": "前台改的" });
    server.admin().patch(format_args!("/admin/patients/{}", patient.id), desk).ok();
    server.restart();
    let (doctor, patient) = (doctor.at(&server), patient.at(&server));
    let read = |who: &Person| who.get(format_args!("/diagnoses/{id}")).ok()["user_info"].clone();
    for key in ["real_name", "idno", "sex", "birthday"] {
        assert_eq!((&read(&doctor)[key], &read(&patient)[key]), (&then[key], &then[key]), "{key}");
    }
    assert_eq!((&patient.get("/user").ok()["real_name"], &patient.get("/user").ok()["idno"]), (&json!("前台改的"), &json!(other)));
    let history = doctor.get(format_args!("/all_diagnoses/{}", patient.id)).ok();
    assert_eq!(history[0]["user"]["real_name"], "改了名");
    let listed = server.admin().get("/admin/registrations?q=改了名").ok();
    assert_eq!((&listed["total"], &listed["items"][0]["patient_name"]), (&json!(1), &json!("改了名")));
    // The next visit is about the person of today.
    let next = publish(&server, &doctor, json!({ "date": server.date(1) }));
    assert_eq!(join(&patient, next)["user_info"]["real_name"], "前台改的");
}

#[test]
fn consultations_keep_their_patient() {
    let server = TestServer::open();
    let (patient, doctor, appointment) = im_contact::scene(&server);
    let relative = im_contact::relative(&patient, 3, "父亲");
    let theirs = im_contact::consult(&server, &patient, relative, &doctor);
    becomes(&patient, &server, "新名字", Some(id_number(4_003))).refused(422, "identity_fixed");
    becomes(&patient, &server, "新名字", None).ok();
    // At every door that changes a person.
    let number_of = |n: u32| json!({ "identity_number": id_number(n) });
    patient.put(format_args!("/family/{relative}"), number_of(4_004)).refused(422, "identity_fixed");
    patient.put(format_args!("/family/{relative}"), json!({ "identity_number": "" })).refused(422, "identity_fixed");
    patient.put(format_args!("/family/{relative}"), json!({ "name": "改名父亲" })).ok();
    patient.put("/member/profile", json!({ "name": "又一个名字" })).ok();
    let listed = doctor.post("/consultation/list", json!({})).ok();
    let name = |id: u64| {
        let items = listed["items"].as_array().unwrap();
        items.iter().find(|one| number(&one["id"]) == id).unwrap()["patient"]["name"].clone()
    };
    assert_eq!((name(appointment), name(theirs)), (json!(patient.name), json!("父亲3")));
    let admin = server.admin().get(format_args!("/admin/consultations/{theirs}")).ok();
    assert_eq!(admin["patient_name"], "父亲3");
    // Without an encounter the number is the owner's to change.
    let other = im_contact::relative(&patient, 5, "母亲");
    patient.put(format_args!("/family/{other}"), number_of(4_006)).ok();
    assert_eq!(patient.get("/user").ok()["real_name"], "又一个名字");
}

#[test]
fn team_consults_keep_their_patient_also_when_the_own_record_is_replaced() {
    let scene = Scene::open();
    let consult = scene.started();
    let target = || scene.patient.get(format_args!("/consult/{consult}")).ok()["target_member_name"].clone();
    let patient = &scene.patient;
    becomes(patient, &scene.server, "新名字", None).ok();
    assert_eq!(target(), json!(patient.name));
    let own = im_contact::own_record(patient);
    patient.post("/api/patient/delete", json!({ "id": im_contact::hex(own) })).ok();
    becomes(patient, &scene.server, "换了一个人", Some(id_number(4_007))).ok();
    assert_eq!(target(), json!(patient.name));
}

#[test]
fn verified_people_who_become_others_wait_again() {
    let server = TestServer::open();
    let (doctor, assistant) = (server.doctor(), server.assistant());
    let hospital = server.admin().post("/admin/hospitals", json!({ "name": "二院" })).created()["id"].clone();
    let project = publish(&server, &doctor, json!({}));
    doctor.put("/user", doctor.profile(&server)).ok();
    let mut harmless = doctor.profile(&server);
    harmless["good_at"] = json!("偏头痛");
    assert_eq!(doctor.put("/user", harmless).ok()["is_verify"], 1, "nothing that was looked at has changed");
    let updates = |who: &Person, what: &str| {
        let path = format!("/admin/audit?account_id={}&action=update&subject={what}&subject_id={}", who.id, who.id);
        server.admin().get(path).ok()["total"].as_u64().unwrap()
    };
    let mut said = 0;
    for (field, value) in
        [("real_name", json!("别人")), ("idno", json!(id_number(4_010))), ("hospital_id", hospital), ("job_position", json!("院长"))]
    {
        let mut form = doctor.profile(&server);
        form[field] = value;
        assert_eq!(doctor.put("/user", form).ok()["is_verify"], 0, "{field}");
        said += 1;
        assert_eq!(updates(&doctor, "doctor"), said, "{field}");
        doctor.post("/project", super::project_form(&server)).refused(403, "not_verified");
        assert_eq!(server.nobody().get("/project").ok()["page"]["count"], 0, "nothing of theirs is offered meanwhile");
        server.patient().post(format_args!("/project/{project}/join"), json!({ "content": "头痛" })).refused(422, "doctor_closed");
        doctor.put("/user", doctor.profile(&server)).ok();
        doctor.verify(&server, 1).ok();
    }
    assert_eq!(server.nobody().get("/project").ok()["page"]["count"], 1);
    let mut form = assistant.profile(&server);
    form["team_name"] = json!("志愿者二队");
    assert_eq!(assistant.put("/user", form.clone()).ok()["is_verify"], 1);
    form["real_name"] = json!("另一位");
    assert_eq!((assistant.put("/user", form).ok()["is_verify"].clone(), updates(&assistant, "assistant")), (json!(0), 1));
    // What the administration writes is verified by that.
    let path = format!("/admin/doctors/{}", doctor.id);
    assert_eq!(server.admin().patch(&path, json!({ "real_name": "更正" })).ok()["is_verify"], 1);
    // Whoever was brought in with a name alone fills in the rest once.
    let form = json!({ "phone": "19900007771", "password": "secret-word", "real_name": "新医生" });
    server.admin().post("/admin/doctors", form).created();
    let login = json!({ "phono": "19900007771", "pwd": "secret-word", "type": 2 });
    let token = server.nobody().post("/login", login).ok()["token"].as_str().unwrap().to_owned();
    let mut form = doctor.profile(&server);
    form["real_name"] = json!("新医生");
    assert_eq!(server.nobody().with_token(token).put("/user", form).ok()["is_verify"], 1);
}

#[test]
fn scores_survive_and_the_standing_follows_the_profile() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    let id = im_contact::id(&join(&patient, project));
    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{id}/done")).ok();
    doctor.post(format_args!("/doctor/diagnoses/{id}/comment"), json!({ "patient_credit_score": 2, "patient_punctuality_score": 3 })).ok();
    let scores = |who: &Person| {
        let user = who.get("/user").ok();
        [&user["credit_score"], &user["punctuality_score"], &user["is_verify"]].map(Clone::clone)
    };
    assert_eq!(scores(&patient), [json!("2.0"), json!("3.0"), json!(1)]);
    let own = im_contact::own_record(&patient);
    patient.post("/api/patient/delete", json!({ "id": im_contact::hex(own) })).ok();
    assert_eq!(scores(&patient), [json!("2.0"), json!("3.0"), json!(0)]);
    let next = publish(&server, &doctor, json!({ "date": server.date(1) }));
    patient.post(format_args!("/project/{next}/join"), json!({ "content": "头痛" })).refused(422, "profile_incomplete");
    patient.put("/user", patient.profile(&server)).ok();
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(scores(&patient), [json!("2.0"), json!("3.0"), json!(1)]);
    join(&patient, next);
    let seen = server.admin().get(format_args!("/admin/patients/{}", patient.id)).ok();
    assert_eq!((&seen["credit_score"], &seen["is_verify"]), (&json!("2.0"), &json!(1)));
    // Who is shut out stays so.
    patient.verify(&server, 2).ok();
    assert_eq!(server.admin().get(format_args!("/admin/patients/{}", patient.id)).ok()["is_verify"], 2);
}
