//! Wallets, memberships, team consults, services and withdrawals.

use serde_json::json;
use xuanhu::domain::notice::notification::{
    Movement::{self, *},
    Whom::{Doctor, Founder, GroupAssistant, Patient},
};

use super::told;
use crate::{
    kit::{Person, TestServer},
    team_consult::{balance, bring_in, recharge, scene::Scene},
};

pub fn stories() {
    members();
    a_consult_with_its_services();
    one_that_is_cancelled();
    one_that_is_stopped();
    one_whose_team_is_shut_out();
    who_leaves();
    withdrawals();
}

fn of_patient(person: &Person) -> Vec<Movement> {
    told(person, &[Patient])
}

fn of_doctor(person: &Person) -> Vec<Movement> {
    told(person, &[Doctor, GroupAssistant, Founder])
}

fn members() {
    let server = TestServer::open();
    let (founder, patient) = (server.doctor(), server.patient());
    let team = crate::team_consult::found(&founder, "甲队");
    recharge(&server, &patient, 1_000);
    let join = |fee: i64| {
        drop(patient.post(format_args!("/team/{team}/member"), json!({ "agreement_accepted": true, "fee": fee })).ok());
    };
    [300, 200, 0].into_iter().for_each(join);
    server.settle();
    assert_eq!(balance(&patient), 500);
    assert_eq!(of_patient(&patient), [WalletRecharged, MemberJoined, FeeToppedUp]);
    assert_eq!(of_doctor(&founder), [MemberJoined]);
}

fn a_consult_with_its_services() {
    let scene = Scene::open();
    let consult = scene.started();
    let (taken, refused, gone) = (scene.offer(consult, 100), scene.offer(consult, 200), scene.offer(consult, 300));
    for _ in 0..2 {
        scene.patient.post(format_args!("/vas/{taken}/confirm"), json!({})).ok();
        scene.patient.post(format_args!("/vas/{refused}/reject"), json!({})).ok();
    }
    scene.doctor.delete(format_args!("/vas/{gone}")).ok();
    scene.doctor.delete("/vas").ok(); // what was decided is nobody's news
    scene.founder.post(format_args!("/consult/{consult}/finish"), json!({})).ok();
    scene.server.settle();
    let all = [
        &[WalletRecharged, MemberJoined, TeamConsultAsked, TeamConsultStarted][..],
        &[ServiceOffered; 3],
        &[ServiceConfirmed, ServiceWithdrawn, TeamConsultFinished],
    ];
    assert_eq!(of_patient(&scene.patient), all.concat());
    assert_eq!(of_doctor(&scene.doctor), [DoctorBroughtIn, ServiceConfirmed, ServiceRejected, TeamConsultFinished]);
    assert_eq!(of_doctor(&scene.founder), [MemberJoined, TeamConsultAsked]);
    // The patient finishes: all doctors of the group hear of it.
    let other = scene.started();
    scene.patient.post(format_args!("/consult/{other}/finish"), json!({})).ok();
    scene.server.settle();
    assert_eq!(of_doctor(&scene.founder)[2..], [TeamConsultAsked, TeamConsultFinished]);
    assert_eq!(of_doctor(&scene.doctor)[4..], [DoctorBroughtIn, TeamConsultFinished]);
}

fn one_whose_team_is_shut_out() {
    let scene = Scene::open();
    scene.consult();
    let founder = scene.founder.id;
    scene.server.admin().post(format_args!("/admin/doctors/{founder}/verify"), json!({ "is_verify": 2 })).ok();
    scene.server.settle();
    assert_eq!(of_patient(&scene.patient).last(), Some(&TeamConsultClosed));
}

fn one_that_is_stopped() {
    let scene = Scene::open();
    let consult = scene.started();
    scene.doctor.post(format_args!("/consult/{consult}/stop"), json!({ "reason": "changed", "advice": "到急诊留观" })).ok();
    scene.server.settle();
    let told = of_patient(&scene.patient);
    assert_eq!(told[told.len() - 2..], [TeamConsultStarted, TeamConsultStopped]);
    let of_founder = of_doctor(&scene.founder);
    assert_eq!(of_founder.last(), Some(&TeamConsultStopped), "{of_founder:?}");
    assert!(!of_doctor(&scene.doctor).contains(&TeamConsultStopped), "who stops is not told");
}

fn one_that_is_cancelled() {
    let scene = Scene::open();
    let consult = scene.consult();
    scene.patient.post(format_args!("/consult/{consult}/cancel"), json!({})).ok();
    scene.server.settle();
    assert_eq!(of_patient(&scene.patient)[2..], [TeamConsultAsked, TeamConsultCancelled]);
    assert_eq!(of_doctor(&scene.founder)[1..], [TeamConsultAsked, TeamConsultCancelled]);
}

fn who_leaves() {
    let scene = Scene::open();
    let helper = scene.server.doctor();
    bring_in(&scene.founder, &helper, scene.team);
    let consult = scene.started();
    scene.founder.put(format_args!("/team/{}/assistant", scene.team), json!({ "doctor_id": helper.id })).ok();
    let waiting = scene.consult();
    scene.founder.put(format_args!("/team/{}/assistant", scene.team), json!({ "doctor_id": scene.founder.id })).ok();
    scene.doctor.delete(format_args!("/team/{}/doctor", scene.team)).ok();
    scene.server.settle();
    assert_eq!(of_patient(&scene.patient)[2..], [TeamConsultAsked, TeamConsultStarted, TeamConsultAsked, DoctorLeft]);
    assert_eq!(of_doctor(&scene.founder)[1..], [TeamConsultAsked, TeamConsultHandedOver]);
    assert_eq!((of_doctor(&helper), of_doctor(&scene.doctor)), (vec![TeamConsultAsked], vec![DoctorBroughtIn]));
    assert_ne!(consult, waiting);
}

fn withdrawals() {
    let scene = Scene::open();
    scene.finished();
    scene.server.advance("30d"); // 1 April
    let ask = || scene.founder.post(format_args!("/team/{}/withdrawal", scene.team), json!({})).ok()["withdrawal_id"].clone();
    let decide = |id, word: &str| drop(scene.server.admin().post(format_args!("/admin/withdrawals/{id}/{word}"), json!({})).ok());
    decide(ask(), "reject");
    decide(ask(), "approve");
    scene.server.settle();
    let all = [WithdrawalAsked, WithdrawalRejected, WithdrawalAsked, WithdrawalApproved];
    let told = of_doctor(&scene.founder);
    assert_eq!(told[told.len() - 4..], all);
}
