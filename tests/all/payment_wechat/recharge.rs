//! Topping up a wallet through WeChat Pay, in time and too late.

use serde_json::{Value, json};

use super::{audit, gateway::Gateway, info_text, outstanding, status, told_paid};
use crate::team_consult::balance;

#[test]
fn a_top_up_is_ordered_paid_and_booked_once() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("consultation.pay_window", "10m")]);
    let patient = server.patient();
    let asked = patient.post("/wallet/recharge", json!({ "amount": 2_000 })).ok();
    let number = asked["out_trade_no"].as_str().unwrap().to_owned();
    let order = gateway.books().orders[&number].clone();
    assert_eq!((&order["amount"]["total"], &order["description"]), (&json!(2_000), &json!("悬壶诊所钱包充值")));
    assert_eq!(order["time_expire"], "2026-03-02T09:09:30+08:00", "half a minute before it closes");
    let info: Value = info_text(&asked["order_info"]);
    assert!(info["prepayid"].as_str().is_some_and(|id| id.contains(&number)), "{info}");
    gateway.pay(&number);
    for _ in 0..2 {
        assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    }
    assert_eq!(balance(&patient), 2_000);
    server.settle();
    assert_eq!(outstanding(&server), 0);
    audit(&server);
}

#[test]
fn what_comes_too_late_is_the_members_all_the_same() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("consultation.pay_window", "10m")]);
    let patient = server.patient();
    let asked = patient.post("/wallet/recharge", json!({ "amount": 700 })).ok();
    let number = asked["out_trade_no"].as_str().unwrap().to_owned();
    server.app().clock.advance(600_000);
    server.app().store.write_blocking(xuanhu::domain::money::payment::close_due).unwrap();
    assert_eq!(status(&server, &number), "CLOSED");
    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    assert_eq!((status(&server, &number), balance(&patient)), (json!("PAID"), 700));
    audit(&server);
}

#[test]
fn without_the_provider_nothing_can_be_paid() {
    let gateway = Gateway::open();
    let server = gateway.server();
    let patient = server.patient();
    drop(gateway);
    patient.post("/wallet/recharge", json!({ "amount": 700 })).refused(503, "payment_unreachable");
    assert_eq!(balance(&patient), 0);
    audit(&server);
}
