//! Messages: sent, acknowledged, delivered on every device in order, caught up, read.

use serde_json::{Value, json};
use xuanhu::base::id::Id;

use super::{meet, pair, text};
use crate::kit::{Socket, TestServer, frames};

fn contents(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["content"].as_str().unwrap()).collect()
}

#[test]
pub fn a_message_goes_to_every_device_of_both() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut phone, mut tablet, mut desk) = (Socket::login(&patient), Socket::login(&patient), Socket::login(&doctor));
    let seq = phone.ask(json!({ "type": "sync", "after": 0 }))["seq"].as_u64().unwrap();
    let frame = json!({
        "type": "send", "id": "c-17", "to_member_id": doctor.id, "mimetype": "text/plain", "content": " 您好 ",
        "images": ["https://files.example.com/1.png"],
    });
    let ack = phone.ask(frame.clone());
    assert_eq!((&ack["type"], &ack["seq"], &ack["created"]), (&json!("ack"), &json!(seq + 1), &json!(server.now().0)));
    let got = desk.expect("message");
    let expected = json!({
        "type": "message", "seq": got["seq"], "message_id": ack["message_id"], "conversation_id": ack["conversation_id"],
        "conversation": "direct", "consultation_id": null, "from_member_id": patient.id, "from_name": patient.name,
        "mimetype": "text/plain", "content": " 您好 ", "images": ["https://files.example.com/1.png"], "retracted": false, "created": server.now().0,
    });
    assert_eq!(got, expected);
    let mut mine = expected;
    mine["seq"] = ack["seq"].clone();
    assert_eq!(tablet.expect("message"), mine, "the member's other device");
    server.settle();
    phone.quiet();
    // The same id again, over any connection, is the same message.
    assert_eq!(phone.ask(frame.clone()), ack);
    assert_eq!(tablet.ask(frame.clone()), ack);
    let mut changed = frame;
    changed["content"] = "别的".into();
    assert_eq!(phone.ask(changed.clone()), ack);
    server.settle();
    desk.quiet();
    // Another member's id is another's.
    changed["to_member_id"] = patient.id.into();
    let other = desk.ask(changed);
    assert!(other["type"] == "ack" && other["message_id"] != ack["message_id"]);
    assert_eq!(phone.expect("message")["content"], "别的");
}

#[test]
fn numbers_have_no_gap_and_catching_up_brings_everything_once() {
    let mut server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let second = server.doctor();
    meet(&server, &second, &patient);
    server.settle();
    let (mut one, mut two) = (Socket::login(&doctor), Socket::login(&second));
    let (mut live, welcome) = Socket::login_with(&patient, json!({}));
    let before = welcome["seq"].as_u64().unwrap();
    for n in 0..60 {
        let from = if n % 2 == 0 { &mut one } else { &mut two };
        from.say(patient.id, &format!("{n}"));
    }
    let said: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let came: Vec<Value> = (0..60).map(|_| live.expect("message")).collect();
    assert_eq!(contents(&came), said);
    let seqs: Vec<u64> = came.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (before + 1..=before + 60).collect::<Vec<_>>());

    // By number, in pages.
    let page = live.ask(json!({ "type": "sync", "id": "s1", "after": before, "limit": 25 }));
    assert_eq!((&page["type"], &page["more"], &page["seq"]), (&json!("messages"), &json!(true), &json!(before + 60)));
    let strip = |frame: &Value| {
        let mut item = frame.clone();
        item.as_object_mut().unwrap().remove("type");
        item
    };
    assert_eq!(page["items"].as_array().unwrap().to_vec(), came[..25].iter().map(strip).collect::<Vec<_>>());
    let rest = live.ask(json!({ "type": "sync", "after": before + 25, "limit": 100 }));
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["more"]), (35, &json!(false)));
    let exact = live.ask(json!({ "type": "sync", "after": before + 25, "limit": 35 }));
    assert_eq!((exact["items"].as_array().unwrap().len(), &exact["more"]), (35, &json!(false)));
    assert_eq!(live.ask(json!({ "type": "sync", "after": before + 60 }))["items"], json!([]));

    // With the log-in, before anything newer.
    let mut late = Socket::catch_up(&patient, before + 10);
    let came: Vec<Value> = (0..50).map(|_| late.next()).collect();
    assert_eq!(contents(&came), said[10..]);
    one.say(patient.id, "新的");
    assert_eq!(late.next()["content"], "新的");
    // A number that was never given here: from the beginning, and the client is told so.
    let (mut beyond, welcome) = Socket::login_with(&patient, json!({ "after": 1_000_000 }));
    assert_eq!((&welcome["reset"], beyond.rest().len() as u64), (&json!(true), before + 61));

    // The same after a restart.
    drop((one, two, live, late, beyond));
    server.restart();
    let (mut again, welcome) = Socket::login_with(&patient.at(&server), json!({ "after": before }));
    assert_eq!(welcome["seq"], before + 61);
    let came: Vec<Value> = (0..61).map(|_| again.next()).collect();
    let again: Vec<u64> = came.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert_eq!(again, (before + 1..=before + 61).collect::<Vec<_>>());
}

#[test]
fn an_answer_takes_its_place_among_the_messages() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    for n in 0..20 {
        desk.send(text(patient.id, &format!("医生{n}")));
        phone.send(text(doctor.id, &format!("患者{n}")));
    }
    for socket in [&mut desk, &mut phone] {
        let mut frames: Vec<Value> = Vec::new();
        while frames.len() < 40 {
            frames.push(socket.next());
        }
        assert!(frames.iter().all(|frame| frame["type"] == "ack" || frame["type"] == "message"), "{frames:?}");
        let seqs: Vec<u64> = frames.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
        let from = seqs[0];
        assert_eq!(seqs, (from..from + 40).collect::<Vec<_>>(), "in the order of the inbox, nothing twice");
    }
}

#[test]
pub fn what_may_not_be_said_is_refused_and_its_id_is_free_again() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (stranger, assistant) = (server.doctor(), server.assistant());
    let mut phone = Socket::login(&patient);
    let with_id = |to: u64| {
        let mut frame = text(to, "在吗");
        frame["id"] = "once".into();
        frame
    };
    phone.refused(with_id(stranger.id), 422, "may_not_talk");
    phone.refused(with_id(assistant.id), 422, "may_not_talk");
    phone.refused(with_id(patient.id), 422, "may_not_talk");
    phone.refused(with_id(987_654_321), 404, "not_found");
    let long = |n: usize| text(doctor.id, &"长".repeat(n));
    phone.refused(long(4_001), 413, "too_large");
    for mimetype in ["text/html", "application/vnd.xuanhu.notice+json", "image/svg+xml"] {
        let frame = json!({ "type": "send", "to_member_id": doctor.id, "mimetype": mimetype, "content": "x" });
        phone.refused(frame, 415, "unsupported_mimetype");
    }
    for (key, value) in [
        ("content", json!("")),
        ("content", json!(7)),
        ("content", json!(null)),
        ("content", json!("\u{0}\u{200b}")),
        ("mimetype", json!(null)),
        ("to_member_id", json!("12")),
        ("to_member_id", json!(-1)),
        ("to_member_id", json!(null)),
        ("conversation_id", json!(1)),
        ("images", json!("x")),
        ("images", json!([1])),
        ("images", json!(["javascript:alert(1)"])),
        ("images", json!(["a.jpg"])),
        ("images", json!(vec!["https://files.example.com/a"; 10])),
    ] {
        let mut frame = text(doctor.id, "在吗");
        frame[key] = value;
        phone.refused(frame, 400, "malformed");
    }
    phone.refused(json!({ "type": "send", "mimetype": "text/plain", "content": "x", "conversation_id": 987_654_321 }), 404, "not_found");
    phone.refused(json!({ "type": "send", "mimetype": "text/plain", "content": "x", "consultation_id": 987_654_321 }), 404, "not_found");
    phone.refused(json!({ "type": "nonsense" }), 400, "unknown_type");
    // What the document lets clients send is known: without its keys it is malformed, or needs none.
    for kind in frames::client_types().filter(|kind| *kind != "login") {
        let answer = phone.ask(json!({ "type": kind }));
        assert!(answer["error"] == "malformed" || answer["type"] == "pong", "{kind}: {answer}");
    }
    phone.send(json!({ "id": "x".repeat(65), "type": "ping" }));
    let error = phone.expect("error");
    assert_eq!((&error["error"], &error["id"]), (&json!("malformed"), &json!(null)));

    assert_eq!(phone.ask(with_id(doctor.id))["type"], "ack", "a refused id may be used again");
    assert_eq!(phone.ask(long(4_000))["type"], "ack");
    phone.send(text(doctor.id, "没有编号"));
    let ack = phone.expect("ack");
    assert_eq!(ack["id"], json!(null));
    for mimetype in ["image/png", "audio/amr"] {
        let frame = json!({ "type": "send", "to_member_id": doctor.id, "mimetype": mimetype, "content": "/files/a" });
        assert_eq!(phone.ask(frame)["type"], "ack");
    }
}

#[test]
fn bans_hold_in_both_directions_and_an_encounter_that_is_over_ends_it() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let registration = meet(&server, &doctor, &patient);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let ban = |owner: u64, other: u64, is_ban| {
        let job = move |db: &mut xuanhu::store::Tx| {
            xuanhu::domain::messaging::contact::set_ban(db, Id::from_number(owner), Id::from_number(other), is_ban)
        };
        server.app().store.write_blocking(job).unwrap();
    };
    ban(doctor.id, patient.id, true);
    phone.refused(text(doctor.id, "x"), 422, "contact_banned");
    desk.refused(text(patient.id, "x"), 422, "contact_banned");
    ban(doctor.id, patient.id, false);
    let conversation = phone.say(doctor.id, "谢谢")["conversation_id"].clone();
    server.advance("24h");
    desk.say(patient.id, "看完了");
    let id = registration["id"].as_u64().unwrap();
    doctor.get(format_args!("/diagnoses/{id}/done")).ok();
    phone.refused(text(doctor.id, "还在吗"), 422, "may_not_talk");
    phone.refused(
        json!({ "type": "send", "conversation_id": conversation, "mimetype": "text/plain", "content": "x" }),
        422,
        "may_not_talk",
    );
}

#[test]
fn receipts_tell_the_others_how_far_one_has_read() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone, mut tablet) = (Socket::login(&doctor), Socket::login(&patient), Socket::login(&patient));
    let first = desk.say(patient.id, "一");
    let second = desk.say(patient.id, "二");
    let conversation = first["conversation_id"].clone();
    let read = |message: &Value| json!({ "type": "read", "conversation_id": conversation, "message_id": message["message_id"] });
    server.advance("5s");
    let ok = phone.ask(read(&second));
    assert_eq!(ok["type"], "ok", "{ok}");
    let receipt = desk.expect("read");
    let expected = json!({
        "type": "read", "change": 1, "conversation_id": conversation, "member_id": patient.id, "message_id": second["message_id"],
        "created": server.now().0,
    });
    assert_eq!(receipt, expected);
    // An older one is answered and told to nobody; nor is the reader.
    assert_eq!(phone.ask(read(&first))["type"], "ok");
    assert_eq!(phone.ask(read(&second))["type"], "ok");
    server.settle();
    desk.quiet();
    assert!(tablet.rest().iter().all(|frame| frame["type"] == "message"));

    let (outsider, other) = pair(&server);
    let mut elsewhere = Socket::login(&outsider);
    let theirs = elsewhere.say(other.id, "别处");
    elsewhere.refused(read(&first), 404, "not_found");
    phone.refused(read(&theirs), 404, "not_found");
    phone.refused(json!({ "type": "read", "conversation_id": 987_654_321, "message_id": 1 }), 404, "not_found");
    phone.refused(json!({ "type": "read", "conversation_id": conversation }), 400, "malformed");
    phone.refused(json!({ "type": "read", "message_id": 5 }), 400, "malformed");
}

#[test]
fn sync_and_the_rest_have_their_keys() {
    let server = TestServer::open();
    let patient = server.patient();
    let mut phone = Socket::login(&patient);
    for frame in [json!({ "type": "sync" }), json!({ "type": "sync", "after": -1 }), json!({ "type": "sync", "after": 0, "limit": "x" })] {
        phone.refused(frame, 400, "malformed");
    }
    let pong = phone.ask(json!({ "type": "ping", "id": "p1", "unknown": [1] }));
    assert_eq!(pong, json!({ "type": "pong", "id": "p1", "time": server.now().0 }));
}
