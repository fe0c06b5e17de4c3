//! Several of WeChat's certificates and public keys at the same time: a certificate is renewed while the old one still signs, a public key
//! takes the place of both.

use std::fs;

use serde_json::json;
use xuanhu::{
    app::App,
    base::{
        settings::{BAD_SETTING, Settings},
        time::Clock,
    },
};

use super::{
    audit,
    gateway::{self, Gateway, Notification, PLATFORM_SERIAL, file},
    held, info, sn, status, told_paid,
};
use crate::kit::TestServer;

const RENEWED: &str = "5A57F09E1AC54B2C3D4E5F60718293A4B5C6D7E9";
const SUCCESSOR: &str = "PUB_KEY_ID_0119000000012024000000000000000001";

/// All three, and no single one.
fn three(gateway: &Gateway) -> TestServer {
    let (old, new, key) = (file("platform.cert.pem"), file("renewed.cert.pem"), file("successor.pub.pem"));
    let verifiers = format!("{PLATFORM_SERIAL}={old}, {RENEWED}={new},{SUCCESSOR}={key}");
    gateway.clinic_with(&[("payment.wechat.platform_cert", ""), ("payment.wechat.verifiers", &verifiers)])
}

fn pays(server: &TestServer, gateway: &Gateway, serial: &'static str, signer: &'static str) -> (u16, String) {
    let (_, held) = held(server);
    let number = sn(&held);
    gateway.pay(&number);
    let said = Notification { serial, signer, ..told_paid(server, gateway, &number) }.send(server);
    assert_eq!(status(server, &number), if said.0 == 200 { "PAID" } else { "WAIT_FOR_PAY" });
    audit(server);
    said
}

#[test]
fn a_notification_is_believed_from_any_of_them() {
    let gateway = Gateway::open();
    let server = three(&gateway);
    let good = (200, "SUCCESS".to_owned());
    assert_eq!(pays(&server, &gateway, PLATFORM_SERIAL, "platform.key.pem"), good);
    assert_eq!(pays(&server, &gateway, RENEWED, "renewed.key.pem"), good);
    assert_eq!(pays(&server, &gateway, SUCCESSOR, "successor.key.pem"), good);
    assert_eq!(pays(&server, &gateway, "5a57f09e1ac54b2c3d4e5f60718293a4b5c6d7e9", "renewed.key.pem"), good);
}

/// Each by its own name only: whoever has one key is not all of WeChat.
#[test]
fn each_signs_under_its_own_name() {
    let gateway = Gateway::open();
    let server = three(&gateway);
    for (serial, signer) in [
        (PLATFORM_SERIAL, "renewed.key.pem"),
        (RENEWED, "successor.key.pem"),
        (SUCCESSOR, "platform.key.pem"),
        (SUCCESSOR, "stranger.key.pem"),
    ] {
        assert_eq!(pays(&server, &gateway, serial, signer), (401, "FAIL".into()), "{serial} {signer}");
    }
}

#[test]
fn an_unknown_name_is_refused_and_named() {
    let gateway = Gateway::open();
    let server = three(&gateway);
    for serial in ["PUB_KEY_ID_0119000000012024000000000000000009", ""] {
        assert_eq!(pays(&server, &gateway, serial, "successor.key.pem"), (401, "FAIL".into()));
    }
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).build().into();
    let request = agent.post(format!("{}/payment/wechat/notify", server.nobody().base)).header("Wechatpay-Serial", "ABC");
    let mut answer = request.content_type("application/json").send("{}").unwrap();
    let said: serde_json::Value = answer.body_mut().read_json().unwrap();
    assert_eq!((answer.status().as_u16(), &said["error"]), (401, &json!("bad_notification")));
    assert!(said["message"].as_str().unwrap().contains("Wechatpay-Serial"), "{said}");
}

/// Answers are checked like notifications: who signs them may change from one to the next.
#[test]
fn an_answer_is_believed_from_any_of_them() {
    let gateway = Gateway::open();
    let server = three(&gateway);
    for (serial, signer) in [(RENEWED, "renewed.key.pem"), (SUCCESSOR, "successor.key.pem"), (PLATFORM_SERIAL, "platform.key.pem")] {
        gateway.books().serial = serial;
        gateway.books().signer = signer;
        let (patient, placed) = held(&server);
        let number = sn(&placed);
        assert_eq!(info(&placed["payment"])["prepayid"], format!("wx{number}"), "{serial}");
        gateway.pay(&number);
        server.advance("1m");
        assert_eq!(patient.get(format_args!("/order/query/{number}")).ok()["verify_status"], 1);
    }
    gateway.books().serial = "ABC";
    let (_, placed) = held(&server);
    assert_eq!(placed["payment"]["orderInfo"], "");
    audit(&server);
}

/// The single one of before goes on beside the new ones; a public key without a name answers for whatever has none of its own.
#[test]
fn the_single_one_goes_on_beside_them() {
    let gateway = Gateway::open();
    let successor = format!("{SUCCESSOR}={}", file("successor.pub.pem"));
    let server = gateway.clinic_with(&[("payment.wechat.verifiers", &successor)]);
    let good = (200, "SUCCESS".to_owned());
    assert_eq!(pays(&server, &gateway, PLATFORM_SERIAL, "platform.key.pem"), good);
    assert_eq!(pays(&server, &gateway, SUCCESSOR, "successor.key.pem"), good);
    assert_eq!(pays(&server, &gateway, RENEWED, "renewed.key.pem").0, 401);
    let unnamed =
        gateway.clinic_with(&[("payment.wechat.platform_cert", &file("platform.pub.pem")), ("payment.wechat.verifiers", &successor)]);
    assert_eq!(pays(&unnamed, &gateway, "PUB_KEY_ID_0119000000012024000000000000000000", "platform.key.pem"), good);
    assert_eq!(pays(&unnamed, &gateway, SUCCESSOR, "platform.key.pem").0, 401);
}

/// As an operator writes them: a table in the file, with files beside it, or what is in them.
#[test]
fn a_table_in_the_settings_file_will_do() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(file("renewed.cert.pem"), dir.path().join("renewed.pem")).unwrap();
    let key = fs::read_to_string(file("successor.pub.pem")).unwrap();
    let open = |verifiers: &str| {
        let toml = format!(
            "[payment]\nprovider = 'wechat'\n[payment.wechat]\nmch_id = '{}'\napp_id = '{}'\nserial_no = '{}'\nprivate_key = '{}'\napi_v3_key = '{}'\nnotify_url = 'https://clinic.example.com/payment/wechat/notify'\n{verifiers}",
            gateway::MCH_ID,
            gateway::APP_ID,
            gateway::SERIAL_NO,
            file("merchant.key.pem"),
            gateway::API_V3_KEY
        );
        fs::write(dir.path().join("xuanhu.toml"), toml).unwrap();
        Settings::load(dir.path(), &[("http.listen", "127.0.0.1:0".into())], [])
    };
    let good = format!("[payment.wechat.verifiers]\n{RENEWED} = 'renewed.pem'\n{SUCCESSOR} = '''\n{key}'''\n");
    let settings = open(&good).unwrap();
    assert_eq!(settings.payment.wechat.verifiers.len(), 2);
    drop(App::open(&dir.path().join("data"), settings, Clock::system(0)).unwrap());
    // What cannot be used is named with its serial number.
    for (verifiers, words) in [
        (format!("[payment.wechat.verifiers]\n{RENEWED} = 'nowhere.pem'\n"), "cannot be read"),
        (format!("[payment.wechat.verifiers]\n{PLATFORM_SERIAL} = 'renewed.pem'\n"), RENEWED),
        (format!("[payment.wechat.verifiers]\n{SUCCESSOR} = '{}'\n", file("merchant.key.pem")), "neither a PEM certificate"),
    ] {
        let refused = App::open(&dir.path().join("other"), open(&verifiers).unwrap(), Clock::system(0)).err().unwrap();
        assert!(refused.is(&BAD_SETTING));
        let message = refused.message();
        assert!(message.contains("payment.wechat.verifiers.") && message.contains(words) && message.lines().count() == 1, "{message}");
    }
    for bad in [
        "verifiers = 'renewed.pem'\n",
        "[payment.wechat.verifiers]\na-b = 'x'\n",
        "[payment.wechat.verifiers.x]\ny = 'z'\n",
        "verifiers = ['x=y']\n",
    ] {
        let refused = open(bad).unwrap_err();
        assert!(
            refused.message().contains("payment.wechat.verifiers") && refused.message().contains("should be serial numbers"),
            "{refused}"
        );
    }
}

#[test]
fn somebody_on_the_way_says_nothing_of_an_order() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (_, placed) = held(&server);
    let number = sn(&placed);
    server.advance("16m");
    assert_eq!(status(&server, &number), "CLOSED");
    // A proxy that knows no such page is asked about a paid order whose time is over: it is asked about again.
    let (patient, placed) = held(&server);
    let number = sn(&placed);
    gateway.pay(&number);
    gateway.books().refusal = Some((404, ""));
    server.advance("16m");
    assert_eq!(status(&server, &number), "CLOSED");
    assert_eq!(super::outstanding(&server), 1, "it is not forgotten");
    // Too often is no end either.
    for busy in [(429, "FREQUENCY_LIMITED"), (403, "RATELIMIT_EXCEEDED")] {
        gateway.books().refusal = Some(busy);
        server.advance("1m");
        assert_eq!(super::outstanding(&server), 1);
    }
    gateway.books().refusal = None;
    server.advance("1m");
    server.settle();
    assert_eq!(status(&server, &number), "REFUNDED", "nobody's money is kept for nothing");
    assert_eq!(patient.get("/custom/payment/diagnoses").ok()["list"][0]["refund_status"], 3);
    audit(&server);
}

/// Who asks too often is told to come again, not that something is set up wrongly.
#[test]
fn too_often_is_busy_and_not_refused() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (me, person, doctor) = crate::internet_hospital::scene(&server);
    let made = crate::internet_hospital::order(&me, &person, &doctor);
    let ask = || me.post("/consultation/payment/create", json!({ "consultationId": made["id"] }));
    for (status, code, expected, slug) in [
        (429, "FREQUENCY_LIMITED", 503, "payment_unreachable"),
        (403, "RATELIMIT_EXCEEDED", 503, "payment_unreachable"),
        (500, "SYSTEM_ERROR", 503, "payment_unreachable"),
        (404, "", 503, "payment_unreachable"),
        (400, "PARAM_ERROR", 422, "payment_refused"),
        (403, "NO_AUTH", 422, "payment_refused"),
    ] {
        gateway.books().refusal = Some((status, code));
        ask().refused(expected, slug);
    }
    gateway.books().refusal = None;
    ask().ok();
}
