//! What an integration is shown of who somebody is.

use serde_json::Value;

use super::{ask, bundle, entries, integration, walk};
use crate::kit::TestServer;

const NUMBER: &str = "urn:oid:2.16.156.10011.1.3";

#[test]
fn a_masked_caller_sees_no_digit_of_a_number() {
    let server = TestServer::open();
    let people: Vec<_> = (0..3).map(|_| server.patient()).collect();
    for shown in ["masked", "match"] {
        let caller = integration(&server, "system/*.read", shown);
        let texts = [
            ask(&caller, "Patient"),
            ask(&caller, "RelatedPerson"),
            ask(&caller, &format!("Patient?phone={}", people[0].phone)),
            ask(&caller, &format!("Patient?x={}", 1)),
        ];
        for answer in texts {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            for person in &people {
                let own = answer.path.contains(&person.phone);
                assert!(!text.contains(&person.idno) && (own || !text.contains(&person.phone)), "{answer}");
                assert!(!text.contains(&person.idno[6..14]), "{answer}");
            }
        }
        let found = walk(&caller, "Patient");
        let one = &found[0];
        assert_eq!(one["meta"]["security"][0]["code"], "MASKED");
        let number = one["identifier"].as_array().unwrap().iter().find(|one| one["system"] == NUMBER).unwrap();
        assert_eq!((number.get("value"), &number["_value"]["extension"][0]["valueString"]), (None, &Value::from("*".repeat(18))));
    }
}

#[test]
fn who_may_search_by_a_number() {
    let server = TestServer::open();
    let person = server.patient();
    server.patient();
    let [masked, matching, full] = ["masked", "match", "full"].map(|shown| integration(&server, "system/*.read", shown));
    let asked = format!("Patient?identifier={NUMBER}|{}", person.idno);
    ask(&masked, &asked).refused(403, "number_search_denied");
    assert!(walk(&masked, &format!("Patient?identifier={}", person.idno)).is_empty());
    for caller in [&matching, &full] {
        assert_eq!(walk(caller, &asked).len(), 1);
        assert_eq!(walk(caller, &format!("Patient?identifier={}", person.idno)).len(), 1);
    }
    let page = bundle(&full, &asked);
    let one = &entries(&page, "match")[0];
    assert!(one["identifier"].as_array().unwrap().iter().any(|number| number["value"] == person.idno));
    assert!(one["meta"].get("security").is_none());
    // Our own numbers are everybody's.
    let id = one["id"].as_str().unwrap();
    assert_eq!(walk(&masked, &format!("Patient?identifier={id}")).len(), 1);
    let own = one["identifier"].as_array().unwrap().iter().find(|number| number["value"] == id).unwrap();
    assert_eq!(walk(&masked, &format!("Patient?identifier={}|{id}", own["system"].as_str().unwrap())).len(), 1);
}
