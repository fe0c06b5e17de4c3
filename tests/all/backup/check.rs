//! `xuanhu check`: finds what is wrong in every area, names it, and repairs what follows from the rows.

use std::{fs, path::Path, sync::Arc};

use xuanhu::{
    base::{id::Id, settings::Settings, time::Clock},
    domain::{
        self, directory::doctor::Doctor, free_clinic::clinic_session::ClinicSession, messaging::message::Message,
        money::ledger::LedgerEntry,
    },
    store::{Order, Store},
};

use super::{filled, good, only_backup, upload, xuanhu};
use crate::kit::{
    data_dir, empty_dir,
    program::{Running, command, run},
};

/// The demonstration clinic, stopped: it has something in every area.
fn demonstration(dir: &Path) {
    let server = Running::start_with(dir, &[("XUANHU_DEMO", "1")]);
    upload(&server.admin);
    assert!(server.stop().0.success());
}

fn store(dir: &Path) -> Store {
    let settings = Arc::new(Settings::default());
    Store::open(&dir.join("store"), domain::TABLES, settings, Arc::new(Clock::system(0))).unwrap()
}

#[track_caller]
fn found(dir: &Path, words: &[&str]) {
    let ended = xuanhu(dir, &["check"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(words.iter().all(|word| ended.out.contains(word)), "{words:?}: {ended:?}");
    assert!(ended.err.lines().last().unwrap().contains("something is wrong"), "{ended:?}");
}

#[test]
fn a_whole_clinic_is_well_running_and_stopped() {
    let dir = data_dir();
    demonstration(dir.path());
    let stopped = good(dir.path(), &["check", "--deep"]);
    let server = Running::start(dir.path());
    let running = good(dir.path(), &["check", "--deep"]);
    run(command(dir.path(), &["check", "--repair"])).failed_in_one_line(&["stop the server"]);
    drop(server);
    for said in [&stopped, &running] {
        for area in ["rows", "indexes", "counters", "references", "ledgers", "seats", "inboxes", "uploads", "search"] {
            let line = said.lines().find(|line| line.starts_with(area)).unwrap_or_else(|| panic!("no {area} in {said}"));
            assert!(line.contains("well") && !line.contains(" 0  "), "{line}");
        }
    }
}

/// What was brought in on a stopped clinic is in no index yet, which is nothing wrong.
#[test]
fn a_search_index_that_lags_is_fed_first() {
    let dir = data_dir();
    let table = dir.path().join("hospitals.csv");
    let rows: String = (0..2_500).map(|n| format!("测试医院第{n}号\n")).collect();
    fs::write(&table, format!("name\n{rows}")).unwrap();
    good(dir.path(), &["import", "hospitals", table.to_str().unwrap()]);
    good(dir.path(), &["check", "--deep"]);
}

#[test]
fn what_is_wrong_is_named() {
    let dir = data_dir();
    demonstration(dir.path());
    let uploads = dir.path().join("uploads");
    let file = fs::read_dir(&uploads).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[1..]).unwrap();
    found(dir.path(), &["uploads: upload", "its row says"]);
    fs::remove_file(&file).unwrap();
    found(dir.path(), &["uploads: upload", "is missing"]);
    fs::write(&file, vec![7; bytes.len()]).unwrap();
    assert_eq!(xuanhu(dir.path(), &["check"]).code, Some(0), "its length is right");
    let deep = xuanhu(dir.path(), &["check", "--deep"]);
    assert!(deep.code == Some(1) && deep.out.contains("neither a picture nor a recording"), "{deep:?}");
    fs::write(&file, bytes).unwrap();

    let opened = store(dir.path());
    opened
        .write_blocking(|db| {
            let mut project = db.all::<ClinicSession>(Order::Oldest).next().unwrap()?;
            project.slots[0].taken += 1;
            db.put(&project)?;
            let mut entry = db.all::<LedgerEntry>(Order::Oldest).next().unwrap()?;
            entry.amount = entry.amount + entry.amount;
            db.put(&entry)?;
            let mut message = db.all::<Message>(Order::Oldest).next().unwrap()?;
            message.conversation_id = Id::from_number(7);
            db.put(&message)?;
            // As every table says of itself, people and places too.
            let mut doctor = db.all::<Doctor>(Order::Oldest).next().unwrap()?;
            doctor.hospital_id = Id::from_number(8);
            db.put(&doctor)
        })
        .unwrap();
    drop(opened);
    found(
        dir.path(),
        &[
            "seats: project",
            "seats are taken",
            "ledgers: transfer",
            "names Conversation 7, which is not there",
            "names Hospital 8, which is not there",
        ],
    );
}

#[test]
fn a_lost_mark_is_made_anew_by_a_repair_after_a_backup() {
    let dir = data_dir();
    filled(dir.path(), 5);
    for damage in ["", "instance 0\n"] {
        match damage {
            "" => fs::remove_file(dir.path().join("store/MARK")).unwrap(),
            text => fs::write(dir.path().join("store/MARK"), text).unwrap(),
        }
        xuanhu(dir.path(), &["check"]).failed_in_one_line(&["store/MARK", "check --repair"]);
        let shelf = dir.path().join("backups");
        let _ = fs::remove_dir_all(&shelf);
        let repaired = good(dir.path(), &["check", "--repair"]);
        assert!(repaired.contains("rows") && repaired.contains("well"), "{repaired}");
        good(dir.path(), &["verify", only_backup(&shelf).to_str().unwrap()]);
        let server = Running::start(dir.path());
        assert_eq!(super::number_of_hospitals(&server.admin), 5);
    }
}

/// A store that will not open says why in one line, and what to do.
#[test]
fn a_store_that_will_not_open_says_what_to_do() {
    let dir = data_dir();
    filled(dir.path(), 30);
    fs::create_dir(dir.path().join("backups")).unwrap();
    good(dir.path(), &["backup", dir.path().join("backups").to_str().unwrap()]);
    let db = dir.path().join("store/db");
    let length = usize::try_from(fs::metadata(&db).unwrap().len()).unwrap();
    let mut refused = 0;
    for part in 0..6 {
        let copy = empty_dir();
        let mut bytes = fs::read(&db).unwrap();
        let from = length / 8 * part;
        bytes[from..from + length / 8].fill(0xa5);
        let clinic = copy.path().join("clinic");
        let status = std::process::Command::new("cp").arg("-a").arg(dir.path()).arg(&clinic).status().unwrap();
        assert!(status.success());
        fs::write(clinic.join("store/db"), bytes).unwrap();
        let ended = xuanhu(&clinic, &["check"]);
        let line = ended.err.lines().last().unwrap_or_default();
        match ended.code {
            // What was overwritten held nothing any more.
            Some(0) => assert!(ended.out.contains("well"), "{ended:?}"),
            Some(1) => {
                refused += 1;
                assert!(line.contains("the newest backup is") || line.contains("something is wrong"), "{part}: {ended:?}");
            }
            _ => panic!("{part}: {ended:?}"),
        }
    }
    assert!(refused > 0);
}
