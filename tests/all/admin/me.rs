//! `/admin/me`: who asks, and a new password.

use serde_json::json;

use crate::kit::TestServer;

#[test]
fn an_administrator_is_told_who_they_are() {
    let server = TestServer::open();
    let root = server.admin();
    root.post("/admin/administrators", json!({ "username": "front desk", "password": "first-word" })).created();
    let token = server.nobody().post("/admin/login", json!({ "username": "front desk", "password": "first-word" })).ok()["token"].clone();
    let me = server.nobody().with_token(token.as_str().unwrap()).get("/admin/me").ok();
    assert_eq!(me["username"], "front desk");
    let rows = root.get("/admin/administrators?q=front").ok();
    assert_eq!((&rows["items"][0]["id"], &rows["items"][0]["created_at"]), (&me["id"], &me["created_at"]));
    server.nobody().get("/admin/me").refused(401, "no_token");
}

#[test]
fn a_new_password_ends_every_session_and_opens_one() {
    let mut server = TestServer::open();
    let root = server.admin();
    root.post("/admin/administrators", json!({ "username": "desk", "password": "first-word" })).created();
    let enter =
        |server: &TestServer, password: &str| server.nobody().post("/admin/login", json!({ "username": "desk", "password": password }));
    let one = server.nobody().with_token(enter(&server, "first-word").ok()["token"].as_str().unwrap());
    let two = server.nobody().with_token(enter(&server, "first-word").ok()["token"].as_str().unwrap());
    let path = "/admin/me/password";
    one.post(path, json!({ "old_password": "first-wort", "password": "second-word" })).refused(422, "wrong_password");
    one.post(path, json!({ "old_password": "first-word", "password": "x" })).refused(400, "invalid_field");
    one.post(path, json!({ "password": "second-word" })).refused(400, "missing_field");
    two.get("/admin/me").ok();
    let token = one.post(path, json!({ "old_password": "first-word", "password": "second-word" })).ok()["token"].clone();
    for gone in [&one, &two] {
        gone.get("/admin/me").refused(401, "bad_token");
    }
    enter(&server, "first-word").refused(401, "bad_login");
    server.restart();
    server.nobody().with_token(token.as_str().unwrap()).get("/admin/me").ok();
    enter(&server, "second-word").ok();
}
