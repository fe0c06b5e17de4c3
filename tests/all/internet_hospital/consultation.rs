//! 10 订单模块: ordering, changing, listing, rating.

use serde_json::{Value, json};

use super::{doctor, number, order, order_form, paid_order, patient, reply, scene, shown, status, user};
use crate::kit::TestServer;

#[test]
fn an_order_waits_for_its_payment() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    assert_eq!((&made["status"], &made["fee"], &made["evaluated"]), (&json!("01"), &json!(1), &json!(false)));
    assert_eq!((&made["patientId"], &made["doctorId"]), (&json!(person), &json!(doc.id)));
    assert_eq!(made["images"], json!(["https://files.example.com/a.jpg", "https://files.example.com/b.png"]));
    let no = made["consultationNo"].as_str().unwrap();
    assert!(no.len() == 19 && no.starts_with("H0-") && no[3..].bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()), "{no}");
    assert_ne!(order(&me, &person, &doc)["consultationNo"], made["consultationNo"]);
    let mut plain = order_form(&person, &doc);
    plain.as_object_mut().unwrap().remove("images");
    assert_eq!(me.post("/api/consultation/create", plain).ok()["images"], json!([]));
}

#[test]
fn orders_that_cannot_be_are_refused() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let (other, closed) = (user(&server, "wx-2"), doctor(&server, 8, 1));
    let admin = |form: Value| drop(server.admin().patch(format_args!("/admin/doctors/{}", number(&json!(closed.id))), form).ok());
    admin(json!({ "image_and_text_open": false }));
    me.post("/consultation/create", order_form(&person, &closed)).refused(422, "doctor_closed");
    admin(json!({ "image_and_text_open": true }));
    me.post("/consultation/create", order_form(&person, &closed)).ok();
    server.admin().post(format_args!("/admin/doctors/{}/verify", number(&json!(closed.id))), json!({ "is_verify": 2 })).ok();
    me.post("/consultation/create", order_form(&person, &closed)).refused(422, "doctor_closed");
    other.post("/consultation/create", order_form(&person, &doc)).refused(403, "not_yours");
    for (field, value, status, slug) in [
        ("content", json!(""), 400, "missing_field"),
        ("consultationReason", Value::Null, 400, "missing_field"),
        ("patientId", json!("nobody"), 404, "not_found"),
        ("doctorId", json!(me.id), 404, "not_found"),
        ("images", json!(vec!["https://files.example.com/a.jpg"; 10]), 400, "invalid_field"),
        ("images", json!("[1,"), 400, "invalid_field"),
    ] {
        let mut form = order_form(&person, &doc);
        form[field] = value;
        me.post("/consultation/create", form).refused(status, slug);
    }
    doc.post("/consultation/create", order_form(&person, &doc)).refused(403, "wrong_role");
    me.post("/api/patient/delete", json!({ "id": person })).ok();
    me.post("/consultation/create", order_form(&person, &doc)).refused(404, "not_found");
}

#[test]
fn a_free_consultation_begins_at_once() {
    let server = TestServer::open();
    let (me, doc) = (user(&server, "wx-1"), doctor(&server, 1, 0));
    let person = patient(&me, 2);
    let made = order(&me, &person, &doc);
    assert_eq!((&made["status"], &made["fee"]), (&json!("03"), &json!(0)));
    me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).refused(422, "nothing_to_pay");
    me.post("/consultation/payment/query", json!({ "consultationId": made["id"] })).refused(404, "not_found");
    assert_eq!(me.post("/consultation/chatmessage", json!({ "consultationId": made["id"] })).ok().as_array().unwrap().len(), 5);
    // Nothing to give back, so it is given back at once.
    let asked = me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
    assert_eq!(asked["status"], "09");
    let finished = order(&me, &person, &doc);
    reply(&doc, &finished, "多喝水").ok();
    assert_eq!(doc.post("/consultation/update", json!({ "consultationId": finished["id"], "status": "07" })).ok()["status"], "07");
}

/// Every state that a scenario reaches, with every wish of both: what is not allowed names both states and changes nothing.
#[test]
fn only_the_legal_changes_are_heard() {
    // Refunds wait, so that 05 and 06 last.
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (me, person, doc) = scene(&server);
    let bring = |code: &str| {
        let made = match code {
            "01" => return order(&me, &person, &doc),
            "02" => {
                let made = order(&me, &person, &doc);
                me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "02" })).ok();
                return made;
            }
            _ => paid_order(&server, &me, &person, &doc),
        };
        if matches!(code, "04" | "07") {
            reply(&doc, &made, "您好").ok();
        }
        if code == "07" {
            doc.post("/consultation/update", json!({ "consultationId": made["id"], "status": "07" })).ok();
        }
        if matches!(code, "06" | "09") {
            me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
        }
        if matches!(code, "05" | "08") {
            server.advance("48h");
        }
        if matches!(code, "08" | "09") {
            let refunds = server.admin().get("/admin/refunds?status=pending").ok();
            let refund = refunds["items"].as_array().unwrap().iter().find(|one| one["source_id"] == number(&made["id"])).unwrap();
            server.admin().post(format_args!("/admin/refunds/{}/approve", refund["id"]), json!({})).ok();
            server.settle();
        }
        made
    };
    for from in ["01", "02", "03", "04", "05", "06", "07", "08", "09"] {
        let made = bring(from);
        let is = |expected: &str| assert_eq!(shown_to(&server, &me, &made), expected, "from {from}");
        is(from);
        for to in ["01", "02", "03", "04", "05", "06", "07", "08", "09"] {
            for (caller, legal) in [(&me, matches!((from, to), ("01", "02") | ("03", "06"))), (&doc, (from, to) == ("04", "07"))] {
                if !legal {
                    let answer = caller.post("/consultation/update", json!({ "consultationId": made["id"], "status": to }));
                    answer.refused(422, "illegal_transition");
                    let message = answer.json["msg"].as_str().unwrap();
                    assert!(message.contains(from) && message.contains(to), "{message}");
                }
            }
        }
        is(from);
        if let Some((caller, to)) =
            [("01", (&me, "02")), ("03", (&me, "06")), ("04", (&doc, "07"))].into_iter().find(|(of, _)| *of == from).map(|(_, it)| it)
        {
            assert_eq!(caller.post("/consultation/update", json!({ "consultationId": made["id"], "status": to })).ok()["status"], to);
        }
    }
    let made = order(&me, &person, &doc);
    let change = |caller: &super::Caller, form: Value| caller.post("/consultation/update", form);
    change(&user(&server, "x"), json!({ "consultationId": made["id"], "status": "02" })).refused(403, "not_yours");
    change(&me, json!({ "consultationId": made["id"], "status": "10" })).refused(400, "invalid_field");
    change(&me, json!({ "consultationId": made["id"] })).refused(400, "missing_field");
    change(&me, json!({ "consultationId": "0", "status": "02" })).refused(404, "not_found");
}

/// The state as the patient's list shows it. Tokens outlive neither a week nor, here, several times two days.
fn shown_to(server: &TestServer, me: &super::Caller, order: &Value) -> String {
    let again = user(server, "open-one");
    assert_eq!(again.id, me.id);
    status(&again, order)
}

#[test]
fn each_lists_what_is_theirs() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let (other, second) = (user(&server, "wx-2"), doctor(&server, 8, 1));
    let his = patient(&other, 9);
    let mine: Vec<Value> = (0..3).map(|_| order(&me, &person, &doc)).collect();
    let to_second = paid_order(&server, &me, &person, &second);
    order(&other, &his, &doc);
    let list = |caller: &super::Caller, form: Value| caller.post("/consultation/list", form).ok();
    let all = list(&me, json!({}));
    assert_eq!((&all["page_info"], &all["items"][0]["id"]), (&json!({ "skip": 0, "limit": 10, "total": 4 }), &to_second["id"]));
    let page = list(&me, json!({ "skip": 1, "limit": 2 }));
    assert_eq!((&page["items"][0]["id"], &page["items"][1]["id"]), (&mine[2]["id"], &mine[1]["id"]));
    let item = &all["items"][1];
    assert_eq!((&item["patient"]["_id"], &item["doctor"]["_id"]), (&json!(person), &json!(doc.id)));
    assert!(item["doctor"].get("password").is_none() && item["doctor"].get("openId").is_none());
    assert_eq!(list(&me, json!({ "status": "03" }))["page_info"]["total"], 1);
    assert_eq!(list(&me, json!({ "doctorId": doc.id, "status": 1 }))["page_info"]["total"], 3);
    assert_eq!(list(&me, json!({ "patientId": person }))["page_info"]["total"], 4);
    assert_eq!(list(&me, json!({ "consultationId": mine[0]["id"] }))["items"][0]["id"], mine[0]["id"]);
    assert_eq!(list(&doc, json!({}))["page_info"]["total"], 4);
    assert_eq!(list(&doc, json!({ "doctorId": doc.id, "patientId": his, "status": "01" }))["page_info"]["total"], 1);
    for (caller, form) in [
        (&me, json!({ "patientId": his })),
        (&other, json!({ "consultationId": mine[0]["id"] })),
        (&second, json!({ "doctorId": doc.id })),
        (&second, json!({ "patientId": his })),
    ] {
        caller.post("/consultation/list", form).refused(403, "not_yours");
    }
    me.post("/consultation/list", json!({ "status": "00" })).refused(400, "invalid_field");
    me.post("/consultation/list", json!({ "doctorId": "x" })).refused(404, "not_found");
    // A deleted patient still stands in old orders.
    me.post("/api/patient/delete", json!({ "id": person })).ok();
    let item = shown(&me, &mine[0]);
    assert_eq!(
        (item["patient"]["deleted_at"].as_str().unwrap(), &item["patient"]["name"]),
        ("2026-03-02T01:00:00.000Z", &json!("就诊人1"))
    );
}

#[test]
fn a_doctor_sees_the_patient_in_full_and_the_look_is_written_down() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    paid_order(&server, &me, &person, &doc);
    let item = doc.post("/consultation/list", json!({})).ok()["items"][0].clone();
    assert_eq!(item["patient"]["certificateNo"].as_str().unwrap().len(), 18);
    assert!(!item["patient"]["certificateNo"].as_str().unwrap().contains('*'));
    let audit = server.admin().get("/admin/audit").ok();
    let look = audit["items"].as_array().unwrap().iter().find(|row| row["action"] == "look").unwrap();
    assert_eq!((&look["subject_id"], &look["account_id"]), (&json!(number(&json!(me.id))), &json!(number(&json!(doc.id)))));
}

#[test]
fn a_finished_consultation_is_rated_once() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let order = paid_order(&server, &me, &person, &doc);
    let questions = server.nobody().post("/api/evaluateQuesion/list", json!({})).ok();
    let of = |kind: &str| questions.as_array().unwrap().iter().find(|q| q["type"] == kind).unwrap()["id"].clone();
    let (score, text) = (of("01"), of("02"));
    let rate = |caller: &super::Caller, answers: Value| {
        caller.post("/api/consultation/evaluate", json!({ "consultationId": order["id"], "answers": answers }))
    };
    let good = json!([{ "questionId": score, "score": "4" }, { "questionId": text, "text": "很耐心" }]);
    rate(&me, good.clone()).refused(422, "not_finished");
    reply(&doc, &order, "您好").ok();
    doc.post("/consultation/update", json!({ "consultationId": order["id"], "status": "07" })).ok();
    for (answers, status, slug) in [
        (json!([]), 400, "invalid_field"),
        (json!("x"), 400, "invalid_field"),
        (Value::Null, 400, "missing_field"),
        (json!([{ "questionId": score, "score": 6 }]), 400, "invalid_field"),
        (json!([{ "questionId": score, "text": "好" }]), 422, "wrong_answer"),
        (json!([{ "questionId": text, "score": 5 }]), 422, "wrong_answer"),
        (json!([{ "questionId": score, "score": 5 }, { "questionId": score, "score": 5 }]), 422, "wrong_answer"),
        (json!([{ "questionId": "x", "score": 5 }]), 404, "not_found"),
        (json!([{ "score": 5 }]), 400, "missing_field"),
    ] {
        rate(&me, answers).refused(status, slug);
    }
    rate(&user(&server, "x"), good.clone()).refused(403, "not_yours");
    rate(&doc, good.clone()).refused(403, "wrong_role");
    assert_eq!(rate(&me, json!(good.to_string())).ok()["evaluated"], true);
    rate(&me, good).refused(409, "already_evaluated");
    assert_eq!(server.nobody().post("/api/doctor/detail", json!({ "id": doc.id })).ok()["score"], "4.0");
}

#[test]
fn administrators_see_every_order() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let second = doctor(&server, 8, 1);
    let first = paid_order(&server, &me, &person, &doc);
    reply(&doc, &first, "您好").ok();
    order(&me, &person, &second);
    let list = |query: &str| server.admin().get(format_args!("/admin/consultations{query}")).ok();
    assert_eq!(list("")["total"], 2);
    assert_eq!(list("?status=04")["items"][0]["id"], number(&first["id"]));
    assert_eq!(list(&format!("?doctor_id={}", number(&json!(second.id))))["total"], 1);
    assert_eq!(list(&format!("?q={}", first["consultationNo"].as_str().unwrap()))["total"], 1);
    assert_eq!((&list("?q=就诊人1")["total"], &list("?q=没有")["total"]), (&json!(2), &json!(0)));
    server.admin().get("/admin/consultations?status=10").refused(400, "invalid_field");
    let id = number(&first["id"]);
    let shown = server.admin().get(format_args!("/admin/consultations/{id}")).ok();
    assert_eq!(
        (&shown["status"], &shown["replies"], &shown["content"], &shown["messages"]),
        (&json!("04"), &json!(1), &json!(""), &json!([]))
    );
    server.admin().post(format_args!("/admin/consultations/{id}/reveal"), json!({})).refused(400, "missing_field");
    let whole = server.admin().post(format_args!("/admin/consultations/{id}/reveal"), json!({ "reason": "投诉核实" })).ok();
    assert_eq!(whole["content"], "肚子痛三天");
    assert_eq!(whole["messages"].as_array().unwrap().len(), 6, "all but the patient's hints");
    assert_eq!((&shown["counts"], &shown["counts"]["messages"]), (&whole["counts"], &json!(6)));
    server.admin().get("/admin/consultations/1").refused(404, "not_found");
    // Who has ordered or was asked stays.
    server.admin().delete(format_args!("/admin/patients/{}", number(&json!(me.id)))).refused(409, "kept_by_law");
    server.admin().delete(format_args!("/admin/doctors/{}", number(&json!(second.id)))).refused(409, "in_use");
}

#[test]
fn who_only_looked_around_may_go() {
    let server = TestServer::open();
    let (me, doc) = (user(&server, "wx-1"), doctor(&server, 1, 1));
    me.post("/api/doctorCollection/create", json!({ "userId": me.id, "doctorId": doc.id })).ok();
    doc.post("/api/quickReply/create", json!({ "doctorId": doc.id, "title": "问候", "content": "您好" })).ok();
    patient(&me, 2);
    server.admin().post("/admin/notices", json!({ "title": "放假通知", "content": "内容", "to": "all" })).created();
    server.settle();
    server.admin().delete(format_args!("/admin/doctors/{}", number(&json!(doc.id)))).ok();
    assert_eq!(me.post("/api/doctorCollection/list", json!({ "userId": me.id })).ok(), json!([]));
    server.admin().delete(format_args!("/admin/patients/{}", number(&json!(me.id)))).ok();
    me.post("/api/doctorCollection/list", json!({ "userId": me.id })).refused(401, "bad_token");
    let view = server.app().store.view();
    assert_eq!(view.total::<xuanhu::domain::messaging::message::Message>().unwrap(), 0);
}
