//! Many clients at once: every answer is as if all requests ran one after the other, and nothing that anybody was shown is taken back by a kill.

mod checker;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    kit::{Client, Person, TestServer, data_dir, program::Running},
    team_consult::{found, join_with, recharge},
    volunteer_doctor::{join, publish},
};
use checker::{Did, Op, after};

const KILLS: usize = 6;
const WRITERS: usize = 3;
const READERS: usize = 3;

/// One row that is written and read by many, on the real binary, which is killed between.
#[test]
fn a_register_is_strictly_serializable_across_kills() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let made = server.admin.post("/admin/hospitals", json!({ "name": "登记医院", "level": "0" })).created();
    let path = format!("/admin/hospitals/{}", made["id"]);
    server.kill();
    let next = AtomicU64::new(1);
    let mut values = BTreeSet::from([0]);
    let mut asked = 0;
    for round in 0..KILLS {
        let server = Running::start(dir.path());
        let answers = AtomicU64::new(0);
        let enough = 60 + u64::from(xuanhu::base::secret::random::<1>()[0]) / 2;
        let admin = &server.admin.clone();
        let (path, next, counted) = (&path, &next, &answers);
        let ops = thread::scope(|scope| {
            let writers = (0..WRITERS)
                .map(|_| scope.spawn(move || until_killed(counted, || write(admin, path, next.fetch_add(1, Ordering::Relaxed)))));
            let readers = (0..READERS).map(|_| scope.spawn(move || until_killed(counted, || read(admin, path))));
            let clients: Vec<_> = writers.chain(readers).collect();
            while counted.load(Ordering::Relaxed) < enough {
                assert!(clients.iter().any(|client| !client.is_finished()), "everybody has given up");
                thread::yield_now();
            }
            server.kill();
            let dead = Instant::now();
            let ops = clients.into_iter().flat_map(|client| client.join().unwrap());
            ops.map(|op| if op.answered { op } else { Op { until: dead, ..op } }).collect::<Vec<Op>>()
        });
        asked += ops.len();
        values = after(&values, &ops);
        assert!(!values.is_empty(), "round {round} cannot have happened one after the other: {ops:#?}");
    }
    let server = Running::start(dir.path());
    let Some(Op { did: Did::Read(value), .. }) = read(&server.admin, &path) else { panic!("the server does not answer") };
    assert!(values.contains(&value), "{value} is none of {values:?}");
    assert!(asked > KILLS * 60 && server.stop().0.success());
}

/// Asks again and again, until an answer does not come. Reads without one say nothing.
fn until_killed(answers: &AtomicU64, ask: impl Fn() -> Option<Op>) -> Vec<Op> {
    let mut ops = Vec::new();
    loop {
        let op = ask();
        let answered = op.is_some_and(|op| op.answered);
        ops.extend(op);
        if !answered {
            return ops;
        }
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

fn write(admin: &Client, path: &str, value: u64) -> Option<Op> {
    let asked = Instant::now();
    let answer = admin.request("PATCH", path).json(json!({ "level": value.to_string() })).try_send().ok();
    let answered = answer.map(|answer| answer.ok()["level"].clone());
    let wrote = value.to_string();
    assert!(answered.as_ref().is_none_or(|level| level.as_str() == Some(&wrote)), "{answered:?}");
    Some(Op { did: Did::Wrote(value), asked, until: Instant::now(), answered: answered.is_some() })
}

fn read(admin: &Client, path: &str) -> Option<Op> {
    let asked = Instant::now();
    let answer = admin.request("GET", path).try_send().ok()?.ok();
    let value = answer["level"].as_str().unwrap().parse().unwrap();
    Some(Op { did: Did::Read(value), asked, until: Instant::now(), answered: true })
}

/// What leaves a wallet is spent, in every answer: the balance is one row, what was spent the sum of others.
#[test]
fn balance_and_spending_are_of_one_moment() {
    const ALL: i64 = 200;
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = found(&doctor, "并发团队");
    recharge(&server, &patient, ALL);
    join_with(&server, &patient, team, 1);
    let fits = |profile: &Value| profile["balance"].as_i64().unwrap() + profile["total_spent"].as_i64().unwrap() == ALL + 1;
    let top_up = |patient: &Person| patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": 1 })).ok();
    while_written(&|n| (n < 60).then(|| drop(top_up(&patient))), &|| patient.get("/member/profile").ok(), &fits);
    assert!(patient.get("/member/profile").ok()["balance"].as_i64().unwrap() < ALL);
}

/// Who sits, and how many seats are free: many rows and one, while people come and go.
#[test]
fn seats_and_people_are_of_one_moment() {
    const SEATS: u64 = 12;
    let server = TestServer::open();
    let doctor = server.doctor();
    let patients: Vec<Person> = (0..4).map(|_| server.patient()).collect();
    let project = publish(&server, &doctor, json!({ "people_count": SEATS }));
    let fits = |shown: &Value| {
        let free: u64 = shown["plan_time"].as_object().unwrap().values().map(|free| free.as_u64().unwrap()).sum();
        let sitting = shown["join_user"].as_array().unwrap().len() as u64;
        free + sitting == SEATS && shown["join_people_count"] == sitting
    };
    let come_and_go = |n: usize| {
        (n < 60).then(|| {
            let patient = &patients[n % patients.len()];
            join(patient, project);
            patient.get(format_args!("/custom/project/{project}/cancel")).ok();
        })
    };
    while_written(&come_and_go, &|| server.nobody().get(format_args!("/project/{project}")).ok(), &fits);
}

/// Tells the readers that nothing more is written.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads all the while that one writes, and holds each answer against what must be so.
fn while_written(write: &(dyn Fn(usize) -> Option<()> + Sync), read: &(dyn Fn() -> Value + Sync), fits: &(dyn Fn(&Value) -> bool + Sync)) {
    let over = &AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let answer = read();
                    assert!(fits(&answer), "two moments in one answer: {answer:#}");
                }
            });
        }
        // Also where a write fails, or the readers would read for ever.
        let _ends = Ends(over);
        assert!((0..).map_while(write).count() > 0);
    });
}
