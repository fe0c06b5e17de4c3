//! Signing in, whatever the door: it does not race with a shut account or a new password, counts for the account whichever of its names is
//! called, locks after too many failures, and leaves a trace.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use crate::kit::{Answer, Client, Person, TestServer};

/// A door: its path and what it is asked for `person` with this password.
type Door = (&'static str, fn(&Person, &str, &str) -> Value);

/// Those that take a password. The third text is the doctor's number.
const DOORS: &[Door] = &[
    ("/login", |person, password, _| json!({ "phono": person.phone, "pwd": password, "type": person.role.number() })),
    ("/session", |person, password, _| json!({ "phone": person.phone, "password": password, "role": person.role.name() })),
    ("/api/doctor/signin", |_, password, number| json!({ "doctorSn": number, "password": password })),
];

fn number_of(server: &TestServer, doctor: &Person) -> String {
    server.admin().get(format_args!("/admin/doctors/{}", doctor.id)).ok()["doctor_sn"].as_str().unwrap().to_owned()
}

fn token(answer: &Answer) -> Option<String> {
    let holder = answer.json.get("data").or(answer.json.get("result")).unwrap_or(&answer.json);
    holder["token"].as_str().map(str::to_owned)
}

/// Many sign in at once while `change` shuts the account or changes its password. Answers what they were told.
fn meanwhile(server: &TestServer, path: &str, form: &Value, change: impl FnOnce()) -> Vec<Answer> {
    const MANY: usize = 16;
    let barrier = Barrier::new(MANY + 1);
    thread::scope(|scope| {
        let tries: Vec<_> = (0..MANY)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    server.nobody().post(path, form.clone())
                })
            })
            .collect();
        barrier.wait();
        change();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// No token that anybody got opens anything.
fn all_dead(caller: &Client, answers: &[Answer], slugs: &[&str]) {
    for answer in answers {
        match token(answer) {
            Some(token) => drop(caller.with_token(token).get("/user").refused(401, "bad_token")),
            None => assert!(answer.slug().is_some_and(|slug| slugs.contains(&slug)), "{answer}"),
        }
    }
}

#[test]
fn a_shut_account_is_shut_at_every_door() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let number = number_of(&server, &doctor);
    for (path, form) in DOORS {
        let answers = meanwhile(&server, path, &form(&doctor, &doctor.password, &number), || drop(doctor.verify(&server, 2).ok()));
        all_dead(&server.nobody(), &answers, &["account_disabled"]);
        doctor.verify(&server, 1).ok();
        all_dead(&server.nobody(), &answers, &["account_disabled"]);
        assert!(token(&server.nobody().post(path, form(&doctor, &doctor.password, &number))).is_some(), "{path}");
    }
    // By WeChat's word, without a password.
    server.nobody().post("/api/user/signup", json!({ "openId": "open-race" })).ok();
    let user = server.nobody().post("/api/user/signin", json!({ "openId": "open-race" })).ok();
    let id = xuanhu::base::id::from_hex::<xuanhu::base::id::kind::Any>(user["userId"].as_str().unwrap()).unwrap();
    let verify =
        |is_verify: u8| drop(server.admin().post(format_args!("/admin/patients/{id}/verify"), json!({ "is_verify": is_verify })).ok());
    let answers = meanwhile(&server, "/api/user/signin", &json!({ "openId": "open-race" }), || verify(2));
    verify(1);
    all_dead(&server.nobody(), &answers, &["account_disabled"]);
}

#[test]
fn an_old_password_opens_no_door_once_there_is_a_new_one() {
    let server = TestServer::with(&[("auth.lock_after", "1000")]);
    let doctor = server.doctor();
    let number = number_of(&server, &doctor);
    let mut old = doctor.password.clone();
    for (n, (path, form)) in DOORS.iter().enumerate() {
        let new = format!("changed-{n}");
        let change = || {
            let answer = server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "password": new }));
            assert_eq!(answer.status, 200, "{answer}");
        };
        let answers = meanwhile(&server, path, &form(&doctor, &old, &number), change);
        all_dead(&server.nobody(), &answers, &["bad_login"]);
        old = new;
    }
    let login = json!({ "username": "second", "password": "secret-second" });
    let boss = server.admin().post("/admin/administrators", login.clone()).created()["id"].clone();
    let answers = meanwhile(&server, "/admin/login", &login, || {
        server.admin().post(format_args!("/admin/administrators/{boss}/reset-password"), json!({ "password": "changed" })).ok();
    });
    for answer in answers {
        match token(&answer) {
            Some(token) => drop(server.nobody().with_token(token).get("/admin/doctors").refused(401, "bad_token")),
            None => assert_eq!(answer.slug(), Some("bad_login"), "{answer}"),
        }
    }
}

/// The code was right, but the caller was shut out while it was on its way.
#[test]
fn binding_a_phone_signs_in_nobody_who_was_shut_out() {
    let server = TestServer::open();
    for n in 0..6 {
        let (open_id, phone) = (format!("open-{n}"), format!("1990000800{n}"));
        server.nobody().post("/api/user/signup", json!({ "openId": open_id })).ok();
        let user = server.nobody().post("/api/user/signin", json!({ "openId": open_id })).ok();
        let id = xuanhu::base::id::from_hex::<xuanhu::base::id::kind::Any>(user["userId"].as_str().unwrap()).unwrap();
        let caller = server.nobody().with_token(user["token"].as_str().unwrap());
        let form = json!({ "phone": phone, "verify_code": server.code_for(&phone) });
        let barrier = Barrier::new(2);
        let answer = thread::scope(|scope| {
            let binding = scope.spawn(|| {
                barrier.wait();
                caller.post("/api/user/bindphone", form)
            });
            barrier.wait();
            server.admin().post(format_args!("/admin/patients/{id}/verify"), json!({ "is_verify": 2 })).ok();
            binding.join().unwrap()
        });
        if let Some(token) = token(&answer) {
            server.nobody().with_token(token).get("/user").refused(401, "bad_token");
        }
    }
}

#[test]
fn one_account_has_one_counter_whatever_it_is_called() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let number = number_of(&server, &doctor);
    let mut server = server;
    server.restart_with(&[("limits.enabled", "true"), ("limits.login_per_minute", "4"), ("http.trusted_proxies", "127.0.0.1")]);
    // Another address each time: what is counted is the account.
    let mut address = 0;
    let mut attempt = |path: &str, form: Value| {
        address += 1;
        server.nobody().request("POST", path).header("X-Forwarded-For", format_args!("203.0.113.{address}")).json(form).send()
    };
    for (path, form) in [DOORS[0], DOORS[1], DOORS[2], DOORS[0]] {
        attempt(path, form(&doctor, "wrong-word", &number)).refused(401, "bad_login");
    }
    for (path, form) in DOORS {
        attempt(path, form(&doctor, "wrong-word", &number)).refused(429, "too_many_logins");
    }
    let code = json!({ "phone": doctor.phone, "role": "doctor", "verify_code": "000000" });
    attempt("/session", code).refused(429, "too_many_logins");
    let form = json!({ "phono": doctor.phone, "type": 2, "pwd": "another-secret", "verify_code": "000000" });
    attempt("/reset/pwd", form).refused(429, "too_many_logins");
    // Somebody else is somebody else.
    attempt("/login", json!({ "phono": doctor.phone, "pwd": "wrong-word", "type": 1 })).refused(401, "bad_login");
}

#[test]
fn too_many_failures_lock_an_account_and_only_its_owner_learns_of_it() {
    let mut server = TestServer::with(&[("auth.lock_after", "3"), ("auth.lock_time", "20m")]);
    let doctor = server.doctor();
    let number = number_of(&server, &doctor);
    let attempt = |server: &TestServer, door: usize, password: &str| {
        let (path, form) = DOORS[door];
        server.nobody().post(path, form(&doctor, password, &number))
    };
    let right = doctor.password.clone();
    // A right one forgives what was before it, and so does time.
    for _ in 0..2 {
        for door in 0..2 {
            attempt(&server, door, "wrong-word").refused(401, "bad_login");
        }
        attempt(&server, 2, &right).ok();
    }
    attempt(&server, 0, "wrong-word").refused(401, "bad_login");
    attempt(&server, 1, "wrong-word").refused(401, "bad_login");
    server.advance("20m");
    attempt(&server, 2, "wrong-word").refused(401, "bad_login");
    attempt(&server, 0, &right).ok();

    for door in 0..3 {
        attempt(&server, door, "wrong-word").refused(401, "bad_login");
    }
    server.restart();
    for door in 0..3 {
        attempt(&server, door, "wrong-word").refused(401, "bad_login");
        let locked = attempt(&server, door, &right);
        locked.refused(422, "account_locked");
        assert_eq!(locked.header("retry-after"), "1200");
    }
    let stranger = json!({ "phono": "19900009999", "pwd": "wrong-word", "type": 2 });
    let (unknown, known) = (server.nobody().post("/login", stranger), attempt(&server, 0, "wrong-word"));
    assert_eq!(unknown.json, known.json, "a locked account is told from none at all");
    // Who waits at the door makes it no longer.
    server.advance("19m");
    attempt(&server, 0, "wrong-word").refused(401, "bad_login");
    attempt(&server, 0, &right).refused(422, "account_locked");
    server.advance("60s");
    attempt(&server, 0, &right).ok();
    let rows = server.app().store.view().total::<xuanhu::domain::identity::lockout::Lockout>().unwrap();
    assert_eq!(rows, 0, "what is forgiven is not kept");

    // A new password by the phone's code opens it at once.
    for _ in 0..3 {
        attempt(&server, 0, "wrong-word").refused(401, "bad_login");
    }
    attempt(&server, 0, &right).refused(422, "account_locked");
    let code = server.code_for(&doctor.phone);
    let form = json!({ "phono": doctor.phone, "type": 2, "pwd": "another-secret", "verify_code": code });
    server.nobody().post("/reset/pwd", form).ok();
    attempt(&server, 0, "another-secret").ok();
}

#[test]
fn whoever_does_not_get_in_leaves_a_trace() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let number = number_of(&server, &doctor);
    let failures = |query: &str| {
        let found = server.admin().get(format_args!("/admin/audit?action=sign_in_failed&{query}")).ok();
        found["items"].as_array().unwrap().clone()
    };
    assert!(failures("").is_empty());
    for (path, form) in DOORS {
        server.nobody().post(path, form(&doctor, "wrong-word", &number)).refused(401, "bad_login");
    }
    // One an account, address and minute.
    let noted = failures(&format!("subject=doctor&subject_id={}", doctor.id));
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert_eq!((&noted[0]["address"], &noted[0]["account_id"]), (&json!("127.0.0.1"), &json!(doctor.id)));
    server.advance("61s");
    server.nobody().post("/login/phone", json!({ "phone": patient.phone, "verify_code": "000000" })).refused(422, "wrong_code");
    server.nobody().post("/admin/login", json!({ "username": "nobody", "password": "wrong-word" })).refused(401, "bad_login");
    server.nobody().post("/api/user/signin", json!({ "openId": "open-nobody" })).refused(422, "not_registered");
    server.nobody().post("/login", DOORS[0].1(&doctor, "wrong-word", "")).refused(401, "bad_login");
    assert_eq!(failures(&format!("subject=doctor&subject_id={}", doctor.id)).len(), 2);
    assert_eq!(failures(&format!("subject=patient&subject_id={}", patient.id)).len(), 1);
    assert_eq!((failures("subject=administrator&subject_id=0").len(), failures("subject=patient&subject_id=0").len()), (1, 1));
    // And whoever gets in.
    patient.signed_in_again(&server);
    let looked = server.admin().get("/admin/audit?action=sign_in&subject=patient").ok();
    assert!(looked["total"].as_u64().unwrap() >= 2, "{looked}");
}

/// A wrong code is refused before anything is hashed, counts as a try all the same, and a right one is still good afterwards.
#[test]
fn a_wrong_code_costs_a_try_and_no_more() {
    let server = TestServer::open();
    let phone = "19900008000";
    let register = |code: &str| {
        let form = json!({ "phono": phone, "pwd": "secret-8000", "type": 1, "verify_code": code });
        server.nobody().post("/register", form)
    };
    let code = server.code_for(phone);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        register(wrong).refused(422, "wrong_code");
    }
    register(&code).ok();
    register(&code).refused(422, "wrong_code");
    server.advance("61s");
    let code = server.code_for(phone);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let form = json!({ "phono": phone, "pwd": "secret-8001", "type": 1, "verify_code": wrong });
        server.nobody().post("/reset/pwd", form).refused(422, "wrong_code");
    }
    let form = json!({ "phono": phone, "pwd": "secret-8001", "type": 1, "verify_code": code });
    server.nobody().post("/reset/pwd", form).refused(422, "wrong_code");
}
