//! Seats, visits, deposits and orgs.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::{
    base::money::Fen,
    domain::{
        clinic_wide::settlement,
        directory::org,
        identity::account::Role,
        notice::notification::{
            Movement::{self, *},
            Whom::{Assistant, Doctor, Patient},
        },
    },
};

use super::told;
use crate::{
    kit::{Person, TestServer, id_number},
    volunteer_doctor::{join, pay, publish},
};

pub fn stories() {
    a_free_seat();
    a_deposit_that_comes_back();
    a_hold_that_lapses();
    a_rejection();
    a_session_that_is_cancelled();
    a_missed_visit();
    a_deposit_that_is_kept();
    what_an_administrator_decides();
    what_an_assistant_does();
    an_org();
    a_seat_that_is_moved();
    staff_that_is_let_in_and_shut_out();
}

fn are(server: &TestServer, patient: &Person, doctor: &Person, of_patient: &[Movement], of_doctor: &[Movement]) {
    server.settle();
    assert_eq!(told(patient, &[Patient]), of_patient);
    assert_eq!(told(doctor, &[Doctor]), of_doctor);
}

fn leave(patient: &Person, project: u64) {
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
}

fn done(doctor: &Person, registration: &Value) {
    doctor.get(format_args!("/diagnoses/{}/done", registration["id"])).ok();
}

fn reject(doctor: &Person, registration: &Value) {
    doctor.post(format_args!("/diagnoses/{}/reject", registration["id"]), json!({ "reject_msg": "请先做检查" })).ok();
}

fn a_free_seat() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    join(&patient, project);
    are(&server, &patient, &doctor, &[SeatBooked], &[SeatBooked]);
    leave(&patient, project);
    are(&server, &patient, &doctor, &[SeatBooked, SeatCancelled], &[SeatBooked, SeatCancelled]);
    // The system conversation has the same.
    let user = xuanhu::base::id::to_hex(server.now(), xuanhu::base::id::AnyId::from_number(patient.id));
    let chats = patient.post("/api/chat/user/list", json!({ "userId": user })).ok();
    assert!(chats[0]["lastMsgContent"].as_str().unwrap().contains("您已取消"), "{chats}");
}

fn a_deposit_that_comes_back() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    are(&server, &patient, &doctor, &[SeatHeld], &[]);
    pay(&server, &held);
    server.advance("25h");
    done(&doctor, &held);
    are(&server, &patient, &doctor, &[SeatHeld, SeatBooked, VisitDone, DepositReturned], &[SeatBooked]);
    let texts = patient.get("/message").ok()["list"].to_string();
    assert!(texts.contains("押金 50.00 元将原路退回") && texts.contains("押金50.00元已原路退回"), "{texts}");
}

/// Nobody is told of a hold but who holds it, and the money that comes too late.
fn a_hold_that_lapses() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 50 }));
    let held = join(&patient, project);
    server.advance("16m");
    are(&server, &patient, &doctor, &[SeatHeld, HoldLapsed], &[]);
    join(&patient, project);
    leave(&patient, project);
    are(&server, &patient, &doctor, &[SeatHeld, HoldLapsed, SeatHeld, SeatCancelled], &[]);
    let number = held["sn"].as_str().unwrap().to_owned();
    server.app().store.write_blocking(move |db| settlement::received(db, &number, Fen(5_000))).unwrap();
    let all = [SeatHeld, HoldLapsed, SeatHeld, SeatCancelled, DepositTooLate, DepositReturned];
    are(&server, &patient, &doctor, &all, &[]);
}

fn a_rejection() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    pay(&server, &held);
    reject(&doctor, &held);
    are(&server, &patient, &doctor, &[SeatHeld, SeatBooked, SeatRejected, DepositReturned], &[SeatBooked]);
    assert!(patient.get("/message").ok()["list"].to_string().contains("请先做检查"));
}

fn a_session_that_is_cancelled() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    join(&patient, project);
    doctor.get(format_args!("/project/{project}/cancel")).ok();
    are(&server, &patient, &doctor, &[SeatBooked, SessionCancelled], &[SeatBooked, SessionCalledOff]);
    // An administrator calls one off that nobody has joined: its doctor hears of it.
    let empty = publish(&server, &doctor, json!({}));
    server.admin().delete(format_args!("/admin/projects/{empty}")).ok();
    let all = [SeatBooked, SessionCalledOff, SessionCalledOff];
    are(&server, &patient, &doctor, &[SeatBooked, SessionCancelled], &all);
}

fn a_missed_visit() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    pay(&server, &held);
    server.advance("27h");
    are(&server, &patient, &doctor, &[SeatHeld, SeatBooked, VisitMissed], &[SeatBooked, VisitMissed]);
    doctor.post(format_args!("/diagnoses/{}/refund", held["id"]), json!({})).ok();
    let all = [SeatHeld, SeatBooked, VisitMissed, DepositReleased, DepositReturned];
    are(&server, &patient, &doctor, &all, &[SeatBooked, VisitMissed]);
}

fn a_deposit_that_is_kept() {
    let server = TestServer::with(&[("auth.session_ttl", "60d")]);
    let (doctor, patient) = (server.doctor(), server.patient());
    let held = join(&patient, publish(&server, &doctor, json!({ "price": 50 })));
    pay(&server, &held);
    server.advance("27h");
    server.advance("8d");
    let all = [SeatHeld, SeatBooked, VisitMissed, DepositForfeited];
    are(&server, &patient, &doctor, &all, &[SeatBooked, VisitMissed]);
}

fn what_an_administrator_decides() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 50 }));
    let held = join(&patient, project);
    pay(&server, &held);
    leave(&patient, project);
    let decide = |word: &str| {
        let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0]["id"].clone();
        server.admin().post(format_args!("/admin/refunds/{refund}/{word}"), json!({})).ok();
    };
    decide("reject");
    server.admin().post(format_args!("/admin/registrations/{}/refund", held["id"]), json!({})).ok();
    decide("approve");
    let all = [SeatHeld, SeatBooked, SeatCancelled, DepositRefundRefused, DepositReleased, DepositRefundApproved, DepositReturned];
    are(&server, &patient, &doctor, &all, &[SeatBooked, SeatCancelled]);
    assert!(patient.get("/message").ok()["list"].to_string().contains("待诊所审核后原路退回"));
}

/// The assistant hears what becomes of the patients' seats.
fn what_an_assistant_does() {
    let server = TestServer::open();
    let (doctor, assistant) = (server.doctor(), server.assistant());
    let form = json!({
        "real_name": "老人", "idno": id_number(9_300), "height": "165", "weight": "60", "marital_status": 1, "drink_status": 0,
        "smoking_status": 0, "pwd": "secret-of-theirs", "phone": crate::kit::phone(9_300),
    });
    let made = assistant.post("/assistant/create/patient", form).ok()["id"].as_u64().unwrap();
    let signed_in = server.nobody().post("/login", json!({ "phono": crate::kit::phone(9_300), "pwd": "secret-of-theirs", "type": 1 })).ok();
    let patient = server.nobody().with_token(signed_in["token"].as_str().unwrap());
    let at = |hour: u32, price: u32| {
        let (begin, end) = (format!("{hour:02}:00:00"), format!("{:02}:00:00", hour + 1));
        publish(&server, &doctor, json!({ "begin": begin, "end": end, "price": price, "people_count": 2 }))
    };
    let seat = |project: u64, hour: u32| {
        let slot = format!("{hour:02}:00:00 - {hour:02}:30:00");
        assistant.post(format_args!("/assistant/join/project/{project}"), json!({ "user_id": made, "plan_time": slot })).ok()
    };
    let free = seat(at(8, 0), 8);
    assistant.get(format_args!("/assistant/diagnoses/{}/cancel", free["id"])).ok();
    let left = at(9, 0);
    seat(left, 9);
    patient.get(format_args!("/custom/project/{left}/cancel")).ok();
    reject(&doctor, &seat(at(10, 0), 10));
    let cancelled = at(11, 0);
    seat(cancelled, 11);
    doctor.get(format_args!("/project/{cancelled}/cancel")).ok();
    let paid = seat(at(12, 50), 12);
    pay(&server, &paid);
    seat(at(13, 50), 13);
    server.advance("16m");
    seat(at(14, 0), 14);
    server.advance("27h"); // noon tomorrow, a quarter past
    done(&doctor, &paid);
    server.advance("3h");
    let twice = |movement| [movement, movement];
    let of_patient = [
        &[SeatBookedByAssistant, SeatCancelledByAssistant][..],
        &[SeatBookedByAssistant, SeatCancelled],
        &[SeatBookedByAssistant, SeatRejected],
        &[SeatBookedByAssistant, SessionCancelled],
        &[SeatHeldByAssistant, SeatBooked],
        &[SeatHeldByAssistant, HoldLapsed],
        &[SeatBookedByAssistant],
        // The one at two in the afternoon is a day away.
        &[VisitTomorrow],
        &[VisitDone, DepositReturned, VisitMissed],
    ];
    server.settle();
    assert_eq!(told(&patient, &[Patient]), of_patient.concat());
    let of_assistant = [SeatCancelled, SeatRejected, SessionCancelled, SeatBooked, HoldLapsed, VisitDone, VisitMissed];
    assert_eq!(told(&assistant, &[Assistant]), of_assistant);
    let of_doctor = [
        &[SeatBookedByAssistant, SeatCancelledByAssistant][..],
        &[SeatBookedByAssistant, SeatCancelled],
        &twice(SeatBookedByAssistant),
        &[SessionCalledOff],
        &[SeatBooked, SeatBookedByAssistant, VisitMissed],
    ];
    assert_eq!(told(&doctor, &[Doctor]), of_doctor.concat());
}

fn an_org() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let id = crate::volunteer_doctor::org(&server, "义诊协会");
    doctor.post(format_args!("/org_add/{id}"), json!({})).ok();
    let applied = server.admin().get("/admin/org-memberships").ok()["items"][0]["id"].as_u64().unwrap();
    for standing in [org::Standing::Refused, org::Standing::Waiting, org::Standing::Approved] {
        server.app().store.write_blocking(move |db| org::decide(db, Id::from_number(applied), standing)).unwrap();
    }
    server.settle();
    assert_eq!(told(&doctor, &[Doctor]), [OrgRefused, OrgWaiting, OrgApproved]);
}

fn a_seat_that_is_moved() {
    let server = TestServer::open();
    let (doctor, assistant) = (server.doctor(), server.assistant());
    let patient = server.patient();
    let project = publish(&server, &doctor, json!({ "price": 50 }));
    let held = join(&patient, project);
    let mv = |registration: &Value, slot: &str| {
        patient.post(format_args!("/custom/diagnoses/{}/move", registration["id"]), json!({ "plan_time": slot })).ok()
    };
    let slots = publish_slots(&patient, project);
    mv(&held, &slots[1]);
    are(&server, &patient, &doctor, &[SeatHeld, SeatMoved], &[]);
    pay(&server, &held);
    mv(&held, &slots[2]);
    mv(&held, &slots[2]);
    are(&server, &patient, &doctor, &[SeatHeld, SeatMoved, SeatBooked, SeatMoved], &[SeatBooked, SeatMoved]);
    let texts = doctor.get("/message").ok()["list"].to_string();
    assert!(texts.contains(&patient.name), "{texts}");

    server.advance("61s");
    let code = server.code_for(&patient.phone);
    assistant.post("/assistant/bind/patient", json!({ "phone": patient.phone, "verify_code": code })).ok();
    let second = publish(&server, &doctor, json!({ "date": server.date(2) }));
    let form = json!({ "user_id": patient.id, "plan_time": publish_slots(&patient, second)[0] });
    let helped = assistant.post(format_args!("/assistant/join/project/{second}"), form).ok();
    mv(&helped, &publish_slots(&patient, second)[1]);
    server.settle();
    assert_eq!(told(&assistant, &[Assistant]), [SeatMoved]);
    told(&patient, &[Patient]);
    told(&doctor, &[Doctor]);
}

/// The labels of a session's slots.
fn publish_slots(patient: &Person, project: u64) -> Vec<String> {
    let shown = patient.get(format_args!("/project/{project}")).ok();
    let mut labels: Vec<String> = shown["plan_time"].as_object().unwrap().keys().cloned().collect();
    labels.sort();
    labels
}

/// Whoever is let in, waits again or is shut out hears of it, once; patients are let in by their profile and hear nothing.
fn staff_that_is_let_in_and_shut_out() {
    let server = TestServer::open();
    let (doctor, assistant) = (server.registered(Role::Doctor), server.registered(Role::Assistant));
    let verify = |collection: &str, id: u64, to: u8| {
        server.admin().post(format_args!("/admin/{collection}/{id}/verify"), json!({ "is_verify": to })).ok();
    };
    for (person, collection, whom) in [(doctor, "doctors", Doctor), (assistant, "assistants", Assistant)] {
        person.put("/user", person.profile(&server)).ok();
        server.settle();
        assert_eq!(told(&person, &[whom]), [], "who registers knows that it waits");
        verify(collection, person.id, 1);
        verify(collection, person.id, 1);
        server.settle();
        assert_eq!(told(&person, &[whom]), [StaffVerified]);
        let mut form = person.profile(&server);
        form["real_name"] = json!("另一个名字");
        person.put("/user", form).ok();
        server.settle();
        assert_eq!(told(&person, &[whom]), [StaffVerified, StaffWaiting]);
        verify(collection, person.id, 1);
        verify(collection, person.id, 2);
        verify(collection, person.id, 1);
        let person = person.signed_in_again(&server);
        server.settle();
        let all = [StaffVerified, StaffWaiting, StaffVerified, StaffShutOut, StaffVerified];
        assert_eq!(told(&person, &[whom]), all);
    }
}
