//! The landing page: doors on every server, people and a tour in a demonstration alone.

use serde_json::json;
use xuanhu::demo::{self, Cast, keeper};

use super::{admin::stage, patient::AXE};
use crate::kit::TestServer;

#[test]
fn doors_lead_in_and_nobody_is_shown() {
    let server = TestServer::open();
    let html = String::from_utf8(server.nobody().get("/").bytes).unwrap();
    for door in ["/web/patient/", "/web/doctor/", "/web/assistant/", "/web/admin/", "/web/guide/", "/docs"] {
        assert!(html.contains(&format!("href=\"{door}\"")), "{door}");
    }
    server.nobody().get("/web/demo.json").refused(404, "no_such_endpoint");
    for page in ["/", "/web/patient/", "/web/assistant/", "/web/admin/", "/docs"] {
        let text = String::from_utf8(server.nobody().get(page).bytes).unwrap();
        assert!(!text.contains(demo::PASSWORD) && !text.contains("丁小满"), "{page}");
    }
}

#[test]
fn one_tap_signs_in_in_a_tab_of_its_own() {
    let stage = stage(&[]);
    let browser = &stage.browser;
    browser.goto(&format!("{}/", stage.base));
    browser.reads("演示诊所，数据为虚构");
    browser.until("[...document.querySelectorAll('.people button')].some((one) => one.textContent.includes('管理员'))");
    browser.reads("三分钟导览");
    browser.cdp("Runtime.evaluate", json!({ "expression": AXE }));
    let found = browser.cdp("Runtime.evaluate", json!({ "awaitPromise": true, "returnByValue": true, "expression": "axe.run().then((done) => done.violations.map((one) => one.id))" }));
    assert_eq!(found["result"]["value"], json!([]));
    browser.run("window.faults = []");
    for (role, page) in [("丁小满", "patient"), ("方小禾", "assistant"), ("管理员", "admin")] {
        browser.run(&format!(
            "window.opened = null; const open = window.open; window.open = (...all) => (window.opened = open.apply(window, all));
             [...document.querySelectorAll('.people button')].find((one) => one.querySelector('strong').textContent === '{role}').click(); window.open = open"
        ));
        browser.until(&format!(
            "window.opened?.document?.querySelector('h1') && JSON.parse(window.opened.sessionStorage.getItem('xuanhu.{page}') ?? '{{}}').token"
        ));
        let kept = browser.run(&format!("return localStorage.getItem('xuanhu.{page}')"));
        assert!(kept.is_null(), "it stays in its own tab");
        browser.run("window.opened.close()");
    }
}

#[test]
fn a_doctor_of_the_demonstration_answers_while_nobody_is_signed_in_as_him() {
    let stage = stage(&[]);
    let (server, cast) = (&stage.server, Cast::read().unwrap());
    let form = cast.doctors.iter().find(|doctor| doctor.answers_by_itself).unwrap();
    let people = server.nobody().get("/web/demo.json").ok()["people"].clone();
    assert!(
        people
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["phone"] == form.phone.as_str() && one["line"].as_str().unwrap().contains("自动回复"))
    );
    let enter = |phone: &str, role: &str| {
        let session = server.nobody().post("/session", json!({ "phone": phone, "password": demo::PASSWORD, "role": role })).ok();
        (server.nobody().with_token(session["token"].as_str().unwrap()), session["member_id"].as_u64().unwrap())
    };
    let since = server.now();
    let (patient, mine) = enter("19900001012", "patient");
    let doctor = server.admin().get(format_args!("/admin/doctors?q={}", form.phone)).ok()["items"][0]["id"].as_u64().unwrap();
    let me = patient.post("/api/patient/list", json!({ "userId": format!("{mine:024x}") })).ok()[0]["id"].clone();
    let ordered = patient
        .post(
            "/consultation/create",
            json!({ "patientId": me, "doctorId": format!("{doctor:024x}"), "content": "孩子咳嗽两天", "consultationReason": "其他", "images": "[]" }),
        )
        .ok();
    let paid = patient.post("/consultation/payment/create", json!({ "consultationId": ordered["id"] })).ok();
    server.nobody().post(format_args!("/payment/demo/{}/pay", paid["outTradeNo"].as_str().unwrap()), json!({})).ok();
    let answered = |server: &TestServer| {
        let cast = Cast::read().unwrap();
        server.app().store.write_blocking(move |db| keeper::answer(db, &cast, since)).unwrap()
    };
    assert_eq!(answered(server), 0, "people read first");
    server.advance("5s");
    assert_eq!(answered(server), 1);
    assert_eq!(answered(server), 0, "once");
    let (signed_in, _) = enter(&form.phone, "doctor");
    let id: xuanhu::base::id::ConsultationId = xuanhu::base::id::from_hex(ordered["id"].as_str().unwrap()).unwrap();
    patient.post("/im/messages", json!({ "consultation_id": id, "mimetype": "text/plain", "content": "三天了", "client_id": "a" })).ok();
    server.advance("5s");
    assert_eq!(answered(server), 0, "the doctor is there");
    signed_in.delete("/session").ok();
    assert_eq!(answered(server), 1);
}

#[test]
fn days_of_the_demonstration_move_with_the_calendar() {
    let stage = stage(&[]);
    let server = &stage.server;
    let announce = |server: &TestServer| {
        let cast = Cast::read().unwrap();
        server.app().store.write_blocking(move |db| keeper::announce(db, &cast)).unwrap()
    };
    assert_eq!(announce(server), 0, "there are enough");
    server.advance("40d");
    server.settle();
    let open = |server: &TestServer| server.admin().get("/admin/projects?state=open&page_size=100").ok()["total"].as_u64().unwrap();
    assert_eq!(open(server), 0);
    let announced = announce(server);
    assert!(announced >= 6, "{announced}");
    assert_eq!(open(server), announced as u64);
    assert_eq!(announce(server), 0, "and no more");
}
