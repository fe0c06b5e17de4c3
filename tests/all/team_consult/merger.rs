//! Binding a phone: wallet, fee balances, memberships, consults, profile and phone go with the person.

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::{identity::push_token, messaging::message::Say, team_consult};

use super::{audit, balance, bring_in, found, join_with, number, recharge, scene};
use crate::{
    internet_hospital,
    kit::{Client, TestServer},
};

fn pay(server: &TestServer, asked: &Value) {
    let number = asked["out_trade_no"].as_str().unwrap();
    server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).ok();
}

fn recharge_as(server: &TestServer, client: &Client, fen: i64) {
    pay(server, &client.post("/wallet/recharge", json!({ "amount": fen })).ok());
}

#[test]
fn wallets_fees_and_memberships_become_one() {
    let server = TestServer::open();
    let (doctor, older) = (server.doctor(), server.patient());
    let (both, mine, theirs) = (found(&doctor, "两人的"), found(&doctor, "微信的"), found(&doctor, "手机的"));
    join_with(&server, &older, both, 100);
    join_with(&server, &older, theirs, 40);
    recharge(&server, &older, 7);
    let me = internet_hospital::user(&server, "open-one");
    recharge_as(&server, &me, 1_000);
    for (team, fee) in [(both, 200), (mine, 300)] {
        me.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok();
    }
    let form = json!({ "pregnancy_count": 3, "menstrual_cycle": 30 });
    me.put("/member/profile", form).ok();
    me.post("/session/push_token", json!({ "platform": "ios", "token": "the-phone" })).ok();
    me.post("/family", json!({ "name": "儿", "relation_type": "儿子", "gender": 1, "birthday": "2015-01-01" })).ok();
    let open = me.post("/wallet/recharge", json!({ "amount": 11 })).ok();
    server.advance("61s"); // a phone gets one code a minute

    let code = server.code_for(&older.phone);
    let bound = me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let now = server.nobody().with_token(bound["token"].as_str().unwrap());
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
    let phones = push_token::list(&server.app().store.view(), Id::from_number(older.id)).unwrap();
    assert_eq!(phones.iter().map(|phone| phone.token.as_str()).collect::<Vec<_>>(), ["the-phone"]);
    // What was asked for before is paid into the wallet that there is.
    pay(&server, &open);
    assert_eq!(balance(&older), 518);
    audit(&server);
}

#[test]
fn consults_go_on_with_the_older_account() {
    let server = TestServer::open();
    let (founder, doctor, older) = (server.doctor(), server.doctor(), server.patient());
    let team = found(&founder, "两人的");
    bring_in(&founder, &doctor, team);
    let me = internet_hospital::user(&server, "open-one");
    recharge_as(&server, &me, 2_000);
    me.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": 700 })).ok();
    let consult = || number(&me.post("/consult", scene::another(team)).ok()["consultation_id"]);
    let start = |id: u64| founder.post(format_args!("/consult/{id}/doctor"), json!({ "doctor_id": doctor.id })).ok();
    let (deleted, running, waiting) = (consult(), consult(), consult());
    start(deleted);
    me.post(format_args!("/consult/{deleted}/finish"), json!({})).ok();
    me.delete(format_args!("/consult/history_list/{deleted}")).ok();
    start(running);
    let offered = doctor.post(format_args!("/consult/{running}/vas"), json!({ "name": "随访", "amount": 100 })).ok();
    server.advance("61s");
    let code = server.code_for(&older.phone);
    let bound = me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let now = server.nobody().with_token(bound["token"].as_str().unwrap());

    let open = now.get("/consult/in_process_list").json["results"].clone();
    let ids: Vec<u64> = open.as_array().unwrap().iter().map(|one| number(&one["consultation_id"])).collect();
    assert_eq!(ids, [waiting, running]);
    assert_eq!((&open[0]["creator_member_id"], &open[0]["target_member_id"]), (&json!(older.id), &json!(older.id)));
    assert_eq!(open[0]["target_member_name"], json!(older.name));
    assert_eq!(now.get("/consult/history_list").json["results"], json!([]));
    // The group knows the older account, and the money finds its way back there.
    let say = Say { mimetype: "text/plain".into(), content: "还是我".into(), ..Say::default() };
    let member = older.id;
    let said =
        server.app().store.write_blocking(move |db| team_consult::say(db, Id::from_number(member), Id::from_number(running), say)).unwrap();
    assert_eq!(said.delivered.len(), 3);
    let before = balance(&older);
    now.post(format_args!("/consult/{waiting}/cancel"), json!({})).ok();
    now.post(format_args!("/vas/{}/confirm", offered["vas_id"]), json!({})).ok();
    // 2000 went in: two consults of 500 and a service of 100 are paid, the third consult is not.
    let fees = number(&founder.get(format_args!("/team/{team}/fee_balance")).ok()["total_fen"]);
    assert_eq!(balance(&older) + i64::try_from(fees).unwrap(), 900);
    assert!(balance(&older) >= before);
    now.post(format_args!("/consult/{running}/finish"), json!({})).ok();
    assert_eq!(doctor.get(format_args!("/team/{team}/consult_summary")).ok()["total_income"], 1_100);
    audit(&server);
    // Who has had a consult stays in the books.
    doctor.delete(format_args!("/team/{team}/doctor")).ok();
    server.admin().delete(format_args!("/admin/doctors/{}", doctor.id)).refused(409, "in_use");
    server.admin().delete(format_args!("/admin/patients/{}", older.id)).refused(409, "kept_by_law");
}

#[test]
fn what_the_older_account_told_stays() {
    let server = TestServer::open();
    let older = server.patient();
    older.put("/member/profile", json!({ "birth_count": 1 })).ok();
    let me = internet_hospital::user(&server, "open-one");
    me.put("/member/profile", json!({ "birth_count": 9, "menarche_age": 12 })).ok();
    server.advance("61s");
    let code = server.code_for(&older.phone);
    me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let profile = older.get("/member/profile").ok();
    assert_eq!((&profile["birth_count"], &profile["menarche_age"]), (&json!(1), &json!(null)));
}

/// What was asked for oneself is about the same person afterwards.
#[test]
fn a_consult_keeps_the_person_it_is_about() {
    let server = TestServer::open();
    let (founder, older) = (server.doctor(), server.patient());
    let team = found(&founder, "两人的");
    let me = internet_hospital::user(&server, "open-one");
    let own = internet_hospital::patient(&me, 8);
    recharge_as(&server, &me, 2_000);
    me.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": 700 })).ok();
    let consult = me.post("/consult", scene::form(team)).ok();
    assert_eq!(consult["target_member_name"], "就诊人8");
    server.advance("61s");
    let code = server.code_for(&older.phone);
    let bound = me.post("/api/user/bindphone", json!({ "phone": older.phone, "verify_code": code })).ok();
    let now = server.nobody().with_token(bound["token"].as_str().unwrap());
    let shown = now.get(format_args!("/consult/{}", consult["consultation_id"])).ok();
    assert_eq!(
        (&shown["target_member_id"], &shown["target_member_name"]),
        (&json!(internet_hospital::number(&json!(own))), &json!("就诊人8"))
    );
    assert_eq!((&shown["creator_member_id"], &shown["creator_member_name"]), (&json!(older.id), &json!(older.name)));
}
