//! Team consults are encounters of everybody in their group; doctors of one team talk among themselves.

use serde_json::json;
use xuanhu::base::id::Id;
use xuanhu::{
    base::error::Result,
    domain::{
        identity::account::Role,
        messaging::contact,
        relations::talk_rules,
        team_consult::{self, CreateConsult, group},
    },
    store::Tx,
};

use super::{ALL, NONE, doctors_of, own_record, patients_of, relative, says};
use crate::kit::{Person, TestServer};

/// Runs a job, as a door would.
fn job<T: Send + 'static>(server: &TestServer, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> T {
    server.app().store.write_blocking(job).unwrap()
}

/// A team of these two, of which the patient is a member.
fn team(patient: &Person, founder: &Person, second: &Person) -> u64 {
    let form = json!({ "name": "头痛组", "introduction": "", "agreement": "同意", "consult_fee": 0 });
    let id = founder.post("/team", form).ok()["team_id"].as_u64().unwrap();
    let code = founder.get(format_args!("/team/{id}/invitation")).ok()["code"].clone();
    second.post(format_args!("/team/{id}/doctor"), json!({ "code": code })).ok();
    patient.post(format_args!("/team/{id}/member"), json!({ "agreement_accepted": true, "fee": 0 })).ok();
    id
}

fn ask(server: &TestServer, patient: &Person, team_id: u64, target: u64) -> u64 {
    let form = CreateConsult {
        team_id: Id::from_number(team_id),
        target: Id::from_number(target),
        symptom_content: "头痛".into(),
        symptom_type: "text/plain".into(),
        images: Vec::new(),
        fee: None,
    };
    let creator = patient.id;
    job(server, move |db| team_consult::create(db, Id::from_number(creator), form)).id.number()
}

#[test]
fn a_team_consult_brings_its_group_together() {
    let server = TestServer::open();
    let (patient, a, b) = (server.patient(), server.doctor(), server.doctor());
    let team = team(&patient, &a, &b);
    assert_eq!((doctors_of(&patient), says(&patient, &a)), (vec![], NONE.map(str::to_owned)), "a member is not a patient yet");
    let father = relative(&patient, 1, "父亲");
    let consult = ask(&server, &patient, team, father);
    assert_eq!((says(&patient, &a), says(&patient, &b)), (ALL.map(str::to_owned), NONE.map(str::to_owned)), "the group assistant alone");
    assert_eq!((doctors_of(&patient), patients_of(&a), patients_of(&b)), (vec![a.id], vec![patient.id], vec![]));
    let (assistant, doctor) = (a.id, b.id);
    job(&server, move |db| group::bring_in(db, Id::from_number(assistant), Id::from_number(consult), &[Id::from_number(doctor)]));
    assert_eq!(says(&patient, &b), ALL);
    let records = b.get(format_args!("/api/im/records?patientId={}", patient.id)).ok();
    assert_eq!((&records[0]["medicalRecordId"], &records[0]["appointment_id"]), (&json!(father), &json!([consult])));
    let own = own_record(&patient);
    b.get(format_args!("/api/im/patient-contact?patientId={}&recordId={father}", patient.id)).ok();
    b.get(format_args!("/api/im/patient-contact?patientId={}&recordId={own}", patient.id)).refused(404, "not_found");
    // For oneself it is the account's own record.
    server.advance("1m");
    let second = ask(&server, &patient, team, patient.id);
    let records = a.get(format_args!("/api/im/records?patientId={}", patient.id)).ok();
    assert_eq!((&records[0]["medicalRecordId"], &records[0]["appointment_id"]), (&json!(own), &json!([second])));

    let stat = |who: &Person| who.get(format_args!("/api/im/finish-stat?appointmentId={consult}"));
    assert_eq!(stat(&b).ok(), "doing");
    stat(&server.doctor()).refused(403, "not_yours");
    let creator = patient.id;
    job(&server, move |db| team_consult::finish(db, Id::from_number(creator), Role::Patient, Id::from_number(consult)));
    assert_eq!((stat(&b).ok(), says(&patient, &b), says(&patient, &a)), (json!("finish"), NONE.map(str::to_owned), ALL.map(str::to_owned)));
    job(&server, move |db| team_consult::cancel(db, Id::from_number(creator), Id::from_number(second)));
    assert_eq!(says(&patient, &a), NONE);
    assert_eq!((doctors_of(&patient).len(), patients_of(&b)), (2, vec![patient.id]), "what is over stays in the books");
}

#[test]
fn doctors_of_one_team_talk_and_others_do_not() {
    let server = TestServer::open();
    let (patient, a, b, c) = (server.patient(), server.doctor(), server.doctor(), server.doctor());
    team(&patient, &a, &b);
    let (a, b, c, patient, assistant) = (a.id, b.id, c.id, patient.id, server.assistant().id);
    let may = |one: u64, other: u64| {
        let view = server.app().store.view();
        (
            talk_rules::may_talk(&view, Id::from_number(one), Id::from_number(other)).map_err(|e| e.slug()),
            talk_rules::can_call(&view, Id::from_number(one), Id::from_number(other)).unwrap(),
        )
    };
    assert_eq!((may(a, b), may(b, a)), ((Ok(()), true), (Ok(()), true)));
    for stranger in [(a, c), (c, a), (a, a), (a, patient), (patient, a), (patient, patient), (a, assistant), (assistant, patient)] {
        assert_eq!(may(stranger.0, stranger.1), (Err("may_not_talk"), false), "{stranger:?}");
    }
    job(&server, move |db| contact::set_ban(db, Id::from_number(b), Id::from_number(a), true));
    assert_eq!((may(a, b), may(b, a)), ((Err("contact_banned"), false), (Err("contact_banned"), false)));
    let view = server.app().store.view();
    assert_eq!(talk_rules::may_talk(&view, Id::from_number(a), Id::from_number(987_654_321)).unwrap_err().slug(), "not_found");
    assert_eq!(talk_rules::can_call(&view, Id::from_number(987_654_321), Id::from_number(a)).unwrap_err().slug(), "not_found");
}
