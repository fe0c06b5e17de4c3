//! What an operator does beside running the server: administrators, settings, the demonstration clinic.

use std::{fs, io::Write, os::unix::ffi::OsStringExt, path::Path, process::Stdio};

use serde_json::json;

use crate::kit::{
    Client, data_dir, empty_dir,
    program::{Ended, Running, command, run},
};

fn admin(dir: &Path, arguments: &[&str]) -> Ended {
    run(command(dir, &[&["admin"], arguments].concat()))
}

/// Gives `lan` a password that is typed in.
fn type_password(dir: &Path, password: &str) -> Ended {
    let mut command = command(dir, &["admin", "reset-password", "lan", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// What a command that went well printed after `name`.
#[track_caller]
fn word<'a>(ended: &'a Ended, name: &str) -> &'a str {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.out.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {ended:?}")).trim()
}

fn signs_in(client: &Client, username: &str, password: &str) -> bool {
    let answer = client.post("/admin/login", json!({ "username": username, "password": password }));
    assert!([200, 401].contains(&answer.status), "{answer}");
    answer.status == 200
}

#[test]
fn administrators_of_a_stopped_server() {
    let dir = data_dir();
    let made = admin(dir.path(), &["create", "lan"]);
    let first = word(&made, "password").to_owned();
    admin(dir.path(), &["create", "lan"]).failed_in_one_line(&["the name is taken"]);
    let again = admin(dir.path(), &["reset-password", "lan"]);
    let second = word(&again, "password").to_owned();
    admin(dir.path(), &["reset-password", "nobody"]).failed_in_one_line(&["no such administrator", "nobody"]);
    // What a killed server leaves behind; the port may belong to anybody by now.
    fs::write(dir.path().join("listen.addr"), "127.0.0.1:9\n").unwrap();
    let listed = admin(dir.path(), &["list"]);
    assert_eq!((listed.code, listed.out.lines().count()), (Some(0), 3), "{listed:?}");
    let server = Running::start(dir.path());
    assert!(signs_in(&server.client, "lan", &second) && !signs_in(&server.client, "lan", &first));
    assert_eq!(
        server.admin.get("/admin/audit").ok()["total"].as_u64(),
        Some(4),
        "made, given a password, signed in, and a try that failed"
    );
}

#[test]
fn administrators_of_a_running_server() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let made = admin(dir.path(), &["create", " lan "]);
    assert_eq!(word(&made, "username"), "lan");
    let password = word(&made, "password");
    let token = server.client.post("/admin/login", json!({ "username": "lan", "password": password })).ok()["token"].clone();
    let signed_in = server.client.with_token(token.as_str().unwrap());
    assert_eq!(signed_in.get("/admin/administrators").ok()["total"], 2);
    admin(dir.path(), &["create", "lan"]).failed_in_one_line(&["the name is taken"]);
    admin(dir.path(), &["reset-password", "nobody"]).failed_in_one_line(&["no such administrator"]);

    assert_eq!(type_password(dir.path(), "悬壶济世 1234\r\n").out, "username  lan\n");
    assert!(signs_in(&server.client, "lan", "悬壶济世 1234") && !signs_in(&server.client, "lan", password));
    signed_in.get("/admin/administrators").refused(401, "bad_token");
    for bad in ["", "short\n", "\n", &"长".repeat(129)] {
        type_password(dir.path(), bad).failed_in_one_line(&["6 to 128 characters"]);
    }
    let listed = admin(dir.path(), &["list"]);
    assert_eq!((listed.code, listed.out.lines().count()), (Some(0), 3), "{listed:?}");
    // A server that has the directory and has not said where it answers.
    fs::remove_file(dir.path().join("listen.addr")).unwrap();
    admin(dir.path(), &["list"]).failed_in_one_line(&["does not answer", "try again"]);
}

#[test]
fn a_slip_in_the_directory_makes_no_clinic() {
    let parent = empty_dir();
    let dir = parent.path().join("slip");
    for arguments in [&["list"][..], &["reset-password", "admin"]] {
        admin(&dir, arguments).failed_in_one_line(&["no clinic", "--data-dir"]);
    }
    assert!(!dir.exists());
    // Making an administrator before the first start is meant; the first one of all is still told.
    let made = admin(&dir, &["create", "lan"]);
    assert!(!word(&made, "password").is_empty() && made.err.contains("admin"), "{made:?}");
    assert_eq!(admin(&dir, &["create", " "]).code, Some(2));
}

#[test]
fn settings_say_where_they_come_from() {
    let dir = empty_dir();
    fs::write(dir.path().join("xuanhu.toml"), "[clinic]\nname = '仁心'\n[payment.wechat]\napi_v3_key = 'hush'\n").unwrap();
    let mut config = command(dir.path(), &["config"]);
    config.env("XUANHU_LOG__LEVEL", "warn");
    let shown = run(config);
    let line = |key: &str| word(&shown, key).split_whitespace().collect::<Vec<_>>();
    assert_eq!(line("clinic.name"), ["xuanhu.toml", "仁心"]);
    assert_eq!(line("log.level"), ["environment", "warn"]);
    assert_eq!(line("http.listen"), ["default", "127.0.0.1:8080"]);
    assert_eq!(line("payment.wechat.api_v3_key"), ["xuanhu.toml", "***"]);
    assert_eq!(line("backup.dir"), ["default", "-"]);
    assert!(!shown.out.contains("hush"));
}

/// Anybody's variable may hold anything.
#[test]
fn an_environment_that_is_no_text_does_no_harm() {
    let dir = empty_dir();
    let mut config = command(dir.path(), &["config"]);
    config.env("SOMETHING", std::ffi::OsString::from_vec(vec![0xff, 0xfe]));
    assert_eq!(run(config).code, Some(0));
}

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_made() {
    let dir = empty_dir();
    for (name, value, what, why) in [
        ("XUANHU_PAYMENT__PROVIDER", "wechat", "cannot be used", "payment.wechat.mch_id"),
        ("XUANHU_BACKUP__RECIPIENTS", "age1nobody", "cannot be used", "backup.recipients"),
    ] {
        let mut serve = command(dir.path(), &["serve", "--listen", "127.0.0.1:0"]);
        serve.env(name, value);
        run(serve).failed_in_one_line(&[what, why]);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn the_demonstration_clinic_goes_into_an_empty_store_only() {
    let dir = data_dir();
    let demo = [("XUANHU_DEMO", "true")];
    let server = Running::start_with(dir.path(), &demo);
    let login = json!({ "phone": "19900001012", "pwd": "xuanhu-demo", "type": 1 });
    assert_eq!(server.client.post("/login", login.clone()).ok()["real_name"], "丁小满");
    assert!(server.log().contains("19900001012") && !server.log().contains("--demo changes nothing"), "{}", server.log());
    let projects = server.client.get("/project").ok();
    assert!(server.stop().0.success());
    let server = Running::start_with(dir.path(), &demo);
    server.client.post("/login", login).ok();
    assert_eq!(server.client.get("/project").ok()["page"], projects["page"]);
    assert!(server.log().contains("--demo changes nothing"), "{}", server.log());
}

/// Windows that are too short for the story are the operator's business from the first day on.
#[test]
fn the_demonstration_clinic_stands_by_short_windows() {
    let dir = data_dir();
    let settings = [("XUANHU_DEMO", "1"), ("XUANHU_CONSULTATION__PAY_WINDOW", "4s"), ("XUANHU_CONSULTATION__REPLY_WINDOW", "4s")];
    let server = Running::start_with(dir.path(), &settings);
    server.client.post("/login", json!({ "phone": "19900001012", "pwd": "xuanhu-demo", "type": 1 })).ok();
}

/// A kill while it is filled in leaves a store that can be filled again, or is full.
#[test]
fn a_kill_in_the_middle_of_the_demonstration_clinic_does_no_harm() {
    for delay in [0, 40, 120] {
        let dir = data_dir();
        let mut serve = command(dir.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"]);
        let mut child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let server = Running::start_with(dir.path(), &[("XUANHU_DEMO", "1")]);
        let login = json!({ "phone": "19900001012", "pwd": "xuanhu-demo", "type": 1 });
        server.client.post("/login", login).ok();
        assert_eq!(server.admin.get("/admin/patients").ok()["total"], 10, "after {delay} ms");
    }
}
