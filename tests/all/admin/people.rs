//! Doctors, assistants, patients.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{deeds, id, ids};
use crate::{
    kit::{TestServer, id_number},
    volunteer_doctor::{join, publish},
};

fn doctor_form(server: &TestServer) -> Value {
    json!({
        "phone": "199 0000 9001", "password": "secret-9001", "real_name": "测甲", "idno": id_number(901), "hospital_id": server.hospital(),
        "departments": "内科", "job_position": "主任医师", "good_at": "头痛", "honours": "先进个人", "work_photo": ["https://files.example.com/1.png"],
        "abstract": "行医二十年", "work_time": [
            { "morning": 1, "afternoon": 0 }, {}, {}, {}, {}, {}, { "morning": true, "afternoon": "1" },
        ],
        "email": "doctor@example.com", "province_id": 110_000, "city_id": 110_100, "county_id": 110_101, "addr": "一号路1号",
        "image_and_text_open": true, "image_and_text_price": 3_000, "is_hot": 1, "weight": 7,
    })
}

#[test]
fn a_doctor_is_brought_in_and_works_at_once() {
    let server = TestServer::open();
    let admin = server.admin();
    let made = admin.post("/admin/doctors", doctor_form(&server)).created();
    for (field, value) in [
        ("phone", json!("19900009001")),
        ("idno", json!("*".repeat(18))),
        ("hospital", json!("测试医院")),
        ("is_verify", json!(1)),
        ("image_and_text_open", json!(true)),
        ("image_and_text_price", json!(3_000)),
        ("is_hot", json!(true)),
        ("weight", json!(7)),
        ("honours", json!("先进个人")),
        ("province_name", json!("北京市")),
        ("has_password", json!(true)),
        ("created_at", json!("2026-03-02T01:00:00.000Z")),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made["work_time"][6], json!({ "morning": 1, "afternoon": 1 }));
    assert!(made["department_id"].as_u64().unwrap() > 0, "内科 is one of the clinic's departments");
    let number = made["doctor_sn"].as_str().unwrap();
    assert!(number.len() == 9 && number.starts_with('D') && number[1..].bytes().all(|b| b.is_ascii_digit()), "{number}");
    let login = json!({ "phono": "19900009001", "pwd": "secret-9001", "type": 2 });
    let user = server.nobody().post("/login", login).ok();
    assert_eq!((&user["id"], &user["real_name"], &user["is_verify"]), (&made["id"], &made["real_name"], &json!(1)));
    assert_eq!(deeds(&admin, "doctor", id(&made)), ["sign_in", "create"]);
    assert_eq!(admin.get(format_args!("/admin/doctors/{}", id(&made))).ok(), made);
    assert_eq!(deeds(&admin, "doctor", id(&made)), ["look", "sign_in", "create"]);
}

#[test]
fn what_cannot_be_a_doctor_is_refused_and_leaves_nothing() {
    let server = TestServer::open();
    let admin = server.admin();
    let made = admin.post("/admin/doctors", doctor_form(&server)).created();
    for (changes, refusal) in [
        (json!({}), (409, "phone_registered")),
        (json!({ "phone": "12345" }), (422, "invalid_phone")),
        (json!({ "phone": null }), (400, "missing_field")),
        (json!({ "real_name": " " }), (400, "missing_field")),
        (json!({ "password": "short" }), (400, "invalid_field")),
        (json!({ "idno": "990101198410011234" }), (422, "invalid_idno")),
        (json!({ "hospital_id": 7 }), (422, "unknown_hospital")),
        (json!({ "hospital_id": "the best" }), (400, "invalid_field")),
        (json!({ "department_id": 7 }), (422, "unknown_department")),
        (json!({ "county_id": 999_999 }), (422, "unknown_region")),
        (json!({ "doctor_sn": made["doctor_sn"] }), (409, "doctor_sn_taken")),
        (json!({ "work_time": [{ "morning": 1 }] }), (400, "invalid_field")),
        (json!({ "image_and_text_price": -1 }), (400, "invalid_field")),
        (json!({ "image_and_text_price": 1.5 }), (400, "invalid_field")),
        (json!({ "is_verify": 3 }), (400, "invalid_field")),
        (json!({ "weight": 5_000_000_000u64 }), (400, "invalid_field")),
        (json!({ "work_photo": { "a": 1 } }), (400, "invalid_field")),
        (json!({ "abstract": "长".repeat(5_001) }), (400, "invalid_field")),
    ] {
        let mut form = doctor_form(&server);
        if changes.get("phone").is_none() && refusal.1 != "phone_registered" {
            form["phone"] = json!("19900009002");
        }
        form.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        admin.post("/admin/doctors", form).refused(refusal.0, refusal.1);
    }
    assert_eq!(ids(&admin.get("/admin/doctors")), (vec![id(&made)], 1));
    let other =
        |sn: Value, phone: &str| admin.post("/admin/doctors", json!({ "phone": phone, "real_name": "测乙", "doctor_sn": sn })).created();
    assert_eq!(other(json!("D000002"), "19900009003")["doctor_sn"], "D000002");
    let last = other(Value::Null, "19900009004");
    assert!(last["doctor_sn"] != made["doctor_sn"] && last["doctor_sn"].as_str().unwrap().starts_with('D'), "{last}");
}

#[test]
fn a_change_touches_what_it_names() {
    let server = TestServer::open();
    let admin = server.admin();
    let doctor = server.doctor();
    let path = format!("/admin/doctors/{}", doctor.id);
    let before = admin.get(&path).ok();
    let stars = json!("*".repeat(18));
    assert_eq!((&before["real_name"], &before["phone"], &before["idno"]), (&json!(doctor.name), &json!(doctor.phone), &stars));
    // What was shown can be sent back; other stars are no value.
    let form = json!({ "honours": "模范", "is_hot": true, "addr": before["addr"], "idno": before["idno"], "email": before["email"] });
    let after = admin.patch(&path, form).ok();
    let mut expected = before.clone();
    (expected["honours"], expected["is_hot"]) = (json!("模范"), json!(true));
    for (field, value) in [("idno", "990101********1234"), ("addr", "***"), ("email", "a*@example.com")] {
        admin.patch(&path, json!({ field: value })).refused(422, "masked_value");
    }
    let whole = admin.post(format!("/admin/doctors/{}/reveal", doctor.id), json!({ "reason": "核对身份" })).ok();
    assert_eq!(whole, json!({ "idno": doctor.idno, "address": "二号路2号", "email": "" }));
    let helper = server.assistant();
    let whole = admin.post(format!("/admin/assistants/{}/reveal", helper.id), json!({ "reason": "核对身份" })).ok();
    assert_eq!(whole["idno"], json!(helper.idno));
    admin.patch(&path, json!({ "addr": "三号路3号" })).ok();
    let whole = admin.post(format!("{path}/reveal"), json!({ "reason": "核对地址", "fields": ["address"] })).ok();
    assert_eq!(whole, json!({ "address": "三号路3号" }));
    expected["doctor_sn"] = after["doctor_sn"].clone(); // who registered alone gets a number now
    assert!(after["doctor_sn"].as_str().is_some_and(|sn| sn.starts_with('D')));
    assert_eq!(after, expected);
    assert_eq!(admin.patch(&path, json!({ "honours": "", "good_at": null })).ok()["honours"], "");
    assert_eq!(admin.patch(&path, json!({})).ok()["good_at"], "");
    admin.patch(&path, json!({ "real_name": "" })).refused(400, "missing_field");
    admin.patch(&path, json!({ "hospital_id": 7, "real_name": "测丙" })).refused(422, "unknown_hospital");
    assert_eq!(admin.get(&path).ok()["real_name"], doctor.name);

    let department = admin.post("/admin/departments", json!({ "name": "中医科二区" })).created();
    let moved = admin.patch(&path, json!({ "department_id": department["id"] })).ok();
    assert_eq!((&moved["department_id"], &moved["departments"]), (&department["id"], &json!("中医科二区")));
    let moved = admin.patch(&path, json!({ "departments": "没有的科" })).ok();
    assert_eq!((&moved["department_id"], &moved["departments"]), (&json!(0), &json!("没有的科")));

    let other = server.doctor();
    admin.patch(&path, json!({ "phone": other.phone })).refused(409, "phone_registered");
    admin.patch(&path, json!({ "phone": doctor.phone })).ok();
    admin.patch(&path, json!({ "phone": "19900009005" })).ok();
    doctor.get("/user").ok(); // a new phone ends no session, a new password all
    admin.patch(&path, json!({ "password": "another-1" })).ok();
    doctor.get("/user").refused(401, "bad_token");
    server.nobody().post("/login", json!({ "phono": doctor.phone, "pwd": "another-1", "type": 2 })).refused(401, "bad_login");
    server.nobody().post("/login", json!({ "phono": "19900009005", "pwd": "another-1", "type": 2 })).ok();
    other.get("/user").ok();
}

#[test]
fn who_is_shut_out_is_out_at_once() {
    let server = TestServer::open();
    let admin = server.admin();
    for person in [server.doctor(), server.assistant(), server.patient()] {
        person.verify(&server, 0).refused(400, "invalid_field");
        person.get("/user").ok();
        assert_eq!(person.verify(&server, 2).ok()["is_verify"], 2);
        person.get("/user").refused(401, "bad_token");
        let form = json!({ "phono": person.phone, "pwd": person.password, "type": person.role.number() });
        server.nobody().post("/login", form.clone()).refused(403, "account_disabled");
        assert_eq!(person.verify(&server, 1).ok()["is_verify"], 1);
        server.nobody().post("/login", form).ok();
    }
    let waiting = server.registered(Role::Doctor);
    assert_eq!(ids(&admin.get("/admin/doctors?is_verify=0")), (vec![waiting.id], 1));
    assert_eq!(admin.get("/admin/doctors?is_verify=1").ok()["total"], 1);
    admin.get("/admin/doctors?is_verify=9").refused(400, "invalid_field");
    admin.post(format_args!("/admin/assistants/{}/verify", waiting.id), json!({ "is_verify": 1 })).refused(404, "not_found");
    admin.post(format_args!("/admin/doctors/{}/verify", waiting.id), json!({})).refused(400, "missing_field");
    admin.post("/admin/doctors/x/verify", json!({ "is_verify": 1 })).refused(404, "not_found");
    admin.post(format_args!("/admin/doctors/{}/verify", waiting.id), json!({ "is_verify": "1" })).ok();
    assert_eq!(waiting.get("/user").ok()["is_verify"], 1);
    let changes: Vec<_> = deeds(&admin, "doctor", waiting.id).into_iter().filter(|deed| deed != "look").collect();
    assert_eq!(changes, ["verify", "sign_in"]);
}

#[test]
fn lists_have_pages_and_are_searched() {
    let server = TestServer::open();
    let admin = server.admin();
    let made: Vec<u64> = (0..12)
        .map(|n| {
            let form = json!({ "phone": format!("199000091{n:02}"), "real_name": format!("某{n}"), "team_name": if n < 3 { "Red Team" } else { "" } });
            id(&admin.post("/admin/assistants", form).created())
        })
        .collect();
    let newest: Vec<u64> = made.iter().rev().copied().collect();
    assert_eq!(ids(&admin.get("/admin/assistants")), (newest[..10].to_vec(), 12));
    assert_eq!(ids(&admin.get("/admin/assistants?page=2")), (newest[10..].to_vec(), 12));
    assert_eq!(ids(&admin.get("/admin/assistants?page=2&page_size=5")), (newest[5..10].to_vec(), 12));
    assert_eq!(ids(&admin.get("/admin/assistants?page=99999999999")), (vec![], 12));
    assert_eq!(ids(&admin.get("/admin/assistants?page_size=5000")).0.len(), 12);
    assert_eq!(ids(&admin.get("/admin/assistants?q=red team")), (vec![made[2], made[1], made[0]], 3));
    assert_eq!(ids(&admin.get("/admin/assistants?q=red team&page=2&page_size=2")), (vec![made[0]], 3));
    assert_eq!(ids(&admin.get("/admin/assistants?q=1990000910")).1, 10);
    assert_eq!(ids(&admin.get("/admin/assistants?q=某11")), (vec![made[11]], 1));
    assert_eq!(ids(&admin.get("/admin/assistants?q=没有")), (vec![], 0));
    for bad in ["page=0", "page=-1", "page=x", "page_size=0", "page=1.5"] {
        admin.get(format_args!("/admin/assistants?{bad}")).refused(400, "invalid_field");
    }
    assert_eq!(admin.get("/admin/doctors").ok(), json!({ "items": [], "total": 0 }));
    let (doctor, patient) = (server.doctor(), server.patient());
    for q in [&doctor.name, &doctor.phone, &doctor.idno, "测试医院", "内科"] {
        assert_eq!(ids(&admin.get(format_args!("/admin/doctors?q={q}"))), (vec![doctor.id], 1), "{q}");
    }
    for q in [&patient.name, &patient.phone, &patient.idno] {
        assert_eq!(ids(&admin.get(format_args!("/admin/patients?q={q}"))), (vec![patient.id], 1), "{q}");
    }
}

#[test]
fn patients_and_assistants_are_brought_in_changed_and_removed() {
    let server = TestServer::open();
    let admin = server.admin();
    let patient = admin.post("/admin/patients", json!({ "phone": "19900009201", "real_name": "测丁" })).created();
    assert_eq!((&patient["is_verify"], &patient["sex"], &patient["age"]), (&json!(0), &json!(""), &json!(null)));
    let path = format!("/admin/patients/{}", id(&patient));
    let form = json!({ "idno": id_number(3), "height": "170", "marital_status": 1, "smoking_status": 1, "phone": "19900009202" });
    let patient = admin.patch(&path, form).ok();
    assert_eq!((&patient["is_verify"], &patient["birthday"], &patient["age"]), (&json!(1), &json!("1984-10-01"), &json!(41)));
    assert_eq!((&patient["sex"], &patient["smoking_status"], &patient["phone"]), (&json!("1"), &json!(1), &json!("19900009202")));
    assert_eq!(admin.get(&path).ok(), patient);
    assert_eq!(admin.post(format_args!("/admin/patients/{}/verify", id(&patient)), json!({ "is_verify": 1 })).ok(), patient);
    admin.patch(&path, json!({ "marital_status": 4 })).refused(400, "invalid_field");
    assert_eq!(deeds(&admin, "patient", id(&patient)), ["verify", "look", "update", "create"]);
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    admin.delete(&path).refused(404, "not_found");
    assert_eq!(deeds(&admin, "patient", id(&patient))[0], "delete");
    // The phone is free again.
    admin.post("/admin/patients", json!({ "phone": "19900009202", "real_name": "测戊", "is_verify": 2 })).created();

    let assistant = admin.post("/admin/assistants", json!({ "phone": "19900009202", "real_name": "测己", "team_name": "一队" })).created();
    let path = format!("/admin/assistants/{}", id(&assistant));
    assert_eq!(admin.patch(&path, json!({ "team_name": "二队", "idno": id_number(4) })).ok()["team_name"], "二队");
    let revealed = admin.post(format!("{path}/reveal"), json!({ "reason": "核对身份", "fields": "[\"idno\"]" })).ok();
    assert_eq!(revealed, json!({ "idno": id_number(4) }));
    admin.delete(&path).ok();
    admin.patch(&path, json!({ "team_name": "三队" })).refused(404, "not_found");
}

#[test]
fn who_is_needed_stays_and_who_goes_leaves_nothing() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient, idle, reader) = (server.doctor(), server.patient(), server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    join(&patient, project);
    admin.delete(format_args!("/admin/doctors/{}", doctor.id)).refused(409, "in_use");
    admin.delete(format_args!("/admin/patients/{}", patient.id)).refused(409, "kept_by_law");
    patient.get("/user").ok();

    reader.get(format_args!("/follow/user/{}", idle.id)).ok();
    idle.get(format_args!("/follow/user/{}", reader.id)).ok();
    assert_eq!(reader.get("/custom/follow").ok()["list"].as_array().unwrap().len(), 1);
    admin.post("/admin/notices", json!({ "title": "t", "content": "c", "to": idle.id })).created();
    admin.delete(format_args!("/admin/patients/{}", idle.id)).refused(404, "not_found");
    admin.delete(format_args!("/admin/doctors/{}", idle.id)).ok();
    idle.get("/user").refused(401, "bad_token");
    assert_eq!(admin.get("/admin/notices").ok()["total"], 0);
    assert_eq!(reader.get("/custom/follow").ok()["list"], json!([]));
    admin.delete(format_args!("/admin/patients/{}", reader.id)).ok();
    assert_eq!(admin.get("/admin/sessions").ok()["total"], 2);
}
