//! 3.2 and 3.3: publishing projects and finding them.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{join, project_form, publish};
use crate::kit::TestServer;

#[test]
fn a_verified_doctor_publishes_and_the_seats_are_spread() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let mut form = project_form(&server);
    (form["begin"], form["end"], form["people_count"]) = (json!("15:23:00"), json!("20:53:00"), json!("74"));
    let project = doctor.post("/project", form).ok();
    let seats: Vec<(&String, &Value)> = project["plan_time"].as_object().unwrap().iter().collect();
    assert_eq!(seats.len(), 11);
    assert_eq!(project["plan_time"]["15:23:00 - 15:53:00"], 7);
    assert_eq!(project["plan_time"]["20:23:00 - 20:53:00"], 6);
    assert_eq!((&project["people_count"], &project["join_people_count"], &project["price"]), (&json!(74), &json!(0), &json!(0)));
    assert_eq!((&project["project_status"], &project["progress_status"], &project["op_cancel"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(project["hospital_info"]["name"], "测试医院");
    let shown = server.nobody().get(format_args!("/project/{}", project["id"])).ok();
    assert_eq!((&shown["abstract"], &shown["date"]), (&json!("心血管义诊"), &json!(server.date(1))));
}

#[test]
fn publishing_refuses_what_cannot_be() {
    let server = TestServer::open();
    let doctor = server.doctor();
    for (field, value, refusal) in [
        ("date", json!("2026-02-30"), (400, "invalid_field")),
        ("date", json!("tomorrow"), (400, "invalid_field")),
        ("date", json!(server.date(-1)), (422, "in_the_past")),
        ("begin", json!("25:00:00"), (400, "invalid_field")),
        ("end", json!("09:00:00"), (422, "bad_period")),
        ("end", json!("08:00:00"), (422, "bad_period")),
        ("people_count", json!(0), (400, "invalid_field")),
        ("people_count", json!(-5), (400, "invalid_field")),
        ("people_count", json!(1e300), (400, "invalid_field")),
        ("price", json!(-1), (400, "invalid_field")),
        ("price", json!(1.5), (400, "invalid_field")),
        ("price", Value::Null, (400, "missing_field")),
        ("lng", json!("190"), (400, "invalid_field")),
        ("lat", json!("north"), (400, "invalid_field")),
        ("lat", json!("95"), (400, "invalid_field")),
        ("lat", json!("NaN"), (400, "invalid_field")),
        ("service_target", json!([]), (400, "missing_field")),
        ("abstract", json!("长".repeat(5_001)), (400, "invalid_field")),
    ] {
        let mut bad = project_form(&server);
        bad[field] = value;
        let told = doctor.post("/project", bad);
        told.refused(refusal.0, refusal.1);
        if refusal.0 == 400 {
            assert!(told.json["fields"][field].is_string(), "{field} is named: {}", told.json);
        }
    }
    assert_eq!(doctor.get("/doctor/project").ok()["list"], json!([]));
    let waiting = server.registered(Role::Doctor).with_profile(&server);
    waiting.post("/project", project_form(&server)).refused(403, "not_verified");
    server.patient().post("/project", project_form(&server)).refused(403, "wrong_role");
    server.nobody().post("/project", project_form(&server)).refused(401, "no_token");
    publish(&server, &doctor, json!({}));
    doctor.post("/project", project_form(&server)).refused(409, "doctor_busy");
}

#[test]
fn cancelling_frees_everybody_before_it_begins() {
    let server = TestServer::open();
    let (doctor, other, patient) = (server.doctor(), server.doctor(), server.patient());
    let project = publish(&server, &doctor, json!({}));
    join(&patient, project);
    let cancel = format!("/project/{project}/cancel");
    other.get(&cancel).refused(403, "not_yours");
    patient.get(&cancel).refused(403, "wrong_role");
    doctor.get("/project/99/cancel").refused(404, "not_found");
    doctor.get(&cancel).ok();
    doctor.get(&cancel).refused(422, "project_cancelled");
    let shown = patient.get(format_args!("/project/{project}")).ok();
    assert_eq!((&shown["status"], &shown["op_cancel"], &shown["is_join"]), (&json!(0), &json!(0), &json!(0)));
    let mine = patient.get("/custom/diagnoses?type=2").ok();
    assert_eq!((&mine["page"]["count"], &mine["list"][0]["verify_status"]), (&json!(1), &json!(3)));
    let told = patient.get("/message").ok();
    assert_eq!(told["list"][0]["type"], 1);
    assert!(told["list"][0]["content"].as_str().unwrap().contains("取消"));
    assert_eq!(server.nobody().get("/project").ok()["page"]["count"], 0);

    let begun = publish(&server, &doctor, json!({}));
    server.advance("24h");
    doctor.get(format_args!("/project/{begun}/cancel")).refused(422, "project_started");
    let running = patient.get(format_args!("/project/{begun}")).ok();
    assert_eq!((&running["project_status"], &running["op_cancel"]), (&json!(2), &json!(0)));
}

#[test]
fn a_session_may_lie_nowhere_on_the_map() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let nowhere = publish(&server, &doctor, json!({ "lng": null, "lat": "" }));
    let somewhere = publish(&server, &doctor, json!({ "begin": "13:00:00", "end": "14:00:00" }));
    let shown = doctor.get(format_args!("/project/{nowhere}")).ok();
    assert_eq!((&shown["lng"], &shown["lat"]), (&json!(""), &json!("")));
    let list = server.nobody().request("GET", "/project?sort=1").header("X-location", "116.41-39.91").send().ok();
    assert_eq!(super::ids(&list["list"]), [somewhere, nowhere], "it is near to nobody");
    let mut half = project_form(&server);
    half["lng"] = json!("");
    doctor.post("/project", half).refused(400, "missing_field");
}

#[test]
fn projects_are_found_by_what_they_are() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let at = |begin: &str, end: &str, more: Value| {
        let mut changes = json!({ "begin": begin, "end": end });
        changes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        publish(&server, &doctor, changes)
    };
    let near = at("08:00:00", "09:00:00", json!({ "lng": "116.40", "lat": "39.90", "abstract": "糖尿病专场" }));
    let far = at("10:00:00", "11:00:00", json!({ "lng": "121.47", "lat": "31.23", "service_target": ["儿童"] }));
    let newest = at("12:00:00", "13:00:00", json!({ "lng": "117.20", "lat": "39.08", "addr": "河边" }));
    let ids = |query: &str| -> Vec<u64> {
        let list = server.nobody().request("GET", format_args!("/project{query}")).header("X-location", "116.41-39.91").send().ok();
        assert_eq!(list["page"]["count"], list["list"].as_array().unwrap().len());
        list["list"].as_array().unwrap().iter().map(|project| project["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids(""), [newest, far, near]);
    assert_eq!(ids("?sort=1"), [near, newest, far]);
    assert_eq!(ids("?order=soonest"), [near, far, newest]);
    assert_eq!(ids("?order=soonest&sort=1"), [near, newest, far], "a sort that is asked for wins");
    assert_eq!(ids("?service_target=儿童"), [far]);
    assert_eq!(ids("?keyword=糖尿病"), [near]);
    assert_eq!(ids("?keyword=河边"), [newest]);
    assert_eq!(ids("?departments=内科"), [newest, far, near]);
    assert_eq!(ids("?departments=外科"), [0; 0]);
    assert_eq!(ids(&format!("?hospital_id={}", server.hospital())), [newest, far, near]);
    assert_eq!(ids("?hospital_id=5"), [0; 0]);
    assert_eq!(ids("?keyword=%25%27%22%20OR%201"), [0; 0]);
    let distance = |id: u64| {
        server.nobody().request("GET", "/project").header("X-location", "116.40-39.90").send().ok()["list"]
            .as_array()
            .unwrap()
            .iter()
            .find(|project| project["id"] == id)
            .unwrap()["distance"]
            .clone()
    };
    assert_eq!(distance(near), 0);
    assert!((1_060_000..1_080_000).contains(&distance(far).as_u64().unwrap()));

    let paged = server.nobody().get("/project?current_page=2&page_size=2").ok();
    assert_eq!(paged["page"], json!({ "current_page": 2, "total_page": 2, "count": 3, "page_size": 2 }));
    assert_eq!(paged["list"][0]["id"], near);
    server.nobody().get("/project?current_page=0").refused(400, "invalid_field");
    server.nobody().get("/project?sort=9").refused(400, "invalid_field");
    server.nobody().get("/project?order=latest").refused(400, "invalid_field");

    let (first, second) = (server.patient(), server.patient());
    join(&first, far);
    join(&second, far);
    join(&first, near);
    assert_eq!(ids("?sort=3"), [far, near, newest]);
    server.advance("23h30m"); // the earliest one is over half past eight tomorrow: still listed while it runs
    assert_eq!(ids("").len(), 3);
    server.advance("31m");
    assert_eq!(ids(""), [newest, far]);
    let of_doctor = first.get(format_args!("/custom/doctor/{}/project", doctor.id)).ok();
    assert_eq!(of_doctor["page"]["count"], 2);
    first.get("/custom/doctor/5/project").refused(404, "not_found");
    assert_eq!(doctor.get("/doctor/project").ok()["list"].as_array().unwrap().len(), 3);
}

#[test]
fn doctors_and_hospitals_are_found() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let waiting = server.registered(Role::Doctor).with_profile(&server);
    let count = |path: &str| server.nobody().get(path).ok()["page"]["count"].as_u64().unwrap();
    assert_eq!(count("/doctor/list"), 1);
    for (query, number) in [
        ("?keyword=头痛", 1),
        ("?keyword=测试医院", 1),
        ("?keyword=无此人", 0),
        ("?departments=内科", 1),
        ("?departments=外科", 0),
        ("?job_position=主任医师", 1),
        ("?job_position=院长", 0),
        ("?sort=1", 1),
        ("?sort=2", 1),
    ] {
        assert_eq!(count(&format!("/doctor/list{query}")), number, "{query}");
    }
    let listed = server.nobody().get("/doctor/list").ok();
    assert_eq!(listed["list"][0]["id"], doctor.id);
    assert!(listed["list"][0]["phone"].as_str().unwrap().contains("****"));
    waiting.verified(&server);
    assert_eq!(count("/doctor/list"), 2);
    assert_eq!(count("/hospital"), 1);
    assert_eq!(count("/hospital?keyword=测试"), 1);
    assert_eq!(count("/hospital?keyword=一号路"), 1);
    assert_eq!(count("/hospital?keyword=第一"), 0);
    let big = server.nobody().get("/hospital?page_size=100000").ok();
    assert_eq!(big["page"]["page_size"], 1000);
}
