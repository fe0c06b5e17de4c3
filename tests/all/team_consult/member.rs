//! Members: joining a team with a fee, and what the team's doctors see of it.

use serde_json::{Value, json};

use super::{audit, balance, found, join_with, recharge};
use crate::kit::{Answer, Person, TestServer};

fn join(patient: &Person, team: u64, form: Value) -> Answer {
    patient.post(format_args!("/team/{team}/member"), form)
}

#[test]
fn a_fee_goes_from_the_wallet_to_the_team() {
    let mut server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let (team, other) = (found(&doctor, "甲队"), found(&doctor, "乙队"));
    recharge(&server, &patient, 1_000);
    let joined = join(&patient, team, json!({ "agreement_accepted": true, "fee": 300 })).ok();
    let then = server.now().0;
    assert_eq!(joined, json!({ "team_id": team, "member_id": patient.id, "fee_balance": 300, "joined": then }));
    server.advance("1h");
    server.restart();
    let patient = patient.at(&server);
    // Again is a top-up; without a fee nothing moves.
    assert_eq!(join(&patient, team, json!({ "agreement_accepted": "true", "fee": "200" })).ok()["fee_balance"], 500);
    let again = join(&patient, team, json!({ "agreement_accepted": 1 })).ok();
    assert_eq!((&again["fee_balance"], &again["joined"]), (&json!(500), &json!(then)), "a member from the first day");
    assert_eq!(join(&patient, other, json!({ "agreement_accepted": true, "fee": 0 })).ok()["fee_balance"], 0);
    assert_eq!(balance(&patient), 500);
    audit(&server);
}

#[test]
pub fn nobody_joins_without_the_agreement() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = found(&doctor, "甲队");
    assert_eq!(patient.get(format_args!("/team/{team}")).ok()["agreement"], "会员须知：会费不退。");
    recharge(&server, &patient, 1_000);
    for form in [json!({ "fee": 100 }), json!({ "agreement_accepted": false, "fee": 100 }), json!({ "agreement_accepted": 0, "fee": 100 })]
    {
        join(&patient, team, form).refused(422, "agreement_not_accepted");
    }
    join(&patient, team, json!({ "agreement_accepted": "perhaps" })).refused(400, "invalid_field");
    assert_eq!(doctor.get(format_args!("/team/{team}/member")).ok(), json!({ "items": [], "total": 0 }));
    assert_eq!(balance(&patient), 1_000);
    join(&patient, team, json!({ "agreement_accepted": true, "fee": 100 })).ok();
    join(&patient, team, json!({ "fee": 100 })).refused(422, "agreement_not_accepted");
    assert_eq!(balance(&patient), 900);
}

#[test]
fn nobody_joins_with_money_that_is_not_there() {
    let server = TestServer::open();
    let (doctor, patient) = (server.doctor(), server.patient());
    let team = found(&doctor, "甲队");
    recharge(&server, &patient, 99);
    join(&patient, team, json!({ "agreement_accepted": true, "fee": 100 })).refused(422, "insufficient_balance");
    for bad in [json!(-1), json!(0.5), json!("1.00"), json!(10_000_001), json!(1e40), json!([1])] {
        join(&patient, team, json!({ "agreement_accepted": true, "fee": bad })).refused(400, "invalid_field");
    }
    join(&patient, 987_654_321, json!({ "agreement_accepted": true })).refused(404, "not_found");
    for stranger in [&doctor, &server.assistant()] {
        join(stranger, team, json!({ "agreement_accepted": true })).refused(403, "wrong_role");
    }
    assert_eq!(doctor.get(format_args!("/team/{team}/member")).ok()["total"], 0);
    assert_eq!((balance(&patient), patient.get("/member/expenses").ok()["total"].as_i64()), (99, Some(0)));
    audit(&server);
}

#[test]
pub fn the_remaining_fees_of_all_members() {
    let mut server = TestServer::open();
    let (founder, doctor, stranger) = (server.doctor(), server.doctor(), server.doctor());
    let (team, other) = (found(&founder, "甲队"), found(&founder, "乙队"));
    super::bring_in(&founder, &doctor, team);
    let members: Vec<Person> = (1..=3)
        .map(|n| {
            server.advance("1m");
            let patient = server.patient();
            join_with(&server, &patient, team, n * 100);
            patient
        })
        .collect();
    join_with(&server, &members[0], other, 5_000);
    server.restart();
    let doctor = doctor.at(&server);
    let fees = doctor.get(format_args!("/team/{team}/fee_balance")).ok();
    let row = |n: usize, fee: i64| {
        let joined = server.now().0 - (2 - n as i64) * 60_000;
        json!({ "member_id": members[n].id, "name": members[n].name, "fee_balance": fee, "joined": joined })
    };
    let rows = json!([row(2, 300), row(1, 200), row(0, 100)]);
    assert_eq!(fees, json!({ "items": rows, "total": 3, "total_fen": 600 }));
    assert_eq!(doctor.get(format_args!("/team/{team}/member")).ok(), json!({ "items": rows, "total": 3 }));
    // The sum is of all of them, whatever the page.
    let page = doctor.get(format_args!("/team/{team}/fee_balance?skip=2&limit=5")).ok();
    assert_eq!((&page["items"], &page["total"], &page["total_fen"]), (&json!([rows[2]]), &json!(3), &json!(600)));

    let (stranger, founder) = (stranger.at(&server), founder.at(&server));
    let member = members[0].clone().at(&server);
    for path in ["/team/{}/member", "/team/{}/fee_balance"] {
        let path = |team: u64| path.replace("{}", &team.to_string());
        stranger.get(path(team)).refused(403, "not_in_team");
        member.get(path(team)).refused(403, "wrong_role");
        founder.get(path(987_654_321)).refused(404, "not_found");
        founder.get(format!("{}?limit=many", path(team))).refused(400, "invalid_field");
    }
}
