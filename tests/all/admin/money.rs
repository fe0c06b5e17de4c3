//! Projects, registrations, payments, refunds.

use serde_json::{Value, json};

use super::{deeds, id, ids};
use crate::{
    internet_hospital,
    kit::{Client, Person, TestServer},
    volunteer_doctor::{join, pay, project_form, publish},
};

#[test]
fn a_project_is_published_for_a_doctor_and_called_off() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient) = (server.doctor(), server.patient());
    let mut form = project_form(&server);
    admin.post("/admin/projects", form.clone()).refused(400, "missing_field");
    form["doctor_id"] = json!(patient.id);
    admin.post("/admin/projects", form.clone()).refused(404, "not_found");
    form["doctor_id"] = json!(doctor.id);
    let project = admin.post("/admin/projects", form.clone()).created();
    assert_eq!((&project["doctor_name"], &project["state"], &project["price"]), (&json!(doctor.name), &json!("open"), &json!(0)));
    assert_eq!(project["plan_time"]["09:00:00 - 09:30:00"], 2);
    admin.post("/admin/projects", form.clone()).refused(409, "doctor_busy");
    form["begin"] = json!("25:00");
    admin.post("/admin/projects", form).refused(400, "invalid_field");
    let path = format!("/admin/projects/{}", id(&project));
    assert_eq!(admin.get(&path).ok(), project);
    assert_eq!(doctor.get("/doctor/project").ok()["list"][0]["id"], project["id"]);

    join(&patient, id(&project));
    assert_eq!(admin.get(&path).ok()["join_people_count"], 1);
    let list = |query: &str| ids(&admin.get(format_args!("/admin/projects?{query}")));
    for (query, total) in [
        ("", 1),
        ("state=open", 1),
        ("state=cancelled", 0),
        ("q=心血管", 1),
        ("q=眼科", 0),
        ("doctor_id=1", 0),
        ("special_project_id=0", 1),
        ("hospital_id=1", 0),
    ] {
        assert_eq!(list(query).1, total, "{query}");
    }
    assert_eq!(list(&format!("doctor_id={}&q={}", doctor.id, doctor.name)), (vec![id(&project)], 1));
    admin.get("/admin/projects?state=lost").refused(400, "invalid_field");

    assert_eq!(admin.patch(&path, json!({ "price": 9 })).ok()["price"], 0);
    admin.delete(&path).ok();
    assert_eq!(admin.get(&path).ok()["state"], "cancelled");
    admin.delete(&path).refused(422, "project_cancelled");
    assert_eq!(admin.get("/admin/registrations").ok()["items"][0]["stage"], "cancelled");
    assert_eq!(patient.get("/message").ok()["list"][0]["title"], "义诊取消通知");
    assert_eq!(deeds(&admin, "project", id(&project)), ["cancel", "create"]);
}

/// A patient who paid a deposit of twenty yuan and did not come.
fn missed(server: &TestServer, doctor: &Person) -> (Person, Value) {
    let patient = server.patient();
    let project = publish(server, doctor, json!({ "price": 20 }));
    let registration = join(&patient, project);
    pay(server, &registration);
    server.advance("27h");
    (patient.signed_in_again(server), registration)
}

#[test]
fn the_deposit_of_a_missed_visit_is_released_once() {
    let server = TestServer::open();
    let admin = server.admin();
    let doctor = server.doctor();
    let (patient, registration) = missed(&server, &doctor);
    let path = format!("/admin/registrations/{}", id(&registration));
    let whole = admin.get(&path).ok();
    assert_eq!((&whole["stage"], &whole["amount"], &whole["patient_name"]), (&json!("missed"), &json!(2_000), &json!(patient.name)));
    assert_eq!((&whole["casebook_info"]["content"], &whole["counts"]["texts"]), (&json!(""), &json!(1)));
    assert_eq!(deeds(&admin, "registration", id(&registration)), ["look"]);
    let shown = admin.post(format_args!("/admin/registrations/{}/reveal", id(&registration)), json!({ "reason": "核对" })).ok();
    assert_eq!(shown["casebook_info"]["content"], "头痛三天");
    assert_eq!(deeds(&admin, "registration", id(&registration)), ["reveal", "look"]);
    let sn = registration["sn"].as_str().unwrap();
    let queries = [format!("q={sn}"), format!("q={}", patient.phone), "stage=missed".into(), format!("user_id={}", patient.id)];
    for query in
        queries.iter().chain(&[format!("doctor_id={}", doctor.id), format!("project_id={}", whole["project_id"]), "assistant_id=0".into()])
    {
        assert_eq!(ids(&admin.get(format_args!("/admin/registrations?{query}"))), (vec![id(&registration)], 1), "{query}");
    }
    for query in ["stage=done", "q=没有", "user_id=1", "project_id=1", "doctor_id=1"] {
        assert_eq!(ids(&admin.get(format_args!("/admin/registrations?{query}"))), (vec![], 0), "{query}");
    }
    admin.get("/admin/registrations?stage=late").refused(400, "invalid_field");

    assert_eq!(admin.post(format!("{path}/refund"), json!({})).ok()["refund_status"], 1);
    admin.post(format!("{path}/refund"), json!({})).refused(422, "not_missed");
    server.settle();
    let whole = admin.get(&path).ok();
    assert_eq!((&whole["refund_status"], &whole["stage"]), (&json!(3), &json!("missed")));
    let payment = &admin.get(format_args!("/admin/payments?q={sn}")).ok()["items"][0];
    assert_eq!((&payment["status"], &payment["amount"], &payment["source"]), (&json!("REFUNDED"), &json!(2_000), &json!("registration")));
    assert_eq!(admin.get(format_args!("/admin/payments/{}", id(payment))).ok(), *payment);
    for (query, total) in [("status=REFUNDED", 1), ("status=PAID", 0), ("payer_id=1", 0)] {
        assert_eq!(admin.get(format_args!("/admin/payments?{query}")).ok()["total"], total, "{query}");
    }
    assert_eq!(admin.get(format_args!("/admin/payments?payer_id={}", patient.id)).ok()["total"], 1);
    admin.get("/admin/payments?status=paid").refused(400, "invalid_field");
    let refund = &admin.get("/admin/refunds").ok()["items"][0];
    assert_eq!((&refund["status"], &refund["source_id"], &refund["out_trade_no"]), (&json!("done"), &registration["id"], &json!(sn)));
    // Without approval there is nothing to decide.
    admin.post(format_args!("/admin/refunds/{}/approve", id(refund)), json!({})).refused(409, "refund_decided");
    admin.post(format_args!("/admin/refunds/{}/reject", id(refund)), json!({})).refused(409, "refund_decided");
    admin.post("/admin/registrations/1/refund", json!({})).refused(404, "not_found");
}

fn waiting_refund(admin: &Client, registration: &Value) -> u64 {
    admin.post(format_args!("/admin/registrations/{}/refund", id(registration)), json!({})).ok();
    let refunds = admin.get("/admin/refunds?status=pending").ok();
    assert_eq!((&refunds["total"], &refunds["items"][0]["approved"]), (&json!(1), &json!(false)));
    id(&refunds["items"][0])
}

#[test]
fn a_refund_waits_for_the_administrator() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let admin = server.admin();
    let (_, registration) = missed(&server, &server.doctor());
    let row = || admin.get(format_args!("/admin/registrations/{}", id(&registration))).ok();
    let payment =
        || admin.get(format_args!("/admin/payments?q={}", registration["sn"].as_str().unwrap())).ok()["items"][0]["status"].clone();

    let refund = waiting_refund(&admin, &registration);
    server.settle();
    assert_eq!((&row()["refund_status"], &payment()), (&json!(1), &json!("REFUNDING")));
    assert_eq!(admin.post(format_args!("/admin/refunds/{refund}/reject"), json!({})).ok()["status"], "rejected");
    assert_eq!((&row()["refund_status"], &payment()), (&json!(null), &json!("PAID")));
    admin.post(format_args!("/admin/refunds/{refund}/approve"), json!({})).refused(409, "refund_decided");

    let refund = waiting_refund(&admin, &registration);
    assert_eq!(admin.post(format_args!("/admin/refunds/{refund}/approve"), json!({})).ok()["approved"], true);
    server.settle();
    assert_eq!((&row()["refund_status"], &payment()), (&json!(3), &json!("REFUNDED")));
    let shown = admin.get(format_args!("/admin/refunds/{refund}")).ok();
    assert_eq!((&shown["status"], &shown["amount"]), (&json!("done"), &json!(2_000)));
    admin.post(format_args!("/admin/refunds/{refund}/reject"), json!({})).refused(409, "refund_decided");
    admin.post("/admin/refunds/1/approve", json!({})).refused(404, "not_found");
    assert_eq!(deeds(&admin, "refund", refund), ["approve"]);
    assert_eq!(admin.get("/admin/refunds").ok()["total"], 2);
}

/// What was refused once is not lost: the clinic can think better of it.
#[test]
fn the_clinic_gives_back_what_it_refused_before() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let admin = server.admin();
    let decide = |word: &str| {
        let waiting = admin.get("/admin/refunds?status=pending").ok()["items"][0].clone();
        admin.post(format_args!("/admin/refunds/{}/{word}", id(&waiting)), json!({})).ok();
        server.settle();
    };
    let (me, person, doc) = internet_hospital::scene(&server);
    let [waiting, answered] = [(); 2].map(|()| internet_hospital::paid_order(&server, &me, &person, &doc));
    internet_hospital::reply(&doc, &answered, "请多休息").ok();
    let give_back =
        |order: &Value| admin.post(format_args!("/admin/consultations/{}/refund", internet_hospital::number(&order["id"])), json!({}));
    give_back(&answered).refused(422, "illegal_transition");
    give_back(&waiting).ok();
    assert_eq!(internet_hospital::status(&me, &waiting), "06");
    give_back(&waiting).refused(422, "illegal_transition");
    decide("approve");
    assert_eq!(internet_hospital::status(&me, &waiting), "09");

    let late = internet_hospital::paid_order(&server, &me, &person, &doc);
    server.advance("48h");
    give_back(&late).refused(422, "not_paid"); // its own is on the way
    decide("reject");
    assert_eq!(internet_hospital::status(&me, &late), "05");
    give_back(&late).ok();
    give_back(&late).refused(422, "not_paid");
    decide("approve");
    assert_eq!(internet_hospital::status(&me, &late), "08");
    assert_eq!(deeds(&admin, "consultation", internet_hospital::number(&late["id"])), ["refund"]);
    admin.post("/admin/consultations/1/refund", json!({})).refused(404, "not_found");

    let patient = server.patient();
    let project = publish(&server, &server.doctor(), json!({ "price": 20 }));
    let registration = join(&patient, project);
    let path = format!("/admin/registrations/{}/refund", id(&registration));
    admin.post(&path, json!({})).refused(422, "not_missed");
    pay(&server, &registration);
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    decide("reject");
    admin.post(&path, json!({})).ok();
    admin.post(&path, json!({})).refused(422, "not_missed");
    decide("approve");
    let sn = registration["sn"].as_str().unwrap();
    assert_eq!(admin.get(format_args!("/admin/payments?q={sn}")).ok()["items"][0]["status"], "REFUNDED");
}
