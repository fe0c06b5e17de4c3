//! Complaints, and being asked for consent.

use serde_json::json;
use xuanhu::domain::notice::notification::{
    Movement::*,
    Whom::{Doctor, Patient},
};

use super::told;
use crate::{
    internet_hospital::{order, paid_order, reply, scene},
    kit::TestServer,
};

pub fn stories() {
    a_complaint();
    a_record_that_is_not_signed();
    an_order_without_consent();
}

fn a_record_that_is_not_signed() {
    let server = TestServer::with(&[("care.sign_window", "1h")]);
    let (user, patient, doctor) = scene(&server);
    let order = paid_order(&server, &user, &patient, &doctor);
    reply(&doctor, &order, "多喝水").ok();
    doctor.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" })).ok();
    server.advance("2h");
    assert_eq!(told(&doctor, &[Doctor]), [ConsultationBegun, RecordUnsigned]);
}

fn a_complaint() {
    let server = TestServer::open();
    let patient = server.patient();
    let id = patient.post("/complaint", json!({ "text": "等了很久" })).ok()["id"].clone();
    server.admin().post(format_args!("/admin/complaints/{id}/answer"), json!({ "answer": "已改进" })).ok();
    server.settle();
    assert_eq!(told(&patient, &[Patient]), [ComplaintFiled, ComplaintAnswered]);
}

fn an_order_without_consent() {
    let server = TestServer::with(&[("care.consent", "ask")]);
    let (user, patient, doctor) = scene(&server);
    order(&user, &patient, &doctor);
    server.settle();
    assert_eq!(told(&user, &[Patient]), [ConsentAsked]);
}
