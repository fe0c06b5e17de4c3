//! Signed records: what was signed stays, what is amended stands beside it, and whoever signs has just proved who it is.
//!
//! Covers `POST /consultation/{id}/record/sign` and `POST /consultation/{id}/record/amend`.

use serde_json::{Value, json};

use crate::{
    internet_hospital::{self, Caller, number, order_form, paid_order, reply, scene},
    kit::{Answer, Client, TestServer},
    team_consult::scene as team,
    volunteer_doctor::{join, publish},
};

fn path(order: &Value, verb: &str) -> String {
    let id = order["id"].as_str().unwrap();
    match verb {
        "sign" => format!("/consultation/{id}/record/sign"),
        "amend" => format!("/consultation/{id}/record/amend"),
        _ => format!("/consultation/{id}/record/versions"),
    }
}

fn finding(order: &Value, main: &str) -> Value {
    json!({
        "consultationId": order["id"], "mainDiagnosis": main, "secondDiagnosis": ["失眠"], "chiefComplaint": "头晕两天",
        "historyOfPastIllness": "高血压三年",
    })
}

fn diagnose(doctor: &Caller, order: &Value, main: &str) -> Answer {
    doctor.post("/treatment/diagnisis/upsert", finding(order, main))
}

/// The same caller at the server's new address.
fn moved(server: &TestServer, caller: &Caller) -> Client {
    let mut client = caller.client.clone();
    client.base = server.nobody().base;
    client
}

fn hash(body: &Value) -> String {
    let hash = xuanhu::domain::care::signed_record::hash(&body.to_string());
    xuanhu::base::secret::hex(&hash)
}

#[test]
fn what_was_signed_stays_and_what_is_amended_stands_beside_it() {
    let mut server = TestServer::with(&[("auth.session_ttl", "90d")]);
    let (user, patient, doctor) = scene(&server);
    let order = paid_order(&server, &user, &patient, &doctor);
    let sign = |caller: &Client, form: Value| caller.post(path(&order, "sign"), form);
    sign(&doctor, json!({})).refused(422, "nothing_to_sign");
    reply(&doctor, &order, "多休息，一周后复诊").ok();
    sign(&doctor, json!({})).refused(422, "nothing_to_sign");
    doctor.post(path(&order, "amend"), json!({ "why": "早" })).refused(422, "not_signed");
    diagnose(&doctor, &order, "高血压").ok();
    sign(&internet_hospital::doctor(&server, 7, 1), json!({})).refused(403, "not_yours");
    let first = sign(&doctor, json!({})).ok();
    assert_eq!((first["n"].clone(), first["state"].clone(), first["before"].clone()), (json!(1), json!("signed"), json!(null)));
    let body = &first["body"];
    assert_eq!((body["chief_complaint"].clone(), body["history"].clone()), (json!("头晕两天"), json!("高血压三年")));
    assert_eq!((body["diagnoses"].clone(), body["advice"].clone()), (json!(["高血压", "失眠"]), json!("多休息，一周后复诊")));
    assert_eq!(first["sha256"], hash(body), "anybody can compute it from what is printed");

    // Nothing changes it.
    diagnose(&doctor, &order, "低血压").refused(422, "record_signed");
    sign(&doctor, json!({})).refused(422, "record_signed");
    doctor.post(path(&order, "amend"), json!({ "diagnoses": ["低血压"] })).refused(400, "missing_field");
    let second = doctor.post(path(&order, "amend"), json!({ "why": "复核后更正", "diagnoses": ["继发性高血压"] })).ok();
    assert_eq!(
        (second["n"].clone(), second["state"].clone(), second["before"].clone()),
        (json!(2), json!("amended"), first["sha256"].clone())
    );
    assert_eq!(
        (second["body"]["diagnoses"].clone(), second["body"]["history"].clone()),
        (json!(["继发性高血压"]), body["history"].clone())
    );

    server.restart();
    let at = |caller: &Caller| moved(&server, caller);
    for reader in [at(&doctor), at(&user)] {
        let versions = reader.post(path(&order, "versions"), json!({})).ok();
        assert_eq!(versions["signed"], json!([first, second]));
        assert_eq!(versions["list"][0]["before"]["main_diagnosis"], "高血压", "what the amendment overwrote is kept as well");
    }
    server.patient().post(path(&order, "versions"), json!({})).refused(403, "not_yours");
    // Old clients read the diagnosis as it was amended.
    let shown = at(&user).post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": order["id"] })).ok();
    assert_eq!(shown["mainDiagnosis"], "继发性高血压");
    let log = server.admin().get(format_args!("/admin/audit?subject=signed_record&subject_id={}", number(&order["id"]))).ok();
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, ["amend", "sign"]);
    assert_eq!(server.admin().post("/admin/check", json!({})).ok()["ok"], true);
}

#[test]
fn the_password_is_asked_for_again() {
    let server = TestServer::with(&[("care.sign_reauth", "5m")]);
    let (user, patient, doctor) = scene(&server);
    let orders = [paid_order(&server, &user, &patient, &doctor), paid_order(&server, &user, &patient, &doctor)];
    for order in &orders {
        reply(&doctor, order, "多喝水").ok();
        diagnose(&doctor, order, "感冒").ok();
    }
    server.advance("6m");
    let sign = |order: &Value, form: Value| doctor.post(path(order, "sign"), form);
    assert!(sign(&orders[0], json!({})).refused(422, "sign_in_again").json["fields"]["password"].is_string());
    sign(&orders[0], json!({ "password": "wrong-word" })).refused(422, "sign_in_again");
    sign(&orders[0], json!({ "password": "secret-word" })).ok();
    server.advance("4m");
    sign(&orders[1], json!({})).ok();
}

#[test]
fn a_visit_and_a_team_consult_are_signed_too() {
    let scene = team::Scene::open();
    let server = &scene.server;
    let consult = scene.started();
    scene.doctor.post("/im/messages", json!({ "consultation_id": consult, "mimetype": "text/plain", "content": "清淡饮食" })).ok();
    let sign = |caller: &Client, form: Value| caller.post(format_args!("/consult/{consult}/record/sign"), form);
    sign(&scene.founder, json!({ "diagnoses": ["胃炎"] })).refused(403, "not_treating");
    sign(&scene.doctor, json!({})).refused(422, "nothing_to_sign");
    let signed = sign(&scene.doctor, json!({ "diagnoses": ["胃炎"] })).ok();
    assert_eq!((signed["body"]["kind"].clone(), signed["body"]["advice"].clone()), (json!("team_consult"), json!("清淡饮食")));
    scene.doctor.post(format_args!("/consult/{consult}/record/amend"), json!({ "why": "补充", "history": "无" })).ok();
    assert_eq!(scene.patient.get(format_args!("/consult/{consult}/record/versions")).ok()["signed"].as_array().unwrap().len(), 2);

    let (doctor, patient) = (&scene.doctor, &scene.patient);
    let project = publish(server, doctor, json!({}));
    let seat = join(patient, project)["id"].as_u64().unwrap();
    doctor.post(format_args!("/diagnoses/{seat}/record/sign"), json!({ "password": doctor.password })).refused(422, "nothing_to_sign");
    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{seat}/done")).ok();
    doctor.put(format_args!("/diagnoses/{seat}"), json!({ "diag_result": "偏头痛", "diag_photo": [] })).ok();
    let signed = doctor.post(format_args!("/diagnoses/{seat}/record/sign"), json!({ "password": doctor.password })).ok();
    assert_eq!((signed["body"]["diagnoses"].clone(), signed["body"]["chief_complaint"].clone()), (json!(["偏头痛"]), json!("头痛三天")));
    doctor.put(format_args!("/diagnoses/{seat}"), json!({ "diag_result": "改", "diag_photo": [] })).refused(422, "record_signed");
    doctor.post(format_args!("/diagnoses/{seat}/record/amend"), json!({ "why": "更正", "diagnoses": ["紧张性头痛"] })).ok();
    assert_eq!(patient.get(format_args!("/diagnoses/{seat}")).ok()["diag_result"], "紧张性头痛");
    assert_eq!(patient.get(format_args!("/diagnoses/{seat}/record/versions")).ok()["signed"][0]["body"]["diagnoses"], json!(["偏头痛"]));
}

#[test]
fn who_has_not_signed_in_time_is_reminded_daily() {
    let server = TestServer::with(&[("care.sign_window", "24h"), ("auth.session_ttl", "90d")]);
    let (user, patient, doctor) = scene(&server);
    let order = paid_order(&server, &user, &patient, &doctor);
    reply(&doctor, &order, "多喝水").ok();
    diagnose(&doctor, &order, "感冒").ok();
    doctor.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" })).ok();
    let reminded = || doctor.get("/message?page_size=100").ok().to_string().matches("病历待签署").count();
    let listed = || server.admin().get("/admin/unsigned-records").ok()["total"].clone();
    server.advance("23h");
    assert_eq!((reminded(), listed()), (0, json!(0)));
    server.advance("2h");
    assert_eq!((reminded(), listed()), (1, json!(1)));
    server.advance("24h");
    assert_eq!(reminded(), 2);
    doctor.post(path(&order, "sign"), json!({ "password": "secret-word" })).ok();
    server.advance("48h");
    assert_eq!((reminded(), listed()), (2, json!(0)));
}

#[test]
fn a_signed_record_is_proof_of_an_earlier_diagnosis() {
    let mut server = TestServer::open();
    let (user, patient, doctor) = scene(&server);
    let order = paid_order(&server, &user, &patient, &doctor);
    reply(&doctor, &order, "多喝水").ok();
    diagnose(&doctor, &order, "感冒").ok();
    doctor.post(path(&order, "sign"), json!({})).ok();
    server.restart_with(&[("care.first_visit", "refuse")]);
    let at = |caller: &Caller| Caller { id: caller.id.clone(), client: moved(&server, caller) };
    let (user, doctor) = (at(&user), at(&doctor));
    let mut form = order_form(&patient, &doctor);
    form["consultationReason"] = json!("复诊");
    let again = user.post("/consultation/create", form).ok();
    internet_hospital::pay(&server, &user, &again);
    let other = internet_hospital::patient(&user, 3);
    let made = internet_hospital::order(&user, &other, &doctor);
    user.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).refused(422, "earlier_needed");
}
