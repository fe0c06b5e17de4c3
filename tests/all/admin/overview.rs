//! Statistics, settings, the audit log.

use serde_json::{Value, json};

use super::id;
use crate::{
    kit::TestServer,
    volunteer_doctor::{join, pay, publish},
};

#[test]
fn statistics_count_what_there_is() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, paying, holding) = (server.doctor(), server.patient(), server.patient());
    server.registered(xuanhu::domain::identity::account::Role::Assistant);
    let project = publish(&server, &doctor, json!({ "price": 5 }));
    pay(&server, &join(&paying, project));
    join(&holding, project);
    let now = admin.get("/admin/statistics").ok();
    assert_eq!(now["doctors"], json!({ "total": 1, "waiting": 0, "enabled": 1, "disabled": 0 }));
    assert_eq!(now["assistants"], json!({ "total": 1, "waiting": 1, "enabled": 0, "disabled": 0 }));
    assert_eq!((&now["patients"]["total"], &now["administrators"], &now["hospitals"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!((&now["sessions"], &now["sms"]), (&json!(4), &json!(4)));
    assert_eq!(now["projects"], json!({ "open": 1, "ended": 0, "cancelled": 0 }));
    assert_eq!((&now["registrations"]["booked"], &now["registrations"]["held"]), (&json!(1), &json!(1)));
    assert_eq!((&now["payments"]["paid"], &now["payments"]["wait_for_pay"]["count"]), (&json!({ "count": 1, "amount": 500 }), &json!(1)));
    server.advance("27h");
    let later = admin.get("/admin/statistics").ok();
    assert_eq!(later["projects"], json!({ "open": 0, "ended": 1, "cancelled": 0 }));
    assert_eq!((&later["registrations"]["missed"], &later["registrations"]["cancelled"]), (&json!(1), &json!(1)));
    assert_eq!(later["payments"]["closed"]["count"], 1);
}

#[test]
fn settings_are_shown_without_their_secrets() {
    let server = TestServer::with(&[("wechat.app_id", "wx0"), ("wechat.secret", "not to be read"), ("clinic.name", "试验诊所")]);
    let all = server.admin().get("/admin/settings").ok();
    assert!(!all.to_string().contains("not to be read"));
    let value = |key: &str| all["items"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone();
    assert_eq!(value("wechat.secret")["value"], "***");
    assert_eq!((&value("clinic.name")["value"], &value("clinic.name")["origin"]), (&json!("试验诊所"), &json!("flag")));
    assert_eq!(value("auth.session_ttl")["origin"], "default");
    assert_eq!(all["total"], all["items"].as_array().unwrap().len());
    let some = server.admin().get("/admin/settings?q=project.&page_size=1").ok();
    assert_eq!((&some["total"], &some["items"][0]["key"]), (&json!(2), &json!("project.hold_window")));
}

#[test]
fn the_log_says_who_did_what_from_where() {
    let server = TestServer::open();
    let key = server.admin();
    let second = key.post("/admin/administrators", json!({ "username": "second", "password": "secret-2" })).created();
    let token = server.nobody().post("/admin/login", json!({ "username": "second", "password": "secret-2" })).ok();
    let admin = server.nobody().with_token(token["token"].as_str().unwrap());
    let hospital = admin.post("/admin/hospitals", json!({ "name": "一院" })).created();
    admin.post("/admin/hospitals", json!({})).refused(400, "missing_field"); // what did not happen is not written
    let record = &key.get("/admin/audit?subject=hospital").ok()["items"][0];
    assert_eq!((&record["account_id"], &record["role"], &record["action"]), (&second["id"], &json!("admin"), &json!("create")));
    assert_eq!((&record["subject_id"], &record["address"]), (&hospital["id"], &json!("127.0.0.1")));
    assert_eq!(record["at"], "2026-03-02T01:00:00.000Z");
    for (query, total) in [
        (format!("account_id={}", id(&second)), 2),
        (format!("account_id={}&action=sign_in", id(&second)), 1),
        ("account_id=0".into(), 1),
        ("action=create".into(), 2),
        (format!("subject=hospital&subject_id={}", id(&hospital)), 1),
        ("subject=hospital&subject_id=1".into(), 0),
        (String::new(), 3),
    ] {
        assert_eq!(key.get(format_args!("/admin/audit?{query}")).ok()["total"], total, "{query}");
    }
    key.get("/admin/audit?action=guess").refused(400, "invalid_field");
    key.get("/admin/audit?subject=weather").refused(400, "invalid_field");
    key.delete("/admin/audit").refused(405, "method_not_allowed");
}

#[test]
fn days_are_told_one_by_one() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let made = join(&patient, project);
    server.nobody().post(format_args!("/payment/demo/{}/pay", made["sn"].as_str().unwrap()), json!({})).ok();
    let today = server.date(0);
    let day = |date: &str| {
        let list = admin.get(format_args!("/admin/statistics/daily?from={date}&to={date}")).ok();
        assert_eq!(list["total"], 1);
        list["items"][0].clone()
    };
    let told = day(&today);
    assert_eq!(
        (&told["date"], &told["bookings"], &told["money_in"], &told["money_back"]),
        (&json!(today), &json!(1), &json!(2_000), &json!(0))
    );
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    server.settle();
    assert_eq!(day(&today)["money_back"], 2_000);
    let month = admin.get("/admin/statistics/daily").ok();
    assert_eq!((month["items"].as_array().unwrap().len(), &month["items"][29]["date"]), (30, &json!(today)));
    assert_eq!(month["items"][0]["bookings"], 0);
    let sum = &month["sum"];
    assert_eq!(
        (&sum["bookings"], &sum["money_in"], &sum["money_back"], &sum["answer_minutes"]),
        (&json!(1), &json!(2_000), &json!(2_000), &Value::Null)
    );
    admin.get("/admin/statistics/daily?from=2026-02-02&to=2026-01-01").refused(400, "invalid_field");
    admin.get("/admin/statistics/daily?from=2020-01-01&to=2026-01-01").refused(400, "invalid_field");
    admin.get("/admin/statistics/daily?since=2020-01-01").refused(400, "unknown_key");
}
