//! Signing in and out, push tokens, what members and doctors say of themselves.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::identity::{account::Role, push_token};

use super::{balance, found, join_with, number, recharge};
use crate::kit::{Person, TestServer};

fn login(person: &Person) -> Value {
    json!({ "phone": person.phone, "password": person.password, "role": person.role.name() })
}

#[test]
fn everybody_signs_in_by_password_or_code() {
    let server = TestServer::open();
    for person in [server.patient(), server.doctor(), server.assistant()] {
        let session = server.nobody().post("/session", login(&person)).ok();
        assert_eq!((&session["member_id"], &session["role"]), (&json!(person.id), &json!(person.role.name())));
        assert_eq!(session["expires"], server.now().plus(7 * 24 * 3_600_000).0);
        let me = server.nobody().with_token(session["token"].as_str().unwrap());
        assert_eq!(me.get("/user").ok()["id"], person.id, "the token opens every door");
        server.advance("61s");
        let code = server.code_for(&person.phone);
        let by_code = json!({ "phone": format!("+86 {}", person.phone), "verify_code": code, "role": person.role.number() });
        assert_eq!(server.nobody().post("/session", by_code.clone()).ok()["member_id"], person.id);
        server.nobody().post("/session", by_code).refused(422, "wrong_code");
    }
}

#[test]
fn who_cannot_prove_it_learns_nothing() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let nobody = server.nobody();
    let refusals = [
        json!({ "phone": patient.phone, "password": "wrong-one", "role": "patient" }),
        json!({ "phone": "19900007777", "password": "wrong-one", "role": "patient" }),
        json!({ "phone": patient.phone, "password": patient.password, "role": "doctor" }),
    ]
    .map(|form| nobody.post("/session", form).refused(401, "bad_login").json.clone());
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
    // A code proves the phone, and that nobody is registered under it.
    let code = server.code_for("19900007777");
    let form = json!({ "phone": "19900007777", "verify_code": code, "role": "patient" });
    nobody.post("/session", form).refused(401, "bad_login");
    for (form, status, slug) in [
        (json!({ "phone": patient.phone, "verify_code": "abcdef", "role": "patient" }), 422, "wrong_code"),
        (json!({ "phone": patient.phone, "password": "x" }), 400, "missing_field"),
        (json!({ "phone": patient.phone, "role": "patient" }), 400, "missing_field"),
        (json!({ "password": "x", "role": "patient" }), 400, "missing_field"),
        (json!({ "phone": "12", "password": "x", "role": "patient" }), 422, "invalid_phone"),
        (json!({ "phone": patient.phone, "password": "x", "role": "admin" }), 400, "invalid_field"),
        (json!({ "phone": patient.phone, "password": "x", "role": 4 }), 400, "invalid_field"),
        (json!({ "phone": patient.phone, "password": ["x"], "role": "patient" }), 400, "invalid_field"),
    ] {
        nobody.post("/session", form).refused(status, slug);
    }
    doctor.verify(&server, 2).ok();
    nobody.post("/session", login(&doctor)).refused(403, "account_disabled");
}

#[test]
fn wrong_codes_are_counted() {
    let server = TestServer::open();
    let patient = server.patient();
    server.advance("61s");
    let code = server.code_for(&patient.phone);
    let with = |code: &str| server.nobody().post("/session", json!({ "phone": patient.phone, "verify_code": code, "role": "patient" }));
    for _ in 0..5 {
        with("abcdef").refused(422, "wrong_code");
    }
    with(&code).refused(422, "wrong_code");
}

#[test]
pub fn signing_out_ends_the_session_and_nothing_else() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let elsewhere = patient.clone().signed_in_again(&server);
    let answer = patient.delete("/session");
    answer.ok();
    assert_eq!(answer.json, json!({ "success": true, "code": 200, "sucess": true }));
    patient.get("/member/profile").refused(401, "bad_token");
    patient.delete("/session").refused(401, "bad_token");
    elsewhere.get("/member/profile").ok();
    server.restart();
    patient.at(&server).get("/member/profile").refused(401, "bad_token");
    elsewhere.at(&server).get("/member/profile").ok();
    server.nobody().delete("/session").refused(401, "no_token");
}

fn phones(server: &TestServer, person: &Person) -> Vec<String> {
    let tokens = push_token::list(&server.app().store.view(), Id::from_number(person.id)).unwrap();
    tokens.into_iter().map(|token| format!("{} {}", token.platform.name(), token.token)).collect()
}

#[test]
pub fn a_phone_is_of_who_signed_in_last() {
    let mut server = TestServer::open();
    let (one, other) = (server.patient(), server.doctor());
    let upload = |person: &Person, platform: &str, token: &str| {
        person.post("/session/push_token", json!({ "platform": platform, "token": token })).ok()
    };
    let told = upload(&one, "iOS", "phone-a");
    assert_eq!(told, json!({ "platform": "ios", "token": "phone-a", "created": server.now().0 }));
    upload(&one, "ios", "phone-b");
    assert_eq!(phones(&server, &one), ["ios phone-b"], "a session has one phone");
    let elsewhere = one.clone().signed_in_again(&server);
    upload(&elsewhere, "web", "browser");
    assert_eq!(phones(&server, &one), ["ios phone-b", "web browser"]);

    // The phone changes hands.
    upload(&other, "ios", "phone-b");
    assert_eq!((phones(&server, &one), phones(&server, &other)), (vec!["web browser".into()], vec!["ios phone-b".into()]));

    server.restart();
    let (one, other, elsewhere) = (one.at(&server), other.at(&server), elsewhere.at(&server));
    assert_eq!(phones(&server, &other), ["ios phone-b"]);
    // Whichever door one leaves by.
    other.get("/logout").ok();
    elsewhere.delete("/session").ok();
    assert!(phones(&server, &one).is_empty() && phones(&server, &other).is_empty());
    upload(&one, "android", "phone-c");
    server.advance("8d");
    assert!(phones(&server, &one).is_empty(), "the session has run out");
}

#[test]
fn push_tokens_have_a_platform_and_a_length() {
    let server = TestServer::open();
    let patient = server.patient();
    for (form, slug) in [
        (json!({ "token": "x" }), "missing_field"),
        (json!({ "platform": "ios" }), "missing_field"),
        (json!({ "platform": "ios", "token": "" }), "missing_field"),
        (json!({ "platform": "symbian", "token": "x" }), "invalid_field"),
        (json!({ "platform": "ios", "token": "x".repeat(1_001) }), "invalid_field"),
    ] {
        patient.post("/session/push_token", form).refused(400, slug);
    }
    // Long ones begin alike and are not the same.
    let (one, other) = (patient.clone().signed_in_again(&server), patient.clone().signed_in_again(&server));
    for (session, ending) in [(&one, "1"), (&other, "2")] {
        session.post("/session/push_token", json!({ "platform": "ios", "token": format!("{}{ending}", "x".repeat(999)) })).ok();
    }
    assert_eq!(phones(&server, &patient).len(), 2);
}

#[test]
pub fn a_members_profile_has_all_that_was_asked_for() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let empty = patient.get("/member/profile").ok();
    let expected = json!({
        "member_id": patient.id, "name": patient.name, "balance": 0, "total_spent": 0, "pregnancy_count": null, "birth_count": null,
        "menstrual_cycle": null, "menarche_age": null, "family": [],
    });
    assert_eq!(empty, expected);

    let team = found(&doctor, "妇科团队");
    join_with(&server, &patient, team, 300);
    recharge(&server, &patient, 700);
    let kin = json!({ "name": "甲母", "relation_type": "母亲", "gender": 2, "birthday": "1960-05-06", "photo_id": "photo-7" });
    let kin = patient.post("/family", kin).ok()["relation_user_id"].clone();
    let form = json!({
        "pregnancy_count": "2", "birth_count": 1, "menstrual_cycle": 28, "menarche_age": 13,
        "balance": 99_999, "total_spent": 0, "member_id": 1, "family": [],
    });
    let changed = patient.put("/member/profile", form).ok();
    let expected = json!({
        "member_id": patient.id, "name": patient.name, "balance": 700, "total_spent": 300, "pregnancy_count": 2, "birth_count": 1,
        "menstrual_cycle": 28, "menarche_age": 13,
        "family": [{ "relation_user_id": kin, "relation_type": "母亲", "name": "甲母", "photo_id": "photo-7" }],
    });
    assert_eq!(changed, expected);
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(patient.get("/member/profile").ok(), expected);

    // What is named changes, and nothing else.
    let changed = patient.put("/member/profile", json!({ "birth_count": null, "menstrual_cycle": "28-30天", "name": "甲新名" })).ok();
    assert_eq!((&changed["birth_count"], &changed["pregnancy_count"]), (&json!(null), &json!(2)));
    assert_eq!((&changed["menstrual_cycle"], &changed["name"]), (&json!("28-30天"), &json!("甲新名")));
    assert_eq!(patient.get("/user").ok()["real_name"], "甲新名", "the same person at every door");
    assert_eq!(balance(&patient), 700);
}

#[test]
fn a_members_profile_takes_sensible_numbers() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    for bad in [
        json!({ "pregnancy_count": -1 }),
        json!({ "pregnancy_count": 1.5 }),
        json!({ "birth_count": 51 }),
        json!({ "birth_count": "two" }),
        json!({ "menarche_age": 1_000 }),
        json!({ "menstrual_cycle": 0 }),
        json!({ "menstrual_cycle": "-3" }),
        json!({ "menstrual_cycle": [28] }),
    ] {
        patient.put("/member/profile", bad).refused(400, "invalid_field");
    }
    patient.put("/member/profile", json!({ "name": "" })).refused(400, "missing_field");
    assert_eq!(patient.get("/member/profile").ok()["pregnancy_count"], json!(null));
    doctor.get("/member/profile").refused(403, "wrong_role");
    doctor.put("/member/profile", json!({ "birth_count": 1 })).refused(403, "wrong_role");
    // Who has not filled in a profile has no name yet, and may give one.
    let new = server.registered(Role::Patient);
    assert_eq!(new.get("/member/profile").ok()["name"], "");
    assert_eq!(new.put("/member/profile", json!({ "name": "新人" })).ok()["name"], "新人");
    assert_eq!(new.get("/family").ok()["total"], 0, "oneself is no family member");
}

#[test]
pub fn a_doctors_profile_tells_nothing_of_money() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = found(&doctor, "甲队");
    join_with(&server, &patient, team, 300);
    let profile = doctor.get("/doctor/profile").ok();
    assert_eq!((&profile["member_id"], &profile["name"]), (&json!(doctor.id), &json!(doctor.name)));
    // What a consultation costs is no secret, and the doctor's to say.
    let money = ["balance", "wallet", "total_spent", "income", "fee", "amount"];
    let told: Vec<_> = profile.as_object().unwrap().keys().filter(|key| money.iter().any(|word| key.contains(word))).collect();
    assert!(told.is_empty(), "{told:?}");
    patient.get("/doctor/profile").refused(403, "wrong_role");
}

#[test]
pub fn a_doctor_tells_of_expertise_and_honours() {
    let mut server = TestServer::open();
    let doctor = server.doctor();
    assert_eq!(doctor.get("/doctor/profile").ok()["expertise"], "头痛");
    let form = json!({ "expertise": "偏头痛", "honours": "市级先进", "name": "别名", "member_id": 1 });
    let changed = doctor.put("/doctor/profile", form).ok();
    assert_eq!((&changed["expertise"], &changed["honours"]), (&json!("偏头痛"), &json!("市级先进")));
    assert_eq!((&changed["name"], number(&changed["member_id"])), (&json!(doctor.name), doctor.id));
    server.restart();
    let doctor = doctor.at(&server);
    assert_eq!(doctor.get("/doctor/profile").ok(), changed);
    let shown = server.admin().get(format_args!("/admin/doctors/{}", doctor.id)).ok();
    assert_eq!((&shown["good_at"], &shown["honours"]), (&json!("偏头痛"), &json!("市级先进")));
    let changed = doctor.put("/doctor/profile", json!({ "honours": "" })).ok();
    assert_eq!((&changed["expertise"], &changed["honours"]), (&json!("偏头痛"), &json!("")));
    doctor.put("/doctor/profile", json!({ "expertise": "长".repeat(1_001) })).refused(400, "invalid_field");
    doctor.put("/doctor/profile", json!({ "expertise": {} })).refused(400, "invalid_field");
    // One who waits to be let in fills it in all the same.
    let waiting = server.registered(Role::Doctor);
    assert_eq!(waiting.put("/doctor/profile", json!({ "honours": "新" })).ok()["honours"], "新");
}
