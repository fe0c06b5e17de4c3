//! 公共: whether an appointment is over, faces, chat times.

use serde_json::{Value, json};

use super::{consult, id, own_record, priced, scene, update, visit};
use crate::{kit::TestServer, volunteer_doctor};

#[test]
fn an_appointment_is_doing_or_finished() {
    let mut server = TestServer::open();
    let (patient, doctor, appointment) = scene(&server);
    let path = format!("/api/im/finish-stat?appointmentId={appointment}");
    let ask = |who: &crate::kit::Person| who.get(&path);
    assert_eq!((ask(&patient).ok(), ask(&doctor).ok()), (json!("doing"), json!("doing")));
    for stranger in [&server.patient(), &server.doctor()] {
        ask(stranger).refused(403, "not_yours");
    }
    for nothing in [patient.id, 987_654_321, 0] {
        patient.get(format_args!("/api/im/finish-stat?appointmentId={nothing}")).refused(404, "not_found");
    }
    patient.get("/api/im/finish-stat").refused(400, "missing_field");
    patient.get("/api/im/finish-stat?appointmentId=x").refused(400, "invalid_field");
    server.assistant().get(&path).refused(403, "wrong_role");
    update(&patient, appointment, "06");
    server.settle();
    server.restart();
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    assert_eq!((patient.get(&path).ok(), doctor.get(&path).ok()), (json!("finish"), json!("finish")));
}

#[test]
fn a_visit_is_finished_when_it_is_done() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let (_, seat) = visit(&server, &patient, &doctor, 1, 5);
    let path = format!("/api/im/finish-stat?appointmentId={}", id(&seat));
    assert_eq!(patient.get(&path).ok(), "doing");
    doctor.get(&path).refused(404, "not_found"); // not the doctor's business yet
    volunteer_doctor::pay(&server, &seat);
    server.advance("25h");
    assert_eq!(doctor.get(&path).ok(), "doing");
    doctor.get(format_args!("/diagnoses/{}/done", id(&seat))).ok();
    assert_eq!((doctor.get(&path).ok(), patient.get(&path).ok()), (json!("finish"), json!("finish")));
}

#[test]
fn a_face_by_voip_account_or_phone() {
    let server = TestServer::open();
    let (patient, doctor, other) = (server.patient(), server.doctor(), server.patient());
    let mut form = patient.profile(&server);
    form["avatars"] = json!("https://files.example.com/30.png");
    patient.put("/user", form).ok();
    patient.get(format_args!("/follow/user/{}", doctor.id)).ok();
    let voip = doctor.get("/api/im/doctor-contact-list").ok()[0]["voipAccount"].as_str().unwrap().to_owned();
    // A follower is no patient yet.
    let face = json!({ "avatar": "", "name": xuanhu::base::mask::name(&patient.name) });
    let ask = |query: &str| doctor.get(format_args!("/api/im/avatar?{query}"));
    assert_eq!(ask(&format!("voipAccount={voip}")).ok(), face);
    assert_eq!(ask(&format!("phone={}", patient.phone)).ok(), face);
    assert_eq!(ask(&format!("phone={}&voipAccount={voip}", patient.phone)).ok(), face);
    assert_eq!(patient.get(format_args!("/api/im/avatar?phone={}", doctor.phone)).ok(), json!({ "avatar": "", "name": doctor.name }));
    // To a stranger the phone is nobody's, and so is it together with whatever else.
    let stranger = |query: String| other.get(format_args!("/api/im/avatar?{query}"));
    for phone in [&doctor.phone, &patient.phone] {
        stranger(format!("phone={phone}")).refused(404, "not_found");
        stranger(format!("phone={phone}&voipAccount={voip}")).refused(404, "not_found");
        stranger(format!("phone={phone}&voipAccount=88797709999999")).refused(404, "not_found");
    }
    let own = other.get(format_args!("/api/im/avatar?phone={}", other.phone)).ok();
    assert_eq!(own["name"], other.name, "oneself");
    ask("").refused(422, "whose_avatar");
    ask(&format!("phone={}&voipAccount={voip}", other.phone)).refused(422, "whose_avatar");
    ask(&format!("phone={}&voipAccount=88797709999999", patient.phone)).refused(422, "whose_avatar");
    ask(&format!("phone=19900009998&voipAccount={voip}")).refused(422, "whose_avatar");
    ask("phone=19900009998").refused(404, "not_found");
    ask("voipAccount=88797709999999").refused(404, "not_found");
    ask("phone=19900009998&voipAccount=88797709999999").refused(404, "not_found");
    ask("phone=123").refused(422, "invalid_phone");
    ask("voipAccount=abc").refused(400, "invalid_field");
    // Administrators have a voip account like everybody, and are nobody's contact.
    let all: Vec<u64> = (1..30).map(|n| 88_797_700_000_000 + n).collect();
    let found = all.iter().filter(|voip| ask(&format!("voipAccount={voip}")).status == 200).count();
    assert_eq!(found, 2, "the follower, and the doctor");
    visit(&server, &patient, &doctor, 1, 0);
    let treated = json!({ "avatar": "https://files.example.com/30.png", "name": patient.name });
    assert_eq!(ask(&format!("phone={}", patient.phone)).ok(), treated);
}

/// One phone may be a patient's and a doctor's: each side finds the other.
#[test]
fn a_phone_of_two_people_is_the_other_sides() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let form = json!({
        "phone": patient.phone, "password": "secret-word", "real_name": "同号医生", "hospital_id": server.hospital(), "departments": "内科",
    });
    let double = id(&server.admin().post("/admin/doctors", form).created());
    let other = server.patient();
    other.get(format_args!("/follow/user/{double}")).ok();
    visit(&server, &patient, &doctor, 1, 0);
    let path = format!("/api/im/avatar?phone={}", patient.phone);
    assert_eq!((&doctor.get(&path).ok()["name"], &other.get(&path).ok()["name"]), (&json!(patient.name), &json!("同号医生")));
}

#[test]
fn chat_times_are_kept_for_the_one_who_sent_them() {
    let mut server = TestServer::open();
    let (patient, doctor, appointment) = scene(&server);
    let other = server.patient();
    priced(&server, &doctor, 100);
    let foreign = consult(&server, &other, own_record(&other), &doctor);
    let kept = |who: &crate::kit::Person, query: &str| {
        let records = who.get(format_args!("/api/im/records?{query}")).ok();
        records[0]["last_time"].clone()
    };
    let (to_doctor, to_patient) = (format!("doctorId={}", doctor.id), format!("patientId={}", patient.id));
    assert_eq!(kept(&patient, &to_doctor), json!({}));
    // Ids of others and of nobody are passed over: the document's own example has such.
    let times = json!({ appointment.to_string(): "1200000000", foreign.to_string(): "1111111111", "7": "1400000000" });
    let answer = patient.post("/api/im/last-time", json!({ "times": times }));
    assert_eq!((answer.ok(), &answer.json), (json!({ "status": 200 }), &json!({ "status": 200 })));
    assert_eq!((kept(&patient, &to_doctor), kept(&doctor, &to_patient)), (json!({ appointment.to_string(): "1200000000" }), json!({})));
    assert_eq!(kept(&other, &to_doctor), json!({}));
    // JSON text in a form; numbers.
    let text = json!({ appointment.to_string(): 1_772_410_000 }).to_string();
    patient.request("POST", "/api/im/last-time").form(&[("times", &text)]).send().ok();
    doctor.post("/api/im/last-time", json!({ "times": { appointment.to_string(): "1772410001000" } })).ok();
    patient.post("/api/im/last-time", json!({ "times": {} })).ok();
    for (bad, slug) in [
        (json!(null), "missing_field"),
        (json!([1, 2]), "invalid_field"),
        (json!("{"), "invalid_field"),
        (json!("三点"), "invalid_field"),
        (json!({ "x": "1200000000" }), "invalid_field"),
        (json!({ appointment.to_string(): "三点" }), "invalid_field"),
        (json!({ appointment.to_string(): -1 }), "invalid_field"),
        (json!({ appointment.to_string(): 1.5 }), "invalid_field"),
        (json!({ appointment.to_string(): "999999999999999" }), "invalid_field"),
    ] {
        patient.post("/api/im/last-time", json!({ "times": bad })).refused(400, slug);
    }
    patient.post("/api/im/last-time", json!({})).refused(400, "missing_field");
    let many: Value = (0..1_001).map(|n| (n.to_string(), json!("1"))).collect::<serde_json::Map<_, _>>().into();
    patient.post("/api/im/last-time", json!({ "times": many })).refused(400, "invalid_field");
    server.assistant().post("/api/im/last-time", json!({ "times": {} })).refused(403, "wrong_role");
    server.restart();
    let (patient, doctor) = (patient.at(&server), doctor.at(&server));
    assert_eq!(kept(&patient, &to_doctor), json!({ appointment.to_string(): "1772410000" }));
    assert_eq!(kept(&doctor, &to_patient), json!({ appointment.to_string(): "1772410001000" }));
}
