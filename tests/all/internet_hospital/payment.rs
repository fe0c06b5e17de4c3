//! 10.5: paying for a consultation, and the money's way back.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::money::ledger::{self, Holder};

use super::{Caller, doctor, number, order, paid_order, pay, reply, scene, status, user};
use crate::kit::TestServer;

fn query(caller: &Caller, order: &Value) -> Value {
    caller.post("/consultation/payment/query", json!({ "consultationId": order["id"] })).ok()
}

fn books(server: &TestServer, order: &Value) -> (i64, i64) {
    let view = server.app().store.view();
    assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
    (
        ledger::balance(&view, Holder::Fee(Id::from_number(number(&order["id"])))).unwrap().0,
        ledger::balance(&view, Holder::Income).unwrap().0,
    )
}

#[test]
fn asking_twice_is_one_payment() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let form = json!({ "consultationId": made["id"] });
    let first = me.post("/consultation/payment/create", form.clone()).ok();
    assert_eq!(me.post("/api/consultation/payment/create", form.clone()).ok(), first);
    assert_eq!((&first["totalFee"], &first["status"], &first["consultationId"]), (&json!(1), &json!("WAIT_FOR_PAY"), &made["id"]));
    let sn = first["outTradeNo"].as_str().unwrap();
    assert!(sn.len() == 29 && sn.starts_with("20260302090000") && sn.bytes().all(|b| b.is_ascii_digit()), "{sn}");
    let info: Value = serde_json::from_str(first["orderInfo"].as_str().unwrap()).unwrap();
    assert_eq!(info["outTradeNo"], sn);
    for _ in 0..2 {
        server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).ok();
    }
    assert_eq!((status(&me, &made), query(&me, &made)["status"].as_str().unwrap()), ("03".into(), "PAID"));
    assert_eq!(books(&server, &made), (1, 0));
    me.post("/consultation/payment/create", form).refused(422, "nothing_to_pay");
    let by_number = me.post("/consultation/payment/query", json!({ "outTradeNo": sn })).ok();
    assert_eq!(by_number, query(&doc, &made));
    // One opening, however often the provider calls.
    assert_eq!(me.post("/consultation/chatmessage", json!({ "consultationId": made["id"] })).ok().as_array().unwrap().len(), 5);
}

#[test]
fn payments_are_asked_for_and_seen_by_those_concerned() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let (other, second) = (user(&server, "wx-2"), doctor(&server, 8, 1));
    let form = json!({ "consultationId": made["id"] });
    other.post("/consultation/payment/create", form.clone()).refused(403, "not_yours");
    doc.post("/consultation/payment/create", form.clone()).refused(403, "wrong_role");
    me.post("/consultation/payment/query", form.clone()).refused(404, "not_found");
    let payment = me.post("/consultation/payment/create", form.clone()).ok();
    for stranger in [&other, &second] {
        stranger.post("/consultation/payment/query", form.clone()).refused(403, "not_yours");
        stranger.post("/consultation/payment/query", json!({ "outTradeNo": payment["outTradeNo"] })).refused(403, "not_yours");
    }
    me.post("/consultation/payment/query", json!({ "outTradeNo": "1" })).refused(404, "not_found");
    me.post("/consultation/payment/query", json!({})).refused(400, "missing_field");
    me.post("/consultation/payment/create", json!({ "consultationId": "1" })).refused(404, "not_found");
    me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "02" })).ok();
    assert_eq!(query(&me, &made)["status"], "CLOSED");
    let sn = payment["outTradeNo"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).refused(409, "payment_closed");
    me.post("/consultation/payment/create", form).refused(422, "nothing_to_pay");
}

#[test]
fn a_refund_goes_out_by_itself() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    let asked = me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
    assert!(matches!(asked["status"].as_str().unwrap(), "06" | "09"));
    server.settle();
    assert_eq!((status(&me, &made), query(&me, &made)["status"].as_str().unwrap()), ("09".into(), "REFUNDED"));
    assert_eq!(books(&server, &made), (0, 0));
}

#[test]
fn a_finished_consultation_is_earned() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    reply(&doc, &made, "您好").ok();
    assert_eq!(books(&server, &made), (1, 0));
    doc.post("/consultation/update", json!({ "consultationId": made["id"], "status": "07" })).ok();
    assert_eq!(books(&server, &made), (0, 1));
}

#[test]
fn a_refused_refund_puts_the_order_back() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    let ask = || me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
    ask();
    server.settle();
    assert_eq!((status(&me, &made), query(&me, &made)["status"].as_str().unwrap()), ("06".into(), "REFUNDING"));
    reply(&doc, &made, "您好").refused(422, "not_talking");
    let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0].clone();
    assert_eq!((&refund["source"], &refund["source_id"]), (&json!("consultation"), &json!(number(&made["id"]))));
    server.admin().post(format_args!("/admin/refunds/{}/reject", refund["id"]), json!({})).ok();
    assert_eq!((status(&me, &made), query(&me, &made)["status"].as_str().unwrap()), ("03".into(), "PAID"));
    // What was left of its time is left.
    server.advance("47h");
    assert_eq!(status(&me, &made), "03");
    ask();
    let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0].clone();
    server.admin().post(format_args!("/admin/refunds/{}/approve", refund["id"]), json!({})).ok();
    server.settle();
    assert_eq!(status(&me, &made), "09");
    assert_eq!(books(&server, &made), (0, 0));
}

/// The patient cancels, the clock runs out and the provider says paid, all at once: the order ends in one of its states, and the money is where
/// that state says.
#[test]
fn racing_events_leave_one_truth() {
    for round in 0..6 {
        let server = TestServer::open();
        let (me, person, doc) = scene(&server);
        let made = order(&me, &person, &doc);
        let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
        let sn = payment["outTradeNo"].as_str().unwrap().to_owned();
        if round % 2 == 0 {
            server.app().clock.advance(31 * 60_000);
        }
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})));
                scope.spawn(|| me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "02" })));
                scope.spawn(|| server.settle());
            }
        });
        server.settle();
        let paid = query(&me, &made)["status"].clone();
        match status(&me, &made).as_str() {
            "02" => assert_eq!((paid.as_str().unwrap(), books(&server, &made)), ("CLOSED", (0, 0))),
            "03" => assert_eq!((paid.as_str().unwrap(), books(&server, &made)), ("PAID", (1, 0))),
            other => panic!("ended in {other}"),
        }
    }
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    pay(&server, &me, &made);
}

/// Its time is over to the second, whether or not the scheduler has come by.
#[test]
fn the_embedded_provider_takes_nothing_too_late() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    let sn = payment["outTradeNo"].as_str().unwrap();
    server.app().clock.advance(30 * 60_000);
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).refused(409, "payment_closed");
    assert_eq!(query(&me, &made)["status"], "WAIT_FOR_PAY");
    server.settle();
    assert_eq!((status(&me, &made).as_str(), query(&me, &made)["status"].as_str().unwrap()), ("02", "CLOSED"));
    let other = me.post("/consultation/payment/query", json!({ "consultationId": made["id"], "outTradeNo": "1".repeat(29) }));
    other.refused(404, "not_found");
}

/// A doctor reads in full whom the doctor treats: not who has only thought of it.
#[test]
fn an_order_that_nobody_paid_tells_the_doctor_no_numbers() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let seen = || doc.post("/consultation/list", json!({})).ok()["items"][0]["patient"].clone();
    let own = me.post("/consultation/list", json!({})).ok()["items"][0]["patient"].clone();
    let record = || doc.get(format_args!("/api/im/records?patientId={}", number(&json!(me.id)))).ok()[0]["identity_number"].clone();
    let idno = own["certificateNo"].as_str().unwrap();
    for _ in 0..2 {
        let name = xuanhu::base::mask::name(own["name"].as_str().unwrap());
        assert_eq!((&seen()["phone"], &seen()["name"], &seen()["birthday"]), (&json!(0), &json!(name), &json!(null)));
        assert!(seen()["certificateNo"] == "" && record().as_str().is_none_or(str::is_empty));
        me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "02" }));
    }
    assert_eq!(record(), json!(null), "what was called off brings nobody together");
    paid_order(&server, &me, &person, &doc);
    assert_eq!((&seen(), &record()), (&own, &json!(idno)));
}
