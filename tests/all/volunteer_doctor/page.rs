//! 3.2.14 to 3.2.16, 3.3.18, 3.3.19, 3.4.11, 3.4.12: announcements, front pages, what waits for the reader.

use serde_json::{Value, json};

use super::{enrol, ids, join, org, publish, special};
use crate::kit::TestServer;

fn news(server: &TestServer, kind: u8, title: &str) -> u64 {
    let form = json!({ "type": kind, "title": title, "photo": "", "content": "<p>正文</p>" });
    server.admin().post("/admin/news", form).created()["id"].as_u64().unwrap()
}

fn banner(server: &TestServer, kind: u8, title: &str) -> u64 {
    let form = json!({ "type": kind, "title": title, "photo": "https://files.example.com/1.png" });
    server.admin().post("/admin/banners", form).created()["id"].as_u64().unwrap()
}

#[test]
fn news_are_for_one_client_each() {
    let server = TestServer::open();
    let (first, second, of_doctors) = (news(&server, 1, "冬季养生"), news(&server, 1, "预约须知"), news(&server, 2, "接诊规范"));
    let list = |path: &str| server.nobody().get(format_args!("/news/{path}")).ok();
    assert_eq!(ids(&list("1/list")["list"]), [second, first]);
    assert_eq!(ids(&list("2/list")["list"]), [of_doctors]);
    assert_eq!(ids(&list("3/list")["list"]), [0; 0]);
    let paged = list("1/list?page_size=1&current_page=2");
    assert_eq!((ids(&paged["list"]), &paged["page"]["count"]), (vec![first], &json!(2)));
    for kind in ["0", "4", "patients", "-1"] {
        server.nobody().get(format_args!("/news/{kind}/list")).refused(400, "invalid_field");
    }
    let shown = list(&first.to_string());
    assert_eq!((&shown["title"], &shown["content"]), (&json!("冬季养生"), &json!("<p>正文</p>")));
    assert_eq!(shown["publish_time"], "2026-03-02 09:00:00");
    server.nobody().get("/news/5").refused(404, "not_found");
    server.nobody().get("/news/abc").refused(404, "not_found");
    server.nobody().with_token("bad").get("/news/1/list").refused(401, "bad_token");
}

#[test]
fn the_administration_keeps_news_and_banners() {
    let mut server = TestServer::open();
    let admin = server.admin();
    for (form, refusal) in [
        (json!({ "title": "无类型" }), "missing_field"),
        (json!({ "type": 1 }), "missing_field"),
        (json!({ "type": 4, "title": "类型有误" }), "invalid_field"),
        (json!({ "type": 1, "title": "时间有误", "publish_time": "昨天" }), "invalid_field"),
        (json!({ "type": 1, "title": "将来", "publish_time": "2026-03-03 00:00:00" }), "invalid_field"),
    ] {
        admin.post("/admin/news", form).refused(400, refusal);
    }
    assert_eq!(admin.get("/admin/news").ok()["total"], 0);
    let newer = news(&server, 1, "新的");
    let old = admin.post("/admin/news", json!({ "type": 1, "title": "旧的", "publish_time": "2018-02-17 13:00:00" })).created();
    assert_eq!(old["publish_time"], "2018-02-17 13:00:00");
    let path = format!("/admin/news/{}", old["id"]);
    assert_eq!(ids(&server.nobody().get("/news/1/list").ok()["list"]), [newer, old["id"].as_u64().unwrap()]);
    assert_eq!(admin.patch(&path, json!({ "type": 3, "title": "改过" })).ok()["publish_time"], "2018-02-17 13:00:00");
    assert_eq!(server.nobody().get("/news/3/list").ok()["list"][0]["title"], "改过");
    assert_eq!(admin.get("/admin/news?type=3&q=改").ok()["total"], 1);
    assert_eq!(admin.get("/admin/news?type=1&q=改").ok()["total"], 0);
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");

    admin.post("/admin/banners", json!({ "type": 1, "title": "无链接", "jump_mode": 1 })).refused(400, "invalid_field");
    admin.post("/admin/banners", json!({ "type": 1, "title": "负数", "jump_id": -1 })).refused(400, "invalid_field");
    let id = banner(&server, 2, "广告");
    let path = format!("/admin/banners/{id}");
    let change = json!({ "jump_mode": 1, "href": "https://example.com", "jump_id": "7" });
    assert_eq!(admin.patch(&path, change).ok()["jump_id"], 7);
    server.restart();
    let admin = server.admin();
    assert_eq!(admin.get(&path).ok()["href"], "https://example.com");
    assert_eq!(admin.get("/admin/banners?type=2").ok()["total"], 1);
    assert_eq!(admin.get("/admin/banners?type=1").ok()["total"], 0);
    admin.delete(&path).ok();
    admin.delete(&path).refused(404, "not_found");
    server.patient().post("/admin/news", json!({ "type": 1, "title": "冒名" })).refused(403, "wrong_role");
}

#[test]
fn the_front_page_of_patients_shows_what_is_to_come() {
    let server = TestServer::open();
    let (doctor, member, patient) = (server.doctor(), server.doctor(), server.patient());
    let silver = org(&server, "银龄志愿队");
    enrol(&server, &member, silver);
    let event = special(&server, json!({ "org_id": silver, "hospital_id": server.hospital() }));
    let other_event = special(&server, json!({}));
    special(&server, json!({ "date": server.date(-1) }));
    let (by_doctor, by_member) = (publish(&server, &doctor, json!({})), publish(&server, &member, json!({})));
    let cancelled = publish(&server, &doctor, json!({ "date": server.date(2) }));
    doctor.get(format_args!("/project/{cancelled}/cancel")).ok();
    let banners: Vec<u64> = (0..11).map(|n| banner(&server, 1, &format!("广告{n}"))).collect();
    banner(&server, 2, "医生广告");
    let announced = news(&server, 1, "须知");
    news(&server, 3, "医助须知");

    let page = server.nobody().get("/custom/homepage").ok();
    assert_eq!(ids(&page["banner"]), banners.iter().rev().take(10).copied().collect::<Vec<_>>());
    assert_eq!(ids(&page["news"]), [announced]);
    assert_eq!(ids(&page["project_list"]), [by_member, by_doctor]);
    assert_eq!(ids(&page["special_pro_list"]), [other_event, event]);
    assert_eq!(page["project_list"][0]["is_join"], 0);
    let of_org = server.nobody().get(format_args!("/custom/homepage?org_id={silver}")).ok();
    assert_eq!((ids(&of_org["project_list"]), ids(&of_org["special_pro_list"])), (vec![by_member], vec![event]));
    let of_hospital = server.nobody().get(format_args!("/custom/homepage?hospital_id={}", server.hospital())).ok();
    assert_eq!((ids(&of_hospital["project_list"]).len(), ids(&of_hospital["special_pro_list"])), (2, vec![event]));
    let of_none = server.nobody().get("/custom/homepage?hospital_id=5&org_id=5").ok();
    assert_eq!((&of_none["project_list"], &of_none["special_pro_list"]), (&json!([]), &json!([])));
    server.nobody().get("/custom/homepage?org_id=x").refused(400, "invalid_field");

    join(&patient, by_member);
    assert_eq!(patient.get("/custom/homepage").ok()["project_list"][0]["is_join"], 1);
    server.nobody().with_token("bad").get("/custom/homepage").refused(401, "bad_token");
}

#[test]
fn doctors_and_assistants_have_front_pages_of_their_own() {
    let server = TestServer::open();
    let (doctor, other, assistant, patient) = (server.doctor(), server.doctor(), server.assistant(), server.patient());
    let (for_doctors, for_assistants) = (news(&server, 2, "接诊规范"), news(&server, 3, "医助须知"));
    let shown = banner(&server, 3, "感谢医助");
    let (mine, theirs) = (publish(&server, &doctor, json!({})), publish(&server, &other, json!({})));
    let registration = join(&patient, mine);
    join(&patient, theirs);

    let index = doctor.get("/doctor/index").ok();
    assert_eq!((ids(&index["news"]), ids(&index["project_list"])), (vec![for_doctors], vec![mine]));
    assert_eq!((&index["doctor_info"]["id"], &index["doctor_info"]["phone"]), (&json!(doctor.id), &json!(doctor.phone)));
    assert_eq!(ids(&index["diagnoses_list"]), [registration["id"].as_u64().unwrap()]);
    assert!(index["diagnoses_list"][0]["user_info"]["phone"].as_str().unwrap().contains("****"));
    assistant.get("/doctor/index").refused(403, "wrong_role");
    server.nobody().get("/doctor/index").refused(401, "no_token");

    let page = assistant.get("/assistant/homepage").ok();
    assert_eq!(
        (ids(&page["banner"]), ids(&page["news"]), ids(&page["project_list"])),
        (vec![shown], vec![for_assistants], vec![theirs, mine])
    );
    assert_eq!(page.get("special_pro_list"), None);
    doctor.get("/assistant/homepage").refused(403, "wrong_role");
    server.advance("27h");
    assert_eq!(doctor.get("/doctor/index").ok()["project_list"], json!([]));
    assert_eq!(assistant.get("/assistant/homepage").ok()["project_list"], json!([]));
}

#[test]
fn the_center_counts_what_was_not_read() {
    let server = TestServer::open();
    let (patient, assistant) = (server.patient(), server.assistant());
    let waiting = |answer: Value| (answer["user_info"]["id"].as_u64().unwrap(), answer["msg_count"].as_u64().unwrap());
    assert_eq!(waiting(patient.get("/custom/center").ok()), (patient.id, 0));
    for (to, number) in [("all", 1), ("patients", 2), ("assistants", 2)] {
        server.admin().post("/admin/notices", json!({ "title": "通知", "content": "内容", "to": to })).created();
        assert_eq!(waiting(patient.get("/custom/center").ok()).1, number, "{to}");
    }
    assert_eq!(waiting(assistant.get("/assistant/center").ok()), (assistant.id, 2));
    patient.get("/message").ok();
    assert_eq!(waiting(patient.get("/custom/center").ok()).1, 0);
    let own = patient.get("/custom/center").ok();
    assert_eq!((&own["user_info"]["phone"], own["user_info"].get("token")), (&json!(patient.phone), None));
    assistant.get("/custom/center").refused(403, "wrong_role");
    patient.get("/assistant/center").refused(403, "wrong_role");
    server.nobody().get("/custom/center").refused(401, "no_token");
}
