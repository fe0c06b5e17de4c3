//! 5, 6 and 11.1: the clinic's lists. 11: diagnoses.

use serde_json::{Value, json};

use super::{doctor, paid_order, patient, reply, scene, user};
use crate::kit::TestServer;

#[test]
fn reasons_and_questions_are_the_clinics() {
    let server = TestServer::open();
    let made = server.admin().post("/admin/consultation-reasons", json!({ "reason": "远程会诊", "sort": 99 })).created();
    let reasons = server.nobody().post("/api/consultationReason/list", json!({})).ok();
    let last = reasons.as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["reason"].as_str().unwrap(), super::number(&last["id"])), ("远程会诊", made["id"].as_u64().unwrap()));
    server.admin().post("/admin/evaluation-questions", json!({ "quesion": "您会推荐吗", "type": "02", "sort": 99 })).created();
    for path in ["/api/evaluateQuesion/list", "/api/evaluateQuestion/list"] {
        let questions = server.nobody().post(path, json!({})).ok();
        let last = questions.as_array().unwrap().last().unwrap();
        assert_eq!((&last["quesion"], &last["question"], &last["type"]), (&json!("您会推荐吗"), &json!("您会推荐吗"), &json!("02")));
    }
}

#[test]
fn the_dictionary_finds_by_relevance_then_name() {
    let server = TestServer::open();
    for name in ["头疼病史", "假想头疼", "头疼", "牙头疼"] {
        server.admin().post("/admin/diagnosis-terms", json!({ "name": name, "code": "" })).created();
    }
    let find = |form: Value| server.nobody().post("/dictionary/diagnosis/list", form).ok();
    let page = find(json!({ "keyword": "头疼" }));
    let names: Vec<_> = page["items"].as_array().unwrap().iter().map(|term| term["name"].as_str().unwrap()).collect();
    assert_eq!(names[0], "头疼");
    assert_eq!(names[1], "头疼病史");
    assert!(names.contains(&"假想头疼") && names.contains(&"牙头疼"));
    assert_eq!(page["page_info"]["total"].as_u64().unwrap(), names.len() as u64);
    let second = find(json!({ "keyword": "头疼", "skip": "1", "limit": "2" }));
    assert_eq!(second["items"][0]["name"], names[1]);
    assert_eq!((second["items"].as_array().unwrap().len(), &second["page_info"]["skip"]), (2, &json!(1)));
    let all = find(json!({}));
    assert_eq!(all["items"].as_array().unwrap().len(), 10);
    assert!(all["page_info"]["total"].as_u64().unwrap() > 500);
    assert_eq!(find(json!({ "limit": 0 }))["items"], json!([]));
    server.nobody().post("/dictionary/diagnosis/list", json!({ "skip": -1 })).refused(400, "invalid_field");
}

#[test]
fn the_treating_doctor_diagnoses_once_and_again() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let findings = |order: &Value, main: &str| {
        json!({
            "consultationId": order["id"], "mainDiagnosis": main, "secondDiagnosis": "[\"痛\",\"痒\"]",
            "chiefComplaint": "我的头好疼", "historyOfPastIllness": "没什么既往史",
        })
    };
    let unpaid = super::order(&me, &person, &doc);
    doc.post("/treatment/diagnisis/upsert", findings(&unpaid, "偏头痛")).refused(422, "no_diagnosis_now");
    let order = paid_order(&server, &me, &person, &doc);
    for reader in [&me, &doc] {
        let none = reader.post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": order["id"] }));
        assert_eq!((none.ok(), none.json.get("data")), (Value::Null, Some(&Value::Null)));
    }
    me.post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": "1" })).refused(404, "not_found");
    let first = doc.post("/treatment/diagnisis/upsert", findings(&order, "偏头痛")).ok();
    assert_eq!(
        (&first["secondDiagnosis"], &first["patientId"], &first["doctorId"]),
        (&json!(["痛", "痒"]), &json!(person), &json!(doc.id))
    );
    server.advance("1h");
    reply(&doc, &order, "您好").ok();
    let second = doc.post("/api/treatment/diagnosis/upsert", findings(&order, "紧张性头痛")).ok();
    assert_eq!((&second["_id"], &second["created_at"]), (&first["_id"], &first["created_at"]));
    assert_eq!((second["updated_at"].as_str().unwrap(), &second["mainDiagnosis"]), ("2026-03-02T02:00:00.000Z", &json!("紧张性头痛")));
    let query = json!({ "consultationId": order["id"] });
    assert_eq!(me.post("/treatment/diagnosis/queryByConsultation", query.clone()).ok(), second);
    assert_eq!(doc.post("/treatment/diagnisis/queryByConsultation", query.clone()).ok(), second);
    let (stranger, other) = (user(&server, "wx-x"), doctor(&server, 9, 1));
    stranger.post("/treatment/diagnisis/queryByConsultation", query.clone()).refused(403, "not_yours");
    other.post("/treatment/diagnisis/queryByConsultation", query).refused(403, "not_yours");
    other.post("/treatment/diagnisis/upsert", findings(&order, "x")).refused(403, "not_yours");
    me.post("/treatment/diagnisis/upsert", findings(&order, "x")).refused(403, "wrong_role");
    let mut form = findings(&order, "x");
    form["chiefComplaint"] = Value::Null;
    doc.post("/treatment/diagnisis/upsert", form).refused(400, "missing_field");
    let refunded = paid_order(&server, &me, &patient(&me, 7), &doc);
    me.post("/consultation/update", json!({ "consultationId": refunded["id"], "status": "06" })).ok();
    doc.post("/treatment/diagnisis/upsert", findings(&refunded, "x")).refused(422, "no_diagnosis_now");
}
