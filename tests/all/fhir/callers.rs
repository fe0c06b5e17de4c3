//! Who may read what: by type and role, by scope, from where, and what is written down of it.

use serde_json::{Value, json};
use xuanhu::http::fhir::{
    element,
    served::{OpenTo, SERVED},
};

use super::{ask, bundle, clinic, integration, name_of, names, person, walk};
use crate::kit::TestServer;

#[test]
fn types_are_open_by_role() {
    let server = clinic();
    let (doctor, patient) = (person(server, "19900001001", "doctor"), person(server, "19900001012", "patient"));
    let administrator = {
        server.admin().post("/admin/administrators", json!({ "username": "reader", "password": "secret-reader" })).created();
        let token = server.nobody().post("/admin/login", json!({ "username": "reader", "password": "secret-reader" })).ok();
        server.nobody().with_token(token["token"].as_str().unwrap())
    };
    let assistant = person(server, "19900001009", "assistant");
    for served in SERVED {
        let everything = names(&walk(&server.admin(), &format!("{}?_count=500", served.kind)));
        ask(&server.nobody(), served.kind).refused(401, "no_token");
        ask(&administrator, served.kind).refused(403, "fhir_not_for_role");
        ask(&assistant, served.kind).refused(403, "wrong_role");
        let of_patient = walk(&patient, &format!("{}?_count=500", served.kind));
        match served.open_to {
            OpenTo::All => {
                assert_eq!(names(&of_patient), everything);
                assert_eq!(names(&walk(&doctor, &format!("{}?_count=500", served.kind))), everything);
            }
            OpenTo::Parties => {
                let of_doctor = walk(&doctor, &format!("{}?_count=500", served.kind));
                assert!(of_doctor.len() < everything.len() && of_patient.len() < everything.len(), "{}", served.kind);
                only_theirs(&doctor, &everything, &of_doctor);
                only_theirs(&patient, &everything, &of_patient);
            }
            OpenTo::Patients => {
                ask(&doctor, served.kind).refused(403, "type_not_open");
                only_theirs(&patient, &everything, &of_patient);
            }
        }
    }
    let family: Vec<Value> = walk(&patient, "Patient");
    let ids: Vec<&str> = family.iter().map(element::id).collect();
    for served in SERVED.iter().filter(|served| served.open_to != OpenTo::All) {
        for one in walk(&patient, served.kind) {
            let about = element::patient(&one).unwrap().to_string();
            assert!(ids.contains(&about.as_str()), "{}", name_of(&one));
        }
    }
}

/// What the caller does not find is not there by its id either.
fn only_theirs(caller: &crate::kit::Client, everything: &[String], found: &[Value]) {
    let found = names(found);
    for name in everything.iter().step_by(everything.len().div_ceil(60)) {
        let answer = ask(caller, name);
        match found.contains(name) {
            true => assert_eq!(answer.status, 200, "{answer}"),
            false => drop(answer.refused(404, "not_found")),
        }
    }
}

#[test]
fn scopes_open_types() {
    let server = clinic();
    let one = integration(server, "system/Encounter.read system/Patient.rs", "full");
    for served in SERVED {
        match ["Encounter", "Patient"].contains(&served.kind) {
            true => assert_eq!(ask(&one, served.kind).status, 200),
            false => {
                ask(&one, served.kind).refused(403, "type_not_open");
                ask(&one, &format!("{}/1000", served.kind)).refused(403, "type_not_open");
            }
        }
    }
    // What comes along is only what may be read by itself.
    let page = bundle(&one, "Encounter?_include=Encounter:patient&_include=Encounter:practitioner&_count=500");
    let kinds: Vec<&str> = page["entry"].as_array().unwrap().iter().map(|entry| element::kind(&entry["resource"])).collect();
    assert!(kinds.contains(&"Patient") && !kinds.contains(&"Practitioner"));
}

#[test]
fn integrations_are_made_listed_and_revoked() {
    let server = TestServer::open();
    let admin = server.admin();
    server.patient();
    let form = json!({ "name": "平台", "scopes": ["system/*.read"], "addresses": ["127.0.0.1"], "expires_at": "2026-03-03T00:00:00Z" });
    let made = admin.post("/admin/integrations", form).created();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("xhi_") && token.len() == 47, "{made}");
    assert_eq!((made["identifiers"].as_str(), made["last_used_at"].is_null()), (Some("masked"), true));
    let caller = server.nobody().with_token(token);
    assert_eq!(ask(&caller, "Patient").status, 200);
    let listed = admin.get("/admin/integrations").ok();
    assert!(
        listed["total"] == 1 && listed["items"][0].get("token").is_none() && listed["items"][0]["last_used_at"].is_string(),
        "{listed}"
    );
    // It opens this face alone.
    caller.get("/user").refused(401, "bad_token");
    caller.get("/admin/integrations").refused(401, "bad_token");
    for (field, value) in [
        ("scopes", json!([])),
        ("scopes", json!("user/Patient.read")),
        ("identifiers", json!("all")),
        ("addresses", json!(["10.0.0.0/99"])),
        ("expires_at", json!("2030-01-01T00:00:00Z")),
        ("expires_at", json!("yesterday")),
    ] {
        let mut form = json!({ "name": "平台", "scopes": ["system/*.read"] });
        form[field] = value;
        let answer = admin.post("/admin/integrations", form);
        assert!(answer.refused(400, "invalid_field").json["fields"].get(field).is_some(), "{answer}");
    }
    let path = format!("/admin/integrations/{}", made["id"]);
    admin.delete(&path).ok();
    admin.delete(&path).refused(409, "integration_revoked");
    ask(&caller, "Patient").refused(401, "bad_token");
    admin.delete(format_args!("/admin/integrations/{}", 987_654)).refused(404, "not_found");
    let elsewhere =
        admin.post("/admin/integrations", json!({ "name": "远处", "scopes": "system/*.read", "addresses": "192.0.2.0/24" })).created();
    ask(&server.nobody().with_token(elsewhere["token"].as_str().unwrap()), "Patient").refused(401, "bad_token");
    let short = admin
        .post("/admin/integrations", json!({ "name": "短", "scopes": "system/*.read", "expires_at": "2026-03-02T03:00:00Z" }))
        .created();
    let short = server.nobody().with_token(short["token"].as_str().unwrap());
    assert_eq!(ask(&short, "Patient").status, 200);
    server.advance("3h");
    ask(&short, "Patient").refused(401, "bad_token");
}

#[test]
fn looks_are_written_down_before_the_answer() {
    let server = TestServer::open();
    let patient = server.patient();
    let one = integration(&server, "system/*.read", "full");
    let looks = || server.admin().get("/admin/audit?action=look&page_size=100").ok();
    let before = looks()["total"].as_u64().unwrap();
    let found = walk(&one, "Patient?gender=female,male");
    let id = element::id(&found[0]).to_owned();
    let after = looks();
    assert_eq!(after["total"].as_u64(), Some(before + 1), "{after}");
    let reason = after["items"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("Patient?gender") && !reason.contains("female") && reason.contains(&id), "{reason}");
    // Once an hour.
    ask(&one, &format!("Patient/{id}"));
    walk(&one, "Patient");
    assert_eq!(looks()["total"], after["total"]);
    // Nobody's reads of their own data count.
    assert_eq!(walk(&patient, "Patient").len(), 1);
    assert_eq!(looks()["total"], after["total"]);
    server.advance("61m");
    ask(&one, &format!("Patient/{id}"));
    assert_eq!(looks()["total"].as_u64(), Some(before + 2));
    // Refused tokens, once a minute.
    for _ in 0..3 {
        ask(&server.nobody().with_token("xhi_nobody"), "Patient").refused(401, "bad_token");
    }
    assert_eq!(server.admin().get("/admin/audit?action=token_refused").ok()["total"], 1);
}
