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
fn a_monitor_sees_disk_memory_index_and_what_waits() {
    let server = TestServer::open();
    server.settle();
    let text = String::from_utf8(server.nobody().get("/metrics").bytes).unwrap();
    let gauge = |name: &str| -> i64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.trim().parse().unwrap()
    };
    assert!(
        gauge("xuanhu_disk_free_bytes ") > 0 && gauge("xuanhu_memory_resident_bytes ") > 1_000_000 && gauge("xuanhu_http_connections ") > 0
    );
    for zero in ["index_lag_seconds ", "tls_certificate_end_seconds ", "undelivered{stream=\"sms\"} ", "undelivered{stream=\"events\"} "] {
        assert_eq!(gauge(&format!("xuanhu_{zero}")), 0, "{zero}");
    }
}

#[test]
fn counters_are_for_this_machine_and_for_administrators() {
    let server = TestServer::with(&[("http.trusted_proxies", "127.0.0.1")]);
    let from_outside = |client: crate::kit::Client| client.request("GET", "/metrics").header("X-Forwarded-For", "203.0.113.9").send();
    from_outside(server.nobody()).refused(403, "wrong_role");
    assert_eq!(from_outside(server.admin()).status, 200);
    // A proxy on this machine that nobody has told us of makes nobody local either.
    let server = TestServer::open();
    for header in ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"] {
        server.nobody().request("GET", "/metrics").header(header, "127.0.0.1").send().refused(403, "wrong_role");
    }
    assert_eq!(server.nobody().get("/metrics").status, 200);
}

/// Absolute addresses lead back the way that the client came.
#[test]
fn addresses_are_those_by_which_the_client_came() {
    let picture = crate::volunteer_doctor::common::PNG;
    for (trusted, header, value, expected) in [
        ("", "X-Forwarded-Proto", "https", None),
        ("127.0.0.1", "X-Forwarded-Proto", "https", Some("https://HOST")),
        ("127.0.0.1", "Forwarded", "for=203.0.113.9;proto=https;host=clinic.example", Some("https://clinic.example")),
        ("127.0.0.1", "X-Forwarded-Host", "clinic.example:8443", Some("http://clinic.example:8443")),
    ] {
        let server = TestServer::with(&[("http.trusted_proxies", trusted)]);
        let patient = server.patient();
        let host = patient.base.strip_prefix("http://").unwrap();
        let site = expected.map_or_else(|| format!("http://{host}"), |site| site.replace("HOST", host));
        let gateway = format!("{}/im/ws", site.replacen("http", "ws", 1));
        let ask = |path: &str| patient.request("GET", path).header(header, value).send().ok();
        assert_eq!((&ask("/im/password")["url"], &ask("/im/servers")[0]["url"]), (&json!(gateway), &json!(gateway)), "{header}");
        let upload = patient.request("POST", "/imgupload").header(header, value).multipart(&[], &[("file", "a.png", picture)]).send().ok();
        assert!(upload["url"].as_str().unwrap().starts_with(&format!("{site}/files/")), "{header}: {upload}");
    }
}
