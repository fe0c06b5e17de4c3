//! The server under a supervisor: signals, renewed certificates, systemd's messages, the commands that ask how it is.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::net::UnixDatagram,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::kit::{
    data_dir, empty_dir,
    program::{Ended, Running, command, run},
    until,
};

fn health(dir: &Path) -> Ended {
    run(command(dir, &["health"]))
}

#[test]
fn health_is_an_exit_code() {
    let dir = data_dir();
    health(dir.path()).failed_in_one_line(&["does not answer"]);
    let server = Running::start(dir.path());
    let well = health(dir.path());
    assert_eq!((well.code, well.out.as_str()), (Some(0), "ready\n"), "{well:?}");
    drop(server);
    health(dir.path()).failed_in_one_line(&["does not answer"]);
}

#[test]
fn the_unit_for_systemd_names_this_directory() {
    let dir = empty_dir();
    let unit = run(command(dir.path(), &["service"]));
    assert_eq!(unit.code, Some(0), "{unit:?}");
    let start = format!("ExecStart={} serve --data-dir {}", env!("CARGO_BIN_EXE_xuanhu"), dir.path().display());
    assert!(unit.out.lines().any(|line| line == start) && unit.out.contains("ProtectSystem=strict"), "{unit:?}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_hang_up_ends_nothing() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    for _ in 0..3 {
        server.signal(libc::SIGHUP);
        server.client.get("/healthz").ok();
    }
    assert!(server.stop().0.success());
}

#[test]
fn systemd_hears_of_start_life_and_stop() {
    let dir = data_dir();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let hear = || {
        let mut message = [0; 200];
        let length = socket.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap()
    };
    let settings = [("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "200000")];
    let server = Running::start_with(dir.path(), &settings);
    assert!(hear().starts_with("READY=1\nSTATUS=listening on http://"));
    assert_eq!([hear(), hear()], ["WATCHDOG=1", "WATCHDOG=1"]);
    assert!(server.stop().0.success());
    until("STOPPING", || hear() == "STOPPING=1");
}

#[test]
fn where_the_address_cannot_be_noted_the_server_runs_all_the_same() {
    let dir = data_dir();
    fs::create_dir(dir.path().join("listen.addr")).unwrap();
    let server = Running::start(dir.path());
    server.client.get("/healthz").ok();
    assert!(server.log().contains("listen.addr cannot be written"), "{}", server.log());
}

/// A start that is killed before it told the password leaves nobody who knows it.
#[test]
fn an_administrator_who_never_came_is_told_of() {
    let dir = empty_dir();
    Running::kill_when(dir.path(), "store/xuanhu.initialised");
    let server = Running::start(dir.path());
    let log = server.log();
    assert!(log.contains("first administrator") || log.contains("admin has never signed in"), "{log}");
    assert!(server.stop().0.success());
    let server = Running::start(dir.path());
    assert!(
        server.log().contains("admin has never signed in") && server.log().contains("xuanhu admin reset-password admin"),
        "{}",
        server.log()
    );
    let reset = run(command(dir.path(), &["admin", "reset-password", "admin"]));
    let password = reset.out.lines().find_map(|line| line.strip_prefix("password")).unwrap().trim();
    server.client.post("/admin/login", json!({ "username": "admin", "password": password })).ok();
    assert!(server.stop().0.success());
    let server = Running::start(dir.path());
    assert!(!server.log().contains("never signed in"), "{}", server.log());
}

#[test]
fn what_is_for_trying_out_is_warned_of_where_strangers_come() {
    let dir = data_dir();
    let warnings = |settings: &[(&str, &str)]| {
        let server = Running::start_with(dir.path(), settings);
        let log = server.log();
        let warned = ["payment.provider is demo", "sms.provider is outbox", "--demo fills"].map(|words| log.contains(words));
        drop(server);
        warned
    };
    assert_eq!(warnings(&[]), [false; 3]);
    assert_eq!(warnings(&[("XUANHU_HTTP__TRUSTED_PROXIES", "127.0.0.1")]), [true, true, false]);
    assert_eq!(warnings(&[("XUANHU_HTTP__PUBLIC_URL", "https://clinic.example"), ("XUANHU_DEMO", "1")]), [true, true, true]);
}

struct Certificates(tempfile::TempDir);

impl Certificates {
    /// A new pair in the place of the old one, as a renewal puts it there.
    fn renew(&self) {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let pem = |kind: &str, der: &[u8]| format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", BASE64_STANDARD.encode(der));
        fs::write(self.0.path().join("cert"), pem("CERTIFICATE", own.cert.der())).unwrap();
        fs::write(self.0.path().join("key"), pem("PRIVATE KEY", &own.signing_key.serialize_der())).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
}

struct Secure(Child);

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Commands on the same directory need no settings: they know the server by what lies beside its address.
#[test]
#[expect(unsafe_code)]
fn a_renewed_certificate_is_served_and_half_a_renewal_is_not() {
    let (dir, files) = (data_dir(), Certificates(empty_dir()));
    files.renew();
    let log = dir.path().join("log");
    let mut serve = command(dir.path(), &["serve", "--listen", "127.0.0.1:0"]);
    serve.env("XUANHU_HTTP__TLS_CERT", files.path("cert")).env("XUANHU_HTTP__TLS_KEY", files.path("key"));
    let mut server = Secure(serve.stdout(Stdio::piped()).stderr(fs::File::create(&log).unwrap()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on https://"), "{line}");
    until("health", || health(dir.path()).code == Some(0));
    let shown = || fs::read_to_string(dir.path().join("listen.crt")).unwrap();
    let first = shown();
    files.renew();
    let id = libc::pid_t::try_from(server.0.id()).unwrap();
    // SAFETY: the process is ours and has not been waited for, so the number is still its own.
    let hang_up = || assert_eq!(unsafe { libc::kill(id, libc::SIGHUP) }, 0);
    hang_up();
    until("the new certificate", || shown() != first);
    assert_eq!(health(dir.path()).code, Some(0));
    assert_eq!(run(command(dir.path(), &["admin", "list"])).code, Some(0));
    // A key without its certificate.
    let (second, key) = (shown(), fs::read(files.path("key")).unwrap());
    files.renew();
    let third = fs::read(files.path("key")).unwrap();
    fs::write(files.path("key"), &key).unwrap();
    hang_up();
    until("a warning", || health(dir.path()).out.contains("new TLS certificate cannot be used"));
    assert_eq!(shown(), second);
    // By itself, once it is whole.
    fs::write(files.path("key"), &third).unwrap();
    until("the third certificate", || shown() != second);
    let well = health(dir.path());
    assert_eq!((well.code, well.out.as_str()), (Some(0), "ready\n"), "{well:?}");
    let log = fs::read_to_string(&log).unwrap();
    assert_eq!(log.matches("new TLS certificate cannot be used").count(), 1, "{log}");
}
