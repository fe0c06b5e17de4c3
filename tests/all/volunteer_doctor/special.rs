//! 3.5: special events, and what their projects come to together.

use serde_json::{Value, json};

use super::{ids, join, org, pay, publish, special};
use crate::kit::{Person, TestServer};

/// The first event of the list, as `reader` sees it.
fn first(reader: &crate::kit::Client) -> Value {
    reader.get("/sp_project").ok()["list"][0].clone()
}

fn counts(event: &Value) -> (u64, u64, usize) {
    let number = |key: &str| event[key].as_u64().unwrap();
    (number("people_count"), number("join_people_count"), event["join_user"].as_array().unwrap().len())
}

#[test]
fn an_event_is_the_sum_of_its_projects() {
    let mut server = TestServer::open();
    let (one, two, patient, payer) = (server.doctor(), server.doctor(), server.patient(), server.patient());
    let silver = org(&server, "银龄志愿队");
    let event = special(&server, json!({ "org_id": silver, "hospital_id": server.hospital(), "people_count": 40, "price": 5 }));
    let seen = first(&server.nobody());
    assert_eq!((counts(&seen), &seen["progress_status"], &seen["project_status"]), ((40, 0, 0), &json!(1), &json!(1)));
    assert_eq!((&seen["org_info"]["name"], &seen["hospital_info"]["name"]), (&json!("银龄志愿队"), &json!("测试医院")));
    assert_eq!((&seen["date"], &seen["begin"], &seen["end"]), (&json!(server.date(1)), &json!("08:30:00"), &json!("16:30:00")));

    let morning = publish(&server, &one, json!({ "special_project_id": event, "people_count": 2 }));
    let afternoon = publish(
        &server,
        &two,
        json!({ "special_project_id": event, "people_count": 1, "price": 20, "begin": "14:00:00", "end": "15:00:00" }),
    );
    publish(&server, &two, json!({}));
    assert_eq!(counts(&first(&server.nobody())), (3, 0, 0));
    let listed = server.nobody().get(format_args!("/sp_project/{event}")).ok();
    assert_eq!((ids(&listed["list"]), &listed["page"]["count"]), (vec![afternoon, morning], &json!(2)));

    join(&patient, morning);
    let held = join(&payer, afternoon);
    assert_eq!(counts(&first(&server.nobody())), (3, 1, 1), "a hold that nobody paid is nobody's business");
    pay(&server, &held);
    join(&payer, morning);
    server.restart();
    let (one, patient, payer): (Person, Person, Person) = (one.at(&server), patient.at(&server), payer.at(&server));
    let full = first(&server.nobody());
    assert_eq!((counts(&full), &full["progress_status"]), ((3, 3, 2), &json!(2)));
    assert!(full["join_user"][0]["real_name"].as_str().unwrap().contains('*'));
    let mine = first(&patient);
    let phones: Vec<&str> = mine["join_user"].as_array().unwrap().iter().map(|user| user["phone"].as_str().unwrap()).collect();
    assert_eq!(phones[0], patient.phone);
    assert_eq!(phones[1], "");

    payer.get(format_args!("/custom/project/{morning}/cancel")).ok();
    assert_eq!(counts(&first(&server.nobody())), (3, 2, 2));
    one.get(format_args!("/project/{morning}/cancel")).ok();
    assert_eq!(counts(&first(&server.nobody())), (1, 1, 1));
    assert_eq!(ids(&server.nobody().get(format_args!("/sp_project/{event}")).ok()["list"]), [afternoon]);

    server.advance("24h");
    assert_eq!(first(&server.nobody())["project_status"], 2);
    server.advance("8h");
    let over = first(&server.nobody());
    assert_eq!((&over["project_status"], &over["progress_status"], counts(&over)), (&json!(3), &json!(3), (1, 1, 1)));
    assert_eq!(server.nobody().get(format_args!("/sp_project/{event}")).ok()["list"], json!([]));
}

#[test]
fn what_does_not_exist_is_not_tied_to() {
    let server = TestServer::open();
    let doctor = server.doctor();
    server.nobody().get("/sp_project/5").refused(404, "not_found");
    server.nobody().get("/sp_project/x").refused(404, "not_found");
    server.nobody().get("/sp_project?page_size=0").refused(400, "invalid_field");
    let mut form = super::project_form(&server);
    form["special_project_id"] = json!(5);
    doctor.post("/project", form).refused(422, "unknown_special_project");
    let project = publish(&server, &doctor, json!({}));
    server.nobody().get(format_args!("/sp_project/{project}")).refused(404, "not_found");
    let path = format!("/admin/projects/{project}");
    server.admin().patch(&path, json!({ "special_project_id": 5 })).refused(422, "unknown_special_project");
    let event = special(&server, json!({}));
    server.admin().patch(&path, json!({ "special_project_id": event })).ok();
    assert_eq!(ids(&server.nobody().get(format_args!("/sp_project/{event}")).ok()["list"]), [project]);
    assert_eq!(server.nobody().get(format_args!("/project/{project}")).ok()["special_project_id"], event);
    server.admin().patch(&path, json!({ "special_project_id": 0 })).ok();
    assert_eq!(server.nobody().get(format_args!("/sp_project/{event}")).ok()["list"], json!([]));
}

#[test]
fn the_administration_keeps_events() {
    let server = TestServer::open();
    let (admin, doctor) = (server.admin(), server.doctor());
    let good = json!({ "date": "2026-03-08", "begin": "08:30:00", "end": "16:30:00", "abstract": "健康日" });
    for (field, value, refusal) in [
        ("date", json!("2026-02-30"), (400, "invalid_field")),
        ("date", Value::Null, (400, "missing_field")),
        ("begin", json!("25:00"), (400, "invalid_field")),
        ("end", json!("08:30:00"), (400, "invalid_field")),
        ("end", Value::Null, (400, "missing_field")),
        ("abstract", Value::Null, (400, "missing_field")),
        ("org_id", json!(5), (422, "unknown_org")),
        ("hospital_id", json!(5), (422, "unknown_hospital")),
        ("price", json!(-1), (400, "invalid_field")),
        ("people_count", json!("many"), (400, "invalid_field")),
        ("lng", json!("190"), (400, "invalid_field")),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        admin.post("/admin/special-projects", bad).refused(refusal.0, refusal.1);
    }
    assert_eq!(admin.get("/admin/special-projects").ok()["total"], 0);
    let event = admin.post("/admin/special-projects", good).created();
    let path = format!("/admin/special-projects/{}", event["id"]);
    let changed = admin
        .patch(&path, json!({ "date": "2026-03-09", "end": "17:00:00", "service_target": ["老年人"], "lng": "120.13", "lat": "30.25" }))
        .ok();
    assert_eq!((&changed["date"], &changed["begin"], &changed["end"]), (&json!("2026-03-09"), &json!("08:30:00"), &json!("17:00:00")));
    admin.patch(&path, json!({ "begin": "18:00:00" })).refused(400, "invalid_field");
    assert_eq!(admin.get(&path).ok()["begin"], "08:30:00");
    assert_eq!(admin.get("/admin/special-projects?q=健康").ok()["total"], 1);
    assert_eq!(admin.get("/admin/special-projects?org_id=5").ok()["total"], 0);
    let project = publish(&server, &doctor, json!({ "special_project_id": event["id"] }));
    admin.delete(&path).refused(409, "in_use");
    admin.patch(format_args!("/admin/projects/{project}"), json!({ "special_project_id": 0 })).ok();
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    doctor.post("/admin/special-projects", json!({})).refused(403, "wrong_role");
}
