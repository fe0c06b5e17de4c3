//! How this face is asked: formats, addresses, what is refused and how that is said.

use serde_json::json;

use super::{ask, bundle, clinic, entries, integration, next, walk};
use crate::kit::{TestServer, encode};

#[test]
fn json_is_the_one_format() {
    let admin = clinic().admin();
    let accept = |accept: &str, what: &str| admin.request("GET", format!("/fhir/{what}")).header("Accept", accept).send();
    for good in
        ["*/*", "application/json", "application/fhir+json", "text/json", "application/fhir+json; fhirVersion=4.0", "text/html, */*;q=0.1"]
    {
        let answer = accept(good, "Patient?_count=1");
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+json; charset=utf-8"), "{good}");
    }
    for bad in ["application/fhir+xml", "text/turtle", "application/xml"] {
        assert_eq!(accept(bad, "Patient?_count=1").refused(406, "not_acceptable").json["issue"][0]["code"], "not-supported");
        assert_eq!(accept(bad, "Patient?_count=1&_format=json").status, 200);
    }
    assert_eq!(ask(&admin, "Patient?_format=application/fhir+json&_count=1").status, 200);
    ask(&admin, "Patient?_format=xml").refused(406, "not_acceptable");
    let pretty = ask(&admin, "Patient?_pretty=true&_count=1");
    assert!(String::from_utf8_lossy(&pretty.bytes).contains("\n  "));
    assert!(next(&pretty.json).unwrap().contains("_pretty=true"));
    assert_eq!(ask(&admin, "Patient").header("cache-control"), "private, no-cache");
    assert_eq!(ask(&admin, "Patient").header("vary"), "Authorization, Accept");
}

#[test]
fn what_is_not_understood_is_refused_and_says_what_is() {
    let admin = clinic().admin();
    for (what, slug, code) in [
        ("Encounter?patinet=1665", "unknown_search_parameter", "not-supported"),
        ("Encounter?patient:Patient=1665", "unknown_modifier", "not-supported"),
        ("Encounter?date=ne2026-01-01", "unknown_prefix", "not-supported"),
        ("Encounter?date=2026-13-01", "bad_date", "value"),
        ("Encounter?patient=Practitioner/1", "bad_search_value", "value"),
        ("Encounter?_sort=name", "unknown_sort", "not-supported"),
        ("Encounter?_include=Encounter:all", "unknown_include", "not-supported"),
        ("Encounter?_include=Patient:patient", "unknown_include", "not-supported"),
        ("Encounter?_count=x", "bad_search_value", "value"),
        ("Encounter?_summary=text", "bad_search_value", "value"),
        ("Encounter?_page=abc", "bad_page", "invalid"),
    ] {
        let answer = ask(&admin, what);
        assert_eq!(answer.refused(400, slug).json["issue"][0]["code"], code, "{answer}");
        assert!(answer.json["issue"][0]["expression"][0].is_string(), "{answer}");
    }
    let nearest = ask(&admin, "Encounter?patinet=1665");
    let issue = &nearest.json["issue"][0];
    assert!(issue["diagnostics"].as_str().unwrap().contains("nearest: \"patient\"") && issue["expression"][0] == "patinet", "{nearest}");
    for (what, status, slug) in [
        ("Observation", 404, "no_such_type"),
        ("Observation/1", 404, "no_such_type"),
        ("Patient/1665/_history", 404, "no_such_endpoint"),
        ("Patient/1665/_history/1", 404, "no_such_endpoint"),
        ("Patient/999999999", 404, "not_found"),
        ("Patient/abc", 404, "not_found"),
        ("Patient/1", 404, "not_found"),
    ] {
        ask(&admin, what).refused(status, slug);
    }
    assert_eq!(ask(&admin, "Patient/1665/_history").json["issue"][0]["code"], "not-supported");
    for (method, path) in [("POST", "Patient"), ("PUT", "Patient/1665"), ("DELETE", "Patient/1665"), ("PATCH", "Patient/1665")] {
        let answer = admin.request(method, format!("/fhir/{path}")).send();
        answer.refused(405, "method_not_allowed");
        assert!(answer.header("allow").contains("GET"), "{answer}");
    }
}

#[test]
fn lenient_handling_says_what_it_passed_over() {
    let admin = clinic().admin();
    let prefer = |what: &str| admin.request("GET", format!("/fhir/{what}")).header("Prefer", "handling=lenient").send();
    let answer = prefer("Encounter?special-arrangement=1&_count=1");
    assert_eq!(answer.status, 200, "{answer}");
    let told = entries(&answer.json, "outcome");
    assert_eq!((told.len(), &told[0]["issue"][0]["expression"]), (1, &json!(["special-arrangement"])));
    assert!(!answer.json["link"][0]["url"].as_str().unwrap().contains("special"));
    assert_eq!(ask(&admin, &next(&answer.json).unwrap()).status, 200);
    prefer("Encounter?date=2026-13-01").refused(400, "bad_date");
    let lenient = TestServer::with(&[("fhir.handling", "lenient")]);
    assert_eq!(ask(&lenient.admin(), "Encounter?x=1").status, 200);
    let strict = lenient.admin().request("GET", "/fhir/Encounter?x=1").header("Prefer", "handling=strict").send();
    strict.refused(400, "unknown_search_parameter");
}

#[test]
fn a_form_is_a_search() {
    let admin = clinic().admin();
    let form = admin.request("POST", "/fhir/Patient/_search");
    let answer = form.body("application/x-www-form-urlencoded", "gender=female&_count=3").send();
    assert_eq!(answer.json["entry"], bundle(&admin, "Patient?gender=female&_count=3")["entry"]);
    assert_eq!(entries(&answer.json, "match").len(), 3);
}

#[test]
fn addresses_are_those_by_which_one_comes() {
    let admin = clinic().admin();
    let own = bundle(&admin, "Patient?_count=1");
    assert!(own["link"][0]["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{own}");
    // Nobody has said that this proxy may be believed.
    let lied = admin.request("GET", "/fhir/Patient?_count=1").header("X-Forwarded-Host", "evil.example").send();
    assert!(!String::from_utf8_lossy(&lied.bytes).contains("evil"));
    let public = TestServer::with(&[("http.public_url", "https://clinic.example.com:443")]);
    public.patient();
    let page = bundle(&public.admin(), "Patient?_count=1");
    let base = "https://clinic.example.com:443/fhir/Patient";
    assert_eq!(page["link"][0]["url"], format!("{base}?_count=1"));
    assert!(page["entry"][0]["fullUrl"].as_str().unwrap().starts_with(&format!("{base}/")));
    let proxied = TestServer::with(&[("http.trusted_proxies", "127.0.0.1")]);
    proxied.patient();
    let request = proxied.admin().request("GET", "/fhir/Patient?_count=1").header("X-Forwarded-Proto", "https");
    let answer = request.header("X-Forwarded-Host", "outer.example").send();
    assert_eq!(answer.json["link"][0]["url"], "https://outer.example/fhir/Patient?_count=1");
}

#[test]
fn pages_are_their_callers_alone() {
    let server = clinic();
    let (one, other) = (integration(server, "system/*.read", "full"), integration(server, "system/*.read", "full"));
    let asked = format!("Patient?_count=1&name={}", encode("秦"));
    let page = bundle(&one, "Patient?_count=1");
    let address = next(&page).unwrap();
    assert!(address.starts_with("Patient?_page=") && !address.contains("_count"), "{address}");
    assert_eq!(ask(&one, &address).status, 200);
    for bad in [address.replace("Patient", "Encounter"), format!("{address}&_count=2"), address[..address.len() - 2].to_owned()] {
        ask(&one, &bad).refused(400, "bad_page");
    }
    ask(&other, &address).refused(400, "bad_page");
    assert_eq!(ask(&one, &format!("{address}&_format=json")).status, 200);
    assert!(!walk(&one, &asked).is_empty());
}

#[test]
fn dates_are_days_of_the_clinic() {
    let server = clinic();
    let admin = server.admin();
    let all = walk(&admin, "Appointment?_count=500");
    let one = all.iter().find(|one| one["start"].is_string()).unwrap();
    let day = &one["start"].as_str().unwrap()[..10];
    let expected: Vec<_> = all.iter().filter(|one| one["start"].as_str().is_some_and(|start| start.starts_with(day))).collect();
    assert_eq!(walk(&admin, &format!("Appointment?date={day}")).iter().collect::<Vec<_>>(), expected);
    let before = walk(&admin, &format!("Appointment?date=lt{day}&_count=500")).len();
    let from = walk(&admin, &format!("Appointment?date=ge{day}&_count=500")).len();
    let dated = all.iter().filter(|one| one["start"].is_string()).count();
    assert_eq!(before + from, dated);
    assert_eq!(walk(&admin, &format!("Appointment?date=ge{day}&date=le{day}&_count=500")).len(), expected.len());
}

#[test]
fn names_are_found_in_characters_and_by_their_sound() {
    let admin = clinic().admin();
    let found = |name: &str| walk(&admin, &format!("Patient?name={}", encode(name)));
    let by_name = found("秦白露");
    assert!(!by_name.is_empty());
    for way in ["秦", "qinbailu", "qbl", "QinBaiLu"] {
        let ids: Vec<_> = found(way).iter().map(|one| one["id"].clone()).collect();
        assert!(by_name.iter().all(|one| ids.contains(&one["id"])), "{way}");
    }
    // The given name is a name too; its end is none.
    assert!(!found("白露").is_empty() && found("露").is_empty());
    assert_eq!(walk(&admin, &format!("Patient?name:contains={}", encode("白露"))).len(), by_name.len());
    assert_eq!(walk(&admin, &format!("Patient?name:exact={}", encode("秦白露"))).len(), by_name.len());
}

#[test]
fn it_can_be_shut() {
    let server = TestServer::with(&[("fhir.enabled", "false")]);
    for what in ["metadata", "Patient", "Patient/1000"] {
        ask(&server.admin(), what).refused(404, "fhir_off");
    }
}
