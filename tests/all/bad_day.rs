//! What goes wrong on an operator's machine: rights, missing halves of a clinic, a full disk, an index that cannot be written. One clear line each,
//! nothing lost, and it goes on when the cause is gone.

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
};

use serde_json::json;

use crate::kit::{
    TestServer, data_dir, empty_dir,
    program::{Running, command, run},
    until,
};

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Every file and directory below, by a way that is readable for others.
fn open_to_others(dir: &Path) -> Vec<String> {
    let mut open = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if mode(&path) & 0o077 != 0 {
            open.push(path.display().to_string());
        }
        if path.is_dir() {
            open.extend(open_to_others(&path));
        }
    }
    open
}

fn serve(dir: &Path) -> Command {
    command(dir, &["serve", "--listen", "127.0.0.1:0"])
}

#[test]
fn a_directory_that_stands_open_is_closed() {
    // As systemd or an installer makes it, before the first start.
    let parent = empty_dir();
    let dir = parent.path().join("clinic");
    fs::create_dir(&dir).unwrap();
    set_mode(&dir, 0o755);
    let server = Running::start(&dir);
    assert_eq!((mode(&dir), open_to_others(&dir)), (0o700, vec![]));
    assert!(server.stop().0.success());
    // As an older release, or a copy, left it.
    set_mode(&dir, 0o755);
    for path in ["store", "store/db", "secret.key", "uploads"] {
        set_mode(dir.join(path), if dir.join(path).is_dir() { 0o755 } else { 0o644 });
    }
    let server = Running::start(&dir);
    assert_eq!((mode(&dir), open_to_others(&dir)), (0o700, vec![]));
    assert_eq!(server.log().matches("closed to them now").count(), 1, "{}", server.log());
}

#[test]
fn what_others_use_too_is_not_closed_to_them() {
    let dir = empty_dir();
    fs::write(dir.path().join("somebody's"), "").unwrap();
    set_mode(dir.path(), 0o755);
    run(serve(dir.path())).failed_in_one_line(&["others on this machine", "one below it", dir.path().to_str().unwrap()]);
    assert_eq!((mode(dir.path()), fs::read_dir(dir.path()).unwrap().count()), (0o755, 1));
}

#[test]
fn half_a_clinic_is_no_new_one() {
    let dir = data_dir();
    let (store, aside) = (dir.path().join("store"), dir.path().join("aside"));
    fs::rename(&store, &aside).unwrap();
    for _ in ["without store/", "with the mount point of a volume that is not mounted"] {
        run(serve(dir.path())).failed_in_one_line(&["store/ is missing", "backup", dir.path().to_str().unwrap()]);
        run(command(dir.path(), &["admin", "create", "lan"])).failed_in_one_line(&["store/ is missing"]);
        assert!(!store.join("db").exists());
        fs::create_dir_all(&store).unwrap();
    }
    fs::remove_file(dir.path().join("secret.key")).unwrap();
    run(serve(dir.path())).failed_in_one_line(&["store/ is missing"]);
    fs::remove_dir(&store).unwrap();
    fs::rename(&aside, &store).unwrap();
    drop(Running::start(dir.path()));
}

#[test]
fn a_used_clinic_keeps_its_key_or_says_so() {
    let dir = data_dir();
    let key = dir.path().join("secret.key");
    // A first start that was killed before it made one.
    fs::remove_file(&key).unwrap();
    drop(Running::start(dir.path()));
    assert!(key.exists());
    assert_eq!(run(command(dir.path(), &["admin", "create", "lan"])).code, Some(0));
    fs::remove_file(&key).unwrap();
    run(serve(dir.path())).failed_in_one_line(&["secret.key", "backup", "empty file"]);
    assert!(!key.exists());
    // The way out that it names.
    fs::write(&key, "").unwrap();
    drop(Running::start(dir.path()));
    assert_eq!(fs::read_to_string(&key).unwrap().len(), 64);
}

#[test]
fn a_token_that_can_be_guessed_is_none() {
    let dir = data_dir();
    assert!(Running::start(dir.path()).stop().0.success());
    let token = dir.path().join("admin.token");
    for weak in ["x", "0123456789012345678901234567890", &format!("{} {}", "a".repeat(20), "b".repeat(20))] {
        fs::write(&token, weak).unwrap();
        run(serve(dir.path())).failed_in_one_line(&["admin.token", "32", "delete the file"]);
    }
    fs::write(&token, "a".repeat(32)).unwrap();
    set_mode(&token, 0o644);
    let server = Running::start(dir.path());
    server.admin.get("/admin/administrators").ok();
    assert_eq!((mode(&token), server.log().matches("could read a secret").count()), (0o600, 1), "{}", server.log());
}

/// The index can be written by one process; here somebody else holds its lock.
fn hold_index(dir: &Path) -> File {
    let lock = File::create(dir.join("index/.tantivy-writer.lock")).unwrap();
    lock.try_lock().unwrap();
    lock
}

#[test]
fn an_index_that_cannot_be_written_is_said_once_and_nothing_is_denied() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let lock = hold_index(dir.path());
    let make = |name: &str| server.admin.post("/admin/hospitals", json!({ "name": name })).created();
    make("仁心医院");
    until("a warning", || server.client.get("/readyz").json["warnings"][0] == "the search index cannot be written");
    make("仁爱医院");
    make("仁和医院");
    for path in ["/hospital?keyword=仁爱", "/project?keyword=仁爱"] {
        let answer = server.client.get(path);
        answer.refused(503, "index_behind");
        assert!(!answer.header("retry-after").is_empty());
    }
    server.admin.get("/admin/hospitals?q=仁爱").refused(503, "index_behind");
    // Whatever needs no index goes on.
    server.client.get("/hospital").ok();
    assert_eq!(server.client.get("/readyz").ok()["status"], "ready");
    drop(lock);
    until("an end", || server.client.get("/readyz").json.get("warnings").is_none());
    assert_eq!(server.client.get("/hospital?keyword=仁爱").ok()["list"].as_array().unwrap().len(), 1);
    let said = |words: &str| server.log().matches(words).count();
    assert_eq!((said("index cannot be written"), said("index is written again")), (1, 1), "{}", server.log());
}

#[test]
fn an_index_that_stays_behind_makes_the_clinic_unready() {
    let clinic = TestServer::open();
    clinic.settle();
    let lock = hold_index(clinic.dir());
    clinic.admin().post("/admin/hospitals", json!({ "name": "仁心医院" })).created();
    until("a warning", || clinic.nobody().get("/readyz").json["warnings"][0] == "the search index cannot be written");
    clinic.app().clock.advance(29_000);
    assert_eq!(clinic.nobody().get("/readyz").status, 200);
    clinic.app().clock.advance(2_000);
    clinic.nobody().get("/readyz").refused(503, "index_behind");
    let metrics = String::from_utf8(clinic.nobody().get("/metrics").bytes).unwrap();
    assert!(metrics.contains("xuanhu_index_lag_seconds 31\n"), "{metrics}");
    drop(lock);
    until("an end", || clinic.nobody().get("/readyz").status == 200);
}

/// A small disk of its own, where this machine lets us have one.
struct SmallDisk<'a>(&'a Path);

impl SmallDisk<'_> {
    fn mount(at: &Path) -> Option<SmallDisk<'_>> {
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=420m", "none"]).arg(at).output().ok()?;
        mount.status.success().then_some(SmallDisk(at))
    }

    /// Leaves so many MiB.
    fn fill(&self, leaving: u64) {
        let filler = File::create(self.0.join("filler")).unwrap();
        let block = vec![0xa5; 1 << 20];
        use std::io::Write;
        while free(self.0) > leaving << 20 && (&filler).write_all(&block).is_ok() {}
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

fn free(dir: &Path) -> u64 {
    xuanhu::store::free_space(dir).unwrap()
}

#[test]
fn a_full_disk_stops_saving_and_nothing_else() {
    let parent = empty_dir();
    let disk = parent.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let Some(small) = SmallDisk::mount(&disk) else { return };
    let dir = disk.join("clinic");
    let server = Running::start(&dir);
    let make = |server: &Running, name: &str| server.admin.post("/admin/hospitals", json!({ "name": name }));
    make(&server, "仁心医院").created();
    assert!(dir.join("store/xuanhu.ballast").exists());
    small.fill(40);
    for _ in 0..3 {
        make(&server, "仁爱医院").refused(507, "disk_full");
    }
    assert_eq!(server.client.get("/hospital").ok()["list"].as_array().unwrap().len(), 1);
    let ready = server.client.get("/readyz").ok();
    assert!(ready["warnings"][0].as_str().unwrap().starts_with("the disk is full: "), "{ready}");
    small.clear();
    until("room", || make(&server, "仁爱医院").status == 201);
    let said = |words: &str| server.log().matches(words).count();
    assert_eq!((said("the disk is full"), said("there is room on the disk")), (1, 1), "{}", server.log());
    server.kill();

    // Not a byte is left, the last end was a kill, and it starts all the same, to be read.
    small.fill(0);
    assert_eq!(free(&disk) >> 20, 0);
    let server = Running::start(&dir);
    assert!(!dir.join("store/xuanhu.ballast").exists());
    assert_eq!(server.client.get("/hospital").ok()["list"].as_array().unwrap().len(), 2);
    make(&server, "仁和医院").refused(507, "disk_full");
    small.clear();
    until("room", || make(&server, "仁和医院").status == 201);
    assert!(server.stop().0.success());

    // Without anything to throw out it says what is wrong, with path and amount.
    let _ = fs::remove_file(dir.join("store/xuanhu.ballast"));
    small.fill(0);
    let refused = run(serve(&dir));
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let last = refused.err.trim_end().lines().last().unwrap();
    assert!(
        last.starts_with("xuanhu: the disk is so full") && last.contains(dir.to_str().unwrap()) && last.contains("MiB free"),
        "{refused:?}"
    );
    assert!(last.is_ascii(), "{last}");
    small.clear();
    let server = Running::start(&dir);
    assert_eq!(server.client.get("/hospital").ok()["list"].as_array().unwrap().len(), 3);
}
