//! The kit itself: people come in, the clock moves, the clinic closes and opens again.

use std::time::{Duration, Instant};

use serde_json::json;
use xuanhu::{base::time::DAY, domain::identity::session::Session};

use crate::kit::TestServer;

#[test]
fn people_come_in_and_keep_their_tokens() {
    let mut server = TestServer::open();
    let (patient, doctor, assistant) = (server.patient(), server.doctor(), server.assistant());
    assert_eq!(patient.get("/user").ok()["real_name"], patient.name);
    assert_eq!(doctor.get("/user").ok()["is_verify"], 1);
    assert_eq!(assistant.get("/user").ok()["id"], assistant.id);
    server.restart();
    let patient = patient.at(&server);
    assert_eq!(patient.get("/user").ok()["phone"], patient.phone);
    server.advance("8d");
    patient.get("/user").refused(401, "bad_token");
    patient.signed_in_again(&server).get("/user").ok();
    server.nobody().post("/login", json!({})).refused(400, "missing_field");
}

#[test]
fn supervisors_and_monitors_are_answered() {
    let server = TestServer::open();
    let nobody = server.nobody();
    assert_eq!(nobody.get("/healthz").ok()["status"], "ok");
    server.settle(); // the search index has caught up
    assert_eq!(nobody.get("/readyz").ok()["status"], "ready");
    nobody.get("/city").ok();
    nobody.get("/user").refused(401, "no_token");
    let metrics = String::from_utf8(nobody.get("/metrics").bytes).unwrap();
    for line in [
        r#"xuanhu_http_requests_total{method="GET",path="/city",status="200"} 1"#,
        r#"xuanhu_http_request_seconds_count{method="GET",path="/readyz"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    // A head is the same without its body.
    let head = nobody.request("HEAD", "/healthz").send();
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

/// The kit does what is due by itself; a running server has its scheduler.
#[test]
fn the_clockwork_does_what_is_due() {
    let server = TestServer::with(&[("scheduler.tick", "20ms")]);
    let patient = server.patient();
    let sessions = || server.app().store.view().total::<Session>().unwrap();
    let before = sessions();
    assert!(before >= 1);
    server.app().clock.advance(8 * DAY);
    let deadline = Instant::now() + Duration::from_secs(20);
    while sessions() > 0 {
        assert!(Instant::now() < deadline, "{} of {before} sessions are still there", sessions());
        std::thread::yield_now();
    }
    patient.get("/user").refused(401, "bad_token");
}
