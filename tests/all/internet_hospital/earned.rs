//! What a fee is paid for: a reply that stands. And what becomes of the time and the money where a refund was asked for.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::money::ledger::{self, Holder};

use super::{Caller, number, order_form, paid_order, reply, scene, shown, status, user};
use crate::kit::{Answer, Socket, TestServer};

fn update(caller: &Caller, order: &Value, code: &str) -> Answer {
    caller.post("/consultation/update", json!({ "consultationId": order["id"], "status": code }))
}

fn retract(caller: &Caller, message: &Value) -> Answer {
    caller.post("/api/consultation/chat/message/retract", json!({ "id": message["id"] }))
}

fn income(server: &TestServer) -> i64 {
    let view = server.app().store.view();
    assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
    ledger::balance(&view, Holder::Income).unwrap().0
}

fn decide(server: &TestServer, word: &str) {
    let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0]["id"].clone();
    server.admin().post(format_args!("/admin/refunds/{refund}/{word}"), json!({})).ok();
    server.settle();
}

#[test]
fn a_doctor_finishes_with_a_reply_that_stands() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    update(&doc, &made, "07").refused(422, "illegal_transition");
    let said = reply(&doc, &made, "多喝水").ok();
    retract(&doc, &said).ok();
    update(&doc, &made, "07").refused(422, "no_reply");
    assert_eq!((status(&me, &made).as_str(), income(&server)), ("04", 0));
    let (second, third) = (reply(&doc, &made, "请复查").ok(), reply(&doc, &made, "按时吃药").ok());
    retract(&doc, &second).ok();
    update(&doc, &made, "07").ok();
    // What was paid for stays: the last reply cannot be taken back after the end.
    retract(&doc, &third).refused(422, "retract_over");
    // Not by the live messages' way either, over HTTP or through the gateway.
    let message_id = number(&third["id"]);
    doc.post(format_args!("/im/messages/{message_id}/retract"), json!({})).refused(422, "retract_over");
    let mut socket = Socket::login(&doc);
    assert_eq!(socket.ask(json!({ "type": "retract", "message_id": message_id }))["error"], "retract_over");
    retract(&doc, &second).ok();
    assert_eq!((status(&me, &made).as_str(), income(&server)), ("07", 1));
    let read = me.post("/consultation/chatmessage", json!({ "consultationId": made["id"] })).ok();
    assert!(read.as_array().unwrap().iter().any(|message| message["text"] == "按时吃药"));
}

#[test]
fn of_several_replies_one_has_to_stay() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    let (first, second) = (reply(&doc, &made, "一").ok(), reply(&doc, &made, "二").ok());
    update(&doc, &made, "07").ok();
    retract(&doc, &first).ok();
    retract(&doc, &second).refused(422, "retract_over");
    // The patient's own words are the patient's.
    let other = paid_order(&server, &me, &person, &doc);
    let asked = super::ask(&me, &other, "还在吗").ok();
    reply(&doc, &other, "在").ok();
    update(&doc, &other, "07").ok();
    retract(&me, &asked).ok();
}

/// The clock earns no more than the doctor does.
#[test]
fn what_was_taken_back_is_no_answer_when_the_time_is_over() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let (silent, answered) = (paid_order(&server, &me, &person, &doc), paid_order(&server, &me, &person, &doc));
    let said = reply(&doc, &silent, "多喝水").ok();
    reply(&doc, &answered, "多喝水").ok();
    retract(&doc, &said).ok();
    server.app().clock.advance(48 * 3_600_000);
    // Its time is over, and the scheduler has not come by yet.
    let questions = server.nobody().post("/api/evaluateQuesion/list", json!({})).ok();
    let score = questions.as_array().unwrap().iter().find(|one| one["type"] == "01").unwrap()["id"].clone();
    let rate = json!({ "consultationId": silent["id"], "answers": [{ "questionId": score, "score": 1 }] });
    me.post("/api/consultation/evaluate", rate).refused(422, "not_finished");
    server.settle();
    assert_eq!([&silent, &answered].map(|order| status(&me, order)), ["08", "07"]);
    assert_eq!(income(&server), 1);
}

#[test]
fn time_spent_in_06_is_given_back() {
    let server = TestServer::with(&[("payment.refund_approval", "true"), ("auth.session_ttl", "60d")]);
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    let due = || server.admin().get(format_args!("/admin/consultations/{}", number(&made["id"]))).ok()["due"].clone();
    assert_eq!(due(), "2026-03-04T01:00:00.000Z");
    server.advance("47h");
    update(&me, &made, "06").ok();
    assert_eq!(due(), Value::Null);
    server.advance("30h"); // the 48 hours would be over long ago
    decide(&server, "reject");
    assert_eq!((status(&me, &made).as_str(), due()), ("03", json!("2026-03-05T07:00:00.000Z")));
    let told = me.get("/message").ok()["list"][0].clone();
    assert_eq!(told["title"], "退款申请未通过");
    assert!(told["content"].as_str().unwrap().contains("医生将在3月5日 周四 15:00前回复"), "{told}");
    assert!(doc.get("/message").ok()["list"][0]["content"].as_str().unwrap().contains("请在3月5日 周四 15:00前回复"));
    // Each time what was left is left.
    server.advance("30m");
    update(&me, &made, "06").ok();
    server.advance("10h");
    decide(&server, "reject");
    assert_eq!(due(), "2026-03-05T17:00:00.000Z");
    server.advance("29m");
    assert_eq!(status(&me, &made), "03");
    reply(&doc, &shown(&me, &made), "您好").ok();
    server.advance("1m");
    assert_eq!((status(&me, &made).as_str(), income(&server)), ("07", 1));
}

#[test]
fn an_expired_orders_refund_can_be_asked_for_again() {
    let server = TestServer::with(&[("payment.refund_approval", "true"), ("auth.session_ttl", "60d")]);
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    let again = || server.admin().post(format_args!("/admin/consultations/{}/refund", number(&made["id"])), json!({}));
    server.advance("48h");
    for _ in 0..2 {
        decide(&server, "reject");
        assert_eq!(status(&me, &made), "05");
        assert_eq!(me.get("/message").ok()["list"][0]["title"], "退款未通过");
        again().ok();
        again().refused(422, "not_paid");
    }
    decide(&server, "approve");
    assert_eq!((status(&me, &made).as_str(), income(&server)), ("08", 0));
    again().refused(422, "illegal_transition");
}

/// Money that came after the cancelling is the patient's, also where an administrator refused once to send it.
#[test]
fn money_that_came_too_late_has_a_way_out_too() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (me, person, doc) = scene(&server);
    let made = super::order(&me, &person, &doc);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    update(&me, &made, "02").ok();
    let again = || server.admin().post(format_args!("/admin/consultations/{}/refund", number(&made["id"])), json!({}));
    again().refused(422, "illegal_transition");
    let sn = payment["outTradeNo"].as_str().unwrap().to_owned();
    let late = move |db: &mut xuanhu::store::Tx| xuanhu::domain::clinic_wide::settlement::received(db, &sn, xuanhu::base::money::Fen(1));
    server.app().store.write_blocking(late).unwrap();
    decide(&server, "reject");
    let fee = || ledger::balance(&server.app().store.view(), Holder::Fee(Id::from_number(number(&made["id"])))).unwrap().0;
    assert_eq!((status(&me, &made).as_str(), fee()), ("02", 1));
    again().ok();
    decide(&server, "approve");
    assert_eq!((status(&me, &made).as_str(), fee(), income(&server)), ("02", 0, 0));
}

#[test]
fn where_nobody_takes_money_what_is_free_goes_on() {
    let mut server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let free = super::doctor(&server, 8, 0);
    let (unpaid, paid) = (super::order(&me, &person, &doc), paid_order(&server, &me, &person, &doc));
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": unpaid["id"] })).ok();
    server.restart_with(&[("payment.provider", "none")]);
    let (patient, volunteer) = (server.patient(), server.doctor());
    let me = user(&server, "open-one");
    let form = order_form(&person, &doc);
    me.post("/consultation/create", form).refused(422, "payments_off");
    me.post("/consultation/payment/create", json!({ "consultationId": unpaid["id"] })).refused(422, "payments_off");
    let pay = format!("/payment/demo/{}/pay", payment["outTradeNo"].as_str().unwrap());
    server.nobody().post(&pay, json!({})).refused(404, "not_found");
    patient.post("/wallet/recharge", json!({ "amount": 100 })).refused(422, "payments_off");
    let costs = crate::volunteer_doctor::publish(&server, &volunteer, json!({ "price": 5 }));
    patient.post(format_args!("/project/{costs}/join"), json!({ "content": "头痛", "photo": [] })).refused(422, "payments_off");
    let seats = patient.get(format_args!("/project/{costs}")).ok();
    assert_eq!((&seats["is_join"], &seats["join_people_count"]), (&json!(0), &json!(0)));
    // What costs nothing, and what was paid before.
    let begun = me.post("/consultation/create", order_form(&person, &free)).ok();
    assert_eq!(begun["status"], "03");
    let other = json!({ "begin": "13:00:00", "end": "14:00:00" });
    assert_eq!(crate::volunteer_doctor::join(&patient, crate::volunteer_doctor::publish(&server, &volunteer, other))["verify_status"], 1);
    update(&me, &paid, "06").ok();
    server.settle();
    assert_eq!(status(&me, &paid), "09", "money goes back the way it came");
    server.advance("31m");
    assert_eq!(status(&me, &unpaid), "02");
}
