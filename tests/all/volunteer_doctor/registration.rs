//! Joining a project, the deposit, the visit, its result, both ratings.

use std::thread;

use serde_json::{Value, json};
use xuanhu::domain::{identity::account::Role, money::ledger};

use super::{join, pay, publish};
use crate::kit::{Person, TestServer};

fn audit(server: &TestServer) {
    let problems = ledger::audit(&server.app().store.view()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}

fn free_seats(person: &Person, project: u64) -> u64 {
    let shown = person.get(format_args!("/project/{project}")).ok();
    shown["plan_time"].as_object().unwrap().values().map(|free| free.as_u64().unwrap()).sum()
}

#[test]
fn the_whole_story_of_a_visit_with_a_deposit() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 50 }));
    let held = patient
        .post(
            format_args!("/project/{project}/join"),
            json!({ "content": "头痛三天", "photo": "[\"https://files.example.com/1.png\"]", "plan_time": "09:30:00 - 10:00:00" }),
        )
        .ok();
    let id = held["id"].as_u64().unwrap();
    assert_eq!((&held["verify_status"], &held["amount"], &held["plan_time"]), (&json!(0), &json!("50.00"), &json!("09:30:00 - 10:00:00")));
    assert_eq!((&held["payment"]["totalFee"], &held["payment"]["status"]), (&json!(5_000), &json!("WAIT_FOR_PAY")));
    assert_eq!(held["payment"]["outTradeNo"], held["sn"]);
    assert_eq!(held["sn"].as_str().unwrap().len(), 29);
    let order = format!("/order/query/{}", held["sn"].as_str().unwrap());
    assert_eq!(patient.get(&order).ok(), Value::Null);
    assert_eq!(doctor.get(format_args!("/project/{project}/patient")).ok()["list"], json!([]));
    doctor.get(format_args!("/diagnoses/{id}")).refused(404, "not_found");
    assert_eq!(free_seats(&patient, project), 7);

    pay(&server, &held);
    pay(&server, &held); // a provider says it twice
    audit(&server);
    let booked = patient.get(&order).ok();
    assert_eq!((&booked["verify_status"], &booked["status"]), (&json!(1), &json!(1)));
    server.patient().get(&order).refused(403, "not_yours");
    patient.get("/order/query/0").refused(404, "not_found");
    assert_eq!(patient.get(format_args!("/project/{project}/casebook")).ok()["content"], "头痛三天");
    assert_eq!(patient.get(format_args!("/project/{project}")).ok()["is_join"], 1);

    let seen = doctor.get(format_args!("/diagnoses/{id}")).ok();
    assert_eq!(seen["user_info"]["phone"], json!(patient.phone)); // the treating doctor sees the patient in full
    doctor.get(format_args!("/diagnoses/{id}/done")).refused(422, "not_begun");
    doctor.put(format_args!("/diagnoses/{id}"), json!({ "diag_result": "早" })).refused(422, "not_begun");
    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{id}/done")).ok();
    doctor.get(format_args!("/diagnoses/{id}/done")).refused(422, "not_booked");
    doctor
        .put(
            format_args!("/diagnoses/{id}"),
            json!({ "diag_result": "偏头痛，注意休息", "diag_photo": ["https://files.example.com/2.png"] }),
        )
        .ok();

    server.settle(); // the deposit is on its way back, and then there
    let refunds = patient.get("/custom/payment/diagnoses").ok();
    assert_eq!((&refunds["page"]["count"], &refunds["list"][0]["refund_status"]), (&json!(1), &json!(3)));
    audit(&server);
    assert_eq!(patient.get("/custom/need/comment").ok()["page"]["count"], 1);
    let rating = json!({ "doctor_score": 5, "doctor_comment": "非常耐心" });
    patient.post(format_args!("/custom/diagnoses/{id}/comment"), rating.clone()).ok();
    patient.post(format_args!("/custom/diagnoses/{id}/comment"), rating).refused(409, "already_rated");
    let scores = json!({ "patient_credit_score": 4, "patient_punctuality_score": "5" });
    doctor.post(format_args!("/doctor/diagnoses/{id}/comment"), scores.clone()).ok();
    doctor.post(format_args!("/doctor/diagnoses/{id}/comment"), scores).refused(409, "already_rated");

    server.restart();
    let (doctor, patient) = (doctor.at(&server), patient.at(&server));
    assert_eq!(patient.get("/custom/need/comment").ok()["page"]["count"], 0);
    let profile = patient.get("/user").ok();
    assert_eq!((&profile["credit_score"], &profile["punctuality_score"]), (&json!("4.0"), &json!("5.0")));
    assert_eq!((&profile["join_project_count"], &profile["done_project_count"]), (&json!(1), &json!(1)));
    let comments = server.nobody().get(format_args!("/doctor/{}/comment", doctor.id)).ok();
    let comment = &comments["list"][0];
    assert_eq!((&comment["doctor_comment"], &comment["doctor_score"]), (&json!("非常耐心"), &json!(5)));
    assert_eq!(
        (&comment["casebook_info"]["content"], &comment["diag_result"], &comment["user_info"]["phone"]),
        (&json!(""), &json!(""), &json!(""))
    );
    assert!(comment["user_info"]["real_name"].as_str().unwrap().contains('*'));
    assert_eq!(doctor.get("/doctor/comment").ok()["page"]["count"], 1);
    let done = patient.get("/custom/diagnoses?type=4").ok();
    assert_eq!(
        (&done["list"][0]["diag_result"], &done["list"][0]["doctoy_comment_time"]),
        (&json!("偏头痛，注意休息"), &done["list"][0]["doctor_comment_time"])
    );
    server.advance("2h");
    let doctor = doctor.get("/user").ok();
    assert_eq!((&doctor["score"], &doctor["visits_count"], &doctor["patient_count"]), (&json!("5.0"), &json!(1), &json!(1)));
    assert_eq!(doctor["service_time_long"], 120);
}

#[test]
fn a_hold_lapses_when_nobody_pays() {
    let server = TestServer::with(&[("project.hold_window", "10m")]);
    let (doctor, patient, next) = (server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 1, "people_count": 1 }));
    let held = join(&patient, project);
    next.post(format_args!("/project/{project}/join"), json!({ "content": "也来" })).refused(409, "full");
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "再来" })).refused(409, "already_joined");
    server.advance("10m");
    server.nobody().post(format_args!("/payment/demo/{}/pay", held["sn"].as_str().unwrap()), json!({})).refused(409, "payment_closed");
    server.nobody().post("/payment/demo/123/pay", json!({})).refused(404, "not_found");
    assert_eq!(doctor.get(format_args!("/project/{project}/patient")).ok()["list"], json!([]));
    join(&next, project);
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "再来" })).refused(409, "full");
    audit(&server);
}

#[test]
fn patients_withdraw_in_time_and_may_come_back() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 10 }));
    let leave = format!("/custom/project/{project}/cancel");
    patient.get(&leave).refused(404, "not_joined");
    patient.get("/custom/project/99/cancel").refused(404, "not_found");
    let held = join(&patient, project);
    patient.get(&leave).ok(); // unpaid: the payment is closed with it
    server.nobody().post(format_args!("/payment/demo/{}/pay", held["sn"].as_str().unwrap()), json!({})).refused(409, "payment_closed");
    let held = join(&patient, project);
    pay(&server, &held);
    patient.get(&leave).ok();
    assert_eq!(free_seats(&patient, project), 8);
    server.settle();
    let mine = patient.get("/custom/payment/diagnoses").ok();
    assert_eq!((&mine["page"]["count"], &mine["list"][0]["refund_status"]), (&json!(1), &json!(3)));
    let held = join(&patient, project);
    pay(&server, &held);
    server.advance("24h");
    patient.get(&leave).refused(422, "project_started");
    audit(&server);
}

#[test]
fn a_doctor_declines_and_the_way_back_is_shut() {
    let server = TestServer::open();
    let (doctor, other, patient) = (server.doctor(), server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    let id = join(&patient, project)["id"].as_u64().unwrap();
    let reject = format!("/diagnoses/{id}/reject");
    doctor.post(&reject, json!({})).refused(400, "missing_field");
    other.post(&reject, json!({ "reject_msg": "不" })).refused(403, "not_yours");
    doctor.post("/diagnoses/5/reject", json!({ "reject_msg": "不" })).refused(404, "not_found");
    doctor.post(&reject, json!({ "reject_msg": "建议挂专科号" })).ok();
    doctor.post(&reject, json!({ "reject_msg": "再次" })).refused(422, "not_booked");
    assert_eq!(free_seats(&patient, project), 8);
    let failed = patient.get("/custom/diagnoses?type=2").ok();
    assert_eq!((&failed["list"][0]["verify_status"], &failed["list"][0]["reject_msg"]), (&json!(2), &json!("建议挂专科号")));
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "再来" })).refused(422, "rejected_before");
    other.get(format_args!("/diagnoses/{id}")).refused(403, "not_yours");
    server.patient().get(format_args!("/diagnoses/{id}")).refused(403, "not_yours");
    patient.get(format_args!("/diagnoses/{id}")).ok();
    other.get(format_args!("/project/{project}/patient")).refused(403, "not_yours");
}

#[test]
fn a_missed_visit_keeps_its_deposit_until_the_doctor_says_so() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let held = join(&patient, project);
    let id = held["id"].as_u64().unwrap();
    pay(&server, &held);
    let release = format!("/diagnoses/{id}/refund");
    doctor.post(&release, json!({})).refused(422, "not_missed");
    server.advance("27h");
    let missed = patient.get("/custom/diagnoses?type=3").ok();
    assert_eq!((&missed["list"][0]["status"], &missed["list"][0]["refund_status"]), (&json!(2), &Value::Null));
    patient
        .post(format_args!("/custom/diagnoses/{id}/comment"), json!({ "doctor_score": 1, "doctor_comment": "没去" }))
        .refused(422, "not_done");
    server.doctor().post(&release, json!({})).refused(403, "not_yours");
    doctor.post(&release, json!({})).ok();
    doctor.post(&release, json!({})).refused(422, "not_missed");
    server.settle();
    assert_eq!(patient.get(format_args!("/diagnoses/{id}")).ok()["refund_status"], 3);
    for (status, count) in [(1, 0), (2, 1), (3, 0)] {
        assert_eq!(doctor.get(format_args!("/doctor/project/patient?status={status}")).ok()["page"]["count"], count);
    }
    assert_eq!(doctor.get("/doctor/project/patient").ok()["page"]["count"], 1);
    audit(&server);
}

#[test]
fn a_visit_can_be_confirmed_for_some_days_after_the_session() {
    let server = TestServer::with(&[("project.done_window", "3d")]);
    let (doctor, patient, absent) = (server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let [seen, missed] = [&patient, &absent].map(|who| join(who, project));
    [&seen, &missed].into_iter().for_each(|row| pay(&server, row));
    server.advance("27h");
    let done = |row: &Value| doctor.get(format_args!("/diagnoses/{}/done", row["id"]));
    assert_eq!(patient.get("/custom/diagnoses?type=3").ok()["page"]["count"], 1);
    server.advance("2d");
    done(&seen).ok();
    done(&seen).refused(422, "not_booked");
    server.settle();
    let mine = patient.get("/custom/diagnoses?type=4").ok();
    assert_eq!((&mine["list"][0]["status"], &mine["list"][0]["refund_status"]), (&json!(3), &json!(3)));
    let rating = json!({ "doctor_score": 5, "doctor_comment": "非常耐心" });
    patient.post(format_args!("/custom/diagnoses/{}/comment", seen["id"]), rating).ok();
    doctor.put(format_args!("/diagnoses/{}", seen["id"]), json!({ "diag_result": "偏头痛" })).ok();
    server.advance("24h"); // the session ended three days and an hour ago
    done(&missed).refused(422, "not_booked");
    assert_eq!(absent.get(format_args!("/diagnoses/{}", missed["id"])).ok()["refund_status"], Value::Null);
    audit(&server);
}

/// A refund that an administrator refuses is nobody's reason to forget the registration.
#[test]
fn a_refused_refund_changes_the_refund_and_nothing_else() {
    let mut server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (doctor, cancels, declined) = (server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let [a, b] = [&cancels, &declined].map(|who| join(who, project));
    [&a, &b].into_iter().for_each(|row| pay(&server, row));
    cancels.get(format_args!("/custom/project/{project}/cancel")).ok();
    doctor.post(format_args!("/diagnoses/{}/reject", b["id"]), json!({ "reject_msg": "请挂专科号" })).ok();
    let state = |server: &TestServer| {
        let rows = server.admin().get("/admin/registrations").ok()["items"].clone();
        let rows: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| (row["id"].clone(), row["stage"].clone(), row["verify_status"].clone())).collect();
        let listed = doctor.clone().at(server).get("/doctor/project/patient").ok();
        let of_project = doctor.clone().at(server).get(format_args!("/project/{project}/patient")).ok();
        (rows, super::ids(&listed["list"]), listed["page"]["count"].clone(), super::ids(&of_project["list"]))
    };
    let before = state(&server);
    assert_eq!((before.1.len(), &before.2, &before.1), (2, &json!(2), &before.3), "newest first in both lists");
    for refund in server.admin().get("/admin/refunds").ok()["items"].as_array().unwrap() {
        server.admin().post(format_args!("/admin/refunds/{}/reject", refund["id"]), json!({})).ok();
    }
    assert_eq!(state(&server), before);
    server.restart();
    assert_eq!(state(&server), before);
    // The clinic can think better of it.
    server.admin().post(format_args!("/admin/registrations/{}/refund", a["id"]), json!({})).ok();
    server.admin().post(format_args!("/admin/registrations/{}/refund", a["id"]), json!({})).refused(422, "not_missed");
    assert_eq!(state(&server), before);
    audit(&server);
}

/// What came to nothing is no reason to read somebody's data, and no step to a history.
#[test]
fn only_visits_that_count_open_a_patient() {
    let server = TestServer::open();
    let (doctor, other, patient) = (server.doctor(), server.doctor(), server.patient());
    let elsewhere = publish(&server, &other, json!({ "date": server.date(2) }));
    join(&patient, elsewhere);
    let opens = |who: &Person| {
        let history = who.get(format_args!("/all_diagnoses/{}", patient.id)).status == 200;
        let whole = who.get(format_args!("/user/{}", patient.id)).json.to_string().contains(&patient.idno);
        let book = who.get("/api/im/doctor-contact-list").json.to_string().contains(&patient.phone);
        let note = who.post("/chat", json!({ "to_user_id": patient.id, "type": 2, "content": "您好" })).status == 200;
        assert!([whole, book, note].iter().all(|one| *one == history), "{history} {whole} {book} {note}");
        history
    };
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let held = join(&patient, project);
    assert!(!opens(&doctor), "nobody has paid");
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    assert!(!opens(&doctor));
    let booked = join(&patient, project);
    pay(&server, &booked);
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    assert!(!opens(&doctor), "called off at once");
    let rejected = publish(&server, &doctor, json!({ "begin": "14:00:00", "end": "15:00:00" }));
    let row = join(&patient, rejected);
    doctor.post(format_args!("/diagnoses/{}/reject", row["id"]), json!({ "reject_msg": "不" })).ok();
    assert!(!opens(&doctor), "rejected");
    assert_ne!(held["id"], booked["id"]);
    let live = publish(&server, &doctor, json!({ "begin": "16:00:00", "end": "17:00:00" }));
    join(&patient, live);
    assert!(opens(&doctor));
    server.advance("2d");
    assert!(opens(&doctor), "missed");
}

/// Every number that is printed leaves out what nobody paid for, and what came to nothing.
#[test]
fn counts_leave_out_what_is_not_there() {
    let server = TestServer::open();
    let (doctor, patient, second, assistant) = (server.doctor(), server.patient(), server.patient(), server.assistant());
    server.advance("61s");
    for one in [&patient, &second] {
        let code = server.code_for(&one.phone);
        assistant.post("/assistant/bind/patient", json!({ "phone": one.phone, "verify_code": code })).ok();
    }
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let quiet = publish(&server, &doctor, json!({ "begin": "14:00:00", "end": "15:00:00" }));
    join(&server.patient(), quiet);
    let seat = |who: &Person, slot: &str| {
        assistant.post(format_args!("/assistant/join/project/{project}"), json!({ "user_id": who.id, "plan_time": slot })).ok()
    };
    let counts = || {
        let listed = assistant.get("/assistant/project").ok()["list"][0].clone();
        let admin = server.admin();
        let shown = admin.get(format_args!("/admin/projects/{project}")).ok();
        let helped = admin.get(format_args!("/admin/assistants/{}", assistant.id)).ok()["help_count"].clone();
        assert_eq!(helped, assistant.get("/user").ok()["help_count"]);
        assert_eq!(helped, doctor_sees(&doctor, &assistant)["help_count"]);
        assert_eq!(shown["join_people_count"], listed["join_people_count"]);
        [helped, listed["assistant_join_count"].clone(), shown["join_people_count"].clone()].map(|n| n.as_u64().unwrap())
    };
    assistant.get(format_args!("/follow/user/{}", doctor.id)).ok();
    let held = seat(&patient, "09:00:00 - 09:30:00");
    let other = seat(&second, "09:00:00 - 09:30:00");
    assert_eq!(counts(), [0, 0, 0]);
    let hot = || super::ids(&server.nobody().get("/project?sort=3").ok()["list"]);
    assert_eq!(hot(), [quiet, project], "two who hold a seat are fewer than one who has joined");
    pay(&server, &held);
    assert_eq!(counts(), [1, 1, 1]);
    server.advance("16m"); // the other hold lapses
    assert_eq!(counts(), [1, 1, 1]);
    let again = seat(&second, "09:00:00 - 09:30:00");
    pay(&server, &again);
    assert_eq!((counts(), hot()), ([2, 2, 2], vec![project, quiet]));
    assistant.get(format_args!("/assistant/diagnoses/{}/cancel", again["id"])).ok();
    assert_eq!(counts(), [1, 1, 1]);
    server.advance("25h");
    doctor.get(format_args!("/diagnoses/{}/done", held["id"])).ok();
    assert_eq!(counts(), [1, 1, 1]);
    assert_ne!(other["id"], again["id"]);
}

fn doctor_sees(doctor: &Person, assistant: &Person) -> Value {
    let mine = doctor.get("/doctor/assistant").ok();
    let found = mine["list"].as_array().unwrap().iter().find(|one| one["id"] == assistant.id).cloned();
    found.unwrap_or_else(|| assistant.get("/user").ok())
}

#[test]
fn joining_asks_for_a_profile_a_slot_and_a_reason() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "people_count": 4 }));
    let path = format!("/project/{project}/join");
    server.registered(Role::Patient).post(&path, json!({ "content": "头痛" })).refused(422, "profile_incomplete");
    doctor.post(&path, json!({ "content": "头痛" })).refused(403, "wrong_role");
    patient.post(&path, json!({})).refused(400, "missing_field");
    patient.post(&path, json!({ "content": "头痛", "photo": ["1", "2", "3", "4"] })).refused(400, "invalid_field");
    patient.post(&path, json!({ "content": "头痛", "plan_time": "08:00:00 - 08:30:00" })).refused(422, "no_such_slot");
    patient.post("/project/99/join", json!({ "content": "头痛" })).refused(404, "not_found");
    assert_eq!(free_seats(&patient, project), 4);
    let form = [("content", "头痛"), ("plan_time", "10:30:00 - 11:00:00"), ("photo", "[]")];
    let joined = patient.request("POST", &path).form(&form).send().ok();
    assert_eq!((&joined["verify_status"], &joined["sn"]), (&json!(1), &Value::Null));
    assert_eq!(joined["visit_time"], format!("{} 10:30:00", server.date(1)));
    let late = server.patient();
    late.post(&path, json!({ "content": "头痛", "plan_time": "10:30:00 - 11:00:00" })).refused(409, "full");
    assert_eq!(join(&late, project)["visit_time"], format!("{} 09:00:00", server.date(1))); // the earliest free one
    server.advance("27h");
    server.patient().post(&path, json!({ "content": "头痛" })).refused(422, "project_ended");
}

#[test]
fn seats_are_never_oversold() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let project = publish(&server, &doctor, json!({ "people_count": 7 }));
    let patients: Vec<Person> = (0..24).map(|_| server.patient()).collect();
    let outcomes: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = patients
            .iter()
            .map(|patient| scope.spawn(move || patient.post(format_args!("/project/{project}/join"), json!({ "content": "抢号" })).status))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|status| **status == 200).count(), 7);
    assert_eq!(outcomes.iter().filter(|status| **status == 409).count(), 17);
    assert_eq!(free_seats(&doctor, project), 0);
    let shown = doctor.get(format_args!("/project/{project}")).ok();
    assert_eq!((&shown["progress_status"], &shown["join_people_count"]), (&json!(2), &json!(7)));
}
