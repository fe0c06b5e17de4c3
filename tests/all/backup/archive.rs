//! The archive: the loss of the machine costs seconds, any moment comes back, one server is the clinic, and a place that fails stops nobody.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{good, hospitals, number_of_hospitals, text, upload, xuanhu};
use crate::kit::{
    TestServer, data_dir, empty_dir,
    program::{Running, command},
    rounds, until,
};

fn start(dir: &Path, place: &Path) -> Running {
    Running::start_with(dir, &[("XUANHU_ARCHIVE__DIR", text(place)), ("XUANHU_ARCHIVE__EVERY", "100ms")])
}

fn lag(server: &Running) -> String {
    let metrics = String::from_utf8(server.client.get("/metrics").bytes).unwrap();
    metrics.lines().find_map(|line| line.strip_prefix("xuanhu_archive_lag_seconds ")).unwrap().to_owned()
}

/// A base is there, and everything that was written is archived.
#[track_caller]
fn caught_up(server: &Running) {
    until("the archive", || !server.client.get("/readyz").ok().to_string().contains("archive") && lag(server) == "0");
    // What was under way when it was asked.
    thread::sleep(Duration::from_millis(400));
}

fn segments(place: &Path) -> Vec<PathBuf> {
    let newest: serde_json::Value = serde_json::from_slice(&fs::read(place.join("archive.json")).unwrap()).unwrap();
    let folder = place.join(newest["era"].as_str().unwrap());
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == "segment"));
    all.sort();
    all
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

#[test]
fn any_moment_comes_back() {
    let (dir, parent) = (data_dir(), empty_dir());
    let place = parent.path().join("archive");
    fs::create_dir(&place).unwrap();
    let server = start(dir.path(), &place);
    hospitals(&server.admin, 0, 5);
    caught_up(&server);
    thread::sleep(Duration::from_millis(20));
    let moment = now();
    thread::sleep(Duration::from_millis(20));
    hospitals(&server.admin, 10, 7);
    let picture = upload(&server.admin);
    // In order: nothing is missing after a stop that was one.
    assert!(server.stop().0.success());
    let server = start(dir.path(), &place);
    hospitals(&server.admin, 20, 1);
    assert!(server.stop().0.success());
    fs::remove_dir_all(dir.path()).unwrap();

    let (early, newest) = (parent.path().join("early"), parent.path().join("newest"));
    good(&early, &["restore", text(&place), "--until", &moment]);
    assert_eq!(number_of_hospitals(&Running::start(&early).admin), 5);
    let said = good(&newest, &["restore", text(&place), "--promote"]);
    assert!(said.contains("this is the clinic"), "{said}");
    let server = Running::start(&newest);
    assert_eq!(number_of_hospitals(&server.admin), 13);
    let name = picture.split("/files/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(server.client.get(format_args!("/files/{name}")).status, 200);
    drop(server);
    let before = parent.path().join("before");
    xuanhu(&before, &["restore", text(&place), "--until", "2020-01-01T00:00:00Z"]).failed_in_one_line(&["does not go back so far"]);
    xuanhu(&before, &["restore", text(&empty_dir().path().join(".")), "--promote"]).failed_in_one_line(&["no archive"]);

    // Damage is said with the way out, and nothing is left.
    let all = segments(&place);
    assert!(all.len() >= 3, "{all:?}");
    let middle = &all[all.len() / 2];
    let whole = fs::read(middle).unwrap();
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 4;
    fs::write(middle, bytes).unwrap();
    xuanhu(&before, &["restore", text(&place)]).failed_in_one_line(&["damaged segment", text(middle), "instead"]);
    fs::remove_file(middle).unwrap();
    xuanhu(&before, &["restore", text(&place)]).failed_in_one_line(&["are missing", "instead"]);
    assert!(!before.exists());
    fs::write(middle, whole).unwrap();
    fs::remove_dir_all(place.join("uploads")).unwrap();
    fs::create_dir(place.join("uploads")).unwrap();
    let missing = xuanhu(&before, &["restore", text(&place)]);
    if missing.code == Some(1) {
        missing.failed_in_one_line(&["uploads", "--allow-missing-uploads"]);
        good(&before, &["restore", text(&place), "--allow-missing-uploads"]);
    }
}

/// What was written in ten minutes lies in many files and then in one, and says the same.
#[test]
fn segments_of_ten_minutes_become_one() {
    let parent = empty_dir();
    let place = parent.path().join("archive");
    fs::create_dir(&place).unwrap();
    let server = TestServer::with(&[("archive.dir", text(&place)), ("archive.every", "30ms")]);
    for n in 0..4 {
        let before = if place.join("archive.json").exists() { segments(&place).len() } else { 0 };
        hospitals(&server.admin(), n * 10, 3);
        until("a segment", || place.join("archive.json").exists() && segments(&place).len() > before);
    }
    until("a base", || server.nobody().get("/readyz").ok()["warnings"].is_null());
    let number = number_of_hospitals(&server.admin());
    server.advance("11m");
    until("one segment", || segments(&place).len() <= 2);
    hospitals(&server.admin(), 100, 1);
    until("the last segment", || segments(&place).len() >= 2);
    let new = parent.path().join("new");
    until("the last commit", || {
        let _ = fs::remove_dir_all(&new);
        good(&new, &["restore", text(&place)]);
        number_of_hospitals(&Running::start(&new).admin) == number + 1
    });
}

/// The machine is lost at any moment: what was acknowledged before the last segments is there, in order, and nothing is invented.
#[test]
fn the_loss_of_the_machine_costs_seconds() {
    for round in 0..rounds(6) as u64 {
        let (dir, parent) = (data_dir(), empty_dir());
        let place = parent.path().join("archive");
        fs::create_dir(&place).unwrap();
        let server = start(dir.path(), &place);
        caught_up(&server);
        let acknowledged: Arc<Mutex<Vec<(u64, Instant)>>> = Arc::default();
        let writer = {
            let (admin, acknowledged) = (server.admin.clone(), acknowledged.clone());
            thread::spawn(move || {
                for n in 0.. {
                    let name = format!("医院{n}");
                    let Ok(answer) = admin.request("POST", "/admin/hospitals").json(json!({ "name": name })).try_send() else { return };
                    answer.created();
                    acknowledged.lock().unwrap().push((n, Instant::now()));
                }
            })
        };
        thread::sleep(Duration::from_millis(900 + round % 6 * 173));
        let killed = Instant::now();
        server.kill();
        fs::remove_dir_all(dir.path()).unwrap();
        writer.join().unwrap();
        let new = parent.path().join("new");
        good(&new, &["restore", text(&place), "--promote"]);
        let server = Running::start(&new);
        let items = server.admin.get("/admin/hospitals?page_size=1000").ok()["items"].as_array().unwrap().clone();
        let names: BTreeSet<_> = items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        assert!((0..names.len()).all(|n| names.contains(&format!("医院{n}"))), "round {round}: a hole");
        // A tenth of a second between two segments, and what a busy machine takes to write one.
        let old_enough =
            acknowledged.lock().unwrap().iter().filter(|(_, at)| killed.duration_since(*at) > Duration::from_millis(800)).count();
        assert!(names.len() >= old_enough, "round {round}: {} of {old_enough}", names.len());
        assert!(names.len() <= acknowledged.lock().unwrap().len() + 1, "round {round}: invented");
    }
}

#[test]
fn one_server_is_the_clinic() {
    let (dir, parent) = (data_dir(), empty_dir());
    let (place, new) = (parent.path().join("archive"), parent.path().join("new"));
    fs::create_dir(&place).unwrap();
    let old = start(dir.path(), &place);
    hospitals(&old.admin, 0, 3);
    caught_up(&old);
    good(&new, &["restore", text(&place), "--promote"]);
    let server = start(&new, &place);
    until("the old server's end", || old.client.get("/readyz").status == 503);
    old.client.get("/readyz").refused(503, "taken_over");
    old.admin.post("/admin/hospitals", json!({ "name": "太晚" })).refused(503, "taken_over");
    assert_eq!(number_of_hospitals(&old.admin), 3);
    assert!(old.stop().0.success());
    hospitals(&server.admin, 10, 1);
    let serve = |arguments: &[&str]| {
        let mut serve = command(dir.path(), &[&["serve", "--listen", "127.0.0.1:0"][..], arguments].concat());
        serve.env("XUANHU_ARCHIVE__DIR", text(&place)).env("XUANHU_ARCHIVE__EVERY", "100ms");
        serve
    };
    let refused = serve(&[]).output().unwrap();
    let line = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && line.lines().last().unwrap().contains("--take-over"), "{line}");

    let mut taken = serve(&["--take-over"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(taken.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("listening on"), "{said}");
    until("the new server's end", || server.client.get("/readyz").status == 503);
    taken.kill().unwrap();
    taken.wait().unwrap();
}

/// Gone at the start, back, gone again: the clinic works all the while, and says so.
#[test]
fn a_place_that_fails_stops_nobody() {
    let (dir, parent) = (data_dir(), empty_dir());
    let place = parent.path().join("archive");
    fs::write(&place, "not a directory").unwrap();
    let server = start(dir.path(), &place);
    let warned = || server.client.get("/readyz").ok()["warnings"].to_string().contains("archive");
    until("a warning", warned);
    hospitals(&server.admin, 0, 3);
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    caught_up(&server);
    fs::rename(&place, parent.path().join("aside")).unwrap();
    fs::write(&place, "not a directory").unwrap();
    hospitals(&server.admin, 10, 3);
    until("a warning", warned);
    fs::remove_file(&place).unwrap();
    fs::rename(parent.path().join("aside"), &place).unwrap();
    caught_up(&server);
    drop(server);
    let new = parent.path().join("new");
    good(&new, &["restore", text(&place)]);
    assert_eq!(number_of_hospitals(&Running::start(&new).admin), 6);
}

#[test]
fn an_encrypted_archive_opens_with_its_key() {
    let (parent, dirs) = (empty_dir(), [data_dir(), data_dir()]);
    let at = |name: &str| parent.path().join(name);
    let public = good(parent.path(), &["backup-key", text(&at("key"))]);
    let public = public.trim().strip_prefix("public key  ").unwrap();
    fs::write(at("phrase"), "correct horse battery staple\n").unwrap();
    let phrase = at("phrase");
    for (kind, dir, setting, option) in [
        ("recipients", &dirs[0], ("XUANHU_BACKUP__RECIPIENTS", public), ["--identity", text(&at("key"))]),
        ("passphrase", &dirs[1], ("XUANHU_BACKUP__PASSPHRASE_FILE", text(&phrase)), ["--passphrase-file", text(&phrase)]),
    ] {
        let place = at(kind);
        fs::create_dir(&place).unwrap();
        let server = Running::start_with(dir.path(), &[("XUANHU_ARCHIVE__DIR", text(&place)), ("XUANHU_ARCHIVE__EVERY", "100ms"), setting]);
        caught_up(&server);
        hospitals(&server.admin, 0, 4);
        upload(&server.admin);
        assert!(server.stop().0.success());
        for segment in segments(&place) {
            assert!(fs::read(segment).unwrap().starts_with(b"age-encryption.org/v1\n"), "{kind}");
        }
        let new = at(&format!("new-{kind}"));
        xuanhu(&new, &["restore", text(&place)]).failed_in_one_line(&["encrypted"]);
        good(&new, &["restore", text(&place), option[0], option[1]]);
        assert_eq!(number_of_hospitals(&Running::start(&new).admin), 4, "{kind}");
    }
}

#[test]
fn a_follower_goes_along_and_becomes_the_clinic() {
    let (dir, parent) = (data_dir(), empty_dir());
    let (place, standby) = (parent.path().join("archive"), parent.path().join("standby"));
    fs::create_dir(&place).unwrap();
    let server = start(dir.path(), &place);
    hospitals(&server.admin, 0, 2);
    caught_up(&server);
    let mut follow = command(&standby, &["follow", text(&place)]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    until("following", || lines.next().unwrap().unwrap() == "following");
    let ids = hospitals(&server.admin, 10, 5);
    server.admin.delete(format_args!("/admin/hospitals/{}", ids[0])).ok();
    server.admin.patch(format_args!("/admin/hospitals/{}", ids[1]), json!({ "name": "改名医院" })).ok();
    let picture = upload(&server.admin);
    caught_up(&server);
    until("news", || lines.next().unwrap().unwrap().starts_with("commit "));
    assert!(server.stop().0.success());
    thread::sleep(Duration::from_millis(1_500));
    assert!(good(&standby, &["promote"]).contains("this is the clinic now"));
    assert!(follow.wait().unwrap().success());
    good(&standby, &["check", "--deep"]);
    let server = start(&standby, &place);
    assert_eq!(number_of_hospitals(&server.admin), 6);
    assert_eq!(server.client.get("/web/about.json").json["copy"], false);
    let name = picture.split("/files/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(server.client.get(format_args!("/files/{name}")).status, 200);
    caught_up(&server);
}
