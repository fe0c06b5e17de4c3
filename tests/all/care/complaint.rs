//! A complaint, from the patient's words to the clinic's answer.

use serde_json::json;

use crate::{
    internet_hospital::{self, paid_order},
    kit::{TestServer, encode},
};

#[test]
fn a_complaint_is_answered_once_and_in_time() {
    let mut server = TestServer::with(&[("care.complaint_days", "3"), ("auth.session_ttl", "90d")]);
    let patient = server.patient();
    let filed = patient.post("/complaint", json!({ "text": "等了两个小时", "images": ["https://files.example.com/a.jpg"] })).ok();
    let id = filed["id"].as_u64().unwrap();
    assert_eq!((filed["state"].clone(), filed["encounter"].clone(), filed["answered"].clone()), (json!("open"), json!(null), json!(null)));
    assert_eq!(filed["due_at"].as_i64().unwrap() - filed["created"].as_i64().unwrap(), 3 * 86_400_000);
    patient.post("/complaint", json!({ "text": "" })).refused(400, "missing_field");

    let admin = server.admin();
    let listed = admin.get("/admin/complaints?state=open").ok();
    assert_eq!((listed["total"].clone(), listed["items"][0]["phone"].clone()), (json!(1), json!(patient.phone)));
    assert_eq!(admin.get("/admin/complaints?overdue=1").ok()["total"], 0);
    server.advance("73h");
    assert_eq!(admin.get("/admin/complaints?overdue=1").ok()["items"][0]["overdue"], true);
    assert_eq!(admin.get(format!("/admin/complaints?q={}", encode("两个小时"))).ok()["total"], 1);

    server.restart();
    let (admin, patient) = (server.admin(), patient.at(&server));
    assert_eq!(admin.get(format_args!("/admin/complaints/{id}")).ok()["text"], "等了两个小时");
    let answered = admin.post(format_args!("/admin/complaints/{id}/answer"), json!({ "answer": "抱歉，已加派医生" })).ok();
    assert_eq!((answered["state"].clone(), answered["overdue"].clone()), (json!("answered"), json!(false)));
    admin.post(format_args!("/admin/complaints/{id}/answer"), json!({ "answer": "再答" })).refused(409, "complaint_answered");
    admin.post("/admin/complaints/999999/answer", json!({ "answer": "无此" })).refused(404, "not_found");
    let mine = patient.get("/complaint").ok();
    assert_eq!((mine["total"].clone(), mine["items"][0]["answer"].clone()), (json!(1), json!("抱歉，已加派医生")));
    let told = patient.get("/message").ok().to_string();
    assert!(told.contains("投诉已收到") && told.contains("抱歉，已加派医生"), "{told}");
    let log = admin.get(format_args!("/admin/audit?subject=complaint&subject_id={id}")).ok();
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["answer", "look"]);
}

#[test]
fn an_encounter_is_named_in_either_way_and_must_be_ones_own() {
    let server = TestServer::open();
    let (user, patient, doctor) = internet_hospital::scene(&server);
    let order = paid_order(&server, &user, &patient, &doctor);
    let number = internet_hospital::number(&order["id"]);
    for encounter in [order["id"].clone(), json!(number), json!(number.to_string())] {
        assert_eq!(user.post("/complaint", json!({ "text": "没有回复", "encounter": encounter })).ok()["encounter"], number);
    }
    user.post("/complaint", json!({ "text": "没有回复", "encounter": "x" })).refused(400, "invalid_field");
    server.patient().post("/complaint", json!({ "text": "没有回复", "encounter": number })).refused(404, "not_found");
    doctor.post("/complaint", json!({ "text": "没有回复" })).refused(403, "wrong_role");
}
