//! Teams as patients find them: by name, by their own memberships, by a doctor's code. And which of them take nobody.

use serde_json::{Value, json};

use super::{
    balance, bring_in, found, number, recharge,
    scene::{Scene, another, form, id},
};
use crate::kit::{Answer, Person, TestServer};

fn search(patient: &Person, query: &str) -> Vec<u64> {
    let found = patient.get(format_args!("/team/search{query}")).ok();
    assert!(found["total"].as_u64().unwrap() >= found["items"].as_array().unwrap().len() as u64);
    found["items"].as_array().unwrap().iter().map(|team| number(&team["team_id"])).collect()
}

#[test]
fn patients_find_teams_by_name_and_by_its_sound() {
    let mut server = TestServer::open();
    let (founder, helper, patient) = (server.doctor(), server.doctor(), server.patient());
    let (heart, child) = (found(&founder, "心血管团队"), found(&founder, "儿科一队"));
    bring_in(&founder, &helper, heart);
    let shown = patient.get("/team/search?q=心血管").ok();
    let doctor = |one: &Person| json!({ "member_id": one.id, "name": one.name, "avatar": "", "job_position": "主任医师" });
    let expected = json!({
        "team_id": heart, "name": "心血管团队", "introduction": "多学科团队", "consult_fee": 500,
        "doctors": [doctor(&founder), doctor(&helper)], "joined": false,
    });
    assert_eq!(shown, json!({ "items": [expected], "total": 1 }));
    for (query, found) in [
        ("", vec![child, heart]),
        ("?limit=1", vec![child]),
        ("?skip=1", vec![heart]),
        ("?q=xinxueguan", vec![heart]),
        ("?q=xxg", vec![heart]),
        ("?q=erke", vec![child]),
        ("?q=团队", vec![heart]),
        ("?q=多学科", vec![]),
        ("?q=骨科", vec![]),
    ] {
        assert_eq!(search(&patient, query), found, "{query}");
    }
    patient.post(format_args!("/team/{heart}/member"), json!({ "agreement_accepted": true })).ok();
    assert_eq!(patient.get("/team/search?q=心").ok()["items"][0]["joined"], true);
    // A new name is found at once, also after a restart; a team that takes nobody is not.
    server.admin().patch(format_args!("/admin/teams/{child}"), json!({ "name": "小儿内科" })).ok();
    assert_eq!((search(&patient, "?q=erke"), search(&patient, "?q=xiaoer")), (vec![], vec![child]));
    server.restart();
    let (founder, patient) = (founder.at(&server), patient.at(&server));
    assert_eq!(search(&patient, "?q=xenk"), vec![child]);
    founder.verify(&server, 2).ok();
    assert_eq!(search(&patient, ""), Vec::<u64>::new());
    founder.verify(&server, 1).ok();
    assert_eq!(search(&patient, ""), [child, heart]);
    helper.at(&server).get("/team/search").refused(403, "wrong_role");
    server.nobody().get("/team/search").refused(401, "no_token");
    patient.get("/team/search?limit=many").refused(400, "invalid_field");
}

#[test]
fn one_sees_the_teams_that_one_belongs_to() {
    let server = TestServer::open();
    let (founder, patient) = (server.doctor(), server.patient());
    let (first, second) = (found(&founder, "甲队"), found(&founder, "乙队"));
    assert_eq!(patient.get("/member/team").ok(), json!({ "items": [], "total": 0 }));
    recharge(&server, &patient, 1_000);
    let join =
        |team: u64, fee: i64| patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok();
    join(first, 0);
    let then = server.now().0;
    server.advance("1h");
    join(second, 300);
    let row = |team: u64, name: &str, fee: i64, joined: i64| json!({ "team_id": team, "name": name, "introduction": "多学科团队", "consult_fee": 500, "fee_balance": fee, "joined": joined });
    let (a, b) = (row(first, "甲队", 0, then), row(second, "乙队", 300, server.now().0));
    assert_eq!(patient.get("/member/team").ok(), json!({ "items": [b, a], "total": 2 }));
    assert_eq!(patient.get("/member/team?skip=1&limit=1").ok(), json!({ "items": [a], "total": 2 }));
    assert_eq!(server.patient().get("/member/team").ok()["total"], 0);
    founder.get("/member/team").refused(403, "wrong_role");
}

#[test]
fn a_code_shows_a_patient_the_team_and_joins_nothing() {
    let server = TestServer::with(&[("http.public_url", "https://clinic.example.com"), ("team.invitation_ttl", "2h")]);
    let (founder, helper, patient) = (server.doctor(), server.doctor(), server.patient());
    let team = found(&founder, "甲队");
    bring_in(&founder, &helper, team);
    let shown = helper.get(format_args!("/team/{team}/invitation")).ok();
    let (text, code) = (shown["text"].as_str().unwrap(), shown["code"].as_str().unwrap());
    let address = format!("https://clinic.example.com/web/patient/#/teams/join/{code}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[3], lines[4]), (5, format!("邀请码：{code}").as_str(), format!("加入地址：{address}").as_str()));
    let read = |code: &str| patient.post("/team/join", json!({ "code": code }));
    for word in [code, text, &address] {
        let team_of = read(word).ok();
        assert_eq!(
            (&team_of["team_id"], &team_of["name"], &team_of["agreement"], &team_of["consult_fee"]),
            (&json!(team), &json!("甲队"), &json!("会员须知：会费不退。"), &json!(500))
        );
        assert_eq!(team_of["doctors"].as_array().unwrap().len(), 2);
    }
    assert_eq!(patient.get("/member/team").ok()["total"], 0);
    // Doctors come in by the same text.
    server.doctor().post(format_args!("/team/{team}/doctor"), json!({ "code": text })).ok();
    for forged in ["甲", "0.0.0.0", &code[..code.len() - 1], &code.replace(&team.to_string(), "999")] {
        read(forged).refused(422, "invalid_invitation");
    }
    patient.post("/team/join", json!({})).refused(400, "missing_field");
    founder.post("/team/join", json!({ "code": code })).refused(403, "wrong_role");
    helper.delete(format_args!("/team/{team}/doctor")).ok();
    read(code).refused(422, "invalid_invitation");
    let own = founder.get(format_args!("/team/{team}/invitation")).ok()["code"].as_str().unwrap().to_owned();
    server.advance("2h");
    read(&own).refused(422, "invitation_expired");
}

/// Nobody is there to take them up: no members, no top-ups, no consults, and no money moves.
#[test]
fn a_team_without_an_assistant_takes_nobody() {
    let scene = Scene::open();
    let stranger = scene.server.patient();
    for person in [&stranger, &scene.patient] {
        recharge(&scene.server, person, 1_000);
    }
    scene.founder.verify(&scene.server, 2).ok();
    let before = (balance(&stranger), balance(&scene.patient), expenses(&scene.patient));
    let join =
        |person: &Person| person.post(format_args!("/team/{}/member", scene.team), json!({ "agreement_accepted": true, "fee": 100 }));
    join(&stranger).refused(422, "team_closed");
    join(&scene.patient).refused(422, "team_closed");
    scene.patient.post("/consult", form(scene.team)).refused(422, "team_closed");
    assert_eq!((balance(&stranger), balance(&scene.patient), expenses(&scene.patient)), before);
    assert_eq!(stranger.get("/member/team").ok()["total"], 0);
    super::audit(&scene.server);
    // Another assistant, and it goes on.
    let admin = scene.server.admin();
    admin.patch(format_args!("/admin/teams/{}", scene.team), json!({ "assistant_id": scene.doctor.id })).ok();
    join(&stranger).ok();
    scene.patient.post("/consult", form(scene.team)).ok();
}

fn expenses(patient: &Person) -> Value {
    patient.get("/member/expenses").ok()
}

#[test]
fn a_doctor_says_what_a_consultation_costs() {
    let server = TestServer::open();
    let (doctor, me) = (server.doctor(), crate::internet_hospital::user(&server, "open-one"));
    let person = crate::internet_hospital::patient(&me, 1);
    let shown = doctor.get("/doctor/profile").ok();
    assert_eq!((&shown["image_and_text_open"], &shown["image_and_text_price"]), (&json!(false), &json!(0)));
    let order = |content: &str| {
        let form = json!({
            "content": content, "patientId": person, "doctorId": crate::im_contact::hex(doctor.id), "consultationReason": "复诊", "images": [],
        });
        me.post("/consultation/create", form)
    };
    order("一").refused(422, "doctor_closed");
    let put = |form: Value| doctor.put("/doctor/profile", form);
    assert_eq!(put(json!({ "image_and_text_open": 1, "image_and_text_price": "900" })).ok()["image_and_text_price"], 900);
    let first = order("一").ok();
    assert_eq!(first["fee"], 900);
    // A new price holds for later orders; what is not named stays.
    let changed = put(json!({ "image_and_text_price": 1_200, "expertise": "偏头痛" })).ok();
    assert_eq!((&changed["image_and_text_open"], &changed["expertise"]), (&json!(true), &json!("偏头痛")));
    assert_eq!((&order("二").ok()["fee"], &crate::internet_hospital::shown(&me, &first)["fee"]), (&json!(1_200), &json!(900)));
    for bad in [json!(-1), json!(1.5), json!("1.50"), json!(10_000_001), json!("many")] {
        put(json!({ "image_and_text_price": bad })).refused(400, "invalid_field");
    }
    put(json!({ "image_and_text_open": "perhaps" })).refused(400, "invalid_field");
    assert_eq!(put(json!({ "image_and_text_open": false })).ok()["image_and_text_price"], 1_200);
    order("三").refused(422, "doctor_closed");
    let admin = server.admin().get(format_args!("/admin/doctors/{}", doctor.id)).ok();
    assert_eq!((&admin["image_and_text_open"], &admin["image_and_text_price"]), (&json!(false), &json!(1_200)));
}

/// Tapped twice, or four times at once: one consult, one fee, one group.
#[test]
fn the_same_consult_within_a_minute_is_the_first() {
    let scene = Scene::open();
    let asked = form(scene.team);
    let before = scene.purse();
    let answers: Vec<Answer> = std::thread::scope(|threads| {
        let tapped: Vec<_> = (0..4).map(|_| threads.spawn(|| scene.patient.post("/consult", asked.clone()))).collect();
        tapped.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let first = answers[0].ok();
    assert!(answers.iter().all(|answer| answer.ok() == first && answer.json["created"] == answers[0].json["created"]));
    let fee = |times: i64| (before.0 - times * super::scene::FEE, before.1);
    assert_eq!(scene.purse(), fee(1));
    let consult = id(&first, "consultation_id");
    scene.bring_in(consult).ok();
    scene.server.advance("59s");
    assert_eq!(scene.patient.post("/consult", asked.clone()).ok()["consultation_id"], consult);
    // Another symptom, another person, another team's: another consult.
    assert_ne!(scene.patient.post("/consult", another(scene.team)).ok()["consultation_id"], consult);
    assert_eq!(scene.purse(), fee(2));
    scene.server.advance("1s");
    let later = scene.patient.post("/consult", asked.clone()).ok()["consultation_id"].clone();
    assert_ne!(later, consult);
    scene.patient.post(format_args!("/consult/{later}/cancel"), json!({})).ok();
    assert_eq!(scene.purse(), fee(2));
    let again = scene.patient.post("/consult", asked).ok()["consultation_id"].clone();
    assert!(again != later && scene.purse() == fee(3));
    super::audit(&scene.server);
}
