//! The kit itself: people come in, the clock moves, the clinic closes and opens again.

use serde_json::json;

use crate::kit::Clinic;

pub const COVERS: &[&str] = &["POST /login", "GET /user"];

#[test]
fn people_come_in_and_keep_their_tokens() {
    let mut clinic = Clinic::open();
    let (patient, doctor, assistant) = (clinic.patient(), clinic.doctor(), clinic.assistant());
    assert_eq!(patient.get("/user").ok()["real_name"], patient.name);
    assert_eq!(doctor.get("/user").ok()["is_verify"], 1);
    assert_eq!(assistant.get("/user").ok()["id"], assistant.id);
    clinic.restart();
    let patient = patient.at(&clinic);
    assert_eq!(patient.get("/user").ok()["phone"], patient.phone);
    clinic.advance("8d");
    patient.get("/user").refused(401, "bad_token");
    patient.signed_in_again(&clinic).get("/user").ok();
    clinic.nobody().post("/login", json!({})).refused(400, "missing_field");
}
