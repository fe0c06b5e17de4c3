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

pub mod common;

use std::{process::ExitCode, thread::sleep, time::Duration};

use common::{Caller, Outcome, PASSWORD, a_hospital, expect, free_phone, id_number, next_person, step, tell, text};
use jiff::Timestamp;
use serde_json::{Value, json};

fn main() -> ExitCode {
    tell(story)
}

pub fn story(nobody: Caller, admin: Caller) -> Outcome<()> {
    let person = next_person();

    let user = signed_in(&nobody, person)?;
    let doctor = a_doctor(&nobody, &admin, person + 1)?;
    let patient = a_patient(&user, person)?;
    chosen(&user, &doctor)?;
    let order = ordered_and_paid(&user, &nobody, &patient, &doctor)?;
    the_talk(&user, &doctor, &order)?;
    diagnosed_and_rated(&user, &doctor, &order)?;
    changed_their_mind(&user, &nobody, &patient, &doctor)?;
    one_person_at_both_doors(&user, &admin, &nobody, person)?;
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
    nobody.signed_in("user", &answer, "userId")
}

fn a_doctor(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("The administrator brings in a doctor, who signs in by number and password");
    let hospital = a_hospital(admin)?;
    let phone = free_phone(admin, "doctors", person)?;
    let form = json!({
        "phone": phone, "password": PASSWORD, "real_name": "示例医生", "hospital_id": hospital, "departments": "内科",
        "good_at": "头痛", "image_and_text_open": true, "image_and_text_price": 3_000,
    });
    let made = admin.post("/admin/doctors", form)?;
    let form = json!({ "doctorSn": made["doctor_sn"], "password": PASSWORD });
    let answer = nobody.post("/api/doctor/signin", form)?;
    nobody.signed_in("doctor", &answer, "userId")
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
    expect(kept[0]["doctor"]["_id"] == doctor.id, "the doctor is kept")
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
    doctor.refused("POST", "/api/consultation/chat/message/create", Some(fourth), "reply_limit")
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
    user.refused("POST", "/consultation/update", Some(json!({ "consultationId": order["id"], "status": "07" })), "illegal_transition")?;
    doctor.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" }))?;
    let diagnosis = user.post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": order["id"] }))?;
    expect(diagnosis["secondDiagnosis"] == json!(["睡眠不足"]), "the user reads the diagnosis")?;
    let questions = user.post("/api/evaluateQuesion/list", json!({}))?;
    let answers: Vec<Value> = questions.as_array().ok_or("no questions")?.iter().map(answer).collect();
    let form = json!({ "consultationId": order["id"], "answers": answers });
    expect(user.post("/api/consultation/evaluate", form.clone())?["evaluated"] == true, "the rating is taken")?;
    user.refused("POST", "/api/consultation/evaluate", Some(form), "already_evaluated")
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
    expect(bound["userId"] == user.id, "the account stays the user's")?;
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
