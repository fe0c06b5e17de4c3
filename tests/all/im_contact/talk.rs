//! May talk, may call, `pay`: what each state of an encounter says.

use serde_json::json;

use super::{ALL, NONE, UNPAID, consult, id, order, own_record, pay, priced, says, scene, update, visit};
use crate::{kit::TestServer, volunteer_doctor};

#[test]
fn a_consultation_opens_the_talk_from_payment_to_end() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    assert_eq!(says(&patient, &doctor), NONE, "strangers, who owe each other nothing");
    priced(&server, &doctor, 100);
    let first = order(&patient, own_record(&patient), &doctor);
    assert_eq!(says(&patient, &doctor), UNPAID);
    pay(&server, &patient, &first);
    assert_eq!(says(&patient, &doctor), ALL);
    // A second one, unpaid: the first still lasts.
    let second = order(&patient, own_record(&patient), &doctor);
    let mut both = ALL.map(str::to_owned);
    both[1] = "unpay".into();
    assert_eq!(says(&patient, &doctor), both);
    server.advance("31m"); // its time to be paid is over
    assert_eq!(says(&patient, &doctor), ALL);
    patient.post("/consultation/payment/create", json!({ "consultationId": second["id"] })).refused(422, "nothing_to_pay");
    doctor.post("/api/consultation/chat/message/create", say(&patient, &first, "doctor->user")).ok();
    update(&doctor, crate::internet_hospital::number(&first["id"]), "07");
    assert_eq!(says(&patient, &doctor), NONE);
}

fn say(patient: &crate::kit::Person, order: &serde_json::Value, direction: &str) -> serde_json::Value {
    let shown = patient.post("/consultation/list", json!({ "consultationId": order["id"] })).ok()["items"][0].clone();
    json!({ "chatId": shown["chatId"], "type": "01", "text": "您好", "direction": direction, "consultationId": order["id"] })
}

#[test]
fn refunds_and_deadlines_end_it() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (patient, doctor, appointment) = scene(&server);
    // 06: the refund is on its way; not finished before the money is back.
    update(&patient, appointment, "06");
    let stat = |id: u64| patient.get(format_args!("/api/im/finish-stat?appointmentId={id}")).ok();
    assert_eq!((stat(appointment), says(&patient, &doctor)), (json!("doing"), ALL.map(str::to_owned)));
    let refund = server.admin().get("/admin/refunds").ok()["items"][0]["id"].clone();
    server.admin().post(format_args!("/admin/refunds/{refund}/approve"), json!({})).ok();
    server.settle();
    assert_eq!((stat(appointment), says(&patient, &doctor)), (json!("finish"), NONE.map(str::to_owned)));
    // 05: nobody answered for two days; the clock alone says so, before anything has run.
    let second = consult(&server, &patient, own_record(&patient), &doctor);
    assert_eq!((stat(second), says(&patient, &doctor)), (json!("doing"), ALL.map(str::to_owned)));
    server.app().clock.advance(48 * 3_600_000);
    assert_eq!((stat(second), says(&patient, &doctor)), (json!("finish"), NONE.map(str::to_owned)));
    server.settle();
    assert_eq!((stat(second), says(&patient, &doctor)), (json!("finish"), NONE.map(str::to_owned)));
}

#[test]
fn a_seat_in_a_free_clinic_is_an_encounter_too() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let (free, _) = visit(&server, &patient, &doctor, 1, 0);
    assert_eq!(says(&patient, &doctor), ALL, "without a deposit it counts as paid");
    patient.get(format_args!("/custom/project/{free}/cancel")).ok();
    assert_eq!(says(&patient, &doctor), NONE);

    let (_, held) = visit(&server, &patient, &doctor, 2, 5);
    assert_eq!(says(&patient, &doctor), UNPAID);
    volunteer_doctor::pay(&server, &held);
    assert_eq!(says(&patient, &doctor), ALL);
    doctor.post(format_args!("/diagnoses/{}/reject", id(&held)), json!({ "reject_msg": "请到专科就诊" })).ok();
    assert_eq!(says(&patient, &doctor), NONE);

    let (_, lapsing) = visit(&server, &patient, &doctor, 3, 5);
    assert_eq!(says(&patient, &doctor), UNPAID);
    server.app().clock.advance(16 * 60_000);
    assert_eq!(says(&patient, &doctor), NONE, "the hold is over, whether anything has run or not");
    server.settle();
    assert_eq!(says(&patient, &doctor), NONE);
    let stat = patient.get(format_args!("/api/im/finish-stat?appointmentId={}", id(&lapsing))).ok();
    assert_eq!(stat, "finish");

    let (_, missed) = visit(&server, &patient, &doctor, 4, 0);
    server.advance("6d");
    assert_eq!(says(&patient, &doctor), NONE, "missed");
    assert_eq!(patient.get(format_args!("/api/im/finish-stat?appointmentId={}", id(&missed))).ok(), "finish");
}

#[test]
fn calls_are_taken_or_not_by_each_side_for_itself() {
    let server = TestServer::open();
    let (patient, doctor, _) = scene(&server);
    let refuse = |on: u8| patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": on })).ok();
    assert_eq!(refuse(0), json!({ "can_call": 0 }));
    let mut deaf = ALL.map(str::to_owned);
    deaf[6] = "false".into();
    assert_eq!(says(&patient, &doctor), deaf, "the doctor may not call; all else goes on");
    assert_eq!(refuse(1), json!({ "can_call": 1 }));
    assert_eq!(
        doctor.post("/api/im/patient-call-status", json!({ "patientId": patient.id, "status": "0" })).ok(),
        json!({ "can_call": 0 })
    );
    let mut deaf = ALL.map(str::to_owned);
    deaf[3] = "false".into();
    assert_eq!(says(&patient, &doctor), deaf);
}

#[test]
fn predicates_name_somebody_of_the_other_side() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let other = server.patient();
    for path in ["/api/im/p-talk-status", "/api/im/patient-send-to", "/api/im/patient-call-to", "/api/im/doctor-contact"] {
        patient.get(path).refused(400, "missing_field");
        for foreign in [other.id, patient.id, 987_654_321] {
            patient.get(format_args!("{path}?doctorId={foreign}")).refused(404, "not_found");
        }
        for bad in ["x", "-1", "1.5", "99999999999999999999"] {
            patient.get(format_args!("{path}?doctorId={bad}")).refused(400, "invalid_field");
        }
        doctor.get(format_args!("{path}?doctorId={}", doctor.id)).refused(403, "wrong_role");
        // As the document writes it.
        patient.get(format_args!("{path}/?doctorId={}", doctor.id)).ok();
    }
    for path in ["/api/im/d-talk-status", "/api/im/doctor-send-to", "/api/im/doctor-call-to"] {
        doctor.get(path).refused(400, "missing_field");
        for foreign in [doctor.id, 987_654_321] {
            doctor.get(format_args!("{path}?patientId={foreign}")).refused(404, "not_found");
        }
        doctor.get(format_args!("{path}?patientId={}x", patient.id)).refused(400, "invalid_field");
        patient.get(format_args!("{path}?patientId={}", patient.id)).refused(403, "wrong_role");
        doctor.get(format_args!("{path}/?patientId={}", patient.id)).ok();
    }
}
