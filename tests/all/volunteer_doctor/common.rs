//! 1.2 通用接口.

use serde_json::{Value, json};

use crate::kit::TestServer;

/// The smallest PNG: one grey pixel.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e,
    0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0,
    b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn captcha(server: &TestServer) -> String {
    let picture = server.nobody().get("/captcha/app");
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    picture.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn a_code_needs_the_captcha_of_that_cookie_once() {
    let server = TestServer::open();
    let send = |cookie: &str, form: Value| server.nobody().request("POST", "/verifycode").header("Cookie", cookie).json(form).send();
    let form = json!({ "captcha_code": "ABCD", "phone": "19900000901" });
    let cookie = captcha(&server);
    send(&cookie, json!({ "phone": "19900000901" })).refused(400, "missing_field");
    send(&cookie, json!({ "captcha_code": "abcd", "phone": "12345" })).refused(422, "invalid_phone");
    send("", form.clone()).refused(422, "wrong_captcha");
    send("captcha=0123", form.clone()).refused(422, "wrong_captcha");
    send(&cookie, form.clone()).ok();
    assert_eq!(server.last_code("19900000901").len(), 6);
    send(&cookie, form.clone()).refused(422, "wrong_captcha"); // used up

    let cookie = captcha(&server);
    send(&cookie, json!({ "captcha_code": "zzzz", "phone": "19900000902" })).refused(422, "wrong_captcha");
    send(&cookie, json!({ "captcha_code": "abcd", "phone": "19900000902" })).refused(422, "wrong_captcha"); // a wrong answer uses it up too
    let cookie = captcha(&server);
    server.advance("6m");
    send(&cookie, json!({ "captcha_code": "abcd", "phone": "19900000902" })).refused(422, "wrong_captcha");
}

#[test]
fn a_phone_gets_one_code_a_minute_and_ten_a_day() {
    let server = TestServer::open();
    let send = || server.nobody().post("/phone/verifycode", json!({ "phone": "19900000903" }));
    send().ok();
    let refusal = send();
    refusal.refused(429, "sms_too_often");
    assert_eq!(refusal.header("retry-after"), "60");
    for _ in 1..10 {
        server.advance("61s");
        send().ok();
    }
    server.advance("61s");
    send().refused(429, "sms_too_often");
    server.advance("24h");
    send().ok();
}

#[test]
fn regions_are_listed_from_the_provinces_down() {
    let server = TestServer::open();
    let names = |path: &str| -> Vec<String> {
        let list = server.nobody().get(path).ok()["list"].clone();
        list.as_array().unwrap().iter().map(|region| region["name"].as_str().unwrap().to_owned()).collect()
    };
    let provinces = names("/city");
    assert_eq!(provinces.len(), 34);
    assert_eq!(provinces, names("/city?parent_id=0"));
    assert!(names("/city?parent_id=110000").contains(&"北京市".to_owned()));
    assert!(names("/city?parent_id=999999").is_empty());
    let districts = names("/area/city?name=北京");
    assert!(districts.contains(&"朝阳区".to_owned()), "{districts:?}");
    assert_eq!(districts, names("/area/city?name=北京市"));
    assert!(names("/area/city?name=没有这座城").is_empty());
    server.nobody().get("/area/city").refused(400, "missing_field");
    server.nobody().get("/city?parent_id=x").refused(400, "invalid_field");
}

#[test]
fn pictures_are_kept_by_what_they_hold() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let upload = |name: &str, bytes: &[u8]| patient.request("POST", "/imgupload").multipart(&[], &[("file", name, bytes)]).send();
    let url = upload("photo.jpg", PNG).ok()["url"].as_str().unwrap().to_owned();
    let path = url.split_once("/files/").unwrap().1.to_owned();
    assert!(path.ends_with(".png"), "named by content, not by the client: {path}");
    upload("evil.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>").refused(415, "unsupported_media_type");
    upload("empty.png", b"").refused(400, "missing_field");
    upload("cut.png", &PNG[..20]).refused(415, "unsupported_media_type");
    patient.request("POST", "/imgupload").json(json!({})).send().refused(400, "missing_field");
    server.nobody().request("POST", "/imgupload").multipart(&[], &[("file", "a.png", PNG)]).send().refused(401, "no_token");

    server.restart();
    let file = server.nobody().get(format_args!("/files/{path}"));
    assert_eq!((file.status, file.bytes.as_slice(), file.header("content-type")), (200, PNG, "image/png"));
    let small = server.nobody().get(format_args!("/files/{path}?w=8&h=4&fit=crop"));
    assert_eq!(image::load_from_memory(&small.bytes).map(|i| (i.width(), i.height())).unwrap(), (1, 1), "never larger than the picture");
    server.nobody().get(format_args!("/files/{path}?w=0")).refused(400, "invalid_field");
    server.nobody().get(format_args!("/files/{path}?w=9999")).refused(400, "invalid_field");
    server.nobody().get(format_args!("/files/{path}?w=9&fit=stretch")).refused(400, "invalid_field");
    for bad in ["/files/..%2fsecret.key", "/files/admin.token", "/files/0123.png", "/files/00000000000000000000000000000000.png"] {
        server.nobody().get(bad).refused(404, "not_found");
    }
}
