//! 用户聊天模块 / 医生聊天模块: a scenario for every row. People come in by the other doors, as they do in life: a free clinic or a paid
//! consultation makes an encounter.

mod ban;
mod book;
mod card;
mod common;
mod hand_over;
mod talk;
mod team;

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::{
    kit::{Answer, Person, TestServer, id_number, phone},
    volunteer_doctor,
};

/// Identity numbers of family members begin here.
const FIRST: u32 = 7_000;

/// An id as internet_hospital writes it; the time in its head does not matter.
pub fn hex(id: u64) -> String {
    format!("{:08x}{id:016x}", 0)
}

/// The account's own record (病历).
pub fn own_record(patient: &Person) -> u64 {
    let patients = patient.post("/api/patient/list", json!({ "userId": hex(patient.id) })).ok();
    let own = patients.as_array().unwrap().iter().find(|one| one["relation"] == "本人").unwrap();
    crate::internet_hospital::number(&own["id"])
}

/// A family member's record.
pub fn relative(patient: &Person, n: u32, relation: &str) -> u64 {
    let form = json!({
        "userId": hex(patient.id), "phone": phone(FIRST + n), "certificateNo": id_number(FIRST + n), "name": format!("{relation}{n}"),
        "relation": relation,
    });
    crate::internet_hospital::number(&patient.post("/api/patient/create", form).ok()["id"])
}

/// The doctor takes consultations at this price.
pub fn priced(server: &TestServer, doctor: &Person, fen: u32) {
    let form = json!({ "image_and_text_open": true, "image_and_text_price": fen });
    server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), form).ok();
}

/// Each time another order: the same within a minute would be the first.
pub fn try_order(patient: &Person, record: u64, doctor: &Person) -> Answer {
    static ORDERED: AtomicU32 = AtomicU32::new(1);
    let reason = format!("在线复诊{}", ORDERED.fetch_add(1, Ordering::Relaxed));
    let form = json!({
        "content": "肚子痛三天", "patientId": hex(record), "doctorId": hex(doctor.id), "consultationReason": reason, "images": "[]",
    });
    patient.post("/consultation/create", form)
}

/// Orders a consultation about a record; answers the order.
pub fn order(patient: &Person, record: u64, doctor: &Person) -> Value {
    try_order(patient, record, doctor).ok()
}

pub fn pay(server: &TestServer, patient: &Person, order: &Value) {
    let payment = patient.post("/consultation/payment/create", json!({ "consultationId": order["id"] })).ok();
    let sn = payment["outTradeNo"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).ok();
}

/// Orders a consultation and pays for it; answers the appointment's id.
pub fn consult(server: &TestServer, patient: &Person, record: u64, doctor: &Person) -> u64 {
    let order = order(patient, record, doctor);
    pay(server, patient, &order);
    crate::internet_hospital::number(&order["id"])
}

/// What an order has become, for its patient.
pub fn update(caller: &Person, appointment: u64, status: &str) {
    caller.post("/consultation/update", json!({ "consultationId": hex(appointment), "status": status })).ok();
}

/// A seat in a free clinic of the doctor's, `day` days from today; answers project and appointment.
pub fn visit(server: &TestServer, patient: &Person, doctor: &Person, day: i64, price: u32) -> (u64, Value) {
    let project = volunteer_doctor::publish(server, doctor, json!({ "price": price, "date": server.date(day) }));
    (project, volunteer_doctor::join(patient, project))
}

pub fn id(row: &Value) -> u64 {
    row["id"].as_u64().unwrap()
}

/// Whom the patient sees, in order.
pub fn doctors_of(patient: &Person) -> Vec<u64> {
    let book = patient.get("/api/im/pContactList").ok();
    book.as_array().unwrap().iter().map(|entry| entry["doctor_id"].as_u64().unwrap()).collect()
}

/// Whom the doctor sees, in order.
pub fn patients_of(doctor: &Person) -> Vec<u64> {
    let book = doctor.get("/api/im/doctor-contact-list").ok();
    book.as_array().unwrap().iter().map(|entry| entry["patient_id"].as_u64().unwrap()).collect()
}

/// A patient with a paid consultation of a doctor's, and the appointment.
pub fn scene(server: &TestServer) -> (Person, Person, u64) {
    let (patient, doctor) = (server.patient(), server.doctor());
    priced(server, &doctor, 100);
    let appointment = consult(server, &patient, own_record(&patient), &doctor);
    (patient, doctor, appointment)
}

/// What the seven predicates say: the patient's status, its `pay`, send, call; the doctor's status, send, call.
pub fn says(patient: &Person, doctor: &Person) -> [String; 7] {
    let (p, d) = (patient.id, doctor.id);
    let words = [
        patient.get(format_args!("/api/im/p-talk-status?doctorId={d}")).ok()["status"].clone(),
        patient.get(format_args!("/api/im/p-talk-status?doctorId={d}")).ok()["pay"].clone(),
        patient.get(format_args!("/api/im/patient-send-to?doctorId={d}")).ok(),
        patient.get(format_args!("/api/im/patient-call-to?doctorId={d}")).ok(),
        doctor.get(format_args!("/api/im/d-talk-status?patientId={p}")).ok()["status"].clone(),
        doctor.get(format_args!("/api/im/doctor-send-to?patientId={p}")).ok(),
        doctor.get(format_args!("/api/im/doctor-call-to?patientId={p}")).ok(),
    ];
    words.map(|word| word.as_str().unwrap().to_owned())
}

/// All may; nobody may. The third is what `pay` says.
pub const ALL: [&str; 7] = ["true", "paid", "true", "true", "true", "true", "true"];
pub const NONE: [&str; 7] = ["false", "paid", "false", "false", "false", "false", "false"];
pub const UNPAID: [&str; 7] = ["false", "unpay", "false", "false", "false", "false", "false"];
