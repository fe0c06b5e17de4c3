//! 8 消息模块 and 10.4: the opening, replies, taking back, lists, system conversations.

use serde_json::{Value, json};

use super::{Caller, ask, doctor, number, paid_order, patient, reply, scene, shown, user};
use crate::kit::TestServer;

const DISCLAIMER: &str = "因不能面诊患者，无法全面了解病情，以下建议仅供参考，具体诊疗请一定到院在医生指导下进行！";

fn of_order(caller: &Caller, order: &Value) -> Vec<Value> {
    caller.post("/consultation/chatmessage", json!({ "consultationId": order["id"] })).ok().as_array().unwrap().clone()
}

fn of_chat(caller: &Caller, chat: &Value, skip: u32, limit: u32) -> Vec<Value> {
    let form = json!({ "chatId": chat, "skip": skip, "limit": limit });
    caller.post("/api/chat/message/list", form).ok().as_array().unwrap().clone()
}

fn chat(caller: &Caller, id: &Value) -> Value {
    caller.post("/api/chat/detail", json!({ "id": id })).ok()
}

#[test]
fn a_paid_consultation_opens_as_the_document_shows() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    let seen = of_order(&me, &order);
    let kinds: Vec<_> = seen.iter().map(|m| (m["type"].as_str().unwrap(), m["direction"].as_str().unwrap())).collect();
    assert_eq!(
        kinds,
        [("06", "user->doctor"), ("06", "doctor->user"), ("01", "user->doctor"), ("01", "user->doctor"), ("01", "user->doctor")]
    );
    assert_eq!(
        seen[0]["text"]["doctorMsg"],
        json!({ "type": "咨询开始", "text": "患者于03月02日 09:00购买了您的咨询服务，请在48小时内回复。" })
    );
    assert_eq!(seen[0]["text"]["userMsg"], json!({ "type": "咨询开始", "text": "您提交的病历信息已经发送给医生，请等待回复。" }));
    assert_eq!(
        seen[1]["text"],
        json!({ "userMsg": { "text": "温馨提示\n1. 订单在48小时内自动结束。如医生未在48小时之内回复，您所支付的费用将原路退还。\n2. 在48小时内，医生最多回复三次。" } })
    );
    assert_eq!(seen[2]["text"], "肚子痛三天");
    assert_eq!(
        (&seen[3]["image"], &seen[4]["image"]),
        (&json!("https://files.example.com/a.jpg"), &json!("https://files.example.com/b.png"))
    );
    assert!(seen[3].get("text").is_none());
    assert!(seen.iter().all(|m| m["chatId"] == order["chatId"] && m["consultationId"] == order["id"] && m.get("isRetract").is_none()));
    // The hints are not for the doctor.
    let theirs = of_order(&doc, &order);
    assert_eq!(theirs.iter().map(|m| &m["id"]).collect::<Vec<_>>(), [0, 2, 3, 4].map(|i| &seen[i]["id"]));
    // Newest first, with skip and limit.
    let ids = |messages: &[Value]| messages.iter().map(|m| m["id"].clone()).collect::<Vec<_>>();
    let mut newest = ids(&seen);
    newest.reverse();
    assert_eq!(ids(&of_chat(&me, &order["chatId"], 0, 10)), newest);
    assert_eq!(ids(&of_chat(&me, &order["chatId"], 1, 2)), newest[1..3]);
    assert_eq!(ids(&of_chat(&doc, &order["chatId"], 3, 9)), newest[4..]);
    let view = chat(&me, &order["chatId"]);
    assert_eq!((&view["type"], &view["status"], &view["lastMsgContent"]), (&json!("01"), &json!(true), &json!("[图片]")));
    assert_eq!(view["patient"], json!({ "patientId": person, "name": "就诊人1" }));
    assert_eq!(view["doctor"], json!({ "doctorId": doc.id, "doctorName": "医生2" }));
}

#[test]
fn three_replies_and_one_disclaimer() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    server.advance("1m");
    assert_eq!(ask(&me, &order, "医生在吗").ok()["direction"], "user->doctor");
    assert_eq!(shown(&me, &order)["status"], "03");
    let first = reply(&doc, &order, "您好").ok();
    assert_eq!((&first["text"], &first["type"], &first["direction"]), (&json!("您好"), &json!("01"), &json!("doctor->user")));
    assert_eq!(shown(&me, &order)["status"], "04");
    let last = of_order(&me, &order).last().unwrap().clone();
    assert_eq!(last["text"], json!({ "doctorMsg": { "text": DISCLAIMER }, "userMsg": { "text": DISCLAIMER } }));
    assert_eq!(chat(&me, &order["chatId"])["lastMsgContent"], "您好", "only 01 messages count");
    let second = reply(&doc, &order, "多喝水").ok();
    // Taken back, and counted all the same.
    doc.post("/api/consultation/chat/message/retract", json!({ "id": second["id"] })).ok();
    reply(&doc, &order, "多休息").ok();
    reply(&doc, &order, "四").refused(422, "reply_limit");
    for _ in 0..5 {
        ask(&me, &order, "谢谢").ok();
    }
    let disclaimers = of_order(&doc, &order).iter().filter(|m| m["text"]["doctorMsg"]["text"] == DISCLAIMER).count();
    assert_eq!(disclaimers, 1);
}

#[test]
fn a_message_is_one_thing_in_the_right_chat() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    let second = patient(&me, 7);
    let other_order = paid_order(&server, &me, &second, &doc);
    assert_ne!(order["chatId"], other_order["chatId"], "one conversation for a patient and a doctor");
    let again = paid_order(&server, &me, &person, &doc);
    assert_eq!(order["chatId"], again["chatId"]);
    let good = json!({ "chatId": order["chatId"], "type": "01", "text": "好", "direction": "user->doctor", "consultationId": order["id"] });
    let with = |changes: Value| {
        let mut form = good.clone();
        form.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        me.post("/api/consultation/chat/message/create", form)
    };
    with(json!({ "text": null })).refused(400, "missing_field");
    with(json!({ "text": "  " })).refused(400, "missing_field");
    with(json!({ "image": "https://files.example.com/a.jpg" })).refused(400, "invalid_field");
    with(json!({ "type": "02" })).refused(400, "invalid_field");
    with(json!({ "type": null })).refused(400, "missing_field");
    with(json!({ "direction": "system->user" })).refused(400, "invalid_field");
    with(json!({ "direction": "doctor->user" })).refused(422, "wrong_direction");
    with(json!({ "chatId": other_order["chatId"] })).refused(422, "wrong_chat");
    with(json!({ "chatId": "x" })).refused(404, "not_found");
    with(json!({ "chatId": order["id"] })).refused(404, "not_found");
    with(json!({ "consultationId": order["chatId"] })).refused(404, "not_found");
    with(json!({ "text": "长".repeat(4_001) })).refused(400, "invalid_field");
    let unpaid = super::order(&me, &person, &doc);
    with(json!({ "consultationId": unpaid["id"] })).refused(422, "not_talking");
    let image = with(json!({ "text": null, "image": "https://files.example.com/a.jpg" })).ok();
    assert_eq!((&image["image"], image.get("text")), (&json!("https://files.example.com/a.jpg"), None));
    assert_eq!(chat(&doc, &order["chatId"])["lastMsgContent"], "[图片]");
    let audio = with(json!({ "text": "", "audio": "https://files.example.com/a.amr", "client_id": "c-1" })).ok();
    assert_eq!(audio["audio"], "https://files.example.com/a.amr");
    assert_eq!(with(json!({ "text": "", "audio": "https://files.example.com/a.amr", "client_id": "c-1" })).ok()["id"], audio["id"]);
    assert_eq!(chat(&doc, &order["chatId"])["lastMsgContent"], "[语音]");
}

#[test]
fn what_was_said_is_taken_back_within_two_minutes() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    let said = ask(&me, &order, "说错了").ok();
    let retract = |caller: &Caller, id: &Value| caller.post("/api/consultation/chat/message/retract", json!({ "id": id }));
    retract(&doc, &said["id"]).refused(403, "not_yours");
    retract(&user(&server, "x"), &said["id"]).refused(404, "not_found");
    retract(&me, &json!("x")).refused(404, "not_found");
    let notice = of_order(&me, &order)[0]["id"].clone();
    retract(&me, &notice).refused(403, "not_yours");
    server.advance("2m");
    let gone = retract(&me, &said["id"]).ok();
    assert_eq!(
        (&gone["isRetract"], &gone["text"], &gone["updated_at"]),
        (&json!(true), &json!("说错了"), &json!("2026-03-02T01:02:00.000Z"))
    );
    assert_eq!(retract(&me, &said["id"]).ok(), gone);
    assert_eq!(chat(&me, &order["chatId"])["lastMsgContent"], "[已撤回]");
    // It keeps its place; the other side reads it no more.
    let theirs = of_chat(&doc, &order["chatId"], 0, 1)[0].clone();
    assert_eq!((&theirs["id"], &theirs["isRetract"], &theirs["text"]), (&said["id"], &json!(true), &json!("")));
    let late = ask(&me, &order, "再说一次").ok();
    server.advance("121s");
    retract(&me, &late["id"]).refused(422, "retract_over");
}

#[test]
fn chats_are_listed_by_their_last_message() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let other = doctor(&server, 8, 1);
    let fresh = me.post("/api/chat/user/list", json!({ "userId": me.id })).ok();
    assert_eq!(fresh.as_array().unwrap().len(), 1);
    assert_eq!((&fresh[0]["type"], &fresh[0]["lastMsgContent"], &fresh[0]["lastMsgTime"]), (&json!("02"), &json!(""), &Value::Null));
    assert_eq!((&fresh[0]["system"]["code"], &fresh[0]["system"]["name"]), (&json!("01"), &json!("系统消息")));
    let (a, b) = (paid_order(&server, &me, &person, &doc), paid_order(&server, &me, &person, &other));
    let order_of = || {
        let list = me.post("/api/chat/user/list", json!({ "userId": me.id })).ok();
        list.as_array().unwrap().iter().map(|chat| chat["id"].clone()).collect::<Vec<_>>()
    };
    // That the orders are paid was told in the system conversation after that.
    server.settle();
    assert_eq!(order_of(), [fresh[0]["id"].clone(), b["chatId"].clone(), a["chatId"].clone()]);
    ask(&me, &a, "还在吗").ok();
    assert_eq!(order_of(), [a["chatId"].clone(), fresh[0]["id"].clone(), b["chatId"].clone()]);
    let theirs = doc.post("/api/chat/doctor/list", json!({ "doctorId": doc.id })).ok();
    assert_eq!(theirs.as_array().unwrap().iter().map(|chat| &chat["type"]).collect::<Vec<_>>(), ["01", "03"]);
    for (caller, path, form) in [
        (&user(&server, "x"), "/api/chat/user/list", json!({ "userId": me.id })),
        (&other, "/api/chat/doctor/list", json!({ "doctorId": doc.id })),
    ] {
        caller.post(path, form).refused(403, "not_yours");
    }
    for stranger in [&other, &user(&server, "x")] {
        stranger.post("/api/chat/detail", json!({ "id": a["chatId"] })).refused(404, "not_found");
        stranger.post("/api/chat/message/list", json!({ "chatId": a["chatId"] })).refused(404, "not_found");
        stranger.post("/api/chat/detail", json!({ "id": fresh[0]["id"] })).refused(404, "not_found");
        stranger.post("/consultation/chatmessage", json!({ "consultationId": a["id"] })).refused(403, "not_yours");
    }
    doc.post("/api/chat/user/list", json!({ "userId": doc.id })).refused(403, "wrong_role");
}

#[test]
fn may_talk_while_a_consultation_lasts() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let first = paid_order(&server, &me, &person, &doc);
    let talks = || chat(&me, &first["chatId"])["status"].clone();
    assert_eq!(talks(), true);
    me.post("/consultation/update", json!({ "consultationId": first["id"], "status": "06" })).ok();
    assert_eq!(talks(), false);
    let second = paid_order(&server, &me, &person, &doc);
    assert_eq!(talks(), true);
    reply(&doc, &second, "您好").ok();
    doc.post("/consultation/update", json!({ "consultationId": second["id"], "status": "07" })).ok();
    assert_eq!(talks(), false);
}

#[test]
fn notices_arrive_in_the_system_conversation() {
    let mut server = TestServer::open();
    let (me, _, doc) = scene(&server);
    let system = me.post("/api/chat/user/list", json!({ "userId": me.id })).ok()[0]["id"].clone();
    assert_eq!(of_chat(&me, &system, 0, 10), Vec::<Value>::new());
    let publish = |to: Value, title: &str| {
        drop(server.admin().post("/admin/notices", json!({ "title": title, "content": "内容", "to": to })).created())
    };
    publish(json!("all"), "放假通知");
    publish(json!("doctors"), "排班通知");
    publish(json!(number(&json!(me.id))), "复诊提醒");
    server.settle();
    server.settle(); // nothing is told twice
    let mine = of_chat(&me, &system, 0, 10);
    let texts: Vec<_> =
        mine.iter().map(|m| (m["text"].as_str().unwrap(), m["direction"].as_str().unwrap(), m["type"].as_str().unwrap())).collect();
    assert_eq!(texts, [("复诊提醒\n内容", "system->user", "01"), ("放假通知\n内容", "system->user", "01")]);
    let view = chat(&me, &system);
    assert_eq!((&view["id"], &view["lastMsgContent"], &view["status"]), (&system, &json!("复诊提醒\n内容"), &json!(true)));
    let theirs = doc.post("/api/chat/doctor/list", json!({ "doctorId": doc.id })).ok()[0].clone();
    assert_eq!((&theirs["type"], &theirs["lastMsgContent"]), (&json!("03"), &json!("排班通知\n内容")));
    assert_eq!(of_chat(&doc, &theirs["id"], 0, 10)[0]["direction"], "system->doctor");
    me.post("/api/consultation/chat/message/retract", json!({ "id": mine[0]["id"] })).refused(404, "not_found");
    server.restart();
    let again = user(&server, "open-one");
    assert_eq!(of_chat(&again, &system, 0, 10), mine);
}
