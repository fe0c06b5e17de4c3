//! The machine's side: rates, commands, kills.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::json;

use super::{ask, integration};
use crate::kit::{
    TestServer, empty_dir,
    program::{Running, command, run},
};

#[test]
fn each_caller_has_a_rate_of_its_own() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("fhir.requests_per_second", "2"), ("limits.requests_per_second", "500")]);
    let (one, other) = (integration(&server, "system/*.read", "full"), integration(&server, "system/*.read", "full"));
    assert_eq!([ask(&one, "Slot").status, ask(&one, "Slot").status], [200, 200]);
    let refused = ask(&one, "Slot");
    assert_eq!(refused.refused(429, "too_many_requests").json["issue"][0]["code"], "throttled");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(ask(&other, "Slot").status, 200);
    assert!((0..5).all(|_| ask(&server.admin(), "Slot").status == 200));
}

#[test]
fn commands_make_integrations_and_exports_with_a_server_and_without() {
    let dir = empty_dir();
    let made = |arguments: &[&str]| {
        let ended = run(command(dir.path(), arguments));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.out
    };
    let create = ["integration", "create", "平台", "--scope", "system/*.read", "--identifiers", "match"];
    let server = Running::start(dir.path());
    let token = |out: &str| out.split_whitespace().last().unwrap().to_owned();
    let first = token(&made(&create));
    assert_eq!(server.client.with_token(&first).get("/fhir/Organization/clinic").status, 200);
    let out = dir.path().parent().unwrap().join(format!("{}-out", dir.path().file_name().unwrap().to_string_lossy()));
    let files = |name: &str| {
        let target = out.join(name);
        made(&["fhir", "export", "--type", "Organization", target.to_str().unwrap()]);
        std::fs::read_to_string(target.join("Organization-1.ndjson")).unwrap()
    };
    let running = files("running");
    server.stop();
    assert_eq!(files("stopped"), running);
    let refused = run(command(dir.path(), &["fhir", "export", out.join("stopped").to_str().unwrap()]));
    refused.failed_in_one_line(&["not empty"]);
    let refused = run(command(dir.path(), &["fhir", "export", "--since", "gestern", out.join("bad").to_str().unwrap()]));
    refused.failed_in_one_line(&["YYYY-MM-DD"]);
    std::fs::remove_dir_all(&out).unwrap();
    let second = token(&made(&create));
    let list = made(&["integration", "list"]);
    assert_eq!(list.lines().count(), 3, "{list}");
    let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    made(&["integration", "revoke", &id]);
    let server = Running::start(dir.path());
    let answers = [&first, &second].map(|token| server.client.with_token(token).get("/fhir/Slot").status);
    // The newest stands first.
    assert_eq!(answers, [200, 401]);
    assert!(made(&["config"]).contains("fhir.instance"));
}

#[test]
fn an_export_that_was_killed_begins_anew_once() {
    let dir = empty_dir();
    let server = Running::start(dir.path());
    let form = json!({ "name": "平台", "scopes": "system/*.read" });
    let token = server.admin.post("/admin/integrations", form).created()["token"].as_str().unwrap().to_owned();
    let id = "0123456789abcdef";
    let caller = format!("integration {}", server.admin.get("/admin/integrations").ok()["items"][0]["id"]);
    server.kill();
    // As a kill in the middle leaves it.
    let folder = dir.path().join("exports/fhir").join(id);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(dir.path().join("exports/fhir/ffffffffffffffff")).unwrap();
    let note = |attempts: u8| {
        json!({
            "id": id, "caller": caller, "request": "http://x/fhir/$export", "base": "http://x/fhir", "since": null, "types": ["Organization"],
            "state": "Running", "attempts": attempts, "time": 0, "output": [], "deleted": [], "expires": 99_999_999_999_999_i64,
        })
    };
    std::fs::write(folder.join("export.json"), note(1).to_string()).unwrap();
    let server = Running::start(dir.path());
    assert!(!dir.path().join("exports/fhir/ffffffffffffffff").exists());
    let caller = server.client.with_token(&token);
    let path = format!("/fhir/export/{id}");
    assert_eq!(caller.get(&path).status, 202);
    let answer = (0..2_000).map(|_| caller.get(&path)).find(|answer| answer.status == 200).unwrap();
    assert_eq!(answer.json["output"][0]["type"], "Organization");
    server.kill();
    std::fs::write(folder.join("export.json"), note(2).to_string()).unwrap();
    let server = Running::start(dir.path());
    // The kit takes no 500 from anybody, and this one is meant.
    let mut line = TcpStream::connect(&server.address).unwrap();
    write!(line, "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("export_failed"), "{answer}");
}
