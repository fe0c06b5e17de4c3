//! 1.3 to 1.7 咨询: asking, bringing in, finishing, cancelling, the lists and what is deleted from them.

use serde_json::{Value, json};
use xuanhu::domain::messaging::message;
use xuanhu::{
    base::id::Id,
    domain::{
        messaging::{conversation, message::Say},
        money::ledger,
        team_consult,
    },
};

use super::{
    balance, bring_in, recharge,
    scene::{FEE, PAID_IN, Scene, WALLET, form, found, id, ids, join},
};
use crate::kit::{Answer, Person};

/// What the list shows under both spellings.
fn listed(answer: &Answer) -> Vec<u64> {
    answer.ok();
    assert_eq!(answer.json["resutls"], answer.json["results"]);
    let ids: Vec<u64> = answer.json["results"].as_array().unwrap().iter().map(|one| id(one, "consultation_id")).collect();
    ids
}

fn open(person: &Person) -> Vec<u64> {
    listed(&person.get("/consult/in_process_list"))
}

fn over(person: &Person) -> Vec<u64> {
    listed(&person.get("/consult/history_list"))
}

fn status(scene: &Scene, consult: u64) -> Value {
    scene.patient.get(format_args!("/consult/{consult}")).ok()["status"].clone()
}

/// The titles of the notices that somebody got, newest first.
fn notices(person: &Person) -> Vec<String> {
    let list = person.get("/message").ok()["list"].as_array().unwrap().clone();
    list.iter().map(|notice| notice["title"].as_str().unwrap().to_owned()).collect()
}

/// Somebody writes into the group, as the live gateway does it.
fn say(scene: &Scene, member: u64, consult: u64, content: &str, client_id: &str) -> Result<message::Message, &'static str> {
    let say = Say { mimetype: "text/plain".into(), content: content.into(), client_id: client_id.into(), ..Say::default() };
    scene
        .server
        .app()
        .store
        .write_blocking(move |db| team_consult::say(db, Id::from_number(member), Id::from_number(consult), say))
        .map_err(|e| e.slug())
}

#[test]
pub fn a_member_consults_the_team_for_oneself() {
    let scene = Scene::open();
    let (patient, founder) = (&scene.patient, &scene.founder);
    let answer = patient.post("/consult", form(scene.team));
    let made = answer.ok();
    assert_eq!(answer.json["created"], scene.server.now().0);
    for (key, value) in [
        ("status", json!(0)),
        ("creator_member_id", json!(patient.id)),
        ("creator_member_name", json!(patient.name)),
        ("target_member_id", json!(patient.id)),
        ("target_member_name", json!(patient.name)),
        ("team_id", json!(scene.team)),
        ("team_name", json!("心血管团队")),
        ("doctor_ids", json!([founder.id])),
        ("symptom_content", json!("胸口发闷两天")),
        ("symptom_type", json!("text/plain")),
        ("images", json!(["https://files.example.com/a.jpg"])),
    ] {
        assert_eq!(made[key], value, "{key}");
    }
    let consult = id(&made, "consultation_id");
    assert_eq!(patient.get(format_args!("/consult/{consult}")).json, answer.json);
    assert_eq!(founder.get(format_args!("/consult/{consult}")).json, answer.json);
    assert_eq!(scene.purse(), (PAID_IN - FEE, WALLET));
    let expenses = patient.get("/member/expenses").ok();
    assert_eq!(
        (&expenses["items"][0]["kind"], &expenses["items"][0]["source"], &expenses["items"][0]["amount"]),
        (&json!("consult"), &json!("fee"), &json!(FEE))
    );
    // The group: patient and group assistant, the symptom first.
    assert_eq!(scene.said(consult), [(patient.id, "text/plain".into(), "胸口发闷两天".into())]);
    let view = scene.server.app().store.view();
    let participants = conversation::participants(&view, Id::from_number(id(&made, "conversation_id"))).unwrap();
    let members: Vec<u64> = participants.iter().map(|one| one.member.number()).collect();
    assert_eq!(members.len(), 2);
    assert!(members.contains(&patient.id) && members.contains(&founder.id));
    scene.server.settle();
    assert_eq!(notices(founder), ["新的团队咨询", "新会员加入"]);
    assert_eq!((open(patient), open(founder), open(&scene.doctor)), (vec![consult], vec![consult], vec![]));
    assert_eq!((over(patient), over(founder)), (vec![], vec![]));
}

#[test]
pub fn a_consult_may_be_for_a_family_member_and_in_any_form() {
    let scene = Scene::open();
    let relative =
        scene.patient.post("/family", json!({ "name": "小明", "relation_type": "儿子", "gender": 1, "birthday": "2019-05-01" })).ok();
    let relative = id(&relative, "relation_user_id");
    let mut about = form(scene.team);
    about["target_member_id"] = json!(relative);
    about["creator_member_id"] = json!(scene.patient.id);
    let made = scene.patient.post("/consult", about).ok();
    assert_eq!((&made["target_member_id"], &made["target_member_name"]), (&json!(relative), &json!("小明")));
    assert_eq!(made["creator_member_name"], json!(scene.patient.name));
    let (team, me) = (scene.team.to_string(), scene.patient.id.to_string());
    let fields = [
        ("team_id", team.as_str()),
        ("creator_member_id", &me),
        ("target_member_id", &me),
        ("symptom_content", "/files/voice.amr"),
        ("symptom_type", "audio/amr"),
        ("images", "[\"/files/a.jpg\",\"/files/b.jpg\"]"),
    ];
    let made = scene.patient.request("POST", "/consult/").form(&fields).send().ok();
    assert_eq!((&made["symptom_type"], &made["images"]), (&json!("audio/amr"), &json!(["/files/a.jpg", "/files/b.jpg"])));
    // The family member goes; the consult still says whom it was about.
    scene.patient.delete(format_args!("/family/{relative}")).ok();
    assert_eq!(scene.founder.get("/consult/in_process_list").json["results"][1]["target_member_name"], "小明");
}

#[test]
pub fn consults_that_cannot_be_are_refused_and_cost_nothing() {
    let scene = Scene::open();
    let stranger = scene.server.patient();
    stranger.post("/consult", form(scene.team)).refused(403, "not_a_member");
    let relative = stranger.post("/family", json!({ "name": "小红", "relation_type": "女儿", "gender": 2, "birthday": "2019-05-01" })).ok();
    for (field, value, status, slug) in [
        ("team_id", Value::Null, 400, "missing_field"),
        ("team_id", json!(987_654_321), 404, "not_found"),
        ("team_id", json!("x"), 400, "invalid_field"),
        ("symptom_content", json!("  "), 400, "missing_field"),
        ("symptom_content", json!("长".repeat(4_001)), 400, "invalid_field"),
        ("symptom_type", json!("text/html"), 415, "unsupported_mimetype"),
        ("symptom_type", json!("application/vnd.xuanhu.vas+json"), 415, "unsupported_mimetype"),
        ("images", json!(vec!["/files/a.jpg"; 10]), 400, "invalid_field"),
        ("creator_member_id", json!(stranger.id), 403, "not_yours"),
        ("target_member_id", relative["relation_user_id"].clone(), 403, "not_yours"),
        ("target_member_id", json!(stranger.id), 404, "not_found"),
    ] {
        let mut bad = form(scene.team);
        bad[field] = value;
        scene.patient.post("/consult", bad).refused(status, slug);
    }
    scene.founder.post("/consult", form(scene.team)).refused(403, "wrong_role");
    assert_eq!(scene.purse(), (PAID_IN, WALLET));
    assert_eq!(open(&scene.patient), Vec::<u64>::new());
    assert_eq!(scene.server.admin().get("/admin/team-consults").ok()["total"], 0);
}

#[test]
pub fn fees_come_from_the_fee_balance_then_from_the_wallet_or_not_at_all() {
    let scene = Scene::open();
    let mixed = scene.member(1_000, 2_000);
    let consult = scene.consult_of(&mixed);
    assert_eq!(scene.purse_of(&mixed), (0, 0));
    let expenses = mixed.get("/member/expenses").ok();
    let of_consult: Vec<_> = expenses["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "consult").collect();
    assert_eq!(of_consult.iter().map(|one| one["amount"].as_i64().unwrap()).sum::<i64>(), FEE);
    assert_eq!(of_consult.len(), 2);
    // Cancelling gives each source its own, and the expense is none any more.
    mixed.post(format_args!("/consult/{consult}/cancel"), json!({})).ok();
    assert_eq!(scene.purse_of(&mixed), (1_000, 2_000));
    assert!(mixed.get("/member/expenses").ok()["items"].as_array().unwrap().iter().all(|one| one["kind"] != "consult"));
    // One fen too little: nothing moves.
    let poor = scene.member(1_000, FEE - 1_001);
    poor.post("/consult", form(scene.team)).refused(422, "insufficient_balance");
    assert_eq!((scene.purse_of(&poor), open(&poor)), ((1_000, FEE - 1_001), vec![]));
    // Another team's fee balance is no money here; a free team needs none.
    let (other, free) = (found(&scene.founder, "另一团队", FEE), found(&scene.founder, "义诊团队", 0));
    join(&poor, other, 0);
    poor.post("/consult", form(other)).refused(422, "insufficient_balance");
    join(&poor, free, 0);
    assert_eq!(poor.post("/consult", form(free)).ok()["status"], 0);
}

#[test]
pub fn the_group_assistant_brings_doctors_in() {
    let scene = Scene::open();
    let (third, fourth, stranger) = (scene.server.doctor(), scene.server.doctor(), scene.server.doctor());
    bring_in(&scene.founder, &third, scene.team);
    bring_in(&scene.founder, &fourth, scene.team);
    let consult = scene.consult();
    let path = format!("/consult/{consult}/doctor");
    scene.doctor.post(&path, json!({ "doctor_id": scene.doctor.id })).refused(404, "not_found");
    stranger.post(&path, json!({ "doctor_id": stranger.id })).refused(404, "not_found");
    scene.patient.post(&path, json!({ "doctor_id": scene.doctor.id })).refused(403, "wrong_role");
    for (body, status, slug) in [
        (json!({}), 400, "missing_field"),
        (json!({ "doctor_ids": [] }), 400, "missing_field"),
        (json!({ "doctor_ids": ["x"] }), 400, "invalid_field"),
        (json!({ "doctor_id": -1 }), 400, "invalid_field"),
        (json!({ "doctor_id": scene.patient.id }), 422, "no_team_doctor"),
        // All or none.
        (json!({ "doctor_ids": [third.id, stranger.id] }), 422, "no_team_doctor"),
    ] {
        scene.founder.post(&path, body).refused(status, slug);
    }
    assert_eq!(scene.founder.get(format_args!("/consult/{consult}")).ok()["doctor_ids"], json!([scene.founder.id]));
    assert_eq!(status(&scene, consult), 0);

    let first = scene.bring_in(consult).ok();
    assert_eq!((&first["status"], &first["doctor_ids"]), (&json!(1), &json!([scene.founder.id, scene.doctor.id])));
    let list = json!({ "doctor_ids": format!("[{}, \"{}\", {}]", third.id, fourth.id, third.id) });
    let all = scene.founder.post(&path, list).ok();
    assert_eq!(all["doctor_ids"], json!([scene.founder.id, scene.doctor.id, third.id, fourth.id]));
    assert_eq!(scene.bring_in(consult).ok(), all);
    scene.server.settle();
    assert_eq!(notices(&scene.doctor), ["邀请您加入咨询"]);
    assert_eq!((open(&third), over(&third)), (vec![consult], vec![]));

    // Another assistant is named: what waits goes along, what has begun does not.
    let consult = scene.consult();
    third.get(format_args!("/im/messages?consultation_id={consult}")).refused(404, "not_found");
    scene.founder.put(format_args!("/team/{}/assistant", scene.team), json!({ "doctor_id": third.id })).ok();
    assert_eq!(open(&third)[0], consult);
    assert_eq!(third.get(format_args!("/im/messages?consultation_id={consult}")).ok()["total"], 1);
    let brought = third.post(format_args!("/consult/{consult}/doctor"), json!({ "doctor_ids": [fourth.id] })).ok();
    assert_eq!(brought["doctor_ids"], json!([scene.founder.id, third.id, fourth.id]));
    let next = scene.patient.post("/consult", form(scene.team)).ok();
    assert_eq!(next["doctor_ids"], json!([third.id]));
    // An assistant without helpers takes it up alone.
    let alone = third.post(format_args!("/consult/{}/doctor", next["consultation_id"]), json!({ "doctor_id": third.id })).ok();
    assert_eq!((&alone["status"], &alone["doctor_ids"]), (&json!(1), &json!([third.id])));
    // So it is when the assistant leaves, and the founder is it again.
    let waits = scene.consult();
    third.delete(format_args!("/team/{}/doctor", scene.team)).ok();
    assert_eq!(open(&scene.founder)[0], waits);
    scene.bring_in(waits).ok();
}

#[test]
fn who_is_shut_out_is_given_no_work() {
    let scene = Scene::open();
    let third = scene.server.doctor();
    bring_in(&scene.founder, &third, scene.team);
    third.verify(&scene.server, 2).ok();
    let consult = scene.consult();
    let third_too = json!({ "doctor_ids": [scene.doctor.id, third.id] });
    scene.founder.post(format_args!("/consult/{consult}/doctor"), third_too).refused(422, "no_team_doctor");
    scene.founder.put(format_args!("/team/{}/assistant", scene.team), json!({ "doctor_id": third.id })).refused(422, "no_team_doctor");
    scene.founder.verify(&scene.server, 2).ok();
    let before = balance(&scene.patient);
    scene.patient.post("/consult", form(scene.team)).refused(422, "team_closed");
    assert_eq!(balance(&scene.patient), before);
}

#[test]
pub fn a_consult_is_finished_once_and_the_fee_is_the_teams() {
    let scene = Scene::open();
    let consult = scene.consult();
    let finish = format!("/consult/{consult}/finish");
    scene.patient.post(&finish, json!({})).refused(422, "consult_waiting");
    scene.bring_in(consult).ok();
    scene.patient.post(format_args!("/consult/{consult}/cancel"), json!({})).refused(422, "consult_started");
    let outside = scene.server.doctor();
    outside.post(&finish, json!({})).refused(404, "not_found");
    bring_in(&scene.founder, &outside, scene.team);
    outside.post(&finish, json!({})).refused(403, "not_in_group");
    scene.server.patient().post(&finish, json!({})).refused(404, "not_found");
    assert_eq!(scene.founder.get(format_args!("/team/{}/income", scene.team)).ok()["this_month"], 0);
    assert_eq!(scene.doctor.post(&finish, json!({})).ok()["status"], 2);
    for person in [&scene.patient, &scene.doctor, &scene.founder] {
        person.post(&finish, json!({})).refused(422, "consult_over");
        assert_eq!((open(person), over(person)), (vec![], vec![consult]));
    }
    scene.bring_in(consult).refused(422, "consult_over");
    scene.patient.post(format_args!("/consult/{consult}/cancel"), json!({})).refused(422, "consult_over");
    assert_eq!(scene.founder.get(format_args!("/team/{}/income", scene.team)).ok()["this_month"], FEE);
    assert_eq!(scene.purse(), (PAID_IN - FEE, WALLET));
    scene.server.settle();
    assert_eq!(notices(&scene.patient)[0], "咨询已结束");
    // The patient may finish, too.
    let other = scene.started();
    assert_eq!(scene.patient.post(format_args!("/consult/{other}/finish"), json!({})).ok()["status"], 2);
}

#[test]
pub fn a_consult_that_nobody_has_taken_up_can_be_cancelled() {
    let scene = Scene::open();
    let consult = scene.consult();
    let cancel = format!("/consult/{consult}/cancel");
    scene.server.patient().post(&cancel, json!({})).refused(404, "not_found");
    scene.founder.post(&cancel, json!({})).refused(403, "wrong_role");
    assert_eq!(scene.patient.post(&cancel, json!({})).ok()["status"], 3);
    scene.patient.post(&cancel, json!({})).refused(422, "consult_over");
    assert_eq!(scene.purse(), (PAID_IN, WALLET));
    scene.bring_in(consult).refused(422, "consult_over");
    assert_eq!((open(&scene.patient), over(&scene.patient), over(&scene.founder)), (vec![], vec![consult], vec![consult]));
    scene.server.settle();
    assert_eq!(notices(&scene.founder)[0], "咨询已取消");
}

#[test]
pub fn who_takes_no_part_sees_nothing() {
    let scene = Scene::open();
    let consult = scene.started();
    let (patient, doctor, assistant) = (scene.member(0, 0), scene.server.doctor(), scene.server.assistant());
    for path in [format!("/consult/{consult}"), format!("/consult/{consult}/vas")] {
        patient.get(&path).refused(404, "not_found");
        doctor.get(&path).refused(404, "not_found");
        assistant.get(&path).refused(403, "wrong_role");
        scene.server.nobody().get(&path).refused(401, "no_token");
    }
    assert_eq!((open(&patient), open(&doctor)), (vec![], vec![]));
    for path in ["consult", "consult/mine", "vas/mine", "consult_summary", "income", "withdrawal", "withdrawal/2026-02"] {
        doctor.get(format_args!("/team/{}/{path}", scene.team)).refused(403, "not_in_team");
        scene.doctor.get(format_args!("/team/987654321/{path}")).refused(404, "not_found");
    }
    scene.patient.get("/consult/987654321").refused(404, "not_found");
    scene.patient.get("/consult/x").refused(404, "not_found");
}

#[test]
pub fn history_is_deleted_by_everybody_for_themselves() {
    let scene = Scene::open();
    let (kept, deleted, running) = (scene.finished(), scene.finished(), scene.started());
    assert_eq!(over(&scene.patient), [deleted, kept]);
    let path = format!("/consult/history_list/{deleted}");
    let answer = scene.patient.delete(&path);
    answer.ok();
    assert_eq!((&answer.json["sucess"], &answer.json["success"], &answer.json["code"]), (&json!(true), &json!(true), &json!(200)));
    scene.patient.delete(&path).refused(404, "not_found");
    assert_eq!(over(&scene.patient), [kept]);
    assert_eq!(over(&scene.doctor), [deleted, kept]);
    // What it cost and what it was can still be looked up.
    assert_eq!(status(&scene, deleted), 2);
    assert_eq!(scene.founder.get(format_args!("/team/{}/consult", scene.team)).ok()["total"], 3);
    scene.patient.delete(format_args!("/consult/history_list/{running}")).refused(422, "consult_open");
    scene.server.patient().delete(format_args!("/consult/history_list/{kept}")).refused(404, "not_found");
    let colleague = scene.server.doctor();
    bring_in(&scene.founder, &colleague, scene.team);
    colleague.delete(format_args!("/consult/history_list/{kept}")).refused(404, "not_found");

    scene.doctor.delete("/consult/history_list").ok();
    scene.doctor.delete("/consult/history_list").ok();
    assert_eq!((over(&scene.doctor), open(&scene.doctor)), (vec![], vec![running]));
    assert_eq!((over(&scene.patient), over(&scene.founder)), (vec![kept], vec![deleted, kept]));
}

#[test]
pub fn teams_list_what_they_have_taken_up() {
    let scene = Scene::open();
    let waiting = scene.consult();
    let cancelled = scene.consult();
    scene.patient.post(format_args!("/consult/{cancelled}/cancel"), json!({})).ok();
    let (finished, running) = (scene.finished(), scene.started());
    recharge(&scene.server, &scene.patient, 50_000);
    let mine = scene.consult();
    scene.founder.post(format_args!("/consult/{mine}/doctor"), json!({ "doctor_id": scene.founder.id })).ok();
    let team = format!("/team/{}", scene.team);
    let list = |person: &Person, path: &str| ids(&person.get(format_args!("{team}/{path}")).ok(), "consultation_id");
    assert_eq!(list(&scene.doctor, "consult"), (vec![mine, running, finished], 3));
    assert_eq!(list(&scene.doctor, "consult?skip=1&limit=1"), (vec![running], 3));
    assert_eq!(list(&scene.doctor, "consult/mine"), (vec![running, finished], 2));
    assert_eq!(list(&scene.founder, "consult/mine"), (vec![mine, running, finished], 3));
    assert!(![mine, running, finished].contains(&waiting));
    let first = &scene.doctor.get(format_args!("/team/{}/consult/mine", scene.team)).ok()["items"][1];
    assert_eq!((&first["created"], &first["status"]), (&json!(scene.server.now().0), &json!(2)));
    scene.doctor.get(format_args!("{team}/consult?limit=-1")).refused(400, "invalid_field");
    // The documented lists know no pages and show all there is, or the part that is asked for.
    for _ in 0..9 {
        scene.consult();
    }
    assert_eq!(open(&scene.patient).len(), 12);
    assert_eq!(listed(&scene.patient.get("/consult/in_process_list?skip=10&limit=5")), [running, waiting]);
}

#[test]
pub fn people_in_the_group_talk_until_it_is_over() {
    let scene = Scene::open();
    let consult = scene.consult();
    let (patient, founder, doctor) = (scene.patient.id, scene.founder.id, scene.doctor.id);
    let before = say(&scene, patient, consult, "在吗", "a").unwrap();
    assert_eq!(before.consultation_id, Id::from_number(consult));
    assert_eq!(say(&scene, patient, consult, "在吗", "a").unwrap(), before);
    assert_eq!(say(&scene, doctor, consult, "您好", "").unwrap_err(), "not_found");
    assert_eq!(say(&scene, patient, 987_654_321, "您好", "").unwrap_err(), "not_found");
    assert_eq!(say(&scene, patient, consult, " ", "").unwrap_err(), "missing_field");
    assert_eq!(say(&scene, patient, consult, &"长".repeat(4_001), "").unwrap_err(), "too_large");
    scene.bring_in(consult).ok();
    let after = say(&scene, doctor, consult, "您好", "b").unwrap();
    let got = |message: &message::Message, member| message.delivered.iter().any(|delivery| delivery.member == member);
    assert!(!got(&before, Id::from_number(doctor)) && got(&before, Id::from_number(founder)));
    assert!(got(&after, Id::from_number(doctor)) && got(&after, Id::from_number(founder)) && got(&after, Id::from_number(patient)));
    let view = scene.server.app().store.view();
    let part =
        conversation::need_participant(&view, after.conversation_id, conversation::ConversationKind::Consult, Id::from_number(doctor))
            .unwrap();
    assert_eq!((part.unread, part.last_message), (0, after.id));
    let part =
        conversation::need_participant(&view, after.conversation_id, conversation::ConversationKind::Consult, Id::from_number(founder))
            .unwrap();
    assert_eq!(part.unread, 3);

    // A ban stops messages at this door, too: of the two whom it concerns.
    let ban = |is_ban: bool| {
        let job = move |db: &mut xuanhu::store::Tx| {
            xuanhu::domain::messaging::contact::set_ban(db, Id::from_number(doctor), Id::from_number(patient), is_ban).map(drop)
        };
        scene.server.app().store.write_blocking(job).unwrap();
    };
    ban(true);
    // The group goes on, and the two stay in it.
    let to_others = say(&scene, patient, consult, "您好", "").unwrap();
    assert!(got(&to_others, Id::from_number(doctor)) && got(&to_others, Id::from_number(founder)));
    assert_eq!(say(&scene, doctor, consult, "您好", "").unwrap_err(), "contact_banned");
    say(&scene, founder, consult, "请稍候", "").unwrap();
    let offer = json!({ "name": "复诊", "amount": 100 });
    scene.doctor.post(format_args!("/consult/{consult}/vas"), offer).refused(422, "contact_banned");
    let other = scene.consult();
    scene.bring_in(other).refused(422, "contact_banned");
    ban(false);
    say(&scene, patient, consult, "好的", "").unwrap();

    scene.doctor.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
    for member in [patient, founder, doctor] {
        assert_eq!(say(&scene, member, consult, "再见", "").unwrap_err(), "may_not_talk");
    }
    // Sent again it is still the message that it was.
    assert_eq!(say(&scene, doctor, consult, "您好", "b").unwrap(), after);
    scene.patient.post(format_args!("/consult/{other}/cancel"), json!({})).ok();
    assert_eq!(say(&scene, patient, other, "再见", "").unwrap_err(), "may_not_talk");
}

#[test]
pub fn consults_outlive_a_restart() {
    let mut scene = Scene::open();
    let (waiting, running, finished) = (scene.consult(), scene.started(), scene.finished());
    let income = scene.founder.get(format_args!("/team/{}/income", scene.team)).ok();
    let shown = scene.patient.get(format_args!("/consult/{running}")).json;
    scene.server.restart();
    let Scene { server, patient, founder, doctor, team } = scene;
    let (patient, founder, doctor) = (patient.at(&server), founder.at(&server), doctor.at(&server));
    let scene = Scene { server, founder, doctor, patient, team };
    assert_eq!(scene.patient.get(format_args!("/consult/{running}")).json, shown);
    assert_eq!((open(&scene.patient), over(&scene.patient)), (vec![running, waiting], vec![finished]));
    assert_eq!(scene.founder.get(format_args!("/team/{team}/income")).ok(), income);
    scene.bring_in(waiting).ok();
    scene.patient.post(format_args!("/consult/{running}/finish"), json!({})).ok();
    assert_eq!(ledger::audit(&scene.server.app().store.view()).unwrap(), Vec::<String>::new());
}

/// Both sides end it at once: one way wins, and the money goes that way.
#[test]
pub fn two_who_end_it_at_once_end_it_once() {
    let scene = Scene::open();
    for _ in 0..3 {
        let consult = scene.consult();
        let (brought, cancelled) = std::thread::scope(|threads| {
            let bring = threads.spawn(|| scene.bring_in(consult));
            let cancel = threads.spawn(|| scene.patient.post(format_args!("/consult/{consult}/cancel"), json!({})));
            (bring.join().unwrap(), cancel.join().unwrap())
        });
        if status(&scene, consult) == 1 {
            brought.ok();
            cancelled.refused(422, "consult_started");
        } else {
            cancelled.ok();
            brought.refused(422, "consult_over");
        }
        let finish = || scene.patient.post(format_args!("/consult/{consult}/finish"), json!({})).status;
        let finished = std::thread::scope(|threads| {
            let handles = [threads.spawn(finish), threads.spawn(finish)];
            handles.into_iter().map(|handle| handle.join().unwrap()).filter(|status| *status == 200).count()
        });
        assert_eq!(finished, usize::from(status(&scene, consult) == 2));
    }
    assert_eq!(ledger::audit(&scene.server.app().store.view()).unwrap(), Vec::<String>::new());
}
