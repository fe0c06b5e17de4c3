//! The free clinic (志愿医生) from the first text message to both ratings, against a running server:
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_volunteer -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Uses the public HTTP alone. Every step says what was sent and what came back; the first surprise ends it with code 1. The
//! administrator's part (codes from the outbox, letting the doctor in) needs the token, which is read from
//! `./xuanhu-data/admin.token` unless it is given. The people are made up, and each run makes new ones.

pub mod common;

use std::{process::ExitCode, thread::sleep, time::Duration};

use common::{Caller, Outcome, PASSWORD, a_hospital, expect, free_phone, id_number, next_person, number, step, tell, text};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

fn main() -> ExitCode {
    tell(story)
}

pub fn story(nobody: Caller, admin: Caller) -> Outcome<()> {
    let mut clinic = Clinic::look(nobody, admin)?;

    let doctor = clinic.register("doctor", 2)?;
    let patient = clinic.register("patient", 1)?;
    profiles(&clinic, &doctor, &patient)?;
    let tomorrow = a_session_tomorrow(&clinic, &doctor, &patient)?;
    let visit = a_session_in_a_moment(&clinic, &doctor, &patient)?;
    the_visit(&doctor, &patient, visit)?;
    both_ratings(&clinic, &doctor, &patient, visit)?;
    called_off(&doctor, &patient, tomorrow)?;
    the_deposits_are_back(&clinic, &patient)?;
    Ok(())
}

/// The clinic, as far as this story needs to know it.
struct Clinic {
    nobody: Caller,
    admin: Caller,
    zone: TimeZone,
    /// How far the server's clock is ahead of this machine's (`clock.offset`).
    ahead: SignedDuration,
    approves_refunds: bool,
    hospital: u64,
    /// The next made-up person.
    person: u32,
}

impl Clinic {
    fn look(nobody: Caller, admin: Caller) -> Outcome<Clinic> {
        step("Is the server there, and how is it set up?");
        nobody.get("/readyz")?;
        let settings = admin.get("/admin/settings")?;
        let setting = |key: &str| settings["items"].as_array()?.iter().find(|item| item["key"] == key)?["value"].as_str();
        let zone = TimeZone::get(setting("clinic.time_zone").ok_or("/admin/settings does not tell the clinic's time zone")?)?;
        let approves_refunds = setting("payment.refund_approval") == Some("true");

        step("A hospital for the doctor: the first of the list, or a new one");
        let hospital = a_hospital(&admin)?;
        let person = next_person();
        Ok(Clinic { nobody, admin, zone, ahead: SignedDuration::ZERO, approves_refunds, hospital, person })
    }

    /// Registers somebody; the outbox stands in for their telephone.
    fn register(&mut self, name: &'static str, role: u8) -> Outcome<Caller> {
        step(&format!("A {name} registers"));
        self.nobody.get("/captcha/app")?;
        println!("    Only a person can read that picture for /verifycode, so the code is asked for at the door of the apps.");
        let phone = free_phone(&self.admin, &format!("{name}s"), self.person)?;
        self.person += 1;
        self.nobody.post("/phone/verifycode", json!({ "phone": phone }))?;
        let message = self.admin.get(&format!("/admin/outbox?phone={phone}"))?["items"][0].take();
        let sent: Timestamp = text(&message, "created_at")?.parse()?;
        self.ahead = sent.duration_since(Timestamp::now());
        let form = json!({ "phono": phone, "pwd": PASSWORD, "type": role, "verify_code": text(&message, "code")? });
        let user = self.nobody.post("/register", form)?;
        self.nobody.signed_in(name, &user, "id")
    }

    /// What the clinic's clock on the wall says.
    fn now(&self) -> Outcome<Zoned> {
        Ok(Timestamp::now().checked_add(self.ahead)?.to_zoned(self.zone.clone()))
    }
}

fn profiles(clinic: &Clinic, doctor: &Caller, patient: &Caller) -> Outcome<()> {
    let place = |name: &str, person: u32| {
        json!({
            "avatars": "", "real_name": name, "idno": id_number(person), "email": "", "addr": "示例路2号",
            "province_id": 110_000, "city_id": 110_100, "county_id": 110_101,
        })
    };
    step("Both complete their profiles");
    let work = json!({
        "hospital_id": clinic.hospital, "departments": "内科", "job_position": "主任医师", "good_at": "头痛",
        "work_photo": ["https://files.example.com/badge.png"], "abstract": "行医二十年",
    });
    doctor.put("/user", both(place("示例医生", clinic.person), work))?;
    let body = json!({ "height": "170", "weight": "60", "marital_status": 1, "drink_status": 0, "smoking_status": 0 });
    patient.put("/user", both(place("示例患者", clinic.person + 1), body))?;

    step("The doctor may not publish yet; the administrator has a look and lets the doctor in");
    doctor.refused("POST", "/project", Some(session(tomorrow(clinic)?, "09:00:00", "11:00:00")), "not_verified")?;
    clinic.admin.post(&format!("/admin/doctors/{}/verify", doctor.id), json!({ "is_verify": 1 }))?;
    expect(doctor.get("/user")?["is_verify"] == 1, "the doctor is verified")
}

/// Published, found, joined, paid. Answers the project.
fn a_session_tomorrow(clinic: &Clinic, doctor: &Caller, patient: &Caller) -> Outcome<u64> {
    step("The doctor publishes a session for tomorrow, with a deposit of 50 yuan");
    let project = number(&doctor.post("/project", session(tomorrow(clinic)?, "09:00:00", "11:00:00"))?, "id")?;

    step("The patient finds it, and follows the doctor");
    let found = patient.get(&format!("/custom/doctor/{}/project", doctor.id))?;
    expect(found["list"][0]["id"] == project, "the new session is in the doctor's list")?;
    let everybodys = patient.get("/project?departments=内科")?;
    let listed = everybodys["list"].as_array().is_some_and(|list| list.iter().any(|one| one["id"] == project));
    expect(listed, "the newest session is on the first page of all")?;
    patient.get(&format!("/follow/user/{}", doctor.id))?;
    expect(patient.get("/custom/follow")?["list"][0]["id"] == doctor.id, "the doctor is followed")?;

    let held = join(patient, project, Some("09:30:00 - 10:00:00"))?;
    step("A second try is refused, and nobody else's seat is touched");
    patient.refused("POST", &format!("/project/{project}/join"), Some(json!({ "content": "再来" })), "already_joined")?;
    pay(patient, &held)?;
    Ok(project)
}

/// Published and joined before it begins, then waited for. Answers the registration.
fn a_session_in_a_moment(clinic: &Clinic, doctor: &Caller, patient: &Caller) -> Outcome<u64> {
    step("A visit cannot be confirmed before its session has begun, so the doctor publishes one that begins in a moment");
    let mut begin = clinic.now()?.checked_add(10.seconds())?;
    if begin.date() != begin.checked_add(1.minute())?.date() {
        println!("    It is about midnight, and a session lies within one day: waiting for the next.");
        sleep(Duration::from_secs(75));
        begin = clinic.now()?.checked_add(10.seconds())?;
    }
    let last = begin.date().at(23, 59, 59, 0);
    let end = begin.datetime().saturating_add(25.minutes()).min(last);
    let clock = |time: jiff::civil::Time| time.strftime("%H:%M:%S").to_string();
    let project = doctor.post("/project", session(begin.date(), &clock(begin.time()), &clock(end.time())))?;
    let project = number(&project, "id")?;
    let held = join(patient, project, None)?;
    pay(patient, &held)?;
    let id = number(&held, "id")?;

    step("The doctor sees who comes, what for, and in full; a visit before its time is refused");
    let list = doctor.get(&format!("/project/{project}/patient"))?;
    expect(list["list"][0]["id"] == id, "the registration is in the session's list")?;
    expect(doctor.get("/doctor/project/patient?status=1")?["page"]["count"] == 2, "both registrations await their visit")?;
    let seen = doctor.get(&format!("/diagnoses/{id}"))?;
    expect(seen["casebook_info"]["content"] == "头痛三天", "the doctor reads the casebook")?;

    let wait = begin.timestamp().duration_since(clinic.now()?.timestamp()).as_millis().clamp(0, 60_000) as u64 + 1_000;
    if wait > 1_000 {
        doctor.refused("GET", &format!("/diagnoses/{id}/done"), None, "not_begun")?;
    }
    step(&format!("Waiting {:.1} s until it begins", wait as f64 / 1e3));
    sleep(Duration::from_millis(wait));
    Ok(id)
}

fn the_visit(doctor: &Caller, patient: &Caller, id: u64) -> Outcome<()> {
    step("The patient is there: the doctor confirms the visit and writes what was found");
    doctor.get(&format!("/diagnoses/{id}/done"))?;
    doctor.put(&format!("/diagnoses/{id}"), json!({ "diag_result": "偏头痛，注意休息", "diag_photo": [] }))?;
    let mine = patient.get(&format!("/diagnoses/{id}"))?;
    expect(mine["diag_result"] == "偏头痛，注意休息" && mine["status"] == 3, "the patient reads the result")
}

fn both_ratings(clinic: &Clinic, doctor: &Caller, patient: &Caller, id: u64) -> Outcome<()> {
    step("Patient and doctor rate each other, once");
    expect(patient.get("/custom/need/comment")?["page"]["count"] == 1, "one visit waits for a rating")?;
    let rating = json!({ "doctor_score": 5, "doctor_comment": "非常耐心" });
    patient.post(&format!("/custom/diagnoses/{id}/comment"), rating.clone())?;
    patient.refused("POST", &format!("/custom/diagnoses/{id}/comment"), Some(rating), "already_rated")?;
    let scores = json!({ "patient_credit_score": 4, "patient_punctuality_score": 5 });
    doctor.post(&format!("/doctor/diagnoses/{id}/comment"), scores)?;
    let public = clinic.nobody.get(&format!("/doctor/{}/comment", doctor.id))?;
    let comment = &public["list"][0];
    expect(comment["doctor_comment"] == "非常耐心", "everybody reads the comment")?;
    expect(text(&comment["user_info"], "real_name")?.contains('*'), "and nobody reads who wrote it")?;
    expect(patient.get("/user")?["credit_score"] == "4.0", "the patient's score is the doctor's rating")
}

fn called_off(doctor: &Caller, patient: &Caller, project: u64) -> Outcome<()> {
    step("The doctor falls ill and calls tomorrow's session off: the patient is told");
    doctor.get(&format!("/project/{project}/cancel"))?;
    let told = patient.get("/message")?;
    let says_so = |message: &Value| message["content"].as_str().is_some_and(|text| text.contains("取消"));
    expect(told["list"].as_array().is_some_and(|list| list.iter().any(says_so)), "a message says so")
}

fn the_deposits_are_back(clinic: &Clinic, patient: &Caller) -> Outcome<()> {
    step("Both deposits go back");
    if clinic.approves_refunds {
        let waiting = clinic.admin.get("/admin/refunds?status=pending&page_size=100")?;
        for refund in waiting["items"].as_array().into_iter().flatten() {
            clinic.admin.post(&format!("/admin/refunds/{}/approve", refund["id"]), json!({}))?;
        }
    }
    for _ in 0..20 {
        let refunds = patient.get("/custom/payment/diagnoses")?;
        let list = refunds["list"].as_array().ok_or("no list")?;
        if list.len() == 2 && list.iter().all(|one| one["refund_status"] == 3 && one["amount"] == "50.00") {
            return Ok(());
        }
        sleep(Duration::from_millis(500));
    }
    Err("the deposits are not back after ten seconds".into())
}

fn join(patient: &Caller, project: u64, slot: Option<&str>) -> Outcome<Value> {
    step("The patient takes a seat; it is held until the deposit is paid");
    let mut form = json!({ "content": "头痛三天", "photo": ["https://files.example.com/head.png"] });
    if let Some(slot) = slot {
        form["plan_time"] = json!(slot);
    }
    let held = patient.post(&format!("/project/{project}/join"), form)?;
    expect(held["verify_status"] == 0 && held["payment"]["totalFee"] == 5_000, "the seat waits for 50 yuan")?;
    expect(slot.is_none_or(|slot| held["plan_time"] == slot), "it is the slot that was asked for")?;
    Ok(held)
}

fn pay(patient: &Caller, held: &Value) -> Outcome<()> {
    step("The patient pays as a provider would report it, and asks how the order stands");
    let sn = text(&held["payment"], "outTradeNo")?;
    expect(patient.get(&format!("/order/query/{sn}"))?.is_null(), "nothing is paid yet")?;
    Caller { token: String::new(), name: "provider", ..patient.clone() }.post(&format!("/payment/demo/{sn}/pay"), json!({}))?;
    let order = patient.get(&format!("/order/query/{sn}"))?;
    expect(order["id"] == held["id"] && order["verify_status"] == 1, "the seat is booked")
}

/// The form of a session (3.2.3).
fn session(date: Date, begin: &str, end: &str) -> Value {
    json!({
        "date": date.to_string(), "begin": begin, "end": end, "people_count": 8, "lng": "116.40", "lat": "39.90",
        "addr": "社区活动中心", "service_target": ["老年人"], "abstract": "心血管义诊", "price": 50,
    })
}

fn tomorrow(clinic: &Clinic) -> Outcome<Date> {
    Ok(clinic.now()?.date().tomorrow()?)
}

fn both(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}
