//! A patient's whole record, and the pictures in it.

use std::collections::BTreeSet;

use serde_json::Value;
use xuanhu::http::fhir::element;

use crate::{
    kit::TestServer,
    uploads::{self, samples},
};

use super::{ask, bundle, clinic, entries, integration, names, next, person, walk};

#[test]
fn everything_of_a_patient_is_what_searches_find() {
    let server = clinic();
    let admin = server.admin();
    let mut largest = 0;
    for patient in walk(&admin, "Patient?_count=500") {
        let id = element::id(&patient);
        let page = bundle(&admin, &format!("Patient/{id}/$everything"));
        let record = entries(&page, "match");
        assert!(next(&page).is_none() && names(&record)[0] == format!("Patient/{id}"), "{page}");
        assert_eq!(page["total"].as_u64(), Some(record.len() as u64));
        let mut expected = BTreeSet::from([format!("Patient/{id}")]);
        for kind in [
            "RelatedPerson",
            "Encounter",
            "Appointment",
            "ServiceRequest",
            "Condition",
            "DocumentReference",
            "Communication",
            "Consent",
            "Invoice",
        ] {
            expected.extend(names(&walk(&admin, &format!("{kind}?patient={id}&_count=500"))));
        }
        let found: Vec<String> = names(&record);
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected);
        let all: Vec<String> = names(&page["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect::<Vec<_>>());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "something comes twice");
        assert!(page["entry"].as_array().unwrap().iter().all(|entry| entry["fullUrl"].as_str().is_some_and(|url| url.contains("/fhir/"))));
        largest = largest.max(all.len());
    }
    assert!(largest > 10);
}

#[test]
fn pages_of_a_record_are_the_whole() {
    let admin = clinic().admin();
    let patient = walk(&admin, "Encounter?_count=1").iter().find_map(element::patient).unwrap();
    let whole = bundle(&admin, &format!("Patient/{patient}/$everything"));
    let of = |page: &Value| -> Vec<String> {
        names(&page["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect::<Vec<_>>())
    };
    let (mut found, mut what) = (Vec::new(), Some(format!("Patient/{patient}/$everything?_count=2")));
    while let Some(address) = what {
        assert!(address.contains("$everything") || address.contains("%24everything"), "{address}");
        let page = bundle(&admin, &address);
        found.extend(of(&page));
        what = next(&page);
    }
    assert_eq!(found, of(&whole));
    let typed = bundle(&admin, &format!("Patient/{patient}/$everything?_type=Encounter,Practitioner"));
    assert!(of(&typed).iter().all(|name| name.starts_with("Encounter/") || name.starts_with("Practitioner/")));
    let none = bundle(&admin, &format!("Patient/{patient}/$everything?_since=2099-01-01"));
    assert!(none.get("entry").is_none());
    ask(&admin, &format!("Patient/{patient}/$everything?start=2026")).refused(400, "unknown_search_parameter");
    ask(&admin, "Patient/987654321/$everything").refused(404, "not_found");
}

#[test]
fn a_record_is_for_those_who_may_read_it() {
    let server = clinic();
    let patient = person(server, "19900001012", "patient");
    let own = walk(&patient, "Patient").remove(0);
    let page = patient.get(format!("/fhir/Patient/{}/$everything", element::id(&own))).json;
    assert!(!entries(&page, "match").is_empty());
    let other = walk(&server.admin(), "Patient?_count=500").into_iter().map(|one| element::id(&one).to_owned());
    let mine: Vec<String> = walk(&patient, "Patient").iter().map(|one| element::id(one).to_owned()).collect();
    let stranger = other.into_iter().find(|id| !mine.contains(id)).unwrap();
    ask(&patient, &format!("Patient/{stranger}/$everything")).refused(404, "not_found");
    let few = integration(server, "system/Patient.read system/Encounter.read", "masked");
    let page = bundle(&few, &format!("Patient/{stranger}/$everything"));
    let kinds: BTreeSet<String> = page["entry"].as_array().unwrap().iter().map(|one| element::kind(&one["resource"]).to_owned()).collect();
    assert!(kinds.iter().all(|kind| ["Patient", "Encounter"].contains(&kind.as_str())), "{kinds:?}");
    ask(&integration(server, "system/Encounter.read", "full"), &format!("Patient/{stranger}/$everything")).refused(403, "type_not_open");
}

#[test]
fn pictures_are_for_those_who_may_read_what_names_them() {
    let server = TestServer::open();
    let (admin, owner, stranger, doctor) = (server.admin(), server.patient(), server.patient(), server.doctor());
    let path = uploads::kept(&owner, &samples::phone_jpeg(120, 64, 1));
    let mut form = owner.profile(&server);
    form["avatars"] = path.as_str().into();
    owner.put("/user", form).ok();
    let patient = walk(&owner, "Patient").remove(0);
    let url = patient["photo"][0]["url"].as_str().unwrap_or_else(|| panic!("{patient}")).to_owned();
    assert!(url.starts_with("Binary/"), "{url}");
    let bare = owner.request("GET", format!("/fhir/{url}")).header("Accept", "image/*").send();
    assert!(bare.status == 200 && bare.header("content-type") == "image/jpeg", "{bare}");
    assert_eq!(bare.bytes, server.nobody().get(&path).bytes);
    let wrapped = admin.request("GET", format!("/fhir/{url}")).header("Accept", "application/fhir+json").send();
    assert_eq!((wrapped.json["resourceType"].as_str(), wrapped.json["contentType"].as_str()), (Some("Binary"), Some("image/jpeg")));
    assert_eq!(ask(&integration(&server, "system/Patient.read", "masked"), &url).status, 200);
    ask(&integration(&server, "system/Slot.read", "masked"), &url).refused(404, "not_found");
    ask(&stranger, &url).refused(404, "not_found");
    ask(&doctor, &url).refused(404, "not_found");
    admin.get(format!("/fhir/Binary/{}", 987_654_321)).refused(404, "not_found");
}
