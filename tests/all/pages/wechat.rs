//! Inside WeChat: signing in through the official account, and paying through the bridge that is built into its browser. The page believes the
//! clinic alone.

use serde_json::json;

use super::patient::Stage;
use crate::{
    kit::Browser,
    payment_wechat::{gateway::Gateway, ordered, told_paid},
    team_consult::wechat,
};

#[test]
fn a_consultation_is_paid_through_the_bridge() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let (me, made, number) = ordered(&server);
    let id = u64::from_str_radix(&made["id"].as_str().unwrap()[8..], 16).unwrap();
    let base = server.nobody().base;
    let stage = Stage { browser: Browser::open(), server, base };
    stage.browser.size(390, 844);
    stage.browser.goto(&format!("{}/web/gourd.svg", stage.base));
    let member = u64::from_str_radix(&me.id[8..], 16).unwrap();
    let session = json!({ "token": me.client.token, "member_id": member, "role": "patient", "name": "测试" });
    stage.browser.run(&format!(
        "localStorage.setItem('xuanhu.language', '\"zh-CN\"'); localStorage.setItem('xuanhu.patient', JSON.stringify({session}))"
    ));
    // Elsewhere the page says where to pay.
    stage.show(&format!("/pay/consultation/{id}"));
    stage.browser.reads("请在微信里打开本页支付");
    assert_eq!(stage.browser.run("return document.querySelector('[data-act=pay]').getAttribute('aria-disabled')"), "true");
    // In WeChat: refused first, then paid.
    let bridge = "window.asked = []; window.answer = 'get_brand_wcpay_request:cancel';
        window.WeixinJSBridge = { invoke: (name, order, done) => { window.asked.push({ name, order }); setTimeout(() => done({ err_msg: window.answer })); } };";
    stage.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": bridge }));
    stage.show(&format!("/pay/consultation/{id}"));
    stage.browser.tap("支付 ¥0.01");
    stage.browser.reads("您取消了支付");
    let asked = stage.browser.run("return window.asked[0]");
    assert_eq!(
        (asked["name"].as_str(), asked["order"]["package"].as_str()),
        (Some("getBrandWCPayRequest"), Some(format!("prepay_id=wx{number}").as_str()))
    );
    // The bridge says that it is paid; the clinic has not heard of it yet.
    stage.browser.run("window.answer = 'get_brand_wcpay_request:ok'");
    gateway.pay(&number);
    stage.browser.tap("支付 ¥0.01");
    stage.browser.until("window.asked.length === 2");
    assert_eq!(told_paid(&stage.server, &gateway, &number).send(&stage.server).0, 200);
    stage.browser.run("document.dispatchEvent(new Event('visibilitychange'))");
    stage.browser.reads("已支付");
    assert!(stage.faults().is_empty(), "{:?}", stage.faults());
}

#[test]
fn a_patient_comes_in_from_wechat_and_binds_a_phone() {
    let outside = wechat::wechat();
    let server = wechat::server(&outside);
    let (patient, base) = (server.patient().with_profile(&server), server.nobody().base);
    let stage = Stage { browser: Browser::open(), server, base };
    stage.browser.size(390, 844);
    stage.browser.cdp("Emulation.setUserAgentOverride", json!({ "userAgent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50" }));
    stage.browser.goto(&format!("{}/web/gourd.svg", stage.base));
    stage.browser.run("localStorage.setItem('xuanhu.language', '\"zh-CN\"')");
    stage.show("/sign-in");
    stage.browser.reads("微信登录");
    // What WeChat sends back: the state is this tab's, or nothing happens.
    let comes_back = |code: &str, state: &str, bind: serde_json::Value| {
        let kept = json!({ "state": "ours", "hash": "#/me", "bind": bind });
        stage.browser.run(&format!("sessionStorage.setItem('xuanhu.wechat', JSON.stringify({kept}))"));
        stage.browser.goto(&format!("{}/web/patient/?code={code}&state={state}", stage.base));
        stage.ready();
    };
    comes_back("of-li-1", "forged", json!(null));
    stage.browser.until("!location.search");
    assert_eq!(outside.asked().len(), 0, "a code that somebody else brought is not used");
    comes_back("of-li-2", "ours", json!(null));
    stage.browser.reads("绑定手机号");
    assert!(stage.check("binding a phone").iter().all(|fault| fault.contains("422")), "{:?}", stage.check("again"));
    stage.server.advance("2m");
    let code = stage.server.code_for(&patient.phone);
    comes_back("of-li-3", "ours", json!({ "phone": patient.phone, "verify_code": code }));
    stage.browser.until("location.hash === '#/me' && !location.search");
    stage.browser.reads(&patient.phone);
}
