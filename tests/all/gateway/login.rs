//! Connecting and logging in: passwords, tokens, what is refused, and what ends a connection.

use serde_json::json;
use tungstenite::Message;

use super::pair;
use crate::kit::{Client, Socket, TestServer};

#[test]
pub fn a_password_logs_in_as_often_as_one_likes_and_dies_with_its_session() {
    let server = TestServer::open();
    let (patient, other) = (server.patient(), server.patient());
    let servers = patient.get("/im/servers").ok();
    let address = patient.base.strip_prefix("http://").unwrap();
    assert_eq!(servers[0]["url"], format!("ws://{address}/im/ws"));
    assert_eq!(format!("{}:{}", servers[0]["ip"].as_str().unwrap(), servers[0]["port"]), address);

    let first = patient.get("/im/password").ok();
    let second = patient.get("/im/password").ok();
    assert_eq!((&first["expire"], &first["member_id"], &first["url"]), (&json!(3600), &json!(patient.id), &servers[0]["url"]));
    let password = first["password"].as_str().unwrap();
    assert!(password.len() == 32 && password.bytes().all(|b| b.is_ascii_hexdigit()) && first["password"] != second["password"]);

    let login = |member: u64, password: &str| json!({ "type": "login", "id": "1", "member_id": member, "password": password });
    let good = |client: &Client, password: &str| {
        let mut socket = Socket::open(client);
        let welcome = socket.ask(login(patient.id, password));
        assert_eq!((&welcome["type"], &welcome["id"], &welcome["role"]), (&json!("welcome"), &json!("1"), &json!("patient")), "{welcome}");
        assert_eq!((&welcome["member_id"], &welcome["seq"], &welcome["heartbeat"]), (&json!(patient.id), &json!(0), &json!(30)));
        assert_eq!(welcome["time"], server.now().0);
        socket
    };
    let mut sockets = vec![good(&patient, password), good(&patient, password), good(&patient, second["password"].as_str().unwrap())];
    let bad = |member: u64, password: &str| {
        let mut socket = Socket::open(&patient);
        socket.refused(login(member, password), 401, "bad_login");
        assert_eq!(socket.closed(), 4401);
    };
    bad(other.id, password);
    bad(patient.id, &"0".repeat(32));
    bad(patient.id, "x");
    bad(987_654_321, password);

    server.advance("59m");
    sockets.push(good(&patient, password));
    server.advance("61s");
    bad(patient.id, password);
    assert_eq!(
        server.app().store.view().total::<xuanhu::domain::identity::im_password::ImPassword>().unwrap(),
        0,
        "what has run out is swept"
    );
    let third = patient.get("/im/password").ok();
    sockets.push(good(&patient, third["password"].as_str().unwrap()));

    patient.get("/logout").ok();
    for mut socket in sockets {
        assert_eq!(socket.closed(), 4401, "log-out ends every connection at once");
    }
    bad(patient.id, third["password"].as_str().unwrap());
}

#[test]
fn passwords_are_kept_hashed() {
    let server = TestServer::open();
    let patient = server.patient();
    let password = patient.get("/im/password").ok()["password"].as_str().unwrap().to_owned();
    let view = server.app().store.view();
    let rows: Vec<xuanhu::domain::identity::im_password::ImPassword> =
        view.all(xuanhu::store::Order::Oldest).collect::<Result<_, _>>().unwrap();
    assert_eq!((rows.len(), rows[0].digest.len(), rows[0].digest == password), (1, 64, false));
}

#[test]
fn tokens_log_in_and_every_role_but_the_administration() {
    let server = TestServer::open();
    for (person, role) in [(server.patient(), "patient"), (server.doctor(), "doctor"), (server.assistant(), "assistant")] {
        let (_, welcome) = Socket::login_with(&person, json!({}));
        assert_eq!((&welcome["member_id"], &welcome["role"]), (&json!(person.id), &json!(role)));
    }
    server.admin().post("/admin/administrators", json!({ "username": "boss", "password": "secret-boss" })).created();
    let boss = server.nobody().post("/admin/login", json!({ "username": "boss", "password": "secret-boss" })).ok();
    let patient = server.patient();
    let bad_tokens =
        [boss["token"].as_str().unwrap(), server.admin().token.as_deref().unwrap(), "x", &patient.token()[1..]].map(str::to_owned);
    for token in bad_tokens {
        let mut socket = Socket::open(&server.nobody());
        socket.refused(json!({ "type": "login", "token": token }), 401, "bad_login");
        assert_eq!(socket.closed(), 4401);
    }
}

#[test]
fn nothing_but_a_login_comes_first() {
    let server = TestServer::open();
    let patient = server.patient();
    for first in [r#"{"type":"ping","id":"p"}"#, r#"{"type":"nonsense","id":"p"}"#, "no JSON", "[]"] {
        let mut socket = Socket::open(&patient);
        socket.send_raw(Message::text(first)).unwrap();
        let error = socket.expect("error");
        assert_eq!((&error["error"], &error["code"]), (&json!("login_required"), &json!(401)), "{first}");
        assert_eq!(error["id"], if first.contains("id") { json!("p") } else { json!(null) });
        assert_eq!(socket.closed(), 4401);
    }
    // A login that lacks something may be mended.
    let mut socket = Socket::open(&patient);
    for lacks in [json!({ "type": "login" }), json!({ "type": "login", "member_id": patient.id }), json!({ "type": "login", "token": 7 })] {
        socket.refused(lacks, 400, "malformed");
    }
    socket.refused(json!({ "type": "login", "token": patient.token(), "after": "x" }), 400, "malformed");
    socket.send(json!({ "type": "login", "id": 5, "token": patient.token() }));
    let error = socket.expect("error");
    assert_eq!((&error["error"], &error["id"]), (&json!("malformed"), &json!(null)));
    assert_eq!(socket.ask(json!({ "type": "login", "token": patient.token() }))["type"], "welcome");
    socket.refused(json!({ "type": "login", "token": patient.token() }), 400, "unknown_type");
}

#[test]
fn sessions_end_their_own_connections_and_no_others() {
    let server = TestServer::open();
    let patient = server.patient();
    let elsewhere = patient.clone().signed_in_again(&server);
    let (mut here, mut there) = (Socket::login(&patient), Socket::login(&elsewhere));
    elsewhere.get("/logout").ok();
    assert_eq!(there.closed(), 4401);
    here.quiet();
    // A new password ends all, and so does a shut account.
    server.advance("2m");
    let code = server.code_for(&patient.phone);
    let form = json!({ "phono": patient.phone, "type": 1, "pwd": "another-secret", "verify_code": code });
    server.nobody().post("/reset/pwd", form).ok();
    assert_eq!(here.closed(), 4401);
    let doctor = server.doctor();
    let mut socket = Socket::login(&doctor);
    doctor.verify(&server, 2).ok();
    assert_eq!(socket.closed(), 4401);
    // And time.
    let assistant = server.assistant();
    let mut socket = Socket::login(&assistant);
    server.advance("8d");
    assert_eq!(socket.closed(), 4401);
}

#[test]
fn who_does_not_log_in_or_says_nothing_has_to_go() {
    let server = TestServer::with(&[("im.login_window", "1s"), ("im.silence_window", "3s")]);
    let patient = server.patient();
    assert_eq!(Socket::open(&patient).closed(), 4408);
    let (mut silent, welcome) = Socket::login_with(&patient, json!({}));
    assert_eq!(welcome["heartbeat"], 1);
    let mut talking = Socket::login(&patient);
    let begun = std::time::Instant::now();
    // WebSocket pings are a sign of life, too.
    while begun.elapsed() < std::time::Duration::from_millis(4_000) {
        talking.send_raw(Message::Ping("x".into())).unwrap();
        talking.quiet();
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(silent.closed(), 4408);
    assert_eq!(talking.closed(), 4408);
}

#[test]
fn eight_devices_and_the_oldest_gives_way() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let mut devices: Vec<Socket> = (0..8).map(|_| Socket::login(&patient)).collect();
    devices.push(Socket::login(&patient));
    assert_eq!(devices.remove(0).closed(), 4409);
    Socket::login(&doctor).say(patient.id, "都在吗");
    for device in &mut devices {
        assert_eq!(device.expect("message")["content"], "都在吗");
    }
}

#[test]
fn the_server_says_when_it_stops() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let (mut logged_in, mut waiting) = (Socket::login(&patient), Socket::open(&patient));
    let reader = std::thread::spawn(move || (logged_in.closed(), waiting.closed()));
    server.restart();
    assert_eq!(reader.join().unwrap(), (1001, 1001));
    Socket::login(&patient.at(&server)).quiet();
}

#[test]
fn plain_requests_are_told_to_upgrade() {
    let server = TestServer::open();
    let answer = server.nobody().get("/im/ws");
    answer.refused(426, "upgrade_required");
    assert_eq!((answer.header("upgrade"), answer.header("sec-websocket-version")), ("websocket", "13"));
    server.nobody().post("/im/ws", json!({})).refused(405, "method_not_allowed");
    for (name, value) in [("sec-websocket-version", "8"), ("sec-websocket-key", "short"), ("connection", "close"), ("upgrade", "h2c")] {
        let refused = Socket::open_with(&server.nobody(), &[(name, value)]).err().unwrap();
        assert!(matches!(&*refused, tungstenite::Error::Http(response) if response.status() == 426), "{name}: {refused}");
    }
    let (_, response) = Socket::open_with(&server.nobody(), &[("sec-websocket-protocol", "chat")]).map_err(|_| ()).unwrap_or_else(|()| {
        // A client library that insists on a subprotocol gives up by itself; the server grants none.
        Socket::open_with(&server.nobody(), &[]).unwrap()
    });
    assert!(response.headers().get("sec-websocket-extensions").is_none());
}

/// A wrong password is noted and counts as at every other door; tokens, which nobody can guess, are noted.
#[test]
fn failed_logins_are_noted_and_slowed_down() {
    let server = TestServer::with(&[("limits.enabled", "true"), ("limits.requests_per_second", "1000")]);
    let (patient, other) = (server.patient(), server.patient());
    let password = |client: &Client| client.get("/im/password").ok()["password"].as_str().unwrap().to_owned();
    let (right, others) = (password(&patient), password(&other));
    let login = |member: u64, password: &str| json!({ "type": "login", "id": "1", "member_id": member, "password": password });
    let noted = |id: u64| server.admin().get(format_args!("/admin/audit?action=sign_in_failed&account_id={id}&page_size=50")).ok();
    let refused = |frame: serde_json::Value, code: u16, slug: &str, close: u16| {
        let mut socket = Socket::open(&server.nobody());
        socket.refused(frame, code, slug);
        assert_eq!(socket.closed(), close);
    };
    for _ in 0..10 {
        refused(login(patient.id, &"0".repeat(32)), 401, "bad_login", 4401);
    }
    let records = noted(patient.id);
    assert_eq!((&records["total"], &records["items"][0]["subject"]), (&json!(1), &json!("patient")), "one a minute");
    assert_eq!(records["items"][0]["address"], "127.0.0.1");
    // The right one waits too, and whoever comes from the same address; a token does not.
    refused(login(patient.id, &right), 429, "too_many_logins", 4429);
    refused(login(other.id, &others), 429, "too_many_logins", 4429);
    Socket::login(&patient);
    server.advance("61s");
    let mut socket = Socket::open(&server.nobody());
    assert_eq!(socket.ask(login(patient.id, &right))["type"], "welcome");

    let token = other.token().to_owned();
    other.get("/logout").ok();
    for _ in 0..20 {
        refused(json!({ "type": "login", "id": "1", "token": token }), 401, "bad_login", 4401);
    }
    assert_eq!(noted(other.id)["total"], 1);
    refused(json!({ "type": "login", "id": "1", "token": "x" }), 401, "bad_login", 4401);
    assert_eq!(noted(0)["total"], 1, "nobody that we know");
}

/// A device that comes back with a password of yesterday locks nobody out.
#[test]
fn failed_logins_at_the_gateway_lock_no_account() {
    let server = TestServer::open();
    let patient = server.patient();
    for _ in 0..12 {
        let mut socket = Socket::open(&server.nobody());
        socket.refused(json!({ "type": "login", "member_id": patient.id, "password": "yesterday" }), 401, "bad_login");
    }
    patient.signed_in_again(&server);
}
