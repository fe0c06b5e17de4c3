//! Text messages through Aliyun and Tencent Cloud: imitations that check what is signed, as the two describe it.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use xuanhu::{
    app::App,
    base::{
        settings::{BAD_SETTING, Settings},
        time::Clock,
    },
};

use crate::kit::{Asked, Outside, TestServer, phone, until};

const SECRET: &str = "a-secret-that-only-the-two-know";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha(text: &str) -> String {
    hex(Sha256::digest(text))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The value of `name=` in an `Authorization`.
fn part(authorization: &str, name: &str) -> String {
    let begin = authorization.find(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {authorization}")) + name.len() + 1;
    authorization[begin..].split([',', ' ']).next().unwrap().to_owned()
}

/// The lines of the request that the signature says it covers, from what really came.
fn canonical(asked: &Asked, query: &str, value_of: impl Fn(&str) -> String) -> String {
    let signed = part(asked.header("authorization"), "SignedHeaders");
    let lines: String = signed.split(';').map(|name| format!("{name}:{}\n", value_of(name))).collect();
    format!("{}\n/\n{query}\n{lines}\n{signed}\n{}", asked.method, sha(&asked.body))
}

fn is_signed_for_aliyun(asked: &Asked) -> bool {
    let query = asked.path.split_once('?').unwrap().1;
    let sorted = {
        let mut pairs: Vec<_> = query.split('&').collect();
        pairs.sort_unstable();
        pairs.join("&")
    };
    let text = format!("ACS3-HMAC-SHA256\n{}", sha(&canonical(asked, &sorted, |name| asked.header(name).to_owned())));
    let authorization = asked.header("authorization");
    let names = part(authorization, "SignedHeaders");
    authorization.starts_with("ACS3-HMAC-SHA256 Credential=an-id,")
        && ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"]
            .iter()
            .all(|name| names.split(';').any(|one| one == *name))
        && asked.header("x-acs-content-sha256") == sha(&asked.body)
        && part(authorization, "Signature") == hex(mac(SECRET.as_bytes(), &text))
}

fn is_signed_for_tencent(asked: &Asked) -> bool {
    let small = |name: &str| match name {
        "x-tc-action" => asked.header(name).to_lowercase(),
        _ => asked.header(name).to_owned(),
    };
    // The day of the test's clock in the world's time.
    let (time, scope) = (asked.header("x-tc-timestamp"), "2026-03-02/sms/tc3_request");
    let text = format!("TC3-HMAC-SHA256\n{time}\n{scope}\n{}", sha(&canonical(asked, "", small)));
    let key = mac(&mac(&mac(format!("TC3{SECRET}").as_bytes(), "2026-03-02"), "sms"), "tc3_request");
    let authorization = asked.header("authorization");
    authorization.starts_with(&format!("TC3-HMAC-SHA256 Credential=an-id/{scope}, "))
        && part(authorization, "Signature") == hex(mac(&key, &text))
}

/// Text that was encoded for an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => u8::from_str_radix(&String::from_utf8([rest.next().unwrap(), rest.next().unwrap()].into()).unwrap(), 16).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

fn in_query(asked: &Asked, name: &str) -> String {
    let query = asked.path.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(decoded).unwrap()
}

fn aliyun(base: &str) -> Vec<(&'static str, String)> {
    [
        ("sms.provider", "aliyun"),
        ("sms.aliyun.access_key_id", "an-id"),
        ("sms.aliyun.access_key_secret", SECRET),
        ("sms.aliyun.sign_name", "悬壶 诊所"),
        ("sms.aliyun.templates.code", "SMS_1"),
        ("sms.aliyun.base_url", base),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .to_vec()
}

fn tencent(base: &str) -> Vec<(&'static str, String)> {
    [
        ("sms.provider", "tencent"),
        ("sms.tencent.secret_id", "an-id"),
        ("sms.tencent.secret_key", SECRET),
        ("sms.tencent.sdk_app_id", "1400006666"),
        ("sms.tencent.sign_name", "悬壶诊所"),
        ("sms.tencent.templates.code", "1234"),
        ("sms.tencent.base_url", base),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .to_vec()
}

fn server(settings: &[(&'static str, String)]) -> TestServer {
    let settings: Vec<(&'static str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    TestServer::with(&settings)
}

/// Waits until nothing is left to send.
fn sent(server: &TestServer) {
    let waiting = || server.app().store.view().events_after(xuanhu::domain::shared::event::SMS, 0).count();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while waiting() > 0 {
        assert!(std::time::Instant::now() < deadline, "the message is still there");
        std::thread::yield_now();
    }
}

#[test]
fn aliyun_gets_a_signed_template() {
    let provider = Outside::open(|asked| match is_signed_for_aliyun(asked) {
        true => (200, json!({ "Code": "OK", "Message": "OK", "BizId": "1", "RequestId": "2" }).to_string().into_bytes()),
        false => (400, json!({ "Code": "SignatureDoesNotMatch", "RequestId": "2" }).to_string().into_bytes()),
    });
    let server = server(&aliyun(&provider.base));
    let code = server.code_for(&phone(1));
    sent(&server);
    let asked = provider.asked();
    assert_eq!(asked.len(), 1, "{asked:#?}");
    let asked = &asked[0];
    assert_eq!((asked.method.as_str(), asked.header("x-acs-action"), asked.header("x-acs-version")), ("POST", "SendSms", "2017-05-25"));
    assert_eq!((asked.header("x-acs-date"), asked.header("content-type"), asked.body.as_str()), ("2026-03-02T01:00:00Z", "", ""));
    assert_eq!((in_query(asked, "PhoneNumbers"), in_query(asked, "TemplateCode")), (phone(1), "SMS_1".to_owned()));
    assert_eq!(in_query(asked, "SignName"), "悬壶 诊所");
    let variables: Value = serde_json::from_str(&in_query(asked, "TemplateParam")).unwrap();
    assert_eq!(variables, json!({ "code": code }));
}

#[test]
fn tencent_gets_a_signed_template() {
    let provider = Outside::open(|asked| match is_signed_for_tencent(asked) {
        true => (200, json!({ "Response": { "SendStatusSet": [{ "Code": "Ok" }], "RequestId": "1" } }).to_string().into_bytes()),
        false => {
            (200, json!({ "Response": { "Error": { "Code": "AuthFailure.SignatureFailure" }, "RequestId": "1" } }).to_string().into_bytes())
        }
    });
    let server = server(&tencent(&provider.base));
    let code = server.code_for(&phone(1));
    sent(&server);
    let asked = provider.asked();
    assert_eq!(asked.len(), 1, "{asked:#?}");
    let asked = &asked[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/"));
    let headers = ["x-tc-action", "x-tc-version", "x-tc-region", "x-tc-timestamp"].map(|name| asked.header(name));
    assert_eq!(headers, ["SendSms", "2021-01-11", "ap-guangzhou", "1772413200"]);
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let expected = json!({
        "PhoneNumberSet": [format!("+86{}", phone(1))], "SmsSdkAppId": "1400006666", "SignName": "悬壶诊所",
        "TemplateId": "1234", "TemplateParamSet": [code],
    });
    assert_eq!(body, expected);
}

#[test]
fn what_a_cloud_does_not_take_is_tried_again() {
    for (settings, refusal) in [
        (aliyun as fn(&str) -> Vec<(&'static str, String)>, json!({ "Code": "isv.BUSINESS_LIMIT_CONTROL" })),
        (tencent, json!({ "Response": { "SendStatusSet": [{ "Code": "LimitExceeded.PhoneNumberThirtySecondLimit" }] } })),
    ] {
        let provider = Outside::open(move |_| (200, refusal.to_string().into_bytes()));
        let server = server(&settings(&provider.base));
        server.code_for(&phone(1));
        provider.wait(|asked| asked.len() == 1);
        server.advance("1s");
        provider.wait(|asked| asked.len() == 2);
    }
}

#[test]
fn what_a_cloud_refuses_is_told_in_words_and_holds_up_nobody() {
    for (settings, refusal, taken, words) in [
        (
            aliyun as fn(&str) -> Vec<(&'static str, String)>,
            json!({ "Code": "isv.MOBILE_NUMBER_ILLEGAL" }),
            json!({ "Code": "OK" }),
            "阿里云：手机号不正确（isv.MOBILE_NUMBER_ILLEGAL）",
        ),
        (
            tencent,
            json!({ "Response": { "SendStatusSet": [{ "Code": "FailedOperation.PhoneNumberInBlacklist" }] } }),
            json!({ "Response": { "SendStatusSet": [{ "Code": "Ok" }] } }),
            "腾讯云：手机号在黑名单中，对方已退订（FailedOperation.PhoneNumberInBlacklist）",
        ),
    ] {
        let provider = Outside::open(move |asked| {
            let is_first = format!("{} {}", asked.path, asked.body).contains(&phone(1));
            (200, if is_first { &refusal } else { &taken }.to_string().into_bytes())
        });
        let server = server(&settings(&provider.base));
        server.code_for(&phone(1));
        server.code_for(&phone(2));
        sent(&server);
        let told = |number| {
            let row = server.admin().get(format_args!("/admin/outbox?phone={}", phone(number))).ok()["items"][0].clone();
            (row["state"].clone(), row["problem"].clone())
        };
        assert_eq!(told(1), (json!("refused"), json!(words)));
        assert_eq!(told(2), (json!("sent"), Value::Null));
        assert_eq!(server.admin().get("/admin/outbox?state=refused").ok()["total"], 1);
        server.admin().get("/admin/outbox?state=lost").refused(400, "invalid_field");
        // It is not asked again.
        server.advance("2m");
        assert_eq!(provider.asked().len(), 2);
    }
}

#[test]
fn a_message_tells_what_keeps_it_until_it_is_too_late() {
    let provider = Outside::open(|_| (200, json!({ "Code": "isv.AMOUNT_NOT_ENOUGH" }).to_string().into_bytes()));
    let server = server(&aliyun(&provider.base));
    server.code_for(&phone(1));
    let told = || server.admin().get("/admin/outbox").ok()["items"][0].clone();
    until("a problem", || told()["problem"] == "阿里云：短信服务的余额不足（isv.AMOUNT_NOT_ENOUGH）");
    assert_eq!(told()["state"], "waiting");
    server.advance("6m");
    sent(&server);
    assert_eq!((&told()["state"], &told()["problem"]), (&json!("lapsed"), &json!("阿里云：短信服务的余额不足（isv.AMOUNT_NOT_ENOUGH）")));
    let kept = TestServer::open();
    kept.code_for(&phone(1));
    assert_eq!(kept.admin().get("/admin/outbox").ok()["items"][0]["state"], "kept");
}

#[test]
fn a_cloud_needs_all_its_settings_and_knows_the_older_name() {
    let open = |settings: &[(&'static str, String)]| {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::load(dir.path(), settings, []).unwrap();
        App::open(&dir.path().join("data"), settings, Clock::system(0)).err()
    };
    for all in [aliyun("http://127.0.0.1:9"), tencent("http://127.0.0.1:9")] {
        for left_out in all.iter().filter(|(key, _)| *key != "sms.provider" && !key.ends_with("base_url")) {
            let some: Vec<_> = all.iter().filter(|one| *one != left_out).cloned().collect();
            let refused = open(&some).unwrap();
            assert!(refused.is(&BAD_SETTING) && refused.message().contains(left_out.0), "{refused}");
        }
        assert!(open(&all).is_none());
    }
    let mut older = aliyun("http://127.0.0.1:9");
    older.iter_mut().filter(|(key, _)| *key == "sms.aliyun.templates.code").for_each(|(key, _)| *key = "sms.aliyun.template_code");
    assert!(open(&older).is_none());
}
