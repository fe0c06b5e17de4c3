//! A doctor is shut out: nothing of theirs is offered any more at any door, and what is open is ended or, if the clinic wants, runs on.

use std::thread;

use serde_json::{Value, json};
use xuanhu::domain::money::ledger;

use super::{ids, join, pay, publish, special};
use crate::{
    im_contact,
    kit::{Answer, Person, TestServer},
    team_consult::scene::Scene,
};

fn shut_out(server: &TestServer, doctor: &Person, keep_open: bool) -> Answer {
    server.admin().post(format_args!("/admin/doctors/{}/verify", doctor.id), json!({ "is_verify": 2, "keep_open": keep_open }))
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect()
}

fn audit(server: &TestServer) {
    let problems = ledger::audit(&server.app().store.view()).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What an administrator is told to be open, in the order of [`OpenView`]: projects, registrations, consultations, team consults.
fn open(shown: &Value) -> [Vec<u64>; 4] {
    ["projects", "registrations", "consultations", "team_consults"].map(|key| numbers(&shown[key]))
}

#[test]
fn what_is_open_is_told_cancelled_and_refunded() {
    let server = TestServer::open();
    let (doctor, patient, holder, asker) = (server.doctor(), server.patient(), server.patient(), server.patient());
    im_contact::priced(&server, &doctor, 100);
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let booked = join(&patient, project);
    pay(&server, &booked);
    let held = join(&holder, project);
    let unpaid = im_contact::order(&asker, im_contact::own_record(&asker), &doctor);
    let waiting = im_contact::consult(&server, &patient, im_contact::own_record(&patient), &doctor);
    let [booked_id, held_id] = [&booked, &held].map(im_contact::id);
    let expected = [vec![project], vec![booked_id, held_id], vec![crate::internet_hospital::number(&unpaid["id"]), waiting], vec![]];

    // Before the decision, and with it.
    let left = || open(&server.admin().get(format_args!("/admin/doctors/{}/open", doctor.id)).ok());
    assert_eq!(left(), expected);
    let answer = shut_out(&server, &doctor, false).ok();
    assert_eq!((&answer["is_verify"], open(&answer["open"])), (&json!(2), expected));
    assert_eq!(open(&answer["still_open"]), [vec![], vec![], vec![waiting], vec![]], "its refund is on its way");
    server.settle();
    assert_eq!(left(), [(); 4].map(|()| Vec::<u64>::new()));
    server.admin().get(format_args!("/admin/doctors/{}/open", patient.id)).refused(404, "not_found");

    let seen = patient.get(format_args!("/diagnoses/{booked_id}")).ok();
    assert_eq!((&seen["verify_status"], &seen["refund_status"]), (&json!(3), &json!(3)));
    assert_eq!(holder.get(format_args!("/diagnoses/{held_id}")).ok()["verify_status"], 3);
    let sn = held["sn"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).refused(409, "payment_closed");
    let status = |who: &Person| who.post("/consultation/list", json!({})).ok()["items"][0]["status"].clone();
    assert_eq!((status(&asker), status(&patient)), (json!("02"), json!("09")));
    let told = |who: &Person| -> Vec<String> {
        let list = who.get("/message").ok()["list"].clone();
        list.as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert!(told(&patient).contains(&"义诊取消通知".into()) && told(&patient).contains(&"咨询已取消".into()), "{:?}", told(&patient));
    assert!(told(&asker).contains(&"订单已取消".into()));
    audit(&server);
    // Again changes nothing.
    assert_eq!(open(&shut_out(&server, &doctor, false).ok()["open"]), [(); 4].map(|()| Vec::<u64>::new()));
}

#[test]
fn nothing_of_a_closed_doctor_is_offered_even_if_it_runs_on() {
    let server = TestServer::open();
    let (doctor, other, patient, holder, newcomer) =
        (server.doctor(), server.doctor(), server.patient(), server.patient(), server.patient());
    let assistant = server.assistant();
    im_contact::priced(&server, &doctor, 100);
    let event = special(&server, json!({}));
    let project = publish(&server, &doctor, json!({ "price": 20, "special_project_id": event, "abstract": "糖尿病专场" }));
    let theirs = publish(&server, &other, json!({ "special_project_id": event }));
    let booked = join(&patient, project);
    pay(&server, &booked);
    let held = join(&holder, project);
    let unpaid = im_contact::order(&holder, im_contact::own_record(&holder), &doctor);
    server.nobody().get("/project?keyword=糖尿病").ok();

    let answer = shut_out(&server, &doctor, true).ok();
    assert_eq!((open(&answer["open"]), open(&answer["still_open"])), (open(&answer["still_open"]), open(&answer["open"])));
    assert_eq!(numbers(&answer["still_open"]["projects"]), [project]);
    for path in ["/project", "/project?sort=2", "/project?sort=3", "/project?departments=内科", "/project?page_size=1"] {
        let listed = server.nobody().get(path).ok();
        assert_eq!((ids(&listed["list"]), &listed["page"]["count"]), (vec![theirs], &json!(1)), "{path}");
    }
    assert_eq!(server.nobody().get("/project?keyword=糖尿病").ok()["page"]["count"], 0);
    assert_eq!(ids(&server.nobody().get("/custom/homepage").ok()["project_list"]), [theirs]);
    assert_eq!(ids(&assistant.get("/assistant/homepage").ok()["project_list"]), [theirs]);
    assert_eq!(ids(&server.nobody().get(format_args!("/sp_project/{event}")).ok()["list"]), [theirs]);
    assert_eq!(patient.get(format_args!("/custom/doctor/{}/project", doctor.id)).ok()["page"]["count"], 0);
    assert_eq!(ids(&server.nobody().get("/doctor/list").ok()["list"]), [other.id]);
    // Who has booked still reads it, and finds no seats there.
    let shown = patient.get(format_args!("/project/{project}")).ok();
    assert!(shown["plan_time"].as_object().unwrap().values().all(|free| free == 0), "{shown}");
    assert_eq!((&shown["progress_status"], &shown["is_join"]), (&json!(2), &json!(1)));

    newcomer.post(format_args!("/project/{project}/join"), json!({ "content": "头痛" })).refused(422, "doctor_closed");
    let sn = held["sn"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).refused(422, "doctor_closed");
    let id = im_contact::id(&booked);
    let to = json!({ "plan_time": "10:30:00 - 11:00:00" });
    patient.post(format_args!("/custom/diagnoses/{id}/move"), to).refused(422, "doctor_closed");
    im_contact::try_order(&newcomer, im_contact::own_record(&newcomer), &doctor).refused(422, "doctor_closed");
    let payment = json!({ "consultationId": unpaid["id"] });
    holder.post("/consultation/payment/create", payment.clone()).refused(422, "doctor_closed");
    // What was booked stands, and lapses where nobody paid.
    assert_eq!(patient.get(format_args!("/diagnoses/{id}")).ok()["verify_status"], 1);
    server.advance("16m");
    assert_eq!(holder.get("/custom/diagnoses").ok()["list"][0]["verify_status"], 3);

    // Let in again, everything is as before.
    doctor.verify(&server, 1).ok();
    assert_eq!(server.nobody().get("/project").ok()["page"]["count"], 2);
    assert_eq!(server.nobody().get("/project?keyword=糖尿病").ok()["page"]["count"], 1);
    holder.post("/consultation/payment/create", payment).ok();
    join(&newcomer, project);
    audit(&server);
}

/// Whoever comes a moment before has a seat that is called off and refunded, whoever comes a moment after is refused.
#[test]
fn who_books_while_the_doctor_is_shut_out_loses_nothing() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let project = publish(&server, &doctor, json!({ "price": 5, "people_count": 40 }));
    let patients: Vec<Person> = (0..16).map(|_| server.patient()).collect();
    let outcomes: Vec<(u16, Option<u16>)> = thread::scope(|scope| {
        let tries: Vec<_> = patients
            .iter()
            .map(|patient| {
                let server = &server;
                scope.spawn(move || {
                    let answer = patient.post(format_args!("/project/{project}/join"), json!({ "content": "抢号" }));
                    let sn = answer.json["data"]["sn"].as_str().map(str::to_owned);
                    let paid = sn.map(|sn| server.nobody().post(format_args!("/payment/demo/{sn}/pay"), json!({})).status);
                    (answer.status, paid)
                })
            })
            .collect();
        scope.spawn(|| shut_out(&server, &doctor, false).ok());
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    server.settle();
    for (joined, paid) in &outcomes {
        // 422 from the closed doctor or the cancelled project, 409 where the hold was called off before it was paid.
        assert!(matches!((joined, paid), (422, None) | (200, Some(200 | 409 | 422))), "{outcomes:?}");
    }
    let rows = server.admin().get("/admin/registrations?page_size=100").ok()["items"].clone();
    for row in rows.as_array().unwrap() {
        assert_eq!(row["stage"], "cancelled");
    }
    let paid = outcomes.iter().filter(|one| one.1 == Some(200)).count();
    let back = rows.as_array().unwrap().iter().filter(|row| row["refund_status"] == 3).count();
    assert_eq!(paid, back, "{outcomes:?}");
    audit(&server);
}

#[test]
fn a_session_that_runs_is_broken_off_and_keeps_whom_it_has_seen() {
    let server = TestServer::open();
    let (doctor, seen, late) = (server.doctor(), server.patient(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let visits = [join(&seen, project), join(&late, project)];
    visits.iter().for_each(|visit| pay(&server, visit));
    server.advance("25h"); // tomorrow at ten
    let [done, open_one] = [&visits[0], &visits[1]].map(im_contact::id);
    doctor.get(format_args!("/diagnoses/{done}/done")).ok();
    let answer = shut_out(&server, &doctor, false).ok();
    assert_eq!(numbers(&answer["open"]["registrations"]), [open_one]);
    server.settle();
    let stage = |who: &Person, id: u64| {
        let row = who.get(format_args!("/diagnoses/{id}")).ok();
        [&row["verify_status"], &row["status"], &row["refund_status"]].map(|n| n.as_u64().unwrap())
    };
    assert_eq!((stage(&seen, done), stage(&late, open_one)), ([1, 3, 3], [3, 1, 3]));
    let shown = server.admin().get(format_args!("/admin/projects/{project}")).ok();
    assert_eq!((&shown["state"], &shown["join_people_count"]), (&json!("ended"), &json!(1)));
    let file = server.admin().get(format_args!("/admin/doctors/{}", doctor.id)).ok();
    assert_eq!((&file["visits_count"], &file["service_time_long"]), (&json!(1), &json!(60)));
    audit(&server);
}

#[test]
fn a_team_without_its_assistant_takes_neither_members_nor_consults() {
    let scene = Scene::open();
    let newcomer = scene.server.patient();
    crate::team_consult::recharge(&scene.server, &newcomer, 5_000);
    let (waiting, running) = (scene.consult(), scene.started());
    let before = scene.purse();
    // Who can still be answered by another goes on.
    let answer = shut_out(&scene.server, &scene.founder, false).ok();
    assert_eq!(numbers(&answer["open"]["team_consults"]), [waiting]);
    let status = |id: u64| scene.patient.get(format_args!("/consult/{id}")).ok()["status"].clone();
    assert_eq!((status(waiting), status(running)), (json!(3), json!(1)));
    let offered = scene.offer(running, 500);
    let join = json!({ "agreement_accepted": true, "fee": 1_000 });
    newcomer.post(format_args!("/team/{}/member", scene.team), join.clone()).refused(422, "team_closed");
    assert_eq!(newcomer.get("/member/profile").ok()["balance"], 5_000);
    scene.patient.post("/consult", crate::team_consult::scene::form(scene.team)).refused(422, "team_closed");

    // The last one who could answer.
    shut_out(&scene.server, &scene.doctor, true).ok();
    scene.patient.post(format_args!("/vas/{offered}/confirm"), json!({})).refused(422, "doctor_closed");
    let answer = shut_out(&scene.server, &scene.doctor, false).ok();
    assert_eq!((numbers(&answer["open"]["team_consults"]), status(running)), (vec![running], json!(3)));
    let founder = scene.founder.clone();
    founder.verify(&scene.server, 1).ok();
    let scene = Scene { founder: founder.signed_in_again(&scene.server), ..scene };
    assert_eq!(scene.purse().0 + scene.purse().1, before.0 + before.1 + 2 * crate::team_consult::scene::FEE, "both fees are back");
    newcomer.post(format_args!("/team/{}/member", scene.team), join).ok();
    audit(&scene.server);
}
