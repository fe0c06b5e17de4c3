//! Clinics: founding one, its doctors, its supervisor, finding one by its name.

use serde_json::json;
use xuanhu::domain::identity::account::Role;

use super::number;
use crate::kit::{Person, TestServer};

fn found(doctor: &Person, name: &str) -> u64 {
    number(&doctor.post("/clinic", json!({ "name": name, "introduction": "三十年老店" })).ok()["clinic_id"])
}

#[test]
pub fn the_founder_supervises_until_another_is_named() {
    let mut server = TestServer::open();
    let (founder, second, third, outside) = (server.doctor(), server.doctor(), server.doctor(), server.doctor());
    let made = founder.post("/clinic", json!({ "name": "杏林诊所", "introduction": "三十年老店" })).ok();
    let id = number(&made["clinic_id"]);
    let expected = json!({
        "clinic_id": id, "name": "杏林诊所", "introduction": "三十年老店", "founder_id": founder.id, "supervisor_id": founder.id,
        "doctor_ids": [founder.id], "created": server.now().0,
    });
    assert_eq!(made, expected);
    let add = |who: &Person, doctor: &Person| who.post(format_args!("/clinic/{id}/doctor"), json!({ "doctor_id": doctor.id }));
    let name = |who: &Person, doctor: &Person| who.put(format_args!("/clinic/{id}/supervisor"), json!({ "doctor_id": doctor.id }));

    name(&founder, &second).refused(422, "not_in_clinic");
    add(&second, &third).refused(403, "not_yours");
    assert_eq!(add(&founder, &second).ok()["doctor_ids"], json!([founder.id, second.id]));
    add(&founder, &second).refused(409, "already_in_clinic");
    name(&second, &second).refused(403, "not_yours");
    assert_eq!(name(&founder, &second).ok()["supervisor_id"], second.id);
    server.restart();
    let (founder, second, third, outside) = (founder.at(&server), second.at(&server), third.at(&server), outside.at(&server));

    // The supervisor leads, and so does the founder still.
    add(&second, &third).ok();
    assert_eq!(name(&second, &third).ok()["supervisor_id"], third.id);
    name(&second, &second).refused(403, "not_yours");
    add(&second, &outside).refused(403, "not_yours");
    assert_eq!(name(&founder, &founder).ok()["supervisor_id"], founder.id);
    name(&third, &third).refused(403, "not_yours");
    assert_eq!(name(&founder, &third).ok()["doctor_ids"], json!([founder.id, second.id, third.id]));
}

#[test]
pub fn a_clinic_is_found_by_its_whole_name() {
    let mut server = TestServer::open();
    let (doctor, patient, assistant) = (server.doctor(), server.patient(), server.assistant());
    let (one, other) = (found(&doctor, "杏林诊所"), found(&doctor, "杏林诊所二部"));
    server.restart();
    for person in [patient.at(&server), doctor.at(&server), assistant.at(&server)] {
        for (name, id) in [("杏林诊所", one), ("杏林诊所二部", other), (" 杏林诊所 ", one)] {
            let found = person.get(format_args!("/clinic?name={name}")).ok();
            assert_eq!(found, json!({ "items": [{ "clinic_id": id, "name": name.trim(), "introduction": "三十年老店" }], "total": 1 }));
        }
        for name in ["杏林", "诊所", "杏林诊所二", "xinglin"] {
            assert_eq!(person.get(format_args!("/clinic?name={name}")).ok(), json!({ "items": [], "total": 0 }), "{name}");
        }
        person.get("/clinic").refused(400, "missing_field");
    }
    server.nobody().get("/clinic?name=杏林诊所").refused(401, "no_token");
}

#[test]
fn clinics_are_of_verified_doctors_and_have_names_of_their_own() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let waiting = server.registered(Role::Doctor).with_profile(&server);
    let form = json!({ "name": "杏林诊所", "introduction": "" });
    patient.post("/clinic", form.clone()).refused(403, "wrong_role");
    waiting.post("/clinic", form.clone()).refused(403, "not_verified");
    let id = found(&doctor, "杏林诊所");
    server.doctor().post("/clinic", form).refused(409, "clinic_name_taken");
    for bad in [json!({}), json!({ "name": "" }), json!({ "name": "  ", "introduction": "x" })] {
        doctor.post("/clinic", bad).refused(400, "missing_field");
    }
    for bad in [json!({ "name": "长".repeat(101) }), json!({ "name": {} }), json!({ "name": "甲", "introduction": "长".repeat(5_001) })]
    {
        doctor.post("/clinic", bad).refused(400, "invalid_field");
    }
    // Long names that begin alike are different names.
    for ending in ["东", "西"] {
        found(&doctor, &format!("{}{ending}", "长".repeat(99)));
    }

    let add = |form| doctor.post(format_args!("/clinic/{id}/doctor"), form);
    add(json!({})).refused(400, "missing_field");
    add(json!({ "doctor_id": "甲" })).refused(400, "invalid_field");
    add(json!({ "doctor_id": 987_654_321 })).refused(404, "not_found");
    add(json!({ "doctor_id": patient.id })).refused(404, "not_found");
    doctor.post("/clinic/987654321/doctor", json!({ "doctor_id": waiting.id })).refused(404, "not_found");
    doctor.put("/clinic/987654321/supervisor", json!({ "doctor_id": doctor.id })).refused(404, "not_found");
    patient.put(format_args!("/clinic/{id}/supervisor"), json!({ "doctor_id": doctor.id })).refused(403, "wrong_role");
    // One who waits may be brought in, and reads; leading is for later.
    add(json!({ "doctor_id": waiting.id })).ok();
    doctor.put(format_args!("/clinic/{id}/supervisor"), json!({ "doctor_id": waiting.id })).ok();
    waiting.post(format_args!("/clinic/{id}/doctor"), json!({ "doctor_id": server.doctor().id })).refused(403, "not_verified");
    waiting.get("/clinic?name=杏林诊所").ok();
}
