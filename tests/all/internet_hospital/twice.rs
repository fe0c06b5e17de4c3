//! Twice is once: a patient created again, an order sent again, also by several requests at the same moment.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::directory::patient::Patient;

use super::{Caller, FIRST, doctor, number, order_form, patient, reply, scene, shown, user};
use crate::kit::{Answer, TestServer, id_number, phone};

/// The same request several times at once; every answer.
fn at_once(times: usize, ask: impl Fn() -> Answer + Sync) -> Vec<Answer> {
    std::thread::scope(|threads| {
        let asked: Vec<_> = (0..times).map(|_| threads.spawn(&ask)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn ids(answers: &[Answer]) -> BTreeSet<String> {
    answers.iter().map(|answer| answer.ok()["id"].as_str().unwrap().to_owned()).collect()
}

fn person(me: &Caller, n: u32) -> Value {
    json!({ "userId": me.id, "phone": phone(FIRST + n), "certificateNo": id_number(FIRST + n), "name": format!("就诊人{n}") })
}

fn count(me: &Caller) -> usize {
    me.post("/api/patient/list", json!({ "userId": me.id })).ok().as_array().unwrap().len()
}

#[test]
fn one_number_is_one_patient_of_an_account() {
    let server = TestServer::open();
    let (me, other) = (user(&server, "wx-1"), user(&server, "wx-2"));
    let answers = at_once(6, || me.post("/api/patient/create", person(&me, 1)));
    assert_eq!((ids(&answers).len(), count(&me)), (1, 1));
    let first = answers[0].ok();
    assert_eq!(first["relation"], "本人");
    // What is not said does not matter, nor how it is written.
    let mut again = person(&me, 1);
    again["certificateNo"] = json!(id_number(FIRST + 1).to_lowercase());
    again["relation"] = json!("本人");
    assert_eq!(me.post("/api/patient/create", again).ok(), first);
    me.post("/api/patient/bindcard", json!({ "id": first["id"], "patientIdNo": "12" })).ok();
    let mut with_card = person(&me, 1);
    with_card["patientIdNo"] = json!("12");
    assert_eq!(me.post("/api/patient/create", with_card).ok()["id"], first["id"]);
    for (field, value) in
        [("name", json!("别名")), ("phone", json!(phone(FIRST + 9))), ("relation", json!("父亲")), ("patientIdNo", json!("13"))]
    {
        let mut otherwise = person(&me, 1);
        otherwise[field] = value;
        let refused = me.post("/api/patient/create", otherwise);
        refused.refused(409, "patient_exists");
        assert_eq!(refused.json["id"], first["id"], "{field}");
    }
    assert_eq!(count(&me), 1);
    // At the other doors too, each with its own kind of id.
    let family = json!({ "name": "就诊人1", "relation_type": "父亲", "identity_number": id_number(FIRST + 1) });
    let refused = me.post("/family", family);
    refused.refused(409, "patient_exists");
    assert_eq!(refused.json["id"], number(&first["id"]));
    // Another account has its own; a deleted one is no more.
    assert_ne!(other.post("/api/patient/create", person(&other, 1)).ok()["id"], first["id"]);
    me.post("/api/patient/delete", json!({ "id": first["id"] })).ok();
    let second = me.post("/api/patient/create", person(&me, 1)).ok();
    assert_ne!(second["id"], first["id"]);
    assert_eq!(me.post("/api/patient/create", person(&me, 1)).ok()["id"], second["id"]);
}

#[test]
fn other_certificates_are_numbers_too() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let form = |kind: &str| {
        json!({
            "userId": me.id, "phone": phone(FIRST), "certificateType": kind, "certificateNo": "e1234", "name": "约翰",
            "birthday": "1984-10-15", "sex": 1,
        })
    };
    let first = me.post("/api/patient/create", form("05")).ok();
    assert_eq!(me.post("/api/patient/create", form("05")).ok()["id"], first["id"]);
    let mut older = form("05");
    older["birthday"] = json!("1984-10-16");
    me.post("/api/patient/create", older).refused(409, "patient_exists");
    assert_ne!(me.post("/api/patient/create", form("04")).ok()["id"], first["id"], "a visa is no passport");
}

/// A family member is told by the number alone; without one nothing tells two people of one name apart.
#[test]
fn one_number_is_one_family_member() {
    let server = TestServer::open();
    let me = server.patient();
    let form = |n: u32, relation: &str| json!({ "name": "甲父", "relation_type": relation, "identity_number": id_number(FIRST + n) });
    let answers = at_once(4, || me.post("/family", form(1, "父亲")));
    let made: BTreeSet<u64> = answers.iter().map(|answer| answer.ok()["relation_user_id"].as_u64().unwrap()).collect();
    assert_eq!((made.len(), &me.get("/family").ok()["total"]), (1, &json!(1)));
    let father = *made.first().unwrap();
    let refused = me.post("/family", form(1, "叔叔"));
    refused.refused(409, "patient_exists");
    assert_eq!(refused.json["id"], father);
    let mother = me.post("/family", form(2, "母亲")).ok()["relation_user_id"].clone();
    // Nobody takes over another's number, also not one's own.
    for theirs in [id_number(FIRST + 1), me.idno.clone()] {
        me.put(format_args!("/family/{mother}"), json!({ "identity_number": theirs })).refused(409, "patient_exists");
    }
    me.put(format_args!("/family/{father}"), json!({ "identity_number": id_number(FIRST + 1), "name": "甲大父" })).ok();
    let nameless = json!({ "name": "乙", "relation_type": "兄弟", "gender": 1, "birthday": "1990-01-01" });
    let add = || me.post("/family", nameless.clone()).ok()["relation_user_id"].clone();
    let first = add();
    assert_eq!(add(), first, "a second tap");
    server.advance("2m");
    assert_ne!(add(), first, "who has no number may have a brother of the same name");
}

/// The profile is one's own patient: it does not become somebody whom the account has as another.
#[test]
fn a_profile_takes_nobodys_number() {
    let server = TestServer::open();
    let me = server.registered(xuanhu::domain::identity::account::Role::Patient);
    let family = json!({ "name": "本人的父亲", "relation_type": "父亲", "identity_number": me.idno });
    let father = me.post("/family", family).ok()["relation_user_id"].clone();
    let refused = me.put("/user", me.profile(&server));
    refused.refused(409, "patient_exists");
    assert_eq!(refused.json["id"], father);
    let refused = server.admin().patch(format_args!("/admin/patients/{}", me.id), json!({ "idno": me.idno }));
    refused.refused(409, "patient_exists");
    assert_eq!((&refused.json["id"], &refused.json["status"]), (&father, &json!(409)));
    me.delete(format_args!("/family/{father}")).ok();
    me.put("/user", me.profile(&server)).ok();
    me.put("/user", me.profile(&server)).ok();
}

/// What an earlier version let in stays, and does not get in the way.
#[test]
fn doubles_of_earlier_days_are_kept() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let first = patient(&me, 1);
    let id = number(&json!(first));
    server
        .app()
        .store
        .write_blocking(move |db| {
            let double: Patient = db.need(Id::from_number(id))?;
            let double = Patient { id: db.next_id()?, relation: "其他".into(), ..double };
            db.put(&double)
        })
        .unwrap();
    assert_eq!(count(&me), 2);
    assert_eq!(me.post("/api/patient/create", person(&me, 1)).ok()["id"], first, "the first that agrees");
    let mut as_other = person(&me, 1);
    as_other["relation"] = json!("其他");
    assert_ne!(me.post("/api/patient/create", as_other).ok()["id"], first);
    assert_eq!(count(&me), 2);
}

#[test]
fn the_same_order_within_a_minute_is_the_first() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let form = order_form(&person, &doc);
    let ask = || me.post("/consultation/create", form.clone());
    let answers = at_once(6, ask);
    let first = answers[0].ok();
    assert_eq!(ids(&answers).len(), 1);
    assert!(answers.iter().all(|answer| answer.ok() == first));
    assert_eq!(me.post("/consultation/list", json!({})).ok()["page_info"]["total"], 1);
    // Paid and answered it is still the same; the conversation began once.
    super::pay(&server, &me, &first);
    reply(&doc, &shown(&me, &first), "您好").ok();
    server.advance("59s");
    assert_eq!(ask().ok()["id"], first["id"]);
    // Another question is another order.
    let other = doctor(&server, 8, 1);
    let second = patient(&me, 9);
    for (field, value) in [
        ("content", json!("肚子痛四天")),
        ("consultationReason", json!("首诊")),
        ("images", json!([])),
        ("doctorId", json!(other.id)),
        ("patientId", json!(second)),
    ] {
        let mut changed = form.clone();
        changed[field] = value;
        assert_ne!(me.post("/consultation/create", changed).ok()["id"], first["id"], "{field}");
    }
    // And so is the same one a minute later.
    server.advance("1s");
    assert_ne!(ask().ok()["id"], first["id"]);
}

#[test]
fn an_order_that_is_over_can_be_made_again_at_once() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let ask = || me.post("/consultation/create", order_form(&person, &doc)).ok();
    let first = ask();
    me.post("/consultation/update", json!({ "consultationId": first["id"], "status": "02" })).ok();
    let second = ask();
    assert_ne!(second["id"], first["id"]);
    super::pay(&server, &me, &second);
    me.post("/consultation/update", json!({ "consultationId": second["id"], "status": "06" })).ok();
    server.settle();
    let third = ask();
    assert!(third["id"] != second["id"] && third["status"] == "01");
    assert_eq!(ask()["id"], third["id"]);
}

/// Twelve requests, two of each kind of order, all at once: each kind is one order.
#[test]
fn a_crowd_of_orders_is_as_many_as_there_are_different_ones() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let answers: Vec<Answer> = std::thread::scope(|threads| {
        let asked: Vec<_> = (0..12)
            .map(|n| {
                let mut form = order_form(&person, &doc);
                form["content"] = json!(format!("第{}问", n % 3));
                let me = &me;
                threads.spawn(move || me.post("/consultation/create", form))
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(ids(&answers).len(), 3);
    assert_eq!(me.post("/consultation/list", json!({})).ok()["page_info"]["total"], 3);
}
