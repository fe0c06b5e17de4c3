//! The FHIR face: every type that it serves is read, searched and walked; who may read what; what is told of a change.

mod asking;
mod callers;
mod change;
mod everything;
mod export;
mod machine;
mod masking;
mod noted;
mod restricted;
mod walking;

use std::sync::OnceLock;

use serde_json::{Value, json};
use xuanhu::demo;

use crate::kit::{Answer, Client, TestServer};

/// The demonstration clinic, which nobody changes.
pub fn clinic() -> &'static TestServer {
    static CLINIC: OnceLock<TestServer> = OnceLock::new();
    CLINIC.get_or_init(|| {
        let server = TestServer::open();
        demo::load(&server.app().store).unwrap();
        consent(&server);
        server
    })
}

/// A patient agrees to a text of the clinic: nobody has in the demonstration.
fn consent(server: &TestServer) {
    let patient = person(server, "19900001012", "patient");
    let own = walk(&patient, "Patient").remove(0)["id"].as_str().unwrap().parse::<u64>().unwrap();
    let texts = server.nobody().get("/consent/text").ok();
    let text = texts["items"].as_array().unwrap().iter().find(|text| text["purpose"] == "health_data").unwrap();
    let form = json!({ "patient_id": own, "purpose": "health_data", "version": text["version"], "sha256": text["sha256"] });
    let answer = patient.post("/consent", form);
    assert!(answer.status < 300, "{answer}");
}

/// A caller with the token of a new integration.
pub fn integration(server: &TestServer, scopes: &str, identifiers: &str) -> Client {
    let form = json!({ "name": "区域平台", "scopes": scopes, "identifiers": identifiers });
    let made = server.admin().post("/admin/integrations", form).created();
    server.nobody().with_token(made["token"].as_str().unwrap())
}

/// Somebody of the demonstration clinic.
pub fn person(server: &TestServer, phone: &str, role: &str) -> Client {
    let session = server.nobody().post("/session", json!({ "phone": phone, "password": demo::PASSWORD, "role": role })).ok();
    server.nobody().with_token(session["token"].as_str().unwrap())
}

/// A search, or whatever stands behind `/fhir/`.
#[track_caller]
pub fn ask(caller: &Client, what: &str) -> Answer {
    caller.get(format!("/fhir/{what}"))
}

#[track_caller]
pub fn bundle(caller: &Client, what: &str) -> Value {
    let answer = ask(caller, what);
    assert_eq!((answer.status, &answer.json["resourceType"]), (200, &json!("Bundle")), "{answer}");
    answer.json
}

/// The entries of a Bundle that were found, or came along, in their order.
pub fn entries(bundle: &Value, mode: &str) -> Vec<Value> {
    let all = bundle["entry"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|entry| entry["search"]["mode"] == mode).map(|entry| entry["resource"].clone()).collect()
}

/// What stands behind `/fhir/` in the link to the next page.
pub fn next(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array().unwrap();
    let link = links.iter().find(|link| link["relation"] == "next")?;
    Some(link["url"].as_str().unwrap().split_once("/fhir/").unwrap().1.to_owned())
}

/// All that is found, by following the links to the end.
#[track_caller]
pub fn walk(caller: &Client, what: &str) -> Vec<Value> {
    let (mut found, mut pages, mut what) = (Vec::new(), 0, Some(what.to_owned()));
    while let Some(address) = what {
        let page = bundle(caller, &address);
        found.extend(entries(&page, "match"));
        what = next(&page);
        pages += 1;
        assert!(pages < 5_000, "the walk does not end");
    }
    found
}

pub fn name_of(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

pub fn names(resources: &[Value]) -> Vec<String> {
    resources.iter().map(name_of).collect()
}
