//! A paid consultation (互联网医院) from WeChat's sign-in to the rating, against a running server:
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_internet_hospital -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Uses the public HTTP alone. Every step says what was sent and what came back; the first surprise ends it with code 1. The
//! administrator's part (bringing in a doctor, reading the text message with the code) needs the token, which is read from
//! `./xuanhu-data/admin.token` unless it is given. The people are made up, and each run makes new ones.

use std::{env, error::Error, fs, process::ExitCode, thread::sleep, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::{Agent, http};

type Outcome<T> = Result<T, Box<dyn Error>>;

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

    let user = signed_in(&nobody, person)?;
    let doctor = a_doctor(&nobody, &admin, person + 1)?;
    let patient = a_patient(&user, person)?;
    chosen(&user, &doctor)?;
    let order = ordered_and_paid(&user, &nobody, &patient, &doctor)?;
    the_talk(&user, &doctor, &order)?;
    diagnosed_and_rated(&user, &doctor, &order)?;
    changed_their_mind(&user, &nobody, &patient, &doctor)?;
    one_person_at_both_doors(&user, &admin, &nobody, person)?;
    println!("\nThe story ends well.");
    Ok(())
}

fn signed_in(nobody: &Caller, person: u32) -> Outcome<Caller> {
    step("A WeChat user signs up, twice, and in");
    let open_id = format!("o-walkthrough-{person}-{}", Timestamp::now().as_millisecond());
    for _ in 0..2 {
        nobody.post("/api/user/signup", json!({ "openId": open_id }))?;
    }
    let answer = nobody.post("/api/user/signin", json!({ "openId": open_id }))?;
    expect(answer["code"] == "200" && answer["identifier"] == open_id.as_str(), "the members stand beside code")?;
    nobody.signed_in("user", &answer)
}

fn a_doctor(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("The administrator brings in a doctor, who signs in by number and password");
    let hospital = match admin.get("/admin/hospitals?page_size=1")?["items"][0]["id"].as_u64() {
        Some(id) => id,
        None => {
            let form = json!({
                "name": "示例医院", "level": "三级甲等", "tag": "综合", "addr": "示例路1号",
                "province_id": 110_000, "city_id": 110_100, "county_id": 110_101,
            });
            admin.post("/admin/hospitals", form)?["id"].as_u64().ok_or("no id")?
        }
    };
    let phone = free_phone(admin, "doctors", person)?;
    let form = json!({
        "phone": phone, "password": "a made-up secret 1", "real_name": "示例医生", "hospital_id": hospital, "departments": "内科",
        "good_at": "头痛", "image_and_text_open": true, "image_and_text_price": 3_000,
    });
    let made = admin.post("/admin/doctors", form)?;
    let form = json!({ "doctorSn": made["doctor_sn"], "password": "a made-up secret 1" });
    let answer = nobody.post("/api/doctor/signin", form)?;
    nobody.signed_in("doctor", &answer)
}

fn a_patient(user: &Caller, person: u32) -> Outcome<String> {
    step("The user adds a patient; birthday and sex come from the identity number");
    let number = id_number(person);
    let form = json!({ "userId": user.id, "phone": "19900009999", "certificateNo": number, "name": "示例患者" });
    let patient = user.post("/api/patient/create", form)?;
    let born = text(&patient, "birthday")?.replace('-', "");
    expect(born == number[6..14], "the birthday is the number's")?;
    user.post("/api/patient/bindcard", json!({ "id": patient["id"], "patientIdNo": "123456765" }))?;
    Ok(text(&patient, "id")?.to_owned())
}

fn chosen(user: &Caller, doctor: &Caller) -> Outcome<()> {
    step("The user reads about doctors, and keeps this one");
    user.post("/api/department/list", json!({}))?;
    user.post("/api/doctor/list", json!({ "limit": 3 }))?;
    let card = user.post("/api/doctor/detail", json!({ "id": doctor.id }))?;
    expect(card["imageAndTextPrice"] == 3_000 && card.get("password").is_none(), "the price is 30 yuan, and no secret is shown")?;
    user.post("/api/doctorCollection/create", json!({ "userId": user.id, "doctorId": doctor.id }))?;
    let kept = user.post("/api/doctorCollection/list", json!({ "userId": user.id }))?;
    expect(kept[0]["doctor"]["_id"] == doctor.id.as_str(), "the doctor is kept")
}

fn ordered_and_paid(user: &Caller, nobody: &Caller, patient: &str, doctor: &Caller) -> Outcome<Value> {
    step("The user orders a consultation and pays; asking for the payment twice is one payment");
    let reasons = user.post("/api/consultationReason/list", json!({}))?;
    let order = user.post("/consultation/create", order(patient, doctor, &reasons[0]["reason"]))?;
    expect(order["status"] == "01", "it waits for its payment")?;
    let first = user.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))?;
    let again = user.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))?;
    expect(first == again, "the two are one")?;
    pay(nobody, &first)?;
    let order = shown(user, &order)?;
    expect(order["status"] == "03", "the doctor's time begins")?;
    let said = user.post("/consultation/chatmessage", json!({ "consultationId": order["id"] }))?;
    expect(said.as_array().is_some_and(|said| said.len() == 4), "the talk opens with two notices, the question and a picture")?;
    Ok(order)
}

fn the_talk(user: &Caller, doctor: &Caller, order: &Value) -> Outcome<()> {
    step("The doctor answers with a quick reply; a slip is taken back, and counts all the same");
    let form = json!({ "doctorId": doctor.id, "title": "问候", "content": "您好，请问痛了多久？" });
    let quick = doctor.post("/api/quickReply/create", form)?;
    say(doctor, order, "doctor->user", text(&quick, "content")?)?;
    say(user, order, "user->doctor", "三天了")?;
    let slip = say(doctor, order, "doctor->user", "说错了")?;
    doctor.post("/api/consultation/chat/message/retract", json!({ "id": slip["id"] }))?;
    let chat = user.post("/api/chat/detail", json!({ "id": order["chatId"] }))?;
    expect(chat["lastMsgContent"] == "[已撤回]" && chat["status"] == true, "the chat shows that something was taken back")?;
    say(doctor, order, "doctor->user", "多休息，一周后复诊。")?;
    let fourth = message(order, "doctor->user", "还有一句");
    doctor.refused("/api/consultation/chat/message/create", fourth, "reply_limit")
}

fn diagnosed_and_rated(user: &Caller, doctor: &Caller, order: &Value) -> Outcome<()> {
    step("The doctor writes the diagnosis and finishes; the user rates, once");
    let terms = doctor.post("/dictionary/diagnosis/list", json!({ "keyword": "头痛", "limit": 3 }))?;
    let name = terms["items"][0]["name"].as_str().unwrap_or("头痛").to_owned();
    let form = json!({
        "consultationId": order["id"], "mainDiagnosis": name, "secondDiagnosis": "[\"睡眠不足\"]", "chiefComplaint": "头痛三天",
        "historyOfPastIllness": "无",
    });
    doctor.post("/treatment/diagnisis/upsert", form)?;
    user.refused("/consultation/update", json!({ "consultationId": order["id"], "status": "07" }), "illegal_transition")?;
    doctor.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" }))?;
    let diagnosis = user.post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": order["id"] }))?;
    expect(diagnosis["secondDiagnosis"] == json!(["睡眠不足"]), "the user reads the diagnosis")?;
    let questions = user.post("/api/evaluateQuesion/list", json!({}))?;
    let answers: Vec<Value> = questions.as_array().ok_or("no questions")?.iter().map(answer).collect();
    let form = json!({ "consultationId": order["id"], "answers": answers });
    expect(user.post("/api/consultation/evaluate", form.clone())?["evaluated"] == true, "the rating is taken")?;
    user.refused("/api/consultation/evaluate", form, "already_evaluated")
}

fn answer(question: &Value) -> Value {
    match question["type"] == "01" {
        true => json!({ "questionId": question["id"], "score": 5 }),
        false => json!({ "questionId": question["id"], "text": "很耐心" }),
    }
}

fn changed_their_mind(user: &Caller, nobody: &Caller, patient: &str, doctor: &Caller) -> Outcome<()> {
    step("A second order is paid, and the user asks for the money back before the doctor has answered");
    let order = user.post("/consultation/create", order(patient, doctor, &json!("在线复诊")))?;
    let payment = user.post("/consultation/payment/create", json!({ "consultationId": order["id"] }))?;
    pay(nobody, &payment)?;
    user.post("/consultation/update", json!({ "consultationId": order["id"], "status": "06" }))?;
    for _ in 0..20 {
        let (order, payment) = (shown(user, &order)?, user.post("/consultation/payment/query", json!({ "consultationId": order["id"] }))?);
        if order["status"] == "09" && payment["status"] == "REFUNDED" {
            return Ok(());
        }
        if payment["status"] == "REFUNDING" && order["status"] == "06" {
            println!("    Where payment.refund_approval is on, an administrator decides; this story waits ten seconds for that.");
        }
        sleep(Duration::from_millis(500));
    }
    Err("the fee is not back after ten seconds".into())
}

fn one_person_at_both_doors(user: &Caller, admin: &Caller, nobody: &Caller, person: u32) -> Outcome<()> {
    step("The user proves a phone, and signs in by it at the free clinic's door as the same person");
    let phone = free_phone(admin, "patients", person + 2)?;
    nobody.post("/phone/verifycode", json!({ "phone": phone }))?;
    let code = admin.get(&format!("/admin/outbox?phone={phone}"))?["items"][0]["code"].take();
    let bound = user.post("/api/user/bindphone", json!({ "phone": phone, "verify_code": code }))?;
    expect(bound["userId"] == user.id.as_str(), "the account stays the user's")?;
    let user = Caller { token: text(&bound, "token")?.to_owned(), ..user.clone() };
    let profile = user.get("/user")?;
    expect(profile["phone"] == phone.as_str(), "the free clinic knows the phone")
}

fn order(patient: &str, doctor: &Caller, reason: &Value) -> Value {
    json!({
        "content": "头痛三天，左侧明显", "patientId": patient, "doctorId": doctor.id, "consultationReason": reason,
        "images": "[\"https://files.example.com/head.png\"]",
    })
}

fn pay(nobody: &Caller, payment: &Value) -> Outcome<()> {
    let sn = text(payment, "outTradeNo")?;
    Caller { name: "provider", ..nobody.clone() }.post(&format!("/payment/demo/{sn}/pay"), json!({})).map(drop)
}

fn shown(user: &Caller, order: &Value) -> Outcome<Value> {
    Ok(user.post("/consultation/list", json!({ "consultationId": order["id"] }))?["items"][0].take())
}

fn message(order: &Value, direction: &str, text: &str) -> Value {
    json!({ "chatId": order["chatId"], "consultationId": order["id"], "type": "01", "direction": direction, "text": text })
}

fn say(caller: &Caller, order: &Value, direction: &str, text: &str) -> Outcome<Value> {
    caller.post("/api/consultation/chat/message/create", message(order, direction, text))
}

/// A telephone that nobody has: another run's or the demonstration clinic's people may.
fn free_phone(admin: &Caller, people: &str, mut person: u32) -> Outcome<String> {
    loop {
        let phone = format!("1990000{person:04}");
        if admin.get(&format!("/admin/{people}?q={phone}"))?["total"] == 0
            && admin.get(&format!("/admin/outbox?phone={phone}"))?["total"] == 0
        {
            return Ok(phone);
        }
        person += 1;
    }
}

/// A valid identity number (GB 11643) of region 990101, which does not exist.
fn id_number(person: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("990101198406{:02}{:03}", person / 900 % 28 + 1, person % 900 + 100);
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
    /// 24 hex digits.
    id: String,
}

impl Caller {
    fn new(base: &str) -> Caller {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build();
        let base = base.trim_end_matches('/').to_owned();
        Caller { name: "anybody", base, agent: config.into(), header: "X-Auth-Token", token: String::new(), id: String::new() }
    }

    fn signed_in(&self, name: &'static str, answer: &Value) -> Outcome<Caller> {
        Ok(Caller { name, token: text(answer, "token")?.to_owned(), id: text(answer, "userId")?.to_owned(), ..self.clone() })
    }

    fn get(&self, path: &str) -> Outcome<Value> {
        self.send("GET", path, None)?.well()
    }

    fn post(&self, path: &str, body: Value) -> Outcome<Value> {
        self.send("POST", path, Some(body))?.well()
    }

    fn refused(&self, path: &str, body: Value, slug: &str) -> Outcome<()> {
        let answer = self.send("POST", path, Some(body))?;
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
    /// What stands in the envelope of the family; `/admin` and the sign-ins have none.
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
