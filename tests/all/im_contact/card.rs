//! 联系人详情 and 病历: what one reads of the other.

use serde_json::{Value, json};

use super::{consult, hex, own_record, priced, relative, visit};
use crate::kit::TestServer;

#[test]
fn a_doctors_card() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let card = || patient.get(format_args!("/api/im/doctor-contact?doctorId={}", doctor.id)).ok();
    let gender = if doctor.idno.as_bytes()[16] % 2 == 1 { 1 } else { 2 };
    let fresh = json!({
        "doctor_id": doctor.id, "name": doctor.name, "level": "高级认证", "gender": gender, "avatar": "", "specialist": "内科", "title": 1,
        "hospital_name": "测试医院", "point": 0.0, "nickname": "", "is_ban": 0, "can_call": 1,
    });
    assert_eq!(card(), fresh);
    let (_, seat) = visit(&server, &patient, &doctor, 1, 0);
    server.advance("25h");
    let seat = super::id(&seat);
    doctor.get(format_args!("/diagnoses/{seat}/done")).ok();
    patient.post(format_args!("/custom/diagnoses/{seat}/comment"), json!({ "doctor_score": 4, "doctor_comment": "好" })).ok();
    assert_eq!(card()["point"], 4.0);
    for (position, title) in [("副主任医师", 2), ("主治医师", 3), ("住院医师", 4), ("护士", 0)] {
        server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "job_position": position })).ok();
        assert_eq!(card()["title"], title, "{position}");
    }
    // Shut out, and still the one with whom the patient talked.
    doctor.verify(&server, 2).ok();
    assert_eq!(card()["level"], "已停用");
    assert_eq!(super::doctors_of(&patient), [doctor.id]);
}

#[test]
fn a_doctor_reads_only_records_that_came_to_the_doctor() {
    let server = TestServer::open();
    let (patient, doctor, other) = (server.patient(), server.doctor(), server.doctor());
    for doctor in [&doctor, &other] {
        priced(&server, doctor, 100);
    }
    let (own, father, mother) = (own_record(&patient), relative(&patient, 1, "父亲"), relative(&patient, 2, "母亲"));
    let foreign = own_record(&server.patient());
    let card = |record: u64| doctor.get(format_args!("/api/im/patient-contact?patientId={}&recordId={record}", patient.id));
    card(own).refused(404, "not_found");
    consult(&server, &patient, father, &doctor);
    consult(&server, &patient, mother, &other);
    for hidden in [own, mother, foreign, 0, 987_654_321] {
        card(hidden).refused(404, "not_found");
    }
    let gender = |idno: &str| if idno.as_bytes()[16] % 2 == 1 { 1 } else { 2 };
    let fathers = crate::kit::id_number(super::FIRST + 1);
    let shown = card(father).ok();
    assert_eq!(
        shown,
        json!({
            // Of the account's holder, whom the doctor does not treat, the name.
            "patient_id": patient.id, "name": patient.name, "avatar": "", "birthday": null, "gender": 0,
            "record_id": father, "record_name": "父亲1", "relation": "父亲", "record_gender": gender(&fathers), "record_birthday": "1984-10",
            "province": shown["province"], "city": shown["city"], "nickname": "", "is_ban": 0, "can_call": 1,
        })
    );
    assert!(shown["province"].as_str().unwrap().starts_with("北京"), "the account's place, where the record has none: {shown}");
    let looks = server.admin().get(format_args!("/admin/audit?account_id={}&action=look", doctor.id)).ok();
    assert_eq!(looks["items"][0]["subject_id"], patient.id);
    // Of the other account's id no record is read.
    doctor.get(format_args!("/api/im/patient-contact?patientId={}&recordId={father}", server.patient().id)).refused(404, "not_found");
    doctor.get(format_args!("/api/im/patient-contact?patientId={}&recordId={father}", doctor.id)).refused(404, "not_found");
    doctor.get(format_args!("/api/im/patient-contact?patientId={}", patient.id)).refused(400, "missing_field");
    doctor.get(format_args!("/api/im/patient-contact?recordId={father}")).refused(400, "missing_field");
    doctor.get(format_args!("/api/im/patient-contact?patientId={}&recordId=x", patient.id)).refused(400, "invalid_field");
}

#[test]
fn records_are_listed_with_their_appointments() {
    let mut server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    priced(&server, &doctor, 100);
    let (own, father) = (own_record(&patient), relative(&patient, 1, "父亲"));
    relative(&patient, 2, "母亲");
    let (_, seat) = visit(&server, &patient, &doctor, 1, 0);
    server.advance("1m");
    let first = consult(&server, &patient, father, &doctor);
    server.advance("1m");
    let second = consult(&server, &patient, own, &doctor);
    let (_, held) = visit(&server, &patient, &doctor, 2, 5);
    let (seat, held) = (super::id(&seat), super::id(&held));
    let mine = patient.get(format_args!("/api/im/records?doctorId={}", doctor.id)).ok();
    let theirs = doctor.get(format_args!("/api/im/records?patientId={}", patient.id)).ok();
    let appointments = |list: &Value| {
        list.as_array().unwrap().iter().map(|r| (r["medicalRecordId"].clone(), r["appointment_id"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(appointments(&mine), [(json!(own), json!([seat, second, held])), (json!(father), json!([first]))]);
    assert_eq!(
        appointments(&theirs),
        [(json!(own), json!([seat, second])), (json!(father), json!([first]))],
        "an unpaid hold is not the doctor's business"
    );
    let father_of = &theirs[1];
    let idno = crate::kit::id_number(super::FIRST + 1);
    assert_eq!((&father_of["identity_number"], &father_of["patient_id"]), (&json!(idno), &json!(patient.id)));
    assert_eq!(
        (&father_of["name"], &father_of["patient_name"], &father_of["relation"]),
        (&json!("父亲1"), &json!(patient.name), &json!("父亲"))
    );
    assert_eq!((&father_of["birthday"], &father_of["age"], &father_of["address"]), (&json!("1984-10"), &json!(41), &json!("")));
    assert_eq!((&theirs[0]["address"], &theirs[0]["relation"]), (&json!("二号路2号"), &json!("本人")));
    // The caller may name itself, nobody else.
    patient.get(format_args!("/api/im/records?doctorId={}&patientId={}", doctor.id, patient.id)).ok();
    patient.get(format_args!("/api/im/records?doctorId={}&patientId={}", doctor.id, doctor.id)).refused(403, "not_yours");
    doctor.get(format_args!("/api/im/records?doctorId={}&patientId={}", patient.id, patient.id)).refused(403, "not_yours");
    patient.get("/api/im/records").refused(400, "missing_field");
    patient.get(format_args!("/api/im/records?patientId={}", patient.id)).refused(400, "missing_field");
    doctor.get(format_args!("/api/im/records?doctorId={}", doctor.id)).refused(400, "missing_field");
    doctor.get("/api/im/records?patientId=987654321").refused(404, "not_found");
    doctor.get(format_args!("/api/im/records?patientId={}", doctor.id)).refused(404, "not_found");
    assert_eq!(server.doctor().get(format_args!("/api/im/records?patientId={}", patient.id)).ok(), json!([]));
    // A deleted record stays where its encounters are, on both sides.
    patient.post("/api/patient/delete", json!({ "id": hex(father) })).ok();
    server.restart();
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    let mine = patient.get(format_args!("/api/im/records?doctorId={}", doctor.id)).ok();
    assert_eq!(appointments(&mine), [(json!(own), json!([seat, second, held])), (json!(father), json!([first]))]);
    assert_eq!(doctor.get(format_args!("/api/im/records?patientId={}", patient.id)).ok(), theirs);
}
