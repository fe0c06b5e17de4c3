//! Paid consultations, from every state by every event.

use serde_json::{Value, json};
use xuanhu::{
    base::money::Fen,
    domain::{
        clinic_wide::settlement,
        consultation::state::{ConsultationEvent, ConsultationStatus, TRANSITIONS},
        notice::notification::{
            Movement::{self, *},
            Whom::{Doctor, Patient},
        },
    },
};

use super::told;
use crate::{
    internet_hospital::{Caller, order, paid_order, reply, scene, status},
    kit::TestServer,
};

pub fn stories() {
    for (from, event, ..) in TRANSITIONS {
        transition(*from, *event);
    }
    a_free_one();
    money_that_comes_too_late();
    what_is_kept();
}

/// Who is told of a transition, and what, after what came before it.
fn transition(from: ConsultationStatus, event: ConsultationEvent) {
    let approval = matches!(event, ConsultationEvent::RefundRefused | ConsultationEvent::MoneyBack);
    let server = TestServer::with(&[("payment.refund_approval", if approval { "true" } else { "false" }), ("auth.session_ttl", "60d")]);
    let (me, person, doc) = scene(&server);
    let made = match from {
        ConsultationStatus::Unpaid => order(&me, &person, &doc),
        _ => paid_order(&server, &me, &person, &doc),
    };
    let wish = |caller: &Caller, code: &str| {
        drop(caller.post("/consultation/update", json!({ "consultationId": made["id"], "status": code })).ok());
    };
    let said = || reply(&doc, &made, "多喝水").ok();
    let (of_patient, of_doctor): (&[Movement], &[Movement]) = match (from, event) {
        (ConsultationStatus::Unpaid, ConsultationEvent::Pay) => {
            crate::internet_hospital::pay(&server, &me, &made);
            (&[ConsultationBegun], &[ConsultationBegun])
        }
        (ConsultationStatus::Unpaid, ConsultationEvent::Cancel) => {
            wish(&me, "02");
            (&[ConsultationCancelled], &[])
        }
        (ConsultationStatus::Unpaid, ConsultationEvent::PayWindowOver) => {
            server.advance("31m");
            (&[ConsultationNotPaid], &[])
        }
        (ConsultationStatus::Waiting, ConsultationEvent::FirstReply) => {
            said();
            (&[ConsultationBegun, ConsultationAnswered], &[ConsultationBegun])
        }
        (ConsultationStatus::Waiting, ConsultationEvent::AskRefund) => {
            wish(&me, "06");
            (&[ConsultationBegun, FeeRefundAsked, FeeReturned], &[ConsultationBegun, FeeRefundAsked, FeeReturned])
        }
        (ConsultationStatus::Waiting, ConsultationEvent::ReplyWindowOver) => {
            server.advance("48h");
            (&[ConsultationBegun, ConsultationExpired, FeeReturned], &[ConsultationBegun, ConsultationExpired, FeeReturned])
        }
        (ConsultationStatus::InProgress, ConsultationEvent::Finish) => {
            said();
            wish(&doc, "07");
            (&[ConsultationBegun, ConsultationAnswered, ConsultationFinished], &[ConsultationBegun])
        }
        (ConsultationStatus::InProgress, ConsultationEvent::ReplyWindowOver) => {
            said();
            server.advance("48h");
            (&[ConsultationBegun, ConsultationAnswered, ConsultationTimeOver], &[ConsultationBegun, ConsultationTimeOver])
        }
        (ConsultationStatus::InProgress, ConsultationEvent::NoReplyStands) => {
            let reply = said();
            doc.post("/api/consultation/chat/message/retract", json!({ "id": reply["id"] })).ok();
            server.advance("48h");
            let rest = [ConsultationExpired, FeeReturned];
            assert_eq!(tail(&server, &me), rest);
            (
                &[ConsultationBegun, ConsultationAnswered, ConsultationExpired, FeeReturned],
                &[ConsultationBegun, ConsultationExpired, FeeReturned],
            )
        }
        (ConsultationStatus::Expired, ConsultationEvent::MoneyBack) => {
            server.advance("48h");
            decide(&server, "approve");
            (
                &[ConsultationBegun, ConsultationExpired, FeeRefundApproved, FeeReturned],
                &[ConsultationBegun, ConsultationExpired, FeeReturned],
            )
        }
        (ConsultationStatus::RefundAsked, ConsultationEvent::MoneyBack) => {
            wish(&me, "06");
            decide(&server, "approve");
            (&[ConsultationBegun, FeeRefundAsked, FeeRefundApproved, FeeReturned], &[ConsultationBegun, FeeRefundAsked, FeeReturned])
        }
        (ConsultationStatus::RefundAsked, ConsultationEvent::RefundRefused) => {
            wish(&me, "06");
            decide(&server, "reject");
            (&[ConsultationBegun, FeeRefundAsked, FeeRefundRefused], &[ConsultationBegun, FeeRefundAsked, FeeRefundRefused])
        }
        (ConsultationStatus::Unpaid, ConsultationEvent::DoctorClosed) => {
            shut_out(&server, &doc);
            (&[OrderClosed], &[])
        }
        (ConsultationStatus::Waiting, ConsultationEvent::DoctorClosed) => {
            shut_out(&server, &doc);
            (&[ConsultationBegun, ConsultationClosed, FeeReturned], &[ConsultationBegun])
        }
        (ConsultationStatus::InProgress, ConsultationEvent::DoctorClosed) => {
            said();
            shut_out(&server, &doc);
            (&[ConsultationBegun, ConsultationAnswered, ConsultationClosed, FeeReturned], &[ConsultationBegun])
        }
        (ConsultationStatus::Waiting, ConsultationEvent::Stop) => {
            stop(&doc, &made["id"]);
            (&[ConsultationBegun, ConsultationStopped, FeeReturned], &[ConsultationBegun])
        }
        (ConsultationStatus::InProgress, ConsultationEvent::Stop) => {
            said();
            stop(&doc, &made["id"]);
            (&[ConsultationBegun, ConsultationAnswered, ConsultationStopped, FeeReturned], &[ConsultationBegun])
        }
        other => panic!("tell who hears of {other:?}"),
    };
    if event == ConsultationEvent::DoctorClosed {
        // Whoever is shut out reads nothing any more.
        assert_eq!(told(&me, &[Patient]), of_patient);
        return;
    }
    are(&server, &me, &doc, of_patient, of_doctor);
    if approval && event == ConsultationEvent::MoneyBack {
        assert!(matches!(status(&me, &made).as_str(), "08" | "09"));
    }
}

fn stop(doc: &Caller, id: &serde_json::Value) {
    let id = id.as_str().unwrap();
    doc.post(format_args!("/consultation/{id}/stop"), json!({ "reason": "unfit", "advice": "请到心内科门诊" })).ok();
}

fn shut_out(server: &TestServer, doc: &Caller) {
    // The last 16 digits are the number that administrators know.
    let id = u64::from_str_radix(&doc.id[8..], 16).unwrap();
    let verify = |is_verify: u8| server.admin().post(format_args!("/admin/doctors/{id}/verify"), json!({ "is_verify": is_verify })).ok();
    verify(2);
    server.settle();
}

fn are(server: &TestServer, me: &Caller, doc: &Caller, of_patient: &[Movement], of_doctor: &[Movement]) {
    server.settle();
    assert_eq!(told(me, &[Patient]), of_patient);
    assert_eq!(told(doc, &[Doctor]), of_doctor);
}

/// The last two things.
fn tail(server: &TestServer, me: &Caller) -> Vec<Movement> {
    server.settle();
    let all = told(me, &[Patient]);
    all[all.len() - 2..].to_vec()
}

fn decide(server: &TestServer, word: &str) {
    let refund = server.admin().get("/admin/refunds?status=pending").ok()["items"][0]["id"].clone();
    server.admin().post(format_args!("/admin/refunds/{refund}/{word}"), json!({})).ok();
    server.settle();
}

fn texts(me: &Caller) -> String {
    me.get("/message").ok()["list"].to_string()
}

/// Nothing was paid, so nothing is said of money.
fn a_free_one() {
    let server = TestServer::open();
    let me = crate::internet_hospital::user(&server, "open-one");
    let person = crate::internet_hospital::patient(&me, 1);
    let doc = crate::internet_hospital::doctor(&server, 2, 0);
    let made = order(&me, &person, &doc);
    me.post("/consultation/update", json!({ "consultationId": made["id"], "status": "06" })).ok();
    are(&server, &me, &doc, &[ConsultationBegun, FeeRefundAsked], &[ConsultationBegun, FeeRefundAsked]);
    assert!(!texts(&me).contains('元'), "{}", texts(&me));
}

fn money_that_comes_too_late() {
    let server = TestServer::open();
    let (me, person, doc) = scene(&server);
    let made = order(&me, &person, &doc);
    let payment = me.post("/consultation/payment/create", json!({ "consultationId": made["id"] })).ok();
    server.advance("31m");
    let number = payment["outTradeNo"].as_str().unwrap().to_owned();
    server.app().store.write_blocking(move |db| settlement::received(db, &number, Fen(1))).unwrap();
    are(&server, &me, &doc, &[ConsultationNotPaid, FeeTooLate, FeeReturned], &[]);
}

/// A refund that is refused where there is nothing to go on with: it is said where to turn, and the clinic may think better of it.
fn what_is_kept() {
    let server = TestServer::with(&[("payment.refund_approval", "true")]);
    let (me, person, doc) = scene(&server);
    let made = paid_order(&server, &me, &person, &doc);
    server.advance("48h");
    let me = crate::internet_hospital::user(&server, "open-one");
    decide(&server, "reject");
    server.admin().post(format_args!("/admin/consultations/{}/refund", crate::internet_hospital::number(&made["id"])), json!({})).ok();
    decide(&server, "approve");
    let all = [ConsultationBegun, ConsultationExpired, FeeKept, FeeRefundByClinic, FeeRefundApproved, FeeReturned];
    are(&server, &me, &doc, &all, &[ConsultationBegun, ConsultationExpired, FeeRefundByClinic, FeeReturned]);
    assert!(texts(&me).contains("咨询费用 0.01 元退款未通过，如有疑问请联系诊所"), "{}", texts(&me));
    assert_eq!(Value::from(status(&me, &made)), json!("08"));
}
