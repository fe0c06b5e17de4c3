//! The assistant's page in a browser: every screen, what it weighs, and an assistant's day.

use serde_json::{Value, json};
use xuanhu::demo;

use super::{admin::weighed, patient::Stage};
use crate::kit::{Client, id_number};

#[rustfmt::skip]
const SETTINGS: &[(u32, u32, &str, bool, bool)] = &[
    (820, 1180, "zh-CN", false, false),
    (390, 844,  "en",    true,  true),
    (1280, 800, "zh-CN", true,  true),
    (820, 1180, "en",    false, true),
    (390, 844,  "zh-CN", true,  false),
    (1280, 800, "en",    true,  false),
];

fn sign_in(stage: &Stage) -> Client {
    let session =
        stage.server.nobody().post("/session", json!({ "phone": "19900001009", "password": demo::PASSWORD, "role": "assistant" })).ok();
    let mut kept = session.clone();
    kept["name"] = json!("方小禾");
    kept["phone"] = json!("19900001009");
    stage.browser.run(&format!("localStorage.setItem('xuanhu.assistant', JSON.stringify({kept}))"));
    stage.server.nobody().with_token(session["token"].as_str().unwrap())
}

fn show(stage: &Stage, path: &str) {
    stage.browser.goto("about:blank");
    stage.browser.goto(&format!("{}/web/assistant/#{path}", stage.base));
    stage.ready();
}

#[test]
fn every_screen_of_the_assistants_page() {
    let stage = Stage::open();
    let mut wrong = Vec::new();
    show(&stage, "/sign-in");
    wrong.extend(stage.check("visitor"));
    let assistant = sign_in(&stage);
    show(&stage, "/");
    let (bytes, requests) = weighed(&stage.browser);
    assert!(bytes > 10_000 && bytes <= 60_000 && requests <= 25, "{bytes} bytes in {requests} requests");
    let patient = assistant.get("/assistant/patient").ok()["list"][0]["id"].clone();
    let booked = assistant.get("/assistant/project").ok()["list"][0]["id"].clone();
    let open = assistant.get("/project").ok()["list"][0]["id"].clone();
    let doctor = assistant.get("/assistant/follow").ok()["list"][0]["id"].clone();
    let news = assistant.get("/news/3/list").ok()["list"][0]["id"].clone();
    let paths = ["/", "/patients", "/patients/new", "/patients/bind", "/book", "/bookings", "/doctors", "/me", "/notices", "/nowhere"]
        .map(str::to_owned);
    let more = [
        format!("/patients/{patient}"),
        format!("/book/{open}?for={patient}"),
        format!("/bookings/{booked}"),
        format!("/doctors/{doctor}"),
        format!("/news/{news}"),
    ];
    for (n, path) in paths.into_iter().chain(more).enumerate() {
        let (width, height, language, dark, big) = SETTINGS[n % SETTINGS.len()];
        stage.browser.size(width, height);
        stage.browser.run(&format!("localStorage.setItem('xuanhu.language', '\"{language}\"'); localStorage.setItem('xuanhu.look', '{{\"big\":{big},\"dark\":{dark}}}')"));
        show(&stage, &path);
        wrong.extend(stage.check(&format!("{path} {width} {language} dark {dark} big {big}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_assistants_day() {
    let stage = Stage::open();
    let assistant = sign_in(&stage);
    let browser = &stage.browser;
    browser.size(820, 1180);
    // Somebody without an account sits at the table.
    show(&stage, "/patients");
    browser.tap("新建患者");
    browser.fill("姓名", "廖大满");
    browser.fill("身份证号", &id_number(4_711));
    browser.fill("手机号", "19900007711");
    browser.fill("身高", "160");
    browser.fill("体重", "55");
    // What nobody has said is not chosen.
    assert_eq!(browser.run("return document.querySelectorAll('form[name=patient] input[type=radio]:checked').length"), 0);
    browser.tap("已婚");
    for name in ["drink_status", "smoking_status"] {
        browser.tap_at(&format!("//input[@name='{name}' and @value='0']"));
    }
    browser.tap("保存");
    browser.reads("患者已建好");
    let made = assistant.get("/assistant/patient?keyword=廖大满").ok()["list"][0].clone();
    assert_eq!((&made["phone"], &made["height"], &made["marital_status"]), (&json!("19900007711"), &json!("160"), &json!(1)));
    let password = browser.run("return document.querySelector('.slip strong').innerText");
    let session = json!({ "phone": "19900007711", "password": password, "role": "patient" });
    stage.server.nobody().post("/session", session).ok();
    // A seat for them, and the slip.
    browser.tap("代约");
    browser.until("location.hash.startsWith('#/book?for=')");
    let free = assistant.get("/project?page_size=100").ok()["list"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["price"] == 0 && one["progress_status"] == 1)
        .unwrap()
        .clone();
    show(&stage, &format!("/book/{}?for={}", free["id"], made["id"]));
    let slot = free["plan_time"].as_object().unwrap().iter().find(|(_, left)| left.as_u64() > Some(0)).unwrap().0.clone();
    browser.tap(&format!("{}–{}", &slot[..5], &slot[11..16]));
    browser.tap("确认预约");
    browser.reads("预约成功");
    let seats = |assistant: &Client| -> Vec<Value> {
        let list = assistant.get(format_args!("/assistant/project/{}/paitient", free["id"])).ok()["list"].clone();
        list.as_array().unwrap().iter().filter(|one| one["verify_status"] == 1).cloned().collect()
    };
    assert_eq!(seats(&assistant).len(), 1);
    show(&stage, &format!("/bookings/{}", free["id"]));
    browser.reads("廖大满");
    assert!(browser.run("return document.querySelector('.slip.only-print').textContent").as_str().unwrap().contains("廖大满"));
    browser.tap("取消预约");
    browser.tap("确认取消");
    browser.reads("已取消");
    assert!(seats(&assistant).is_empty());
    let faults = stage.faults();
    assert!(faults.is_empty(), "{faults:?}");
}
