//! 1 用户模块: signing up and in.

use serde_json::json;

use super::{caller, patient, user};
use crate::kit::{Outside, TestServer};

#[test]
fn signing_up_twice_makes_one_account() {
    let server = TestServer::open();
    let form = json!({ "openId": "8765431278754452356", "phone": 19_900_000_001_u64 });
    for _ in 0..2 {
        let answer = server.nobody().post("/api/user/signup", form.clone());
        assert_eq!((&answer.ok()["code"], &answer.json["msg"]), (&json!("200"), &json!("注册成功")));
        assert!(answer.json.get("data").is_none());
    }
    let ids: Vec<_> = (0..2).map(|_| user(&server, "8765431278754452356").id).collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 24);
    assert_ne!(user(&server, "another").id, ids[0]);
    // The phone was not proved: nobody signs in by it.
    let code = server.code_for("19900000001");
    let by_phone = server.nobody().post("/login/phone", json!({ "photo": "19900000001", "verify_code": code })).ok();
    assert_eq!(by_phone["is_new"], 1);
}

#[test]
fn signing_in_answers_beside_the_code() {
    let server = TestServer::open();
    server.nobody().post("/api/user/signin", json!({ "openId": "nobody-yet" })).refused(422, "not_registered");
    server.nobody().post("/api/user/signup", json!({ "openId": "wx-1" })).ok();
    let answer = server.nobody().post("/api/user/signin", json!({ "openId": "wx-1" })).ok();
    assert_eq!((&answer["code"], &answer["identifier"]), (&json!("200"), &json!("wx-1")));
    assert!(!answer["usersig"].as_str().unwrap().is_empty());
    // The token opens every family.
    let me = caller(&server, &answer);
    assert_eq!(me.get("/user").ok()["is_verify"], 0);
    assert!(me.post("/api/patient/list", json!({ "userId": me.id })).ok().as_array().unwrap().is_empty());
}

#[test]
fn bad_open_ids_are_refused() {
    let server = TestServer::open();
    for (form, slug) in [
        (json!({}), "missing_field"),
        (json!({ "openId": "  " }), "missing_field"),
        (json!({ "openId": "长".repeat(3) }), "invalid_field"),
        (json!({ "openId": "x".repeat(65) }), "invalid_field"),
        (json!({ "openId": ["x"] }), "invalid_field"),
    ] {
        for path in ["/api/user/signup", "/api/user/signin"] {
            server.nobody().post(path, form.clone()).refused(400, slug);
        }
    }
    server.nobody().post("/api/user/signup", json!({ "openId": "x", "phone": "123" })).refused(422, "invalid_phone");
}

#[test]
fn a_code_is_demanded_where_it_is_configured() {
    let settings = [("wechat.require_code", "true")];
    let server = TestServer::with(&settings);
    for path in ["/api/user/signup", "/api/user/signin"] {
        server.nobody().post(path, json!({ "openId": "wx-1" })).refused(400, "missing_field");
        server.nobody().post(path, json!({ "openId": "wx-1", "code": "c" })).refused(422, "wechat_not_configured");
    }
}

/// WeChat's side of the log-in is imitated; the code is exchanged there and never trusted here.
#[test]
fn wechat_says_who_a_code_belongs_to() {
    let wechat = Outside::open(|asked| {
        let said: &[u8] = match asked.path.rsplit_once("&js_code=").unwrap().1.split('&').next().unwrap() {
            "good" => br#"{"openid":"wx-of-the-code","session_key":"c2VjcmV0","unionid":"u"}"#,
            "used" => br#"{"errcode":40163,"errmsg":"code been used"}"#,
            "busy" => br#"{"errcode":-1,"errmsg":"system error"}"#,
            "often" => br#"{"errcode":45011,"errmsg":"api minute-quota reach limit, must slower"}"#,
            "risky" => br#"{"errcode":40226,"errmsg":"code blocked"}"#,
            "ours" => br#"{"errcode":40125,"errmsg":"invalid appsecret"}"#,
            "empty" => br#"{"openid":""}"#,
            _ => br#"{"errcode":40029,"errmsg":"invalid code"}"#,
        };
        (200, said.to_vec())
    });
    let account = [("wechat.app_id", "wx-clinic"), ("wechat.secret", "hush"), ("wechat.base_url", wechat.base.as_str())];
    let server = TestServer::with(&[account.as_slice(), &[("wechat.require_code", "true")]].concat());
    let send = |path: &str, code: &str| server.nobody().post(path, json!({ "code": code, "openId": "somebody-else" }));
    send("/api/user/signin", "good").refused(422, "not_registered");
    send("/api/user/signup", "good").ok();
    assert_eq!(send("/api/user/signin", "good").ok()["identifier"], "wx-of-the-code");
    for (code, status, slug) in [
        ("used", 422, "bad_wechat_code"),
        ("other", 422, "bad_wechat_code"),
        ("busy", 503, "wechat_unreachable"),
        ("often", 503, "wechat_busy"),
        ("risky", 422, "wechat_blocked"),
        ("ours", 422, "wechat_refused"),
        ("empty", 503, "wechat_unreachable"),
    ] {
        send("/api/user/signin", code).refused(status, slug);
    }
    assert_eq!(wechat.asked()[0].path, "/sns/jscode2session?appid=wx-clinic&secret=hush&js_code=good&grant_type=authorization_code");
}

#[test]
fn the_public_reads_need_no_token_and_the_rest_does() {
    let server = TestServer::open();
    for path in [
        "/api/consultationReason/list",
        "/api/evaluateQuesion/list",
        "/api/evaluateQuestion/list",
        "/api/department/list",
        "/api/doctor/list",
        "/dictionary/diagnosis/list",
        "/api/dictionary/diagnosis/list",
    ] {
        server.nobody().post(path, json!({})).ok();
        server.nobody().with_token("rubbish").post(path, json!({})).refused(401, "bad_token");
    }
    for path in ["/api/patient/list", "/consultation/list", "/api/consultation/list", "/treatment/diagnosis/upsert", "/api/chat/detail"] {
        server.nobody().post(path, json!({})).refused(401, "no_token");
    }
    server.nobody().get("/api/user/signin").refused(405, "method_not_allowed");
    server.nobody().post("/consultation/nothing", json!({})).refused(404, "no_such_endpoint");
    // A trailing slash and a form do as well.
    let me = user(&server, "wx-2");
    let list = me.request("POST", "/api/patient/list/").form(&[("userId", &me.id)]).send();
    assert_eq!(list.ok(), json!([]));
    patient(&me, 1);
}
