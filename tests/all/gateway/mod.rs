//! The live gateway: every frame, every error word, every close code, and what arrives through it from every other door.

pub mod arrival;
pub mod call;
pub mod change;
mod crash;
mod crash_change;
pub mod http;
mod limit;
pub mod list;
pub mod login;
pub mod message;
mod page;
mod presence;
mod tls;
pub mod webrtc;

use serde_json::{Value, json};

use crate::{
    kit::{Person, TestServer},
    volunteer_doctor::{join, publish},
};

/// A patient who has a seat in a session of the doctor: the two may talk.
pub fn pair(server: &TestServer) -> (Person, Person) {
    let (doctor, patient) = (server.doctor(), server.patient());
    meet(server, &doctor, &patient);
    (doctor, patient)
}

/// Brings the two together tomorrow; answers the registration.
pub fn meet(server: &TestServer, doctor: &Person, patient: &Person) -> Value {
    meet_in(server, doctor, patient, 1)
}

/// The same in so many days: a doctor has one session at a time.
pub fn meet_in(server: &TestServer, doctor: &Person, patient: &Person, days: i64) -> Value {
    let project = publish(server, doctor, json!({ "date": server.date(days) }));
    let registration = join(patient, project);
    // The doctor is told of it; who logs in from here on has that behind.
    server.settle();
    registration
}

pub fn text(to: u64, content: &str) -> Value {
    json!({ "type": "send", "to_member_id": to, "mimetype": "text/plain", "content": content })
}
