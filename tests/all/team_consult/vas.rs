//! 增值服务: offering, confirming, rejecting, deleting.

use serde_json::{Value, json};
use xuanhu::domain::money::ledger;

use super::{
    bring_in,
    scene::{FEE, PAID_IN, Scene, WALLET, id, ids},
};
use crate::kit::Person;

fn services(person: &Person, consult: u64) -> (Vec<u64>, u64) {
    ids(&person.get(format_args!("/consult/{consult}/vas")).ok(), "vas_id")
}

fn mine(scene: &Scene, person: &Person) -> (Vec<u64>, u64) {
    ids(&person.get(format_args!("/team/{}/vas/mine", scene.team)).ok(), "vas_id")
}

fn this_month(scene: &Scene) -> i64 {
    scene.founder.get(format_args!("/team/{}/income", scene.team)).ok()["this_month"].as_i64().unwrap()
}

#[test]
pub fn a_doctor_offers_and_the_patient_confirms_and_pays() {
    let scene = Scene::open();
    let consult = scene.started();
    let form = json!({ "name": "上门换药", "description": "每周一次", "amount": "1500" });
    let made = scene.doctor.post(format_args!("/consult/{consult}/vas"), form).ok();
    let vas = id(&made, "vas_id");
    for (key, value) in [
        ("consultation_id", json!(consult)),
        ("doctor_id", json!(scene.doctor.id)),
        ("name", json!("上门换药")),
        ("description", json!("每周一次")),
        ("amount", json!(1_500)),
        ("status", json!(0)),
        ("created", json!(scene.server.now().0)),
    ] {
        assert_eq!(made[key], value, "{key}");
    }
    // The group is told.
    let (from, mimetype, content) = scene.said(consult).pop().unwrap();
    assert_eq!((from, mimetype.as_str()), (scene.doctor.id, "application/vnd.xuanhu.vas+json"));
    let told: Value = serde_json::from_str(&content).unwrap();
    assert_eq!(told, json!({ "vas_id": vas, "name": "上门换药", "amount": 1_500, "status": 0 }));
    for person in [&scene.patient, &scene.doctor, &scene.founder] {
        assert_eq!(services(person, consult), (vec![vas], 1));
    }
    let before = scene.purse();
    let confirmed = scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok();
    assert_eq!((&confirmed["status"], &confirmed["vas_id"]), (&json!(1), &json!(vas)));
    assert_eq!(scene.purse(), (before.0 - 1_500, before.1));
    assert_eq!(this_month(&scene), 1_500);
    let expense = scene.patient.get("/member/expenses").ok()["items"][0].clone();
    assert_eq!(
        (&expense["kind"], &expense["vas_id"], &expense["amount"], &expense["team_id"]),
        (&json!("vas"), &json!(vas), &json!(1_500), &json!(scene.team))
    );
    // Again: the same row, and nothing is paid.
    assert_eq!(scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok(), confirmed);
    scene.patient.post(format_args!("/vas/{vas}/reject"), json!({})).refused(422, "vas_confirmed");
    assert_eq!((scene.purse(), this_month(&scene)), ((before.0 - 1_500, before.1), 1_500));
    scene.server.settle();
    assert_eq!(scene.doctor.get("/message").ok()["list"][0]["title"], "增值服务已确认");
}

#[test]
pub fn what_was_rejected_cannot_be_confirmed() {
    let scene = Scene::open();
    let consult = scene.started();
    let vas = scene.offer(consult, 500);
    let rejected = scene.patient.post(format_args!("/vas/{vas}/reject"), json!({})).ok();
    assert_eq!(rejected["status"], 2);
    assert_eq!(scene.patient.post(format_args!("/vas/{vas}/reject"), json!({})).ok(), rejected);
    scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).refused(422, "vas_rejected");
    assert_eq!((scene.purse(), this_month(&scene)), ((PAID_IN - FEE, WALLET), 0));
    scene.server.settle();
    assert_eq!(scene.doctor.get("/message").ok()["list"][0]["title"], "增值服务被拒绝");
}

#[test]
pub fn paying_takes_from_both_purses_or_from_none() {
    let scene = Scene::open();
    let consult = scene.started();
    let (fees, wallet) = scene.purse();
    let dear = scene.offer(consult, fees + wallet + 1);
    scene.patient.post(format_args!("/vas/{dear}/confirm"), json!({})).refused(422, "insufficient_balance");
    assert_eq!(scene.purse(), (fees, wallet));
    assert_eq!(scene.patient.get(format_args!("/consult/{consult}/vas")).ok()["items"][0]["status"], 0);
    let all = scene.offer(consult, fees + wallet);
    scene.patient.post(format_args!("/vas/{all}/confirm"), json!({})).ok();
    assert_eq!((scene.purse(), this_month(&scene)), ((0, 0), fees + wallet));
    let free = scene.offer(consult, 0);
    assert_eq!(scene.patient.post(format_args!("/vas/{free}/confirm"), json!({})).ok()["status"], 1);
}

#[test]
pub fn offers_are_made_by_doctors_of_the_group_while_it_lasts() {
    let scene = Scene::open();
    let consult = scene.started();
    let path = format!("/consult/{consult}/vas");
    let form = || json!({ "name": "复诊", "description": "", "amount": 100 });
    let colleague = scene.server.doctor();
    colleague.post(&path, form()).refused(404, "not_found");
    bring_in(&scene.founder, &colleague, scene.team);
    colleague.post(&path, form()).refused(403, "not_in_group");
    scene.patient.post(&path, form()).refused(403, "wrong_role");
    scene.doctor.post("/consult/987654321/vas", form()).refused(404, "not_found");
    for (field, value, slug) in [
        ("name", Value::Null, "missing_field"),
        ("name", json!("长".repeat(101)), "invalid_field"),
        ("amount", Value::Null, "missing_field"),
        ("amount", json!(-1), "invalid_field"),
        ("amount", json!(1.5), "invalid_field"),
        ("amount", json!("1.50"), "invalid_field"),
        ("amount", json!(10_000_001), "invalid_field"),
        ("amount", json!("9".repeat(40)), "invalid_field"),
    ] {
        let mut bad = form();
        bad[field] = value;
        scene.doctor.post(&path, bad).refused(400, slug);
    }
    assert_eq!(services(&scene.doctor, consult), (vec![], 0));
    assert_eq!(scene.said(consult).len(), 1);
    // Who is shut out offers nothing.
    let vas = scene.offer(consult, 700);
    scene.doctor.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
    scene.doctor.post(&path, form()).refused(422, "consult_over");
    // What was offered before can be confirmed afterwards.
    assert_eq!(scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok()["status"], 1);
    assert_eq!(this_month(&scene), FEE + 700);
    // Not where the consult was cancelled.
    let consult = scene.consult();
    let vas = id(&scene.founder.post(format_args!("/consult/{consult}/vas"), form()).ok(), "vas_id");
    scene.patient.post(format_args!("/consult/{consult}/cancel"), json!({})).ok();
    scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).refused(422, "consult_over");
    assert_eq!(scene.patient.post(format_args!("/vas/{vas}/reject"), json!({})).ok()["status"], 2);
}

#[test]
pub fn only_the_patient_decides() {
    let scene = Scene::open();
    let vas = scene.offer(scene.started(), 100);
    let other = scene.member(1_000, 0);
    for verb in ["confirm", "reject"] {
        other.post(format_args!("/vas/{vas}/{verb}"), json!({})).refused(404, "not_found");
        scene.doctor.post(format_args!("/vas/{vas}/{verb}"), json!({})).refused(403, "wrong_role");
        scene.patient.post(format_args!("/vas/987654321/{verb}"), json!({})).refused(404, "not_found");
    }
    assert_eq!(scene.purse_of(&other), (1_000, 0));
}

#[test]
pub fn what_is_deleted_is_gone_from_every_list_and_stays_in_the_books() {
    let scene = Scene::open();
    let (one, other) = (scene.started(), scene.started());
    let (paid, open, third) = (scene.offer(one, 800), scene.offer(one, 300), scene.offer(other, 200));
    scene.patient.post(format_args!("/vas/{paid}/confirm"), json!({})).ok();
    let of_assistant = id(&scene.founder.post(format_args!("/consult/{one}/vas"), json!({ "name": "随访", "amount": 50 })).ok(), "vas_id");
    assert_eq!(mine(&scene, &scene.doctor), (vec![third, open, paid], 3));
    let expenses = scene.patient.get("/member/expenses").ok();

    scene.founder.delete(format_args!("/vas/{paid}")).refused(403, "not_yours");
    scene.patient.delete(format_args!("/vas/{paid}")).refused(403, "wrong_role");
    scene.server.doctor().delete(format_args!("/vas/{paid}")).refused(404, "not_found");
    let answer = scene.doctor.delete(format_args!("/vas/{paid}"));
    answer.ok();
    assert_eq!((&answer.json["sucess"], &answer.json["success"]), (&json!(true), &json!(true)));
    scene.doctor.delete(format_args!("/vas/{paid}")).refused(404, "not_found");
    for person in [&scene.patient, &scene.doctor] {
        assert_eq!(services(person, one), (vec![of_assistant, open], 2));
    }
    assert_eq!(mine(&scene, &scene.doctor), (vec![third, open], 2));
    assert_eq!(scene.doctor.get(format_args!("/team/{}/consult_summary", scene.team)).ok()["my_vas_count"], 2);
    assert_eq!((scene.patient.get("/member/expenses").ok(), this_month(&scene)), (expenses, 800));

    scene.doctor.delete("/vas").ok();
    scene.doctor.delete("/vas").ok();
    assert_eq!((mine(&scene, &scene.doctor), services(&scene.patient, other)), ((vec![], 0), (vec![], 0)));
    assert_eq!(mine(&scene, &scene.founder), (vec![of_assistant], 1));
    // Nobody pays for what is withdrawn.
    scene.patient.post(format_args!("/vas/{open}/confirm"), json!({})).refused(404, "not_found");
    scene.patient.post(format_args!("/vas/{third}/reject"), json!({})).refused(404, "not_found");
    let month = scene.founder.get(format_args!("/team/{}/withdrawal/2026-03", scene.team)).ok();
    let share = month["doctors"].as_array().unwrap().iter().find(|one| one["doctor_id"] == scene.doctor.id).unwrap().clone();
    assert_eq!((&share["vas_amount"], &month["income"]), (&json!(800), &json!(800)));
}

#[test]
pub fn two_confirmations_at_once_pay_once() {
    let scene = Scene::open();
    let consult = scene.started();
    let before = scene.purse();
    for round in 1..=3 {
        let vas = scene.offer(consult, 100);
        let confirm = || scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok();
        let answers: Vec<Value> = std::thread::scope(|threads| {
            let handles: Vec<_> = (0..4).map(|_| threads.spawn(confirm)).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0] && answer["status"] == 1), "{answers:?}");
        assert_eq!(scene.purse(), (before.0 - 100 * round, before.1));
        assert_eq!(this_month(&scene), 100 * round);
    }
    // Confirming and rejecting at once: one of them wins.
    let vas = scene.offer(consult, 100);
    let (confirmed, rejected) = std::thread::scope(|threads| {
        let confirm = threads.spawn(|| scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).status);
        let reject = threads.spawn(|| scene.patient.post(format_args!("/vas/{vas}/reject"), json!({})).status);
        (confirm.join().unwrap(), reject.join().unwrap())
    });
    let paid = before.0 - 300 - scene.purse().0;
    assert!(matches!((confirmed, rejected, paid), (200, 422, 100) | (422, 200, 0)), "{confirmed} {rejected} {paid}");
    assert_eq!(ledger::audit(&scene.server.app().store.view()).unwrap(), Vec::<String>::new());
}
