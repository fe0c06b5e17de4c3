//! Making backups: stopped and running, while writes go on, to files, directories and pipes; what comes back is what was there.

use std::{
    collections::BTreeSet,
    fs,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::json;

use super::{filled, good, hospitals, number_of_hospitals, only_backup, text, upload, xuanhu};
use crate::kit::{
    data_dir, empty_dir,
    program::{Running, command},
};

#[test]
fn a_stopped_clinic_is_backed_up_and_comes_back() {
    let (dir, shelf) = (data_dir(), empty_dir());
    fs::write(dir.path().join("xuanhu.toml"), "[clinic]\nname = '仁心诊所'\n").unwrap();
    let server = Running::start(dir.path());
    hospitals(&server.admin, 0, 25);
    let picture = upload(&server.admin);
    let sign_in = json!({ "username": "lan", "password": "secret-1" });
    server.admin.post("/admin/administrators", sign_in.clone()).created();
    let token = server.client.post("/admin/login", sign_in).ok()["token"].as_str().unwrap().to_owned();
    assert!(server.stop().0.success());

    let said = good(dir.path(), &["backup", text(shelf.path())]);
    let file = only_backup(shelf.path());
    assert!(said.contains(text(&file)) && said.contains(" rows in ") && said.contains(", 1 files, "), "{said}");
    xuanhu(dir.path(), &["backup", text(&file)]).failed_in_one_line(&["a file of that name", "--force"]);
    good(dir.path(), &["backup", text(&file), "--force"]);
    let verified = good(dir.path(), &["verify", text(&file)]);
    assert!(verified.contains("well") && verified.contains("仁心诊所") && verified.contains("hospital"), "{verified}");

    let place = empty_dir();
    let new = place.path().join("new");
    let restored = good(&new, &["restore", text(&file), "--promote"]);
    assert!(restored.contains("this is the clinic") && restored.contains("hospital"), "{restored}");
    xuanhu(&new, &["restore", text(&file)]).failed_in_one_line(&["empty"]);
    let server = Running::start(&new);
    assert_eq!(number_of_hospitals(&server.admin), 25);
    server.client.with_token(token).get("/admin/me").ok();
    let name = picture.split("/files/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(server.client.get(format_args!("/files/{name}")).status, 200);
    assert_eq!(
        server.admin.get("/admin/settings").ok()["items"].as_array().unwrap().iter().find(|one| one["key"] == "clinic.name").unwrap()["value"],
        "仁心诊所"
    );
    // No number that was given after the backup is given again.
    let first = hospitals(&server.admin, 100, 1)[0];
    assert!(first > 1_000_000, "{first}");
    // The other tools open it.
    let listed = std::process::Command::new("sh").arg("-c").arg(format!("zstd -dc '{}' | tar -t", text(&file))).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.starts_with("manifest.json\nrows/000001\n") && listed.ends_with("secret.key\nsummary.json\n"), "{listed}");
}

/// Everything that was acknowledged before the copy began is in it, and of what came meanwhile a beginning: one moment's state.
#[test]
fn a_running_clinic_is_backed_up_while_writes_go_on() {
    let (dir, shelf) = (data_dir(), empty_dir());
    let server = Running::start(dir.path());
    let before = hospitals(&server.admin, 0, 60).len() as u64;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (1..3)
        .map(|writer| {
            let (admin, stop) = (server.admin.clone(), stop.clone());
            thread::spawn(move || {
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    hospitals(&admin, writer * 100_000 + n, 1);
                    n += 1;
                }
                n
            })
        })
        .collect();
    let files: Vec<_> = (0..4).map(|n| shelf.path().join(format!("{n}.backup"))).collect();
    for file in &files {
        good(dir.path(), &["backup", text(file)]);
    }
    stop.store(true, Ordering::Relaxed);
    let written: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
    assert!(server.stop().0.success());
    let mut last = before;
    for file in &files {
        good(dir.path(), &["verify", text(file)]);
        let place = empty_dir();
        let new = place.path().join("new");
        good(&new, &["restore", text(file)]);
        let server = Running::start(&new);
        let items = server.admin.get("/admin/hospitals?page_size=1000").ok()["items"].as_array().unwrap().clone();
        let names: BTreeSet<_> = items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names.len(), items.len());
        assert!((0..before).all(|n| names.contains(&format!("医院{n}"))));
        // Each writer wrote its own one after another: what is there is a beginning of that.
        for writer in 1..3_u64 {
            let mine = names.iter().filter(|name| name.starts_with(&format!("医院{writer}")) && name.chars().count() == 8).count() as u64;
            assert!((0..mine).all(|n| names.contains(&format!("医院{}", writer * 100_000 + n))), "{writer}: a hole");
        }
        assert!(items.len() as u64 >= last && items.len() as u64 <= before + written);
        last = items.len() as u64;
    }
}

#[test]
fn a_backup_goes_through_a_pipe() {
    let dir = data_dir();
    filled(dir.path(), 3);
    let stopped = command(dir.path(), &["backup", "-"]).output().unwrap();
    let server = Running::start(dir.path());
    let running = command(dir.path(), &["backup", "-", "--without-secrets"]).stderr(Stdio::piped()).output().unwrap();
    drop(server);
    let place = empty_dir();
    for (name, output) in [("stopped", stopped), ("running", running)] {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let file = place.path().join(name);
        fs::write(&file, output.stdout).unwrap();
        good(dir.path(), &["verify", text(&file)]);
    }
}

#[test]
fn what_is_encrypted_opens_with_its_key_alone() {
    let (dir, place) = (data_dir(), empty_dir());
    filled(dir.path(), 3);
    let at = |name: &str| place.path().join(name);
    let printed = good(dir.path(), &["backup-key", text(&at("key"))]);
    let public = printed.trim().strip_prefix("public key  ").unwrap();
    xuanhu(dir.path(), &["backup-key", text(&at("key"))]).failed_in_one_line(&["a file of that name"]);
    good(dir.path(), &["backup-key", text(&at("other"))]);
    fs::write(at("phrase"), "correct horse battery staple\n").unwrap();

    let mut sealed = command(dir.path(), &["backup", text(&at("to-key"))]);
    assert!(sealed.env("XUANHU_BACKUP__RECIPIENTS", public).output().unwrap().status.success());
    let server = Running::start_with(dir.path(), &[("XUANHU_BACKUP__PASSPHRASE_FILE", text(&at("phrase")))]);
    good(dir.path(), &["backup", text(&at("to-phrase"))]);
    drop(server);
    for file in ["to-key", "to-phrase"] {
        assert!(fs::read(at(file)).unwrap().starts_with(b"age-encryption.org/v1\n"), "{file}");
        xuanhu(dir.path(), &["verify", text(&at(file))]).failed_in_one_line(&["encrypted", "--identity"]);
        xuanhu(dir.path(), &["verify", text(&at(file)), "--identity", text(&at("other"))]).failed_in_one_line(&["encrypted"]);
    }
    good(dir.path(), &["verify", text(&at("to-key")), "--identity", text(&at("key"))]);
    good(dir.path(), &["verify", text(&at("to-phrase")), "--passphrase-file", text(&at("phrase"))]);
    let new = at("new");
    good(&new, &["restore", text(&at("to-key")), "--identity", text(&at("key"))]);
    let server = Running::start(&new);
    assert_eq!(number_of_hospitals(&server.admin), 3);
}

#[test]
fn backups_come_by_themselves_and_old_ones_go() {
    let (dir, shelf) = (data_dir(), empty_dir());
    let (carried, foreign) = (shelf.path().join("carried"), shelf.path().join("xuanhu-0000000000000000-20200101T000000Z.backup"));
    fs::create_dir(&carried).unwrap();
    fs::write(&foreign, "another clinic's").unwrap();
    let copy = format!("cp -t {}", text(&carried));
    let settings = [
        ("XUANHU_BACKUP__DIR", text(shelf.path())),
        ("XUANHU_BACKUP__EVERY", "1s"),
        ("XUANHU_BACKUP__KEEP", "2"),
        ("XUANHU_BACKUP__AFTER", copy.as_str()),
    ];
    let server = Running::start_with(dir.path(), &settings);
    let number = |dir: &std::path::Path| fs::read_dir(dir).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
    while number(&carried) < 4 {
        thread::sleep(std::time::Duration::from_millis(50));
    }
    let metrics = String::from_utf8(server.client.get("/metrics").bytes).unwrap();
    assert!(metrics.contains("xuanhu_backup_failures_total 0") && metrics.contains("xuanhu_backup_age_seconds"), "{metrics}");
    assert!(server.stop().0.success());
    assert!(foreign.exists() && number(shelf.path()) <= 4, "{:?}", fs::read_dir(shelf.path()).unwrap().collect::<Vec<_>>());
    let newest = fs::read_dir(&carried).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    good(dir.path(), &["verify", text(&newest)]);
}

#[test]
fn backups_that_fail_are_told_of() {
    let (dir, shelf) = (data_dir(), empty_dir());
    let place = shelf.path().join("gone/backups");
    fs::write(shelf.path().join("gone"), "").unwrap();
    let settings = [("XUANHU_BACKUP__DIR", text(&place)), ("XUANHU_BACKUP__EVERY", "1s")];
    let server = Running::start_with(dir.path(), &settings);
    let warned = || server.client.get("/readyz").ok()["warnings"].to_string().contains("backups fail");
    while !warned() {
        thread::sleep(std::time::Duration::from_millis(20));
    }
    hospitals(&server.admin, 0, 1);
    assert!(server.log().contains("backups fail"), "{}", server.log());
}
