//! Sleeping phones: who has a new message and is not connected is woken, once for each phone, and nothing of the message leaves the clinic.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xuanhu::domain::shared::event;

use crate::kit::{Asked, Outside, Person, TestServer};

fn server(provider: &Outside) -> TestServer {
    TestServer::with(&[("push.provider", "webhook"), ("push.webhook_url", &format!("{}/wake", provider.base))])
}

fn carries(person: &Person, token: &str) {
    person.post("/session/push_token", json!({ "platform": "android", "token": token })).ok();
}

fn woken(asked: &[Asked]) -> Vec<(Value, Value)> {
    let calls = asked.iter().map(|asked| serde_json::from_str::<Value>(&asked.body).unwrap());
    calls.map(|call| (call["token"].clone(), call["text"].clone())).collect()
}

fn waiting(server: &TestServer) -> usize {
    server.app().store.view().events_after(event::PUSH, 0).count()
}

/// The scheduler goes its own way: sooner or later nothing waits any more.
fn nothing_waits(server: &TestServer) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while waiting(server) > 0 {
        assert!(Instant::now() < deadline, "somebody is still to be woken");
        std::thread::yield_now();
    }
}

fn write(from: &Person, to: &Person, text: &str) {
    from.post("/chat", json!({ "to_user_id": to.id, "type": from.role.number(), "content": text, "photo": [] })).ok();
}

#[test]
fn a_phone_is_woken_without_a_word_of_the_message() {
    let provider = Outside::open(|_| (204, Vec::new()));
    let server = server(&provider);
    let (patient, doctor) = (server.patient(), server.doctor());
    carries(&doctor, "phone-of-the-doctor");
    carries(&patient, "phone-of-the-patient");
    write(&patient, &doctor, "昨晚又头痛了");
    let asked = provider.wait(|asked| !asked.is_empty());
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("POST", "/wake"));
    let call: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(
        (&call["member_id"], &call["platform"], &call["token"]),
        (&json!(doctor.id), &json!("android"), &json!("phone-of-the-doctor"))
    );
    assert!(call["text"].as_str().unwrap().contains(&xuanhu::base::mask::name(&patient.name)) && !asked[0].body.contains("头痛"), "{call}");
    assert!(call["message_id"].is_u64() && call["conversation_id"].is_u64());

    // The clinic itself has no name; nobody is woken by their own message, and who has signed out is not woken at all.
    patient.delete("/session").ok();
    let notice = json!({ "title": "停诊", "content": "今日停诊", "to": "all" });
    server.admin().post("/admin/notices", notice).created();
    let asked = provider.wait(|asked| asked.len() >= 2);
    server.settle();
    assert_eq!(woken(&asked)[1..], [(json!("phone-of-the-doctor"), json!("您有一条新通知"))]);
    server.advance("1s");
    assert_eq!(provider.asked().len(), 2);
}

#[test]
fn what_fails_is_tried_again_until_it_tells_nothing_new() {
    let status = Arc::new(AtomicU16::new(503));
    let now = status.clone();
    let provider = Outside::open(move |_| (now.load(Ordering::Relaxed), Vec::new()));
    let mut server = server(&provider);
    let (patient, doctor) = (server.patient(), server.doctor());
    carries(&doctor, "a-phone");
    write(&patient, &doctor, "在吗");
    provider.wait(|asked| asked.len() == 1);
    server.restart();
    provider.wait(|asked| asked.len() >= 2);
    server.advance("11m");
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    // The old one is given up; a phone that is gone is forgotten.
    status.store(410, Ordering::Relaxed);
    let before = provider.asked().len();
    write(&patient, &doctor, "还在吗");
    provider.wait(|asked| asked.len() == before + 1);
    server.restart();
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    nothing_waits(&server);
    write(&patient, &doctor, "喂");
    assert_eq!(waiting(&server), 0);
    // What has been read wakes nobody.
    carries(&doctor, "another-phone");
    status.store(503, Ordering::Relaxed);
    write(&patient, &doctor, "看到了吗");
    provider.wait(|asked| woken(asked).iter().any(|(token, _)| token == "another-phone"));
    let dialog = doctor.get("/chat").ok()["list"][0]["id"].clone();
    doctor.get(format_args!("/chat/{dialog}")).ok();
    // Closed first: a try under way when the message was read has come to its end by then.
    server.restart();
    let before = provider.asked().len();
    server.advance("1m");
    nothing_waits(&server);
    assert_eq!(provider.asked().len(), before);
}

#[test]
fn without_a_provider_nothing_is_kept_for_one() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    carries(&doctor, "a-phone");
    write(&patient, &doctor, "在吗");
    assert_eq!(waiting(&server), 0);
}
