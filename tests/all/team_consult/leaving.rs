//! Who leaves a team leaves its running groups, and no group stays without a doctor of the team.

use serde_json::{Value, json};

use super::{
    audit, bring_in, number,
    scene::{Scene, id},
};
use crate::kit::{Person, Socket};

fn leave(doctor: &Person, team: u64) {
    doctor.delete(format_args!("/team/{team}/doctor")).ok();
}

fn doctors(reader: &Person, consult: u64) -> Value {
    reader.get(format_args!("/consult/{consult}")).ok()["doctor_ids"].clone()
}

fn write(doctor: &Person, consult: u64) -> crate::kit::Answer {
    doctor.post("/im/messages", json!({ "consultation_id": consult, "mimetype": "text/plain", "content": "请复查" }))
}

#[test]
fn who_leaves_reads_and_writes_no_more_in_running_groups() {
    let scene = Scene::open();
    let (over, running, offered) = (scene.finished(), scene.started(), scene.started());
    let vas = scene.offer(offered, 100);
    let mut desk = Socket::login(&scene.doctor);
    write(&scene.doctor, running).ok();
    leave(&scene.doctor, scene.team);
    let path = |consult: u64| format!("/consult/{consult}");
    for consult in [running, offered] {
        scene.doctor.get(path(consult)).refused(404, "not_found");
        scene.doctor.get(format!("{}/vas", path(consult))).refused(404, "not_found");
        scene.doctor.get(format_args!("/im/messages?consultation_id={consult}")).refused(404, "not_found");
        write(&scene.doctor, consult).refused(404, "not_found");
        scene.doctor.post(format!("{}/finish", path(consult)), json!({})).refused(404, "not_found");
        scene.doctor.post(format!("{}/vas", path(consult)), json!({ "name": "随访", "amount": 1 })).refused(404, "not_found");
        assert_eq!(doctors(&scene.patient, consult), json!([scene.founder.id]));
    }
    assert_eq!(scene.doctor.get("/consult/in_process_list").json["results"], json!([]));
    let gateway = json!({ "type": "send", "consultation_id": running, "mimetype": "text/plain", "content": "还在" });
    desk.refused(gateway, 404, "not_found");
    // What the patient writes now does not reach who has left; the group goes on.
    write(&scene.patient, running).ok();
    write(&scene.founder, running).ok();
    let read = scene.founder.get(format_args!("/im/messages?consultation_id={running}")).ok();
    assert_eq!(read["total"], 4);
    // What is over keeps those who were there, and what was offered can be paid.
    assert_eq!(doctors(&scene.doctor, over), json!([scene.founder.id, scene.doctor.id]));
    scene.patient.post(format_args!("/vas/{vas}/confirm"), json!({})).ok();
    scene.patient.post(format!("{}/finish", path(running)), json!({})).ok();
    scene.patient.post(format!("{}/finish", path(offered)), json!({})).ok();
    audit(&scene.server);
    // Who comes back comes back into the team, not into the groups, until somebody brings them in.
    bring_in(&scene.founder, &scene.doctor, scene.team);
    let again = scene.consult();
    scene.doctor.get(format_args!("/im/messages?consultation_id={again}")).refused(404, "not_found");
    scene.bring_in(again).ok();
    write(&scene.doctor, again).ok();
}

#[test]
fn a_group_is_never_left_alone() {
    let mut scene = Scene::open();
    let (team, doctor) = (scene.team, &scene.doctor);
    scene.founder.put(format_args!("/team/{team}/assistant"), json!({ "doctor_id": doctor.id })).ok();
    let waiting = scene.consult();
    // The doctor takes one up alone.
    let running = scene.consult();
    doctor.post(format_args!("/consult/{running}/doctor"), json!({ "doctor_id": doctor.id })).ok();
    write(doctor, running).ok();
    leave(doctor, team);
    for consult in [waiting, running] {
        let shown = scene.patient.get(format_args!("/consult/{consult}")).ok();
        assert_eq!((&shown["doctor_ids"], &shown["assistant_id"]), (&json!([scene.founder.id]), &json!(scene.founder.id)));
        // The founder reads what was said before.
        assert!(scene.founder.get(format_args!("/im/messages?consultation_id={consult}")).ok()["total"].as_u64().unwrap() > 0);
    }
    scene.server.restart();
    scene.founder = scene.founder.at(&scene.server);
    scene.patient = scene.patient.at(&scene.server);
    write(&scene.founder, running).ok();
    write(&scene.patient, running).ok();
    scene.founder.post(format_args!("/consult/{running}/finish"), json!({})).ok();
    audit(&scene.server);
}

/// Only this team's groups.
#[test]
fn other_teams_groups_go_on() {
    let scene = Scene::open();
    let other = super::scene::found(&scene.founder, "乙队", 0);
    bring_in(&scene.founder, &scene.doctor, other);
    super::scene::join(&scene.patient, other, 0);
    let consult = id(&scene.patient.post("/consult", super::scene::form(other)).ok(), "consultation_id");
    scene.bring_in(consult).ok();
    leave(&scene.doctor, scene.team);
    assert_eq!(doctors(&scene.doctor, consult), json!([scene.founder.id, scene.doctor.id]));
    write(&scene.doctor, consult).ok();
}

/// Leaving and being brought in at the same time: afterwards nobody is in a group who is not in the team.
#[test]
fn leaving_while_being_brought_in() {
    for _ in 0..4 {
        let clinic_scene = Scene::open();
        let scene = &clinic_scene;
        let consult = scene.consult();
        std::thread::scope(|threads| {
            threads.spawn(|| scene.bring_in(consult));
            threads.spawn(|| leave(&scene.doctor, scene.team));
        });
        let team: Vec<u64> = listed(&scene.founder.get(format_args!("/team/{}", scene.team)).ok()["doctor_ids"]);
        let group = listed(&doctors(&scene.patient, consult));
        assert!(!group.is_empty() && group.iter().all(|doctor| team.contains(doctor)), "{group:?} {team:?}");
    }
}

fn listed(ids: &Value) -> Vec<u64> {
    ids.as_array().unwrap().iter().map(number).collect()
}
