//! Binding a phone: wallet, fee balances, memberships, profile and phone go with the person.

use serde_json::{Value, json};
use xuanhu::domain::push_token;

use super::{audit, balance, found, join_with, recharge};
use crate::{
    hospital,
    kit::{Client, Clinic},
};

fn pay(clinic: &Clinic, asked: &Value) {
    let number = asked["out_trade_no"].as_str().unwrap();
    clinic.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).ok();
}

fn recharge_as(clinic: &Clinic, client: &Client, fen: i64) {
    pay(clinic, &client.post("/wallet/recharge", json!({ "amount": fen })).ok());
}

#[test]
fn wallets_fees_and_memberships_become_one() {
    let clinic = Clinic::open();
    let (doctor, older) = (clinic.doctor(), clinic.patient());
    let (both, mine, theirs) = (found(&doctor, "两人的"), found(&doctor, "微信的"), found(&doctor, "手机的"));
    join_with(&clinic, &older, both, 100);
    join_with(&clinic, &older, theirs, 40);
    recharge(&clinic, &older, 7);
    let me = hospital::user(&clinic, "open-one");
    recharge_as(&clinic, &me, 1_000);
    for (team, fee) in [(both, 200), (mine, 300)] {
        me.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok();
    }
    let form = json!({ "pregnancy_count": 3, "menstrual_cycle": 30 });
    me.put("/member/profile", form).ok();
    me.post("/session/push_token", json!({ "platform": "ios", "token": "the-phone" })).ok();
    me.post("/family", json!({ "name": "儿", "relation_type": "儿子", "gender": 1, "birthday": "2015-01-01" })).ok();
    let open = me.post("/wallet/recharge", json!({ "amount": 11 })).ok();
    clinic.advance("61s"); // a phone gets one code a minute

    let code = clinic.code_for(&older.phone);
    let bound = me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let now = clinic.nobody().with_token(bound["token"].as_str().unwrap());
    me.get("/member/profile").refused(401, "bad_token");
    let profile = now.get("/member/profile").ok();
    assert_eq!((&profile["member_id"], &profile["balance"], &profile["total_spent"]), (&json!(older.id), &json!(507), &json!(640)));
    assert_eq!((&profile["pregnancy_count"], &profile["menstrual_cycle"]), (&json!(3), &json!(30)));
    assert_eq!(profile["family"][0]["name"], "儿");
    for (team, fee) in [(both, 300), (mine, 300), (theirs, 40)] {
        let fees = doctor.get(format_args!("/team/{team}/fee_balance")).ok();
        assert_eq!((&fees["total"], &fees["total_fen"], &fees["items"][0]["member_id"]), (&json!(1), &json!(fee), &json!(older.id)));
    }
    assert_eq!(now.get("/member/expenses").ok()["total"], 4);
    let phones = push_token::list(&clinic.hall().store.view(), older.id).unwrap();
    assert_eq!(phones.iter().map(|phone| phone.token.as_str()).collect::<Vec<_>>(), ["the-phone"]);
    // What was asked for before is paid into the wallet that there is.
    pay(&clinic, &open);
    assert_eq!(balance(&older), 518);
    audit(&clinic);
}

#[test]
fn what_the_older_account_told_stays() {
    let clinic = Clinic::open();
    let older = clinic.patient();
    older.put("/member/profile", json!({ "birth_count": 1 })).ok();
    let me = hospital::user(&clinic, "open-one");
    me.put("/member/profile", json!({ "birth_count": 9, "menarche_age": 12 })).ok();
    clinic.advance("61s");
    let code = clinic.code_for(&older.phone);
    me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let profile = older.get("/member/profile").ok();
    assert_eq!((&profile["birth_count"], &profile["menarche_age"]), (&json!(1), &json!(null)));
}
