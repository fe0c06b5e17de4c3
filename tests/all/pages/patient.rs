//! Every screen of the patient's page in a browser: sizes, languages, light and dark, large letters, each pair of settings at least once.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xuanhu::demo;

use crate::kit::{Browser, Client, TestServer};

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

pub const AXE: &str = include_str!("../../data/axe/axe.min.js");

/// The demonstration clinic, and a browser at its pages.
pub struct Stage {
    pub browser: Browser,
    pub server: TestServer,
    pub base: String,
}

impl Stage {
    pub fn open() -> Stage {
        let server = TestServer::open();
        let logins = demo::load(&server.app().store).unwrap();
        let _ = server.app().demo.set(logins);
        server.settle();
        let base = server.nobody().base;
        let stage = Stage { browser: Browser::open(), server, base };
        stage.browser.size(390, 844);
        stage.browser.goto(&format!("{}/web/gourd.svg", stage.base));
        stage.browser.run("localStorage.setItem('xuanhu.language', '\"zh-CN\"')");
        stage
    }

    /// A patient of the demonstration, as a client and as who is signed in on the page.
    pub fn sign_in(&self, phone: &str, name: &str) -> Client {
        let session = self.server.nobody().post("/session", json!({ "phone": phone, "password": demo::PASSWORD, "role": "patient" })).ok();
        let mut kept = session.clone();
        kept["name"] = json!(name);
        kept["phone"] = json!(phone);
        self.browser.run(&format!("localStorage.setItem('xuanhu.patient', JSON.stringify({kept}))"));
        self.server.nobody().with_token(session["token"].as_str().unwrap())
    }

    /// Opens a screen anew, and waits until it stands.
    pub fn show(&self, path: &str) {
        self.browser.goto("about:blank");
        self.browser.goto(&format!("{}/web/patient/#{path}", self.base));
        self.ready();
    }

    pub fn ready(&self) {
        self.browser.until("document.querySelector('h1') && !document.querySelector('.skeleton') && document.querySelector('main > .top + *') && !/正在打开|Loading/.test(document.querySelector('h1').textContent)");
    }

    pub fn faults(&self) -> Vec<String> {
        self.browser.faults(&self.base, &[])
    }

    /// What must hold on every screen.
    pub fn check(&self, what: &str) -> Vec<String> {
        let mut wrong = self.faults();
        let shape = self.browser.run(
            "return { h1: document.querySelectorAll('h1').length, title: document.title, wide: document.documentElement.scrollWidth - innerWidth,
                current: document.querySelectorAll('nav.menu [aria-current]').length, empty: document.querySelector('main').innerText.trim().length }",
        );
        if shape["h1"] != 1 || shape["current"] != 1 || shape["title"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("one h1, one title, one current entry: {shape}"));
        }
        if shape["wide"].as_i64().unwrap() > 0 {
            wrong.push(format!("scrolls sideways by {}", shape["wide"]));
        }
        // A key of the catalogue that nobody translated.
        let bare = self.browser.run("return (document.body.innerText.match(/\\b[a-z]+\\.[a-z_]+(\\.[a-z_]+)*\\b/g) ?? []).filter((word) => !/example\\.com/.test(word))");
        wrong.extend(bare.as_array().unwrap().iter().map(|word| format!("bare word {word}")));
        self.browser.cdp("Runtime.evaluate", json!({ "expression": AXE }));
        let found = self.browser.cdp(
            "Runtime.evaluate",
            json!({ "awaitPromise": true, "returnByValue": true, "expression":
                "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((done) => \
                 done.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 200) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))" }),
        );
        wrong.extend(found["result"]["value"].as_array().unwrap_or(&Vec::new()).iter().map(Value::to_string));
        // Its own styles are what the policy reports of it.
        self.browser.run("window.faults = []");
        wrong.into_iter().map(|line| format!("{what}: {line}")).collect()
    }
}

/// Ids of the demonstration, by which detail screens are addressed.
fn screens(patient: &Client) -> Vec<String> {
    let number = |value: &Value| u64::from_str_radix(&value.as_str().unwrap()[8..], 16).unwrap();
    let visits = patient.get("/custom/diagnoses?page_size=100").ok()["list"].clone();
    let visit = |status: u64| {
        visits.as_array().unwrap().iter().find(|one| one["status"] == status && one["verify_status"] == 1).unwrap()["id"].clone()
    };
    let projects = patient.get("/project?page_size=100").ok()["list"].clone();
    let open = projects.as_array().unwrap().iter().find(|one| one["is_join"] == 0 && one["price"] == 20).unwrap().clone();
    let activity = patient.get("/sp_project").ok()["list"][0]["id"].clone();
    let doctor = open["doctor_info"]["id"].clone();
    let orders = patient.post("/consultation/list", json!({ "limit": 50 })).ok()["items"].clone();
    let order = |status: &str| number(&orders.as_array().unwrap().iter().find(|one| one["status"] == status).unwrap()["id"]);
    let consult = patient.get("/consult/in_process_list").ok()[0].clone();
    let dialog = patient.get("/chat").ok()["list"][0]["doctor_user_id"].clone();
    let contact = patient.get("/api/im/pContactList").ok()[0]["doctor_id"].clone();
    let relative = patient.get("/family").ok()["items"][0]["relation_user_id"].clone();
    let news = patient.get("/news/1/list").ok()["list"][0]["id"].clone();
    let fixed = [
        "/",
        "/find",
        "/find?kind=doctor&ask=1",
        "/find?kind=activity",
        "/find?q=suyeqing",
        "/visits",
        "/visits?type=2",
        "/visits?type=refund",
        "/messages",
        "/contacts",
        "/teams",
        "/family",
        "/family/new",
        "/wallet",
        "/me",
        "/me/profile",
        "/me/history",
        "/me/followed",
        "/me/assistants",
        "/notices",
        "/news",
        "/nowhere",
    ];
    fixed
        .iter()
        .map(|path| (*path).to_owned())
        .chain([
            format!("/activities/{activity}"),
            format!("/doctors/{doctor}"),
            format!("/doctors/{contact}/ask"),
            format!("/projects/{}", open["id"]),
            format!("/visits/{}", visit(1)),
            format!("/visits/{}", visit(3)),
            format!("/messages/chat/{}", order("03")),
            format!("/messages/chat/{}", order("07")),
            format!("/messages/consult/{}", consult["consultation_id"]),
            format!("/messages/dialog/{dialog}"),
            format!("/messages/direct/{contact}"),
            format!("/contacts/{contact}"),
            format!("/teams/{}", consult["team_id"]),
            format!("/teams/{}/consult", consult["team_id"]),
            format!("/family/{relative}"),
            format!("/news/{news}"),
        ])
        .collect()
}

#[test]
fn every_screen_of_the_patients_page() {
    let stage = Stage::open();
    let mut wrong = Vec::new();
    // A visitor looks around, and meets the sign-in where it is needed.
    for path in ["/", "/find", "/sign-in", "/visits"] {
        stage.show(path);
        wrong.extend(stage.check(&format!("visitor {path}")));
    }
    let patient = stage.sign_in("19900001012", "丁小满");
    let mut pairs = BTreeSet::new();
    for (n, path) in screens(&patient).iter().enumerate() {
        let (width, height, language, dark, big) = SETTINGS[n % SETTINGS.len()];
        pairs.insert(n % SETTINGS.len());
        stage.browser.size(width, height);
        stage.browser.run(&format!("localStorage.setItem('xuanhu.language', '\"{language}\"'); localStorage.setItem('xuanhu.look', '{{\"big\":{big},\"dark\":{dark}}}')"));
        stage.show(path);
        wrong.extend(stage.check(&format!("{path} {width} {language} dark {dark} big {big}")));
    }
    assert_eq!(pairs.len(), SETTINGS.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
