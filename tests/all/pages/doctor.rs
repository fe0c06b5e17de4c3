//! Every screen of the doctor's page in a browser: sizes, languages, light and dark, large letters, each pair of settings at least once;
//! what a first load weighs; the lock and the keys that staff pages have.

use serde_json::{Value, json};
use xuanhu::demo;

use super::patient::Stage;
use crate::kit::Client;

pub const DOCTOR: (&str, &str) = ("19900001001", "苏叶青");

/// Width and height, language, night, large letters: every pair of values is in one of the rows.
#[rustfmt::skip]
const SETTINGS: &[(u32, u32, &str, bool, bool)] = &[
    (390, 844, "zh-CN", false, false),
    (390, 844, "en",    true,  true),
    (820, 1180, "zh-CN", true, true),
    (820, 1180, "en",   false, false),
    (1280, 800, "zh-CN", true, false),
    (1280, 800, "en",   false, true),
];

/// The first load of a signed-in doctor's day, in bytes as they are sent and in requests (web pages, 14).
const MOST_BYTES: u64 = 190_000;
const MOST_REQUESTS: u64 = 40;

/// A doctor of the demonstration, as a client and as who is signed in on the page.
pub fn sign_in(stage: &Stage, (phone, name): (&str, &str)) -> Client {
    let session = stage.server.nobody().post("/session", json!({ "phone": phone, "password": demo::PASSWORD, "role": "doctor" })).ok();
    let mut kept = session.clone();
    kept["name"] = json!(name);
    kept["phone"] = json!(phone);
    stage.browser.run(&format!("localStorage.setItem('xuanhu.doctor', JSON.stringify({kept}))"));
    stage.server.nobody().with_token(session["token"].as_str().unwrap())
}

/// Opens a screen anew, and waits until it stands.
pub fn show(stage: &Stage, path: &str) {
    stage.browser.goto("about:blank");
    stage.browser.goto(&format!("{}/web/doctor/#{path}", stage.base));
    stage.ready();
}

/// The number of a 24-digit id.
pub fn number(id: &Value) -> u64 {
    u64::from_str_radix(&id.as_str().unwrap()[8..], 16).unwrap()
}

/// The doctor's next free clinic that somebody has booked, with the visits.
pub fn session(doctor: &Client) -> (Value, Vec<Value>) {
    let projects = doctor.get("/doctor/project").ok()["list"].clone();
    let mut found: Vec<_> = projects.as_array().unwrap().iter().filter(|one| one["join_people_count"].as_u64() > Some(0)).collect();
    found.retain(|one| one["progress_status"] == 1);
    let project = found[0].clone();
    let visits = doctor.get(format_args!("/project/{}/patient", project["id"])).ok()["list"].as_array().unwrap().clone();
    (project, visits)
}

/// The team whose name begins so.
pub fn team(doctor: &Client, name: &str) -> Value {
    let teams = doctor.get("/team?limit=500").ok()["items"].clone();
    teams.as_array().unwrap().iter().find(|one| one["name"].as_str().unwrap().starts_with(name)).unwrap().clone()
}

fn screens(doctor: &Client) -> Vec<String> {
    let (project, visits) = session(doctor);
    let order = doctor.post("/consultation/list", json!({ "status": "03" })).ok()["items"][0].clone();
    let consult = doctor.get("/consult/in_process_list").ok()[0].clone();
    let (patient, team) = (&consult["creator_member_id"], &consult["team_id"]);
    let news = doctor.get("/news/2/list").ok()["list"][0]["id"].clone();
    let fixed = [
        "/",
        "/clinics",
        "/clinics?when=past",
        "/clinics/new",
        "/consultations",
        "/consultations?state=done",
        "/messages",
        "/contacts",
        "/teams",
        "/teams/new",
        "/me",
        "/me/profile",
        "/me/orgs",
        "/me/clinic?name=none",
        "/me/ratings",
        "/me/assistants",
        "/me/replies",
        "/notices",
        "/news",
        "/nowhere",
    ];
    let found = [
        format!("/clinics/{}", project["id"]),
        format!("/clinics/{}?visit={}", project["id"], visits[0]["id"]),
        format!("/clinics/new?copy={}", project["id"]),
        format!("/visits/{}", visits[0]["id"]),
        format!("/messages/chat/{}", number(&order["id"])),
        format!("/messages/consult/{}", consult["consultation_id"]),
        format!("/messages/dialog/{patient}"),
        format!("/messages/direct/{patient}"),
        format!("/contacts/{patient}"),
        format!("/teams/{team}"),
        format!("/teams/{team}/income?month=2026-10"),
        format!("/news/{news}"),
    ];
    fixed.iter().map(|path| (*path).to_owned()).chain(found).collect()
}

#[test]
fn every_screen_of_the_doctors_page() {
    let stage = Stage::open();
    let mut wrong = Vec::new();
    for path in ["/", "/sign-in", "/register"] {
        show(&stage, path);
        wrong.extend(stage.check(&format!("nobody {path}")));
    }
    let doctor = sign_in(&stage, DOCTOR);
    for (n, path) in screens(&doctor).iter().enumerate() {
        let (width, height, language, dark, big) = SETTINGS[n % SETTINGS.len()];
        stage.browser.size(width, height);
        stage.browser.run(&format!(
            "localStorage.setItem('xuanhu.language', '\"{language}\"'); \
             localStorage.setItem('xuanhu.look', '{{\"big\":{big},\"dark\":{dark}}}')"
        ));
        show(&stage, path);
        wrong.extend(stage.check(&format!("{path} {width} {language} dark {dark} big {big}")));
    }
    // The busiest screens at every size.
    let (project, visits) = session(&doctor);
    stage.browser.run("localStorage.setItem('xuanhu.language', '\"zh-CN\"'); localStorage.removeItem('xuanhu.look')");
    for (width, height) in [(390, 844), (820, 1180), (1280, 800)] {
        stage.browser.size(width, height);
        for path in ["/".to_owned(), "/messages".to_owned(), format!("/clinics/{}?visit={}", project["id"], visits[0]["id"])] {
            show(&stage, &path);
            wrong.extend(stage.check(&format!("{path} {width}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_first_load_of_a_doctors_day_keeps_its_budget() {
    let stage = Stage::open();
    stage.browser.size(1280, 800);
    sign_in(&stage, DOCTOR);
    show(&stage, "/");
    let told = stage.browser.run(
        "const parts = performance.getEntriesByType('resource').filter((one) => one.name.includes('/web/~'));
         const page = performance.getEntriesByType('navigation')[0];
         return { bytes: page.transferSize + parts.reduce((sum, one) => sum + one.transferSize, 0), requests: parts.length + 1 }",
    );
    let (bytes, requests) = (told["bytes"].as_u64().unwrap(), told["requests"].as_u64().unwrap());
    assert!(bytes > 20_000 && bytes <= MOST_BYTES, "{bytes} bytes");
    assert!(requests <= MOST_REQUESTS, "{requests} requests");
}

#[test]
fn a_page_that_nobody_touches_locks_and_its_keys_work() {
    let stage = Stage::open();
    let browser = &stage.browser;
    browser.size(1280, 800);
    let doctor = sign_in(&stage, DOCTOR);
    let (project, visits) = session(&doctor);
    show(&stage, &format!("/clinics/{}", project["id"]));

    // J and K move through the rows, Enter opens; nothing of that while one types.
    let press = |key: &str| {
        browser.cdp("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": key, "text": if key.len() == 1 { key } else { "" } }))
    };
    browser.run("document.activeElement.blur()");
    press("j");
    browser.until("document.activeElement.closest('[data-rows]')");
    let first = browser.run("return document.activeElement.getAttribute('href')");
    press("j");
    browser.until(&format!("document.activeElement.getAttribute('href') !== {first}"));
    press("k");
    browser.until(&format!("document.activeElement.getAttribute('href') === {first}"));
    browser.run("document.activeElement.blur()");
    press("?");
    browser.until("document.querySelector('dialog[open]')?.innerText.includes('Ctrl+Enter')");
    browser.tap("关闭");
    browser.until("!document.querySelector('dialog')");

    // Fifteen idle minutes. What was typed stays behind the lock, and is still there afterwards.
    browser.fill("就诊结果", "血压平稳，继续原方案");
    browser.run("const real = Date.now; window.shift = 0; Date.now = () => real() + window.shift; window.shift = 14 * 60000");
    assert!(browser.run("return document.querySelector('dialog') === null") == true);
    browser.run("window.shift = 16 * 60000");
    browser.reads("已锁定");
    browser.reads("xuanhu-demo");
    assert_eq!(browser.run("return document.querySelector('dialog').getAttribute('aria-label')"), "已锁定");
    let faults: Vec<_> = stage.check("lock").into_iter().collect();
    assert!(faults.is_empty(), "{faults:#?}");
    browser.cdp("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": "Escape" }));
    browser.fill("密码", "wrong-password");
    browser.tap("解锁");
    browser.reads("账号或密码错误");
    browser.fill("密码", "xuanhu-demo");
    browser.tap("解锁");
    browser.until("!document.querySelector('dialog')");
    browser.until("document.querySelector('textarea[name=result]').value === '血压平稳，继续原方案'");

    // A draft is kept in the tab alone, and offered again; numbers are covered until somebody asks.
    browser.until("Object.keys(sessionStorage).some((key) => key.includes('.result-'))");
    assert_eq!(browser.run("return Object.keys(localStorage).filter((key) => key.includes('draft')).length"), 0);
    browser.reload();
    stage.ready();
    browser.tap("恢复上次未保存的内容");
    browser.until("document.querySelector('textarea[name=result]').value === '血压平稳，继续原方案'");
    let phone = visits.iter().find_map(|one| one["user_info"]["phone"].as_str().filter(|phone| !phone.is_empty())).unwrap();
    assert_eq!(browser.run(&format!("return document.body.innerText.includes('{phone}')")), false);
}
