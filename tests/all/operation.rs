//! Health and counters, for supervisors and monitors.

use serde_json::json;

use crate::kit::TestServer;

#[test]
fn a_supervisor_sees_that_the_clinic_is_open() {
    let server = TestServer::open();
    server.settle(); // the index has caught up
    assert_eq!(server.nobody().get("/healthz").ok(), json!({ "status": "ok" }));
    assert_eq!(server.nobody().get("/readyz").ok(), json!({ "status": "ready" }));
    server.nobody().post("/healthz", json!({})).refused(405, "method_not_allowed");
    server.nobody().get("/files/no-such-file.png").refused(404, "not_found");
    let metrics = server.nobody().get("/metrics");
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"), "{metrics}");
    let text = String::from_utf8(metrics.bytes).unwrap();
    let counted = "xuanhu_http_requests_total{method=\"GET\",path=\"/healthz\",status=\"200\"} 1";
    assert!(text.lines().any(|line| line == counted) && text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn counters_are_for_this_machine_and_for_administrators() {
    let server = TestServer::with(&[("http.trusted_proxies", "127.0.0.1")]);
    let from_outside = |client: crate::kit::Client| client.request("GET", "/metrics").header("X-Forwarded-For", "203.0.113.9").send();
    from_outside(server.nobody()).refused(403, "wrong_role");
    assert_eq!(from_outside(server.admin()).status, 200);
}
