//! Topping up the wallet, and the records of what was spent.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::base::money::Fen;
use xuanhu::domain::money::{
    expense::{self, Charge, ExpenseKind},
    ledger::{self, Holder},
};

use super::{ask_recharge, audit, balance, found, join_with, number, recharge};
use crate::kit::{Client, TestServer};

fn pay(server: &TestServer, number: &str) -> crate::kit::Answer {
    server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({}))
}

fn status(admin: &Client, number: &str) -> Value {
    admin.get(format_args!("/admin/payments?q={number}")).ok()["items"][0]["status"].clone()
}

#[test]
fn what_is_paid_is_in_the_wallet_once() {
    let mut server = TestServer::open();
    let patient = server.patient();
    let asked = patient.post("/wallet/recharge", json!({ "amount": "1500" })).ok();
    assert_eq!(asked["amount"], 1_500);
    patient.post("/wallet/recharge", json!({ "amount": true })).refused(400, "invalid_field");
    let info: Value = serde_json::from_str(asked["order_info"].as_str().unwrap()).unwrap();
    assert!(info.to_string().contains(asked["out_trade_no"].as_str().unwrap()), "{info}");
    assert_eq!(balance(&patient), 0, "nothing is paid yet");
    let number = asked["out_trade_no"].as_str().unwrap();
    for _ in 0..3 {
        pay(&server, number).ok();
    }
    assert_eq!(balance(&patient), 1_500);
    let other = ask_recharge(&patient, 10_000_000);
    assert_ne!(other, number, "each top-up is one of its own");
    pay(&server, &other).ok();
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(balance(&patient), 10_001_500);
    let profile = patient.get("/member/profile").ok();
    assert_eq!((profile["total_spent"].as_i64(), patient.get("/member/expenses").ok()["total"].as_i64()), (Some(0), Some(0)));
    audit(&server);
}

#[test]
fn unpaid_top_ups_close() {
    let mut server = TestServer::with(&[("consultation.pay_window", "10m")]);
    let patient = server.patient();
    let late = ask_recharge(&patient, 100);
    server.advance("5m");
    let in_time = ask_recharge(&patient, 30);
    server.advance("299s");
    assert_eq!((status(&server.admin(), &late), status(&server.admin(), &in_time)), (json!("WAIT_FOR_PAY"), json!("WAIT_FOR_PAY")));
    server.advance("1s");
    assert_eq!((status(&server.admin(), &late), status(&server.admin(), &in_time)), (json!("CLOSED"), json!("WAIT_FOR_PAY")));
    pay(&server, &late).refused(409, "payment_closed");
    pay(&server, &in_time).ok();
    let last = ask_recharge(&patient, 7);
    server.app().clock.advance(600_000);
    server.restart(); // it came due while nobody was there
    server.settle();
    assert_eq!((status(&server.admin(), &last), status(&server.admin(), &in_time)), (json!("CLOSED"), json!("PAID")));
    assert_eq!(balance(&patient.at(&server)), 30);
    audit(&server);
}

#[test]
fn amounts_are_whole_fen_and_sensible() {
    let server = TestServer::open();
    let (patient, doctor, assistant) = (server.patient(), server.doctor(), server.assistant());
    for bad in [json!(0), json!(-1), json!(1.5), json!("1.50"), json!(10_000_001), json!(i64::MAX), json!(1e300), json!("许多"), json!([1])]
    {
        patient.post("/wallet/recharge", json!({ "amount": bad })).refused(400, "invalid_field");
    }
    for missing in [json!({}), json!({ "amount": null }), json!({ "amount": "" })] {
        patient.post("/wallet/recharge", missing).refused(400, "missing_field");
    }
    for stranger in [&doctor, &assistant] {
        stranger.post("/wallet/recharge", json!({ "amount": 1 })).refused(403, "wrong_role");
        stranger.get("/member/expenses").refused(403, "wrong_role");
    }
    assert_eq!(server.admin().get("/admin/payments").ok()["total"], 0);
}

#[test]
pub fn what_was_spent_is_listed() {
    let mut server = TestServer::open();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.patient());
    let team = found(&doctor, "甲队");
    join_with(&server, &patient, team, 300);
    server.advance("1m");
    recharge(&server, &patient, 1_000);
    patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": 1, "fee": 200 })).ok();
    server.advance("1m");
    // A charge of 700 on a fee balance of 500: two records.
    let member = patient.id;
    let charge = Charge {
        member: Id::from_number(member),
        team: Id::from_number(team),
        kind: ExpenseKind::Vas,
        amount: Fen(700),
        to: Holder::Income,
        cause: Id::from_number(77),
    };
    let split = server.app().store.write_blocking(move |db| expense::spend(db, charge)).unwrap();
    assert_eq!((split.from_fees, split.from_wallet), (Fen(500), Fen(200)));
    let now = server.now().0;
    let list = patient.get("/member/expenses").ok();
    let row = |kind: &str, source: &str, amount: i64, vas: Value, created: i64| json!({ "kind": kind, "source": source, "amount": amount, "team_id": team, "vas_id": vas, "consultation_id": null, "created": created });
    let expected = json!([
        row("vas", "wallet", 200, json!(77), now),
        row("vas", "fee", 500, json!(77), now),
        row("membership", "wallet", 200, json!(null), now - 60_000),
        row("membership", "wallet", 300, json!(null), now - 120_000),
    ]);
    assert_eq!((without_ids(&list["items"]), &list["total"]), (expected.clone(), &json!(4)));
    let page = patient.get("/member/expenses?skip=1&limit=2").ok();
    assert_eq!((&page["items"][0], page["items"].as_array().unwrap().len(), &page["total"]), (&list["items"][1], 2, &json!(4)));
    // A fee counts once: when it left the wallet.
    let profile = patient.get("/member/profile").ok();
    assert_eq!((&profile["balance"], &profile["total_spent"]), (&json!(600), &json!(700)));
    assert_eq!(other.get("/member/expenses").ok(), json!({ "items": [], "total": 0 }));

    // What is given back is no expense.
    server.app().store.write_blocking(|db| expense::give_back(db, Id::from_number(77), Holder::Income)).unwrap();
    server.app().store.write_blocking(|db| expense::give_back(db, Id::from_number(77), Holder::Income)).unwrap();
    server.restart();
    let patient = patient.at(&server);
    let list = patient.get("/member/expenses").ok();
    assert_eq!(without_ids(&list["items"]), json!([expected[2], expected[3]]));
    let profile = patient.get("/member/profile").ok();
    assert_eq!((&profile["balance"], &profile["total_spent"]), (&json!(800), &json!(500)));
    let fees = doctor.at(&server).get(format_args!("/team/{team}/fee_balance")).ok();
    assert_eq!(fees["total_fen"], 500);
    audit(&server);
    patient.get("/member/expenses?limit=-1").refused(400, "invalid_field");
}

fn without_ids(items: &Value) -> Value {
    let mut items = items.clone();
    for item in items.as_array_mut().unwrap() {
        number(&item.as_object_mut().unwrap().remove("id").unwrap());
    }
    items
}

#[test]
fn what_is_not_there_is_not_spent() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = found(&doctor, "甲队");
    join_with(&server, &patient, team, 300);
    recharge(&server, &patient, 200);
    let member = patient.id;
    let charge = Charge {
        member: Id::from_number(member),
        team: Id::from_number(team),
        kind: ExpenseKind::Consult,
        amount: Fen(501),
        to: Holder::ConsultFee(Id::from_number(9)),
        cause: Id::from_number(9),
    };
    let refused = server.app().store.write_blocking(move |db| expense::spend(db, charge)).unwrap_err();
    assert!(refused.is(&ledger::INSUFFICIENT_BALANCE));
    // Another team's fee balance is of no use.
    let elsewhere = Charge { team: Id::from_number(team + 1), amount: Fen(201), ..charge };
    assert!(server.app().store.write_blocking(move |db| expense::spend(db, elsewhere)).is_err());
    assert_eq!((balance(&patient), patient.get("/member/expenses").ok()["total"].as_i64()), (200, Some(1)));
    // Nothing costs nothing and leaves no record.
    let free = Charge { amount: Fen::ZERO, ..charge };
    assert_eq!(server.app().store.write_blocking(move |db| expense::spend(db, free)).unwrap(), expense::Split::default());
    let exact = Charge { amount: Fen(500), ..charge };
    server.app().store.write_blocking(move |db| expense::spend(db, exact)).unwrap();
    assert_eq!((balance(&patient), patient.get("/member/expenses").ok()["total"].as_i64()), (0, Some(3)));
    audit(&server);
}
