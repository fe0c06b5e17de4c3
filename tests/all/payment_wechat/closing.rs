//! Money that comes in for a doctor who was shut out meanwhile: the payer had the order open, and it goes back.

use serde_json::json;

use super::{audit, gateway::Gateway, outstanding, sn, status, told_paid};
use crate::{
    im_contact,
    kit::TestServer,
    volunteer_doctor::{join, publish},
};

fn settled(server: &TestServer, number: &str) {
    server.settle();
    assert_eq!(status(server, number), "REFUNDED");
    audit(server);
}

#[test]
fn money_for_a_doctor_who_was_shut_out_goes_back() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (doctor, patient) = (server.doctor(), server.patient());
    im_contact::priced(&server, &doctor, 100);
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    let order = im_contact::order(&patient, im_contact::own_record(&patient), &doctor);
    let payment = patient.post("/consultation/payment/create", json!({ "consultationId": order["id"] })).ok();
    let (seat, fee) = (sn(&held), payment["outTradeNo"].as_str().unwrap().to_owned());
    let form = json!({ "is_verify": 2, "keep_open": true });
    server.admin().post(format_args!("/admin/doctors/{}/verify", doctor.id), form).ok();
    for number in [&seat, &fee] {
        gateway.pay(number);
        assert_eq!(told_paid(&server, &gateway, number).send(&server), (200, "SUCCESS".into()));
        settled(&server, number);
    }
    let registration = patient.get(format_args!("/diagnoses/{}", held["id"])).ok();
    assert_eq!((&registration["verify_status"], &registration["refund_status"]), (&json!(3), &json!(3)));
    assert_eq!(patient.post("/consultation/list", json!({})).ok()["items"][0]["status"], "02");
    assert_eq!((gateway.books().refunds.len(), outstanding(&server)), (2, 0));
}
