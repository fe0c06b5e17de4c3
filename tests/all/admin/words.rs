//! Diagnosis terms, consultation reasons, evaluation questions.

use serde_json::json;

use super::{deeds, id, ids};
use crate::kit::TestServer;

#[test]
fn terms_are_found_by_name_and_by_code() {
    let server = TestServer::open();
    let admin = server.admin();
    let known = admin.get("/admin/diagnosis-terms?page_size=1").ok()["total"].as_u64().unwrap();
    admin.post("/admin/diagnosis-terms", json!({ "code": "Z99" })).refused(400, "missing_field");
    let made = admin.post("/admin/diagnosis-terms", json!({ "name": "试验病", "code": "Z99.987" })).created();
    admin.post("/admin/diagnosis-terms", json!({ "name": "试验病" })).refused(409, "term_taken");
    for q in ["试验", "z99.987"] {
        assert_eq!(ids(&admin.get(format_args!("/admin/diagnosis-terms?q={q}"))), (vec![id(&made)], 1), "{q}");
    }
    let path = format!("/admin/diagnosis-terms/{}", id(&made));
    let other = &admin.get("/admin/diagnosis-terms?page=2&page_size=1").ok()["items"][0];
    admin.patch(&path, json!({ "name": other["name"] })).refused(409, "term_taken");
    assert_eq!(admin.patch(&path, json!({ "code": "" })).ok(), json!({ "id": made["id"], "name": "试验病", "code": "" }));
    assert_eq!(admin.get(&path).ok()["code"], "");
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    assert_eq!(admin.get("/admin/diagnosis-terms").ok()["total"], known);
    assert_eq!(deeds(&admin, "diagnosis_term", id(&made)), ["delete", "update", "create"]);
}

#[test]
fn reasons_come_and_go() {
    let server = TestServer::open();
    let admin = server.admin();
    let made = admin.post("/admin/consultation-reasons", json!({ "reason": "用药咨询二", "sort": 9 })).created();
    admin.post("/admin/consultation-reasons", json!({ "reason": "" })).refused(400, "missing_field");
    admin.post("/admin/consultation-reasons", json!({ "reason": "x", "sort": -1 })).refused(400, "invalid_field");
    assert_eq!(ids(&admin.get("/admin/consultation-reasons?q=用药咨询二")), (vec![id(&made)], 1));
    server.advance("1h");
    let path = format!("/admin/consultation-reasons/{}", id(&made));
    let changed = admin.patch(&path, json!({ "reason": "复查" })).ok();
    assert_eq!((&changed["reason"], &changed["sort"], &changed["created_at"]), (&json!("复查"), &json!(9), &made["created_at"]));
    assert_eq!(changed["updated_at"], "2026-03-02T02:00:00.000Z");
    assert_eq!(admin.get(&path).ok(), changed);
    admin.delete(&path).ok();
    admin.patch(&path, json!({ "reason": "x" })).refused(404, "not_found");
}

#[test]
fn questions_are_spelled_both_ways() {
    let server = TestServer::open();
    let admin = server.admin();
    let wrong = admin.post("/admin/evaluation-questions", json!({ "quesion": "还会再来吗", "type": "02" })).created();
    let right = admin.post("/admin/evaluation-questions", json!({ "question": "等得久吗" })).created();
    assert_eq!((&wrong["question"], &wrong["quesion"], &wrong["type"]), (&json!("还会再来吗"), &json!("还会再来吗"), &json!("02")));
    assert_eq!((&right["question"], &right["type"]), (&json!("等得久吗"), &json!("01")));
    admin.post("/admin/evaluation-questions", json!({ "type": "01" })).refused(400, "missing_field");
    admin.post("/admin/evaluation-questions", json!({ "question": "x", "type": "03" })).refused(400, "invalid_field");
    assert_eq!(ids(&admin.get("/admin/evaluation-questions?q=再来")), (vec![id(&wrong)], 1));
    let path = format!("/admin/evaluation-questions/{}", id(&wrong));
    assert_eq!(admin.patch(&path, json!({ "type": 1, "sort": 3 })).ok()["type"], "01");
    let shown = admin.get(&path).ok();
    assert_eq!((&shown["question"], &shown["sort"]), (&json!("还会再来吗"), &json!(3)));
    admin.delete(&path).ok();
    admin.delete(&path).refused(404, "not_found");
}
