//! Fees and the licence stand where everybody reads them, and nobody pays another price than was shown.

use serde_json::json;

use crate::{
    internet_hospital::{self, order_form, scene},
    kit::TestServer,
    team_consult::{self, scene as team},
    volunteer_doctor::publish,
};

#[test]
fn every_price_is_shown_to_everybody() {
    let server = TestServer::open();
    let closed = internet_hospital::doctor(&server, 3, 700);
    let open = internet_hospital::doctor(&server, 2, 500);
    server
        .admin()
        .patch(format_args!("/admin/doctors/{}", internet_hospital::number(&json!(closed.id))), json!({ "image_and_text_open": false }))
        .ok();
    let host = server.doctor();
    let project = publish(&server, &host, json!({ "price": 12 }));
    let team = team_consult::found(&host, "一队");
    let fees = server.nobody().get("/clinic/fees").ok();
    let doctors = fees["consultations"].as_array().unwrap();
    assert_eq!(doctors.len(), 1, "{fees}");
    assert_eq!(
        (doctors[0]["doctor_id"].clone(), doctors[0]["price"].clone()),
        (json!(internet_hospital::number(&json!(open.id))), json!(500))
    );
    assert_eq!((fees["team_consults"][0]["team_id"].clone(), fees["team_consults"][0]["price"].clone()), (json!(team), json!(500)));
    assert_eq!((fees["registrations"][0]["project_id"].clone(), fees["registrations"][0]["price"].clone()), (json!(project), json!(1200)));
    let rules: Vec<_> = fees["refunds"].as_array().unwrap().iter().map(|rule| rule["kind"].as_str().unwrap()).collect();
    assert_eq!(rules, ["consultation", "team_consult", "registration"]);
    assert!(fees["refunds"][0]["text"].as_str().unwrap().contains("48小时"), "{fees}");
}

#[test]
fn a_consultation_is_not_ordered_at_another_price_than_was_shown() {
    let server = TestServer::open();
    let (user, patient, doctor) = scene(&server);
    let mut form = order_form(&patient, &doctor);
    form["fee"] = json!(1);
    let doctor_id = internet_hospital::number(&json!(doctor.id));
    server.admin().patch(format_args!("/admin/doctors/{doctor_id}"), json!({ "image_and_text_price": 900 })).ok();
    user.post("/consultation/create", form.clone()).refused(409, "price_changed");
    form["fee"] = json!(900);
    assert_eq!(user.post("/consultation/create", form.clone()).ok()["fee"], 900);
    // An order keeps its price; who says nothing orders at the price of now.
    server.admin().patch(format_args!("/admin/doctors/{doctor_id}"), json!({ "image_and_text_price": 1200 })).ok();
    assert_eq!(internet_hospital::pay(&server, &user, &user.post("/consultation/list", json!({})).ok()["items"][0])["totalFee"], 900);
    assert_eq!(internet_hospital::order(&user, &patient, &doctor)["fee"], 1200);
    let log = server.admin().get(format_args!("/admin/audit?action=update&subject=doctor&subject_id={doctor_id}")).ok();
    assert_eq!(log["total"], 2, "a change of price is written down: {log}");
}

#[test]
fn a_seat_and_a_team_consult_neither() {
    let scene = team::Scene::open();
    let mut form = team::form(scene.team);
    form["fee"] = json!(team::FEE - 1);
    let before = scene.purse();
    scene.patient.post("/consult", form.clone()).refused(409, "price_changed");
    assert_eq!(scene.purse(), before);
    form["fee"] = json!(team::FEE);
    scene.patient.post("/consult", form).ok();

    let project = publish(&scene.server, &scene.doctor, json!({ "price": 12 }));
    let join =
        |fee: i64| scene.patient.post(format_args!("/project/{project}/join"), json!({ "content": "头痛", "photo": [], "fee": fee }));
    join(11).refused(409, "price_changed");
    assert_eq!(join(12).ok()["payment"]["totalFee"], 1200);
}

#[test]
fn the_licence_is_what_the_operator_has_set() {
    let server = TestServer::open();
    let bare = server.nobody().get("/clinic/licence").ok();
    assert_eq!(
        (bare["licence_no"].clone(), bare["licence_until"].clone(), bare["complaint_phone"].clone()),
        (json!(""), json!(null), json!(""))
    );
    let server = TestServer::with(&[
        ("clinic.licence_no", "PDY99990101"),
        ("clinic.licence_name", "悬壶互联网医院"),
        ("clinic.licence_until", "2030-12-31"),
        ("clinic.licence_scan", "/files/licence.jpg"),
        ("clinic.complaint_phone", "010-55550000"),
    ]);
    let licence = server.nobody().get("/clinic/licence").ok();
    for (key, value) in [
        ("licence_no", "PDY99990101"),
        ("licence_name", "悬壶互联网医院"),
        ("licence_until", "2030-12-31"),
        ("licence_scan", "/files/licence.jpg"),
        ("complaint_phone", "010-55550000"),
    ] {
        assert_eq!(licence[key], value, "{licence}");
    }
}
