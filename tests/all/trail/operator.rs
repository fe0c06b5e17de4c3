//! What an operator and an administrator do with the log: look through it, check it, take it out, keep its head elsewhere.
//!
//! Covers `POST /admin/audit/export`.

use std::fs;

use serde_json::{Value, json};
use xuanhu::jobs;

use crate::kit::{
    Outside, TestServer, empty_dir,
    program::{Running, command, run},
    runtime,
};

fn records(answer: &Value) -> &Vec<Value> {
    answer["items"].as_array().unwrap()
}

#[test]
fn records_are_found_by_time_person_and_patient() {
    let server = TestServer::open();
    let admin = server.admin();
    let (one, other) = (server.patient(), server.patient());
    let person = |id| admin.get(format_args!("/admin/patients/{id}")).ok()["patients"][0]["patient_id"].as_u64().unwrap();
    let (one, other) = (person(one.id), person(other.id));
    server.advance("2h");
    admin.get(format_args!("/admin/persons/{one}")).ok();
    admin.post(format_args!("/admin/persons/{one}/reveal"), json!({ "reason": "核对身份", "fields": ["idno"] })).ok();
    let found = admin.get(format_args!("/admin/audit?patient_id={one}&page_size=100")).ok();
    let newest = &records(&found)[0];
    assert_eq!((&newest["action"], &newest["reason"], &newest["detail"]), (&json!("reveal"), &json!("核对身份"), &json!(["idno"])));
    assert!(records(&found).iter().all(|record| record["patients"] == json!([one])), "{found}");
    let of_other = admin.get(format_args!("/admin/audit?patient_id={other}")).ok();
    assert!(records(&of_other).iter().all(|record| record["patients"] == json!([other])), "{of_other}");
    let late = admin.get("/admin/audit?from=2026-03-02T10:30:00%2B08:00&account_id=0").ok();
    assert_eq!(late["total"], 2, "a look and a reveal: {late}");
    // Two looks within the hour are one, also of one who has no profile.
    let nameless = server.registered(xuanhu::domain::identity::account::Role::Patient);
    for _ in 0..3 {
        admin.get(format_args!("/admin/patients/{}", nameless.id)).ok();
    }
    let looks = admin.get(format_args!("/admin/audit?action=look&subject=patient&subject_id={}", nameless.id)).ok();
    assert_eq!(looks["total"], 1);
}

#[test]
fn everybody_who_signs_in_is_written_down() {
    let server = TestServer::open();
    let people = [server.patient(), server.doctor(), server.assistant()];
    for person in people {
        let person = person.signed_in_again(&server);
        let path = format!("/admin/audit?action=sign_in&account_id={}", person.id);
        let found = server.admin().get(path).ok();
        assert!(found["total"].as_u64().unwrap() >= 1, "{found}");
        assert_eq!(records(&found)[0]["role"], person.role.name());
        for _ in 0..3 {
            server
                .nobody()
                .post("/login", json!({ "phono": person.phone, "pwd": "wrong-password", "type": person.role.number() }))
                .refused(401, "bad_login");
        }
        let failed = server.admin().get(format_args!("/admin/audit?action=sign_in_failed&account_id={}", person.id)).ok();
        assert_eq!(failed["total"], 1, "one a minute");
    }
}

#[test]
fn a_server_verifies_its_log_and_gives_it_out() {
    let server = TestServer::open();
    let admin = server.admin();
    server.doctor();
    let head = admin.get("/admin/audit/head").ok();
    let verdict = admin.get(format_args!("/admin/audit/verify?head={}", head["hash"].as_str().unwrap())).ok();
    assert_eq!((&verdict["ok"], &verdict["head"], &verdict["records"]), (&json!(true), &head, &head["seq"]));
    admin.get("/admin/audit/verify?head=12").refused(400, "invalid_field");
    let other = admin.get(format_args!("/admin/audit/verify?head={}", "0".repeat(64))).ok();
    assert_eq!((&other["ok"], &other["broken"]["seq"]), (&json!(false), &head["seq"]));
    let lines = |query: &str| {
        let answer = admin.request("POST", format_args!("/admin/audit/export{query}")).send();
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/jsonl"));
        let text = String::from_utf8(answer.bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let all: Vec<Value> = lines("");
    let seqs: Vec<u64> = all.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "without a gap");
    assert_eq!(all.last().unwrap()["action"], "export", "who took it out stands in it");
    assert!(lines("?until=2026-03-01").is_empty());
    assert!(lines("?since=2026-03-02&until=2026-03-02").len() > all.len());
    admin.request("POST", "/admin/audit/export?since=soon").send().refused(400, "invalid_field");
    // The check of everything looks at it too.
    let check = admin.post("/admin/check", json!({})).ok();
    let area = check["items"].as_array().unwrap().iter().find(|one| one["area"] == "audit").unwrap();
    assert_eq!(area["problems"], json!([]));
}

#[test]
fn the_head_is_handed_over_once_a_day() {
    let keeper = Outside::open(|_| (204, Vec::new()));
    let server = TestServer::with(&[("audit.webhook_url", &format!("{}/head", keeper.base))]);
    server.doctor();
    let mut told = None;
    let mut round = || runtime().block_on(jobs::audit_head::round(server.app(), &mut told)).unwrap();
    round();
    round();
    let head = server.admin().get("/admin/audit/head").ok();
    let said = |asked: &crate::kit::Asked| -> Value { serde_json::from_str(&asked.body).unwrap() };
    let of_this = || keeper.asked().iter().map(said).filter(|body| body["hash"] == head["hash"]).collect::<Vec<_>>();
    // The server's own round may have come in between.
    let told = of_this();
    assert!((1..=2).contains(&told.len()), "{told:?}");
    assert_eq!((&told[0]["seq"], &told[0]["at"]), (&head["seq"], &head["at"]));
    server.advance("25h");
    round();
    assert!(of_this().len() > told.len());
}

#[test]
fn the_command_line_checks_a_running_clinic_and_a_stopped_one() {
    let dir = empty_dir();
    let audit = |arguments: &[&str]| run(command(dir.path(), &[&["audit"], arguments].concat()));
    let server = Running::start(dir.path());
    server.admin.post("/admin/hospitals", json!({ "name": "一院" })).created();
    let head = audit(&["head"]);
    let hash = head.out.split(' ').nth(1).unwrap().to_owned();
    let good = audit(&["verify", "--head", &hash]);
    assert_eq!(good.code, Some(0), "{good:?}");
    let (running, stopped) = (dir.path().join("a.jsonl"), dir.path().join("b.jsonl"));
    assert_eq!(audit(&["export", running.to_str().unwrap()]).code, Some(0));
    // The head stands in every backup.
    let backup = dir.path().join("a.backup");
    assert_eq!(run(command(dir.path(), &["backup", backup.to_str().unwrap()])).code, Some(0));
    let verified = run(command(dir.path(), &["verify", backup.to_str().unwrap()]));
    assert!(verified.out.contains("audit log up to "), "{verified:?}");
    assert!(server.stop().0.success());
    assert_eq!(audit(&["verify", "--head", &hash]).code, Some(0));
    let kept = verified.out.split("audit log up to ").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(audit(&["verify", "--head", kept]).code, Some(0));
    audit(&["verify", "--head", &"0".repeat(64)]).failed_in_one_line(&["audit log", "hash that was kept"]);
    assert_eq!(audit(&["export", "--since", "2020-01-01", "--until", "2099-01-01", stopped.to_str().unwrap()]).code, Some(0));
    let (a, b) = (fs::read_to_string(running).unwrap(), fs::read_to_string(stopped).unwrap());
    assert!(b.starts_with(&a), "the second has what the first has");
    audit(&["export", "--since", "soon", "-"]).failed_in_one_line(&["2026-11-29"]);
    assert_eq!(audit(&["verify", "--head", "12"]).code, Some(2));
}
