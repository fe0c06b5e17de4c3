//! Family members: the same persons as the 就诊人 of other doors.

use serde_json::{Value, json};

use super::number;
use crate::kit::{Person, TestServer, id_number};

fn form() -> Value {
    json!({ "name": "甲父", "relation_type": "父亲", "gender": 1, "birthday": "1955-02-03" })
}

fn add(patient: &Person, form: Value) -> u64 {
    number(&patient.post("/family", form).ok()["relation_user_id"])
}

/// The identity numbers of the kit say a birthday in October 1984.
fn born(idno: &str) -> String {
    format!("{}-{}-{}", &idno[6..10], &idno[10..12], &idno[12..14])
}

fn sex(idno: &str) -> u8 {
    if idno.as_bytes()[16] % 2 == 1 { 1 } else { 2 }
}

#[test]
pub fn a_family_member_comes_changes_and_goes() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let made = patient.post("/family", form()).ok();
    let id = number(&made["relation_user_id"]);
    let expected = json!({
        "relation_user_id": id, "relation_type": "父亲", "name": "甲父", "photo_id": "", "gender": 1, "birthday": "1955-02-03",
        "identity_number": "", "created": server.now().0,
    });
    assert_eq!(made, expected);
    // A second tap is the same person, another day another one.
    assert_eq!(patient.post("/family", form()).ok(), made);
    server.advance("2m");
    let another = patient.post("/family", form()).ok()["relation_user_id"].clone();
    assert_ne!(another, made["relation_user_id"]);
    patient.delete(format_args!("/family/{another}")).ok();
    let change = json!({ "name": "甲大父", "photo_id": "photo-1" });
    let changed = patient.put(format_args!("/family/{id}"), change).ok();
    assert_eq!((&changed["name"], &changed["photo_id"], &changed["birthday"]), (&json!("甲大父"), &json!("photo-1"), &json!("1955-02-03")));
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(patient.get(format_args!("/family/{id}")).ok(), changed);
    // At internet_hospital this is a 就诊人.
    let list = patient
        .post(
            "/api/patient/list",
            json!({ "userId": xuanhu::base::id::to_hex(server.now(), xuanhu::base::id::AnyId::from_number(patient.id)) }),
        )
        .ok();
    let kin = list.as_array().unwrap().iter().find(|one| one["name"] == "甲大父").unwrap();
    assert_eq!(kin["relation"], "父亲");

    let gone = patient.delete(format_args!("/family/{id}"));
    gone.ok();
    assert_eq!(gone.json, json!({ "success": true, "code": 200, "sucess": true }));
    patient.get(format_args!("/family/{id}")).refused(404, "not_found");
    patient.put(format_args!("/family/{id}"), json!({ "name": "x" })).refused(404, "not_found");
    patient.delete(format_args!("/family/{id}")).refused(404, "not_found");
    assert_eq!(patient.get("/family").ok(), json!({ "items": [], "total": 0 }));
    assert_eq!(patient.get("/member/profile").ok()["family"], json!([]));
}

#[test]
pub fn the_whole_family_and_one_of_it() {
    let server = TestServer::open();
    let (patient, other) = (server.patient(), server.patient());
    let ids: Vec<u64> = (0..12)
        .map(|n| {
            server.advance("1s");
            add(&patient, json!({ "name": format!("亲{n}"), "relation_type": "兄弟", "gender": "1", "birthday": "1990-01-01" }))
        })
        .collect();
    let theirs = add(&other, form());
    let list = patient.get("/family?limit=100").ok();
    let listed: Vec<u64> = list["items"].as_array().unwrap().iter().map(|one| number(&one["relation_user_id"])).collect();
    assert_eq!((listed, &list["total"]), (ids.iter().rev().copied().collect(), &json!(12)), "newest first, without oneself");
    let page = patient.get("/family?skip=10").ok();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (2, &json!(12)));
    assert_eq!(patient.get(format_args!("/family/{}", ids[3])).ok()["name"], "亲3");
    assert_eq!(patient.get("/member/profile").ok()["family"].as_array().unwrap().len(), 12);

    // Another's family is none of mine.
    patient.get(format_args!("/family/{theirs}")).refused(403, "not_yours");
    patient.put(format_args!("/family/{theirs}"), json!({ "name": "我的" })).refused(403, "not_yours");
    patient.delete(format_args!("/family/{theirs}")).refused(403, "not_yours");
    assert_eq!(other.get(format_args!("/family/{theirs}")).ok()["name"], "甲父");
    patient.get("/family/987654321").refused(404, "not_found");
    patient.get("/family/nobody").refused(404, "not_found");
    for stranger in [server.doctor(), server.assistant()] {
        stranger.get("/family").refused(403, "wrong_role");
        stranger.post("/family", form()).refused(403, "wrong_role");
        stranger.get(format_args!("/family/{theirs}")).refused(403, "wrong_role");
    }
}

#[test]
fn oneself_is_no_family_member() {
    let server = TestServer::open();
    let patient = server.patient();
    let list = patient
        .post(
            "/api/patient/list",
            json!({ "userId": xuanhu::base::id::to_hex(server.now(), xuanhu::base::id::AnyId::from_number(patient.id)) }),
        )
        .ok();
    let oneself = xuanhu::base::id::from_hex::<xuanhu::base::id::kind::Any>(list[0]["id"].as_str().unwrap()).unwrap();
    patient.get(format_args!("/family/{oneself}")).refused(404, "not_found");
    patient.delete(format_args!("/family/{oneself}")).refused(404, "not_found");
    let mut me = form();
    me["relation_type"] = json!("本人");
    patient.post("/family", me).refused(400, "invalid_field");
    let father = add(&patient, form());
    patient.put(format_args!("/family/{father}"), json!({ "relation_type": "本人" })).refused(400, "invalid_field");
    assert_eq!(patient.get(format_args!("/family/{father}")).ok()["relation_type"], "父亲");
}

#[test]
fn an_identity_number_agrees_with_the_rest() {
    let server = TestServer::open();
    let patient = server.patient();
    let (one, other) = (id_number(3_001), id_number(3_002));
    // The number says it all.
    let made = patient.post("/family", json!({ "name": "甲女", "relation_type": "女儿", "identity_number": one.to_lowercase() })).ok();
    assert_eq!((&made["birthday"], &made["gender"], &made["identity_number"]), (&json!(born(&one)), &json!(sex(&one)), &json!(one)));
    let id = number(&made["relation_user_id"]);
    let wrong_sex = json!({ "gender": 3 - sex(&one) });
    patient.put(format_args!("/family/{id}"), wrong_sex.clone()).refused(422, "idno_mismatch");
    patient.put(format_args!("/family/{id}"), json!({ "birthday": "1984-09-09" })).refused(422, "idno_mismatch");
    let both = json!({ "identity_number": other, "birthday": "1984-09-09" });
    patient.put(format_args!("/family/{id}"), both).refused(422, "idno_mismatch");
    assert_eq!(patient.get(format_args!("/family/{id}")).ok(), made);
    let changed = patient.put(format_args!("/family/{id}"), json!({ "identity_number": other })).ok();
    assert_eq!((&changed["gender"], &changed["identity_number"]), (&json!(sex(&other)), &json!(other)));
    // Without a number there is nothing to agree with.
    let freed = patient.put(format_args!("/family/{id}"), json!({ "identity_number": null, "birthday": "1984-09-09" })).ok();
    assert_eq!((&freed["identity_number"], &freed["birthday"]), (&json!(""), &json!("1984-09-09")));
    // What was said without a number must agree with it.
    patient.put(format_args!("/family/{id}"), json!({ "identity_number": one })).refused(422, "idno_mismatch");
    let agreed = json!({ "identity_number": one, "birthday": born(&one).replace('-', ""), "gender": sex(&one) });
    assert_eq!(patient.put(format_args!("/family/{id}"), agreed).ok()["birthday"], born(&one));
    for bad in ["123", "990101198410010010", "99010119841001100x9"] {
        let mut with = form();
        with["identity_number"] = json!(bad);
        patient.post("/family", with).refused(422, "invalid_idno");
    }
}

#[test]
fn forms_are_complete_and_sensible() {
    let server = TestServer::open();
    let patient = server.patient();
    for name in ["name", "relation_type", "gender", "birthday"] {
        for nothing in [json!(null), json!("  ")] {
            let mut without = form();
            without[name] = nothing;
            patient.post("/family", without).refused(400, "missing_field");
        }
    }
    for (name, bad) in [
        ("gender", json!(0)),
        ("gender", json!(3)),
        ("gender", json!("男")),
        ("birthday", json!("1990-02-30")),
        ("birthday", json!("2027-01-01")),
        ("birthday", json!("yesterday")),
        ("name", json!("长".repeat(51))),
        ("relation_type", json!("长".repeat(21))),
        ("photo_id", json!("x".repeat(501))),
        ("name", json!(["甲"])),
    ] {
        let mut with = form();
        with[name] = bad;
        patient.post("/family", with).refused(400, "invalid_field");
    }
    assert_eq!(patient.get("/family").ok()["total"], 0);
    let id = add(&patient, form());
    patient.put(format_args!("/family/{id}"), json!({ "name": "" })).refused(400, "missing_field");
    patient.put(format_args!("/family/{id}"), json!({ "gender": 9 })).refused(400, "invalid_field");
    // Forms of old clients.
    let fields = [("name", "乙"), ("relation_type", "1"), ("gender", "2"), ("birthday", "2001-02-03"), ("photo_id", "7")];
    let made = patient.request("POST", "/family/").form(&fields).send().ok();
    assert_eq!((&made["relation_type"], &made["photo_id"], &made["gender"]), (&json!("1"), &json!("7"), &json!(2)));
}
