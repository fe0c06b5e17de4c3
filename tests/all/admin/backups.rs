//! `/admin/backups`: made, looked at, carried away, deleted.

use serde_json::{Value, json};

use super::deeds;
use crate::kit::{TestServer, empty_dir, until};

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

/// What is wrong, by kind.
fn worries(server: &TestServer) -> Vec<String> {
    let state = server.admin().get("/admin/backups/state").ok();
    state["warnings"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

/// A file stands where a directory did, into which somebody may be writing at this moment.
fn put_a_file_at(path: &std::path::Path) {
    let mut tries = 0;
    until("a file in its place", || {
        tries += 1;
        let _ = std::fs::rename(path, path.with_extension(tries.to_string()));
        std::fs::write(path, b"").is_ok()
    });
}

#[test]
fn backups_are_listed_as_other_rows_are() {
    let server = TestServer::open();
    let admin = server.admin();
    let first = made(&server)["name"].clone();
    server.advance("1d");
    let second = made(&server)["name"].clone();
    let names = |query: &str| {
        let list = admin.get(format_args!("/admin/backups?{query}")).ok();
        (list["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>(), list["total"].clone())
    };
    assert_eq!(names(""), (vec![second.clone(), first.clone()], json!(2)));
    assert_eq!(names("page=2&page_size=1"), (vec![first.clone()], json!(2)));
    assert_eq!(names("sort=created"), (vec![first.clone(), second.clone()], json!(2)));
    assert_eq!(names("q=20260302"), (vec![first.clone()], json!(1)));
    assert_eq!(names("from=2026-03-03"), (vec![second.clone()], json!(1)));
    let unknown = admin.get("/admin/backups?pagesize=1");
    assert!(unknown.refused(400, "unknown_key").json["detail"].as_str().unwrap().contains("page_size"));
}

#[test]
fn what_is_wrong_with_backups_is_said() {
    let mut server = TestServer::open();
    let state = |server: &TestServer| server.admin().get("/admin/backups/state").ok();
    assert_eq!(worries(&server), ["not_set_up"]);
    assert_eq!((&state(&server)["newest"], &state(&server)["archive"]), (&Value::Null, &Value::Null));
    let row = made(&server);
    server.advance("3h");
    assert_eq!((&state(&server)["newest"], &state(&server)["age_seconds"]), (&row["created"], &json!(3 * 3_600)));
    // One that was cut short says so once it is looked at; deleted, it is the newest no longer.
    let name = row["name"].as_str().unwrap();
    std::fs::write(server.dir().join("backups").join(name), b"no backup").unwrap();
    server.admin().post(format_args!("/admin/backups/{name}/verify"), json!({})).ok();
    assert_eq!(worries(&server), ["not_set_up", "damaged"]);
    server.admin().delete(format_args!("/admin/backups/{name}")).ok();
    assert_eq!((worries(&server), state(&server)["newest"].clone()), (vec!["not_set_up".to_owned()], Value::Null));
    server.patient().get("/admin/backups/state").refused(403, "wrong_role");

    // A place that is not there: the first round fails at once, and what the machine said stands beside it.
    let place = empty_dir();
    let (disk, archive) = (place.path().join("disk"), place.path().join("archive"));
    std::fs::write(&disk, b"").unwrap();
    server.restart_with(&[("backup.dir", disk.to_str().unwrap()), ("archive.dir", archive.to_str().unwrap()), ("archive.every", "100ms")]);
    until("a failure", || worries(&server) == ["failed"]);
    let failed = state(&server)["warnings"][0].clone();
    assert!(failed["why"].as_str().unwrap().contains("disk"), "{failed}");
    assert_eq!(server.nobody().get("/readyz").ok()["warnings"], json!([failed["text"]]));
    let archived = state(&server)["archive"].clone();
    assert_eq!((&archived["every_seconds"], &archived["whole"]), (&json!(0), &json!(true)), "{archived}");
    assert!(archived["newest_base_age_seconds"].is_u64(), "{archived}");
    // Backups come back with the disk, and grow old where none is made.
    std::fs::remove_file(&disk).unwrap();
    server.restart();
    until("a backup", || state(&server)["newest"].is_string());
    put_a_file_at(&disk);
    server.advance("3d");
    until("a warning", || worries(&server).iter().any(|kind| kind == "old"));
    put_a_file_at(&archive);
    server.patient();
    until("trouble", || worries(&server).iter().any(|kind| kind == "archive_fails"));
    std::fs::remove_file(&archive).unwrap();
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
        [
            "rows",
            "indexes",
            "counters",
            "long rows",
            "references",
            "ledgers",
            "seats",
            "inboxes",
            "uploads",
            "audit",
            "consents",
            "signatures",
            "search"
        ]
    );
    server.patient().post("/admin/check", json!({})).refused(403, "wrong_role");
}
