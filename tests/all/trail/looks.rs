//! Who has looked at somebody's data, as that person and the clinic's staff read it.

use serde_json::{Value, json};

use crate::{
    im_contact,
    kit::TestServer,
    volunteer_doctor::{join, publish},
};

fn lines(answer: &Value) -> Vec<(String, String, String)> {
    let items = answer["items"].as_array().unwrap();
    assert_eq!(answer["total"], items.len());
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    items.iter().map(|line| (text(line, "role"), text(line, "who"), text(line, "what"))).collect()
}

fn line(role: &str, who: &str, what: &str) -> (String, String, String) {
    (role.to_owned(), who.to_owned(), what.to_owned())
}

#[test]
fn each_way_of_looking_gives_its_line() {
    let server = TestServer::open();
    let admin = server.admin();
    let (doctor, patient, other) = (server.doctor(), server.patient(), server.patient());
    let person = im_contact::own_record(&patient);
    server.advance("25h");
    let (doctor, patient, other) = (doctor.signed_in_again(&server), patient.signed_in_again(&server), other.signed_in_again(&server));
    let today = server.date(0);
    let report = |query: &str| lines(&patient.get(format_args!("/member/access?from={today}{query}")).ok());
    let visit = join(&patient, publish(&server, &doctor, json!({})))["id"].as_u64().unwrap();
    patient.get("/user").ok();
    patient.get(format_args!("/diagnoses/{visit}")).ok();
    assert!(report("").is_empty(), "own looks are not in it");
    // A family's look: two within a day are one line.
    doctor.get(format_args!("/user/{}", patient.id)).ok();
    server.advance("2h");
    doctor.get(format_args!("/diagnoses/{visit}")).ok();
    let seen = vec![line("doctor", &doctor.name, "个人资料")];
    assert_eq!(report(""), seen);
    // An administrator's, of a person and of a record, and what was revealed, with the reason.
    admin.get(format_args!("/admin/persons/{person}")).ok();
    admin.get(format_args!("/admin/registrations/{visit}")).ok();
    admin.post(format_args!("/admin/persons/{person}/reveal"), json!({ "fields": ["idno"], "reason": "核对身份" })).ok();
    admin.post(format_args!("/admin/registrations/{visit}/reveal"), json!({ "reason": "投诉核实" })).ok();
    admin.get("/admin/export/registrations").ok();
    let all = report("");
    for what in ["个人资料", "挂号病历", "个人资料（完整的证件号码）", "挂号病历（完整内容）", "导出的表格（导出）"]
    {
        assert!(all.contains(&line("admin", "诊所", what)), "{what}: {all:?}");
    }
    assert_eq!(all.len(), 6, "{all:?}");
    let newest = patient.get("/member/access").ok();
    let reasons: Vec<_> = newest["items"].as_array().unwrap().iter().map(|line| line["why"].as_str().unwrap()).collect();
    assert!(reasons.contains(&"核对身份") && reasons.contains(&"投诉核实"), "{reasons:?}");
    // Another day is another line; what lies outside the period is left out.
    server.advance("25h");
    let doctor = doctor.signed_in_again(&server);
    doctor.get(format_args!("/user/{}", patient.id)).ok();
    assert_eq!(report("").len(), 7);
    assert_eq!(report(&format!("&to={today}")).len(), 6);
    // Nobody reads another's, and staff read it as a look.
    other.get(format_args!("/member/access?patient_id={person}")).refused(403, "not_yours");
    patient.get("/member/access?from=soon").refused(400, "invalid_field");
    assert!(other.get("/member/access").ok()["items"].as_array().unwrap().iter().all(|line| line["patient_id"] != person));
    assert_eq!(report(&format!("&patient_id={person}")), report(""));
    let staff = admin.get(format_args!("/admin/persons/{person}/access?from={today}")).ok();
    assert_eq!(staff["total"], 7);
    assert_eq!(report("").len(), 8, "that it was read stands in it");
    admin.get("/admin/persons/987654321/access").refused(404, "not_found");
}
