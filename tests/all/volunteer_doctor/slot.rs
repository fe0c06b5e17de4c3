//! Slots: what is offered of them, where a day ends, who can be where at a time, and days on which the clocks change.

use serde_json::{Value, json};

use super::{ids, join, org, pay, publish, special};
use crate::{
    im_contact::id,
    kit::{Answer, Person, TestServer},
};

const FIRST: &str = "09:00:00 - 09:30:00";
const SECOND: &str = "09:30:00 - 10:00:00";
const LAST: &str = "10:30:00 - 11:00:00";

fn try_join(patient: &Person, project: u64, slot: &str) -> Answer {
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛", "plan_time": slot }))
}

/// What the slots print, in order.
fn free(server: &TestServer, project: u64) -> Vec<(String, u64)> {
    let shown = server.nobody().get(format_args!("/project/{project}")).ok();
    shown["plan_time"].as_object().unwrap().iter().map(|(label, free)| (label.clone(), free.as_u64().unwrap())).collect()
}

fn seats(server: &TestServer, project: u64) -> Vec<u64> {
    free(server, project).into_iter().map(|(_, free)| free).collect()
}

fn progress(server: &TestServer, project: u64) -> Value {
    server.nobody().get(format_args!("/project/{project}")).ok()["progress_status"].clone()
}

#[test]
fn half_hours_that_have_begun_are_not_offered() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    assert_eq!((seats(&server, project), progress(&server, project)), (vec![2, 2, 2, 2], json!(1)));
    server.advance("24h"); // nine sharp
    assert_eq!(seats(&server, project), [0, 2, 2, 2]);
    try_join(&patient, project, FIRST).refused(422, "slot_over");
    server.advance("45m");
    assert_eq!(seats(&server, project), [0, 0, 2, 2]);
    try_join(&patient, project, SECOND).refused(422, "slot_over");
    assert_eq!(join(&patient, project)["plan_time"], "10:00:00 - 10:30:00", "the earliest that has not begun");
    assert_eq!(server.admin().get(format_args!("/admin/projects/{project}")).ok()["plan_time"][SECOND], 0);
    server.advance("46m");
    // The last one has begun: there is nothing to book, though the session goes on.
    assert_eq!((seats(&server, project), progress(&server, project)), (vec![0; 4], json!(2)));
    let late = server.patient();
    try_join(&late, project, LAST).refused(422, "slot_over");
    late.post(format_args!("/project/{project}/join"), json!({ "content": "头痛" })).refused(409, "full");
    server.advance("30m");
    assert_eq!(progress(&server, project), 3);
    let cancelled = publish(&server, &doctor, json!({ "date": server.date(1) }));
    doctor.get(format_args!("/project/{cancelled}/cancel")).ok();
    assert_eq!((seats(&server, cancelled), progress(&server, cancelled)), (vec![0; 4], json!(3)));
}

#[test]
fn an_event_whose_sessions_are_over_is_not_full() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let event = special(&server, json!({ "org_id": org(&server, "银龄志愿队"), "end": "24:00:00" }));
    let only = publish(&server, &doctor, json!({ "special_project_id": event, "people_count": 1 }));
    let progress = || {
        let seen = server.nobody().get("/sp_project").ok()["list"][0].clone();
        (seen["progress_status"].clone(), seen["project_status"].clone())
    };
    assert_eq!(server.nobody().get("/sp_project").ok()["list"][0]["end"], "24:00:00");
    assert_eq!(progress(), (json!(1), json!(1)));
    join(&patient, only);
    assert_eq!(progress(), (json!(2), json!(1)));
    server.advance("26h");
    assert_eq!(progress(), (json!(3), json!(2)), "the event itself goes on until midnight");
    publish(&server, &doctor, json!({ "special_project_id": event, "date": server.date(0), "begin": "20:00:00", "end": "21:00:00" }));
    assert_eq!(progress(), (json!(1), json!(2)));
}

#[test]
fn a_session_ends_at_midnight_and_not_later() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let evening = json!({ "begin": "23:15:00", "end": "24:00:00", "people_count": 2 });
    let project = publish(&server, &doctor, evening);
    assert_eq!(free(&server, project), [("23:15:00 - 23:45:00".into(), 1), ("23:45:00 - 24:00:00".into(), 1)]);
    let shown = doctor.get(format_args!("/project/{project}")).ok();
    assert_eq!((&shown["date"], &shown["begin"], &shown["end"]), (&json!(server.date(1)), &json!("23:15:00"), &json!("24:00:00")));
    let mut form = super::project_form(&server);
    for (end, status, slug) in [
        ("24:00:01", 400, "invalid_field"),
        ("24:30:00", 400, "invalid_field"),
        ("25:00:00", 400, "invalid_field"),
        ("00:00:00", 422, "bad_period"),
    ] {
        form["end"] = json!(end);
        doctor.post("/project", form.clone()).refused(status, slug);
    }
    form["begin"] = json!("24:00:00");
    form["end"] = json!("24:00:00");
    doctor.post("/project", form.clone()).refused(400, "invalid_field");
    // The next day begins when this one ends.
    form["begin"] = json!("23:30:00");
    doctor.post("/project", form).refused(409, "doctor_busy");
    let next = publish(&server, &doctor, json!({ "date": server.date(2), "begin": "00:00:00", "end": "24:00:00" }));
    assert_eq!(free(&server, next).len(), 48);
    let held = try_join(&patient, project, "23:45-24:00").ok();
    assert_eq!((&held["plan_time"], &held["visit_time"]), (&json!("23:45:00 - 24:00:00"), &json!(format!("{} 23:45:00", server.date(1)))));
    try_join(&patient, next, "00:00:00 - 00:30:00").ok();
    let admin = server.admin();
    let mut form = super::project_form(&server);
    form["doctor_id"] = json!(server.doctor().id);
    form["end"] = json!("24:00:00");
    assert_eq!(admin.post("/admin/projects", form).created()["end"], "24:00:00");
    server.restart();
    assert_eq!(server.nobody().get(format_args!("/project/{project}")).ok()["end"], "24:00:00");
}

#[test]
fn nobody_is_in_two_places_at_once() {
    let server = TestServer::with(&[("project.hold_window", "10m")]);
    let (one, two, three, patient) = (server.doctor(), server.doctor(), server.doctor(), server.patient());
    let first = publish(&server, &one, json!({}));
    let second = publish(&server, &two, json!({ "begin": "09:15:00", "end": "10:15:00", "people_count": 4, "price": 20 }));
    try_join(&patient, first, FIRST).ok();
    let refused = try_join(&patient, second, "09:15:00 - 09:45:00");
    let message = refused.refused(409, "patient_busy").to_string();
    for named in [&one.name, &two.name, &FIRST.to_owned(), &"09:15:00 - 09:45:00".to_owned()] {
        assert!(message.contains(named), "{named} is not named in {message}");
    }
    assert_eq!(seats(&server, second), [2, 2], "no seat was taken");
    // Where no slot is named, the earliest one that fits.
    let held = join(&patient, second);
    assert_eq!(held["plan_time"], "09:45:00 - 10:15:00");
    try_join(&patient, publish(&server, &three, json!({ "begin": "10:00:00", "end": "10:15:00" })), "10:00:00 - 10:15:00")
        .refused(409, "patient_busy");
    // A hold that has lapsed is no visit, nor is one that was called off.
    server.app().clock.advance(11 * 60_000);
    let third = publish(&server, &three, json!({ "begin": "10:15:00", "end": "10:45:00" }));
    try_join(&patient, third, "10:15:00 - 10:45:00").ok();
    patient.get(format_args!("/custom/project/{first}/cancel")).ok();
    let again = try_join(&patient, second, "09:15:00 - 09:45:00").ok();
    pay(&server, &again);
    // An assistant is told the same.
    let assistant = server.assistant();
    server.advance("61s");
    let code = server.code_for(&patient.phone);
    assistant.post("/assistant/bind/patient", json!({ "phone": patient.phone, "verify_code": code })).ok();
    let form = json!({ "user_id": patient.id, "plan_time": FIRST });
    assistant.post(format_args!("/assistant/join/project/{first}"), form).refused(409, "patient_busy");
    // A session that overlaps is no doctor's either.
    let mut form = super::project_form(&server);
    form["begin"] = json!("10:00:00");
    two.post("/project", form).refused(409, "doctor_busy");
}

#[test]
fn labels_are_told_apart_when_the_clocks_are_set_back() {
    let server = TestServer::with(&[("clinic.time_zone", "Europe/Berlin")]);
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "date": "2026-10-25", "begin": "01:30:00", "end": "03:30:00", "people_count": 12 }));
    const LATER: &str = "02:00:00+01:00 - 02:30:00+01:00";
    let joined = try_join(&patient, project, LATER).ok();
    assert_eq!((&joined["plan_time"], &joined["visit_time"]), (&json!(LATER), &json!("2026-10-25 02:00:00")));
    try_join(&other, project, "02:00:00 - 02:30:00").refused(422, "no_such_slot");
    let labels = [
        ("01:30:00 - 02:00:00", 2),
        (LATER, 1),
        ("02:00:00+02:00 - 02:30:00+02:00", 2),
        ("02:30:00 - 03:00:00", 2),
        ("02:30:00+02:00 - 02:00:00+01:00", 2),
        ("03:00:00 - 03:30:00", 2),
    ];
    assert_eq!(free(&server, project), labels.map(|(label, free)| (label.to_owned(), free)));
    // A whole day of 25 hours, and one of 23.
    for (date, slots) in [("2026-10-25", 50), ("2026-03-29", 46)] {
        let day = publish(&server, &server.doctor(), json!({ "date": date, "begin": "00:00:00", "end": "24:00:00", "people_count": 100 }));
        assert_eq!(free(&server, day).len(), slots, "{date}");
    }
    let listed = server.nobody().get("/project").ok();
    assert_eq!(ids(&listed["list"]).len(), 3);
    assert!(id(&joined) > 0);
}
