//! 咨询相关接口 and its task list: scenarios for every row, and which of them proves which task.

mod administration;
mod books;
mod clinic;
mod consult;
mod family;
mod founding;
mod income;
mod invitation;
mod leaving;
mod ledger;
mod member;
mod merger;
mod open;
mod people;
pub mod scene;
mod tasks;
mod vas;
mod wallet;
pub mod wechat;

use serde_json::{Value, json};

use crate::kit::{Person, TestServer};

/// A team as it is founded.
pub fn team_form(name: &str) -> Value {
    json!({ "name": name, "introduction": "多学科团队", "agreement": "会员须知：会费不退。", "consult_fee": 500 })
}

/// Founds a team whose consults cost 5 yuan; answers its id.
pub fn found(doctor: &Person, name: &str) -> u64 {
    number(&doctor.post("/team", team_form(name)).ok()["team_id"])
}

/// The doctor comes into the team by the inviter's code.
pub fn bring_in(inviter: &Person, doctor: &Person, team: u64) {
    let code = inviter.get(format_args!("/team/{team}/invitation")).ok()["code"].clone();
    doctor.post(format_args!("/team/{team}/doctor"), json!({ "code": code })).ok();
}

/// Asks for a top-up; answers the number under which it is paid.
pub fn ask_recharge(patient: &Person, fen: i64) -> String {
    patient.post("/wallet/recharge", json!({ "amount": fen })).ok()["out_trade_no"].as_str().unwrap().to_owned()
}

/// Tops up a wallet, paid at once.
pub fn recharge(server: &TestServer, patient: &Person, fen: i64) {
    let number = ask_recharge(patient, fen);
    server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).ok();
}

/// Tops up the wallet by the fee and joins with it.
pub fn join_with(server: &TestServer, patient: &Person, team: u64, fee: i64) {
    recharge(server, patient, fee);
    patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok();
}

pub fn balance(patient: &Person) -> i64 {
    patient.get("/member/profile").ok()["balance"].as_i64().unwrap()
}

pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no id"))
}

/// The books are in order.
pub fn audit(server: &TestServer) {
    assert_eq!(xuanhu::domain::money::ledger::audit(&server.app().store.view()).unwrap(), Vec::<String>::new());
}
