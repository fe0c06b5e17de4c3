//! The rows under `/im`: bad input, wrong roles, other people's things.

use serde_json::{Value, json};

use super::{meet, pair};
use crate::kit::{Socket, TestServer};

#[test]
pub fn mimetypes_are_those_that_can_be_sent_and_the_clinics_own() {
    let server = TestServer::open();
    let list = server.nobody().get("/im/mimetypes").ok();
    let rows = list.as_array().unwrap();
    let named = |name: &str| rows.iter().find(|row| row["mimetype"] == name).unwrap_or_else(|| panic!("{name} is missing"));
    assert_eq!(rows.len(), 14);
    let expected = [
        ("text/plain", "text", true),
        ("image/gif", "image", true),
        ("audio/amr", "audio", true),
        ("application/vnd.xuanhu.notice+json", "notice", false),
        ("application/vnd.xuanhu.vas+json", "vas", false),
    ];
    for (name, kind, symptom) in expected {
        assert_eq!((&named(name)["kind"], &named(name)["symptom"]), (&json!(kind), &json!(symptom)));
    }
}

#[test]
pub fn addresses_follow_the_public_url() {
    let server = TestServer::with(&[("http.public_url", "https://clinic.example.com")]);
    let patient = server.patient();
    let servers = patient.get("/im/servers").ok();
    assert_eq!(servers, json!([{ "ip": "clinic.example.com", "port": 443, "url": "wss://clinic.example.com/im/ws" }]));
    assert_eq!(patient.get("/im/password").ok()["url"], "wss://clinic.example.com/im/ws");
}

#[test]
fn messages_are_refused_with_reasons() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let stranger = server.patient();
    let form = |changes: Value| {
        let mut form = json!({ "to_member_id": doctor.id, "mimetype": "text/plain", "content": "x" });
        form.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        form
    };
    for (changes, status, slug) in [
        (json!({ "to_member_id": null }), 400, "missing_field"),
        (json!({ "to_member_id": "x" }), 400, "invalid_field"),
        (json!({ "conversation_id": 5 }), 400, "invalid_field"),
        (json!({ "content": "" }), 400, "missing_field"),
        (json!({ "content": "长".repeat(4_001) }), 400, "invalid_field"),
        (json!({ "mimetype": null }), 400, "missing_field"),
        (json!({ "mimetype": "text/html" }), 415, "unsupported_mimetype"),
        (json!({ "images": vec!["/files/a"; 10] }), 400, "invalid_field"),
        (json!({ "client_id": "x".repeat(65) }), 400, "invalid_field"),
        (json!({ "to_member_id": 987_654_321 }), 404, "not_found"),
        (json!({ "to_member_id": stranger.id }), 422, "may_not_talk"),
    ] {
        patient.post("/im/messages", form(changes)).refused(status, slug);
    }
    stranger.post("/im/messages", form(json!({}))).refused(422, "may_not_talk");
    server.admin().post("/im/messages", form(json!({}))).refused(403, "wrong_role");
    server.nobody().post("/im/messages", form(json!({}))).refused(401, "no_token");
    // Clients differ: numbers as texts.
    let sent = patient.post("/im/messages", form(json!({ "to_member_id": doctor.id.to_string(), "images": "[\"/files/a\"]" }))).ok();
    assert_eq!(sent["images"], json!(["/files/a"]));

    let conversation = sent["conversation_id"].as_u64().unwrap();
    for path in ["/im/messages?member_id=987654321", "/im/messages?conversation_id=987654321", "/im/messages?consultation_id=987654321"] {
        patient.get(path).refused(404, "not_found");
    }
    stranger.get(format_args!("/im/messages?conversation_id={conversation}")).refused(404, "not_found");
    patient.get("/im/messages").refused(400, "missing_field");
    patient.get(format_args!("/im/messages?conversation_id={conversation}&limit=0")).refused(400, "invalid_field");
    let nothing = stranger.get(format_args!("/im/messages?member_id={}", doctor.id)).ok();
    assert_eq!(nothing, json!({ "items": [], "total": 0 }));
}

#[test]
fn a_long_conversation_is_read_from_its_end() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let said: Vec<u64> = (0..7)
        .map(|n| {
            let form = json!({ "to_member_id": doctor.id, "mimetype": "text/plain", "content": n.to_string() });
            patient.post("/im/messages", form).ok()["message_id"].as_u64().unwrap()
        })
        .collect();
    let part = |query: String| {
        let page = patient.get(format_args!("/im/messages?member_id={}&{query}", doctor.id)).ok();
        assert_eq!(page["total"], 7, "of the whole conversation");
        page["items"].as_array().unwrap().iter().map(|one| one["message_id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(part(format!("before={}&limit=3", u64::MAX >> 11)), said[4..]);
    assert_eq!(part(format!("before={}&limit=3", said[4])), said[1..4]);
    assert_eq!(part(format!("before={}&limit=3", said[1])), said[..1]);
    assert_eq!(part(format!("before={}&limit=3", said[0])), Vec::<u64>::new());
    assert_eq!(part(format!("before={}&after={}&limit=2", said[4], said[5])), said[2..4], "the end comes first");
    assert_eq!(part(format!("after={}&limit=3", said[4])), said[5..]);
}

#[test]
fn a_call_over_http_rings_and_is_joined_on_a_device() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (mut desk, mut phone) = (Socket::login(&doctor), Socket::login(&patient));
    let call = patient.post("/im/calls", json!({ "member_ids": [doctor.id], "media": "audio" })).ok();
    let states =
        |frame: &Value| frame["members"].as_array().unwrap().iter().map(|m| m["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!((&call["creator_id"], states(&call)), (&json!(patient.id), vec!["ringing".to_owned(), "ringing".to_owned()]));
    let invite = desk.expect("call_invite");
    assert_eq!((&invite["call_id"], &invite["from_name"]), (&call["call_id"], &json!(patient.name)));
    assert_eq!(phone.expect("call")["call_id"], call["call_id"], "the caller's own devices hear of it");
    let joined = phone.ask(json!({ "type": "call_join", "call_id": call["call_id"] }));
    assert_eq!(states(&joined), ["joined", "ringing"]);
    assert_eq!(states(&desk.expect("call")), ["joined", "ringing"]);
    desk.ask(json!({ "type": "call_decline", "call_id": call["call_id"] }));
    assert_eq!(phone.expect("call_end")["reason"], "declined");

    let stranger = server.doctor();
    meet(&server, &stranger, &server.patient());
    for (form, status, slug) in [
        (json!({ "member_ids": [stranger.id], "media": "audio" }), 422, "may_not_call"),
        (json!({ "member_ids": [987_654_321], "media": "audio" }), 404, "not_found"),
        (json!({ "member_ids": [doctor.id], "media": "smoke" }), 400, "invalid_field"),
        (json!({ "member_ids": [doctor.id] }), 400, "missing_field"),
        (json!({ "media": "audio" }), 400, "missing_field"),
        (json!({ "member_ids": ["x"], "media": "audio" }), 400, "invalid_field"),
        (json!({ "member_ids": [patient.id], "media": "audio" }), 400, "invalid_field"),
        (json!({ "member_ids": (1..=8).collect::<Vec<_>>(), "media": "audio" }), 422, "too_many_members"),
    ] {
        patient.post("/im/calls", form).refused(status, slug);
    }
    assert_eq!(server.app().live.calls(), 0);
}
