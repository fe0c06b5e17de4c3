//! What stood in a record before it was changed, through every family that shows records.

use serde_json::{Value, json};

use crate::{
    im_contact,
    kit::TestServer,
    team_consult,
    volunteer_doctor::{join, publish},
};

fn list(answer: &Value) -> Vec<Value> {
    let list = answer["list"].as_array().unwrap().clone();
    assert_eq!(answer["total"], list.len());
    list
}

#[test]
fn a_result_that_was_overwritten_can_be_read() {
    let server = TestServer::open();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.doctor());
    let visit = join(&patient, publish(&server, &doctor, json!({})))["id"].as_u64().unwrap();
    server.advance("25h");
    let write = |result: &str, photo: &[&str]| {
        doctor.put(format_args!("/diagnoses/{visit}"), json!({ "diag_result": result, "diag_photo": photo })).ok();
    };
    let versions = || list(&doctor.get(format_args!("/diagnoses/{visit}/record/versions")).ok());
    doctor.get(format_args!("/diagnoses/{visit}/done")).ok();
    write("初诊：偏头痛", &[]);
    assert!(versions().is_empty(), "nothing stood there before");
    write("初诊：偏头痛", &[]);
    assert!(versions().is_empty(), "nothing else was written");
    write("紧张性头痛", &["https://files.example.com/1.png"]);
    write("已好转", &[]);
    let all = versions();
    let told: Vec<_> = all.iter().map(|one| (&one["n"], &one["before"]["diag_result"], &one["by_role"], &one["by_name"])).collect();
    let (by, name) = (json!("doctor"), json!(doctor.name));
    assert_eq!(told, [(&json!(1), &json!("初诊：偏头痛"), &by, &name), (&json!(2), &json!("紧张性头痛"), &by, &name)]);
    assert_eq!(all[1]["before"]["diag_photo"], json!(["https://files.example.com/1.png"]));
    assert_eq!(list(&patient.get(format_args!("/diagnoses/{visit}/record/versions")).ok()), all);
    other.get(format_args!("/diagnoses/{visit}/record/versions")).refused(403, "not_yours");
    server.patient().get(format_args!("/diagnoses/{visit}/record/versions")).refused(403, "not_yours");
    doctor.get("/diagnoses/5/record/versions").refused(404, "not_found");
}

#[test]
fn a_diagnosis_that_was_written_anew_can_be_read() {
    let mut server = TestServer::open();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.doctor());
    im_contact::priced(&server, &doctor, 100);
    let record = im_contact::own_record(&patient);
    let id = im_contact::hex(im_contact::consult(&server, &patient, record, &doctor));
    let diagnose = |main: &str| {
        let form = json!({
            "consultationId": id, "mainDiagnosis": main, "secondDiagnosis": ["失眠"], "chiefComplaint": "头痛三天",
            "historyOfPastIllness": "无",
        });
        doctor.post("/treatment/diagnisis/upsert", form).ok();
    };
    diagnose("偏头痛");
    diagnose("偏头痛");
    diagnose("紧张性头痛");
    server.restart();
    let (doctor, patient, other) = (doctor.at(&server), patient.at(&server), other.at(&server));
    let all = list(&doctor.post(format_args!("/consultation/{id}/record/versions"), json!({})).ok());
    assert_eq!(all.len(), 1, "{all:?}");
    let before = json!({
        "main_diagnosis": "偏头痛", "second_diagnosis": ["失眠"], "chief_complaint": "头痛三天", "history_of_past_illness": "无",
    });
    assert_eq!((&all[0]["table"], &all[0]["before"], &all[0]["by_name"]), (&json!("diagnosis"), &before, &json!(doctor.name)));
    assert_eq!(list(&patient.post(format_args!("/api/consultation/{id}/record/versions"), json!({})).ok()), all);
    other.post(format_args!("/consultation/{id}/record/versions"), json!({})).refused(403, "not_yours");
    doctor.post("/consultation/12/record/versions", json!({})).refused(404, "not_found");
}

#[test]
fn who_a_patient_was_stays_with_the_record() {
    let server = TestServer::open();
    let (founder, patient) = (server.doctor(), server.patient());
    let team = team_consult::found(&founder, "一队");
    team_consult::join_with(&server, &patient, team, 1_000);
    let consult = patient.post("/consult", json!({ "team_id": team, "symptom_content": "头痛" })).ok()["consultation_id"].as_u64().unwrap();
    let name = patient.name.clone();
    server.admin().patch(format_args!("/admin/patients/{}", patient.id), json!({ "real_name": "测改名" })).ok();
    server.admin().patch(format_args!("/admin/patients/{}", patient.id), json!({ "height": "171" })).ok();
    let all = list(&patient.get(format_args!("/consult/{consult}/record/versions")).ok());
    assert_eq!(all.len(), 1, "a height is nobody: {all:?}");
    assert_eq!((&all[0]["table"], &all[0]["before"]["name"]), (&json!("patient"), &json!(name)));
    assert_eq!(
        (&all[0]["before"]["idno"], &all[0]["before"]["birthday"]),
        (&json!(patient.idno), &json!(format!("{}-{}-{}", &patient.idno[6..10], &patient.idno[10..12], &patient.idno[12..14])))
    );
    server.doctor().get(format_args!("/consult/{consult}/record/versions")).refused(404, "not_found");
}
