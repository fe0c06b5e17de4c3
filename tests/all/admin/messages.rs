//! The outbox of text messages, and notices.

use serde_json::{Value, json};

use super::{deeds, id, ids};
use crate::kit::{Person, TestServer};

#[test]
fn the_outbox_holds_every_message() {
    let server = TestServer::open();
    let admin = server.admin();
    for phone in ["19900009301", "19900009302"] {
        server.nobody().post("/phone/verifycode", json!({ "phone": phone })).ok();
    }
    let outbox = admin.get("/admin/outbox").ok();
    assert_eq!((&outbox["total"], &outbox["items"][0]["phone"]), (&json!(2), &json!("19900009302")));
    let one = admin.get("/admin/outbox?phone=199-0000-9301").ok();
    let sms = &one["items"][0];
    assert_eq!((&one["total"], &sms["phone"]), (&json!(1), &json!("19900009301")));
    assert!(sms["text"].as_str().unwrap().contains(sms["code"].as_str().unwrap()), "{sms}");
    assert_eq!(admin.get("/admin/outbox?q=验证码").ok()["total"], 2);
    assert_eq!(admin.get("/admin/outbox?q=验证码&phone=19900009301").ok()["total"], 1);
    assert_eq!(admin.get("/admin/outbox?q=没有").ok()["total"], 0);
    assert_eq!(admin.get("/admin/outbox?phone=19900009399").ok(), json!({ "items": [], "total": 0 }));
    admin.get("/admin/outbox?phone=12").refused(422, "invalid_phone");
}

fn titles(person: &Person) -> Vec<Value> {
    person.get("/message").ok()["list"].as_array().unwrap().iter().map(|message| message["title"].clone()).collect()
}

#[test]
fn a_notice_reaches_those_it_is_for() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.patient());
    let tell = |title: &str, to: Value| admin.post("/admin/notices", json!({ "title": title, "content": "详情", "to": to }));
    let all = tell("甲", json!("all")).created();
    tell("乙", json!("patients")).created();
    tell("丙", json!("doctors")).created();
    tell("丁", json!("assistants")).created();
    let one = tell("戊", json!(patient.id)).created();
    assert_eq!((&all["to"], &one["to"]), (&json!("all"), &json!(patient.id)));
    assert_eq!((titles(&patient), titles(&other)), (vec![json!("戊"), json!("乙"), json!("甲")], vec![json!("乙"), json!("甲")]));
    assert_eq!(titles(&doctor), ["丙", "甲"]);
    for (to, refusal) in [(json!("nobody"), (400, "invalid_field")), (json!(7), (404, "not_found")), (Value::Null, (400, "missing_field"))]
    {
        tell("己", to).refused(refusal.0, refusal.1);
    }
    admin.post("/admin/notices", json!({ "title": "庚", "to": "all" })).refused(400, "missing_field");

    assert_eq!(admin.get("/admin/notices").ok()["total"], 5);
    assert_eq!(ids(&admin.get("/admin/notices?q=甲")), (vec![id(&all)], 1));
    let path = format!("/admin/notices/{}", id(&all));
    assert_eq!(admin.get(&path).ok(), all);
    admin.patch(&path, json!({ "title": "x" })).refused(405, "method_not_allowed");
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    assert_eq!(titles(&doctor), ["丙"]);
    assert_eq!(deeds(&admin, "notice", id(&all)), ["delete", "create"]);
}

#[test]
fn it_is_known_to_how_many_people_a_notice_goes() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, _, patient) = (server.doctor(), server.patient(), server.patient());
    let count = |to: &str| admin.get(format_args!("/admin/notices/receivers?to={to}")).ok()["receivers"].as_u64().unwrap();
    assert_eq!((count("doctors"), count("patients"), count("assistants"), count("all")), (1, 2, 0, 3));
    assert_eq!((count(&doctor.id.to_string()), count(&patient.id.to_string())), (1, 1));
    admin.get("/admin/notices/receivers?to=1").refused(404, "not_found");
    admin.get("/admin/notices/receivers?to=everyone").refused(400, "invalid_field");
    admin.get("/admin/notices/receivers").refused(400, "missing_field");
}
