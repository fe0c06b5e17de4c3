//! Stop and refer: from every state, the money back once, and nobody undoes it.

use serde_json::{Value, json};

use crate::{
    internet_hospital::{Caller, ask, number, order, paid_order, reply, scene, shown, status},
    kit::{Answer, TestServer},
    team_consult::{audit, scene as team},
};

fn stop(doctor: &Caller, order: &Value, reason: &str) -> Answer {
    let id = order["id"].as_str().unwrap();
    doctor.post(format_args!("/consultation/{id}/stop"), json!({ "reason": reason, "advice": "请到心内科门诊" }))
}

#[test]
fn a_consultation_is_stopped_before_and_after_a_reply() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (user, patient, doctor) = scene(&server);
    let (waiting, answered) = (paid_order(&server, &user, &patient, &doctor), paid_order(&server, &user, &patient, &doctor));
    reply(&doctor, &answered, "多喝水").ok();
    for (order, then) in [(&waiting, "09"), (&answered, "07")] {
        let stopped = stop(&doctor, order, "changed").ok();
        assert_eq!((stopped["status"].clone(), stopped["stopped"]["reason"].clone()), (json!(then), json!("changed")));
        assert_eq!((stopped["stopped"]["advice"].clone(), stopped["stopped"]["by"].clone()), (json!("请到心内科门诊"), json!(doctor.id)));
        // Without anybody's approval, and once.
        server.settle();
        let payment = user.post("/consultation/payment/query", json!({ "consultationId": order["id"] })).ok();
        assert_eq!(payment["status"], "REFUNDED", "{payment}");
        stop(&doctor, order, "changed").refused(422, "illegal_transition");
        for status in ["02", "06", "03"] {
            user.post("/consultation/update", json!({ "consultationId": order["id"], "status": status }))
                .refused(422, "illegal_transition");
        }
        assert_eq!(status(&user, order), then);
        ask(&user, order, "还想问").refused(422, "not_talking");
    }
    assert_eq!(server.admin().get("/admin/refunds?status=done").ok()["total"], 2);
    // The patient reads why in the chat, the doctor need not.
    let said = user.post("/consultation/chatmessage", json!({ "consultationId": waiting["id"] })).ok().to_string();
    assert!(said.contains("请到心内科门诊") && said.contains("病情变化"), "{said}");
    let log = server.admin().get(format_args!("/admin/audit?action=stop&subject_id={}", number(&waiting["id"]))).ok();
    assert_eq!(log["total"], 1);
    let report = server.admin().get("/admin/statistics/care").ok();
    assert_eq!(report["stops"][0]["count"], 2, "{report}");
    assert_eq!((report["months"][0]["orders"].clone(), report["months"][0]["stopped"].clone()), (json!(2), json!(2)));
    assert_eq!(server.admin().get(format_args!("/admin/consultations/{}", number(&waiting["id"]))).ok()["stopped"], "changed");
    audit(&server);
}

#[test]
fn nothing_is_stopped_that_does_not_go_on() {
    let server = TestServer::open();
    let (user, patient, doctor) = scene(&server);
    let unpaid = order(&user, &patient, &doctor);
    stop(&doctor, &unpaid, "unfit").refused(422, "illegal_transition");
    let paid = paid_order(&server, &user, &patient, &doctor);
    stop(&doctor, &paid, "bored").refused(400, "invalid_field");
    let id = paid["id"].as_str().unwrap();
    doctor.post(format_args!("/consultation/{id}/stop"), json!({ "reason": "unfit" })).refused(400, "missing_field");
    doctor.post("/consultation/0123/stop", json!({ "reason": "unfit", "advice": "去" })).refused(404, "not_found");
    let other = crate::internet_hospital::doctor(&server, 7, 1);
    stop(&other, &paid, "unfit").refused(403, "not_yours");
    user.post(format_args!("/consultation/{id}/stop"), json!({ "reason": "unfit", "advice": "去" })).refused(403, "wrong_role");
    server.advance("49h");
    stop(&doctor, &paid, "unfit").refused(422, "illegal_transition");
}

#[test]
fn what_was_answered_may_be_kept_and_an_emergency_reaches_the_telephone() {
    let server = TestServer::with(&[("care.stop_refund", "none")]);
    let (user, patient, doctor) = scene(&server);
    let answered = paid_order(&server, &user, &patient, &doctor);
    reply(&doctor, &answered, "多喝水").ok();
    stop(&doctor, &answered, "emergency").ok();
    server.settle();
    let payment = user.post("/consultation/payment/query", json!({ "consultationId": answered["id"] })).ok();
    assert_eq!(payment["status"], "PAID");
    assert_eq!(server.admin().get("/admin/refunds").ok()["total"], 0);
    let outbox = server.admin().get("/admin/outbox").ok();
    assert!(outbox["items"][0]["text"].as_str().unwrap().contains("120"), "{outbox}");
    assert_eq!(outbox["items"][0]["code"], "");
    // A message without a code is nobody's code.
    let phone = outbox["items"][0]["phone"].as_str().unwrap().to_owned();
    server.nobody().post("/login/phone", json!({ "phone": phone, "verify_code": "000000" })).refused(422, "wrong_code");
    let said = shown(&user, &answered);
    assert_eq!((said["status"].clone(), said["stopped"]["reason"].clone()), (json!("07"), json!("emergency")));
    audit(&server);
}

#[test]
fn a_free_one_has_nothing_to_give_back() {
    let server = TestServer::open();
    let user = crate::internet_hospital::user(&server, "open-one");
    let (patient, doctor) = (crate::internet_hospital::patient(&user, 1), crate::internet_hospital::doctor(&server, 2, 0));
    let free = order(&user, &patient, &doctor);
    assert_eq!(stop(&doctor, &free, "unfit").ok()["status"], "09");
}

#[test]
fn a_team_consult_is_stopped_too() {
    let mut scene = team::Scene::open();
    let purse = scene.purse();
    let waiting = scene.consult();
    let started = scene.started();
    let form = json!({ "reason": "unfit", "advice": "请到门诊" });
    scene.doctor.post(format_args!("/consult/{waiting}/stop"), form.clone()).refused(404, "not_found");
    let stopped = scene.founder.post(format_args!("/consult/{waiting}/stop"), form.clone()).ok();
    assert_eq!((stopped["status"].clone(), stopped["stopped"]["by"].clone()), (json!(3), json!(scene.founder.id)));
    assert_eq!(scene.doctor.post(format_args!("/consult/{started}/stop"), form.clone()).ok()["status"], 2);
    assert_eq!(scene.purse(), purse, "all of it is back");
    scene.doctor.post(format_args!("/consult/{started}/stop"), form.clone()).refused(422, "consult_over");
    assert!(scene.said(started).iter().any(|(from, _, text)| *from == 0 && text.contains("请到门诊")));
    audit(&scene.server);

    scene.server.restart_with(&[("care.stop_refund", "none")]);
    let scene = team::Scene {
        founder: scene.founder.at(&scene.server),
        doctor: scene.doctor.at(&scene.server),
        patient: scene.patient.at(&scene.server),
        server: scene.server,
        team: scene.team,
    };
    let kept = scene.started();
    scene.doctor.post(format_args!("/consult/{kept}/stop"), form).ok();
    assert_ne!(scene.purse(), purse, "the team has earned it");
    audit(&scene.server);
}
