//! What ends by itself: unpaid orders, unanswered ones, those that have had their time. And all of it after a stop.

use serde_json::json;

use super::{Caller, ask, order, paid_order, pay, reply, scene, status, user};
use crate::kit::TestServer;

#[test]
fn an_unpaid_order_is_cancelled_after_its_window() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    server.advance("29m");
    assert_eq!(status(&me, &made), "01");
    server.advance("1m");
    assert_eq!(status(&me, &made), "02");
    let sn = payment["outTradeNo"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).refused(409, "payment_closed");
}

#[test]
fn an_unanswered_order_gives_the_money_back() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    server.advance("20m");
    pay(&server, &me, &made);
    server.advance("47h");
    server.advance("59m");
    assert_eq!(status(&me, &made), "03");
    server.advance("1m");
    assert_eq!(status(&me, &made), "08");
    let payment = me.post("/consultation/payment/query", json!({ "consultationId": made["id"] })).ok();
    assert_eq!(payment["status"], "REFUNDED");
    reply(&doc, &super::shown(&me, &made), "晚了").refused(422, "not_talking");
}

#[test]
fn an_answered_order_is_finished() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    server.advance("47h");
    reply(&doc, &made, "您好").ok();
    server.advance("59m");
    assert_eq!(status(&me, &made), "04");
    server.advance("1m"); // from the payment, not from the reply
    assert_eq!(status(&me, &made), "07");
    ask(&me, &made, "还有问题").refused(422, "not_talking");
}

/// The clock has moved on and the scheduler has not come by: the rules know all the same.
#[test]
fn what_is_overdue_is_over_at_once() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let (unpaid, waiting, talking) =
        (order(&me, &person, &doc), paid_order(&server, &me, &person, &doc), paid_order(&server, &me, &person, &doc));
    reply(&doc, &talking, "您好").ok();
    server.app().clock.advance(48 * 3_600_000);
    me.post("/consultation/payment/create", json!({ "consultationId": unpaid["id"] })).refused(422, "nothing_to_pay");
    for order in [&waiting, &talking] {
        reply(&doc, order, "晚了").refused(422, "not_talking");
        ask(&me, order, "晚了").refused(422, "not_talking");
    }
    let answer = me.post("/consultation/update", json!({ "consultationId": waiting["id"], "status": "06" }));
    answer.refused(422, "illegal_transition");
    assert!(answer.json["msg"].as_str().unwrap().contains("05"), "{answer}");
    let chats = me.post("/api/chat/user/list", json!({ "userId": me.id })).ok();
    let talk = chats.as_array().unwrap().iter().find(|chat| chat["id"] == waiting["chatId"]).unwrap();
    assert_eq!(talk["status"], false);
}

#[test]
fn what_came_due_while_the_server_was_down_happens_at_start() {
    let mut server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let (unpaid, waiting, talking) =
        (order(&me, &person, &doc), paid_order(&server, &me, &person, &doc), paid_order(&server, &me, &person, &doc));
    reply(&doc, &talking, "您好").ok();
    server.app().clock.advance(49 * 3_600_000);
    server.restart();
    server.settle();
    let me: Caller = user(&server, "open-one");
    assert_eq!([&unpaid, &waiting, &talking].map(|order| status(&me, order)), ["02", "08", "07"]);
}

#[test]
fn windows_are_settings() {
    let server =
        TestServer::with(&[("consultation.pay_window", "2s"), ("consultation.reply_window", "90s"), ("consultation.max_replies", "1")]);
    let (me, person, doc) = scene(&server);
    let (unpaid, made) = (order(&me, &person, &doc), paid_order(&server, &me, &person, &doc));
    server.advance("2s");
    assert_eq!(status(&me, &unpaid), "02");
    let messages = me.post("/consultation/chatmessage", json!({ "consultationId": made["id"] })).ok();
    let hints = messages[1]["text"]["userMsg"]["text"].as_str().unwrap();
    assert!(hints.contains("订单在90秒内自动结束") && hints.contains("医生最多回复一次"), "{hints}");
    reply(&doc, &made, "您好").ok();
    reply(&doc, &made, "再见").refused(422, "reply_limit");
    server.advance("88s");
    assert_eq!(status(&me, &made), "07");
}
