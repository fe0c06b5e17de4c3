//! Binding a phone: an account of its own gets it; where the phone has one already, all that the caller has goes over.

use serde_json::{Value, json};

use super::{Caller, ask, caller, doctor, paid_order, patient, reply, scene, shown, status, user};
use crate::{
    kit::{Person, TestServer},
    volunteer_doctor::publish,
};

fn bind(server: &TestServer, me: &Caller, phone: &str) -> Value {
    let code = server.code_for(phone);
    me.post("/api/user/bindphone", json!({ "phone": phone, "verify_code": code })).ok()
}

#[test]
fn a_phone_without_an_account_becomes_the_callers() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    let bound = bind(&server, &me, "19900006001");
    assert_eq!(bound["userId"], me.id);
    assert_eq!(caller(&server, &bound).get("/user").ok()["phone"], "19900006001");
    // The same person at the other door.
    server.advance("1m");
    let code = server.code_for("19900006001");
    let user = server.nobody().post("/login/phone", json!({ "photo": "19900006001", "verify_code": code })).ok();
    assert_eq!((&user["is_new"], user["id"].as_u64().unwrap()), (&json!(0), super::number(&bound["userId"])));
    server.advance("1m");
    assert_eq!(bind(&server, &me, "19900006001")["userId"], me.id, "again changes nothing");
}

#[test]
fn codes_are_demanded() {
    let server = TestServer::open();
    let me = user(&server, "wx-1");
    server.code_for("19900006001");
    for (form, status, slug) in [
        (json!({ "phone": "19900006001", "verify_code": "abcdef" }), 422, "wrong_code"),
        (json!({ "phone": "19900006002", "verify_code": "123456" }), 422, "wrong_code"),
        (json!({ "phone": "19900006001" }), 400, "missing_field"),
        (json!({ "verify_code": "123456" }), 400, "missing_field"),
        (json!({ "phone": "1", "verify_code": "123456" }), 422, "invalid_phone"),
    ] {
        me.post("/api/user/bindphone", form).refused(status, slug);
    }
    doctor(&server, 1, 1).post("/api/user/bindphone", json!({})).refused(403, "wrong_role");
}

#[test]
fn the_older_account_goes_on_with_everything() {
    let server = TestServer::open();
    let older: Person = server.patient();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    ask(&me, &order, "在吗").ok();
    let deleted = patient(&me, 9);
    me.post("/api/patient/delete", json!({ "id": deleted })).ok();
    me.post("/api/doctorCollection/create", json!({ "userId": me.id, "doctorId": doc.id })).ok();
    let doctor_id = super::number(&json!(doc.id));
    me.get(format_args!("/follow/user/{doctor_id}")).ok();
    for (to, text) in [(super::number(&json!(me.id)), "给微信"), (older.id, "给手机")] {
        server.admin().post("/admin/notices", json!({ "title": text, "content": "…", "to": to })).created();
    }
    for writer in [me.client_of(), &older] {
        writer.post("/chat", json!({ "type": 1, "to_user_id": doctor_id, "content": "留言", "photo": [] })).ok();
    }
    server.advance("61s"); // a phone gets one code a minute

    let bound = bind(&server, &me, &older.phone);
    let now = caller(&server, &bound);
    assert_eq!(super::number(&bound["userId"]), older.id);
    me.post("/api/patient/list", json!({ "userId": me.id })).refused(401, "bad_token");
    older.get("/user").ok(); // the older one's own sessions go on
    let again = user(&server, "open-one");
    assert_eq!(again.id, now.id, "WeChat leads to the surviving account");

    let patients = now.post("/api/patient/list", json!({ "userId": now.id })).ok();
    assert!(patients.as_array().unwrap().iter().any(|one| one["id"] == person && one["userId"] == now.id));
    assert_eq!(patients.as_array().unwrap().len(), 2, "and the older one's own");
    assert_eq!(shown(&now, &order)["patient"]["userId"], now.id);
    assert_eq!(now.post("/consultation/payment/query", json!({ "consultationId": order["id"] })).ok()["status"], "PAID");
    assert_eq!(now.post("/api/doctorCollection/list", json!({ "userId": now.id })).ok().as_array().unwrap().len(), 1);
    assert_eq!(now.get("/custom/follow").ok()["list"].as_array().unwrap().len(), 1);
    // The talk goes on.
    ask(&now, &order, "还是我").ok();
    reply(&doc, &order, "您好").ok();
    assert_eq!(status(&now, &order), "04");
    let chats = now.post("/api/chat/user/list", json!({ "userId": now.id })).ok();
    let system = chats.as_array().unwrap().iter().find(|chat| chat["type"] == "02").unwrap();
    let told = now.post("/api/chat/message/list", json!({ "chatId": system["id"] })).ok();
    let texts: Vec<_> = told.as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
    assert!(texts.contains(&"给微信\n…") && texts.contains(&"给手机\n…"), "{texts:?}");
    // Two dialogs with one doctor are one.
    let dialogs = now.get("/chat").ok();
    assert_eq!(dialogs["list"].as_array().unwrap().len(), 1);
}

#[test]
fn a_phone_of_another_wechat_user_stays_theirs() {
    let server = TestServer::open();
    let (me, other) = (user(&server, "wx-1"), user(&server, "wx-2"));
    bind(&server, &other, "19900006001");
    server.advance("1m");
    let code = server.code_for("19900006001");
    me.post("/api/user/bindphone", json!({ "phone": "19900006001", "verify_code": code })).refused(409, "phone_bound");
    // Who has a phone of its own would lose it.
    let older = server.patient();
    bind(&server, &me, "19900006002");
    server.advance("1m");
    let code = server.code_for(&older.phone);
    me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).refused(409, "phone_registered");
    assert_eq!(me.get("/user").ok()["phone"], "19900006002");
}

/// One number is one living patient of an account, also where two accounts become one.
#[test]
fn who_is_in_both_accounts_is_one_person_afterwards() {
    let server = TestServer::open();
    let (me, _, doc) = scene(&server);
    let older: Person = server.patient();
    // The older account's own person has an order with the doctor, and a seat.
    let records = older.post("/api/patient/list", json!({ "userId": crate::im_contact::hex(older.id) })).ok();
    let own = records[0].clone();
    let older_caller = Caller { id: records[0]["userId"].as_str().unwrap().to_owned(), client: (*older).clone() };
    let first = paid_order(&server, &older_caller, own["id"].as_str().unwrap(), &doc);
    reply(&doc, &first, "您好").ok();
    doc.post("/consultation/update", json!({ "consultationId": first["id"], "status": "07" })).ok();
    // The WeChat account knows the same person by another name, has an order with the same doctor that goes on, and a diagnosis.
    let form = json!({ "userId": me.id, "phone": "19900006009", "certificateNo": older.idno, "name": "小名" });
    let same = me.post("/api/patient/create", form).ok()["id"].as_str().unwrap().to_owned();
    server.advance("2m");
    let second = paid_order(&server, &me, &same, &doc);
    reply(&doc, &second, "请讲").ok();
    let findings = json!({
        "consultationId": second["id"], "mainDiagnosis": "胃炎", "secondDiagnosis": [], "chiefComplaint": "痛", "historyOfPastIllness": "无",
    });
    doc.post("/treatment/diagnosis/upsert", findings).ok();

    let bound = bind(&server, &me, &older.phone);
    let now = caller(&server, &bound);
    let patients = now.post("/api/patient/list", json!({ "userId": now.id })).ok();
    let with_number = patients.as_array().unwrap().iter().filter(|one| one["certificateNo"] == json!(older.idno)).count();
    assert_eq!(with_number, 1, "{patients}");
    for order in [&first, &second] {
        assert_eq!(shown(&now, order)["patient"]["_id"], own["id"], "both orders are this person's");
    }
    assert_eq!(shown(&now, &second)["patient"]["name"], "小名", "a record keeps whom it is about");
    // One conversation of the person with the doctor, with what both wrote, and it goes on.
    let chats = now.post("/api/chat/user/list", json!({ "userId": now.id })).ok();
    let with_doctor: Vec<_> = chats.as_array().unwrap().iter().filter(|chat| chat["type"] != "02").collect();
    assert_eq!(with_doctor.len(), 1, "{chats}");
    let goes_on = shown(&now, &second);
    ask(&now, &goes_on, "还在吗").ok();
    reply(&doc, &goes_on, "在").ok();
    let messages = now.post("/api/chat/message/list", json!({ "chatId": with_doctor[0]["id"], "limit": 100 })).ok();
    let texts = messages.to_string();
    assert!(["您好", "请讲", "还在吗"].iter().all(|text| texts.contains(text)), "{texts}");
    let doctors = doc.post("/api/chat/doctor/list", json!({ "doctorId": doc.id })).ok();
    assert_eq!(doctors.as_array().unwrap().iter().filter(|chat| chat["type"] == "01").count(), 1, "{doctors}");
}

impl Caller {
    fn client_of(&self) -> &crate::kit::Client {
        &self.client
    }
}

/// Who was registered stays who was registered, whatever account the visit belongs to now.
#[test]
fn a_visit_keeps_the_person_it_was_booked_for() {
    let server = TestServer::open();
    let (older, doctor) = (server.patient(), server.doctor());
    let me = user(&server, "wx-1");
    let profile = json!({
        "avatars": "", "real_name": "小张", "idno": crate::kit::id_number(6_500), "height": "170", "weight": "60", "marital_status": 0,
        "drink_status": 0, "smoking_status": 0, "province_id": 110_000, "city_id": 110_100, "county_id": 110_101, "addr": "三号路",
    });
    me.put("/user", profile).ok();
    let project = publish(&server, &doctor, json!({}));
    let visit = me.post(format_args!("/project/{project}/join"), json!({ "content": "小张的病", "photo": [] })).ok();
    server.advance("61s");
    let me = caller(&server, &bind(&server, &me, &older.phone));
    let of_project = doctor.get(format_args!("/project/{project}/patient")).ok();
    let person = &of_project["list"][0]["user_info"];
    assert_eq!((&person["real_name"], &person["idno"]), (&json!("小张"), &json!(crate::kit::id_number(6_500))), "{of_project}");
    assert_eq!((&person["id"], &of_project["list"][0]["casebook_info"]["content"]), (&json!(older.id), &json!("小张的病")));
    assert_eq!(doctor.get(format_args!("/diagnoses/{}", visit["id"])).ok()["user_info"]["real_name"], "小张");
    assert_eq!(me.get("/custom/diagnoses?type=1").ok()["list"][0]["user_info"]["real_name"], "小张");
    let history = doctor.get(format_args!("/all_diagnoses/{}", older.id)).ok();
    assert_eq!((history.as_array().unwrap().len(), &history[0]["user"]["real_name"]), (1, &json!("小张")));
    // Whom the doctor never met prints masked, and has no history for this doctor.
    let account = doctor.get(format_args!("/user/{}", older.id)).ok();
    assert_eq!((&account["real_name"], account["idno"] == older.idno), (&json!(older.name), false));
    let own = older.clone().signed_in_again(&server);
    let another = publish(&server, &server.doctor(), json!({ "date": server.date(2) }));
    own.post(format_args!("/project/{another}/join"), json!({ "content": "老张的病", "photo": [] })).ok();
    assert_eq!(doctor.get(format_args!("/all_diagnoses/{}", older.id)).ok(), history);
}
