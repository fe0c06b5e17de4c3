//! When accounts become one, or go: what they said of others follows, or goes with them.

use serde_json::json;
use xuanhu::domain::{messaging::contact::Contact, relations::chat_time::ChatTime};

use super::{hex, own_record, priced};
use crate::{
    internet_hospital,
    kit::{Person, TestServer},
};

fn ban(patient: &internet_hospital::Caller, doctor: &Person, status: u8) {
    patient.client.post("/api/im/doctor-ban-status", json!({ "doctorId": doctor.id, "status": status })).ok();
}

#[test]
fn what_two_accounts_said_is_one_accounts_afterwards() {
    let server = TestServer::open();
    let older = server.patient();
    let (a, b, c) = (server.doctor(), server.doctor(), server.doctor());
    priced(&server, &a, 100);
    let newer = internet_hospital::user(&server, "open-one");
    let newer_id = internet_hospital::number(&json!(newer.id));
    // Both know a: the ban wins, and the older one's name for the doctor stays. Only the newer one knows b.
    older.post("/api/im/doctor-nickname", json!({ "doctorId": a.id, "nickname": "老大夫" })).ok();
    newer.post("/api/im/doctor-nickname", json!({ "doctorId": a.id, "nickname": "新大夫" })).ok();
    ban(&newer, &a, 1);
    newer.post("/api/im/doctor-nickname", json!({ "doctorId": b.id, "nickname": "乙大夫" })).ok();
    older.post("/api/im/doctor-call-status", json!({ "doctorId": b.id, "status": 0 })).ok();
    // A doctor has banned the newer one.
    c.post("/api/im/patient-ban-status", json!({ "patientId": newer_id, "status": 1 })).ok();
    // And the newer one has an appointment with a time.
    ban(&newer, &a, 0);
    let record = internet_hospital::patient(&newer, 31);
    let form = json!({ "content": "头痛", "patientId": record, "doctorId": hex(a.id), "consultationReason": "复诊", "images": "[]" });
    let order = newer.post("/consultation/create", form).ok();
    internet_hospital::pay(&server, &newer, &order);
    let appointment = internet_hospital::number(&order["id"]);
    newer.post("/api/im/last-time", json!({ "times": { appointment.to_string(): "1200000000" } })).ok();
    ban(&newer, &a, 1);

    server.advance("61s"); // a phone gets one code a minute
    let code = server.code_for(&older.phone);
    let bound = newer.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    assert_eq!(internet_hospital::number(&bound["userId"]), older.id);
    let card = |doctor: &Person| {
        let card = older.get(format_args!("/api/im/doctor-contact?doctorId={}", doctor.id)).ok();
        (card["nickname"].as_str().unwrap().to_owned(), card["is_ban"].clone(), card["can_call"].clone())
    };
    assert_eq!(card(&a), ("老大夫".into(), json!(1), json!(0)));
    assert_eq!(card(&b), ("乙大夫".into(), json!(0), json!(0)));
    older.post("/chat", json!({ "content": "您好", "photo": [], "type": 1, "to_user_id": c.id })).refused(422, "contact_banned");
    assert_eq!(c.get("/api/im/doctor-contact-list").ok()[0]["patient_id"], older.id);
    let records = older.get(format_args!("/api/im/records?doctorId={}", a.id)).ok();
    assert_eq!(records[0]["last_time"], json!({ appointment.to_string(): "1200000000" }));
    assert_eq!(super::doctors_of(&older)[0], a.id);
}

#[test]
fn who_goes_takes_the_contacts_along() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    own_record(&patient);
    patient.post("/api/im/doctor-ban-status", json!({ "doctorId": doctor.id, "status": 1 })).ok();
    doctor.post("/api/im/patient-nickname", json!({ "patientId": patient.id, "nickname": "老张" })).ok();
    let count = || server.app().store.view().total::<Contact>().unwrap();
    assert_eq!(count(), 2);
    server.admin().delete(format_args!("/admin/patients/{}", patient.id));
    assert_eq!((count(), super::patients_of(&doctor)), (0, vec![]));
    doctor.post("/api/im/patient-nickname", json!({ "patientId": patient.id, "nickname": "老张" })).refused(404, "not_found");
    assert_eq!(server.app().store.view().total::<ChatTime>().unwrap(), 0);
}
