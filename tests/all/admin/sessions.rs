//! Signing in as an administrator, administrators, sessions.

use serde_json::json;

use super::{deeds, id, ids};
use crate::kit::{Client, TestServer};

fn sign_in(server: &TestServer, username: &str, password: &str) -> Client {
    let token = server.nobody().post("/admin/login", json!({ "username": username, "password": password })).ok();
    server.nobody().with_token(token["token"].as_str().unwrap())
}

#[test]
fn an_administrator_signs_in_and_out() {
    let server = TestServer::open();
    let made = server.admin().post("/admin/administrators", json!({ "username": "front-desk", "password": " pass word " })).created();
    assert!(made["password"].is_null(), "a chosen password is not told again: {made}");
    let refusals: Vec<_> = [("front-desk", "wrong"), ("nobody-here", "wrong"), ("front-desk", "pass word"), ("front-desk", "")]
        .map(|(username, password)| server.nobody().post("/admin/login", json!({ "username": username, "password": password })))
        .into();
    for refusal in &refusals[..3] {
        refusal.refused(401, "bad_login");
        assert_eq!(refusal.json, refusals[0].json, "an unknown name and a wrong password are refused alike");
    }
    refusals[3].refused(400, "missing_field");
    let admin = sign_in(&server, "front-desk", " pass word ");
    admin.get("/admin/hospitals").ok();
    assert_eq!(deeds(&admin, "administrator", id(&made)), ["sign_in", "sign_in_failed", "create"]);
    admin.post("/admin/logout", json!({})).ok();
    admin.get("/admin/hospitals").refused(401, "bad_token");
    server.admin().post("/admin/logout", json!({})).ok(); // nothing to end, and the key still fits
    server.admin().get("/admin/hospitals").ok();
}

#[test]
fn only_administrators_come_in() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    for path in ["/admin/doctors", "/admin/outbox", "/admin/settings", "/admin/audit"] {
        patient.get(path).refused(403, "wrong_role");
        doctor.get(path).refused(403, "wrong_role");
        server.nobody().get(path).refused(401, "no_token");
        server.nobody().with_token("0".repeat(64)).get(path).refused(401, "bad_token");
    }
    let form = json!({ "username": patient.phone, "password": patient.password });
    server.nobody().post("/admin/login", form).refused(401, "bad_login");
    server.admin().get("/admin/nothing").refused(404, "no_such_endpoint");
    server.admin().patch("/admin/outbox", json!({})).refused(405, "method_not_allowed");
}

#[test]
fn log_ins_are_counted() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("limits.login_per_minute", "3")]);
    let attempt = || server.nobody().post("/admin/login", json!({ "username": "admin", "password": "no such word" }));
    for _ in 0..3 {
        attempt().refused(401, "bad_login");
    }
    attempt().refused(429, "too_many_logins");
    server.advance("61s");
    attempt().refused(401, "bad_login");
}

#[test]
fn administrators_come_and_go_but_never_all() {
    let server = TestServer::open();
    let admin = server.admin();
    let first = id(&admin.get("/admin/administrators").ok()["items"][0]);
    let made = admin.post("/admin/administrators", json!({ "username": "second" })).created();
    let password = made["password"].as_str().unwrap();
    admin.post("/admin/administrators", json!({ "username": "second" })).refused(409, "username_taken");
    admin.post("/admin/administrators", json!({ "username": "third", "password": "12345" })).refused(400, "invalid_field");
    admin.post("/admin/administrators", json!({})).refused(400, "missing_field");
    let second = sign_in(&server, "second", password);
    assert_eq!(ids(&second.get("/admin/administrators?q=SEC")), (vec![id(&made)], 1));
    let shown = second.get(format_args!("/admin/administrators/{}", id(&made))).ok();
    assert_eq!((&shown["username"], &shown["password"]), (&json!("second"), &json!(null)));

    let reset = admin.post(format_args!("/admin/administrators/{}/reset-password", id(&made)), json!({})).ok();
    second.get("/admin/administrators").refused(401, "bad_token");
    server.nobody().post("/admin/login", json!({ "username": "second", "password": password })).refused(401, "bad_login");
    let second = sign_in(&server, "second", reset["password"].as_str().unwrap());
    admin.post(format_args!("/admin/administrators/{}/reset-password", id(&made)), json!({ "password": "chosen-1" })).ok();
    second.get("/admin/administrators").refused(401, "bad_token");
    let second = sign_in(&server, "second", "chosen-1");

    let doctor = server.doctor();
    admin.post(format_args!("/admin/administrators/{}/reset-password", doctor.id), json!({})).refused(404, "not_found");
    admin.delete(format_args!("/admin/administrators/{}", doctor.id)).refused(404, "not_found");
    doctor.get("/user").ok();
    second.delete(format_args!("/admin/administrators/{first}")).ok();
    admin.delete(format_args!("/admin/administrators/{}", id(&made))).refused(409, "last_administrator");
    assert_eq!(ids(&second.get("/admin/administrators")), (vec![id(&made)], 1));
}

#[test]
fn sessions_are_seen_and_ended() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient) = (server.doctor(), server.patient());
    let list = admin.get(format_args!("/admin/sessions?account_id={}", doctor.id)).ok();
    let session = &list["items"][0];
    assert_eq!((&list["total"], &session["role"], &session["login"]), (&json!(1), &json!("doctor"), &json!(doctor.phone)));
    assert!(!list.to_string().contains(doctor.token()), "a token is nobody's but its owner's");
    admin.delete(format_args!("/admin/sessions/{}", id(session))).ok();
    doctor.get("/user").refused(401, "bad_token");
    patient.get("/user").ok();
    admin.delete(format_args!("/admin/sessions/{}", id(session))).refused(404, "not_found");
    assert_eq!(admin.get("/admin/sessions").ok()["total"], 1);
    server.advance("8d");
    assert_eq!(admin.get("/admin/sessions").ok()["total"], 0);
}
