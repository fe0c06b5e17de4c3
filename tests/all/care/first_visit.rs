//! First visits: where the clinic refuses them, proof comes before the payment and the doctor's judgement before the reply.

use serde_json::{Value, json};

use crate::{
    internet_hospital::{self, Caller, ask, order, order_form, reply, scene, shown, status},
    kit::{Answer, TestServer},
    team_consult::{audit, scene as team},
};

const REFUSE: &[(&str, &str)] = &[("care.first_visit", "refuse")];

fn earlier() -> Value {
    json!({ "hospital": "市一医院", "diagnosis": "高血压", "on": "2025-06-01", "attested": true })
}

fn give(user: &Caller, order: &Value, form: Value) -> Answer {
    user.post(format_args!("/consultation/{}/earlier", order["id"].as_str().unwrap()), form)
}

fn judge(doctor: &Caller, order: &Value, fits: bool) -> Answer {
    doctor.post(format_args!("/consultation/{}/judge", order["id"].as_str().unwrap()), json!({ "fits": fits, "note": "有既往记录" }))
}

fn ask_payment(user: &Caller, order: &Value) -> Answer {
    user.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))
}

#[test]
fn paying_waits_for_proof_and_the_reply_for_the_judgement() {
    let server = TestServer::with(REFUSE);
    let (user, patient, doctor) = scene(&server);
    let made = order(&user, &patient, &doctor);
    ask_payment(&user, &made).refused(422, "earlier_needed");
    for (key, value) in [("on", json!("2027-01-01")), ("on", json!("x")), ("attested", json!(false))] {
        let mut bad = earlier();
        bad[key] = value;
        give(&user, &made, bad).refused(400, "invalid_field");
    }
    give(&user, &made, json!({})).refused(400, "missing_field");
    doctor.post(format_args!("/consultation/{}/earlier", made["id"].as_str().unwrap()), earlier()).refused(403, "wrong_role");
    assert_eq!(give(&user, &made, earlier()).ok()["earlier"]["diagnosis"], "高血压");
    internet_hospital::pay(&server, &user, &made);
    let made = shown(&user, &made);
    assert_eq!(made["status"], "03");
    let finding =
        json!({ "consultationId": made["id"], "mainDiagnosis": "高血压", "chiefComplaint": "头晕", "historyOfPastIllness": "无" });
    reply(&doctor, &made, "多喝水").refused(422, "unjudged");
    doctor.post("/treatment/diagnisis/upsert", finding.clone()).refused(422, "unjudged");
    ask(&user, &made, "在吗").ok();
    let other = internet_hospital::doctor(&server, 7, 1);
    judge(&other, &made, true).refused(403, "not_yours");
    let judged = judge(&doctor, &made, true).ok();
    assert_eq!((judged["judged"]["fits"].clone(), judged["judged"]["by"].clone()), (json!(true), json!(doctor.id)));
    give(&user, &made, earlier()).refused(409, "already_judged");
    reply(&doctor, &made, "多喝水").ok();
    doctor.post("/treatment/diagnisis/upsert", finding).ok();
    doctor.post("/consultation/update", json!({ "consultationId": made["id"], "status": "07" })).ok();
    judge(&doctor, &made, true).refused(422, "illegal_transition");
}

#[test]
fn what_does_not_fit_is_stopped() {
    let server = TestServer::with(REFUSE);
    let (user, patient, doctor) = scene(&server);
    let mut form = order_form(&patient, &doctor);
    form["earlier"] = earlier();
    let made = user.post("/consultation/create", form).ok();
    internet_hospital::pay(&server, &user, &made);
    let stopped = judge(&doctor, &made, false).ok();
    assert_eq!((stopped["status"].clone(), stopped["stopped"]["reason"].clone()), (json!("09"), json!("first_visit")));
    server.settle();
    assert_eq!(server.admin().get("/admin/refunds?status=done").ok()["total"], 1);
    let report = server.admin().get("/admin/statistics/care").ok();
    assert_eq!((report["months"][0]["judged"].clone(), report["stops"][0]["reason"].clone()), (json!(1), json!("first_visit")));
    audit(&server);
}

#[test]
fn a_free_order_waits_for_proof() {
    let server = TestServer::with(REFUSE);
    let user = internet_hospital::user(&server, "open-one");
    let (patient, doctor) = (internet_hospital::patient(&user, 1), internet_hospital::doctor(&server, 2, 0));
    let (made, left) = (order(&user, &patient, &doctor), order(&user, &patient, &doctor));
    assert_eq!(made["status"], "01");
    ask_payment(&user, &made).refused(422, "earlier_needed");
    assert_eq!(give(&user, &made, earlier()).ok()["status"], "03");
    server.advance("31m");
    assert_eq!(status(&user, &left), "02");
    give(&user, &left, earlier()).refused(422, "illegal_transition");
    let mut form = order_form(&patient, &doctor);
    form["earlier"] = earlier();
    assert_eq!(user.post("/consultation/create", form).ok()["status"], "03");
}

#[test]
fn a_reply_judges_for_clients_that_know_no_judging() {
    let server = TestServer::with(&[("care.first_visit", "refuse"), ("care.judge", "by_reply")]);
    let (user, patient, doctor) = scene(&server);
    let made = order(&user, &patient, &doctor);
    give(&user, &made, earlier()).ok();
    internet_hospital::pay(&server, &user, &made);
    let made = shown(&user, &made);
    let said = doctor.post("/consultation/chatmessage", json!({ "consultationId": made["id"] })).ok().to_string();
    assert!(said.contains("回复患者即表示"), "{said}");
    reply(&doctor, &made, "多喝水").ok();
    assert_eq!(shown(&user, &made)["judged"]["fits"], true);
}

#[test]
fn where_first_visits_are_allowed_nothing_is_asked() {
    let server = TestServer::open();
    let (user, patient, doctor) = scene(&server);
    let made = internet_hospital::paid_order(&server, &user, &patient, &doctor);
    reply(&doctor, &made, "多喝水").ok();
    assert_eq!((made.get("earlier"), made.get("judged")), (None, None));
}

#[test]
fn a_team_consult_brings_its_proof_and_the_assistant_does_not_judge() {
    let scene = team::Scene::with(REFUSE);
    let purse = scene.purse();
    let mut form = team::another(scene.team);
    scene.patient.post("/consult", form.clone()).refused(422, "earlier_needed");
    assert_eq!(scene.purse(), purse);
    form["earlier"] = earlier();
    let made = scene.patient.post("/consult", form).ok();
    let id = made["consultation_id"].as_u64().unwrap();
    assert_eq!(made["earlier"]["hospital"], "市一医院");
    let judge = |doctor: &crate::kit::Person, fits: bool| {
        doctor.post(format_args!("/consult/{id}/judge"), json!({ "fits": fits, "note": "有记录" }))
    };
    judge(&scene.founder, true).refused(403, "not_treating");
    scene.bring_in(id).ok();
    judge(&scene.founder, true).refused(403, "not_treating");
    let say = |text: &str| scene.doctor.post("/im/messages", json!({ "consultation_id": id, "mimetype": "text/plain", "content": text }));
    say("您好").refused(422, "unjudged");
    scene.doctor.post(format_args!("/consult/{id}/finish"), json!({})).refused(422, "unjudged");
    assert_eq!(judge(&scene.doctor, true).ok()["judged"]["fits"], true);
    say("您好").ok();
    assert_eq!(judge(&scene.doctor, false).ok()["status"], 2);
    assert_eq!(scene.purse(), purse);
    audit(&scene.server);
}
