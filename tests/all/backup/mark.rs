//! `store/MARK` and `store/FORMAT`: a store that holds less than it must, or of which nobody can tell, is refused in one line by every command.

use std::{fs, path::Path};

use super::{filled, good, hospitals, number_of_hospitals, text, xuanhu};
use crate::kit::{
    data_dir, empty_dir,
    program::{Running, command, run},
};

const COMMANDS: &[&[&str]] = &[&["serve", "--listen", "127.0.0.1:0"], &["admin", "list"], &["reindex"]];

#[track_caller]
fn refused_by_all(dir: &Path, words: &[&str]) {
    for arguments in COMMANDS {
        run(command(dir, arguments)).failed_in_one_line(words);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { assert!(fs::copy(&path, target).is_ok()) }
    }
}

#[test]
fn a_store_that_was_cut_short_is_refused_with_the_way_back() {
    let whole = data_dir();
    filled(whole.path(), 40);
    fs::create_dir(whole.path().join("backups")).unwrap();
    good(whole.path(), &["backup", text(&whole.path().join("backups"))]);
    let size = fs::metadata(whole.path().join("store/db")).unwrap().len();
    let mut refused = 0;
    for percent in [99, 97, 90, 60, 20, 1] {
        let dir = empty_dir();
        let dir = dir.path().join("clinic");
        copy(whole.path(), &dir);
        fs::OpenOptions::new().write(true).open(dir.join("store/db")).unwrap().set_len(size * percent / 100).unwrap();
        let ended = xuanhu(&dir, &["admin", "list"]);
        if ended.code == Some(0) {
            // What was cut off may have been room that held nothing.
            let server = Running::start(&dir);
            assert_eq!(number_of_hospitals(&server.admin), 40, "{percent} %");
            continue;
        }
        refused += 1;
        let line = ended.err.lines().last().unwrap();
        assert!(line.contains("the newest backup is") && line.contains(".backup"), "{percent} %: {ended:?}");
        // Asking again does not make it good.
        assert_eq!(xuanhu(&dir, &["admin", "list"]).code, Some(1), "{percent} %");
    }
    assert!(refused >= 3, "{refused}");
}

#[test]
fn mark_and_format_are_looked_at() {
    let dir = data_dir();
    filled(dir.path(), 2);
    let (mark, format) = (dir.path().join("store/MARK"), dir.path().join("store/FORMAT"));
    let (good_mark, good_format) = (fs::read(&mark).unwrap(), fs::read(&format).unwrap());
    assert_eq!(good_format, b"2\n");

    fs::remove_file(&mark).unwrap();
    refused_by_all(dir.path(), &["store/MARK", "missing", "check --repair", "no backup is known of"]);
    for bit in [0, 77, 300, good_mark.len() * 8 - 9] {
        let mut damaged = good_mark.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&mark, damaged).unwrap();
        xuanhu(dir.path(), &["admin", "list"]).failed_in_one_line(&["store/MARK", "damaged"]);
    }
    fs::write(&mark, &good_mark).unwrap();

    fs::write(&format, "3\n").unwrap();
    refused_by_all(dir.path(), &["newer release", "format is 3"]);
    fs::write(&format, "\u{7f}\n").unwrap();
    refused_by_all(dir.path(), &["store/FORMAT"]);
    fs::remove_file(&format).unwrap();
    refused_by_all(dir.path(), &["store/FORMAT"]);
    // Both at once are no store of the release before.
    fs::remove_file(&mark).unwrap();
    refused_by_all(dir.path(), &["store/FORMAT"]);
    fs::write(&format, good_format).unwrap();
    fs::write(&mark, good_mark).unwrap();
    let server = Running::start(dir.path());
    assert_eq!(number_of_hospitals(&server.admin), 2);
}

/// Never ahead of the disk: after a kill the store is never behind its mark.
#[test]
fn a_kill_leaves_a_store_that_is_not_behind_its_mark() {
    let dir = data_dir();
    let mut ids = Vec::new();
    for round in 0..4 {
        let server = Running::start(dir.path());
        ids.extend(hospitals(&server.admin, round * 100, 30));
        server.kill();
    }
    let server = Running::start(dir.path());
    assert_eq!(number_of_hospitals(&server.admin), ids.len() as u64);
}

/// An older copy of the engine's file alone is less than there must be.
#[test]
fn an_older_store_under_a_newer_mark_is_refused() {
    let (dir, older) = (data_dir(), empty_dir());
    filled(dir.path(), 1);
    copy(&dir.path().join("store"), older.path());
    let server = Running::start(dir.path());
    hospitals(&server.admin, 10, 5);
    assert!(server.stop().0.success());
    let mark = fs::read(dir.path().join("store/MARK")).unwrap();
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    copy(older.path(), &dir.path().join("store"));
    fs::write(dir.path().join("store/MARK"), mark).unwrap();
    refused_by_all(dir.path(), &["part of the store is missing", "commit"]);
}

/// A power cut soon after the first start may empty it.
#[test]
fn an_empty_conf_is_made_anew() {
    let dir = data_dir();
    filled(dir.path(), 3);
    fs::write(dir.path().join("store/conf"), [0; 58]).unwrap();
    let server = Running::start(dir.path());
    assert_eq!(number_of_hospitals(&server.admin), 3);
}
