//! 2 就诊人模块.

use serde_json::{Value, json};

use super::{FIRST, number, patient, user};
use crate::kit::{TestServer, id_number, phone};

#[test]
fn a_patient_takes_birthday_and_sex_from_the_number() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let (no, tel) = (id_number(FIRST), phone(FIRST));
    let form = json!({
        "userId": me.id, "phone": tel, "certificateNo": no.to_lowercase(), "name": " 张三 ", "birthday": format!("{}", &no[6..14]),
        "sex": if (no.as_bytes()[16] - b'0') % 2 == 1 { "1" } else { "0" }, "patientIdNo": "123456765",
    });
    let answer = me.post("/api/patient/create", form);
    assert_eq!((&answer.json["code"], &answer.json["msg"]), (&json!("200"), &json!("创建就诊人成功")));
    let made = answer.ok();
    assert_eq!(made["phone"].as_u64().unwrap().to_string(), tel);
    assert_eq!((&made["certificateNo"], &made["certificateType"], &made["name"]), (&json!(no), &json!("01"), &json!("张三")));
    assert_eq!(made["birthday"], format!("{}-{}-{}", &no[6..10], &no[10..12], &no[12..14]));
    assert_eq!((&made["userId"], &made["patientIdNo"]), (&json!(me.id), &json!("123456765")));
    assert_eq!((made["created_at"].as_str().unwrap(), &made["id"]), ("2026-03-02T01:00:00.000Z", &made["_id"]));
    // The same without what the number tells.
    let bare = me
        .post("/api/patient/create", json!({ "userId": me.id, "phone": tel, "certificateNo": id_number(FIRST + 1), "name": "李四" }))
        .ok();
    assert_eq!(bare["sex"].as_u64().unwrap() + made["sex"].as_u64().unwrap(), 1, "men and women in turn");
    assert!(bare.get("patientIdNo").is_none());
    let list = me.post("/api/patient/list", json!({ "userId": me.id })).ok();
    assert_eq!(list.as_array().unwrap().iter().map(|p| &p["name"]).collect::<Vec<_>>(), ["李四", "张三"]);
    assert_eq!(me.post("/api/patient/detail", json!({ "id": made["id"] })).ok(), made);
}

#[test]
fn what_disagrees_or_is_wrong_is_refused() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let good = json!({ "userId": me.id, "phone": phone(FIRST), "certificateNo": id_number(FIRST), "name": "张三" });
    let wrong_check = format!("{}0", &id_number(FIRST)[..17]);
    let wrong_check = if wrong_check == id_number(FIRST) { format!("{}1", &id_number(FIRST)[..17]) } else { wrong_check };
    for (field, value, status, slug) in [
        ("birthday", json!("19990101"), 422, "idno_mismatch"),
        ("birthday", json!("1984-13-01"), 400, "invalid_field"),
        ("birthday", json!("2999-01-01"), 400, "invalid_field"),
        ("birthday", json!("yesterday"), 400, "invalid_field"),
        ("sex", json!(2), 400, "invalid_field"),
        ("certificateNo", json!(wrong_check), 422, "invalid_idno"),
        ("certificateNo", json!("123"), 422, "invalid_idno"),
        ("certificateNo", Value::Null, 400, "missing_field"),
        ("certificateType", json!("07"), 400, "invalid_field"),
        ("certificateType", json!("05"), 400, "missing_field"), // nothing tells birthday and sex
        ("phone", json!("12345"), 422, "invalid_phone"),
        ("phone", Value::Null, 400, "missing_field"),
        ("name", json!(""), 400, "missing_field"),
        ("name", json!("名".repeat(51)), 400, "invalid_field"),
        ("userId", json!("1234"), 404, "not_found"),
        ("userId", json!("f".repeat(24)), 404, "not_found"),
    ] {
        let mut form = good.clone();
        form[field] = value.clone();
        let answer = me.post("/api/patient/create", form);
        assert_eq!((answer.status, answer.slug()), (status, Some(slug)), "{field} {value}: {answer}");
    }
    let sex_of_the_other = 1 - me.post("/api/patient/create", good.clone()).ok()["sex"].as_u64().unwrap();
    let mut form = good.clone();
    form["sex"] = json!(sex_of_the_other);
    me.post("/api/patient/create", form).refused(422, "idno_mismatch");
    assert_eq!(me.post("/api/patient/list", json!({ "userId": me.id })).ok().as_array().unwrap().len(), 1);
}

#[test]
fn other_certificates_say_birthday_and_sex_themselves() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let form = json!({
        "userId": me.id, "phone": phone(FIRST), "certificateType": "05", "certificateNo": "e12345678", "name": "约翰",
        "birthday": "1984-10-15", "sex": 1,
    });
    let made = me.post("/api/patient/create", form).ok();
    assert_eq!((&made["certificateType"], &made["certificateNo"], &made["sex"]), (&json!("05"), &json!("E12345678"), &json!(1)));
}

#[test]
fn patients_are_their_owners_alone() {
    let server = TestServer::open();
    let (me, other) = (user(&server, "wx-1"), user(&server, "wx-2"));
    let id = patient(&me, 1);
    for (path, form) in [
        ("/api/patient/detail", json!({ "id": id })),
        ("/api/patient/delete", json!({ "id": id })),
        ("/api/patient/bindcard", json!({ "id": id, "patientIdNo": "1" })),
        ("/api/patient/list", json!({ "userId": me.id })),
    ] {
        other.post(path, form).refused(403, "not_yours");
    }
    let form = json!({ "userId": me.id, "phone": phone(FIRST), "certificateNo": id_number(FIRST), "name": "张三" });
    other.post("/api/patient/create", form).refused(403, "not_yours");
    server.doctor().post("/api/patient/list", json!({ "userId": me.id })).refused(403, "wrong_role");
    for id in ["", "zz", "0000000000000000000003e9", "5b1cbbcfe3d2c87d31bac936", "1002"] {
        let answer = me.post("/api/patient/detail", json!({ "id": id }));
        assert_eq!(answer.status, if id.is_empty() { 400 } else { 404 }, "{answer}");
    }
}

#[test]
fn cards_are_bound_and_deleting_is_for_good() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let id = patient(&me, 1);
    let answer = me.post("/api/patient/bindcard", json!({ "id": id, "patientIdNo": 123_456_765 }));
    assert_eq!((&answer.ok()["code"], answer.json.get("data")), (&json!(200), None));
    assert_eq!(me.post("/api/patient/detail", json!({ "id": id })).ok()["patientIdNo"], "123456765");
    me.post("/api/patient/bindcard", json!({ "id": id })).refused(400, "missing_field");
    assert_eq!(me.post("/api/patient/delete", json!({ "id": id })).json.get("data"), None);
    for (path, form) in [
        ("/api/patient/delete", json!({ "id": id })),
        ("/api/patient/detail", json!({ "id": id })),
        ("/api/patient/bindcard", json!({ "id": id, "patientIdNo": "1" })),
    ] {
        me.post(path, form).refused(404, "not_found");
    }
    assert_eq!(me.post("/api/patient/list", json!({ "userId": me.id })).ok(), json!([]));
}

#[test]
fn ids_hold_the_time_and_the_number() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let id = patient(&me, 1);
    assert_eq!(u64::from_str_radix(&id[..8], 16).unwrap() as i64, server.now().seconds());
    assert_eq!(u64::from_str_radix(&id[8..], 16).unwrap(), number(&json!(id)));
    // Only the last 16 digits are read.
    let otherwise = format!("00000000{}", &id[8..]);
    assert_eq!(me.post("/api/patient/detail", json!({ "id": otherwise.to_uppercase() })).ok()["id"], id);
}
