//! An older copy of the data directory is put back. The store then gives the same ids again, to other people, under the same key: nothing that
//! was signed or shown in the meantime opens what is theirs now.

use std::collections::BTreeSet;

use serde_json::json;
use xuanhu::base::id::Id;
use xuanhu::{
    base::{id, secret::Claims, time::Time},
    domain::identity::session::{Session, v1},
    store::Order,
};

use crate::kit::{Client, Person, Socket, TestServer};

/// The ids of all sessions.
fn sessions(server: &TestServer) -> BTreeSet<u64> {
    server.app().store.view().all::<Session>(Order::Oldest).map(|session| session.unwrap().id.number()).collect()
}

/// What the clinic lives through twice, with other people each time: the same steps take the same ids.
fn crowd(server: &TestServer) -> Vec<Person> {
    let mut people: Vec<Person> = (0..4).map(|_| server.patient()).collect();
    people.push(server.doctor());
    people.push(server.assistant());
    people
}

#[test]
fn old_tokens_open_nothing() {
    let mut server = TestServer::open();
    server.hospital();
    let old = server.patient();
    let copy = server.copied();
    let lost = crowd(&server);
    let lost_sessions = sessions(&server);
    let passwords: Vec<_> = lost.iter().map(|person| person.get("/im/password").ok()["password"].clone()).collect();
    let cookie = server.nobody().get("/captcha/app").header("set-cookie").to_owned();

    server.put_back(&copy);
    let new = crowd(&server);
    assert_eq!(sessions(&server), lost_sessions, "the same ids are given again, or this test shows nothing");
    assert_eq!(new.iter().map(|person| person.id).collect::<Vec<_>>(), lost.iter().map(|person| person.id).collect::<Vec<_>>());

    old.at(&server).get("/user").ok();
    for ((person, password), other) in lost.into_iter().zip(passwords).zip(&new) {
        let person = person.at(&server);
        person.get("/user").refused(401, "bad_token");
        person.put("/user", json!({})).refused(401, "bad_token");
        let refused = |frame: serde_json::Value| {
            let mut socket = Socket::open(&person);
            socket.refused(frame, 401, "bad_login");
        };
        refused(json!({ "type": "login", "token": person.token() }));
        refused(json!({ "type": "login", "member_id": other.id, "password": password }));
        assert_eq!(other.get("/user").ok()["phone"], other.phone);
    }
    let cookie = cookie.split(';').next().unwrap();
    server.nobody().get("/captcha/app");
    let form = json!({ "phone": new[0].phone, "captcha_code": "abcd" });
    let request = server.nobody().request("POST", "/verifycode").header("Cookie", cookie).json(form);
    request.send().refused(422, "wrong_captcha");
}

#[test]
fn an_old_invitation_leads_into_no_other_team() {
    let mut server = TestServer::open();
    server.hospital();
    let copy = server.copied();
    let found = |server: &TestServer| {
        let (founder, guest) = (server.doctor(), server.doctor());
        let form = json!({ "name": "一队", "introduction": "", "agreement": "须知", "consult_fee": 0 });
        let team = founder.post("/team", form).ok()["team_id"].as_u64().unwrap();
        let code = founder.get(format_args!("/team/{team}/invitation")).ok()["code"].as_str().unwrap().to_owned();
        (founder.id, team, code, guest)
    };
    let (founder, team, old_code, _) = found(&server);
    server.put_back(&copy);
    let (new_founder, new_team, code, guest) = found(&server);
    assert_eq!((founder, team), (new_founder, new_team), "the same ids are given again, or this test shows nothing");
    assert_ne!(old_code, code);
    let join = |code: &str| guest.post(format_args!("/team/{team}/doctor"), json!({ "code": code }));
    join(&old_code).refused(422, "invalid_invitation");
    join(&code).ok();
}

/// The IM service knows a doctor by the number that the clinic gave: what was signed for one must not be another's.
#[test]
fn a_doctors_number_is_not_given_again() {
    let mut server = TestServer::open();
    let copy = server.copied();
    let bring_in = |server: &TestServer| {
        let form = json!({ "phone": "19900009001", "real_name": "测甲", "password": "secret-9001" });
        let number = server.admin().post("/admin/doctors", form).created()["doctor_sn"].clone();
        server.nobody().post("/api/doctor/signin", json!({ "doctorSn": number, "password": "secret-9001" })).ok()["identifier"].clone()
    };
    let before = bring_in(&server);
    server.put_back(&copy);
    assert_ne!(before, bring_in(&server));
}

/// Sessions of the version before, whose tokens name them by id: they go on, and open their own account alone.
#[test]
fn sessions_without_random_bits_go_on_and_open_nothing_else() {
    let server = TestServer::open();
    let (patient, other) = (server.patient(), server.patient());
    let session = |id: u64, account_id: u64| {
        let (created_at, expires_at) = (server.now(), server.now().plus(60_000));
        Session::from(v1::Session {
            id: Id::from_number(id),
            account_id: Id::from_number(account_id),
            role: patient.role,
            created_at,
            expires_at,
        })
    };
    let (mine, theirs) = (session(900_001, patient.id), session(900_002, other.id));
    let rows = [mine.clone(), theirs.clone()];
    server.app().store.write_blocking(move |db| rows.iter().try_for_each(|row| db.put(row))).unwrap();
    let claims = mine.claims(server.now());
    assert_eq!(claims.jti, "900001");
    let sign = |claims: &Claims| -> Client { server.nobody().with_token(server.app().signer.token(claims)) };
    assert_eq!(sign(&claims).get("/user").ok()["id"], patient.id);
    // Every claim is held against the row, whatever else is signed.
    let bends: [fn(&mut Claims); 7] = [
        |c| c.jti = "900002".into(),
        |c| c.exp += 1,
        |c| c.role = "doctor".into(),
        |c| c.user_id = id::to_hex(Time(0), xuanhu::base::id::AnyId::from_number(1)),
        |c| c.jti = "0900001".into(),
        |c| c.jti = format!("{:032}", 900_001),
        |c| c.jti = String::new(),
    ];
    for bend in bends {
        let mut bent = claims.clone();
        bend(&mut bent);
        sign(&bent).get("/user").refused(401, "bad_token");
    }
    // The id of a session of today names no session.
    let view = server.app().store.view();
    let today = view
        .all::<Session>(Order::Oldest)
        .map(Result::unwrap)
        .find(|session| session.account_id == Id::from_number(patient.id) && session.jti.is_some());
    let mut by_id = today.clone().unwrap().claims(server.now());
    assert_eq!(by_id.jti.len(), 32);
    sign(&by_id).get("/user").ok();
    by_id.jti = today.unwrap().id.to_string();
    sign(&by_id).get("/user").refused(401, "bad_token");
    server.advance("61s");
    sign(&claims).get("/user").refused(401, "bad_token");
}
