//! Kill -9 in the middle of work: whatever was acknowledged is there after the next start, and no id is given twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use serde_json::json;
use tempfile::TempDir;
use xuanhu::{
    base::{settings::Settings, time::Clock},
    domain,
    store::Store,
};

use crate::kit::{Client, data_dir, empty_dir, program::Running, rounds};

/// A write that the server has acknowledged.
#[derive(Debug)]
enum Done {
    /// A new hospital: its id and name.
    Made(u64, String),
    /// The one hospital that is changed over and over: its newest level.
    Changed(u32),
    /// A message to this phone.
    Sent(String),
}

/// What must be there.
#[derive(Default)]
struct Expected {
    hospitals: BTreeMap<u64, String>,
    level: u32,
    phones: BTreeSet<String>,
    ids: BTreeSet<u64>,
}

/// Kills, where `ROUNDS` says nothing else.
const ROUNDS: usize = 4;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let dir = data_dir();
    let mut expected = Expected::default();
    let first = Running::start(dir.path());
    let changed = first.admin.post("/admin/hospitals", json!({ "name": "变化医院", "level": "0" })).created()["id"].as_u64().unwrap();
    expected.ids.insert(changed);
    first.kill();
    let rounds = rounds(ROUNDS);
    for round in 0..rounds {
        let server = Running::start(dir.path());
        verify(&server, &expected, changed);
        let (tell, told) = mpsc::channel();
        let writers: Vec<_> = [make as fn(Client, usize, u64, mpsc::Sender<Done>), change, send]
            .into_iter()
            .map(|work| {
                let (admin, tell) = (server.admin.clone(), tell.clone());
                thread::spawn(move || work(admin, round, changed, tell))
            })
            .collect();
        drop(tell);
        // Killed after so many answers, while the next writes are under way.
        let after = 20 + usize::from(random()) % 60;
        told.iter().take(after).for_each(|done| note(&mut expected, done));
        server.kill();
        for writer in writers {
            writer.join().unwrap();
        }
        told.iter().for_each(|done| note(&mut expected, done));
        if round % 2 == 0 {
            sound(dir.path());
        }
    }
    assert!(expected.hospitals.len() > rounds && expected.phones.len() > rounds && expected.level > 0);
    let server = Running::start(dir.path());
    verify(&server, &expected, changed);
    assert!(server.stop().0.success());
    sound(dir.path());
}

/// A kill during the very first start leaves a directory that starts.
#[test]
fn a_kill_during_the_first_start_leaves_nothing_half_made() {
    let dir = empty_dir();
    // In the order in which they are made; between the last two the reference data is written.
    for file in ["store", "store/db", "store/xuanhu.initialised", "uploads", "admin.token"] {
        Running::kill_when(dir.path(), file);
    }
    for dir in [dir, killed_at("store/db"), killed_at("store/xuanhu.initialised")] {
        let server = Running::start(dir.path());
        let provinces = server.client.get("/city?parent_id=0").ok();
        assert!(provinces["list"].as_array().unwrap().len() > 30, "{provinces}");
        assert_eq!(server.admin.get("/admin/administrators").ok()["total"], 1);
        assert!(server.stop().0.success());
        sound(dir.path());
    }
}

fn killed_at(file: &str) -> TempDir {
    let dir = empty_dir();
    Running::kill_when(dir.path(), file);
    dir
}

fn note(expected: &mut Expected, done: Done) {
    match done {
        Done::Made(id, name) => {
            assert!(expected.ids.insert(id), "the id {id} was given twice");
            expected.hospitals.insert(id, name);
        }
        Done::Changed(level) => expected.level = level,
        Done::Sent(phone) => drop(expected.phones.insert(phone)),
    }
}

fn make(admin: Client, round: usize, _: u64, tell: mpsc::Sender<Done>) {
    for n in 0.. {
        let name = format!("医院{round}-{n}");
        let Ok(answer) = admin.request("POST", "/admin/hospitals").json(json!({ "name": name })).try_send() else { return };
        if tell.send(Done::Made(answer.created()["id"].as_u64().unwrap(), name)).is_err() {
            return;
        }
    }
}

fn change(admin: Client, _: usize, id: u64, tell: mpsc::Sender<Done>) {
    let path = format!("/admin/hospitals/{id}");
    let mut level: u32 = admin.get(&path).ok()["level"].as_str().unwrap().parse().unwrap();
    loop {
        level += 1;
        let Ok(answer) = admin.request("PATCH", &path).json(json!({ "level": level.to_string() })).try_send() else { return };
        answer.ok();
        if tell.send(Done::Changed(level)).is_err() {
            return;
        }
    }
}

fn send(admin: Client, round: usize, _: u64, tell: mpsc::Sender<Done>) {
    let nobody = admin.without_token();
    for n in 0.. {
        let phone = format!("199{:08}", round * 1_000 + n);
        let Ok(answer) = nobody.request("POST", "/phone/verifycode").json(json!({ "phone": phone })).try_send() else { return };
        answer.ok();
        if tell.send(Done::Sent(phone)).is_err() {
            return;
        }
    }
}

fn verify(server: &Running, expected: &Expected, changed: u64) {
    for (id, name) in &expected.hospitals {
        assert_eq!(server.admin.get(format_args!("/admin/hospitals/{id}")).ok()["name"], *name);
    }
    for phone in &expected.phones {
        assert_eq!(server.admin.get(format_args!("/admin/outbox?phone={phone}")).ok()["total"], 1, "{phone}");
    }
    let level = server.admin.get(format_args!("/admin/hospitals/{changed}")).ok()["level"].as_str().unwrap().parse::<u32>().unwrap();
    // The last change may have reached the disk without its answer reaching the client.
    assert!((expected.level..=expected.level + 1).contains(&level), "{level} after {}", expected.level);
}

/// Rows, indexes and counters agree, whatever moment the kill came at.
fn sound(dir: &Path) {
    let store = Store::open(&dir.join("store"), domain::TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0))).unwrap();
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
}

fn random() -> u8 {
    xuanhu::base::secret::random::<1>()[0]
}
