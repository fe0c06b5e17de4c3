//! WeChat Pay as the provider: orders, notifications true and false, refunds, and what is found out where no notification comes.
//!
//! Covers `POST /payment/wechat/notify`.

mod browser;
mod closing;
pub mod gateway;
mod recharge;
mod verifiers;

use serde_json::{Value, json};
use xuanhu::{
    app::App,
    base::{
        settings::{BAD_SETTING, Settings},
        time::Clock,
    },
    domain::{money::ledger, shared::event},
};

use crate::{
    internet_hospital::{self, Caller},
    kit::{Person, TestServer},
    volunteer_doctor::{join, publish},
};
use gateway::{APP_ID, Gateway, MCH_ID, Notification, file, is_merchants, transaction};

fn audit(server: &TestServer) {
    assert_eq!(ledger::audit(&server.app().store.view()).unwrap(), Vec::<String>::new());
}

/// Orders and refunds that the clinic still asks about.
fn outstanding(server: &TestServer) -> usize {
    server.app().store.view().events_after(event::PAYMENT, 0).count()
}

fn info(payment: &Value) -> Value {
    info_text(&payment["orderInfo"])
}

fn info_text(order_info: &Value) -> Value {
    serde_json::from_str(text(order_info)).unwrap_or_else(|_| panic!("{order_info}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn sn(held: &Value) -> String {
    text(&held["sn"]).to_owned()
}

fn status(server: &TestServer, number: &str) -> Value {
    server.admin().get(format_args!("/admin/payments?q={number}")).ok()["items"][0]["status"].clone()
}

/// A seat that costs 50 yuan, held.
fn held(server: &TestServer) -> (Person, Value) {
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(server, &doctor, json!({ "price": 50 }));
    let held = join(&patient, project);
    (patient, held)
}

/// An order of 1 fen with its payment.
pub fn ordered(server: &TestServer) -> (Caller, Value, String) {
    let (me, person, doctor) = internet_hospital::scene(server);
    let made = internet_hospital::order(&me, &person, &doctor);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    (me, made, text(&payment["outTradeNo"]).to_owned())
}

pub fn told_paid<'a>(server: &TestServer, gateway: &Gateway, number: &str) -> Notification<'a> {
    Notification::of(server, "TRANSACTION.SUCCESS", transaction(&gateway.books(), number))
}

fn told_refunded<'a>(server: &TestServer, number: &str, refund: &str, fen: i64) -> Notification<'a> {
    let amount = json!({ "total": fen, "refund": fen, "payer_total": fen, "payer_refund": fen });
    let resource = json!({
        "mchid": MCH_ID, "out_trade_no": number, "out_refund_no": refund, "refund_id": "5", "refund_status": "SUCCESS", "amount": amount,
    });
    Notification::of(server, "REFUND.SUCCESS", resource)
}

#[test]
fn a_deposit_is_ordered_for_an_app_paid_and_given_back() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (patient, held) = held(&server);
    let number = sn(&held);
    let order = gateway.books().orders[&number].clone();
    assert_eq!(
        order,
        json!({
            "appid": APP_ID, "mchid": MCH_ID, "description": "义诊押金", "out_trade_no": number,
            "notify_url": "https://clinic.example.com/payment/wechat/notify", "amount": { "total": 5_000, "currency": "CNY" },
            "time_expire": "2026-03-02T09:14:30+08:00", // half a minute before the seat is free
        })
    );
    let info_then = info(&held["payment"]);
    let part = |name: &str| text(&info_then[name]).to_owned();
    assert_eq!((part("appid"), part("partnerid"), part("package")), (APP_ID.into(), MCH_ID.into(), "Sign=WXPay".into()));
    assert_eq!(part("timestamp"), server.now().seconds().to_string());
    assert!(is_merchants(&[APP_ID, &part("timestamp"), &part("noncestr"), &part("prepayid")], &part("sign")));

    // A list shows it again and places nothing anew.
    let listed = patient.get("/custom/diagnoses").ok()["list"][0].clone();
    assert_eq!(info(&listed["payment"])["prepayid"], info_then["prepayid"]);
    assert_eq!(gateway.times("POST", "/v3/pay/transactions/app"), 1);
    server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).refused(404, "not_found");

    gateway.pay(&number);
    for _ in 0..2 {
        assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    }
    assert_eq!(patient.get(format_args!("/order/query/{number}")).ok()["verify_status"], 1);
    audit(&server);

    patient.get(format_args!("/custom/project/{}/cancel", held["project_id"])).ok();
    server.settle();
    let (number_back, body) = gateway.books().refunds.first_key_value().map(|(number, body)| (number.clone(), body.clone())).unwrap();
    assert_eq!((&body["out_trade_no"], text(&body["out_refund_no"])), (&json!(number), number_back.as_str()));
    assert_eq!(body["amount"], json!({ "refund": 5_000, "total": 5_000, "currency": "CNY" }));
    assert_eq!(status(&server, &number), "REFUNDED");
    assert_eq!(patient.get("/custom/payment/diagnoses").ok()["list"][0]["refund_status"], 3);
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn a_consultation_is_ordered_for_the_users_open_id() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (me, made, number) = ordered(&server);
    let order = gateway.books().orders[&number].clone();
    assert_eq!((&order["payer"], &order["amount"]["total"]), (&json!({ "openid": "open-one" }), &json!(1)));
    assert_eq!(gateway.times("POST", "/v3/pay/transactions/jsapi"), 1);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    let info = info(&payment);
    let part = |name: &str| text(&info[name]).to_owned();
    assert_eq!((part("package"), part("signType")), (format!("prepay_id=wx{number}"), "RSA".into()));
    assert!(is_merchants(&[APP_ID, &part("timeStamp"), &part("nonceStr"), &part("package")], &part("paySign")));
    assert_eq!(gateway.times("POST", "/v3/pay/transactions/"), 1);

    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    assert_eq!(internet_hospital::status(&me, &made), "03");
    let paid = me.post("/consultation/payment/query", json!({ "consultationId": made["id"] })).ok();
    assert_eq!((&paid["status"], &paid["orderInfo"]), (&json!("PAID"), &json!("")));
    audit(&server);
}

#[test]
fn what_is_not_wechats_moves_nothing() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (_, held) = held(&server);
    let number = sn(&held);
    // Nothing that the gateway says could be found out by asking it.
    let mut said = transaction(&gateway.books(), &number);
    said["trade_state"] = json!("SUCCESS");
    let good = || Notification::of(&server, "TRANSACTION.SUCCESS", said.clone());
    let with = |change: fn(&mut Value)| {
        let mut said = said.clone();
        change(&mut said);
        Notification { resource: said, ..good() }
    };
    let now = server.now().seconds();
    let bad = [
        ("signed by somebody else", Notification { signer: "stranger.key.pem", ..good() }, 401),
        ("another certificate", Notification { serial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E2", ..good() }, 401),
        ("changed on its way", Notification { forged: " ", ..good() }, 401),
        ("old", Notification { timestamp: now - 301, ..good() }, 401),
        ("of tomorrow", Notification { timestamp: now + 301, ..good() }, 401),
        ("sealed with another key", Notification { api_key: "another key of thirty-two bytes!", ..good() }, 401),
        ("another merchant's", with(|said| said["mchid"] = json!("1900000002")), 401),
        ("another app's", with(|said| said["appid"] = json!("wx0000000000000002")), 401),
        ("too little", with(|said| said["amount"]["total"] = json!(4_999)), 422),
        ("too much", with(|said| said["amount"]["total"] = json!(5_001)), 422),
        ("another order's", with(|said| said["out_trade_no"] = json!("1")), 404),
        ("no order's", with(|said| drop(said.as_object_mut().unwrap().remove("out_trade_no"))), 401),
    ];
    for (what, notification, status) in bad {
        assert_eq!(notification.send(&server), (status, "FAIL".into()), "{what}");
    }
    // True, and nothing that moves money: it is taken, so that it is not told for ever.
    for harmless in [
        with(|said| said["trade_state"] = json!("NOTPAY")),
        with(|said| said["amount"]["currency"] = json!("USD")),
        Notification { event: "TRANSACTION.SOMETHING", ..good() },
    ] {
        assert_eq!(harmless.send(&server), (200, "SUCCESS".into()));
    }
    assert_eq!(status(&server, &number), "WAIT_FOR_PAY");
    audit(&server);
    // And the limits of what is good.
    assert_eq!(Notification { timestamp: now - 300, ..good() }.send(&server), (200, "SUCCESS".into()));
    assert_eq!(status(&server, &number), "PAID");
    audit(&server);
}

#[test]
fn the_embedded_provider_hears_no_notifications() {
    let server = TestServer::open();
    server.nobody().post("/payment/wechat/notify", json!({})).refused(404, "not_found");
    assert_eq!(outstanding(&server), 0);
}

#[test]
fn a_payment_that_nobody_told_of_is_found_within_a_minute() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (patient, held) = held(&server);
    let number = sn(&held);
    server.advance("30s");
    assert_eq!(gateway.times("GET", "/v3/pay/transactions/out-trade-no/"), 0);
    gateway.pay(&number);
    server.advance("30s");
    assert_eq!(patient.get(format_args!("/order/query/{number}")).ok()["verify_status"], 1);
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn a_payment_that_nobody_told_of_is_found_when_its_time_is_over() {
    let gateway = Gateway::open();
    let mut server = gateway.server();
    let (me, made, number) = ordered(&server);
    gateway.pay(&number);
    // Its time runs out while the server is down.
    server.app().clock.advance(31 * xuanhu::base::time::MINUTE);
    server.restart();
    server.settle();
    let me = Caller { client: server.nobody().with_token(me.token.clone().unwrap()), ..me };
    assert_eq!(internet_hospital::status(&me, &made), "03");
    assert_eq!(status(&server, &number), "PAID");
    audit(&server);
}

#[test]
fn what_nobody_pays_is_closed_there_too() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (_, held) = held(&server);
    let number = sn(&held);
    server.advance("16m");
    assert_eq!(status(&server, &number), "CLOSED");
    assert_eq!(gateway.books().states.get(&number), Some(&"CLOSED"));
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn money_that_comes_too_late_goes_back() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (patient, held) = held(&server);
    let number = sn(&held);
    server.advance("16m");
    assert_eq!(status(&server, &number), "CLOSED");
    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    audit(&server);
    server.settle();
    assert_eq!(status(&server, &number), "REFUNDED");
    assert_eq!(gateway.books().refunds.len(), 1);
    assert_eq!(patient.get("/custom/payment/diagnoses").ok()["list"][0]["refund_status"], 3);
    audit(&server);

    let (me, made, number) = ordered(&server);
    me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "02" })).ok();
    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    server.settle();
    assert_eq!((internet_hospital::status(&me, &made).as_str(), status(&server, &number)), ("02", json!("REFUNDED")));
    audit(&server);
}

/// Who never had the seat is not the doctor's patient, whatever the provider says afterwards.
#[test]
fn a_seat_that_is_paid_too_late_is_not_the_doctors_business() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (doctor, patient) = (server.doctor(), server.patient());
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    let number = sn(&held);
    server.advance("16m");
    gateway.pay(&number);
    told_paid(&server, &gateway, &number).send(&server);
    server.settle();
    assert_eq!(status(&server, &number), "REFUNDED");
    doctor.get(format_args!("/all_diagnoses/{}", patient.id)).refused(403, "not_yours");
    doctor.get(format_args!("/user/{}", patient.id)).refused(404, "not_found");
    assert_eq!(doctor.get("/doctor/project/patient").ok()["page"]["count"], 0);
    assert_eq!(doctor.get("/api/im/doctor-contact-list").ok(), json!([]));
}

#[test]
fn an_answer_that_is_not_wechats_is_none() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (patient, held) = held(&server);
    let number = sn(&held);
    gateway.pay(&number);
    gateway.books().signer = "stranger.key.pem";
    server.advance("1m");
    assert!(gateway.times("GET", "/v3/pay/transactions/out-trade-no/") > 0);
    assert_eq!(status(&server, &number), "WAIT_FOR_PAY");
    // Another amount than was asked for, truly said.
    gateway.books().signer = "platform.key.pem";
    gateway.books().paid.insert(number.clone(), 1);
    server.advance("1m");
    assert_eq!(status(&server, &number), "WAIT_FOR_PAY");
    audit(&server);
    gateway.books().paid.clear();
    server.advance("1m");
    assert_eq!(patient.get(format_args!("/order/query/{number}")).ok()["verify_status"], 1);
    audit(&server);
}

#[test]
fn a_refund_takes_its_time() {
    let gateway = Gateway::open();
    let server = gateway.server();
    gateway.books().refund_status = "PROCESSING";
    let (patient, held) = held(&server);
    let number = sn(&held);
    gateway.pay(&number);
    told_paid(&server, &gateway, &number).send(&server);
    gateway.books().down = true;
    patient.get(format_args!("/custom/project/{}/cancel", held["project_id"])).ok();
    server.settle();
    assert_eq!((status(&server, &number), gateway.books().refunds.len()), (json!("REFUNDING"), 0));
    // A gateway that is down holds up nothing else.
    let notice = json!({ "title": "停诊", "content": "今日停诊", "to": "all" });
    server.admin().post("/admin/notices", notice).created();
    server.settle();
    assert_eq!(server.app().store.view().events_after(event::WORK, 0).count(), 0);

    gateway.books().down = false;
    server.advance("1m");
    assert_eq!((status(&server, &number), gateway.books().refunds.len()), (json!("REFUNDING"), 1));
    audit(&server);
    let refund = gateway.books().refunds.keys().next().unwrap().clone();
    for (number, refund, fen, status) in [(&number, &refund, 4_999, 422), (&number, &"R1".to_owned(), 5_000, 404)] {
        assert_eq!(told_refunded(&server, number, refund, fen).send(&server), (status, "FAIL".into()));
    }
    let mut foreign = told_refunded(&server, &number, &refund, 5_000);
    foreign.resource["mchid"] = json!("1900000002");
    assert_eq!(foreign.send(&server), (401, "FAIL".into()));
    assert_eq!(status(&server, &number), "REFUNDING");
    for _ in 0..2 {
        assert_eq!(told_refunded(&server, &number, &refund, 5_000).send(&server), (200, "SUCCESS".into()));
    }
    assert_eq!(status(&server, &number), "REFUNDED");
    server.settle();
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn a_refund_that_nobody_told_of_is_found_by_asking() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("payment.refund_approval", "true")]);
    gateway.books().refund_status = "PROCESSING";
    let (me, made, number) = ordered(&server);
    gateway.pay(&number);
    told_paid(&server, &gateway, &number).send(&server);
    me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
    server.settle();
    assert_eq!(gateway.books().refunds.len(), 0); // it waits for the administrator
    let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0].clone();
    server.admin().post(format_args!("/admin/refunds/{}/approve", refund["id"]), json!({})).ok();
    server.settle();
    for stuck in ["PROCESSING", "ABNORMAL"] {
        gateway.books().refund_status = stuck;
        server.advance("10m");
        assert_eq!(internet_hospital::status(&me, &made), "06");
    }
    let shown = || server.admin().get(format_args!("/admin/refunds/{}", refund["id"])).ok()["stuck"].clone();
    assert_eq!(shown(), "ABNORMAL");
    gateway.books().refund_status = "SUCCESS";
    server.advance("10m");
    assert_eq!((internet_hospital::status(&me, &made).as_str(), status(&server, &number)), ("09", json!("REFUNDED")));
    assert_eq!((gateway.books().refunds.len(), shown()), (1, json!("")));
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

/// Each payment goes back the way it came, whoever is the provider by then.
#[test]
fn money_goes_back_through_the_provider_that_took_it() {
    let gateway = Gateway::open();
    let mut server = gateway.server();
    let (patient, theirs) = held(&server);
    let number = sn(&theirs);
    gateway.pay(&number);
    told_paid(&server, &gateway, &number).send(&server);
    server.restart_with(&[("payment.provider", "demo")]);
    let patient = patient.at(&server);
    patient.get(format_args!("/custom/project/{}/cancel", theirs["project_id"])).ok();
    server.advance("1m");
    // Nobody is there to send it: it waits, and is not booked as sent.
    assert_eq!((status(&server, &number), gateway.books().refunds.len()), (json!("REFUNDING"), 0));
    server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).refused(404, "not_found");
    let (other, embedded) = held(&server);
    let paid = sn(&embedded);
    server.nobody().post(format_args!("/payment/demo/{paid}/pay"), json!({})).ok();
    let (_, unpaid) = held(&server);
    let shown = |number: &str| server.admin().get(format_args!("/admin/payments?q={number}")).ok()["items"][0]["provider"].clone();
    assert_eq!((shown(&number), shown(&paid)), (json!("wechat"), json!("demo")));

    server.restart_with(&[("payment.provider", "wechat")]);
    server.advance("1m");
    assert_eq!((status(&server, &number), gateway.books().refunds.len()), (json!("REFUNDED"), 1));
    // The embedded provider's money goes back at once, and the real one hears nothing of it.
    other.at(&server).get(format_args!("/custom/project/{}/cancel", embedded["project_id"])).ok();
    server.settle();
    assert_eq!((status(&server, &paid), gateway.books().refunds.len()), (json!("REFUNDED"), 1));
    server.advance("15m");
    assert_eq!(status(&server, &sn(&unpaid)), "CLOSED");
    assert_eq!(gateway.times("GET", &format!("/v3/pay/transactions/out-trade-no/{}", sn(&unpaid))), 0);
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn a_gateway_that_is_down_leaves_the_seat_held_and_the_order_as_it_is() {
    let gateway = Gateway::open();
    let server = gateway.server();
    gateway.books().down = true;
    let (patient, held) = held(&server);
    assert_eq!((&held["verify_status"], &held["payment"]["orderInfo"]), (&json!(0), &json!("")));
    let (me, person, doctor) = internet_hospital::scene(&server);
    let made = internet_hospital::order(&me, &person, &doctor);
    me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).refused(503, "payment_unreachable");
    gateway.books().down = false;
    let listed = patient.get("/custom/diagnoses").ok()["list"][0].clone();
    assert_eq!(info(&listed["payment"])["prepayid"], format!("wx{}", sn(&held)));
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    assert_eq!(info(&payment)["signType"], "RSA");
    // The doctor sees the payment, and nothing to pay it with.
    let seen = doctor.post("/consultation/payment/query", json!({ "consultationId": made["id"] })).ok();
    assert_eq!((&seen["status"], &seen["orderInfo"]), (&json!("WAIT_FOR_PAY"), &json!("")));
}

#[test]
fn newer_merchants_have_a_public_key_in_place_of_a_certificate() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("payment.wechat.platform_cert", &file("platform.pub.pem"))]);
    let (_, held) = held(&server);
    let number = sn(&held);
    gateway.pay(&number);
    let forged = Notification { signer: "stranger.key.pem", ..told_paid(&server, &gateway, &number) };
    assert_eq!(forged.send(&server), (401, "FAIL".into()));
    let serial = "PUB_KEY_ID_0119000000012024000000000000000000";
    let told = Notification { serial, ..told_paid(&server, &gateway, &number) };
    assert_eq!(told.send(&server), (200, "SUCCESS".into()));
    assert_eq!(status(&server, &number), "PAID");
}

#[test]
fn without_a_complete_configuration_nothing_starts() {
    let complete = [
        ("payment.provider", "wechat".to_owned()),
        ("payment.wechat.mch_id", MCH_ID.into()),
        ("payment.wechat.app_id", APP_ID.into()),
        ("payment.wechat.serial_no", gateway::SERIAL_NO.into()),
        ("payment.wechat.private_key", file("merchant.key.pem")),
        ("payment.wechat.api_v3_key", gateway::API_V3_KEY.into()),
        ("payment.wechat.platform_cert", file("platform.cert.pem")),
        ("payment.wechat.notify_url", "https://clinic.example.com/payment/wechat/notify".into()),
    ];
    let open = |settings: &[(&'static str, String)]| {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::load(dir.path(), settings, []).unwrap();
        let inner = dir.path().join("data");
        let refused = App::open(&inner, settings, Clock::system(0)).err().unwrap();
        assert!(refused.is(&BAD_SETTING), "{refused}");
        assert!(!inner.exists(), "nothing is made before everything is known");
        refused.message()
    };
    let all = open(&complete[..1]);
    for (name, _) in &complete[1..] {
        assert!(all.contains(name) && all.lines().count() == 1, "{all}");
        let without: Vec<_> = complete.iter().filter(|(one, _)| one != name).cloned().collect();
        assert!(open(&without).ends_with(&format!("needs {name}")), "{name}");
    }
    for (name, bad) in [
        ("payment.wechat.private_key", file("platform.cert.pem")),
        ("payment.wechat.private_key", file("nowhere.pem")),
        ("payment.wechat.platform_cert", file("platform.key.pem")),
        ("payment.wechat.api_v3_key", "short".to_owned()),
    ] {
        let settings = complete.clone().map(|(one, value)| (one, if one == name { bad.clone() } else { value }));
        let message = open(&settings);
        assert!(message.contains(name) && !message.contains("short"), "{message}");
    }
}
