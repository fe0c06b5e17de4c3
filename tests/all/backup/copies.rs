//! A restored clinic is a copy for looking, which reaches nobody, until it is promoted; a kill while it is made leaves nothing half done.

use std::{fs, process::Stdio, thread, time::Duration};

use serde_json::json;

use super::{filled, good, hospitals, number_of_hospitals, only_backup, text, xuanhu};
use crate::kit::{
    data_dir, empty_dir,
    program::{Running, command},
};

#[test]
fn a_copy_for_looking_reaches_nobody_until_it_is_promoted() {
    let (dir, place) = (data_dir(), empty_dir());
    fs::write(dir.path().join("xuanhu.toml"), "[sms]\nprovider = 'webhook'\nwebhook_url = 'http://127.0.0.1:9/sms'\n[push]\nprovider = 'webhook'\nwebhook_url = 'http://127.0.0.1:9/push'\n").unwrap();
    filled(dir.path(), 2);
    let (file, copy) = (place.path().join("file"), place.path().join("copy"));
    good(dir.path(), &["backup", text(&file)]);
    assert!(good(&copy, &["restore", text(&file)]).contains("a copy for looking"));
    xuanhu(dir.path(), &["promote"]).failed_in_one_line(&["this is the clinic already"]);

    let shelf = place.path().join("shelf");
    let server = Running::start_with(
        &copy,
        &[("XUANHU_PAYMENT__PROVIDER", "demo"), ("XUANHU_BACKUP__DIR", text(&shelf)), ("XUANHU_BACKUP__EVERY", "1s")],
    );
    let about = server.client.get("/web/about.json").json;
    assert_eq!((&about["copy"], &about["trial"], &about["payment"]), (&json!(true), &json!(true), &json!("none")), "{about}");
    assert!(server.log().contains("copy for looking"), "{}", server.log());
    assert!(server.client.get("/readyz").ok()["warnings"].to_string().contains("copy for looking"));
    let shown = |server: &Running, key: &str| {
        let items = server.admin.get("/admin/settings").ok()["items"].as_array().unwrap().clone();
        items.into_iter().find(|one| one["key"] == key).unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!([shown(&server, "sms.provider"), shown(&server, "push.provider"), shown(&server, "backup.dir")], ["outbox", "none", ""]);
    // A promotion needs the directory for itself.
    xuanhu(&copy, &["promote"]).failed_in_one_line(&["another xuanhu process"]);
    let before = hospitals(&server.admin, 10, 1)[0];
    assert!(server.stop().0.success());
    assert!(!shelf.exists());

    assert!(good(&copy, &["promote"]).contains("this is the clinic now"));
    let server = Running::start(&copy);
    assert_eq!(server.client.get("/web/about.json").json["copy"], false);
    assert_eq!(shown(&server, "sms.provider"), "webhook");
    assert!(hospitals(&server.admin, 20, 1)[0] > before + 900_000);
    assert_eq!(number_of_hospitals(&server.admin), 4);
}

#[test]
fn without_secrets_the_settings_say_what_is_missing() {
    let (dir, place) = (data_dir(), empty_dir());
    let toml = "[clinic]\nname = '仁心'\n[wechat]\napp_id = 'wx1'\nsecret = 'hush-hush'\n";
    fs::write(dir.path().join("xuanhu.toml"), toml).unwrap();
    filled(dir.path(), 1);
    let (file, new) = (place.path().join("file"), place.path().join("new"));
    good(dir.path(), &["backup", text(&file), "--without-secrets"]);
    let restored = xuanhu(&new, &["restore", text(&file), "--promote"]);
    assert!(restored.code == Some(0) && restored.err.contains("secret.key"), "{restored:?}");
    let written = fs::read_to_string(new.join("xuanhu.toml")).unwrap();
    assert!(!written.contains("hush") && written.contains("仁心"), "{written}");
    assert_ne!(fs::read(new.join("secret.key")).unwrap(), fs::read(dir.path().join("secret.key")).unwrap());
    let server = Running::start(&new);
    assert!(server.log().contains("to be set again: wechat.secret"), "{}", server.log());
}

#[test]
fn a_kill_while_restoring_or_backing_up_leaves_nothing_half_done() {
    let (dir, place) = (data_dir(), empty_dir());
    filled(dir.path(), 20);
    let (file, new) = (place.path().join("file"), place.path().join("new"));
    good(dir.path(), &["backup", text(&file)]);
    for delay in [1, 5, 20, 60, 120, 250] {
        let mut restore = command(&new, &["restore", text(&file), "--promote"]);
        let mut child = restore.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        if new.exists() {
            drop(Running::start(&new));
            fs::remove_dir_all(&new).unwrap();
        }
    }
    good(&new, &["restore", text(&file), "--promote"]);
    assert!(!place.path().join("new.restoring").exists());
    let shelf = place.path().join("shelf");
    fs::create_dir(&shelf).unwrap();
    for delay in [1, 10, 30, 60] {
        let mut backup = command(dir.path(), &["backup", text(&shelf)]);
        let mut child = backup.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        for entry in fs::read_dir(&shelf).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "backup") {
                good(dir.path(), &["verify", text(&path)]);
            }
            fs::remove_file(path).unwrap();
        }
    }
}

/// A store of the release before gets its files, after a backup of it as it was.
#[test]
fn an_older_store_is_backed_up_and_then_marked() {
    let dir = empty_dir();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores/0.1.0.tar.gz");
    assert!(std::process::Command::new("tar").args(["-xzf", file, "-C", text(dir.path())]).status().unwrap().success());
    let server = Running::start(dir.path());
    assert_eq!(fs::read(dir.path().join("store/FORMAT")).unwrap(), b"2\n");
    assert!(dir.path().join("store/MARK").exists());
    let login = json!({ "phono": "19900001001", "pwd": "xuanhu-demo", "type": 2 });
    server.client.post("/login", login.clone()).ok();
    assert!(server.stop().0.success());
    let backup = only_backup(&dir.path().join("backups"));
    good(dir.path(), &["verify", text(&backup)]);
    // Once only.
    drop(Running::start(dir.path()));
    only_backup(&dir.path().join("backups"));
    let place = empty_dir();
    let new = place.path().join("new");
    good(&new, &["restore", text(&backup), "--promote"]);
    Running::start(&new).client.post("/login", login).ok();
}
