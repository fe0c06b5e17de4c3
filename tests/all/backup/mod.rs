//! Backups by the real binary: what must be there is there or is asked for, a copy is consistent while writes go on, and nothing that was damaged is
//! taken for whole.

mod archive;
mod check;
mod copies;
mod damage;
mod making;
mod mark;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::kit::{
    Client,
    program::{Ended, Running, command, run},
};

/// Runs a command on a data directory.
fn xuanhu(dir: &Path, arguments: &[&str]) -> Ended {
    run(command(dir, arguments))
}

/// The same, which must go well. Answers what it printed.
#[track_caller]
fn good(dir: &Path, arguments: &[&str]) -> String {
    let ended = xuanhu(dir, arguments);
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    ended.out
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Hospitals with names of their own, from `from` on; answers their ids.
fn hospitals(admin: &Client, from: u64, number: u64) -> Vec<u64> {
    let make = |n: u64| admin.post("/admin/hospitals", json!({ "name": format!("医院{n}") })).created()["id"].as_u64().unwrap();
    (from..from + number).map(make).collect()
}

fn number_of_hospitals(admin: &Client) -> u64 {
    admin.get("/admin/hospitals").ok()["total"].as_u64().unwrap()
}

/// An address that takes uploads, and one picture in it.
fn upload(admin: &Client) -> String {
    let mut picture = Vec::new();
    image::RgbImage::from_pixel(40, 30, image::Rgb([9, 99, 199]))
        .write_to(&mut std::io::Cursor::new(&mut picture), image::ImageFormat::Png)
        .unwrap();
    let answer = admin.request("POST", "/imgupload").multipart(&[], &[("file", "a.png", &picture)]).send();
    answer.ok().to_string()
}

/// The only backup of a directory.
#[track_caller]
fn only_backup(dir: &Path) -> PathBuf {
    let names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    names[0].clone()
}

/// A server with something in it, which has stopped.
fn filled(dir: &Path, number: u64) {
    let server = Running::start(dir);
    hospitals(&server.admin, 0, number);
    upload(&server.admin);
    assert!(server.stop().0.success());
}
