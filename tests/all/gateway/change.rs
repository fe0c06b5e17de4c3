//! What becomes of messages after they were written: taken back in every kind of conversation, read, and told again to who was away.

use serde_json::{Value, json};

use super::{arrival, pair};
use crate::{
    internet_hospital,
    kit::{Client, Socket, TestServer},
};

fn retract(message: &Value) -> Value {
    json!({ "type": "retract", "message_id": message["message_id"] })
}

fn read(message: &Value) -> Value {
    json!({ "type": "read", "conversation_id": message["conversation_id"], "message_id": message["message_id"] })
}

fn changes(frames: &[Value]) -> Vec<(u64, &str)> {
    let numbered = frames.iter().filter(|frame| frame.get("change").is_some());
    numbered.map(|frame| (frame["change"].as_u64().unwrap(), frame["type"].as_str().unwrap())).collect()
}

#[test]
fn what_was_withdrawn_while_one_was_away_leaves_the_phone() {
    let mut server = TestServer::open();
    let (doctor, patient) = pair(&server);
    server.settle();
    let (mut desk, (mut phone, welcome)) = (Socket::login(&doctor), Socket::login_with(&patient, json!({})));
    let (era, before) = (welcome["era"].clone(), welcome["seq"].as_u64().unwrap());
    assert!(era.as_str().is_some_and(|era| !era.is_empty()) && welcome["change"] == 0 && welcome.get("reset").is_none(), "{welcome}");
    let (wrong, right) = (desk.say(patient.id, "别人的报告"), desk.say(patient.id, "您的报告"));
    phone.ask(read(&right));
    assert_eq!(desk.expect("read")["change"], 1);
    phone.leave();
    // Away, and the server starts anew.
    assert_eq!(desk.ask(retract(&wrong))["type"], "ok");
    assert_eq!(desk.expect("retracted")["change"], 2, "the sender's own devices are told, the one that asked as well");
    server.restart();
    let (doctor, patient) = (doctor.at(&server), patient.at(&server));
    let login = |after: u64, changes_after: Option<u64>| {
        Socket::login_with(&patient, json!({ "era": era, "after": after, "changes_after": changes_after }))
    };
    let (mut phone, welcome) = login(before + 2, Some(0));
    assert_eq!((&welcome["seq"], &welcome["change"], &welcome["era"]), (&json!(before + 2), &json!(1), &era));
    assert!(welcome.get("reset").is_none());
    let gone = json!({
        "type": "retracted", "change": 1, "conversation_id": wrong["conversation_id"], "message_id": wrong["message_id"],
    });
    assert_eq!(phone.next(), gone);
    phone.quiet();
    // The messages come first, and what they were says nothing any more.
    let (mut phone, _) = login(before, Some(0));
    let came: Vec<_> = (0..3).map(|_| phone.next()).collect();
    assert_eq!((&came[0]["content"], &came[0]["retracted"]), (&json!(""), &json!(true)));
    assert_eq!((&came[1]["content"], &came[2]), (&json!("您的报告"), &gone));
    // Who has it all, or does not ask, gets none.
    for (mut phone, _) in [login(before + 2, Some(1)), login(before + 2, None)] {
        phone.quiet();
    }
    let (mut desk, welcome) = Socket::login_with(&doctor, json!({ "changes_after": 0 }));
    assert_eq!((&welcome["change"], changes(&desk.rest())), (&json!(2), vec![(1, "read"), (2, "retracted")]));
    let receipt = Socket::login_with(&doctor, json!({ "changes_after": 0 })).0.next();
    assert_eq!((&receipt["member_id"], &receipt["message_id"]), (&json!(patient.id), &right["message_id"]));
}

#[test]
fn numbers_of_another_copy_start_from_the_beginning() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    server.settle();
    let mut desk = Socket::login(&doctor);
    let gone = desk.say(patient.id, "一");
    desk.say(patient.id, "二");
    desk.ask(retract(&gone));
    let era = Socket::login_with(&patient, json!({})).1["era"].clone();
    let login = |more: Value| {
        let (mut phone, welcome) = Socket::login_with(&patient, more);
        let rest = phone.rest();
        let of = |kind: &str| rest.iter().filter(|frame| frame["type"] == kind).count() as u64;
        (welcome["reset"] == true, of("message"), of("retracted"))
    };
    let all = Socket::login_with(&patient, json!({})).1["seq"].as_u64().unwrap();
    for (more, expected) in [
        (json!({ "era": era, "after": all, "changes_after": 1 }), (false, 0, 0)),
        (json!({ "era": era, "after": all + 1 }), (true, all, 0)),
        (json!({ "after": all + 1_000, "changes_after": 1 }), (true, all, 1)),
        (json!({ "after": all, "changes_after": 2 }), (true, all, 1)),
        (json!({ "changes_after": u64::MAX }), (true, 0, 1)),
        (json!({ "era": "another", "after": all, "changes_after": 1 }), (true, all, 1)),
        (json!({ "era": "another", "after": all }), (true, all, 0)),
        (json!({ "era": "another" }), (true, 0, 0)),
    ] {
        assert_eq!(login(more.clone()), expected, "{more}");
    }
    let mut phone = Socket::login(&patient);
    let page = phone.ask(json!({ "type": "sync", "after": all + 1 }));
    assert_eq!((&page["reset"], page["items"].as_array().unwrap().len() as u64), (&json!(true), all));
    assert!(phone.ask(json!({ "type": "sync", "after": all })).get("reset").is_none());
    let mut socket = Socket::open(&patient);
    for bad in [json!({ "era": 7 }), json!({ "era": "" }), json!({ "changes_after": "x" }), json!({ "changes_after": -1 })] {
        let mut frame = json!({ "type": "login", "token": patient.token() });
        frame.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        socket.refused(frame, 400, "malformed");
    }
}

#[test]
pub fn a_message_is_taken_back_in_every_kind_of_conversation() {
    let server = TestServer::open();
    let (founder, _, member, consult) = arrival::consult(&server);
    let (user, record, treating) = internet_hospital::scene(&server);
    let order = internet_hospital::paid_order(&server, &user, &record, &treating);
    let (doctor, patient) = pair(&server);
    patient.post("/chat", json!({ "content": "昨天吃了什么", "photo": [], "type": 1, "to_user_id": doctor.id })).ok();
    server.settle();
    let dialog = patient.get("/chat").ok()["list"][0]["id"].clone();
    let target = |key: &str, id: Value| json!({ "type": "send", key: id, "mimetype": "text/plain", "content": "发错了" });
    let cases: [(&Client, &Client, Value); 4] = [
        (&patient, &doctor, target("to_member_id", json!(doctor.id))),
        (&patient, &doctor, target("conversation_id", dialog.clone())),
        (&member, &founder, target("consultation_id", json!(consult))),
        (&user.client, &treating.client, target("consultation_id", json!(internet_hospital::number(&order["id"])))),
    ];
    for (n, (sender, other, mut frame)) in cases.into_iter().enumerate() {
        frame["id"] = format!("wrong-{n}").into();
        let (mut phone, mut desk) = (Socket::login(sender), Socket::login(other));
        let ack = phone.ask(frame.clone());
        assert_eq!(ack["type"], "ack", "{frame}: {ack}");
        let id = ack["message_id"].as_u64().unwrap();
        desk.expect("message");
        desk.refused(retract(&ack), 403, "not_yours");
        other.post(format_args!("/im/messages/{id}/retract"), json!({})).refused(403, "not_yours");
        let stranger = server.patient();
        Socket::login(&stranger).refused(retract(&ack), 404, "not_found");
        stranger.post(format_args!("/im/messages/{id}/retract"), json!({})).refused(404, "not_found");
        server.advance("2m");
        let read = sender.post(format_args!("/im/messages/{id}/retract"), json!({})).ok();
        assert_eq!((&read["message_id"], &read["retracted"], &read["content"]), (&json!(id), &json!(true), &json!("")));
        let (told, mine) = (desk.expect("retracted"), phone.expect("retracted"));
        assert_eq!((&told["message_id"], &mine["message_id"]), (&json!(id), &json!(id)));
        // Again is as good as once, also when the time is over, and is told to nobody.
        server.advance("1h");
        assert_eq!(phone.ask(retract(&ack))["type"], "ok");
        sender.post(format_args!("/im/messages/{id}/retract"), json!({})).ok();
        server.settle();
        assert!(desk.rest().iter().all(|frame| frame["type"] != "retracted"));
        let page = desk.ask(json!({ "type": "sync", "after": 0, "limit": 500 }));
        let item = page["items"].as_array().unwrap().iter().find(|item| item["message_id"] == id).unwrap().clone();
        assert_eq!((&item["retracted"], &item["content"]), (&json!(true), &json!("")));
    }
    // The note's own clients see that something was there, and not what.
    let list = doctor.get(format_args!("/chat/{dialog}")).ok();
    assert_eq!((&list["list"][1]["content"], &list["list"][1]["photo"]), (&json!("[已撤回]"), &json!([])));
    assert_eq!(doctor.get("/chat").ok()["list"][0]["last_msg"]["content"], "[已撤回]");
    let mut phone = Socket::login(&patient);
    let late = phone.say(doctor.id, "想好了再说");
    server.advance("121s");
    phone.refused(retract(&late), 422, "retract_over");
    patient.post(format_args!("/im/messages/{}/retract", late["message_id"]), json!({})).refused(422, "retract_over");
    for (frame, code, word) in [
        (json!({ "type": "retract" }), 400, "malformed"),
        (json!({ "type": "retract", "message_id": "x" }), 400, "malformed"),
        (json!({ "type": "retract", "message_id": 987_654_321 }), 404, "not_found"),
    ] {
        phone.refused(frame, code, word);
    }
    patient.post("/im/messages/987654321/retract", json!({})).refused(404, "not_found");
    patient.post("/im/messages/x/retract", json!({})).refused(404, "not_found");
    // What the clinic itself says is nobody's to take back.
    server.admin().post("/admin/notices", json!({ "title": "停诊", "content": "周三", "to": "patients" })).created();
    server.settle();
    let notice = phone.expect("message");
    phone.refused(retract(&notice), 403, "not_yours");
}

/// Two accounts become one: what either was told the survivor was told, without a gap.
#[test]
fn merged_series_go_on_counting() {
    let server = TestServer::open();
    let older = server.patient();
    let me = internet_hospital::user(&server, "open-one");
    let doctor = server.doctor();
    for writer in [&me.client as &Client, &older] {
        writer.post("/chat", json!({ "type": 1, "to_user_id": doctor.id, "content": "留言", "photo": [] })).ok();
    }
    for dialog in doctor.get("/chat").ok()["list"].as_array().unwrap() {
        doctor.get(format_args!("/chat/{}", dialog["id"])).ok();
    }
    server.settle();
    let (mut phone, welcome) = Socket::login_with(&older, json!({}));
    assert_eq!(welcome["change"], 1);
    server.advance("61s");
    let code = server.code_for(&older.phone);
    me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    server.settle();
    assert_eq!(changes(&phone.rest()), [(2, "read")], "its devices are told of what came over");
    let (mut again, welcome) = Socket::login_with(&older, json!({ "changes_after": 0 }));
    assert_eq!((&welcome["change"], changes(&again.rest())), (&json!(2), vec![(1, "read"), (2, "read")]));
}
