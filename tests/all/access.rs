//! Every row and every caller: who is not let in gets 401 or 403 in the envelope of the family, who is let in gets further.
//!
//! The paths name nothing that exists and the bodies are empty, so being let in is not the same as being served.

use crate::kit::{
    Client, Request, TestServer,
    crowd::{Crowd, ends_session, path_to_nothing, rows},
};

const TOKEN_SLUGS: &[&str] = &["no_token", "bad_token", "wrong_role"];

#[test]
fn every_row_lets_in_whom_it_should() {
    let server = TestServer::open();
    let mut crowd = Crowd::of(&server);
    let mut wrong = Vec::new();
    let mut asked = 0;
    for row in rows() {
        if ends_session(row) {
            for person in [&mut crowd.patient, &mut crowd.doctor, &mut crowd.assistant] {
                *person = person.clone().signed_in_again(&server);
            }
            crowd.admin_signs_in();
        }
        let (method, path) = (row.method.name(), path_to_nothing(row));
        for (name, role, caller) in crowd.all() {
            let expected = match role {
                _ if role.map_or(row.access.is_public(), |role| row.access.admits(role)) => None,
                None => Some((401, "no_token")),
                Some(_) => Some((403, "wrong_role")),
            };
            let answer = caller.request(method, &path).send();
            let as_it_should = match expected {
                None => !answer.slug().is_some_and(|slug| TOKEN_SLUGS.contains(&slug)),
                Some((status, slug)) => answer.status == status && answer.slug() == Some(slug),
            };
            asked += 1;
            if !as_it_should {
                wrong.push(format!("{name}: expected {expected:?}: {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}: {wrong:#?}", wrong.len());
}

/// By which somebody comes in who has no token, or an old one.
const ENTRANCES: &[&str] = &[
    "/register",
    "/login",
    "/login/phone",
    "/reset/pwd",
    "/captcha/app",
    "/verifycode",
    "/phone/verifycode",
    "/api/user/signup",
    "/api/user/signin",
    "/api/doctor/signin",
    "/session",
    "/session/wechat",
    "/admin/login",
];

#[test]
fn a_token_is_not_looked_at_where_one_comes_in() {
    let server = TestServer::open();
    let (patient, doctor) = (server.patient(), server.doctor());
    let ended = patient.with_token(patient.token());
    patient.get("/logout").ok();
    let mut found: Vec<&str> = rows().into_iter().filter(|row| row.access.ignores_token()).map(|row| row.path).collect();
    let mut expected = ENTRANCES.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for row in rows().into_iter().filter(|row| row.access.ignores_token()) {
        let ask = |caller: &Client| caller.request(row.method.name(), row.path).send();
        let without = ask(&server.nobody());
        for caller in [&server.nobody().with_token("garbage"), &ended, &*doctor, &server.admin()] {
            let with = ask(caller);
            assert_eq!((with.status, with.slug()), (without.status, without.slug()), "{with}");
        }
    }
    // A client that always sends what it has kept comes in again.
    let form = serde_json::json!({ "phono": patient.phone, "pwd": patient.password, "type": 1 });
    ended.post("/login", form).ok();
}

/// Documented GETs that change something.
const CHANGING: &[&str] = &[
    "/project/{id}/cancel",
    "/custom/project/{id}/cancel",
    "/assistant/diagnoses/{id}/cancel",
    "/diagnoses/{id}/done",
    "/follow/user/{id}",
    "/logout",
    "/message",
    "/chat/{id}",
    "/im/password",
    "/captcha/app",
];

#[test]
fn head_is_safe() {
    let server = TestServer::open();
    let crowd = Crowd::of(&server);
    let mut changing = Vec::new();
    for row in rows().into_iter().filter(|row| row.method.name() == "GET") {
        let caller = crowd.let_in(row);
        let path = path_to_nothing(row);
        let head = caller.request("HEAD", &path).send();
        assert!(head.bytes.is_empty(), "{head}");
        let options = server.nobody().request("OPTIONS", &path).send();
        let allows = |answer: &crate::kit::Answer| answer.header("allow").split(", ").any(|name| name == "HEAD");
        if row.changes {
            changing.push(row.path);
            assert_eq!((head.status, allows(&head), allows(&options)), (405, false, false), "{head}");
        } else if row.path != "/im/ws" {
            let get = caller.get(&path);
            assert_eq!((head.status, allows(&options)), (get.status, true), "{head}");
        }
    }
    let mut expected = CHANGING.to_vec();
    changing.sort_unstable();
    expected.sort_unstable();
    assert_eq!(changing, expected);

    let (patient, doctor) = (&crowd.patient, &crowd.doctor);
    for path in [format!("/follow/user/{}", doctor.id), "/logout".into(), "/message".into()] {
        assert_eq!(patient.request("HEAD", path).send().status, 405);
    }
    assert_eq!(patient.get("/custom/follow").ok()["page"]["count"], 0);
}

/// What a signed-in caller asked for is not done once the session has ended meanwhile, however far the request had come.
#[test]
fn a_write_that_was_let_in_is_refused_when_the_session_has_ended() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let barrier = std::sync::Barrier::new(6);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let writes: Vec<_> = (0..5)
            .map(|n| {
                let (doctor, barrier) = (&doctor, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    doctor.post("/team", serde_json::json!({ "name": format!("{n}队"), "agreement": "须知", "consult_fee": 0 }))
                })
            })
            .collect();
        barrier.wait();
        doctor.verify(&server, 2).ok();
        writes.into_iter().map(|write| write.join().unwrap()).collect()
    });
    let founded = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.slug() == Some("bad_token")).count();
    assert_eq!(founded + refused, 5, "{answers:?}");
}

/// A token that is not good is refused everywhere else, also where none is needed: its owner believes to be signed in.
#[test]
fn bad_tokens_are_refused_everywhere() {
    let server = TestServer::open();
    let patient = server.patient();
    let ended = patient.with_token(patient.token());
    patient.get("/logout").ok();
    let shut_out = server.doctor();
    shut_out.verify(&server, 2).ok();
    let forged = unsigned(patient.token());
    let mut wrong = Vec::new();
    for row in rows().into_iter().filter(|row| !row.access.ignores_token()) {
        for (what, caller) in [
            ("garbage", &server.nobody().with_token("garbage")),
            ("an unsigned token", &server.nobody().with_token(&forged)),
            ("an ended session", &ended),
            ("a shut account", &*shut_out),
        ] {
            let answer = caller.request(row.method.name(), path_to_nothing(row)).send();
            if (answer.status, answer.slug()) != (401, Some("bad_token")) {
                wrong.push(format!("{what}: {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same claims under `alg: none`.
fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")
}

#[test]
fn tokens_come_in_three_headers_and_never_in_a_cookie() {
    let server = TestServer::open();
    let patient = server.patient();
    let token = patient.token();
    let ask = || server.nobody().request("GET", "/user");
    let carriers: [(&str, String); 6] = [
        ("X-Auth-Token", token.to_owned()),
        ("X-AUTH-TOKEN", format!(" {token} ")),
        ("Authorization", format!("Bearer {token}")),
        ("authorization", format!("bearer  {token}")),
        ("token", token.to_owned()),
        ("Token", token.to_owned()),
    ];
    for (name, value) in carriers {
        assert_eq!(ask().header(name, value).send().ok()["id"], patient.id, "{name}");
    }
    let refused = |request: Request, slug: &str| assert_eq!(request.send().refused(401, slug).status, 401);
    refused(ask().header("Cookie", format!("token={token}; X-Auth-Token={token}")), "no_token");
    refused(ask().header("Authorization", format!("Basic {token}")), "no_token");
    refused(ask().header("Authorization", "Bearer"), "no_token");
    refused(server.nobody().request("GET", format_args!("/user?token={token}")), "no_token");
    refused(ask().header("token", &token[..token.len() - 1]), "bad_token");
    let answer = ask().send();
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[test]
fn a_new_password_and_a_shut_door_end_every_session() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let elsewhere = patient.clone().signed_in_again(&server);
    server.advance("2m");
    let form = serde_json::json!({
        "phono": patient.phone, "type": 1, "pwd": "another-secret", "verify_code": server.code_for(&patient.phone),
    });
    server.nobody().post("/reset/pwd", form).ok();
    for session in [&patient, &elsewhere] {
        session.get("/user").refused(401, "bad_token");
    }
    doctor.get("/user").ok();
    doctor.verify(&server, 2).ok();
    doctor.get("/user").refused(401, "bad_token");
    let login = serde_json::json!({ "phono": doctor.phone, "pwd": doctor.password, "type": 2 });
    server.nobody().post("/login", login).refused(403, "account_disabled");
}
