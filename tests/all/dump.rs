//! `xuanhu dump`: whole or not there, masked or looked at, described, and good for a month's report.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};
use xuanhu::{domain, tables::dump};

use crate::kit::{
    Client, TestServer, empty_dir,
    program::{Ended, Running, command, run},
};

fn dump_to(data: &Path, into: &Path, more: &[&str]) -> Ended {
    run(command(data, &[&["dump", into.to_str().unwrap()], more].concat()))
}

fn fields(dump: &Path) -> Value {
    serde_json::from_slice(&fs::read(dump.join("fields.json")).unwrap()).unwrap()
}

fn rows(dump: &Path, entity: &str) -> Vec<Value> {
    let text = fs::read_to_string(dump.join(format!("{entity}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Everything in the files of a dump, but its pictures.
fn everything(dump: &Path) -> String {
    let files = fs::read_dir(dump).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A running demonstration with a patient's picture and a hospital's in it.
struct Clinic {
    dir: tempfile::TempDir,
    server: Running,
}

impl Clinic {
    fn open() -> Clinic {
        let dir = empty_dir();
        let mut demonstration = TestServer::open();
        xuanhu::demo::load(&demonstration.app().store).unwrap();
        demonstration.settle();
        fs::rename(demonstration.copied().path(), dir.path().join("clinic")).unwrap();
        let server = Running::start(&dir.path().join("clinic"));
        let clinic = Clinic { dir, server };
        let admin = clinic.admin();
        let upload = |shade: u8| {
            let mut picture = Vec::new();
            let pixels = image::RgbImage::from_pixel(40, 30, image::Rgb([shade, 99, 199]));
            pixels.write_to(&mut std::io::Cursor::new(&mut picture), image::ImageFormat::Png).unwrap();
            admin.request("POST", "/imgupload").multipart(&[], &[("file", "a.png", &picture)]).send().ok()["url"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (logo, secret) = (upload(1), upload(2));
        admin.post("/admin/hospitals", json!({ "name": "画像医院", "logo": logo })).created();
        assert_ne!(logo, secret);
        clinic
    }

    fn data(&self) -> std::path::PathBuf {
        self.dir.path().join("clinic")
    }

    fn admin(&self) -> Client {
        self.server.client.with_token(fs::read_to_string(self.data().join("admin.token")).unwrap().trim())
    }

    fn reveals(&self) -> u64 {
        self.admin().get("/admin/audit?action=reveal&page_size=1").ok()["total"].as_u64().unwrap()
    }
}

#[test]
fn a_clinic_is_dumped_while_it_works_and_while_it_does_not() {
    let clinic = Clinic::open();
    let (masked, full, stopped) = (clinic.dir.path().join("masked"), clinic.dir.path().join("full"), clinic.dir.path().join("stopped"));
    let ended = dump_to(&clinic.data(), &masked, &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains(" rows of ") && ended.out.contains("1 files, masked"), "{ended:?}");
    let told = fields(&masked);
    assert_eq!((&told["masked"], &told["zone"]), (&json!(true), &json!("Asia/Shanghai")));
    // Every table is told of, or named with the reason why not.
    for info in domain::TABLES.iter() {
        let name = info.table.name;
        assert!(told["entities"][name].is_object() != told["left_out"][name].is_string(), "{name}");
    }
    // Every field of every row is described, and nothing else is.
    for entity in dump::ENTITIES {
        let about = &told["entities"][entity.name];
        let rows = rows(&masked, entity.name);
        assert_eq!(about["rows"], rows.len(), "{}", entity.name);
        for row in rows {
            for (name, value) in row.as_object().unwrap() {
                let field = &about["fields"][name];
                assert!(field["about"].as_str().is_some_and(|about| !about.is_empty()), "{}.{name}", entity.name);
                assert!(!value.is_null() || field["nullable"] == true || field["masked"].is_string(), "{}.{name}: {row}", entity.name);
            }
        }
    }
    let patient = rows(&masked, "patient").into_iter().find(|one| one["name"] == "丁**").unwrap();
    assert!(patient["idno"].as_str().unwrap().starts_with("****") && patient["phone"].as_str().unwrap().contains("****"), "{patient}");
    assert!(patient["birthday"].as_str().unwrap().ends_with("-**-**"), "{patient}");
    assert!(rows(&masked, "registration").iter().any(|one| one["stage"] == "Done" && one["visit_time"].as_str().unwrap().ends_with('Z')));
    let pictures = |dump: &Path| fs::read_dir(dump.join("uploads")).unwrap().count();
    assert_eq!((pictures(&masked), clinic.reveals()), (1, 0), "a hospital's logo may be seen by everybody");

    // Nothing masked: everybody in it was looked at, and it is written down why.
    assert_eq!(dump_to(&clinic.data(), &full, &["--full"]).code, Some(2));
    assert_eq!(dump_to(&clinic.data(), &full, &["--full", "--reason", "搬家"]).code, Some(0));
    let people: usize = ["patient", "doctor", "assistant"]
        .map(|role| rows(&full, "account").iter().filter(|one| one["role"].as_str().unwrap().eq_ignore_ascii_case(role)).count())
        .iter()
        .sum();
    assert!(rows(&full, "patient").iter().any(|one| one["name"] == "丁小满"));
    assert_eq!((pictures(&full), clinic.reveals()), (2, people as u64));
    assert_eq!(clinic.admin().get("/admin/audit?action=reveal&page_size=1").ok()["items"][0]["reason"], "搬家");
    assert!(rows(&full, "account").iter().all(|one| one["password"].is_null() && one["open_id"].is_null()));
    // What the one has and the other must not.
    let whole = everything(&masked);
    for person in rows(&full, "patient") {
        for field in ["idno", "phone", "name", "addr", "email"] {
            let text = person[field].as_str().unwrap_or_default();
            assert!(text.chars().count() < 2 || !whole.contains(&format!("\"{text}\"")), "{field} {text}");
        }
    }
    for said in rows(&full, "message") {
        let text = said["content"].as_str().unwrap();
        assert!(text.chars().count() < 4 || !whole.contains(text), "{text}");
    }

    // A directory with something in it is left alone, and so is the server's own.
    dump_to(&clinic.data(), &masked, &[]).failed_in_one_line(&["empty"]);
    assert!(!clinic.dir.path().join("masked.partial").exists());
    assert_eq!(fs::read_dir(clinic.data().join("exports")).map_or(0, Iterator::count), 0, "nothing is left behind");

    let data = clinic.data();
    let Clinic { dir, server } = clinic;
    server.stop();
    // What a kill left there goes.
    fs::create_dir(dir.path().join("stopped.partial")).unwrap();
    fs::write(dir.path().join("stopped.partial/payment.jsonl"), "half").unwrap();
    assert_eq!(dump_to(&data, &stopped, &["--full", "--reason", "搬家"]).code, Some(0));
    let but = |name: &str| name != "audit" && name != "account";
    for entity in dump::ENTITIES.iter().filter(|one| but(one.name)) {
        assert_eq!(rows(&full, entity.name), rows(&stopped, entity.name), "{}", entity.name);
    }
    assert_eq!(pictures(&stopped), 2);
    dump_to(&dir.path().join("none"), &dir.path().join("more"), &[]).failed_in_one_line(&["no clinic"]);
}

#[test]
fn a_dump_of_the_server_wants_an_administrator_and_a_reason() {
    let server = TestServer::open();
    server.patient().post("/admin/dump", json!({})).refused(403, "wrong_role");
    server.admin().post("/admin/dump", json!({ "full": 1 })).refused(400, "missing_field");
    server.admin().post("/admin/dump", json!({ "reason": "看看" })).refused(400, "invalid_field");
    let sent = server.admin().post("/admin/dump", json!({}));
    let place = empty_dir();
    assert_eq!(dump::parcel::unpack(&sent.bytes[..], place.path()).unwrap(), 0);
    // One that was cut short is no dump.
    let place = empty_dir();
    let cut = &sent.bytes[..sent.bytes.len() / 2];
    assert!(dump::parcel::unpack(cut, place.path()).unwrap_err().is(&dump::parcel::NO_DUMP));
}

#[test]
fn a_months_report_of_a_dump_is_the_consoles() {
    let version = Command::new("python3").arg("--version").output().expect("no python3 on the PATH: install it");
    assert!(version.status.success());
    let server = TestServer::open();
    xuanhu::demo::load(&server.app().store).unwrap();
    server.settle();
    let place = empty_dir();
    let sent = server.admin().post("/admin/dump", json!({}));
    let dump = place.path().join("dump");
    fs::create_dir(&dump).unwrap();
    dump::parcel::unpack(&sent.bytes[..], &dump).unwrap();
    let file = place.path().join("clinic.sqlite");
    let script = |name: &str, arguments: &[&str]| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/dump").join(name);
        let ended = Command::new("python3").arg("-B").arg(path).args(arguments).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).unwrap()
    };
    script("load.py", &[dump.to_str().unwrap(), file.to_str().unwrap()]);
    for (month, last) in [("2026-01", 31), ("2026-02", 28), ("2026-03", 31)] {
        let told: Value = serde_json::from_str(&script("month.py", &[file.to_str().unwrap(), month, "--json"])).unwrap();
        let console = server.admin().get(format_args!("/admin/statistics/daily?from={month}-01&to={month}-{last}")).ok();
        let by_day = |list: &Value| -> BTreeMap<String, Value> {
            list["items"].as_array().unwrap().iter().map(|one| (one["date"].as_str().unwrap().to_owned(), one.clone())).collect()
        };
        assert_eq!(by_day(&told), by_day(&console), "{month}");
        assert_eq!(told["sum"], console["sum"], "{month}");
    }
    let printed = script("month.py", &[file.to_str().unwrap(), "2026-02"]);
    assert_eq!(printed.lines().count(), 30, "{printed}");
    assert!(printed.lines().last().unwrap().trim_start().starts_with("total"), "{printed}");
}
