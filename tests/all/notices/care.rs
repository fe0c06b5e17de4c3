//! Complaints, and being asked for consent.

use serde_json::json;
use xuanhu::domain::notice::notification::{Movement::*, Whom::Patient};

use super::told;
use crate::{
    internet_hospital::{order, scene},
    kit::TestServer,
};

pub fn stories() {
    a_complaint();
    an_order_without_consent();
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
