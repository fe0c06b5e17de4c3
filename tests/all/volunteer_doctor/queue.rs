//! What the pages of a waiting patient and of a doctor at work need: the queue, moving to another slot, marking as missed.

use std::thread;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use xuanhu::domain::money::ledger;

use super::{join, pay, publish};
use crate::{
    im_contact::id,
    kit::{Answer, Person, TestServer},
};

const SLOTS: [&str; 4] = ["09:00:00 - 09:30:00", "09:30:00 - 10:00:00", "10:00:00 - 10:30:00", "10:30:00 - 11:00:00"];

fn join_at(patient: &Person, project: u64, slot: usize) -> Answer {
    patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛三天", "plan_time": SLOTS[slot] }))
}

fn relocate(patient: &Person, registration: u64, slot: &str) -> Answer {
    patient.post(format_args!("/custom/diagnoses/{registration}/move"), json!({ "plan_time": slot }))
}

fn seats(server: &TestServer, project: u64) -> Vec<u64> {
    let shown = server.nobody().get(format_args!("/project/{project}")).ok();
    SLOTS.iter().map(|slot| shown["plan_time"][slot].as_u64().unwrap()).collect()
}

#[test]
fn a_patient_sees_how_many_are_before_them() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let [a, b, c, late, holder] = [(); 5].map(|()| server.patient());
    let project = publish(&server, &doctor, json!({ "people_count": 12 }));
    let place = |who: &Person| {
        let queue = who.get(format_args!("/project/{project}/queue")).ok();
        assert_eq!(queue["updated"].as_i64().unwrap(), server.now().0);
        assert!(!queue.to_string().contains('测'), "a name in {queue}");
        (queue["ahead"].as_u64().unwrap(), queue["slot_ahead"].as_u64().unwrap(), queue["now_serving"].clone())
    };
    a.get(format_args!("/project/{project}/queue")).refused(404, "not_joined");
    a.get("/project/99/queue").refused(404, "not_found");
    doctor.get(format_args!("/project/{project}/queue")).refused(403, "wrong_role");
    server.nobody().get(format_args!("/project/{project}/queue")).refused(401, "no_token");

    let first = id(&join_at(&a, project, 0).ok());
    server.advance("1m");
    let second = id(&join_at(&b, project, 1).ok());
    server.advance("1m");
    join_at(&c, project, 1).ok();
    server.advance("1m");
    let early = id(&join_at(&late, project, 0).ok());
    assert_eq!([place(&a), place(&late), place(&b), place(&c)].map(|(ahead, slot, _)| (ahead, slot)), [(0, 0), (1, 1), (2, 0), (3, 1)]);
    assert_eq!(place(&c).2, Value::Null);
    // A hold that nobody paid stands in nobody's way, and is in no queue.
    let other = server.doctor();
    let paid = publish(&server, &other, json!({ "price": 20 }));
    join_at(&holder, paid, 3).ok();
    holder.get(format_args!("/project/{paid}/queue")).refused(404, "not_joined");

    server.advance("24h");
    doctor.get(format_args!("/diagnoses/{first}/done")).ok();
    assert_eq!(place(&c), (2, 1, json!("09:00")));
    a.get(format_args!("/project/{project}/queue")).refused(404, "not_joined");
    server.advance("1m");
    doctor.put(format_args!("/diagnoses/{second}"), json!({ "diag_result": "偏头痛" })).ok();
    assert_eq!(place(&late), (0, 0, json!("09:30")), "begun, and not yet done");
    server.advance("1m");
    doctor.get(format_args!("/diagnoses/{early}/done")).ok();
    assert_eq!(place(&c), (1, 1, json!("09:00")));
}

#[test]
fn moving_keeps_payment_complaint_and_place() {
    let mut server = TestServer::open();
    let (doctor, other, patient, stranger) = (server.doctor(), server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20, "people_count": 4 }));
    let held = join_at(&patient, project, 0).ok();
    let me = id(&held);
    // While it is only held, too: the payment that was asked for goes on.
    let moved = relocate(&patient, me, SLOTS[1]).ok();
    assert_eq!((&moved["plan_time"], &moved["sn"], &moved["verify_status"]), (&json!(SLOTS[1]), &held["sn"], &json!(0)));
    assert_eq!((&moved["payment"]["outTradeNo"], &moved["payment"]["status"]), (&held["sn"], &json!("WAIT_FOR_PAY")));
    pay(&server, &held);
    server.settle();
    assert_eq!(doctor.get("/message").ok()["page"]["count"], 1, "a hold is no doctor's business, a booking is");
    let moved = relocate(&patient, me, SLOTS[2]).ok();
    assert_eq!((&moved["plan_time"], &moved["visit_time"]), (&json!(SLOTS[2]), &json!(format!("{} 10:00:00", server.date(1)))));
    assert_eq!((&moved["sn"], &moved["verify_status"], &moved["amount"]), (&held["sn"], &json!(1), &json!("20.00")));
    assert_eq!((&moved["casebook_info"], &moved["refund_status"]), (&held["casebook_info"], &Value::Null));
    assert_eq!(seats(&server, project), [1, 1, 0, 1]);
    assert!(doctor.get("/message").ok()["list"][0]["content"].as_str().unwrap().contains(" 10:00的义诊"));
    assert_eq!(relocate(&patient, me, " 10:00-10:30 ").ok()["plan_time"], SLOTS[2], "its own slot changes nothing");
    assert_eq!(seats(&server, project), [1, 1, 0, 1]);

    let neighbour = join_at(&stranger, project, 3).ok();
    pay(&server, &neighbour);
    relocate(&patient, me, SLOTS[3]).refused(409, "full");
    relocate(&patient, me, "08:00:00 - 08:30:00").refused(422, "no_such_slot");
    relocate(&patient, me, "").refused(400, "missing_field");
    relocate(&stranger, me, SLOTS[0]).refused(403, "not_yours");
    relocate(&patient, 5, SLOTS[0]).refused(404, "not_found");
    doctor.post(format_args!("/custom/diagnoses/{me}/move"), json!({ "plan_time": SLOTS[0] })).refused(403, "wrong_role");
    let elsewhere = publish(&server, &other, json!({ "begin": "09:00:00", "end": "09:30:00" }));
    join(&patient, elsewhere);
    relocate(&patient, me, SLOTS[0]).refused(409, "patient_busy");
    server.restart();
    let (patient, stranger) = (patient.at(&server), stranger.at(&server));
    assert_eq!(patient.get(format_args!("/diagnoses/{me}")).ok()["plan_time"], SLOTS[2], "the old seat is kept");
    assert_eq!(seats(&server, project), [1, 1, 0, 0]);

    server.advance("24h45m"); // a quarter to ten
    relocate(&patient, me, SLOTS[1]).refused(422, "slot_over");
    server.advance("20m");
    relocate(&patient, me, SLOTS[3]).refused(422, "not_booked");
    let gone = id(&neighbour);
    server.admin().delete(format_args!("/admin/projects/{elsewhere}")).refused(422, "project_ended");
    doctor.at(&server).post(format_args!("/diagnoses/{gone}/reject"), json!({ "reject_msg": "改期" })).ok();
    relocate(&stranger, gone, SLOTS[3]).refused(422, "not_booked");
    let problems = ledger::audit(&server.app().store.view()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn of_many_who_move_into_one_seat_one_gets_it() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let project = publish(&server, &doctor, json!({ "people_count": 4 * 6 }));
    let people: Vec<(Person, u64)> = (0..12)
        .map(|n| {
            let patient = server.patient();
            let id = id(&join_at(&patient, project, n % 2).ok());
            (patient, id)
        })
        .collect();
    // Five of the six seats of the third slot go to others.
    (0..5).for_each(|_| drop(join_at(&server.patient(), project, 2).ok()));
    let newcomers: Vec<Person> = (0..4).map(|_| server.patient()).collect();
    let outcomes: Vec<u16> = thread::scope(|scope| {
        let movers = people.iter().map(|(patient, id)| scope.spawn(move || relocate(patient, *id, SLOTS[2]).status));
        let joiners = newcomers.iter().map(|patient| scope.spawn(move || join_at(patient, project, 2).status));
        let tries: Vec<_> = movers.chain(joiners).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!((outcomes.iter().filter(|one| **one == 200).count(), outcomes.iter().filter(|one| **one == 409).count()), (1, 15));
    let moved = outcomes[..12].iter().position(|one| *one == 200);
    let mut expected = [0, 0, 0, 6];
    if let Some(mover) = moved {
        expected[mover % 2] = 1;
    }
    assert_eq!(seats(&server, project), expected, "nobody lost a seat, and none was sold twice");
}

/// What a patient does.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Join(usize),
    Move(usize),
    Pay,
    Leave,
}

fn deeds() -> impl Strategy<Value = Vec<(usize, Deed)>> {
    let deed = prop_oneof![
        3 => (0..4usize).prop_map(Deed::Join),
        3 => (0..4usize).prop_map(Deed::Move),
        1 => Just(Deed::Pay),
        1 => Just(Deed::Leave),
    ];
    proptest::collection::vec((0..5usize, deed), 10..40)
}

/// Whatever people do, each slot has as many free seats as its seats less those who are in it, and whoever moves keeps what was paid.
#[test]
fn seats_and_payments_follow_a_plain_model() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let patients: Vec<Person> = (0..5).map(|_| server.patient()).collect();
    let day = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&deeds(), |deeds| {
        day.set(day.get() + 1);
        let project = publish(&server, &doctor, json!({ "date": server.date(day.get()), "people_count": 6, "price": 5 }));
        let sizes = [2, 2, 1, 1];
        // Registration, its number with the payer, its slot, whether it is paid.
        let mut mine: [Option<(u64, Value, usize, bool)>; 5] = Default::default();
        for (who, deed) in deeds {
            let taken = |slot: usize, mine: &[Option<(u64, Value, usize, bool)>]| mine.iter().flatten().filter(|one| one.2 == slot).count();
            let patient = &patients[who];
            match (deed, mine[who].clone()) {
                (Deed::Join(_), Some(_)) => {
                    join_at(patient, project, 0).refused(409, "already_joined");
                }
                (Deed::Join(slot), None) if taken(slot, &mine) == sizes[slot] => {
                    join_at(patient, project, slot).refused(409, "full");
                }
                (Deed::Join(slot), None) => {
                    let row = join_at(patient, project, slot).ok();
                    mine[who] = Some((id(&row), row["sn"].clone(), slot, false));
                }
                (Deed::Move(slot), Some((id, sn, from, paid))) => {
                    if slot != from && taken(slot, &mine) == sizes[slot] {
                        relocate(patient, id, SLOTS[slot]).refused(409, "full");
                    } else {
                        let row = relocate(patient, id, SLOTS[slot]).ok();
                        prop_assert_eq!((&row["sn"], row["verify_status"].as_u64()), (&sn, Some(u64::from(paid))));
                        mine[who] = Some((id, sn, slot, paid));
                    }
                }
                (Deed::Pay, Some((id, sn, slot, false))) => {
                    pay(&server, &json!({ "sn": sn }));
                    mine[who] = Some((id, sn, slot, true));
                }
                (Deed::Leave, Some(_)) => {
                    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
                    mine[who] = None;
                }
                _ => {}
            }
            let expected: Vec<u64> = (0..4).map(|slot| (sizes[slot] - taken(slot, &mine)) as u64).collect();
            prop_assert_eq!(seats(&server, project), expected);
        }
        Ok(())
    });
    outcome.unwrap();
    server.settle();
    let problems = ledger::audit(&server.app().store.view()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_doctor_marks_a_visit_as_missed_once_its_slot_is_over() {
    let server = TestServer::open();
    let (doctor, other) = (server.doctor(), server.doctor());
    let [patient, holder] = [(); 2].map(|()| server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let booked = join_at(&patient, project, 1).ok();
    pay(&server, &booked);
    let held = id(&join_at(&holder, project, 1).ok());
    let me = id(&booked);
    let miss = |who: &Person, id: u64| who.post(format_args!("/diagnoses/{id}/missed"), json!({}));
    miss(&doctor, held).refused(404, "not_found");
    miss(&doctor, 5).refused(404, "not_found");
    miss(&other, me).refused(403, "not_yours");
    miss(&patient, me).refused(403, "wrong_role");
    server.advance("24h45m"); // the slot runs
    miss(&doctor, me).refused(422, "not_begun");
    server.advance("15m");
    let row = miss(&doctor, me).ok();
    assert_eq!((&row["status"], &row["verify_status"], &row["refund_status"]), (&json!(2), &json!(1), &Value::Null));
    miss(&doctor, me).refused(422, "not_booked");
    assert_eq!(patient.get("/custom/diagnoses?type=3").ok()["page"]["count"], 1);
    patient.get(format_args!("/project/{project}/queue")).refused(404, "not_joined");
    // As where the clock does it: the deposit can be let go, and the doctor can think better of it.
    doctor.post(format_args!("/diagnoses/{me}/refund"), json!({})).ok();
    server.settle();
    doctor.get(format_args!("/diagnoses/{me}/done")).ok();
    let row = patient.get(format_args!("/diagnoses/{me}")).ok();
    assert_eq!((&row["status"], &row["refund_status"]), (&json!(3), &json!(3)), "the money has gone back once");
    let problems = ledger::audit(&server.app().store.view()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}
