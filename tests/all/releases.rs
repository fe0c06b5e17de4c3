//! Stores that earlier releases wrote open with this one, and what is in them is used. `tests/data/stores/` keeps one of each release: the
//! demonstration clinic as it filled it, and its signing key.

use std::{path::PathBuf, process::Command};

use serde_json::json;

use crate::kit::{empty_dir, program::Running};

/// Releases whose stores are kept.
const RELEASES: &[&str] = &["0.1.0"];

#[test]
fn stores_of_earlier_releases_open_and_are_used() {
    for release in RELEASES {
        let dir = empty_dir();
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/stores/{release}.tar.gz"));
        let unpacked = Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(dir.path()).status().unwrap();
        assert!(unpacked.success(), "{release}");
        let server = Running::start(dir.path());
        let login = |phone: &str, role: u8| {
            let user = server.client.post("/login", json!({ "phono": phone, "pwd": "xuanhu-demo", "type": role })).ok();
            server.client.with_token(user["token"].as_str().unwrap())
        };
        let (doctor, patient) = (login("19900001001", 2), login("19900001012", 1));
        assert_eq!(doctor.get("/user").ok()["real_name"], "苏叶青", "{release}");
        doctor.get("/doctor/project?page_size=100").ok();
        assert!(patient.get("/custom/diagnoses?type=1").ok()["list"].is_array(), "{release}");
        let written =
            patient.post("/chat", json!({ "content": "您好", "photo": [], "type": 1, "to_user_id": doctor.get("/user").ok()["id"] }));
        assert_eq!(written.status, 200, "{release}: {written}");
        assert!(server.client.get("/doctor/list?keyword=suyeqing").ok()["list"].as_array().unwrap().len() == 1, "{release}");
        let (status, log) = server.stop();
        assert!(status.success(), "{release}: {log}");
    }
}
