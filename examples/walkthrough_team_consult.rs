//! A team of doctors and a member, from founding the team to its income, against a running server:
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_team_consult -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Uses the public HTTP alone. Every step says what was sent and what came back; the first surprise ends it with code 1. The
//! administrator's part (bringing in two doctors, and the code that a patient gets by telephone) needs the token, which is read from
//! `./xuanhu-data/admin.token` unless it is given. The people are made up, and each run makes new ones.

pub mod common;

use std::process::ExitCode;

use common::{Caller, Outcome, PASSWORD, expect, free_phone, next_person, number, step, tell, text};
use serde_json::json;

/// What a consult costs, a service, and what the member pays in: fen.
const FEE: i64 = 3_000;
const SERVICE: i64 = 5_000;
const PAID_IN: i64 = 4_000;
const RECHARGE: i64 = 10_000;

fn main() -> ExitCode {
    tell(story)
}

pub fn story(nobody: Caller, admin: Caller) -> Outcome<()> {
    let person = next_person();

    let founder = a_doctor(&nobody, &admin, "founder", person)?;
    let doctor = a_doctor(&nobody, &admin, "doctor", person + 1)?;
    let patient = a_patient(&nobody, &admin, person + 2)?;
    let team = a_team(&founder, &doctor)?;
    a_recharge(&patient, &nobody)?;
    a_member(&patient, &founder, team)?;
    let consult = a_consult(&patient, &founder, team)?;
    a_doctor_comes_in(&founder, &doctor, consult)?;
    they_talk(&patient, &doctor, consult)?;
    a_service(&patient, &doctor, consult)?;
    the_end(&patient, &doctor, consult)?;
    the_money(&patient, &founder, team)?;
    Ok(())
}

fn a_doctor(nobody: &Caller, admin: &Caller, name: &'static str, person: u32) -> Outcome<Caller> {
    step("The administrator brings in a doctor, who signs in");
    let phone = free_phone(admin, "doctors", person)?;
    admin.post("/admin/doctors", json!({ "phone": phone, "password": PASSWORD, "real_name": "示例医生", "departments": "内科" }))?;
    nobody.sign_in(name, &phone, "doctor")
}

fn a_patient(nobody: &Caller, admin: &Caller, person: u32) -> Outcome<Caller> {
    step("A patient registers with a code that comes by telephone, and says who it is");
    let phone = free_phone(admin, "patients", person)?;
    nobody.post("/phone/verifycode", json!({ "phone": phone }))?;
    let outbox = admin.get(&format!("/admin/outbox?phone={phone}"))?;
    let code = outbox["items"][0]["code"].clone();
    nobody.post("/register", json!({ "phono": phone, "pwd": PASSWORD, "type": 1, "verify_code": code }))?;
    let patient = nobody.sign_in("patient", &phone, "patient")?;
    patient.put("/member/profile", json!({ "name": "示例患者", "menarche_age": 13 }))?;
    Ok(patient)
}

fn a_team(founder: &Caller, doctor: &Caller) -> Outcome<u64> {
    step("A doctor founds a team, and another joins by the code of its invitation");
    let form = json!({ "name": "示例团队", "introduction": "多学科一起看", "agreement": "会费用于咨询与增值服务。", "consult_fee": FEE });
    let team = number(&founder.post("/team", form)?, "team_id")?;
    let invitation = founder.get(&format!("/team/{team}/invitation"))?;
    let joined = doctor.post(&format!("/team/{team}/doctor"), json!({ "code": invitation["code"] }))?;
    expect(joined["doctor_ids"] == json!([founder.id, doctor.id]), "both are in the team")?;
    expect(joined["assistant_id"] == founder.id, "the founder is the group assistant")?;
    Ok(team)
}

fn a_recharge(patient: &Caller, nobody: &Caller) -> Outcome<()> {
    step("The patient tops up the wallet; the demonstration's payment stands for the payer");
    let asked = patient.post("/wallet/recharge", json!({ "amount": RECHARGE }))?;
    nobody.post(&format!("/payment/demo/{}/pay", text(&asked, "out_trade_no")?), json!({}))?;
    expect(patient.get("/member/profile")?["balance"] == RECHARGE, "the money is there")
}

fn a_member(patient: &Caller, founder: &Caller, team: u64) -> Outcome<()> {
    step("Only members consult a team: the patient accepts the agreement and pays a fee in");
    let early = json!({ "team_id": team, "symptom_content": "头晕", "symptom_type": "text/plain" });
    patient.refused("POST", "/consult", Some(early), "not_a_member")?;
    let joined = patient.post(&format!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": PAID_IN }))?;
    expect(joined["fee_balance"] == PAID_IN, "the fee lies with the team")?;
    let fees = founder.get(&format!("/team/{team}/fee_balance"))?;
    expect(fees["total_fen"] == PAID_IN, "the team sees what its members have left")
}

fn a_consult(patient: &Caller, founder: &Caller, team: u64) -> Outcome<u64> {
    step("The patient consults the team; in the group are the two of them, and the symptom");
    let form = json!({
        "creator_member_id": patient.id, "target_member_id": patient.id, "team_id": team,
        "symptom_content": "早上起来头晕，血压一百五", "symptom_type": "text/plain", "images": [],
    });
    let made = patient.post("/consult", form)?;
    expect(made["status"] == 0 && made["doctor_ids"] == json!([founder.id]), "it waits for a doctor")?;
    let consult = number(&made, "consultation_id")?;
    let open = founder.get("/consult/in_process_list")?;
    expect(
        open["resutls"][0]["consultation_id"] == consult && open["resutls"] == open["results"],
        "the assistant sees it, under both spellings",
    )?;
    Ok(consult)
}

fn a_doctor_comes_in(founder: &Caller, doctor: &Caller, consult: u64) -> Outcome<()> {
    step("The group assistant brings the doctor in");
    let body = json!({ "doctor_ids": [doctor.id] });
    // Whoever is not in the group does not learn that there is one.
    doctor.refused("POST", &format!("/consult/{consult}/doctor"), Some(body.clone()), "not_found")?;
    let started = founder.post(&format!("/consult/{consult}/doctor"), body)?;
    expect(started["status"] == 1 && started["doctor_ids"] == json!([founder.id, doctor.id]), "now it is in process")
}

fn they_talk(patient: &Caller, doctor: &Caller, consult: u64) -> Outcome<()> {
    step("They write to each other in the group");
    let say = |caller: &Caller, text: &str| {
        caller.post("/im/messages", json!({ "consultation_id": consult, "mimetype": "text/plain", "content": text }))
    };
    say(doctor, "最近一周的血压都记了吗？")?;
    say(patient, "记了，早上一百五，晚上一百三十五。")?;
    let read = doctor.get(&format!("/im/messages?consultation_id={consult}"))?;
    expect(read["total"] == 3 && read["items"][0]["content"] == "早上起来头晕，血压一百五", "the doctor reads what was said before, too")
}

fn a_service(patient: &Caller, doctor: &Caller, consult: u64) -> Outcome<()> {
    step("The doctor offers a service; the patient confirms, which pays once");
    let form = json!({ "name": "血压管理一个月", "description": "每周看一次记录", "amount": SERVICE });
    let vas = number(&doctor.post(&format!("/consult/{consult}/vas"), form)?, "vas_id")?;
    let told = patient.get(&format!("/im/messages?consultation_id={consult}"))?;
    expect(told["items"][3]["mimetype"] == "application/vnd.xuanhu.vas+json", "the group is told")?;
    let confirmed = patient.post(&format!("/vas/{vas}/confirm"), json!({}))?;
    expect(confirmed["status"] == 1, "it is paid")?;
    expect(patient.post(&format!("/vas/{vas}/confirm"), json!({}))? == confirmed, "confirming again changes nothing")
}

fn the_end(patient: &Caller, doctor: &Caller, consult: u64) -> Outcome<()> {
    step("The doctor finishes; the group falls silent");
    expect(doctor.post(&format!("/consult/{consult}/finish"), json!({}))?["status"] == 2, "it is finished")?;
    let late = json!({ "consultation_id": consult, "mimetype": "text/plain", "content": "还在吗" });
    patient.refused("POST", "/im/messages", Some(late), "may_not_talk")?;
    expect(patient.get("/consult/history_list")?["results"][0]["consultation_id"] == consult, "it is history")?;
    patient.delete(&format!("/consult/history_list/{consult}"))?;
    expect(patient.get("/consult/history_list")?["results"] == json!([]), "the patient has put it away")?;
    expect(doctor.get("/consult/history_list")?["results"][0]["consultation_id"] == consult, "and nobody else")
}

fn the_money(patient: &Caller, founder: &Caller, team: u64) -> Outcome<()> {
    step("What the patient spent is what the team earned");
    let expenses = patient.get("/member/expenses")?;
    let of = |kind: &str| -> i64 {
        let items = expenses["items"].as_array().into_iter().flatten();
        items.filter(|item| item["kind"] == kind).filter_map(|item| item["amount"].as_i64()).sum()
    };
    expect((of("consult"), of("vas")) == (FEE, SERVICE), "a consult and a service, from fee balance and wallet")?;
    let summary = founder.get(&format!("/team/{team}/consult_summary"))?;
    expect(summary["total_income"] == FEE + SERVICE && summary["consult_count"] == 1, "the team has earned both")?;
    let income = founder.get(&format!("/team/{team}/income"))?;
    expect(income["this_month"] == FEE + SERVICE && income["withdrawable"] == 0, "this month's income can be withdrawn next month")?;
    let slug = founder.refusal("POST", &format!("/team/{team}/withdrawal"), None)?;
    expect(["nothing_to_withdraw", "withdrawal_closed"].contains(&slug.as_str()), "not before")?;
    let month = text(&income, "month")?.to_owned();
    let record = founder.get(&format!("/team/{team}/withdrawal/{month}"))?;
    expect(record["income"] == 0 && record["doctors"] == json!([]), "last month there was no team")
}
