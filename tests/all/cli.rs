//! The command line: what it prints, where, and with which exit code.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::json;

use crate::kit::{
    data_dir, empty_dir,
    program::{Running, command, run},
};

#[test]
fn serve_says_where_it_listens_and_stops_when_told() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    assert!(!server.address.ends_with(":0"), "{}", server.address);
    assert_eq!(server.client.get("/healthz").ok()["status"], "ok");
    assert_eq!(fs::read_to_string(dir.path().join("listen.addr")).unwrap().trim(), server.address);
    let (status, rest) = server.stop();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
    assert!(!dir.path().join("listen.addr").exists());
}

#[test]
fn a_second_process_on_the_directory_is_refused() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let second = run(command(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    second.failed_in_one_line(&["another xuanhu process", "--data-dir"]);
    server.client.get("/healthz").ok();
    assert_eq!(fs::read_to_string(dir.path().join("listen.addr")).unwrap().trim(), server.address);
}

#[test]
fn an_address_in_use_is_named() {
    let (one, other) = (data_dir(), data_dir());
    let server = Running::start(one.path());
    let second = run(command(other.path(), &["serve", "--listen", &server.address]));
    assert_eq!(second.code, Some(1), "{second:?}");
    let last = second.err.trim_end().lines().last().unwrap();
    assert!(last.starts_with("xuanhu: ") && last.contains(&server.address), "{second:?}");
}

#[test]
fn the_first_start_makes_an_administrator_and_says_so_once() {
    let dir = empty_dir();
    let server = Running::start(dir.path());
    let log = server.log();
    let word =
        |name: &str| log.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {log}")).trim();
    let login = json!({ "username": word("username"), "password": word("password") });
    let token = server.client.post("/admin/login", login).ok()["token"].as_str().unwrap().to_owned();
    assert_eq!(server.client.with_token(token).get("/admin/administrators").ok()["total"], 1);
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("admin.token"), mode("secret.key")], [0o600, 0o600]);
    assert!(server.stop().0.success());
    let server = Running::start(dir.path());
    assert!(!server.log().contains("password"), "{}", server.log());
}

#[test]
fn the_directory_is_made_for_its_owner_alone() {
    let parent = empty_dir();
    let dir = parent.path().join("new/clinic");
    let server = Running::start(&dir);
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(server.stop().0.success());
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let dir = empty_dir();
    for arguments in [["serve", "--port=80"], ["serve", "--listen=nowhere"], ["nonsense", "--help"], ["serve", "more"]] {
        let ended = run(command(dir.path(), &arguments));
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{arguments:?} {ended:?}");
        assert!(!ended.err.is_empty());
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is made by a slip of the keyboard");
    let nothing = run(command(dir.path(), &[]));
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    for arguments in [["--help"], ["--version"]] {
        let ended = run(command(dir.path(), &arguments));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.out.contains("xuanhu"), "{ended:?}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_named_in_one_line() {
    let serve = |dir: &Path, listen: &str, name: &str, value: &str| {
        let mut serve = command(dir, &["serve", "--listen", listen]);
        serve.env(name, value);
        run(serve)
    };
    let dir = data_dir();
    let local = "127.0.0.1:0";
    serve(dir.path(), local, "XUANHU_HTTP__LISEN", "x").failed_in_one_line(&["XUANHU_HTTP__LISEN", "XUANHU_HTTP__LISTEN"]);
    serve(dir.path(), local, "XUANHU_SMS__RESEND_GAP", "soon").failed_in_one_line(&["sms.resend_gap", "soon"]);
    // A captcha that everybody knows, and timers that anybody's bill depends on, are for trials on one machine.
    serve(dir.path(), "0.0.0.0:0", "XUANHU_AUTH__CAPTCHA_FIXED", "abcd").failed_in_one_line(&["auth.captcha_fixed", "loopback"]);
    serve(dir.path(), "0.0.0.0:0", "XUANHU_CLOCK__OFFSET", "25d").failed_in_one_line(&["clock.offset", "loopback"]);
    fs::write(dir.path().join("xuanhu.toml"), "[clinic]\nnmae = \"仁心\"\n").unwrap();
    run(command(dir.path(), &["serve", "--listen", local])).failed_in_one_line(&["clinic.nmae", "clinic.name"]);
    fs::write(dir.path().join("xuanhu.toml"), "[clinic\n").unwrap();
    run(command(dir.path(), &["serve", "--listen", local])).failed_in_one_line(&["xuanhu.toml", "line 1"]);
}

/// Orchestrators put variables of their own under the name of a service, templates pass empty ones.
#[test]
fn variables_of_others_do_no_harm() {
    let dir = data_dir();
    let strange = [
        ("XUANHU_PORT", "tcp://10.0.0.5:8080"),
        ("XUANHU_SERVICE_HOST", "10.0.0.5"),
        ("XUANHU_SERVICE_PORT_HTTP", "8080"),
        ("XUANHU_PORT_8080_TCP_ADDR", "10.0.0.5"),
        ("XUANHU_DEMO", ""),
        ("XUANHU_CLINIC__NAME", ""),
        ("XUANHU_CLINIC_NAME", "仁心"),
    ];
    let server = Running::start_with(dir.path(), &strange);
    let (near, others) = (server.log().contains("XUANHU_CLINIC__NAME?"), server.log().contains("XUANHU_PORT"));
    assert!(near && !others, "{}", server.log());
    drop(server);
    let mut nowhere = command(dir.path(), &["serve"]);
    nowhere.env("XUANHU_DEMO", "perhaps");
    assert_eq!(run(nowhere).code, Some(2));
    // Without a directory, in a place of its own: the one that is usual.
    let place = empty_dir();
    let mut config = std::process::Command::new(env!("CARGO_BIN_EXE_xuanhu"));
    let config = config.arg("config").current_dir(place.path()).env("XUANHU_DATA_DIR", "");
    assert!(config.output().unwrap().status.success());
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let dir = data_dir();
    let secret = dir.path().join("name");
    fs::write(&secret, "仁心\n").unwrap();
    let mut config = command(dir.path(), &["config"]);
    config.env("XUANHU_CLINIC__NAME_FILE", &secret);
    let shown = run(config);
    assert!(shown.out.lines().any(|line| line.starts_with("clinic.name ") && line.ends_with(" 仁心")), "{shown:?}");
    let mut serve = command(dir.path(), &["serve"]);
    serve.env("XUANHU_IM__KEY_FILE", "/nonexistent");
    run(serve).failed_in_one_line(&["XUANHU_IM__KEY_FILE", "/nonexistent", "cannot be read"]);
}

#[test]
fn a_file_is_no_data_directory() {
    let dir = empty_dir();
    let file = dir.path().join("file");
    fs::write(&file, "not a directory").unwrap();
    let ended = run(command(&file, &["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("file") && !ended.err.contains("panicked"), "{ended:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a directory");
}

/// `clock.offset` moves the one clock that every rule reads.
#[test]
fn the_clock_can_be_set_ahead() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let made =
        |server: &Running, name: &str| server.admin.post("/admin/hospitals", json!({ "name": name })).created()["created_at"].to_string();
    let today = made(&server, "甲院");
    assert!(server.stop().0.success());
    let server = Running::start_with(dir.path(), &[("XUANHU_CLOCK__OFFSET", "400d")]);
    assert!(made(&server, "乙院") > today);
}

#[test]
fn tables_come_in_and_go_out_of_a_stopped_and_a_running_clinic() {
    let dir = data_dir();
    let (table, bad, out) = (dir.path().join("in.csv"), dir.path().join("bad.csv"), dir.path().join("out.csv"));
    fs::write(&table, "name,code\n命令行甲,A00\n命令行乙,B01\n").unwrap();
    fs::write(&bad, "name,code\n命令行丙,A00\n,B01\n").unwrap();
    let exchange = |verb: &str, file: &Path| run(command(dir.path(), &[verb, "diagnosis-terms", file.to_str().unwrap()]));
    let check = |first: &str| {
        let done = exchange("import", &table);
        assert_eq!((done.code, done.out.trim()), (Some(0), first), "{done:?}");
        let refused = exchange("import", &bad);
        assert!(refused.code == Some(1) && refused.err.contains("line 3"), "{refused:?}");
        assert_eq!(exchange("export", &out).code, Some(0));
        let text = fs::read_to_string(&out).unwrap();
        assert!(text.contains("命令行甲,A00\n") && !text.contains("命令行丙"), "{text}");
        let built = run(command(dir.path(), &["reindex"]));
        assert!(built.code == Some(0) && built.out.starts_with("search index: "), "{built:?}");
    };
    check("diagnosis-terms: 2 new, 0 updated");
    let server = Running::start(dir.path());
    check("diagnosis-terms: 0 new, 2 updated");
    drop(server);
    assert_eq!(run(command(dir.path(), &["import", "weather", table.to_str().unwrap()])).code, Some(1));
}
