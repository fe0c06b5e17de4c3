//! Deposits that nobody gives back: kept under their registration for a while, the clinic's afterwards, and never lost between the two.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::{
    money::{
        forfeit::KeptDeposit,
        ledger::{self, Holder},
    },
    shared::upgrade_step::{ADOPT_KEPT_DEPOSITS, UpgradeStep},
};

use super::{join, pay, publish};
use crate::kit::{Answer, Person, TestServer};

const FEN: i64 = 2_000;

fn id(registration: &Value) -> u64 {
    registration["id"].as_u64().unwrap()
}

/// Under the registration, and with the clinic.
fn books(server: &TestServer, registration: &Value) -> (i64, i64) {
    let view = server.app().store.view();
    assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
    let balance = |holder| ledger::balance(&view, holder).unwrap().0;
    (balance(Holder::Deposit(Id::from_number(id(registration)))), balance(Holder::Forfeited))
}

fn statistics(server: &TestServer) -> (Value, Value) {
    let deposits = server.admin().get("/admin/statistics").ok()["deposits"].clone();
    (deposits["held"].clone(), deposits["forfeited"].clone())
}

fn money(count: u64, amount: i64) -> Value {
    json!({ "count": count, "amount": amount })
}

/// A visit tomorrow that was paid for and missed; it is noon of that day.
fn missed(server: &TestServer, doctor: &Person) -> (Person, Value) {
    let patient = server.patient();
    let held = join(&patient, publish(server, doctor, json!({ "price": 20 })));
    pay(server, &held);
    server.advance("27h");
    (patient, held)
}

fn server() -> TestServer {
    TestServer::with(&[("auth.session_ttl", "400d")])
}

fn release(doctor: &Person, registration: &Value) -> Answer {
    doctor.post(format_args!("/diagnoses/{}/refund", id(registration)), json!({}))
}

#[test]
fn a_kept_deposit_is_the_clinics_after_the_window() {
    let mut server = server();
    let doctor = server.doctor();
    let (patient, held) = missed(&server, &doctor);
    assert_eq!((books(&server, &held), statistics(&server)), ((FEN, 0), (money(1, FEN), money(0, 0))));
    // The session ended at eleven: an hour ago.
    server.advance("6d");
    server.advance("22h");
    assert_eq!(books(&server, &held), (FEN, 0));
    server.app().clock.advance(2 * 3_600_000);
    server.restart();
    server.settle();
    assert_eq!((books(&server, &held), statistics(&server)), ((0, FEN), (money(0, 0), money(1, FEN))));
    let patient = patient.at(&server);
    assert_eq!(patient.get("/message").ok()["list"][0]["title"], "押金不予退还");
    server.advance("1d");
    assert_eq!(patient.get("/message").ok()["list"][0]["title"], "押金不予退还");
    // The doctor thinks better of it: it comes back out of there.
    release(&doctor.at(&server), &held).ok();
    server.settle();
    assert_eq!((books(&server, &held), statistics(&server)), ((0, 0), (money(0, 0), money(0, 0))));
    server.advance("30d");
    assert_eq!(books(&server, &held), (0, 0));
}

#[test]
fn what_is_let_go_in_time_is_never_the_clinics() {
    let server = TestServer::with(&[("auth.session_ttl", "400d"), ("project.done_window", "2d")]);
    let doctor = server.doctor();
    let (_, held) = missed(&server, &doctor);
    server.advance("1d");
    release(&doctor, &held).ok();
    server.advance("30d");
    assert_eq!(books(&server, &held), (0, 0));
    // One who pays nothing loses nothing.
    let patient = server.patient();
    join(&patient, publish(&server, &doctor, json!({})));
    server.advance("30d");
    assert_eq!(statistics(&server), (money(0, 0), money(0, 0)));
}

/// A refund that was refused keeps the deposit too, whatever it was kept for; an administrator can let it go before and after.
#[test]
fn a_refused_refund_is_kept_for_the_window_as_well() {
    let server = TestServer::with(&[("auth.session_ttl", "400d"), ("payment.refund_approval", "true")]);
    let (doctor, patient) = (server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    let held = join(&patient, project);
    pay(&server, &held);
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    let decide = |word: &str| {
        let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0]["id"].clone();
        server.admin().post(format_args!("/admin/refunds/{refund}/{word}"), json!({})).ok();
        server.settle();
    };
    let again = || server.admin().post(format_args!("/admin/registrations/{}/refund", id(&held)), json!({})).ok();
    server.advance("8d"); // it waits for the administrator, and nothing is the clinic's meanwhile
    assert_eq!(books(&server, &held), (FEN, 0));
    decide("reject");
    server.advance("6d");
    assert_eq!(books(&server, &held), (FEN, 0));
    server.advance("2d");
    assert_eq!(books(&server, &held), (0, FEN));
    again(); // it waits for the administrator again
    assert_eq!(books(&server, &held), (FEN, 0));
    decide("reject");
    server.advance("8d");
    assert_eq!(books(&server, &held), (0, FEN));
    again();
    decide("approve");
    assert_eq!(books(&server, &held), (0, 0));
}

/// What an earlier version kept gets its window too.
#[test]
fn deposits_of_earlier_days_are_taken_up() {
    let server = server();
    let doctor = server.doctor();
    let (_, old) = missed(&server, &doctor);
    let (_, returned) = missed(&server, &doctor);
    release(&doctor, &returned).ok();
    let booked = join(&server.patient(), publish(&server, &doctor, json!({ "price": 20, "date": server.date(20) })));
    pay(&server, &booked);
    // As it was left by a program that knew nothing of all this.
    let registration = id(&old);
    server
        .app()
        .store
        .write_blocking(move |db| {
            db.delete::<KeptDeposit>(Id::from_number(registration))?;
            db.delete::<UpgradeStep>(ADOPT_KEPT_DEPOSITS)
        })
        .unwrap();
    server.settle();
    server.advance("6d");
    assert_eq!(books(&server, &old), (FEN, 0));
    server.advance("2d");
    assert_eq!(books(&server, &old), (0, FEN));
    assert_eq!((books(&server, &returned).0, books(&server, &booked).0), (0, FEN));
    assert_eq!(server.app().store.view().need::<UpgradeStep>(ADOPT_KEPT_DEPOSITS).unwrap().done_at.map(|at| at < server.now()), Some(true));
}

#[derive(Clone, Debug)]
enum Act {
    Join,
    Pay(Index),
    Leave(Index),
    Reject(Index),
    Done(Index),
    Release(Index, bool),
    Decide(bool),
    Wait(u8),
}

fn act() -> impl Strategy<Value = Act> {
    let some = any::<Index>;
    prop_oneof![
        3 => Just(Act::Join),
        3 => some().prop_map(Act::Pay),
        1 => some().prop_map(Act::Leave),
        1 => some().prop_map(Act::Reject),
        1 => some().prop_map(Act::Done),
        2 => (some(), any::<bool>()).prop_map(|(which, server)| Act::Release(which, server)),
        2 => any::<bool>().prop_map(Act::Decide),
        3 => (1u8..9).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens: the books sum to zero, each deposit that came in is held, with the clinic, or back, and once nobody has
    /// touched anything for long enough, none is left under a visit that is over.
    #[test]
    fn no_deposit_is_lost_or_doubled(approval: bool, acts in vec(act(), 10..40)) {
        let server = TestServer::with(&[("auth.session_ttl", "4000d"), ("payment.refund_approval", if approval { "true" } else { "false" })]);
        let doctor = server.doctor();
        let patient = server.patient();
        let mut all: Vec<(u64, Value)> = Vec::new();
        for act in acts {
            let one = |which: Index| all.get(if all.is_empty() { 0 } else { which.index(all.len()) }).cloned();
            match act {
                Act::Join => {
                    let hour = all.len() % 12;
                    let (begin, end) = (format!("{:02}:00:00", 8 + hour), format!("{:02}:00:00", 9 + hour));
                    let date = server.date(1 + all.len() as i64 / 12);
                    let form = json!({ "price": 20, "begin": begin, "end": end, "date": date });
                    let mut whole = super::project_form(&server);
                    whole.as_object_mut().unwrap().extend(form.as_object().unwrap().clone());
                    let made = doctor.post("/project", whole);
                    if made.status == 200 {
                        let project = made.ok()["id"].as_u64().unwrap();
                        let joined = patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛", "photo": [] }));
                        if joined.status == 200 {
                            all.push((project, joined.ok()));
                        }
                    }
                }
                Act::Pay(which) => if let Some((_, held)) = one(which) {
                    server.nobody().post(format_args!("/payment/demo/{}/pay", held["sn"].as_str().unwrap()), json!({}));
                },
                Act::Leave(which) => if let Some((project, _)) = one(which) {
                    patient.get(format_args!("/custom/project/{project}/cancel"));
                },
                Act::Reject(which) => if let Some((_, held)) = one(which) {
                    doctor.post(format_args!("/diagnoses/{}/reject", id(&held)), json!({ "reject_msg": "改期" }));
                },
                Act::Done(which) => if let Some((_, held)) = one(which) {
                    doctor.get(format_args!("/diagnoses/{}/done", id(&held)));
                },
                Act::Release(which, true) => if let Some((_, held)) = one(which) {
                    server.admin().post(format_args!("/admin/registrations/{}/refund", id(&held)), json!({}));
                },
                Act::Release(which, false) => if let Some((_, held)) = one(which) {
                    release(&doctor, &held);
                },
                Act::Decide(yes) => {
                    let waiting = server.admin().get("/admin/refunds?status=pending").ok()["items"][0]["id"].clone();
                    if !waiting.is_null() {
                        let word = if yes { "approve" } else { "reject" };
                        server.admin().post(format_args!("/admin/refunds/{waiting}/{word}"), json!({}));
                    }
                }
                Act::Wait(days) => server.advance(&format!("{days}d")),
            }
            server.settle();
            look(&server, &all);
        }
        server.advance("40d");
        look(&server, &all);
        let waiting = server.admin().get("/admin/refunds?status=pending").ok()["total"].as_i64().unwrap();
        prop_assert_eq!(&statistics(&server).0["amount"], &json!(waiting * FEN), "only what waits for an administrator is held");
    }
}

fn look(server: &TestServer, all: &[(u64, Value)]) {
    let view = server.app().store.view();
    assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
    let balance = |holder| ledger::balance(&view, holder).unwrap().0;
    let held: i64 = all.iter().map(|(_, registration)| balance(Holder::Deposit(Id::from_number(id(registration))))).sum();
    assert_eq!(balance(Holder::Outside) + held + balance(Holder::Forfeited), 0);
    let forfeited = view.all::<KeptDeposit>(xuanhu::store::Order::Oldest).map(Result::unwrap).filter(|kept| kept.forfeited_at.is_some());
    assert_eq!(forfeited.map(|kept| kept.amount.0).sum::<i64>(), balance(Holder::Forfeited));
}
