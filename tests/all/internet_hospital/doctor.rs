//! Doctors, departments, collections, quick replies.

use serde_json::{Value, json};

use super::{doctor, number, sign_in_doctor, user};
use crate::kit::{TestServer, phone};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["doctorName"].as_str().unwrap()).collect()
}

#[test]
fn doctors_sign_in_by_their_number() {
    let server = TestServer::open();
    let me = doctor(&server, 1, 100);
    let answer = server.nobody().post("/api/doctor/signin", json!({ "doctorSn": "S0001", "password": "secret-word" })).ok();
    assert_eq!((&answer["code"], &answer["identifier"]), (&json!(200), &json!("doctor-S0001")));
    assert_eq!((answer["doctorId"].as_str().unwrap(), answer["userId"].as_str().unwrap()), (me.id.as_str(), me.id.as_str()));
    assert!(!answer["usersig"].as_str().unwrap().is_empty());
    // One person at every door: the id is the account's.
    assert_eq!(
        server.nobody().with_token(answer["token"].as_str().unwrap()).get("/user").ok()["id"].as_u64().unwrap(),
        number(&json!(me.id))
    );
    for (form, status, slug) in [
        (json!({ "doctorSn": "S0001", "password": "wrong-word" }), 401, "bad_login"),
        (json!({ "doctorSn": "S9999", "password": "secret-word" }), 401, "bad_login"),
        (json!({ "doctorSn": "S0001" }), 400, "missing_field"),
        (json!({ "password": "secret-word" }), 400, "missing_field"),
    ] {
        server.nobody().post("/api/doctor/signin", form).refused(status, slug);
    }
    server.admin().post(format_args!("/admin/doctors/{}/verify", number(&json!(me.id))), json!({ "is_verify": 2 })).ok();
    me.post("/api/chat/doctor/list", json!({ "doctorId": me.id })).refused(401, "bad_token");
    server.nobody().post("/api/doctor/signin", json!({ "doctorSn": "S0001", "password": "secret-word" })).refused(403, "account_disabled");
}

#[test]
fn doctors_are_found_by_keyword_department_and_fame() {
    let server = TestServer::open();
    let departments = server.nobody().post("/api/department/list", json!({})).ok();
    let inner = departments.as_array().unwrap().iter().find(|one| one["name"] == "内科").unwrap().clone();
    let (a, b) = (doctor(&server, 1, 100), doctor(&server, 2, 0));
    let change = |caller: &super::Caller, form: Value| {
        drop(server.admin().patch(format_args!("/admin/doctors/{}", number(&json!(caller.id))), form).ok())
    };
    let all = server.nobody().post("/api/doctor/list", json!({})).ok();
    assert_eq!(names(&all), ["医生2", "医生1"], "newest first");
    assert_eq!(all["page_info"], json!({ "skip": 0, "limit": 10, "total": 2 }));
    change(&a, json!({ "weight": 9, "is_hot": true, "good_at": "小儿推拿" }));
    let find = |form: Value| server.nobody().post("/api/doctor/list", form).ok();
    assert_eq!(names(&find(json!({}))), ["医生1", "医生2"], "by weight");
    assert_eq!(names(&find(json!({ "isHot": true }))), ["医生1"]);
    assert_eq!(names(&find(json!({ "keyword": "推拿" }))), ["医生1"]);
    assert_eq!(names(&find(json!({ "keyword": "测试医院", "skip": "1", "limit": "1" }))), ["医生1"], "of equal matches the newer first");
    assert_eq!(find(json!({ "keyword": "没有这样的" }))["page_info"]["total"], 0);
    assert_eq!(names(&find(json!({ "departmentId": inner["id"] }))), ["医生1", "医生2"]);
    server.nobody().post("/api/doctor/list", json!({ "departmentId": "x" })).refused(404, "not_found");
    // Who is not let in is not on show.
    let waiting = server.registered(xuanhu::domain::identity::account::Role::Doctor).with_profile(&server);
    assert_eq!(find(json!({}))["page_info"]["total"], 2);
    let card = server.nobody().post("/api/doctor/detail", json!({ "id": a.id })).ok();
    assert_eq!(
        (&card["imageAndTextPrice"], &card["departmentId"], &card["identifier"]),
        (&json!(100), &inner["id"], &json!("doctor-S0001"))
    );
    assert_eq!((&card["hospitalName"], &card["isHot"], &card["score"]), (&json!("测试医院"), &json!(true), &json!("0.0")));
    for secret in ["password", "openId", "phone", "idno"] {
        assert!(card.get(secret).is_none(), "{secret} is printed");
    }
    let hidden = xuanhu::base::id::to_hex(server.now(), xuanhu::base::id::AnyId::from_number(waiting.id));
    server.nobody().post("/api/doctor/detail", json!({ "id": hidden })).refused(404, "not_found");
    waiting.post("/api/doctor/detail", json!({ "id": hidden })).ok();
    server.nobody().post("/api/doctor/detail", json!({ "id": user(&server, "wx").id })).refused(404, "not_found");
    drop(b);
}

#[test]
fn a_collected_doctor_is_kept_once() {
    let server = TestServer::open();
    let (me, other, doc) = (user(&server, "wx-1"), user(&server, "wx-2"), doctor(&server, 1, 1));
    let form = json!({ "userId": me.id, "doctorId": doc.id });
    let kept = me.post("/api/doctorCollection/create", form.clone()).ok();
    assert_eq!((kept["doctorId"].as_str().unwrap(), kept["userId"].as_str().unwrap()), (doc.id.as_str(), me.id.as_str()));
    assert_eq!(me.post("/api/doctorCollection/create", form.clone()).ok(), kept);
    let list = me.post("/api/doctorCollection/list", json!({ "userId": me.id })).ok();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!((&list[0]["doctor"]["_id"], &list[0]["doctor"]["doctorName"]), (&json!(doc.id), &json!("医生1")));
    assert!(list[0]["doctor"].get("password").is_none() && list[0]["doctor"].get("openId").is_none());
    other.post("/api/doctorCollection/create", form).refused(403, "not_yours");
    other.post("/api/doctorCollection/list", json!({ "userId": me.id })).refused(403, "not_yours");
    other.post("/api/doctorCollection/delete", json!({ "id": kept["_id"] })).refused(403, "not_yours");
    assert_eq!(me.post("/api/doctorCollection/delete", json!({ "id": kept["_id"] })).ok(), json!({ "n": 1, "ok": 1 }));
    me.post("/api/doctorCollection/delete", json!({ "id": kept["_id"] })).refused(404, "not_found");
    me.post("/api/doctorCollection/create", json!({ "userId": me.id, "doctorId": other.id })).refused(404, "not_found");
    assert_eq!(me.post("/api/doctorCollection/list", json!({ "userId": me.id })).ok(), json!([]));
}

#[test]
fn quick_replies_are_a_doctors_own() {
    let server = TestServer::open();
    let (me, other) = (doctor(&server, 1, 1), doctor(&server, 2, 1));
    let make = |title: &str, content: &str| {
        me.post("/api/quickReply/create", json!({ "doctorId": me.id, "title": title, "content": content })).ok()
    };
    let first = make("问候", "您好，请描述病情");
    make("复诊", "请一周后复诊 ABC");
    assert_eq!(first["id"], first["_id"]);
    let list = |form: Value| me.post("/api/quickReply/list", form).ok();
    let page = list(json!({ "doctorId": me.id, "skip": "0", "limit": "1" }));
    assert_eq!((&page["items"][0]["title"], &page["page_info"]), (&json!("复诊"), &json!({ "skip": 0, "limit": 1, "total": 2 })));
    assert_eq!(list(json!({ "doctorId": me.id, "keyword": "abc" }))["page_info"]["total"], 1);
    assert_eq!(list(json!({ "doctorId": me.id, "limit": 500 }))["page_info"]["limit"], 100);
    other.post("/api/quickReply/list", json!({ "doctorId": me.id })).refused(403, "not_yours");
    other.post("/api/quickReply/create", json!({ "doctorId": me.id, "title": "a", "content": "b" })).refused(403, "not_yours");
    other.post("/api/quickReply/delete", json!({ "id": first["id"] })).refused(403, "not_yours");
    user(&server, "wx").post("/api/quickReply/list", json!({ "doctorId": me.id })).refused(403, "wrong_role");
    assert_eq!(me.post("/api/quickReply/delete", json!({ "id": first["id"] })).ok()["code"], 200);
    me.post("/api/quickReply/delete", json!({ "id": first["id"] })).refused(404, "not_found");
    me.post("/api/quickReply/create", json!({ "doctorId": me.id, "title": "a" })).refused(400, "missing_field");
    assert_eq!(phone(1).len(), 11);
    drop(sign_in_doctor(&server, 2));
}
