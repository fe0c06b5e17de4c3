//! What the law has a clinic keep: the class of every table, that the store refuses to delete before the time is over, and how the time is
//! counted from a patient's latest encounter.

use std::sync::{Arc, mpsc::channel};

use tempfile::TempDir;
use xuanhu::{
    base::{
        error::NOT_FOUND,
        settings::Settings,
        time::{Clock, Time},
    },
    domain::TABLES,
    store::{Class, KEPT_BY_LAW, Store},
};

use crate::{
    golden,
    kit::TestServer,
    volunteer_doctor::{join, publish},
};

/// Tables by class, but those that nobody has to keep.
#[rustfmt::skip]
const KEPT: &[(&str, &[&str])] = &[
    ("record", &["consent", "consultation", "diagnosis", "evaluation", "patient", "recorded_person", "registration", "signed_record", "team_consult", "value_added_service", "version"]),
    ("said", &["message"]),
    ("process", &["complaint"]),
    ("money", &["expense", "ledger_entry", "payment", "payout", "refund", "withdrawal"]),
    ("trail", &["audit", "integration", "privacy_request"]),
];

#[test]
fn a_row_of_a_kept_class_cannot_be_deleted_before_its_time() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), TABLES, Arc::new(Settings::default()), Arc::new(Clock::stopped_at(Time(1_000)))).unwrap();
    for table in golden::tables() {
        let (tell, told) = channel();
        let undone = store.write_blocking(move |tx| {
            let (facts, _) = (table.put)(tx, 0)?;
            tell.send((facts.class, (table.delete)(tx, facts.id))).unwrap();
            Err::<(), _>(NOT_FOUND.err())
        });
        assert!(undone.is_err_and(|error| error.is(&NOT_FOUND)), "{}", table.name);
        let (class, deleted) = told.recv().unwrap();
        let class = match class {
            Class::Record(_) => "record",
            Class::Said { .. } => "said",
            Class::Process(_) => "process",
            Class::Money(_) => "money",
            Class::Trail(_) => "trail",
            Class::Log | Class::Free => "",
        };
        let expected = KEPT.iter().find(|(_, tables)| tables.contains(&table.name)).map_or("", |(class, _)| class);
        assert_eq!(class, expected, "{}", table.name);
        // A patient whom nobody treated yet is nobody's record.
        match class.is_empty() || table.name == "patient" {
            true => deleted.unwrap(),
            false => {
                let refusal = deleted.unwrap_err();
                assert!(refusal.is(&KEPT_BY_LAW), "{}: {}", table.name, refusal.chain());
                assert_eq!(refusal.fields()[0].0, "until");
            }
        }
    }
}

#[test]
fn a_treated_patient_is_kept_for_fifteen_years_after_the_latest_encounter() {
    let server = TestServer::open();
    let (doctor, patient, idle) = (server.doctor(), server.patient(), server.patient());
    let path = format!("/admin/patients/{}", patient.id);
    let refused = |slug| server.admin().delete(&path).refused(409, slug).json["fields"]["until"].clone();
    server.admin().delete(format!("/admin/patients/{}", idle.id)).ok();

    join(&patient, publish(&server, &doctor, serde_json::json!({})));
    server.advance("400d");
    assert_eq!(refused("kept_by_law"), "2041-03-03", "from the visit, which was missed");
    let (doctor, patient) = (doctor.signed_in_again(&server), patient.signed_in_again(&server));
    join(&patient, publish(&server, &doctor, serde_json::json!({})));
    server.advance("2d");
    assert_eq!(refused("kept_by_law"), "2042-04-07", "from the later one");
    server.advance("5478d");
    assert_eq!(refused("in_use"), serde_json::Value::Null, "the time is over, and yet its visits name it");
}

#[test]
fn the_law_asks_for_so_many_years_at_least() {
    let load = |key, value: &str| Settings::load(&std::env::temp_dir(), &[(key, value.to_owned())], []);
    for (key, least, less) in [
        ("care.keep_records", "15y", "14y"),
        ("care.keep_process", "3y", "2y"),
        ("care.keep_money", "30y", "29y"),
        ("care.keep_trail", "15y", "1y"),
    ] {
        assert!(load(key, least).is_ok(), "{key}");
        let refusal = load(key, less).unwrap_err().message();
        assert!(refusal.contains(key) && refusal.contains(least), "{refusal}");
        assert!(load(key, "5479d").is_err(), "a span of days is no number of years");
    }
}
