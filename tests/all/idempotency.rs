//! Twice is once: a write that carries an `Idempotency-Key` is answered again, not done again, in every family, across restarts and kills.

use std::{
    collections::BTreeMap,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xuanhu::http::{
    APIS,
    core::table::{Method, Run},
};

use crate::{
    kit::{Answer, Client, TestServer, contract, data_dir, id_number, program::Running, raw},
    uploads::{samples, upload},
};

fn keyed(who: &Client, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    who.request(method, path).header("Idempotency-Key", key).json(body.clone()).send()
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

/// The same status, the same body, and said to be a replay.
#[track_caller]
fn replayed(first: &Answer, again: &Answer) {
    assert!(first.status < 300 && !is_replay(first), "{first}");
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes), "{again}");
    assert!(is_replay(again), "{again}");
}

#[test]
fn a_write_is_answered_again_and_not_done_again() {
    let mut clinic = TestServer::open();
    let patient = clinic.patient();
    let other = clinic.patient();
    let top_up = |who: &Client, key: &str, amount: u32| keyed(who, "POST", "/wallet/recharge", key, &json!({ "amount": amount }));
    let first = top_up(&patient, "k-1", 100);
    replayed(&first, &top_up(&patient, "k-1", 100));
    // The same in another spelling: what counts is what is asked for.
    let spelled = patient.request("POST", "/wallet/recharge/").header("idempotency-key", " k-1 ").form(&[("amount", "100")]).send();
    assert!(spelled.slug() == Some("key_reused") || is_replay(&spelled), "{spelled}");
    top_up(&patient, "k-1", 101).refused(409, "key_reused");
    // Another key, another person, another endpoint: another write.
    for another in [top_up(&patient, "k-2", 100), top_up(&other, "k-1", 100)] {
        assert!(another.ok()["out_trade_no"] != first.ok()["out_trade_no"] && !is_replay(&another));
    }
    let card = json!({ "userId": format!("{:024x}", patient.id), "phone": "19900000501", "certificateNo": id_number(501), "name": "测丁" });
    let made = keyed(&patient, "POST", "/api/patient/create", "k-1", &card);
    assert!(made.status == 200 && !is_replay(&made), "{made}");

    clinic.restart();
    let (patient, other) = (patient.at(&clinic), other.at(&clinic));
    replayed(&first, &top_up(&patient, "k-1", 100));
    replayed(&made, &keyed(&patient, "POST", "/api/patient/create", "k-1", &card));
    clinic.advance("23h");
    replayed(&first, &top_up(&patient, "k-1", 100));
    clinic.advance("61m");
    let tomorrow = top_up(&patient, "k-1", 100);
    assert!(tomorrow.ok()["out_trade_no"] != first.ok()["out_trade_no"] && !is_replay(&tomorrow));
    assert!(top_up(&other, "k-1", 7).status == 200, "a key that is old is free");
    clinic.advance("25h");
    assert_eq!(kept(&clinic), 0, "old answers are swept");
}

fn kept(clinic: &TestServer) -> u64 {
    clinic.app().store.view().total::<xuanhu::domain::identity::idempotency::Kept>().unwrap()
}

#[test]
fn every_family_keeps_its_word() {
    let clinic = TestServer::open();
    let (patient, doctor, admin) = (clinic.patient(), clinic.doctor(), clinic.admin());
    let hospital = json!({ "name": "重复医院", "level": "三级甲等", "tag": "综合", "addr": "一号路1号", "province_id": 110_000, "city_id": 110_100, "county_id": 110_101 });
    let form = json!({ "username": "twice", "real_name": "测医", "phone": "19900000777", "hospital_id": clinic.hospital(), "password": "secret-777" });
    for (who, method, path, body) in [
        (&*patient, "POST", "/wallet/recharge", json!({ "amount": 500 })),
        (&*doctor, "POST", "/project", crate::volunteer_doctor::project_form(&clinic)),
        (&*doctor, "GET", &format!("/follow/user/{}", clinic.doctor().id), json!({})),
        (
            &*patient,
            "POST",
            "/api/patient/create",
            json!({ "userId": format!("{:024x}", patient.id), "phone": "19900000502", "certificateNo": id_number(502), "name": "测戊" }),
        ),
        (&*doctor, "POST", "/api/im/last-time", json!({})),
        (&admin, "POST", "/admin/hospitals", hospital),
        // Of several jobs: a password is hashed first.
        (&admin, "POST", "/admin/doctors", form),
    ] {
        let first = keyed(who, method, path, "family", &body);
        if first.status >= 300 {
            assert_eq!(path, "/api/im/last-time", "{first}");
            continue;
        }
        replayed(&first, &keyed(who, method, path, "family", &body));
    }
    assert_eq!(clinic.admin().get("/admin/hospitals?q=重复医院").ok()["total"], 1);
    assert_eq!(clinic.admin().get("/admin/doctors?q=19900000777").ok()["total"], 1);
}

/// Following twice is unfollowing in some clients' eyes; the key makes a double tap one tap.
#[test]
fn refusals_are_not_kept() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let card = |name: &str, number: u32| json!({ "userId": format!("{:024x}", patient.id), "phone": "19900000503", "certificateNo": id_number(number), "name": name });
    let bad = keyed(&patient, "POST", "/api/patient/create", "r-1", &json!({ "userId": format!("{:024x}", patient.id), "name": "测己" }));
    assert_eq!(bad.status, 400, "{bad}");
    let good = keyed(&patient, "POST", "/api/patient/create", "r-1", &card("测己", 503));
    assert!(good.status == 200 && !is_replay(&good), "{good}");
    keyed(&patient, "POST", "/api/patient/create", "r-1", &card("测庚", 504)).refused(409, "key_reused");
    // Of several jobs.
    let admin = clinic.admin();
    let form = |phone: &str| json!({ "real_name": "测医", "phone": phone, "hospital_id": clinic.hospital(), "password": "secret-778" });
    keyed(&admin, "POST", "/admin/doctors", "r-2", &form("12")).refused(422, "invalid_phone");
    keyed(&admin, "POST", "/admin/doctors", "r-2", &form(&patient.phone.replace('0', "1"))).created();
    // A code that was tried counts, and the refusal is not kept either.
    upload(&patient, b"%PDF-1.7").refused(415, "unsupported_media_type");
    let pdf = |bytes: &[u8]| {
        patient.request("POST", "/imgupload").header("Idempotency-Key", "r-3").multipart(&[], &[("file", "a", bytes)]).send()
    };
    pdf(b"%PDF-1.7").refused(415, "unsupported_media_type");
    pdf(&samples::phone_jpeg(40, 30, 1)).ok();
}

#[test]
fn an_upload_is_kept_once() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let send = |key: &str, bytes: &[u8]| {
        patient.request("POST", "/imgupload").header("Idempotency-Key", key).multipart(&[], &[("file", "a.jpg", bytes)]).send()
    };
    let (one, two) = (samples::phone_jpeg(40, 30, 1), samples::phone_jpeg(40, 30, 6));
    let first = send("u", &one);
    replayed(&first, &send("u", &one));
    send("u", &two).refused(409, "key_reused");
    let files = std::fs::read_dir(clinic.dir().join("uploads")).unwrap().count();
    assert_eq!(files, 1 + 1, "the picture and the thumbnails' directory");
}

/// Twins that come at the same moment: one is done, the others get its answer or are told to wait.
#[test]
fn twins_are_done_once() {
    let clinic = TestServer::open();
    let (patient, admin) = (clinic.patient(), clinic.admin());
    let form = json!({ "real_name": "测双", "phone": "19900000779", "hospital_id": clinic.hospital(), "password": "secret-779" });
    let hospital = json!({ "name": "双生医院" });
    let picture = samples::phone_jpeg(300, 200, 1);
    let tries: [(&str, &(dyn Fn() -> Answer + Sync)); 4] = [
        ("one job", &|| keyed(&patient, "POST", "/wallet/recharge", "t", &json!({ "amount": 5 }))),
        ("administration", &|| keyed(&admin, "POST", "/admin/hospitals", "t", &hospital)),
        ("several jobs", &|| keyed(&admin, "POST", "/admin/doctors", "t", &form)),
        ("an upload", &|| {
            patient.request("POST", "/imgupload").header("Idempotency-Key", "t").multipart(&[], &[("file", "a", &picture)]).send()
        }),
    ];
    for (what, send) in tries {
        let answers: Vec<Answer> = thread::scope(|scope| {
            let twins: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            twins.into_iter().map(|twin| twin.join().unwrap()).collect()
        });
        let done: Vec<_> = answers.iter().filter(|answer| answer.status < 300).collect();
        assert_eq!(done.iter().filter(|answer| !is_replay(answer)).count(), 1, "{what}: {answers:#?}");
        assert!(done.iter().all(|answer| answer.bytes == done[0].bytes), "{what}");
        assert!(
            answers.iter().all(|answer| answer.status < 300 || (answer.status, answer.slug()) == (409, Some("in_progress"))),
            "{what}: {answers:#?}"
        );
        replayed(done.iter().find(|answer| !is_replay(answer)).unwrap(), &send());
    }
    assert_eq!(admin.get("/admin/hospitals?q=双生医院").ok()["total"], 1);
}

/// A phone that loses its connection right after it has sent, and asks again until it hears how it ended.
#[test]
fn who_hangs_up_finds_the_answer() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let picture = samples::phone_jpeg(1_200, 900, 1);
    let send =
        |key: &str| patient.request("POST", "/imgupload").header("Idempotency-Key", key).multipart(&[], &[("file", "a.jpg", &picture)]);
    for round in 0..8 {
        let key = format!("lost-{round}");
        send(&key).send_and_hang_up();
        let deadline = Instant::now() + Duration::from_secs(30);
        let answer = loop {
            let answer = send(&key).send();
            if answer.slug() != Some("in_progress") {
                break answer;
            }
            assert!(Instant::now() < deadline, "it never ends");
            thread::yield_now();
        };
        answer.ok();
    }
    let files = std::fs::read_dir(clinic.dir().join("uploads")).unwrap().count();
    assert_eq!(files, 8 + 1, "each picture was kept once");
}

/// What is no key is said to be none, and changes nothing.
#[test]
fn keys_are_short_and_visible() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    for key in ["", "   ", &"x".repeat(201)] {
        keyed(&patient, "POST", "/wallet/recharge", key, &json!({ "amount": 5 })).refused(400, "bad_idempotency_key");
    }
    let twice = patient
        .request("POST", "/wallet/recharge")
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "b")
        .json(json!({ "amount": 5 }))
        .send();
    twice.refused(400, "bad_idempotency_key");
    let head = format!("POST /wallet/recharge\r\nContent-Type: application/json\r\nIdempotency-Key: {}", "钥匙");
    raw::send(&patient, &head, br#"{"amount": 5}"#).refused(400, "bad_idempotency_key");
    assert_eq!(keyed(&patient, "POST", "/wallet/recharge", &"x".repeat(200), &json!({ "amount": 5 })).status, 200);
}

/// Signing in and secrets are never kept: each time they are new.
#[test]
fn secrets_are_not_kept() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let login = json!({ "phono": patient.phone, "pwd": patient.password, "type": 1 });
    let tokens: Vec<Value> = (0..2).map(|_| keyed(&clinic.nobody(), "POST", "/login", "s", &login).ok()["token"].clone()).collect();
    assert_ne!(tokens[0], tokens[1]);
    let passwords: Vec<Value> =
        (0..2).map(|_| patient.request("GET", "/im/password").header("Idempotency-Key", "s").send().ok()["password"].clone()).collect();
    assert_ne!(passwords[0], passwords[1]);
    clinic.admin().post("/admin/administrators", json!({ "username": "secretive" })).created();
    let id = clinic.admin().get("/admin/administrators?q=secretive").ok()["items"][0]["id"].as_u64().unwrap();
    let path = format!("/admin/administrators/{id}/reset-password");
    let passwords: Vec<Value> = (0..2).map(|_| keyed(&clinic.admin(), "POST", &path, "s", &json!({})).ok()["password"].clone()).collect();
    assert_ne!(passwords[0], passwords[1]);
    assert_eq!(kept(&clinic), 0);
}

/// Whatever writes and prints a secret says so in its row.
#[test]
fn rows_that_print_secrets_take_no_key() {
    fn prints_secret(payload: &Value) -> bool {
        let named =
            |field: &Value| ["token", "password", "usersig", "totp", "secret"].contains(&field["name"].as_str().unwrap_or_default());
        match payload {
            Value::Array(items) => items.iter().any(prints_secret),
            Value::Object(fields) => named(payload) || fields.values().any(prints_secret),
            _ => false,
        }
    }
    let mut looked_at = 0;
    for document in contract::documents() {
        for entry in document.endpoints().iter().filter(|entry| prints_secret(&entry["payload"])) {
            let (method, path) = (entry["method"].as_str().unwrap(), entry["path"].as_str().unwrap());
            let Some((row, _)) = contract::row(method, path) else { continue };
            let writes = matches!(row.run, Run::Write(_))
                || row.method != Method::Get && matches!(row.run, Run::Heavy(_) | Run::Upload(_) | Run::Outside(_));
            // The token of a phone's push service is its owner's, who has just sent it.
            if writes && path != "/session/push_token" {
                looked_at += 1;
                assert!(!row.takes_key, "{method} {path} would keep a secret");
            }
        }
    }
    assert!(looked_at >= 5, "{looked_at}");
    assert!(APIS.iter().flat_map(|family| family.endpoints()).all(|row| !(row.access.is_public() && row.takes_key)));
}

#[test]
fn pages_of_other_sites_may_send_a_key() {
    let clinic = TestServer::with(&[("http.cors_origins", "https://pages.example.com")]);
    let head = "OPTIONS /wallet/recharge\r\nOrigin: https://pages.example.com\r\nAccess-Control-Request-Method: POST\r\n\
                Access-Control-Request-Headers: content-type, idempotency-key, x-auth-token";
    let answer = raw::send(&clinic.nobody(), head, b"");
    assert!(answer.header("access-control-allow-headers").contains("idempotency-key"), "{answer}");
    assert_eq!(answer.header("access-control-allow-origin"), "https://pages.example.com");
}

/// Killed again and again: whatever is asked for once more under its key was done once and is answered as it was.
#[test]
fn a_kill_makes_no_doubles() {
    let dir = data_dir();
    let first = Running::start(dir.path());
    first.admin.post("/admin/administrators", json!({ "username": "uploader", "password": "secret-upload" })).created();
    first.kill();
    // By key: what was answered before the kill.
    let mut answered: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    for round in 0..3 {
        let server = Running::start(dir.path());
        let (tell, told) = mpsc::channel();
        let writers: Vec<_> = ["/admin/hospitals", "/admin/doctors", "/imgupload"]
            .into_iter()
            .map(|path| {
                let (admin, tell) = (server.admin.clone(), tell.clone());
                thread::spawn(move || {
                    for n in 0.. {
                        let key = format!("{path} {round} {n}");
                        let answer = send(&admin, &key);
                        let bytes = answer.as_ref().ok().map(|answer| answer.bytes.clone());
                        if tell.send((key, bytes)).is_err() || answer.is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        drop(tell);
        for (key, bytes) in told.iter().take(15 + round * 7) {
            answered.insert(key, bytes);
        }
        server.kill();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        answered.extend(told.iter());
    }
    let server = Running::start(dir.path());
    let (mut lost, mut replays) = (0, 0);
    for (key, bytes) in &answered {
        let again = send(&server.admin, key).unwrap();
        match (bytes, again.slug()) {
            (Some(bytes), None) => assert!(is_replay(&again) && again.bytes == *bytes, "{key}: {again}"),
            // Killed between the write and its answer, in a row of several jobs: said so, and not done twice.
            (None, Some("answer_lost")) => lost += 1,
            (None, None) => replays += usize::from(is_replay(&again)),
            _ => panic!("{key}: {again}"),
        }
    }
    assert!(lost + replays <= 9, "{lost} {replays}");
    let count = |path: &str| answered.keys().filter(|key| key.starts_with(path)).count() as u64;
    let total = |path: &str| server.admin.get(format_args!("{path}?page_size=1")).ok()["total"].as_u64().unwrap();
    assert_eq!(total("/admin/hospitals"), count("/admin/hospitals"));
    assert_eq!(total("/admin/doctors"), count("/admin/doctors"));
    let files = std::fs::read_dir(dir.path().join("uploads")).unwrap().count() as u64 - 1;
    // A file may be on disk whose row is not.
    assert!((count("/imgupload")..=count("/imgupload") + 3).contains(&files), "{files}");
    assert!(server.stop().0.success());
}

/// What is sent under a key is told by the key.
fn send(admin: &Client, key: &str) -> Result<Answer, ureq::Error> {
    let path = key.split(' ').next().unwrap();
    let number: u32 = key.split(' ').skip(1).fold(0, |number, part| number * 1_000 + part.parse::<u32>().unwrap());
    let request = admin.request("POST", path).header("Idempotency-Key", key);
    match path {
        "/imgupload" => request.multipart(&[], &[("file", "a.jpg", &samples::phone_jpeg(16 + number % 1_000, 16, 1))]),
        "/admin/doctors" => request.json(json!({ "real_name": format!("测{number}"), "phone": format!("1990000{number:04}") })),
        _ => request.json(json!({ "name": format!("医院{number}") })),
    }
    .try_send()
}
