//! Rates and shares: who is slowed down, who never is, and that a clock that is set back changes nothing of it.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpStream, UdpSocket},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::kit::{Answer, Client, TestServer, contract, id_number};

/// A clinic with these rates, counted on the kit's clock, which stands still.
fn server(logins: &'static str, requests: &'static str) -> TestServer {
    let settings = [("limits.enabled", "true"), ("limits.login_per_minute", logins), ("limits.requests_per_second", requests)];
    TestServer::with(&settings)
}

fn wrong(answer: &Answer) -> bool {
    assert!([401, 403, 404, 422, 429].contains(&answer.status), "{answer}");
    answer.slug() != Some("too_many_logins")
}

/// Rows that take a secret and let nobody in by it: they set one, or the word means something else there.
const NOT_TRIED: &[(&str, &str)] = &[
    ("POST", "/assistant/create/patient"),                 // sets the password of a new account
    ("POST", "/admin/administrators"),                     // likewise
    ("POST", "/admin/administrators/{id}/reset-password"), // sets another's
    ("POST", "/admin/doctors"),                            // sets one
    ("PATCH", "/admin/doctors/{id}"),                      // likewise
    ("POST", "/admin/assistants"),                         // likewise
    ("PATCH", "/admin/assistants/{id}"),                   // likewise
    ("POST", "/admin/patients"),                           // likewise
    ("PATCH", "/admin/patients/{id}"),                     // likewise
    ("POST", "/admin/diagnosis-terms"),                    // the code of a diagnosis
    ("PATCH", "/admin/diagnosis-terms/{id}"),              // likewise
    ("POST", "/team/{id}/doctor"),                         // an invitation, signed with 128 bits
    ("POST", "/team/join"),                                // likewise
];

/// A password or code that may be guessed as often as one likes is none. Whoever adds an endpoint that takes one meets this test.
#[test]
fn every_row_that_takes_a_secret_is_guarded() {
    let (mut open, mut guarded) = (Vec::new(), 0);
    for endpoint in contract::documents().iter().flat_map(|document| document.endpoints()) {
        let (method, path) = (endpoint["method"].as_str().unwrap(), endpoint["path"].as_str().unwrap());
        let secret =
            |param: &Value| ["pwd", "password", "old_password", "verify_code", "code", "totp"].contains(&param["name"].as_str().unwrap());
        let Some((row, _)) = contract::row(method, path) else { continue };
        match endpoint["params"].as_array().unwrap().iter().any(secret) {
            true if row.guarded => guarded += 1,
            true if NOT_TRIED.contains(&(method, row.path)) => {}
            true => open.push(format!("{method} {}", row.path)),
            false => {}
        }
    }
    assert!(open.is_empty(), "say `.guarded()` in the rows of {open:#?}, or here why not");
    assert!(guarded >= 7, "{guarded}");
    // Their codes are WeChat's, which no document of ours names.
    for path in ["/api/user/signup", "/api/user/signin"] {
        assert!(contract::row("POST", path).unwrap().0.guarded, "{path}");
    }
}

#[test]
fn wrong_tries_are_counted_at_every_door() {
    for (method, path, form) in [
        ("POST", "/login", json!({ "phono": "19900008001", "pwd": "wrong-word", "type": 1 })),
        ("POST", "/login/phone", json!({ "photo": "19900008001", "verify_code": "000000" })),
        ("POST", "/register", json!({ "phono": "19900008001", "pwd": "a-good-word", "type": 1, "verify_code": "000000" })),
        ("POST", "/reset/pwd", json!({ "phono": "19900008001", "pwd": "a-good-word", "type": 1, "verify_code": "000000" })),
        ("POST", "/session", json!({ "phone": "19900008001", "password": "wrong-word", "role": "patient" })),
        ("POST", "/session", json!({ "phone": "19900008001", "verify_code": "000000", "role": "patient" })),
        ("POST", "/api/doctor/signin", json!({ "doctorSn": "no-such-number", "password": "wrong-word" })),
        ("POST", "/api/user/signin", json!({ "openId": "nobody" })),
        ("POST", "/admin/login", json!({ "username": "admin", "password": "wrong-word" })),
    ] {
        let server = server("3", "1000");
        let answers: Vec<_> = (0..6).map(|_| server.nobody().request(method, path).json(form.clone()).send()).collect();
        let tried: Vec<_> = answers.iter().map(wrong).collect();
        assert_eq!(tried, [true, true, true, false, false, false], "{path}: {:?}", answers[0].slug());
        answers[3].refused(429, "too_many_logins");
        assert!(!answers[3].header("retry-after").is_empty());
        server.advance("21s");
        assert!(wrong(&server.nobody().request(method, path).json(form).send()), "{path}: a minute for three, so one after 20 s");
    }
}

/// Whoever guesses at one account from many addresses, or by its other names, has no more tries.
#[test]
fn an_account_has_its_own_count_by_whichever_name() {
    let server = TestServer::with(&[
        ("limits.enabled", "true"),
        ("limits.login_per_minute", "3"),
        ("limits.requests_per_second", "1000"),
        ("http.trusted_proxies", "127.0.0.1"),
    ]);
    let doctor = server.doctor();
    let number = "D-4711";
    server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "doctor_sn": number })).ok();
    let from =
        |address: &str, path: &str, form: Value| server.nobody().request("POST", path).json(form).header("X-Forwarded-For", address).send();
    let by_phone = json!({ "phono": doctor.phone, "pwd": "wrong-word", "type": 2 });
    let by_number = json!({ "doctorSn": number, "password": "wrong-word" });
    from("203.0.113.1", "/login", by_phone.clone()).refused(401, "bad_login");
    from("203.0.113.2", "/api/doctor/signin", by_number.clone()).refused(401, "bad_login");
    from("203.0.113.3", "/session", json!({ "phone": doctor.phone, "password": "wrong-word", "role": "doctor" })).refused(401, "bad_login");
    from("203.0.113.4", "/login", by_phone).refused(429, "too_many_logins");
    from("203.0.113.5", "/api/doctor/signin", by_number).refused(429, "too_many_logins");
    // An address that has done nothing wrong tries another account.
    from("203.0.113.5", "/login", json!({ "phono": "19900008002", "pwd": "wrong-word", "type": 1 })).refused(401, "bad_login");
    // Neighbours within one /64 are one.
    let neighbours = [("2001:db8::1", 401), ("2001:db8::2", 401), ("2001:db8::3", 401), ("2001:db8::4", 429), ("2001:db8:0:1::1", 401)];
    for (number, (address, status)) in neighbours.into_iter().enumerate() {
        // Another account each time.
        let form = json!({ "phono": format!("199000081{number:02}"), "pwd": "wrong-word", "type": 1 });
        assert_eq!(from(address, "/login", form).status, status, "{address}");
    }
}

/// A clinic's whole staff signs in from one address in the morning, and everybody at once.
#[test]
fn right_tries_do_not_count() {
    let server = server("3", "1000");
    let patient = server.patient();
    let form = json!({ "phono": patient.phone, "pwd": patient.password, "type": 1 });
    for _ in 0..12 {
        server.nobody().post("/login", form.clone()).ok();
    }
    let (client, form) = (server.nobody(), &form);
    std::thread::scope(|scope| {
        let many: Vec<_> = (0..12).map(|_| scope.spawn(|| client.clone().post("/login", form.clone()).status)).collect();
        assert!(many.into_iter().all(|one| one.join().unwrap() == 200));
    });
    // Guesses at once are no more than guesses one after the other.
    let bad = json!({ "phono": patient.phone, "pwd": "wrong-word", "type": 1 });
    let bad = &bad;
    let tried = std::thread::scope(|scope| {
        let many: Vec<_> = (0..24).map(|_| scope.spawn(|| client.clone().post("/login", bad.clone()).status)).collect();
        many.into_iter().map(|one| one.join().unwrap()).filter(|status| *status == 401).count()
    });
    assert_eq!(tried, 3);
    client.post("/login", form.clone()).refused(429, "too_many_logins");
}

#[test]
fn health_pages_and_the_command_line_are_never_slowed_down() {
    let server = server("3", "5");
    let nobody = server.nobody();
    let slowed = (0..20).filter(|_| nobody.get("/doctor/list").status == 429).count();
    assert_eq!(slowed, 15);
    for _ in 0..20 {
        nobody.get("/healthz").ok();
        nobody.get("/readyz").ok();
        assert_eq!(nobody.get("/").status, 200);
        server.admin().get("/admin/administrators").ok();
    }
    nobody.get("/doctor/list").refused(429, "too_many_requests");
    // Whoever merely claims to be the command line is not.
    nobody.with_token("0".repeat(64)).get("/admin/administrators").refused(429, "too_many_requests");
}

#[test]
fn nobody_is_locked_out_by_a_clock_that_is_set_back() {
    let server = server("3", "5");
    let ask = || server.nobody().get("/doctor/list").status;
    assert_eq!((0..6).map(|_| ask()).filter(|status| *status == 200).count(), 5);
    server.advance("-1h");
    server.advance("1s");
    assert_eq!((0..6).map(|_| ask()).filter(|status| *status == 200).count(), 5);
    let phone = "19900008003";
    server.advance("1m");
    // Newer messages have higher numbers, whatever their time.
    let code_for = |phone: &str| {
        server.nobody().post("/phone/verifycode", json!({ "phone": phone })).ok();
        let outbox = server.admin().get(format_args!("/admin/outbox?phone={phone}")).ok();
        let newest = outbox["items"].as_array().unwrap().iter().max_by_key(|sms| sms["id"].as_u64()).unwrap().clone();
        newest["code"].as_str().unwrap().to_owned()
    };
    let stale = code_for(phone);
    server.advance("-1h");
    let code = code_for(phone);
    server.advance("10s");
    server.nobody().post("/phone/verifycode", json!({ "phone": phone })).refused(429, "sms_too_often");
    server.nobody().post("/login/phone", json!({ "photo": phone, "verify_code": code })).ok();
    if stale != code {
        server.nobody().post("/login/phone", json!({ "photo": phone, "verify_code": stale })).refused(422, "wrong_code");
    }
}

#[test]
fn accounts_for_nobody_are_not_made_without_end() {
    let server = server("3", "1000");
    let sign_up = |number: u32| server.nobody().post("/api/user/signup", json!({ "openId": format!("wx-{number}") }));
    let made = (0..10).filter(|number| sign_up(*number).status == 200).count();
    assert_eq!(made, 3);
    sign_up(9).refused(429, "too_many_accounts");
    sign_up(0).ok();
    server.nobody().post("/api/user/signin", json!({ "openId": "wx-0" })).ok();
    server.advance("21s");
    sign_up(9).ok();
}

/// Sizes hold in any case, and so does the share of connections.
#[test]
fn rates_can_be_switched_off() {
    let server = TestServer::with(&[("limits.login_per_minute", "1"), ("limits.requests_per_second", "1"), ("limits.body_bytes", "1KiB")]);
    for _ in 0..5 {
        server.nobody().post("/login", json!({ "phono": "19900008004", "pwd": "wrong-word", "type": 1 })).refused(401, "bad_login");
        server.nobody().post("/api/user/signup", json!({ "openId": id_number(1) })).ok();
    }
    server.nobody().post("/login", json!({ "phono": "1".repeat(2_000) })).refused(413, "body_too_large");
}

/// Silent connections of one address, up to all there are, keep nobody else out.
#[test]
fn one_address_does_not_hold_all_connections() {
    let Some(outside) = address_of_this_machine() else { return };
    let server = TestServer::with(&[("http.listen", "0.0.0.0:0"), ("http.max_connections", "20"), ("auth.captcha_fixed", "")]);
    let port = server.nobody().base.rsplit(':').next().unwrap().parse().unwrap();
    let silent: Vec<_> = (0..30).map(|_| TcpStream::connect(SocketAddr::new(outside, port)).unwrap()).collect();
    let here = Client::new(format!("http://127.0.0.1:{port}"));
    here.get("/healthz").ok();
    let closed = |stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        matches!((&mut &*stream).read(&mut [0]), Ok(0)) || (&mut &*stream).write_all(b"x").is_err()
    };
    let left = silent.iter().filter(|stream| !closed(stream)).count();
    assert_eq!(left, 10, "half of all that there are");
}

/// An address of its own that is not the loopback one; no packet is sent.
fn address_of_this_machine() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback() && !address.is_unspecified())
}

/// Whoever hangs up while waiting for its turn waits no more.
#[test]
fn hang_ups_hold_no_places() {
    let server = TestServer::open();
    let patient = server.patient();
    for _ in 0..3 {
        // More than may wait at once: they have their turn one after the other, and all hang up before.
        let form = json!({ "phono": patient.phone, "pwd": "not-this-one", "type": 1 });
        let waiting: Vec<_> = (0..400).map(|_| server.nobody().request("POST", "/login").json(form.clone()).send_and_wait()).collect();
        drop(waiting);
    }
    let form = json!({ "phono": crate::kit::phone(9_999), "pwd": "x", "type": 1 });
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.nobody().post("/login", form.clone()).status == 503 {
        assert!(Instant::now() < deadline, "places are still held by who is gone");
        std::thread::sleep(Duration::from_millis(50));
    }
}
