//! 通讯录: who stands there, in which order, how much of a telephone is seen.

use serde_json::{Value, json};

use super::{consult, doctors_of, id, order, own_record, patients_of, priced, relative, update, visit};
use crate::{
    internet_hospital,
    kit::{TestServer, phone},
    volunteer_doctor,
};

#[test]
fn encounters_of_every_family_bring_people_together_the_newest_first() {
    let mut server = TestServer::open();
    let (patient, other) = (server.patient(), server.patient());
    let (a, b, c) = (server.doctor(), server.doctor(), server.doctor());
    assert_eq!((patient.get("/api/im/pContactList").ok(), a.get("/api/im/doctor-contact-list").ok()), (json!([]), json!([])));
    visit(&server, &patient, &a, 1, 0);
    server.advance("1m");
    priced(&server, &b, 100);
    let appointment = consult(&server, &patient, own_record(&patient), &b);
    server.advance("1m");
    patient.get(format_args!("/follow/user/{}", c.id)).ok();
    assert_eq!(doctors_of(&patient), [b.id, a.id, c.id], "by the newest encounter, then those who are followed");
    server.advance("1m");
    visit(&server, &patient, &a, 2, 0);
    visit(&server, &other, &a, 3, 0);
    assert_eq!(doctors_of(&patient), [a.id, b.id, c.id]);
    assert_eq!((patients_of(&a), patients_of(&b), patients_of(&c)), (vec![other.id, patient.id], vec![patient.id], vec![patient.id]));
    // What is over stays.
    update(&patient, appointment, "06");
    server.advance("3d");
    assert_eq!(doctors_of(&patient), [a.id, b.id, c.id]);
    server.restart();
    assert_eq!(doctors_of(&patient.at(&server)), [a.id, b.id, c.id]);
}

#[test]
fn an_entry_tells_how_to_reach_somebody() {
    let server = TestServer::open();
    let (patient, follower, doctor) = (server.patient(), server.patient(), server.doctor());
    priced(&server, &doctor, 100);
    let (own, father) = (own_record(&patient), relative(&patient, 1, "父亲"));
    relative(&patient, 2, "母亲"); // whom the doctor never sees
    consult(&server, &patient, own, &doctor);
    server.advance("1m");
    consult(&server, &patient, father, &doctor);
    follower.get(format_args!("/follow/user/{}", doctor.id)).ok();
    let book = doctor.get("/api/im/doctor-contact-list").ok();
    let voip = |entry: &Value| entry["voipAccount"].as_str().unwrap().to_owned();
    assert!(voip(&book[0]).len() == 14 && voip(&book[0]).starts_with("887977"), "{book}");
    assert_ne!(voip(&book[0]), voip(&book[1]));
    let mut treated = book[0].clone();
    treated["voipAccount"] = json!(null);
    assert_eq!(
        treated,
        json!({
            "patient_id": patient.id, "name": patient.name, "nickname": "", "avatar": "", "voipAccount": null, "phone": patient.phone,
            "is_ban": 0, "can_call": 1,
            "medical_records": [
                { "medicalRecordId": father, "name": "父亲1", "relation": "父亲" },
                { "medicalRecordId": own, "name": patient.name, "relation": "本人" },
            ],
        })
    );
    assert_eq!((&book[1]["patient_id"], &book[1]["name"]), (&json!(follower.id), &json!(xuanhu::base::mask::name(&follower.name))));
    let masked = |phone: &str| format!("{}****{}", &phone[..3], &phone[7..]);
    assert_eq!((&book[1]["phone"], &book[1]["medical_records"]), (&json!(masked(&follower.phone)), &json!([])));
    // The looks at the treated ones are written down, once an hour.
    let looks = |id: u64| {
        let looks =
            server.admin().get(format_args!("/admin/audit?account_id={}&action=look&subject=patient&subject_id={id}", doctor.id)).ok();
        looks["total"].as_u64().unwrap()
    };
    assert_eq!((looks(patient.id), looks(follower.id)), (1, 0));
    server.advance("59m");
    patients_of(&doctor);
    assert_eq!(looks(patient.id), 1);
    server.advance("2m");
    patients_of(&doctor);
    assert_eq!((looks(patient.id), looks(follower.id)), (2, 0));

    let mine = patient.get("/api/im/pContactList").ok();
    assert_eq!(mine.as_array().unwrap().len(), 1);
    assert_eq!((&mine[0]["name"], &mine[0]["phone"]), (&json!(doctor.name), &json!(masked(&doctor.phone))));
}

#[test]
fn nobody_gets_into_a_doctors_book_unasked() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    // By being followed.
    doctor.get(format_args!("/follow/user/{}", patient.id)).ok();
    assert_eq!((patients_of(&doctor), doctors_of(&patient)), (vec![], vec![doctor.id]));
    // By a seat that nobody has paid for.
    let (_, held) = visit(&server, &patient, &doctor, 1, 5);
    assert_eq!(patients_of(&doctor), Vec::<u64>::new());
    volunteer_doctor::pay(&server, &held);
    assert_eq!(patients_of(&doctor), [patient.id]);
    // An unpaid order is in the doctor's orders, and in the book; the telephone stays away until it is paid.
    let other = server.patient();
    priced(&server, &doctor, 100);
    let unpaid = order(&other, own_record(&other), &doctor);
    let phone = || doctor.get("/api/im/doctor-contact-list").ok()[0]["phone"].as_str().unwrap().to_owned();
    assert_eq!(phone(), "");
    super::pay(&server, &other, &unpaid);
    assert_eq!(phone(), other.phone);
}

/// Who has only ever signed in by WeChat is called at the number of the own record.
#[test]
fn a_treated_wechat_patient_can_be_called() {
    let server = TestServer::open();
    let (me, doctor) = (internet_hospital::user(&server, "open-one"), server.doctor());
    priced(&server, &doctor, 100);
    let own = internet_hospital::patient(&me, 1);
    let form = json!({
        "content": "头痛", "patientId": own, "doctorId": super::hex(doctor.id), "consultationReason": "复诊", "images": "[]",
    });
    let unpaid = me.post("/consultation/create", form).ok();
    let number = phone(5_001);
    let shown = || doctor.get("/api/im/doctor-contact-list").ok()[0]["phone"].clone();
    assert_eq!(shown(), "", "an order that nobody paid makes no relation");
    internet_hospital::pay(&server, &me, &unpaid);
    assert_eq!(shown(), number);
    let user = internet_hospital::number(&json!(me.id));
    assert_eq!(doctor.get(format_args!("/user/{user}")).ok()["phone"], number);
    // The desk that changes something else leaves it where it is.
    server.admin().patch(format_args!("/admin/patients/{user}"), json!({ "height": "170" })).ok();
    assert_eq!(shown(), number);
}

#[test]
fn others_do_not_stand_in_it() {
    let server = TestServer::open();
    let (patient, doctor, assistant, friend) = (server.patient(), server.doctor(), server.assistant(), server.patient());
    for follower in [&assistant, &friend] {
        follower.get(format_args!("/follow/user/{}", patient.id)).ok();
        patient.get(format_args!("/follow/user/{}", follower.id)).ok();
    }
    assistant.get(format_args!("/follow/user/{}", doctor.id)).ok();
    server.doctor().get(format_args!("/follow/user/{}", doctor.id)).ok();
    assert_eq!((doctors_of(&patient), patients_of(&doctor)), (vec![], vec![]));
    for (caller, path) in
        [(&doctor, "/api/im/pContactList"), (&patient, "/api/im/doctor-contact-list"), (&assistant, "/api/im/pContactList")]
    {
        caller.get(path).refused(403, "wrong_role");
    }
    server.nobody().get("/api/im/pContactList").refused(401, "no_token");
    patient.get("/api/im/nothing").refused(404, "no_such_endpoint");
    patient.post("/api/im/pContactList", json!({})).refused(405, "method_not_allowed");
}

/// A doctor's full view of a patient, and the patient's history, are open to every doctor of an encounter, whichever door it came by.
#[test]
fn a_paid_consultation_opens_the_patients_history() {
    let server = TestServer::open();
    let (patient, doctor, other) = (server.patient(), server.doctor(), server.doctor());
    let (_, seat) = visit(&server, &patient, &other, 1, 0);
    let history = || doctor.get(format_args!("/all_diagnoses/{}", patient.id));
    let shown = || doctor.get(format_args!("/user/{}", patient.id));
    history().refused(403, "not_yours");
    priced(&server, &doctor, 100);
    let unpaid = order(&patient, own_record(&patient), &doctor);
    history().refused(403, "not_yours");
    shown().refused(404, "not_found");
    super::pay(&server, &patient, &unpaid);
    assert_eq!(history().ok()[0]["id"], id(&seat));
    assert_eq!(shown().ok()["idno"], patient.idno);
}
