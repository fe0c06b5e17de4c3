//! The contact book of a patient and a doctor (用户/医生聊天模块), from strangers to a ban and back, against a running server:
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_contact -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Uses the public HTTP alone. Every step says what was sent and what came back; the first surprise ends it with code 1. The
//! administrator's part (bringing in a doctor and a patient) needs the token, which is read from `./xuanhu-data/admin.token` unless it is
//! given. The people are made up, and each run makes new ones.

pub mod common;

use std::process::ExitCode;

use common::{Caller, Outcome, PASSWORD, expect, free_phone, id_number, next_person, step, tell, text};
use jiff::Timestamp;
use serde_json::{Value, json};

fn main() -> ExitCode {
    tell(story)
}

pub fn story(nobody: Caller, admin: Caller) -> Outcome<()> {
    let person = next_person();

    let doctor = a_doctor(&nobody, &admin, person)?;
    let patient = a_patient(&nobody, &admin, person + 1)?;
    strangers(&patient, &doctor)?;
    a_follower(&patient, &doctor)?;
    let record = an_encounter(&patient, &doctor, &nobody)?;
    the_cards(&patient, &doctor, record)?;
    calls(&patient, &doctor)?;
    a_ban(&patient, &doctor)?;
    who_calls(&patient, &doctor)?;
    Ok(())
}

fn a_doctor(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("The administrator brings in a doctor who takes consultations for nothing");
    let phone = free_phone(admin, "doctors", person)?;
    let form = json!({
        "phone": phone, "password": PASSWORD, "real_name": "示例医生", "departments": "内科", "job_position": "主任医师",
        "image_and_text_open": true, "image_and_text_price": 0,
    });
    admin.post("/admin/doctors", form)?;
    nobody.sign_in("doctor", &phone, "doctor")
}

fn a_patient(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("… and a patient with a complete profile");
    let phone = free_phone(admin, "patients", person)?;
    let form = json!({ "phone": phone, "password": PASSWORD, "real_name": "示例患者", "idno": id_number(person) });
    admin.post("/admin/patients", form)?;
    nobody.sign_in("patient", &phone, "patient")
}

fn strangers(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("They are strangers: empty books, and an exclamation mark on both sides");
    expect(patient.get("/api/im/pContactList")? == json!([]), "the patient knows nobody")?;
    expect(doctor.get("/api/im/doctor-contact-list")? == json!([]), "the doctor knows nobody")?;
    let status = patient.get(&format!("/api/im/p-talk-status?doctorId={}", doctor.id))?;
    expect(status == json!({ "status": "false", "pay": "paid" }), "they may not talk, and nothing is owed")?;
    let status = doctor.get(&format!("/api/im/d-talk-status?patientId={}", patient.id))?;
    expect(status["status"] == "false", "nor the other way round")
}

fn a_follower(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The patient follows the doctor: each stands in the other's book, the telephone masked");
    patient.get(&format!("/follow/user/{}", doctor.id))?;
    let book = doctor.get("/api/im/doctor-contact-list")?;
    expect(book[0]["patient_id"] == patient.id && text(&book[0], "phone")?.contains("****"), "the follower is there, masked")?;
    expect(patient.get("/api/im/pContactList")?[0]["doctor_id"] == doctor.id, "and so is the doctor")?;
    expect(patient.get(&format!("/api/im/patient-send-to/?doctorId={}", doctor.id))? == "false", "following is not yet talking")
}

/// Answers the record (病历) that it is about.
fn an_encounter(patient: &Caller, doctor: &Caller, nobody: &Caller) -> Outcome<u64> {
    step("The patient orders a consultation at the hospital's door, and the two may talk and call");
    let mine = patient.post("/api/patient/list", json!({ "userId": hex(&patient.id) }))?;
    let form = json!({
        "content": "头痛三天", "patientId": mine[0]["id"], "doctorId": hex(&doctor.id), "consultationReason": "在线复诊", "images": "[]",
    });
    let order = patient.post("/consultation/create", form)?;
    if order["status"] == "01" {
        let payment = patient.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))?;
        let status = patient.get(&format!("/api/im/p-talk-status?doctorId={}", doctor.id))?;
        expect(status["pay"] == "unpay", "it has to be paid first")?;
        nobody.post(&format!("/payment/demo/{}/pay", text(&payment, "outTradeNo")?), json!({}))?;
    }
    for path in ["patient-send-to", "patient-call-to"] {
        expect(patient.get(&format!("/api/im/{path}?doctorId={}", doctor.id))? == "true", "the patient may")?;
    }
    for path in ["doctor-send-to", "doctor-call-to"] {
        expect(doctor.get(&format!("/api/im/{path}?patientId={}", patient.id))? == "true", "the doctor may")?;
    }
    let records = doctor.get(&format!("/api/im/records?patientId={}", patient.id))?;
    let appointment = records[0]["appointment_id"][0].as_u64().ok_or("no appointment")?;
    expect(doctor.get(&format!("/api/im/finish-stat?appointmentId={appointment}"))? == "doing", "the appointment lasts")?;
    let mut times = serde_json::Map::new();
    times.insert(appointment.to_string(), json!(Timestamp::now().as_second().to_string()));
    patient.post("/api/im/last-time", json!({ "times": times }))?;
    let records = patient.get(&format!("/api/im/records?doctorId={}", doctor.id))?;
    expect(records[0]["last_time"] == Value::Object(times), "the time of the last chat is kept")?;
    records[0]["medicalRecordId"].as_u64().ok_or_else(|| "no record".into())
}

fn the_cards(patient: &Caller, doctor: &Caller, record: u64) -> Outcome<()> {
    step("They look at each other's cards and give each other names");
    let card = patient.get(&format!("/api/im/doctor-contact?doctorId={}", doctor.id))?;
    expect(card["specialist"] == "内科" && card["title"] == 1, "a chief physician of internal medicine")?;
    let card = doctor.get(&format!("/api/im/patient-contact?patientId={}&recordId={record}", patient.id))?;
    expect(card["record_name"] == "示例患者" && card["relation"] == "本人", "the record that came to the doctor")?;
    doctor.refused("GET", &format!("/api/im/patient-contact?patientId={}&recordId={}", patient.id, record + 1), None, "not_found")?;
    patient.post("/api/im/doctor-nickname", json!({ "doctorId": doctor.id, "nickname": "神医" }))?;
    doctor.post("/api/im/patient-nickname", json!({ "patientId": patient.id.to_string(), "nickname": "头痛那位" }))?;
    expect(patient.get("/api/im/pContactList")?[0]["nickname"] == "神医", "each by the name of one's own")
}

fn calls(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The patient takes no calls for a while");
    patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": 0 }))?;
    expect(doctor.get(&format!("/api/im/doctor-call-to?patientId={}", patient.id))? == "false", "the doctor may not call")?;
    expect(doctor.get(&format!("/api/im/doctor-send-to?patientId={}", patient.id))? == "true", "and may write")?;
    patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": 1 })).map(drop)
}

fn a_ban(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The doctor bans the patient, at every door, and thinks better of it");
    let banned = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 1 }))?;
    expect(banned == json!({ "is_ban": 1, "can_call": 0 }), "a ban ends calls, too")?;
    let calls = json!({ "patientId": patient.id, "status": 1 });
    doctor.refused("POST", "/api/im/patient-call-status", Some(calls.clone()), "contact_banned")?;
    let note = json!({ "type": 1, "to_user_id": doctor.id, "content": "在吗", "photo": [] });
    patient.refused("POST", "/chat", Some(note.clone()), "contact_banned")?;
    expect(patient.get(&format!("/api/im/patient-send-to?doctorId={}", doctor.id))? == "false", "the patient may not write")?;
    expect(doctor.get("/api/im/doctor-contact-list")?[0]["is_ban"] == 1, "the banned one stays in the book")?;
    let lifted = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 0 }))?;
    expect(lifted == json!({ "is_ban": 0, "can_call": 1 }), "all is as before")?;
    patient.post("/chat", note).map(drop)
}

fn who_calls(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("A call comes in: whose voip account is that?");
    let voip = patient.get("/api/im/pContactList")?[0]["voipAccount"].take();
    let face = patient.get(&format!("/api/im/avatar?voipAccount={}", voip.as_str().ok_or("no voip account")?))?;
    expect(face["name"] == "示例医生", "it is the doctor")?;
    doctor.refused("GET", "/api/im/avatar", None, "whose_avatar")
}

/// An id as the hospital's door writes it; the time in its head does not matter.
fn hex(id: &Value) -> String {
    format!("00000000{:016x}", id.as_u64().unwrap_or_default())
}
