//! Calls over the gateway: who may, who is told, how they end.

use serde_json::{Value, json};
use xuanhu::base::id::Id;

use super::{meet_in, pair};
use crate::kit::{Socket, TestServer};

fn create(ids: &[u64]) -> Value {
    json!({ "type": "call_create", "member_ids": ids, "media": "video" })
}

fn step(kind: &str, call: &Value) -> Value {
    json!({ "type": kind, "call_id": call })
}

fn states(frame: &Value) -> Vec<&str> {
    frame["members"].as_array().unwrap().iter().map(|member| member["state"].as_str().unwrap()).collect()
}

#[test]
fn two_talk_and_one_hangs_up() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let call = phone.ask(create(&[doctor.id]));
    let id = call["call_id"].clone();
    let expected = json!({
        "type": "call", "id": call["id"], "call_id": id, "media": "video", "creator_id": patient.id,
        "members": [{ "member_id": patient.id, "state": "joined" }, { "member_id": doctor.id, "state": "ringing" }],
    });
    assert_eq!(call, expected);
    let invite = desk.next();
    let expected = json!({
        "type": "call_invite", "call_id": id, "from_member_id": patient.id, "from_name": patient.name, "media": "video",
        "members": call["members"],
    });
    assert_eq!(invite, expected);
    let signal =
        |to: u64, kind: &str, data: Value| json!({ "type": "call_signal", "call_id": id, "to_member_id": to, "kind": kind, "data": data });
    phone.refused(signal(doctor.id, "offer", json!({})), 422, "not_in_call");
    let joined = desk.ask(step("call_join", &id));
    assert_eq!((&joined["type"], states(&joined)), (&json!("call"), vec!["joined", "joined"]));
    let told = phone.expect("call");
    assert!(told.get("id").is_none() && states(&told) == ["joined", "joined"]);

    let data = json!({ "sdp": "v=0\r\n…", "nested": { "a": [1, null, "二"] } });
    assert_eq!(phone.ask(signal(doctor.id, "offer", data.clone()))["type"], "ok");
    let got = json!({ "type": "call_signal", "call_id": id, "from_member_id": patient.id, "kind": "offer", "data": data });
    assert_eq!(desk.next(), got);
    for n in 0..30 {
        desk.send(signal(patient.id, "candidate", json!({ "n": n })));
    }
    for n in 0..30 {
        assert_eq!(phone.expect("call_signal")["data"]["n"], n, "in order");
    }
    for (frame, code, word) in [
        (signal(987_654_321, "offer", json!({})), 422, "not_in_call"),
        (signal(patient.id, "offer", json!({})), 422, "not_in_call"),
        (signal(doctor.id, "wave", json!({})), 400, "malformed"),
        (signal(doctor.id, "offer", json!("text")), 400, "malformed"),
        (json!({ "type": "call_signal", "call_id": 5, "to_member_id": doctor.id, "kind": "offer", "data": {} }), 404, "not_found"),
    ] {
        phone.refused(frame, code, word);
    }
    // Nobody else knows of it.
    let mut outsider = Socket::login(&server.doctor());
    for kind in ["call_join", "call_decline", "call_leave"] {
        outsider.refused(step(kind, &id), 404, "not_found");
    }
    outsider.refused(signal(doctor.id, "offer", json!({})), 404, "not_found");

    let left = desk.ask(step("call_leave", &id));
    assert_eq!(states(&left), ["joined", "left"]);
    let end = phone.expect("call_end");
    assert_eq!(end, json!({ "type": "call_end", "call_id": id, "reason": "left" }));
    phone.refused(step("call_join", &id), 404, "not_found");
}

#[test]
fn who_may_not_be_called_is_not() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let stranger = server.doctor();
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    phone.refused(create(&[stranger.id]), 422, "may_not_call");
    phone.refused(create(&[doctor.id, stranger.id]), 422, "may_not_call");
    phone.refused(create(&[987_654_321]), 404, "not_found");
    phone.refused(create(&[]), 400, "malformed");
    phone.refused(create(&[patient.id]), 400, "malformed");
    for many in [8, 101, 5_000] {
        phone.refused(create(&(1..=many).collect::<Vec<_>>()), 422, "too_many_members");
        let form = json!({ "member_ids": (1..=many).collect::<Vec<_>>(), "media": "audio" });
        patient.post("/im/calls", form).refused(422, "too_many_members");
    }
    phone.refused(json!({ "type": "call_create", "member_ids": [doctor.id], "media": "smoke" }), 400, "malformed");
    phone.refused(json!({ "type": "call_create", "member_ids": [doctor.id] }), 400, "malformed");
    phone.refused(step("call_join", &json!("x")), 400, "malformed");
    phone.refused(step("call_join", &json!(0)), 404, "not_found");
    let set = |owner: u64, other: u64, can_call: bool| {
        server
            .app()
            .store
            .write_blocking(move |db| {
                xuanhu::domain::messaging::contact::set_can_call(db, Id::from_number(owner), Id::from_number(other), can_call)
            })
            .unwrap();
    };
    set(doctor.id, patient.id, false);
    phone.refused(create(&[doctor.id]), 422, "may_not_call");
    assert_eq!(desk.ask(create(&[patient.id]))["type"], "call", "the other way is the other's to say");
    set(doctor.id, patient.id, true);
    let (owner, other) = (doctor.id, patient.id);
    server
        .app()
        .store
        .write_blocking(move |db| xuanhu::domain::messaging::contact::set_ban(db, Id::from_number(owner), Id::from_number(other), true))
        .unwrap();
    phone.refused(create(&[doctor.id]), 422, "contact_banned");
    desk.refused(create(&[patient.id]), 422, "contact_banned");
    server.settle();
    assert_eq!(server.app().live.calls(), 0, "the ban has ended the one that rang");
}

/// Waits for the `call` frame with these states.
fn until(socket: &mut Socket, wanted: &[&str]) {
    while states(&socket.expect("call")) != wanted {}
}

/// The network blinks: the others see it, and the call goes on.
#[test]
fn who_comes_back_in_time_is_in_the_call_again() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone, mut tablet) = (Socket::login(&doctor), Socket::login(&patient), Socket::login(&patient));
    let id = desk.ask(create(&[patient.id]))["call_id"].clone();
    phone.ask(step("call_join", &id));
    until(&mut desk, &["joined", "joined"]);
    desk.rest();
    // The member's other device idles: it is not the one that joined.
    drop(phone);
    until(&mut desk, &["joined", "away"]);
    let away = json!({ "type": "call_state", "call_id": id, "member_id": patient.id, "state": "away" });
    assert_eq!(desk.expect("call_state"), away);
    let signal = |to: u64| json!({ "type": "call_signal", "call_id": id, "to_member_id": to, "kind": "offer", "data": {} });
    desk.refused(signal(patient.id), 422, "not_in_call");
    server.advance("9s");
    let mut again = Socket::login(&patient);
    assert_eq!(states(&again.ask(step("call_join", &id))), ["joined", "joined"]);
    assert_eq!(desk.expect("call_state")["state"], "joined");
    server.advance("9s");
    desk.ask(signal(patient.id));
    assert_eq!(again.expect("call_signal")["from_member_id"], doctor.id);
    tablet.refused(signal(doctor.id), 422, "not_in_call");
    assert!(tablet.rest().iter().all(|frame| frame["type"] != "call_signal"), "signals go to the device that joined alone");
    // The tablet takes the call over, and hangs up.
    tablet.ask(step("call_join", &id));
    assert_eq!(again.expect("call_end")["reason"], "left");
    drop(again);
    desk.rest();
    tablet.ask(step("call_leave", &id));
    assert_eq!(desk.expect("call_end"), json!({ "type": "call_end", "call_id": id, "reason": "left" }));
}

#[test]
fn who_does_not_come_back_has_left() {
    let server = TestServer::with(&[("im.call_grace", "3s")]);
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let id = desk.ask(create(&[patient.id]))["call_id"].clone();
    phone.ask(step("call_join", &id));
    drop(phone);
    until(&mut desk, &["joined", "away"]);
    server.advance("2s");
    desk.rest();
    desk.quiet();
    server.advance("1s");
    until(&mut desk, &["joined", "left"]);
    assert_eq!(desk.expect("call_end")["reason"], "left");
    Socket::login(&patient).refused(step("call_join", &id), 404, "not_found");
}

/// A ban in the middle of a call.
#[test]
fn a_ban_ends_the_part_of_a_call_that_it_forbids() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let patients = [server.patient(), server.patient()];
    for (patient, days) in patients.iter().zip(1..) {
        meet_in(&server, &doctor, patient, days);
    }
    let mut desk = Socket::login(&doctor);
    let (mut one, mut two) = (Socket::login(&patients[0]), Socket::login(&patients[1]));
    let id = desk.ask(create(&[patients[0].id, patients[1].id]))["call_id"].clone();
    one.ask(step("call_join", &id));
    two.ask(step("call_join", &id));
    desk.rest();
    let ban = |status: u8| {
        patients[0].post("/api/im/doctor-ban-status", json!({ "doctorId": doctor.id, "status": status })).ok();
        server.settle();
    };
    ban(1);
    until(&mut desk, &["joined", "left", "joined"]);
    until(&mut two, &["joined", "left", "joined"]);
    one.refused(step("call_join", &id), 422, "contact_banned");
    ban(0);
    assert_eq!(states(&one.ask(step("call_join", &id))), ["joined", "joined", "joined"]);
    // Between two it is the whole call.
    two.ask(step("call_leave", &id));
    desk.rest();
    ban(1);
    assert_eq!(desk.expect("call_end")["reason"], "left");
    assert_eq!(server.app().live.calls(), 0);
}

#[test]
pub fn three_in_a_room_and_it_lasts_while_two_are_left() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let patients = [server.patient(), server.patient()];
    for (patient, days) in patients.iter().zip(1..) {
        meet_in(&server, &doctor, patient, days);
    }
    let mut desk = Socket::login(&doctor);
    let (mut one, mut two) = (Socket::login(&patients[0]), Socket::login(&patients[1]));
    let call = desk.ask(create(&[patients[0].id, patients[1].id]));
    let id = call["call_id"].clone();
    one.ask(step("call_join", &id));
    assert_eq!(two.expect("call")["type"], "call", "who still rings is told, too");
    one.ask(step("call_leave", &id));
    assert_eq!(states(&one.ask(step("call_join", &id))), ["joined", "joined", "ringing"], "one may come back while it lasts");
    // A connection that is lost and does not come back in time is a member who left.
    drop(one);
    until(&mut desk, &["joined", "away", "ringing"]);
    server.advance("10s");
    until(&mut desk, &["joined", "left", "ringing"]);
    // Who comes while it rings is invited.
    let mut late = Socket::login(&patients[1]);
    assert_eq!(late.expect("call_invite")["call_id"], id);
    // Answered on one device, it stops ringing on the other.
    two.rest();
    late.ask(step("call_decline", &id));
    assert_eq!(states(&two.expect("call")), ["joined", "left", "declined"]);
    let told = json!({ "type": "call_state", "call_id": id, "member_id": patients[1].id, "state": "declined" });
    assert!(desk.rest().contains(&told));
    assert_eq!(server.app().live.calls(), 0);
    two.quiet();
}

#[test]
fn a_call_that_nobody_answers_is_missed() {
    let server = TestServer::with(&[("im.ring_window", "30s")]);
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let id = phone.ask(create(&[doctor.id]))["call_id"].clone();
    server.advance("29s");
    phone.quiet();
    server.advance("1s");
    assert_eq!(states(&phone.expect("call")), ["joined", "missed"]);
    assert_eq!(phone.expect("call_end"), json!({ "type": "call_end", "call_id": id, "reason": "missed" }));
    assert_eq!(states(&desk.expect("call")), ["joined", "missed"]);
    // The caller changes its mind.
    let id = phone.ask(create(&[doctor.id]))["call_id"].clone();
    phone.ask(step("call_leave", &id));
    assert_eq!(desk.expect("call_end")["reason"], "left");
}
