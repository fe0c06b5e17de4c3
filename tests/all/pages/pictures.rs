//! The pictures of the README. `PICTURES=write cargo test --test all pictures` makes them anew from the demonstration clinic; otherwise the test
//! looks whether what the README shows is there, and small.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{admin, doctor, patient::Stage};

/// What all pictures may weigh together.
const MOST_BYTES: u64 = 600_000;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/pictures")
}

#[test]
fn what_the_readme_shows_is_there_and_small() {
    if env::var_os("PICTURES").is_some_and(|value| value == "write") {
        write();
    }
    let readme = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown: BTreeSet<String> =
        readme.split("assets/pictures/").skip(1).map(|rest| rest.split(['"', ')']).next().unwrap().to_owned()).collect();
    let there: BTreeSet<String> = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(shown, there);
    let bytes: u64 = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes <= MOST_BYTES, "{bytes}");
}

fn write() {
    fs::create_dir_all(folder()).unwrap();
    let stage = Stage::open();
    let patient = stage.sign_in("19900001012", "丁小满");
    stage.show("/");
    stage.browser.reads("下一次就诊");
    keep(&stage, "patient-home.png");
    let consult = patient.get("/consult/in_process_list").ok()[0]["consultation_id"].clone();
    stage.show(&format!("/messages/consult/{consult}"));
    stage.browser.reads("增值服务");
    keep(&stage, "patient-conversation.png");
    stage.browser.size(1280, 800);
    let held = doctor::sign_in(&stage, doctor::DOCTOR);
    let (project, visits) = doctor::session(&held);
    doctor::show(&stage, &format!("/clinics/{}?visit={}", project["id"], visits[0]["id"]));
    stage.browser.reads("就诊完成");
    keep(&stage, "doctor-queue.png");
    admin::sign_in(&stage);
    admin::show(&stage, "/");
    stage.browser.until("document.querySelector('canvas')");
    keep(&stage, "admin-overview.png");
}

fn keep(stage: &Stage, name: &str) {
    stage.browser.until("[...document.images].every((one) => one.complete)");
    let shot = stage.browser.cdp("Page.captureScreenshot", json!({ "format": "png" }));
    fs::write(folder().join(name), STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
}
