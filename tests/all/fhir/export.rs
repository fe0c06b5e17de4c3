//! Exports: the same as searches and reads, once more with what was deleted, for who asked and nobody else.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xuanhu::http::fhir::{element, served::SERVED};

use super::{ask, clinic, integration, names, person, walk};
use crate::kit::{Answer, Client, TestServer};

fn kick_off(caller: &Client, query: &str) -> Answer {
    let request = caller.request("GET", format!("/fhir/$export{query}")).header("Accept", "application/fhir+json");
    request.header("Prefer", "respond-async").send()
}

/// What stands behind `/fhir/` in an address.
fn behind(address: &str) -> &str {
    address.split_once("/fhir/").unwrap().1
}

/// Asks until it is done.
fn wait(caller: &Client, job: &str) -> Value {
    for _ in 0..2_000 {
        let answer = ask(caller, job);
        if answer.status == 200 {
            return answer.json;
        }
        assert_eq!((answer.status, answer.header("retry-after")), (202, "5"), "{answer}");
        assert!(answer.header("x-progress").ends_with(" %"));
        std::thread::yield_now();
    }
    panic!("the export does not end");
}

fn export(caller: &Client, query: &str) -> (Value, BTreeMap<String, Vec<Value>>) {
    let begun = kick_off(caller, query);
    assert_eq!(begun.status, 202, "{begun}");
    let job = behind(begun.header("content-location")).to_owned();
    let manifest = wait(caller, &job);
    let mut files = BTreeMap::new();
    for (list, file) in
        ["output", "deleted"].iter().flat_map(|list| manifest[list].as_array().unwrap().iter().map(move |file| (list, file)))
    {
        let answer = ask(caller, behind(file["url"].as_str().unwrap()));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+ndjson"));
        let lines: Vec<Value> = String::from_utf8(answer.bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(file["count"].as_u64(), Some(lines.len() as u64));
        let kind = if *list == "deleted" { "deleted".to_owned() } else { file["type"].as_str().unwrap().to_owned() };
        files.entry(kind).or_insert_with(Vec::new).extend(lines);
    }
    (manifest, files)
}

#[test]
fn an_export_is_what_searches_find() {
    let server = clinic();
    let caller = integration(server, "system/*.read", "full");
    let (manifest, files) = export(&caller, "?_outputFormat=ndjson");
    for key in ["transactionTime", "request", "requiresAccessToken", "output", "deleted", "error"] {
        assert!(manifest.get(key).is_some(), "{key}");
    }
    for served in SERVED {
        let mut exported = files.get(served.kind).cloned().unwrap_or_default();
        let mut found = walk(&caller, &format!("{}?_count=500", served.kind));
        let order = |one: &Value| element::id(one).to_owned();
        exported.sort_by_key(order);
        found.sort_by_key(order);
        assert_eq!(names(&exported), names(&found), "{}", served.kind);
        assert!(exported == found, "{} differs", served.kind);
    }
    // It is a look at everybody.
    let exports = server.admin().get("/admin/audit?action=export").ok();
    assert!(exports["items"].as_array().unwrap().iter().any(|record| record.to_string().contains("$export")));
}

#[test]
fn a_later_export_has_what_changed_and_what_was_deleted() {
    let server = TestServer::open();
    let admin = server.admin();
    server.patient();
    let id = admin.post("/admin/departments", json!({ "name": "试验科" })).created()["id"].clone();
    let caller = integration(&server, "system/*.read", "masked");
    // What is of the export's own millisecond comes again.
    server.advance("1m");
    let (first, _) = export(&caller, "");
    server.advance("1m");
    server.patient();
    admin.delete(format!("/admin/departments/{id}")).ok();
    let since = first["transactionTime"].as_str().unwrap();
    let (_, files) = export(&caller, &format!("?_since={since}"));
    assert_eq!(files["Patient"].len(), 1, "{files:?}");
    let gone: Vec<&Value> = files["deleted"].iter().flat_map(|bundle| bundle["entry"].as_array().unwrap()).collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["request"], json!({ "method": "DELETE", "url": format!("Organization/{id}") }));
    let (_, files) = export(&caller, &format!("?_since={since}&_type=Patient"));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["Patient"]);
}

#[test]
fn how_an_export_is_asked_for() {
    let server = clinic();
    let caller = integration(server, "system/Patient.read system/Slot.read", "full");
    caller.get("/fhir/$export").refused(400, "export_headers");
    kick_off(&caller, "?_until=2026-01-01").refused(400, "unknown_search_parameter");
    kick_off(&caller, "?_outputFormat=csv").refused(400, "bad_search_value");
    kick_off(&caller, "?_since=gestern").refused(400, "bad_date");
    kick_off(&caller, "?_type=Observation").refused(400, "bad_search_value");
    kick_off(&caller, "?_type=Encounter").refused(403, "type_not_open");
    for (phone, role) in [("19900001001", "doctor"), ("19900001012", "patient")] {
        kick_off(&person(server, phone, role), "").refused(403, "fhir_not_for_role");
    }
    let (manifest, files) = export(&caller, "");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["Patient", "Slot"]);
    // Its files are its own, and the machine's.
    let file = manifest["output"][0]["url"].as_str().unwrap().to_owned();
    let job = behind(&file).rsplit_once('/').unwrap().0.to_owned();
    ask(&integration(server, "system/*.read", "full"), behind(&file)).refused(404, "not_found");
    assert_eq!(ask(&server.admin(), behind(&file)).status, 200);
    let zipped = caller.request("GET", format!("/fhir/{}", behind(&file))).header("Accept-Encoding", "gzip").send();
    assert!(zipped.status == 200 && !zipped.bytes.is_empty());
    caller.get(format!("/fhir/export/{}/{}", job.rsplit_once('/').unwrap().1, "secret.key")).refused(404, "not_found");
    assert_eq!(caller.delete(format!("/fhir/export/{}", job.rsplit_once('/').unwrap().1)).status, 202);
    ask(&caller, &job).refused(404, "not_found");
    ask(&caller, behind(&file)).refused(404, "not_found");
}

#[test]
fn an_export_goes_when_its_time_is_over() {
    let server = TestServer::open();
    let caller = integration(&server, "system/*.read", "full");
    let begun = kick_off(&caller, "");
    let job = behind(begun.header("content-location")).to_owned();
    wait(&caller, &job);
    server.advance("25h");
    caller.get(format!("/fhir/export/{}", job.rsplit_once('/').unwrap().1)).refused(404, "not_found");
    let left = std::fs::read_dir(server.app().dir.join("exports/fhir")).unwrap().count();
    assert_eq!(left, 0);
}
