//! `/admin/backups`: made, looked at, carried away, deleted.

use serde_json::{Value, json};

use super::deeds;
use crate::kit::TestServer;

fn made(server: &TestServer) -> Value {
    let begun = server.admin().post("/admin/backups", json!({}));
    assert_eq!((begun.status, &begun.json["state"]), (202, &json!("running")), "{begun}");
    loop {
        let items = server.admin().get("/admin/backups").ok()["items"].as_array().unwrap().clone();
        let row = items.into_iter().find(|item| item["name"] == begun.json["name"]).unwrap();
        if row["state"] != "running" {
            return row;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_backup_is_made_looked_at_and_taken_away() {
    let server = TestServer::open();
    let (admin, patient) = (server.admin(), server.patient());
    assert_eq!(admin.get("/admin/backups").ok()["total"], 0);
    let row = made(&server);
    assert_eq!((&row["state"], &row["encrypted"], &row["problem"]), (&json!("done"), &json!(false), &Value::Null), "{row}");
    assert!(row["rows"].as_u64().unwrap() > 100 && row["verified_at"].is_string(), "{row}");
    let name = row["name"].as_str().unwrap();
    let verdict = admin.post(format_args!("/admin/backups/{name}/verify"), json!({})).ok();
    assert_eq!((&verdict["ok"], &verdict["rows"]), (&json!(true), &row["rows"]), "{verdict}");

    let whole = admin.get(format_args!("/admin/backups/{name}"));
    assert_eq!((whole.status, whole.bytes.len() as u64), (200, row["bytes"].as_u64().unwrap()));
    let part = admin.request("GET", format_args!("/admin/backups/{name}")).header("Range", "bytes=10-19").send();
    assert_eq!((part.status, &part.bytes[..]), (206, &whole.bytes[10..20]));
    let streamed = admin.post("/admin/backups/stream", json!({ "without_secrets": 1 }));
    assert_eq!((streamed.status, &streamed.bytes[..4]), (200, &[0x28, 0xb5, 0x2f, 0xfd][..]), "a zstd frame");

    for path in ["/admin/backups", &format!("/admin/backups/{name}")] {
        patient.get(path).refused(403, "wrong_role");
        server.nobody().get(path).refused(401, "no_token");
    }
    admin.get("/admin/backups/..%2Fsecret.key").refused(404, "not_found");
    admin.get("/admin/backups/secret.key").refused(404, "not_found");
    // A file that was cut short says so, and is none of the good ones any more.
    let path = server.dir().join("backups").join(name);
    std::fs::write(&path, &whole.bytes[..whole.bytes.len() / 2]).unwrap();
    let verdict = admin.post(format_args!("/admin/backups/{name}/verify"), json!({})).ok();
    assert_eq!(verdict["ok"], false, "{verdict}");
    admin.delete(format_args!("/admin/backups/{name}")).ok();
    admin.delete(format_args!("/admin/backups/{name}")).refused(404, "not_found");
    assert_eq!(admin.get("/admin/backups").ok()["total"], 0);
    assert!(!path.exists());
    assert_eq!(deeds(&admin, "backup", 0), ["delete", "export", "export", "export", "create"]);
}

#[test]
fn a_running_clinic_is_looked_at() {
    let server = TestServer::open();
    server.hospital();
    server.patient();
    let found = server.admin().post("/admin/check", json!({ "deep": 1 })).ok();
    assert_eq!(found["ok"], true, "{found}");
    let areas: Vec<_> = found["items"].as_array().unwrap().iter().map(|one| one["area"].as_str().unwrap()).collect();
    assert_eq!(
        areas,
        ["rows", "indexes", "counters", "long rows", "references", "ledgers", "seats", "inboxes", "uploads", "audit", "search"]
    );
    server.patient().post("/admin/check", json!({})).refused(403, "wrong_role");
}
