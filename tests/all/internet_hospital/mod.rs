//! 互联网医院: a scenario for every row, chapter by chapter.

mod chat;
mod consultation;
mod doctor;
mod earned;
mod merger;
mod patient;
mod payment;
mod story;
mod timer;
mod twice;
mod user;
mod word;

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};

use crate::kit::{Client, TestServer, id_number, phone};

/// Telephones and identity numbers of this family's people begin here: below are the kit's own.
const FIRST: u32 = 5_000;

/// Somebody who has signed in at this family. Acts as a [`Client`] with the token.
#[derive(Clone)]
pub struct Caller {
    /// 24 hex digits.
    pub id: String,
    pub client: Client,
}

impl Deref for Caller {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// The number that an id stands for.
pub fn number(hex: &Value) -> u64 {
    xuanhu::base::id::from_hex::<xuanhu::base::id::kind::Any>(hex.as_str().unwrap()).unwrap().number()
}

/// Signs up and in by WeChat.
pub fn user(server: &TestServer, open_id: &str) -> Caller {
    server.nobody().post("/api/user/signup", json!({ "openId": open_id })).ok();
    let answer = server.nobody().post("/api/user/signin", json!({ "openId": open_id })).ok();
    caller(server, &answer)
}

pub fn caller(server: &TestServer, signed_in: &Value) -> Caller {
    let text = |key: &str| signed_in[key].as_str().unwrap().to_owned();
    Caller { id: text("userId"), client: server.nobody().with_token(text("token")) }
}

/// Adds a patient; answers its id.
pub fn patient(user: &Caller, n: u32) -> String {
    let form = json!({ "userId": user.id, "phone": phone(FIRST + n), "certificateNo": id_number(FIRST + n), "name": format!("就诊人{n}") });
    user.post("/api/patient/create", form).ok()["id"].as_str().unwrap().to_owned()
}

/// A doctor brought in by the administration, who takes consultations at this price.
pub fn doctor(server: &TestServer, n: u32, fen: u32) -> Caller {
    let form = json!({
        "phone": phone(FIRST + n), "password": "secret-word", "real_name": format!("医生{n}"), "hospital_id": server.hospital(),
        "departments": "内科", "doctor_sn": format!("S{n:04}"), "image_and_text_open": true, "image_and_text_price": fen,
    });
    server.admin().post("/admin/doctors", form).created();
    sign_in_doctor(server, n)
}

pub fn sign_in_doctor(server: &TestServer, n: u32) -> Caller {
    let answer = server.nobody().post("/api/doctor/signin", json!({ "doctorSn": format!("S{n:04}"), "password": "secret-word" })).ok();
    caller(server, &answer)
}

pub fn order_form(patient: &str, doctor: &Caller) -> Value {
    json!({
        "content": "肚子痛三天", "patientId": patient, "doctorId": doctor.id, "consultationReason": "在线复诊",
        "images": "[\"https://files.example.com/a.jpg\",\"https://files.example.com/b.png\"]",
    })
}

/// Orders a consultation, each time another one: the same within a minute would be the first.
pub fn order(user: &Caller, patient: &str, doctor: &Caller) -> Value {
    static ORDERED: AtomicU32 = AtomicU32::new(1);
    let mut form = order_form(patient, doctor);
    form["consultationReason"] = json!(format!("在线复诊{}", ORDERED.fetch_add(1, Ordering::Relaxed)));
    user.post("/consultation/create", form).ok()
}

/// Orders a consultation and pays for it; answers the order as it is then.
pub fn paid_order(server: &TestServer, user: &Caller, patient: &str, doctor: &Caller) -> Value {
    let order = order(user, patient, doctor);
    pay(server, user, &order);
    shown(user, &order)
}

/// Asks for the payment and pays it as the provider's callback would.
pub fn pay(server: &TestServer, user: &Caller, order: &Value) -> Value {
    let payment = user.post("/consultation/payment/create", json!({ "consultationId": order["id"] })).ok();
    let sn = payment["outTradeNo"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).ok();
    payment
}

/// The order as its list shows it now.
pub fn shown(caller: &Caller, order: &Value) -> Value {
    caller.post("/consultation/list", json!({ "consultationId": order["id"] })).ok()["items"][0].clone()
}

/// Writes a text in the order's chat.
pub fn say(caller: &Caller, order: &Value, direction: &str, text: &str) -> crate::kit::Answer {
    let form = json!({ "chatId": order["chatId"], "type": "01", "text": text, "direction": direction, "consultationId": order["id"] });
    caller.post("/api/consultation/chat/message/create", form)
}

pub fn ask(caller: &Caller, order: &Value, text: &str) -> crate::kit::Answer {
    say(caller, order, "user->doctor", text)
}

pub fn reply(caller: &Caller, order: &Value, text: &str) -> crate::kit::Answer {
    say(caller, order, "doctor->user", text)
}

/// `01` to `09`, as the patient's list shows it.
pub fn status(caller: &Caller, order: &Value) -> String {
    shown(caller, order)["status"].as_str().unwrap().to_owned()
}

/// A user with one patient, and a doctor who takes 1 fen.
pub fn scene(server: &TestServer) -> (Caller, String, Caller) {
    let user = user(server, "open-one");
    let patient = patient(&user, 1);
    (user, patient, doctor(server, 2, 1))
}
