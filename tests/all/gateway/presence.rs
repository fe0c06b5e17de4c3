//! Who is here: only of those whom one may watch, at each change.

use serde_json::{Value, json};
use xuanhu::base::id::Id;

use super::{meet, pair};
use crate::kit::{Socket, TestServer};

fn watch(ids: &[u64]) -> Value {
    json!({ "type": "watch", "member_ids": ids })
}

#[test]
fn contacts_are_seen_to_come_and_go() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let (stranger, follower) = (server.doctor(), server.patient());
    follower.get(format_args!("/follow/user/{}", doctor.id)).ok();
    let mut desk = Socket::login(&doctor);
    let answer = desk.ask(watch(&[patient.id, follower.id, stranger.id, doctor.id, 987_654_321, patient.id]));
    let offline = |id: u64| json!({ "member_id": id, "online": false, "last_seen": null });
    assert_eq!((&answer["type"], &answer["members"]), (&json!("presence"), &json!([offline(patient.id), offline(follower.id)])));

    let phone = Socket::login(&patient);
    let came = desk.expect("presence");
    assert_eq!(came["members"], json!([{ "member_id": patient.id, "online": true, "last_seen": server.now().0 }]));
    assert!(came.get("id").is_none(), "no answer to anything");
    let tablet = Socket::login(&patient);
    phone.leave();
    desk.quiet();
    server.app().clock.advance(7_000);
    tablet.leave();
    let left = desk.expect("presence");
    assert_eq!(left["members"], json!([{ "member_id": patient.id, "online": false, "last_seen": server.now().0 }]));
    // Nobody who has not logged in is here.
    let _silent = Socket::open(&patient);
    desk.quiet();
    // The new list replaces the old one.
    assert_eq!(desk.ask(watch(&[follower.id]))["members"], json!([offline(follower.id)]));
    let _again = Socket::login(&patient);
    desk.quiet();
    assert_eq!(desk.ask(watch(&[]))["members"], json!([]));
    let _follower = Socket::login(&follower);
    desk.quiet();
    desk.refused(json!({ "type": "watch" }), 400, "malformed");
    desk.refused(json!({ "type": "watch", "member_ids": ["x"] }), 400, "malformed");
    desk.refused(watch(&(1..=201).collect::<Vec<_>>()), 400, "malformed");
}

#[test]
fn who_has_banned_me_is_not_seen() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let colleague = server.doctor();
    meet(&server, &colleague, &patient);
    let (owner, other) = (doctor.id, patient.id);
    server
        .app()
        .store
        .write_blocking(move |db| xuanhu::domain::messaging::contact::set_ban(db, Id::from_number(owner), Id::from_number(other), true))
        .unwrap();
    let mut phone = Socket::login(&patient);
    let seen = phone.ask(watch(&[doctor.id, colleague.id]))["members"].clone();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["member_id"]), (1, &json!(colleague.id)));
    // Nor is it from the moment of the ban on.
    let form = json!({ "patientId": patient.id, "status": 1 });
    colleague.post("/api/im/patient-ban-status", form).ok();
    phone.quiet();
    let _desk = Socket::login(&colleague);
    phone.quiet();
}
