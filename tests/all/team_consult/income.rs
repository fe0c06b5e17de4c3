//! 团队收入: what a team earns month by month, and withdrawing it.

use serde_json::{Value, json};
use xuanhu::domain::money::ledger;

use super::{
    bring_in,
    scene::{FEE, Scene, id, ids},
};

fn income(scene: &Scene) -> Value {
    scene.founder.get(format_args!("/team/{}/income", scene.team)).ok()
}

fn month(scene: &Scene, month: &str) -> Value {
    scene.doctor.get(format_args!("/team/{}/withdrawal/{month}", scene.team)).ok()
}

/// The doctor's part: consults and services.
fn share(record: &Value, doctor: u64) -> Option<(u64, i64)> {
    let mine = record["doctors"].as_array().unwrap().iter().find(|one| one["doctor_id"] == doctor)?;
    Some((id(mine, "consult_count"), mine["vas_amount"].as_i64().unwrap()))
}

fn withdraw(scene: &Scene) -> crate::kit::Answer {
    scene.founder.post(format_args!("/team/{}/withdrawal", scene.team), json!({}))
}

fn audited(scene: &Scene) {
    assert_eq!(ledger::audit(&scene.server.app().store.view()).unwrap(), Vec::<String>::new());
}

/// The clinic opens on the 2nd of March: a consult and a service are earned, then it is the 2nd of April.
fn april(scene: &Scene) {
    let consult = scene.started();
    let vas = scene.offer(consult, 800);
    scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok();
    scene.doctor.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
    scene.server.advance("31d");
}

#[test]
pub fn a_team_earns_month_by_month() {
    let scene = Scene::open();
    let fees = scene.purse().0;
    let empty = income(&scene);
    assert_eq!(
        empty,
        json!({
            "month": "2026-02", "withdrawable": 0, "withdrawal_open": true, "this_month": 0, "remaining_fees": fees, "doctors": [],
        })
    );
    let consult = scene.started();
    let vas = scene.offer(consult, 800);
    let rejected = scene.offer(consult, 500);
    scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok();
    scene.patient.post(format_args!("/vas/{rejected}/reject"), json!({})).ok();
    assert_eq!(income(&scene)["this_month"], 800);
    // The last minute of March in Shanghai, then the first of April.
    scene.server.advance("29d");
    scene.server.advance("14h59m");
    scene.doctor.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
    assert_eq!((&income(&scene)["this_month"], &income(&scene)["month"]), (&json!(FEE + 800), &json!("2026-02")));
    scene.server.advance("1m");
    let now = income(&scene);
    assert_eq!((&now["month"], &now["this_month"], &now["withdrawable"]), (&json!("2026-03"), &json!(0), &json!(FEE + 800)));
    assert_eq!(now["remaining_fees"], fees - FEE - 800);
    assert_eq!((share(&now, scene.doctor.id), share(&now, scene.founder.id)), (Some((1, 800)), Some((1, 0))));
    let march = month(&scene, "2026-03");
    assert_eq!((&march["month"], &march["income"], &march["withdrawn"]), (&json!("2026-03"), &json!(FEE + 800), &json!(0)));
    assert_eq!(march["doctors"], now["doctors"]);
    assert_eq!(march["doctors"][0]["name"], json!(scene.founder.name));
    assert_eq!(month(&scene, "2019-07"), json!({ "month": "2019-07", "income": 0, "withdrawn": 0, "pending": 0, "doctors": [] }));
    for bad in ["2026-13", "2026-3", "march", "2026-00"] {
        scene.doctor.get(format_args!("/team/{}/withdrawal/{bad}", scene.team)).refused(404, "not_found");
    }
    audited(&scene);
}

#[test]
pub fn the_summary_counts_everything() {
    let scene = Scene::open();
    let summary = |person: &crate::kit::Person| person.get(format_args!("/team/{}/consult_summary", scene.team)).ok();
    assert_eq!(summary(&scene.doctor), json!({ "total_income": 0, "consult_count": 0, "my_consult_count": 0, "my_vas_count": 0 }));
    april(&scene);
    assert_eq!(withdraw(&scene).ok()["amount"], FEE + 800);
    scene.finished();
    scene.consult();
    let mine = scene.server.doctor();
    bring_in(&scene.founder, &mine, scene.team);
    assert_eq!(
        summary(&scene.doctor),
        json!({ "total_income": 2 * FEE + 800, "consult_count": 2, "my_consult_count": 2, "my_vas_count": 1 })
    );
    assert_eq!(summary(&mine), json!({ "total_income": 2 * FEE + 800, "consult_count": 2, "my_consult_count": 0, "my_vas_count": 0 }));
}

#[test]
pub fn the_founder_withdraws_last_months_income_once() {
    let scene = Scene::open();
    withdraw(&scene).refused(422, "nothing_to_withdraw");
    april(&scene);
    let path = format!("/team/{}/withdrawal", scene.team);
    scene.doctor.post(&path, json!({})).refused(403, "founder_only");
    scene.server.doctor().post(&path, json!({})).refused(403, "not_in_team");
    scene.patient.post(&path, json!({})).refused(403, "wrong_role");
    scene.founder.post("/team/987654321/withdrawal", json!({})).refused(404, "not_found");

    let asked = withdraw(&scene).ok();
    assert_eq!((&asked["month"], &asked["amount"], &asked["status"]), (&json!("2026-03"), &json!(FEE + 800), &json!(0)));
    assert_eq!(asked["created"], scene.server.now().0);
    withdraw(&scene).refused(422, "nothing_to_withdraw");
    assert_eq!((&income(&scene)["withdrawable"], &month(&scene, "2026-03")["income"]), (&json!(0), &json!(FEE + 800)));
    assert_eq!((&month(&scene, "2026-03")["pending"], &month(&scene, "2026-03")["withdrawn"]), (&json!(FEE + 800), &json!(0)));

    let admin = scene.server.admin();
    let row = admin.get("/admin/withdrawals?status=pending").ok()["items"][0].clone();
    assert_eq!(
        (&row["id"], &row["founder_name"], &row["status"]),
        (&asked["withdrawal_id"], &json!(scene.founder.name), &json!("pending"))
    );
    let approve = format!("/admin/withdrawals/{}/approve", row["id"]);
    assert_eq!(admin.post(&approve, json!({})).ok()["status"], "approved");
    admin.post(&approve, json!({})).refused(409, "withdrawal_decided");
    admin.post(format_args!("/admin/withdrawals/{}/reject", row["id"]), json!({})).refused(409, "withdrawal_decided");
    withdraw(&scene).refused(422, "nothing_to_withdraw");
    let march = month(&scene, "2026-03");
    assert_eq!((&march["income"], &march["withdrawn"], &march["pending"]), (&json!(FEE + 800), &json!(FEE + 800), &json!(0)));
    let history = scene.doctor.get(&path).ok();
    assert_eq!(ids(&history, "withdrawal_id"), (vec![id(&asked, "withdrawal_id")], 1));
    assert_eq!((&history["items"][0]["status"], &history["items"][0]["amount"]), (&json!(1), &json!(FEE + 800)));
    scene.server.settle();
    assert_eq!(scene.founder.get("/message").ok()["list"][0]["title"], "提现已通过");
    audited(&scene);
}

#[test]
pub fn what_was_rejected_can_be_asked_for_again_while_the_days_last() {
    let scene = Scene::open();
    april(&scene);
    let admin = scene.server.admin();
    let asked = withdraw(&scene).ok();
    assert_eq!(admin.post(format_args!("/admin/withdrawals/{}/reject", asked["withdrawal_id"]), json!({})).ok()["status"], "rejected");
    scene.server.settle();
    assert_eq!(scene.founder.get("/message").ok()["list"][0]["title"], "提现未通过");
    assert_eq!((&income(&scene)["withdrawable"], &month(&scene, "2026-03")["income"]), (&json!(FEE + 800), &json!(FEE + 800)));
    let again = withdraw(&scene).ok();
    assert_ne!(again["withdrawal_id"], asked["withdrawal_id"]);
    // The 6th: rejected now, it lapses.
    scene.server.advance("4d");
    admin.post(format_args!("/admin/withdrawals/{}/reject", again["withdrawal_id"]), json!({})).ok();
    withdraw(&scene).refused(422, "withdrawal_closed");
    let now = income(&scene);
    assert_eq!((&now["withdrawable"], &now["withdrawal_open"], &now["month"]), (&json!(0), &json!(false), &json!("2026-03")));
    assert_eq!(month(&scene, "2026-03")["income"], FEE + 800);
    // May: March is not last month any more.
    scene.server.advance("26d");
    withdraw(&scene).refused(422, "nothing_to_withdraw");
    assert_eq!(ids(&scene.founder.get(format_args!("/team/{}/withdrawal?limit=1", scene.team)).ok(), "withdrawal_id").1, 2);
    audited(&scene);
}

#[test]
pub fn the_days_of_withdrawal_are_a_setting() {
    let scene = Scene::with(&[("team.withdrawal_days", "10-12")]);
    april(&scene);
    withdraw(&scene).refused(422, "withdrawal_closed");
    // Not yet, but not lapsed either.
    assert_eq!((&income(&scene)["withdrawable"], &income(&scene)["withdrawal_open"]), (&json!(FEE + 800), &json!(false)));
    scene.server.advance("7d");
    withdraw(&scene).refused(422, "withdrawal_closed");
    // The 10th begins at midnight in Shanghai, sixteen hours before it does in Greenwich.
    scene.server.advance("15h");
    assert_eq!(withdraw(&scene).ok()["amount"], FEE + 800);
    let scene = Scene::with(&[("team.withdrawal_days", "10-12")]);
    april(&scene);
    scene.server.advance("11d");
    withdraw(&scene).refused(422, "withdrawal_closed");
}

#[test]
pub fn two_withdrawals_at_once_take_the_money_once() {
    let scene = Scene::open();
    april(&scene);
    let answers: Vec<_> = std::thread::scope(|threads| {
        let handles: Vec<_> = (0..4).map(|_| threads.spawn(|| withdraw(&scene))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.refused(422, "nothing_to_withdraw");
    }
    // Two administrators at once: one decision.
    let path = format!("/admin/withdrawals/{}", won[0].ok()["withdrawal_id"]);
    let admin = scene.server.admin();
    let (approved, rejected) = std::thread::scope(|threads| {
        let approve = threads.spawn(|| admin.post(format_args!("{path}/approve"), json!({})).status);
        let reject = threads.spawn(|| admin.post(format_args!("{path}/reject"), json!({})).status);
        (approve.join().unwrap(), reject.join().unwrap())
    });
    assert!(matches!((approved, rejected), (200, 409) | (409, 200)), "{approved} {rejected}");
    audited(&scene);
}

#[test]
pub fn administrators_look_through_consults_and_withdrawals() {
    let scene = Scene::open();
    april(&scene);
    withdraw(&scene).ok();
    let waiting = scene.consult();
    let admin = scene.server.admin();
    let total = |path: &str, query: &str| id(&admin.get(format_args!("/admin/{path}?{query}")).ok(), "total");
    for (query, expected) in [
        (String::new(), 2),
        ("status=0".into(), 1),
        ("status=2".into(), 1),
        (format!("doctor_id={}", scene.doctor.id), 1),
        (format!("team_id={}&member_id={}", scene.team, scene.patient.id), 2),
        ("member_id=1".into(), 0),
        ("q=心血管".into(), 2),
        (format!("q={}", scene.patient.name), 2),
        ("q=眼科".into(), 0),
    ] {
        assert_eq!(total("team-consults", &query), expected, "{query}");
    }
    for (query, expected) in [("", 1), ("status=pending", 1), ("status=approved", 0), ("q=心血管", 1), ("q=眼科", 0), ("team_id=1", 0)]
    {
        assert_eq!(total("withdrawals", query), expected, "{query}");
    }
    admin.get("/admin/team-consults?status=9").refused(400, "invalid_field");
    admin.get("/admin/withdrawals?status=lost").refused(400, "invalid_field");
    let shown = admin.get(format_args!("/admin/team-consults/{waiting}")).ok();
    assert_eq!((&shown["consult_fee"], &shown["counts"]["messages"], &shown["messages"]), (&json!(FEE), &json!(1), &json!([])));
    let deeds = admin.get(format_args!("/admin/audit?subject=team_consult&subject_id={waiting}")).ok();
    assert_eq!((&deeds["items"][0]["action"], &deeds["total"]), (&json!("look"), &json!(1)));
    let whole = admin.post(format_args!("/admin/team-consults/{waiting}/reveal"), json!({ "reason": "核对" })).ok();
    assert_eq!(whole["messages"][0]["content"], "胸口发闷两天");
    let withdrawal = admin.get("/admin/withdrawals").ok()["items"][0].clone();
    assert_eq!(admin.get(format_args!("/admin/withdrawals/{}", withdrawal["id"])).ok(), withdrawal);
    let counted = admin.get("/admin/statistics").ok();
    assert_eq!(counted["team_consults"], json!({ "waiting": 1, "in_process": 0, "finished": 1, "cancelled": 0 }));
    assert_eq!(counted["withdrawals"]["pending"], json!({ "count": 1, "amount": FEE + 800 }));
    admin.post(format_args!("/admin/withdrawals/{}/approve", withdrawal["id"]), json!({})).ok();
    assert_eq!(admin.get("/admin/audit?subject=withdrawal&action=approve").ok()["items"][0]["subject_id"], withdrawal["id"]);
    for path in ["team-consults", "withdrawals"] {
        admin.get(format_args!("/admin/{path}/987654321")).refused(404, "not_found");
        scene.founder.get(format_args!("/admin/{path}")).refused(403, "wrong_role");
    }
    admin.post("/admin/withdrawals/987654321/approve", json!({})).refused(404, "not_found");
    admin.post("/admin/withdrawals/987654321/reject", json!({})).refused(404, "not_found");
}
