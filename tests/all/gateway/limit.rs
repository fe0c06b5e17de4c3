//! What a connection has to keep to: frames of a size and a kind, a pace, and reading what it is told.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tungstenite::Message;

use super::{pair, text};
use crate::kit::{Asked, Outside, Socket, TestServer};

#[test]
fn frames_are_text_in_utf8_of_at_most_64_kib() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let mut other = Socket::login(&doctor);
    for logged_in in [true, false] {
        let connect = || if logged_in { Socket::login(&patient) } else { Socket::open(&patient) };
        let mut binary = connect();
        binary.send_raw(Message::binary(b"{}".to_vec())).unwrap();
        assert_eq!(binary.closed(), 1003);

        // Masked with zeros: the header, and a byte that no UTF-8 has.
        let mut not_utf8 = connect();
        not_utf8.stream().write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xFF]).unwrap();
        assert_eq!(not_utf8.closed(), 1007);

        let mut large = connect();
        let _ = large.send_raw(Message::text("x".repeat(65_537)));
        assert_eq!(large.closed(), 1009);

        let mut unmasked = connect();
        unmasked.stream().write_all(&[0x81, 0x02, b'{', b'}']).unwrap();
        assert_eq!(unmasked.closed(), 1002);
    }
    let mut just = Socket::login(&patient);
    let mut frame = json!({ "type": "ping", "id": "p", "fill": "" }).to_string();
    frame.insert_str(frame.find("\"\"").unwrap() + 1, &"x".repeat(65_536 - frame.len()));
    assert_eq!(frame.len(), 65_536);
    just.send_raw(Message::text(frame)).unwrap();
    assert_eq!(just.next()["type"], "pong");
    // A message in three fragments, and a ping between them.
    let whole = json!({ "type": "ping", "id": "in-parts" }).to_string();
    let (first, rest) = whole.as_bytes().split_at(5);
    let (second, third) = rest.split_at(5);
    let part = |opcode: u8, payload: &[u8]| [&[opcode, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0], payload].concat();
    for bytes in [part(0x01, first), part(0x89, b"hi"), part(0x00, second), part(0x80, third)] {
        just.stream().write_all(&bytes).unwrap();
    }
    assert_eq!(just.next()["id"], "in-parts");
    // And fragments that are too much together.
    let mut parts = Socket::login(&patient);
    let piece = [&[0x01u8, 0xFE, 0xEA, 0x60, 0, 0, 0, 0], vec![b'x'; 60_000].as_slice()].concat();
    let more = [&[0x00u8, 0xFE, 0xEA, 0x60, 0, 0, 0, 0], vec![b'x'; 60_000].as_slice()].concat();
    let _ = parts.stream().write_all(&piece).and_then(|()| parts.stream().write_all(&more));
    assert_eq!(parts.closed(), 1009);
    assert!(other.rest().iter().all(|frame| frame["conversation"] == "system"), "what one device does wrong is nobody else's business");
}

#[test]
fn who_is_too_fast_is_told_and_then_has_to_go() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("limits.requests_per_second", "1000")]);
    let patient = server.patient();
    let mut hasty = Socket::login(&patient);
    for n in 0..40 {
        hasty.send(json!({ "type": "ping", "id": n.to_string() }));
    }
    let answers: Vec<_> = (0..40).map(|_| hasty.next()).collect();
    let pongs = answers.iter().filter(|answer| answer["type"] == "pong").count();
    let refused = answers.iter().filter(|answer| answer["error"] == "too_fast" && answer["code"] == 429).count();
    assert!((20..=35).contains(&pongs) && pongs + refused == 40, "{pongs} pongs, {refused} refusals");
    assert!(answers.iter().zip(0..).all(|(answer, n)| answer["id"].as_str() == Some(&format!("{n}"))), "each refusal names its frame");
    std::thread::sleep(Duration::from_millis(1_100));
    hasty.quiet();
    for _ in 0..2_000 {
        if hasty.send_raw(Message::text(r#"{"type":"ping"}"#)).is_err() {
            break;
        }
    }
    assert_eq!(hasty.closed(), 4429);
}

/// One who reads nothing costs the others nothing.
#[test]
fn a_slow_reader_holds_nobody_up() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let mut desk = Socket::login(&doctor);
    // Reads nothing from here on.
    let _slow = Socket::login(&patient);
    let mut quick = Socket::login(&patient);
    let long = "长".repeat(3_900);
    for n in 0..400 {
        let content = format!("{n}{long}");
        let ack = desk.say(patient.id, &content);
        assert!(quick.expect("message")["content"].as_str().unwrap().starts_with(&n.to_string()));
        if n % 4 == 0 {
            desk.ask(json!({ "type": "retract", "message_id": ack["message_id"] }));
            assert_eq!(quick.expect("retracted")["change"], n / 4 + 1);
        }
    }
    assert_eq!(server.app().live.lines(), 3);
    // And when its session ends, it goes, though it takes nothing.
    patient.get("/logout").ok();
    assert_eq!(quick.closed(), 4401);
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.app().live.lines() > 1 {
        assert!(Instant::now() < deadline, "the slow one stays");
        std::thread::yield_now();
    }
}

/// Silence counts in both directions: who takes nothing is not here, whatever it says, and its phone is woken.
#[test]
fn who_takes_nothing_is_cut_off_and_woken() {
    let provider = Outside::open(|_| (204, Vec::new()));
    let url = format!("{}/wake", provider.base);
    let server = TestServer::with(&[("im.silence_window", "3s"), ("push.provider", "webhook"), ("push.webhook_url", &url)]);
    let (doctor, patient) = pair(&server);
    patient.post("/session/push_token", json!({ "platform": "ios", "token": "asleep" })).ok();
    let (mut desk, mut deaf) = (Socket::login(&doctor), Socket::login(&patient));
    assert_eq!(desk.ask(json!({ "type": "watch", "member_ids": [patient.id] }))["members"][0]["online"], true);
    let long = "长".repeat(4_000);
    let mut last = json!(null);
    for _ in 0..80 {
        last = desk.say(patient.id, &long)["message_id"].clone();
    }
    // It reads nothing from the beginning, and says that it is alive.
    let deadline = Instant::now() + Duration::from_secs(20);
    let left = loop {
        let _ = deaf.send_raw(Message::Ping("here".into()));
        if let Some(left) = desk.rest().into_iter().find(|frame| frame["type"] == "presence") {
            break left;
        }
        assert!(Instant::now() < deadline, "it stays for ever");
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!((&left["members"][0]["member_id"], &left["members"][0]["online"]), (&json!(patient.id), &json!(false)));
    assert!(matches!(deaf.gone(), None | Some(4408)));
    // What it cannot have taken wakes the phone once, and what comes from then on does.
    let id = |asked: &Asked| serde_json::from_str::<Value>(&asked.body).unwrap()["message_id"].clone();
    let woken = |asked: &[Asked]| asked.iter().map(id).collect::<Vec<_>>();
    provider.wait(|asked| woken(asked).contains(&last));
    let next = desk.say(patient.id, "还在吗")["message_id"].clone();
    let ids = woken(&provider.wait(|asked| woken(asked).contains(&next)));
    assert!(ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1), "{ids:?}");
    let metrics = server.admin().get("/metrics");
    let metrics = String::from_utf8_lossy(&metrics.bytes).into_owned();
    assert!(metrics.contains("xuanhu_gateway_closed_total{reason=\"silent\"} 1"), "{metrics}");
}

/// A phone that vanished counts as here until the window is over: what came meanwhile wakes it then.
#[test]
fn what_came_to_a_device_that_was_gone_wakes_it_after_all() {
    let provider = Outside::open(|_| (204, Vec::new()));
    let url = format!("{}/wake", provider.base);
    let server = TestServer::with(&[("im.silence_window", "2s"), ("push.provider", "webhook"), ("push.webhook_url", &url)]);
    let (doctor, patient) = pair(&server);
    patient.post("/session/push_token", json!({ "platform": "ios", "token": "asleep" })).ok();
    let mut vanished = Socket::login(&patient);
    let form = json!({ "to_member_id": patient.id, "mimetype": "text/plain", "content": "收到了吗" });
    let sent = doctor.post("/im/messages", form.clone()).ok();
    server.settle();
    assert_eq!((server.app().live.lines(), provider.asked().len()), (1, 0), "it counts as here");
    let asked = provider.wait(|asked| !asked.is_empty());
    assert_eq!(serde_json::from_str::<Value>(&asked[0].body).unwrap()["message_id"], sent["message_id"]);
    assert_eq!(vanished.closed(), 4408);
}

/// Seven offers, answers and a dozen candidates each: what joining a call of eight takes is no haste.
#[test]
fn signals_have_a_bucket_of_their_own_and_what_was_acknowledged_costs_nothing() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("limits.requests_per_second", "1000")]);
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let call = phone.ask(json!({ "type": "call_create", "member_ids": [doctor.id], "media": "video" }))["call_id"].clone();
    desk.ask(json!({ "type": "call_join", "call_id": call }));
    let signal = |n: usize| json!({ "type": "call_signal", "id": format!("s{n}"), "call_id": call, "to_member_id": doctor.id, "kind": "candidate", "data": { "n": n } });
    for n in 0..150 {
        phone.send(signal(n));
    }
    for n in 0..150 {
        assert_eq!(desk.expect("call_signal")["data"]["n"], n);
        assert_eq!(phone.expect("ok")["id"], format!("s{n}"));
    }
    // Signals have taken nothing from the others.
    phone.rest();
    let mut first = text(doctor.id, "到了吗");
    first["id"] = "again".into();
    let ack = phone.ask(first.clone());
    for _ in 0..100 {
        phone.send(first.clone());
    }
    for _ in 0..100 {
        assert_eq!(phone.next(), ack, "the same answer, and no refusal");
    }
    assert_eq!(phone.ask(json!({ "type": "ping" }))["type"], "pong");
    // The bucket has a bottom, too.
    for n in 0..300 {
        if phone.send_raw(Message::text(signal(n).to_string())).is_err() {
            break;
        }
    }
    assert_eq!(phone.closed(), 4429);
}

#[test]
fn a_connection_cut_in_the_middle_of_a_frame_harms_nobody() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let mut desk = Socket::login(&doctor);
    for cut in 1..6 {
        let mut phone = Socket::login(&patient);
        phone.stream().write_all(&[0x81, 0x85, 1, 2, 3, 4][..cut]).unwrap();
        phone.stream().shutdown(std::net::Shutdown::Both).unwrap();
    }
    // Whoever cuts while an answer is on its way finds the message all the same.
    let mut phone = Socket::login(&patient);
    let mut frame = text(doctor.id, "断了");
    frame["id"] = "cut".into();
    phone.send(frame.clone());
    drop(phone);
    assert_eq!(desk.expect("message")["content"], "断了");
    let mut again = Socket::login(&patient);
    assert_eq!(again.ask(frame)["type"], "ack");
    server.settle();
    desk.quiet();
    let mut rest = Vec::new();
    let _ = again.stream().set_nonblocking(true);
    let _ = again.stream().read_to_end(&mut rest);
}
