//! Log files: one a day of the clinic, earlier ones compressed, kept for as long as is said, and for nobody else to read.

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use xuanhu::base::{
    day_log::DayLog,
    span::Span,
    time::{Clock, DAY, HOUR, Time, Zone},
};

use crate::kit::{
    empty_dir,
    program::{Running, command, run},
};

/// 2026-03-01 23:30 in Shanghai.
const LATE: &str = "2026-03-01T15:30:00Z";

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Tidying goes on beside.
fn wait_for(dir: &Path, expected: &[&str]) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while names(dir) != expected {
        assert!(Instant::now() < deadline, "{:?}", names(dir));
        std::thread::yield_now();
    }
}

#[test]
fn each_day_of_the_clinic_has_its_file() {
    let dir = empty_dir();
    let place = dir.path().join("log");
    let late = Time(LATE.parse::<jiff::Timestamp>().unwrap().as_millisecond());
    let clock = Arc::new(Clock::stopped_at(late));
    let open = || DayLog::open(&place, Span::days(3), Zone(TimeZone::get("Asia/Shanghai").unwrap()), clock.clone()).unwrap();
    let log = open();
    log.write(b"first\n").unwrap();
    drop(log);
    let log = open();
    log.write(b"second\n").unwrap();
    assert_eq!(fs::read_to_string(place.join("xuanhu-2026-03-01.log")).unwrap(), "first\nsecond\n", "a start goes on in it");
    clock.advance(HOUR);
    log.write(b"after midnight\n").unwrap();
    fs::write(place.join("notes.txt"), "somebody else's").unwrap();
    wait_for(&place, &["notes.txt", "xuanhu-2026-03-01.log.gz", "xuanhu-2026-03-02.log"]);
    let mut packed = String::new();
    let file = fs::File::open(place.join("xuanhu-2026-03-01.log.gz")).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut packed).unwrap();
    assert_eq!(packed, "first\nsecond\n");
    for name in names(&place).iter().filter(|name| name.starts_with("xuanhu")) {
        assert_eq!(fs::metadata(place.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    clock.advance(3 * DAY);
    log.write(b"later\n").unwrap();
    wait_for(&place, &["notes.txt", "xuanhu-2026-03-02.log.gz", "xuanhu-2026-03-05.log"]);
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_server_writes_its_log_there_and_says_where_it_cannot() {
    let dir = empty_dir();
    let place = dir.path().join("logs");
    let server = Running::start_with(dir.path(), &[("XUANHU_LOG__DIR", place.to_str().unwrap())]);
    assert!(server.log().lines().all(|line| !line.contains(" INFO ")), "{}", server.log());
    assert!(server.stop().0.success());
    let files = names(&place);
    assert_eq!(files.len(), 1, "{files:?}");
    let said = fs::read_to_string(place.join(&files[0])).unwrap();
    assert!(said.contains("INFO") && !said.contains('\u{1b}'), "{said}");
    fs::write(dir.path().join("file"), "").unwrap();
    let mut command = command(dir.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("XUANHU_LOG__DIR", dir.path().join("file"));
    run(command).failed_in_one_line(&["log.dir"]);
}
