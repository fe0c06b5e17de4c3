//! The contact book of a patient and a doctor (用户/医生聊天模块), from strangers to a ban and back, against a running server:
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_contact -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Uses the public HTTP alone. Every step says what was sent and what came back; the first surprise ends it with code 1. The
//! administrator's part (bringing in a doctor and a patient) needs the token, which is read from `./xuanhu-data/admin.token` unless it is
//! given. The people are made up, and each run makes new ones.

use std::{env, error::Error, fs, process::ExitCode, thread::sleep, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::{Agent, http};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PASSWORD: &str = "a made-up secret 1";

fn main() -> ExitCode {
    match story() {
        Ok(()) => ExitCode::SUCCESS,
        Err(surprise) => {
            eprintln!("\nA surprise: {surprise}");
            ExitCode::FAILURE
        }
    }
}

fn story() -> Outcome<()> {
    let mut args = env::args().skip(1);
    let base = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".into());
    let token = args.next().or_else(|| fs::read_to_string("xuanhu-data/admin.token").ok());
    let token = token.ok_or("no administrator's token: give it as the second argument")?;
    let nobody = Caller::new(&base);
    let admin = Caller { name: "admin", header: "Authorization", token: format!("Bearer {}", token.trim()), ..nobody.clone() };
    // The next made-up person.
    let person = Timestamp::now().subsec_nanosecond().unsigned_abs() / 1_000 % 9_900;

    let doctor = a_doctor(&nobody, &admin, person)?;
    let patient = a_patient(&nobody, &admin, person + 1)?;
    strangers(&patient, &doctor)?;
    a_follower(&patient, &doctor)?;
    let record = an_encounter(&patient, &doctor, &nobody)?;
    the_cards(&patient, &doctor, record)?;
    calls(&patient, &doctor)?;
    a_ban(&patient, &doctor)?;
    who_calls(&patient, &doctor)?;
    println!("\nThe story ends well.");
    Ok(())
}

fn a_doctor(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("The administrator brings in a doctor who takes consultations for nothing");
    let phone = free_phone(admin, "doctors", person)?;
    let form = json!({
        "phone": phone, "password": PASSWORD, "real_name": "示例医生", "departments": "内科", "job_position": "主任医师",
        "image_and_text_open": true, "image_and_text_price": 0,
    });
    admin.post("/admin/doctors", form)?;
    nobody.signed_in("doctor", &phone, 2)
}

fn a_patient(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("… and a patient with a complete profile");
    let phone = free_phone(admin, "patients", person)?;
    let form = json!({ "phone": phone, "password": PASSWORD, "real_name": "示例患者", "idno": id_number(person) });
    admin.post("/admin/patients", form)?;
    nobody.signed_in("patient", &phone, 1)
}

fn strangers(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("They are strangers: empty books, and an exclamation mark on both sides");
    expect(patient.get("/api/im/pContactList")? == json!([]), "the patient knows nobody")?;
    expect(doctor.get("/api/im/doctor-contact-list")? == json!([]), "the doctor knows nobody")?;
    let status = patient.get(&format!("/api/im/p-talk-status?doctorId={}", doctor.id))?;
    expect(status == json!({ "status": "false", "pay": "paid" }), "they may not talk, and nothing is owed")?;
    let status = doctor.get(&format!("/api/im/d-talk-status?patientId={}", patient.id))?;
    expect(status["status"] == "false", "nor the other way round")
}

fn a_follower(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The patient follows the doctor: each stands in the other's book, the telephone masked");
    patient.get(&format!("/follow/user/{}", doctor.id))?;
    let book = doctor.get("/api/im/doctor-contact-list")?;
    expect(book[0]["patient_id"] == patient.id && text(&book[0], "phone")?.contains("****"), "the follower is there, masked")?;
    expect(patient.get("/api/im/pContactList")?[0]["doctor_id"] == doctor.id, "and so is the doctor")?;
    expect(patient.get(&format!("/api/im/patient-send-to/?doctorId={}", doctor.id))? == "false", "following is not yet talking")
}

/// Answers the record (病历) that it is about.
fn an_encounter(patient: &Caller, doctor: &Caller, nobody: &Caller) -> Outcome<u64> {
    step("The patient orders a consultation at the hospital's door, and the two may talk and call");
    let mine = patient.post("/api/patient/list", json!({ "userId": hex(patient.id) }))?;
    let form = json!({
        "content": "头痛三天", "patientId": mine[0]["id"], "doctorId": hex(doctor.id), "consultationReason": "在线复诊", "images": "[]",
    });
    let order = patient.post("/consultation/create", form)?;
    if order["status"] == "01" {
        let payment = patient.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))?;
        let status = patient.get(&format!("/api/im/p-talk-status?doctorId={}", doctor.id))?;
        expect(status["pay"] == "unpay", "it has to be paid first")?;
        nobody.post(&format!("/payment/demo/{}/pay", text(&payment, "outTradeNo")?), json!({}))?;
    }
    for path in ["patient-send-to", "patient-call-to"] {
        expect(patient.get(&format!("/api/im/{path}?doctorId={}", doctor.id))? == "true", "the patient may")?;
    }
    for path in ["doctor-send-to", "doctor-call-to"] {
        expect(doctor.get(&format!("/api/im/{path}?patientId={}", patient.id))? == "true", "the doctor may")?;
    }
    let records = doctor.get(&format!("/api/im/records?patientId={}", patient.id))?;
    let appointment = records[0]["appointment_id"][0].as_u64().ok_or("no appointment")?;
    expect(doctor.get(&format!("/api/im/finish-stat?appointmentId={appointment}"))? == "doing", "the appointment lasts")?;
    let mut times = serde_json::Map::new();
    times.insert(appointment.to_string(), json!(Timestamp::now().as_second().to_string()));
    patient.post("/api/im/last-time", json!({ "times": times }))?;
    let records = patient.get(&format!("/api/im/records?doctorId={}", doctor.id))?;
    expect(records[0]["last_time"] == Value::Object(times), "the time of the last chat is kept")?;
    records[0]["medicalRecordId"].as_u64().ok_or_else(|| "no record".into())
}

fn the_cards(patient: &Caller, doctor: &Caller, record: u64) -> Outcome<()> {
    step("They look at each other's cards and give each other names");
    let card = patient.get(&format!("/api/im/doctor-contact?doctorId={}", doctor.id))?;
    expect(card["specialist"] == "内科" && card["title"] == 1, "a chief physician of internal medicine")?;
    let card = doctor.get(&format!("/api/im/patient-contact?patientId={}&recordId={record}", patient.id))?;
    expect(card["record_name"] == "示例患者" && card["relation"] == "本人", "the record that came to the doctor")?;
    doctor.refused("GET", &format!("/api/im/patient-contact?patientId={}&recordId={}", patient.id, record + 1), None, "not_found")?;
    patient.post("/api/im/doctor-nickname", json!({ "doctorId": doctor.id, "nickname": "神医" }))?;
    doctor.post("/api/im/patient-nickname", json!({ "patientId": patient.id.to_string(), "nickname": "头痛那位" }))?;
    expect(patient.get("/api/im/pContactList")?[0]["nickname"] == "神医", "each by the name of one's own")
}

fn calls(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The patient takes no calls for a while");
    patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": 0 }))?;
    expect(doctor.get(&format!("/api/im/doctor-call-to?patientId={}", patient.id))? == "false", "the doctor may not call")?;
    expect(doctor.get(&format!("/api/im/doctor-send-to?patientId={}", patient.id))? == "true", "and may write")?;
    patient.post("/api/im/doctor-call-status", json!({ "doctorId": doctor.id, "status": 1 })).map(drop)
}

fn a_ban(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The doctor bans the patient, at every door, and thinks better of it");
    let banned = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 1 }))?;
    expect(banned == json!({ "is_ban": 1, "can_call": 0 }), "a ban ends calls, too")?;
    let calls = json!({ "patientId": patient.id, "status": 1 });
    doctor.refused("POST", "/api/im/patient-call-status", Some(calls.clone()), "contact_banned")?;
    let note = json!({ "type": 1, "to_user_id": doctor.id, "content": "在吗", "photo": [] });
    patient.refused("POST", "/chat", Some(note.clone()), "contact_banned")?;
    expect(patient.get(&format!("/api/im/patient-send-to?doctorId={}", doctor.id))? == "false", "the patient may not write")?;
    expect(doctor.get("/api/im/doctor-contact-list")?[0]["is_ban"] == 1, "the banned one stays in the book")?;
    let lifted = doctor.post("/api/im/patient-ban-status", json!({ "patientId": patient.id, "status": 0 }))?;
    expect(lifted == json!({ "is_ban": 0, "can_call": 1 }), "all is as before")?;
    patient.post("/chat", note).map(drop)
}

fn who_calls(patient: &Caller, doctor: &Caller) -> Outcome<()> {
    step("A call comes in: whose voip account is that?");
    let voip = patient.get("/api/im/pContactList")?[0]["voipAccount"].take();
    let face = patient.get(&format!("/api/im/avatar?voipAccount={}", voip.as_str().ok_or("no voip account")?))?;
    expect(face["name"] == "示例医生", "it is the doctor")?;
    doctor.refused("GET", "/api/im/avatar", None, "whose_avatar")
}

/// An id as the hospital's door writes it; the time in its head does not matter.
fn hex(id: u64) -> String {
    format!("00000000{id:016x}")
}

/// A telephone that nobody has: another run's or the demonstration clinic's people may.
fn free_phone(admin: &Caller, people: &str, mut person: u32) -> Outcome<String> {
    loop {
        let phone = format!("1990000{person:04}");
        if admin.get(&format!("/admin/{people}?q={phone}"))?["total"] == 0 {
            return Ok(phone);
        }
        person += 1;
    }
}

/// A valid identity number (GB 11643) of region 990101, which does not exist.
fn id_number(person: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("990101198405{:02}{:03}", person / 900 % 28 + 1, person % 900 + 100);
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

/// Somebody who sends requests, and prints them and the answers.
#[derive(Clone)]
struct Caller {
    name: &'static str,
    base: String,
    agent: Agent,
    header: &'static str,
    token: String,
    id: u64,
}

impl Caller {
    fn new(base: &str) -> Caller {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build();
        let base = base.trim_end_matches('/').to_owned();
        Caller { name: "anybody", base, agent: config.into(), header: "X-Auth-Token", token: String::new(), id: 0 }
    }

    fn signed_in(&self, name: &'static str, phone: &str, role: u8) -> Outcome<Caller> {
        let user = self.post("/login", json!({ "phono": phone, "pwd": PASSWORD, "type": role }))?;
        let id = user["id"].as_u64().ok_or("no id")?;
        Ok(Caller { name, token: text(&user, "token")?.to_owned(), id, ..self.clone() })
    }

    fn get(&self, path: &str) -> Outcome<Value> {
        self.send("GET", path, None)?.well()
    }

    fn post(&self, path: &str, body: Value) -> Outcome<Value> {
        self.send("POST", path, Some(body))?.well()
    }

    fn refused(&self, method: &str, path: &str, body: Option<Value>, slug: &str) -> Outcome<()> {
        let answer = self.send(method, path, body)?;
        expect((400..500).contains(&answer.status) && answer.json["error"] == slug, &format!("that is refused as {slug}"))
    }

    fn send(&self, method: &str, path: &str, body: Option<Value>) -> Outcome<Answer> {
        let sent = body.as_ref().map(Value::to_string);
        println!("    {:>8} → {method} {path} {}", self.name, short(sent.as_deref().unwrap_or_default()));
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header(self.header, &self.token);
        }
        let response = match sent {
            Some(sent) => self.agent.run(request.header("Content-Type", "application/json").body(sent)?),
            None => self.agent.run(request.body(())?),
        };
        let mut response = response.map_err(|e| format!("{}: {e}", self.base))?;
        let status = response.status().as_u16();
        let json: Value = serde_json::from_slice(&response.body_mut().read_to_vec()?)?;
        println!("    {:>8} ← {status} {}", "", short(&json.to_string()));
        if json["error"] == "too_many_requests" {
            sleep(Duration::from_secs(1)); // the story is told faster than people act
            return self.send(method, path, body);
        }
        Ok(Answer { status, json })
    }
}

struct Answer {
    status: u16,
    json: Value,
}

impl Answer {
    /// What stands in the envelope of the family; `/admin` has none.
    fn well(mut self) -> Outcome<Value> {
        expect((200..300).contains(&self.status) && self.json.get("error").is_none(), "that succeeds")?;
        Ok(match self.json.get_mut("data") {
            Some(data) => data.take(),
            None => self.json,
        })
    }
}

fn step(what: &str) {
    println!("\n{what}");
}

fn expect(is_so: bool, what: &str) -> Outcome<()> {
    match is_so {
        true => Ok(()),
        false => Err(format!("it was expected that {what}").into()),
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Outcome<&'a str> {
    value[key].as_str().ok_or_else(|| format!("{key} is missing").into())
}

/// Enough of it to follow the story.
fn short(text: &str) -> String {
    const MOST: usize = 150;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
