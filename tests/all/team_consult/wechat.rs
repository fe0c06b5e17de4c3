//! `POST /session/wechat`: a code of the official account, and a phone that is bound once.

use serde_json::json;

use crate::kit::{Outside, TestServer, phone};

/// WeChat, which gives codes for `wx-` and their own name; each is good once.
pub fn wechat() -> Outside {
    let used = std::sync::Mutex::new(Vec::<String>::new());
    Outside::open(move |asked| {
        let code = asked.path.split("&code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default().to_owned();
        let mut used = used.lock().unwrap();
        let fresh = code.starts_with("of-") && asked.path.starts_with("/sns/oauth2/access_token?appid=wx-page&secret=hush&");
        let said = match fresh && !used.contains(&code) {
            true => format!(r#"{{"access_token":"a","openid":"wx-{}","scope":"snsapi_base"}}"#, code.split('-').nth(1).unwrap()),
            false => r#"{"errcode":40163,"errmsg":"code been used"}"#.to_owned(),
        };
        used.push(code);
        (200, said.into_bytes())
    })
}

pub fn server(wechat: &Outside) -> TestServer {
    TestServer::with(&[("wechat.official.app_id", "wx-page"), ("wechat.official.secret", "hush"), ("wechat.base_url", &wechat.base)])
}

#[test]
fn a_wechat_user_binds_a_phone_once_and_comes_in_by_wechat_from_then_on() {
    let wechat = wechat();
    let server = server(&wechat);
    let nobody = server.nobody();
    assert_eq!(nobody.get("/web/about.json").json["wechat"], "wx-page");
    let older = server.patient().with_profile(&server);
    nobody.post("/session/wechat", json!({ "code": "of-ding-1" })).refused(422, "bind_needed");
    let bind =
        |code: &str, phone: &str, sms: &str| nobody.post("/session/wechat", json!({ "code": code, "phone": phone, "verify_code": sms }));
    bind("of-ding-2", &older.phone, "000000").refused(422, "wrong_code");
    server.advance("2m");
    let session = bind("of-ding-3", &older.phone, &server.code_for(&older.phone)).ok();
    assert_eq!((&session["member_id"], &session["role"]), (&json!(older.id), &json!("patient")), "the phone's own account goes on");
    let again = nobody.post("/session/wechat", json!({ "code": "of-ding-4" })).ok();
    assert_eq!(again["member_id"], older.id);
    assert_eq!(nobody.with_token(again["token"].as_str().unwrap()).get("/user").ok()["id"], older.id);
    // A code is good once, and a phone has one WeChat.
    nobody.post("/session/wechat", json!({ "code": "of-ding-4" })).refused(422, "bad_wechat_code");
    server.advance("2m");
    bind("of-feng-1", &older.phone, &server.code_for(&older.phone)).refused(409, "phone_bound");
    // A phone that nobody has is a new account.
    let new = phone(77);
    let fresh = bind("of-feng-2", &new, &server.code_for(&new)).ok();
    assert_ne!(fresh["member_id"], older.id);
    assert_eq!(nobody.post("/session/wechat", json!({ "code": "of-feng-3" })).ok()["member_id"], fresh["member_id"]);
    for (form, slug) in [(json!({}), "missing_field"), (json!({ "code": "of-feng-4", "phone": new }), "missing_field")] {
        nobody.post("/session/wechat", form).refused(400, slug);
    }
}

#[test]
fn without_an_official_account_there_is_no_such_sign_in() {
    let server = TestServer::open();
    server.nobody().post("/session/wechat", json!({ "code": "of-ding-1" })).refused(422, "wechat_not_configured");
    assert!(server.nobody().get("/web/about.json").json["wechat"].is_null());
}

/// What an administrator has shut stays shut: binding a phone does not bring it in as the account that has the phone.
#[test]
fn a_shut_account_binds_no_phone() {
    let wechat = wechat();
    let mut server = TestServer::open();
    let shut = crate::internet_hospital::user(&server, "wx-ding");
    let id = u64::from_str_radix(&shut.id[8..], 16).unwrap();
    server.admin().post(format_args!("/admin/patients/{id}/verify"), json!({ "is_verify": 2 })).ok();
    let older = server.patient().with_profile(&server);
    server.restart_with(&[("wechat.official.app_id", "wx-page"), ("wechat.official.secret", "hush"), ("wechat.base_url", &wechat.base)]);
    server.advance("2m");
    let form = json!({ "code": "of-ding-1", "phone": older.phone, "verify_code": server.code_for(&older.phone) });
    server.nobody().post("/session/wechat", form).refused(403, "account_disabled");
    assert_eq!(server.admin().get(format_args!("/admin/patients/{id}")).ok()["is_verify"], 2, "it is still there, and shut");
}

/// Where the official account proves who somebody is, the unproved word of a client opens nothing.
#[test]
fn an_open_id_needs_its_proof() {
    let wechat = wechat();
    let server = server(&wechat);
    server.nobody().post("/api/user/signin", json!({ "openId": "wx-ding" })).refused(400, "missing_field");
    server.nobody().post("/api/user/signup", json!({ "openId": "wx-ding" })).refused(400, "missing_field");
}
