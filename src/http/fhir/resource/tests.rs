//! Every row of every served table of the demonstration clinic, and of a few that it has not, as resources.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{
    super::print::{ClinicFacts, Identifiers, Print},
    *,
};
use crate::{
    app::first_start,
    base::{
        error::Result,
        settings::Settings,
        time::{Clock, Time},
    },
    demo,
    domain::{
        self,
        consultation::{Consultation, diagnosis::Diagnosis},
        directory::{
            assistant::Assistant,
            clinic::Clinic,
            doctor::Doctor,
            hospital::{Department, Hospital},
            org::Org,
            patient::Patient,
        },
        free_clinic::{clinic_session::ClinicSession, registration::Registration},
        messaging::message::Message,
        money::payment::Payment,
        team::Team,
        team_consult::{TeamConsult, vas::Vas},
    },
    store::{Order, Row, Store, View},
};

const CODE_SYSTEMS: [&str; 8] =
    ["registration-stage", "consultation-status", "team-consult-status", "service", "conversation", "document", "error", "gbt2260"];

pub(super) struct Demo {
    pub(super) store: Store,
    facts: ClinicFacts,
    _dir: tempfile::TempDir,
}

impl Demo {
    pub(super) fn load() -> Demo {
        let dir = tempfile::tempdir().unwrap();
        let now = Time("2026-11-29T17:10:00+08".parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let settings = Settings::default();
        let zone = settings.clinic.zone.clone();
        let store = Store::open(dir.path(), domain::TABLES, Arc::new(settings), Arc::new(Clock::stopped_at(now))).unwrap();
        first_start::fill(&store).unwrap();
        demo::load(&store).unwrap();
        let facts = ClinicFacts {
            name: "悬壶诊所".into(),
            phone: Some(demo::PHONE.into()),
            zone,
            instance: "7f3a9c2e51d0".into(),
            site: "https://clinic.example.com".into(),
        };
        Demo { store, facts, _dir: dir }
    }

    pub(super) fn print<T>(&self, identifiers: Identifiers, run: impl FnOnce(&Print) -> T) -> T {
        let view = self.store.view();
        run(&Print { view: &view, clinic: &self.facts, identifiers })
    }
}

pub(super) fn rows<R: Row>(view: &View) -> Vec<R> {
    view.all(Order::Oldest).collect::<Result<_>>().unwrap()
}

/// All that the store makes.
fn everything(print: &Print) -> Vec<Value> {
    let view = print.view;
    let mut all = vec![organization::settings(print), terminology::slot_seats()];
    all.extend(CODE_SYSTEMS.map(|id| terminology::code_system(id).unwrap()));
    for row in rows::<Patient>(view) {
        all.push(patient::patient(print, &row).unwrap());
        all.extend(related_person::patient(print, &row).unwrap());
    }
    for row in rows::<Doctor>(view) {
        all.push(practitioner::doctor(print, &row).unwrap());
        all.push(practitioner_role::doctor(print, &row).unwrap());
    }
    all.extend(rows::<Assistant>(view).iter().map(|row| practitioner::assistant(print, row).unwrap()));
    for row in rows::<Hospital>(view) {
        all.push(organization::hospital(print, &row).unwrap());
        all.push(location::hospital(print, &row).unwrap());
    }
    all.extend(rows::<Department>(view).iter().map(|row| organization::department(print, row)));
    all.extend(rows::<Clinic>(view).iter().map(|row| organization::clinic(print, row)));
    all.extend(rows::<Org>(view).iter().map(|row| organization::org(print, row)));
    all.extend(rows::<Team>(view).iter().map(|row| organization::team(print, row).unwrap()));
    for row in rows::<ClinicSession>(view) {
        all.push(location::clinic_session(print, &row).unwrap());
        all.push(schedule::clinic_session(print, &row).unwrap());
        let slots = slot::clinic_session(print, &row);
        assert!(slots.iter().enumerate().all(|(n, slot)| slot::nth(print, &row, n).as_ref() == Some(slot)));
        all.extend(slots);
    }
    for row in rows::<Registration>(view) {
        all.push(appointment::registration(print, &row).unwrap());
        all.extend(encounter::registration(print, &row).unwrap());
        all.extend(document_reference::registration(print, &row).unwrap());
    }
    for row in rows::<Consultation>(view) {
        all.push(service_request::consultation(print, &row).unwrap());
        all.extend(encounter::consultation(print, &row).unwrap());
        all.extend(document_reference::consultation(print, &row).unwrap());
    }
    for row in rows::<TeamConsult>(view) {
        all.push(service_request::team_consult(print, &row).unwrap());
        all.push(encounter::team_consult(print, &row).unwrap());
        all.extend(document_reference::team_consult(print, &row).unwrap());
    }
    all.extend(rows::<Vas>(view).iter().map(|row| service_request::vas(print, row).unwrap()));
    for row in rows::<Diagnosis>(view) {
        let found = condition::diagnosis(print, &row).unwrap();
        let ids: Vec<&str> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids, condition::ids(&row));
        all.extend(found);
    }
    all.extend(rows::<Message>(view).iter().filter_map(|row| communication::message(print, row, None).unwrap()));
    all.extend(rows::<Payment>(view).iter().map(|row| invoice::payment(print, row).unwrap()));
    all
}

fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            visit(name, value);
            walk(value, visit);
        }),
        Value::Array(items) => items.iter().for_each(|item| {
            visit("", item);
            walk(item, visit);
        }),
        _ => {}
    }
}

fn name_of(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

#[test]
fn nothing_empty_is_printed_and_ids_are_their_own() {
    let demo = Demo::load();
    for identifiers in [Identifiers::Full, Identifiers::Masked] {
        let all = demo.print(identifiers, everything);
        let mut names = BTreeSet::new();
        for resource in &all {
            let name = name_of(resource);
            let id = resource["id"].as_str().unwrap();
            assert!(id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'), "{name}");
            walk(resource, &mut |field, value| {
                let empty = match value {
                    Value::Null => true,
                    Value::String(text) => text.trim().is_empty(),
                    Value::Array(items) => items.is_empty(),
                    Value::Object(fields) => fields.is_empty(),
                    _ => false,
                };
                assert!(!empty, "{name}: {field}");
            });
            assert!(names.insert(name.clone()), "{name} twice");
        }
        let kinds = all.iter().fold(BTreeMap::<&str, usize>::new(), |mut kinds, one| {
            *kinds.entry(one["resourceType"].as_str().unwrap()).or_default() += 1;
            kinds
        });
        assert_eq!(kinds.len(), 17, "{kinds:?}");
    }
}

/// What is referred to is served, but pictures, which lie in files.
#[test]
fn references_lead_somewhere() {
    let demo = Demo::load();
    let all = demo.print(Identifiers::Full, everything);
    let names: BTreeSet<String> = all.iter().map(name_of).collect();
    let mut referred = 0;
    for resource in &all {
        walk(resource, &mut |field, value| {
            if let (true, Some(to)) = (field == "reference", value.as_str()) {
                assert!(names.contains(to), "{} refers to {to}", name_of(resource));
                referred += 1;
            }
            if let Some(text) = value.as_str() {
                assert!(!text.contains("/files/"), "{}: {text}", name_of(resource));
            }
        });
    }
    assert!(referred > 500);
}

/// No number of a certificate, no phone and no e-mail of a patient, wherever it might stand.
#[test]
fn masked_ones_tell_no_number() {
    let demo = Demo::load();
    let secrets: Vec<String> = demo.print(Identifiers::Full, |print| {
        let patients = rows::<Patient>(print.view);
        let idnos = rows::<Doctor>(print.view).into_iter().map(|doctor| doctor.idno);
        let mut secrets: Vec<String> =
            patients.iter().flat_map(|one| [one.idno.clone(), one.phone.clone(), one.email.clone()]).chain(idnos).collect();
        secrets.retain(|secret| !secret.is_empty());
        secrets
    });
    assert!(secrets.len() > 20);
    for identifiers in [Identifiers::Masked, Identifiers::Match] {
        let all = demo.print(identifiers, everything);
        for resource in &all {
            let text = resource.to_string();
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{}", name_of(resource));
        }
        let patients = all.iter().filter(|one| one["resourceType"] == "Patient");
        assert!(patients.clone().all(|one| one["meta"]["security"][0]["code"] == "MASKED" && one["address"][0].get("line").is_none()));
        assert!(patients.clone().any(|one| {
            one["identifier"][0]["_value"]["extension"][0]["valueString"] == "*".repeat(18) && one["identifier"][0].get("value").is_none()
        }));
    }
    let all = demo.print(Identifiers::Full, everything);
    assert!(all.iter().all(|one| one["meta"].get("security").is_none()));
    assert!(
        all.iter().any(|one| one["identifier"][0]["system"] == identifier::RESIDENT_NUMBER && one["identifier"][0]["value"].is_string())
    );
}

#[test]
fn constants_are_named_as_validators_ask() {
    for id in CODE_SYSTEMS {
        let system = terminology::code_system(id).unwrap();
        assert_eq!(system["url"], json!(format!("urn:xuanhu:cs:{id}")));
        assert_eq!(system.get("concept").is_some(), id != "gbt2260");
    }
    assert!(terminology::code_system("department").is_none());
    let statuses = terminology::code_system("consultation-status").unwrap();
    assert_eq!((&statuses["count"], &statuses["concept"][3]), (&json!(9), &json!({ "code": "04", "display": "执行中" })));
}
