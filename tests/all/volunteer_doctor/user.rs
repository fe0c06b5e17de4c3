//! 3.1 用户接口.

use serde_json::json;
use xuanhu::domain::identity::account::Role;

use crate::kit::TestServer;

#[test]
fn one_phone_registers_once_in_each_role() {
    let server = TestServer::open();
    let register = |code: &str, kind: u8| {
        server.nobody().post("/register", json!({ "phono": "19900000801", "pwd": "secret-1", "type": kind, "verify_code": code }))
    };
    register("000000", 1).refused(422, "wrong_code");
    let code = server.code_for("19900000801");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    register(wrong, 1).refused(422, "wrong_code");
    let user = register(&code, 1).ok();
    assert_eq!((&user["phone"], &user["is_verify"], &user["real_name"]), (&json!("19900000801"), &json!(0), &json!("")));
    register(&code, 2).refused(422, "wrong_code"); // single use
    server.advance("2m");
    let code = server.code_for("19900000801");
    register(&code, 1).refused(409, "phone_registered");
    register(&code, 2).ok(); // the refusal before did not use the code up
    register(&code, 9).refused(400, "invalid_field");
}

#[test]
fn a_code_holds_for_five_tries_and_five_minutes() {
    let server = TestServer::open();
    let login = |code: &str| server.nobody().post("/login/phone", json!({ "photo": "19900000802", "verify_code": code }));
    let code = server.code_for("19900000802");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        login(wrong).refused(422, "wrong_code");
    }
    login(&code).refused(422, "wrong_code");
    server.advance("61s");
    let code = server.code_for("19900000802");
    server.advance("5m");
    login(&code).refused(422, "wrong_code");
    let code = server.code_for("19900000802");
    let first = login(&code).ok();
    assert_eq!(first["is_new"], 1);
    server.advance("61s");
    let again = login(&server.code_for("19900000802")).ok();
    assert_eq!((&again["is_new"], &again["id"]), (&json!(0), &first["id"]));
}

#[test]
fn tokens_end_with_log_out_a_new_password_and_disabling() {
    let server = TestServer::open();
    let patient = server.patient();
    let second = patient.clone().signed_in_again(&server);
    patient.get("/logout").ok();
    patient.get("/user").refused(401, "bad_token");
    second.get("/user").ok();

    server.advance("2m");
    let code = server.code_for(&patient.phone);
    let form = json!({ "phono": patient.phone, "pwd": "another-secret", "type": 1, "verify_code": code });
    server.nobody().post("/reset/pwd", form).ok();
    second.get("/user").refused(401, "bad_token");
    let old = json!({ "phono": patient.phone, "pwd": patient.password, "type": 1 });
    server.nobody().post("/login", old).refused(401, "bad_login");
    server.nobody().post("/login", json!({ "phono": "19900000899", "pwd": "whatever", "type": 1 })).refused(401, "bad_login");
    server.nobody().post("/login", json!({ "phono": patient.phone, "pwd": "another-secret", "type": 2 })).refused(401, "bad_login");
    let third = server.nobody().post("/login", json!({ "phono": patient.phone, "pwd": "another-secret", "type": "1" })).ok();
    let third = server.nobody().with_token(third["token"].as_str().unwrap());
    third.get("/user").ok();

    patient.verify(&server, 2).ok();
    third.get("/user").refused(401, "bad_token");
    server.nobody().post("/login", json!({ "phono": patient.phone, "pwd": "another-secret", "type": 1 })).refused(403, "account_disabled");
    server.nobody().get("/project").ok();
    third.get("/project").refused(401, "bad_token"); // a bad token is refused where none is needed, too
}

#[test]
fn a_profile_is_checked_and_lets_a_patient_in() {
    let server = TestServer::open();
    let patient = server.registered(Role::Patient);
    let form = patient.profile(&server);
    for (field, value, slug) in [
        ("real_name", json!(""), (400, "missing_field")),
        ("idno", json!("990101198410011231"), (422, "invalid_idno")),
        ("idno", json!("99010119841001123"), (422, "invalid_idno")),
        ("height", json!(null), (400, "missing_field")),
        ("marital_status", json!(7), (400, "invalid_field")),
        ("drink_status", json!("maybe"), (400, "invalid_field")),
        ("province_id", json!(999_999), (422, "unknown_region")),
        ("real_name", json!("长".repeat(51)), (400, "invalid_field")),
        ("real_name", json!({ "a": 1 }), (400, "invalid_field")),
    ] {
        let mut bad = form.clone();
        bad[field] = value;
        patient.put("/user", bad).refused(slug.0, slug.1);
    }
    assert_eq!(patient.get("/user").ok()["is_verify"], 0);
    let user = patient.put("/user", form).ok();
    assert_eq!((&user["is_verify"], &user["idno"]), (&json!(1), &json!(patient.idno)));
    assert_eq!((&user["birthday"], &user["city_name"]), (&json!("1984-10-01"), &json!("北京市")));
    assert_eq!(user["age"], 41);
    let sex = if patient.idno.as_bytes()[16] % 2 == 1 { "1" } else { "2" };
    assert_eq!(user["sex"], sex);
}

#[test]
fn doctors_and_assistants_wait_for_the_administration() {
    let server = TestServer::open();
    let doctor = server.registered(Role::Doctor);
    let mut form = doctor.profile(&server);
    form["hospital_id"] = json!("7");
    doctor.put("/user", form.clone()).refused(422, "unknown_hospital");
    form["hospital_id"] = json!(server.hospital().to_string()); // numbers come as texts
    let week: Vec<_> = (0..7).map(|day| json!({ "morning": day % 2, "afternoon": "1" })).collect();
    form["work_time"] = json!(serde_json::to_string(&week).unwrap());
    form["work_photo"] = json!("[\"https://files.example.com/1.png\"]");
    let user = doctor.put("/user", form.clone()).ok();
    assert_eq!((&user["is_verify"], &user["hospital"], &user["score"]), (&json!(0), &json!("测试医院"), &json!("0.0")));
    assert_eq!(user["work_time"][1], json!({ "morning": 1, "afternoon": 1 }));
    assert_eq!(user["work_photo"], json!(["https://files.example.com/1.png"]));
    // No address is printed to a doctor, so none is lost that is left out.
    let (mut moved, admin) = (form.clone(), server.admin());
    (moved["province_id"], moved["city_id"], moved["addr"]) = (json!(110_000), json!(110_100), json!("长安街 1 号"));
    doctor.put("/user", moved).ok();
    let kept = || {
        let revealed = json!({ "fields": ["address"], "reason": "核对地址" });
        let address = admin.post(format_args!("/admin/doctors/{}/reveal", doctor.id), revealed).ok()["address"].clone();
        (address, admin.get(format_args!("/admin/doctors/{}", doctor.id)).ok()["city_id"].clone())
    };
    let address = (json!("长安街 1 号"), json!(110_100));
    assert_eq!(kept(), address);
    for name in ["province_id", "city_id", "county_id", "addr"] {
        form.as_object_mut().unwrap().remove(name);
    }
    doctor.put("/user", form.clone()).ok();
    assert_eq!(kept(), address);
    form["work_time"] = json!("[1,2,3]");
    doctor.put("/user", form).refused(400, "invalid_field");

    let assistant = server.registered(Role::Assistant).with_profile(&server);
    assert_eq!(assistant.get("/user").ok()["team_name"], "志愿者一队");
    let assistant = assistant.verified(&server);
    assert_eq!(assistant.get("/user").ok()["is_verify"], 1);
}

#[test]
fn others_see_what_is_public() {
    let server = TestServer::open();
    let (patient, doctor, other) = (server.patient(), server.doctor(), server.patient());
    let own = patient.get(format_args!("/user/{}", patient.id)).ok();
    assert_eq!((&own["phone"], &own["addr"]), (&json!(patient.phone), &json!("二号路2号")));
    // That there is a patient is a stranger's business no more than what the patient is called.
    let none = other.get("/user/1");
    for stranger in [&doctor, &other, &server.assistant()] {
        assert_eq!(stranger.get(format_args!("/user/{}", patient.id)).refused(404, "not_found").json, none.json);
    }
    let seen = other.get(format_args!("/user/{}", doctor.id)).ok();
    let masked = format!("{}****{}", &doctor.phone[..3], &doctor.phone[7..]);
    assert_eq!((&seen["phone"], &seen["real_name"], &seen["idno"]), (&json!(masked), &json!(doctor.name), &json!("")));
    assert_eq!(seen["token"], json!(null));
    other.get("/user/1").refused(404, "not_found");
    other.get("/user/abc").refused(404, "not_found");
    server.nobody().get(format_args!("/user/{}", patient.id)).refused(401, "no_token");
}

#[test]
fn following_is_idempotent_and_ends() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let path = format!("/follow/user/{}", doctor.id);
    for _ in 0..2 {
        patient.get(&path).ok();
    }
    let followed = patient.get("/custom/follow").ok();
    assert_eq!((&followed["page"]["count"], &followed["list"][0]["id"]), (&json!(1), &json!(doctor.id)));
    patient.get(format_args!("/follow/user/{}", patient.id)).refused(422, "cannot_follow_oneself");
    patient.get("/follow/user/77").refused(404, "not_found");
    for _ in 0..2 {
        patient.delete(&path).ok();
    }
    assert_eq!(patient.get("/custom/follow").ok()["page"]["count"], 0);
}

#[test]
fn notices_reach_those_whom_they_are_for() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let publish = |title: &str, to: serde_json::Value| {
        let form = json!({ "title": title, "content": "内容", "to": to });
        server.admin().post("/admin/notices", form).created();
    };
    publish("给大家", json!("all"));
    publish("给医生", json!("doctors"));
    publish("给你", json!(patient.id));
    publish("给患者", json!("patients"));
    let titles = |person: &crate::kit::Person, path: &str| -> Vec<String> {
        let list = person.get(path).ok();
        list["list"].as_array().unwrap().iter().map(|notice| notice["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&patient, "/message"), ["给患者", "给你", "给大家"]);
    assert_eq!(titles(&patient, "/message?current_page=2&page_size=2"), ["给大家"]);
    assert_eq!(titles(&doctor, "/message"), ["给医生", "给大家"]);
    let page = patient.get("/message?page_size=2").ok();
    assert_eq!((&page["page"]["count"], &page["page"]["total_page"]), (&json!(3), &json!(2)));
    assert_eq!((&page["list"][1]["type"], &page["list"][0]["type"]), (&json!(1), &json!(0)));
}
