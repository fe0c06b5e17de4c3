//! Searching through the doors, and the index through the mishaps of its life.

use std::{fs, path::Path, sync::Arc};

use serde_json::{Value, json};
use tempfile::TempDir;
use xuanhu::base::id::Id;
use xuanhu::{
    app::App,
    base::{
        page::Page,
        settings::Settings,
        time::{Clock, Time},
    },
    domain::{
        directory::hospital::{self, Hospital},
        shared::event::INDEX,
    },
    search::INDEX_BUILDING,
};

use crate::{
    kit::{Person, TestServer, encode},
    volunteer_doctor::publish,
};

fn new_hospital(server: &TestServer, name: &str, more: Value) -> u64 {
    let mut form = json!({ "name": name, "tag": "综合", "addr": "某路一号" });
    form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.admin().post("/admin/hospitals", form).created()["id"].as_u64().unwrap()
}

/// What a list answers, in its order; its count must agree.
fn found(server: &TestServer, path: &str, keyword: &str) -> Vec<u64> {
    let list = server.nobody().get(format_args!("{path}?keyword={}&page_size=1000", encode(keyword))).ok();
    let ids: Vec<u64> = list["list"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect();
    assert_eq!(list["page"]["count"], ids.len(), "{path} {keyword}");
    ids
}

#[test]
fn whoever_writes_finds_it_at_once() {
    let server = TestServer::open();
    for i in 0..20 {
        let id = new_hospital(&server, &format!("青松{i}号医院"), json!({}));
        assert_eq!(found(&server, "/hospital", &format!("松{i}号")), [id]);
        server.admin().patch(format_args!("/admin/hospitals/{id}"), json!({ "name": format!("翠柏{i}号医院") })).ok();
        assert_eq!(found(&server, "/hospital", &format!("松{i}号")), [0; 0]);
        assert_eq!(found(&server, "/hospital", &format!("柏{i}号")), [id]);
    }
    assert_eq!(found(&server, "/hospital", "翠柏").len(), 20);
}

#[test]
fn the_better_match_stands_first() {
    let server = TestServer::open();
    let inside = new_hospital(&server, "大青松医院", json!({}));
    let whole = new_hospital(&server, "青松", json!({}));
    let heard = new_hospital(&server, "轻颂医院", json!({}));
    let begins = new_hospital(&server, "青松医院", json!({}));
    let begins_too = new_hospital(&server, "青松分院", json!({ "tag": "ＩＣＵ" }));
    assert_eq!(found(&server, "/hospital", "青松"), [whole, begins_too, begins, inside]);
    assert_eq!(found(&server, "/hospital", "qingsong"), [begins_too, begins, heard, whole, inside]);
    assert_eq!(found(&server, "/hospital", "icu"), [begins_too]);
    assert_eq!(found(&server, "/hospital", "某路"), [begins_too, begins, heard, whole, inside]);
    // An address is not known by its sound.
    assert_eq!(found(&server, "/hospital", "moulu"), [0; 0]);
}

#[test]
fn pages_of_a_search_are_complete() {
    let server = TestServer::open();
    let mut ids: Vec<u64> = (0..23).map(|i| new_hospital(&server, &format!("青松{i}院"), json!({}))).collect();
    ids.reverse();
    let page = |number: usize| {
        let list = server.nobody().get(format_args!("/hospital?keyword={}&current_page={number}&page_size=5", encode("青松"))).ok();
        assert_eq!(list["page"]["count"], 23);
        list["list"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((1..=6).flat_map(page).collect::<Vec<_>>(), ids);
}

#[test]
fn any_text_may_be_looked_for() {
    let server = TestServer::open();
    let id = new_hospital(&server, "a\"b AND (c) 😀*院", json!({}));
    for keyword in ["\"", "a\"B and", "(C)", "😀", "*", "😀*院"] {
        assert_eq!(found(&server, "/hospital", keyword), [id], "{keyword}");
    }
    for keyword in ["AND OR NOT", "name:a", "-a", "a~2", "[a TO b]", "\\", "'; DROP TABLE", "%", "+++", "院院"] {
        for path in ["/hospital", "/doctor/list", "/project"] {
            assert_eq!(found(&server, path, keyword), [0; 0], "{keyword}");
        }
    }
    for keyword in ["\u{0}x", "\u{2}\u{3}", " "] {
        assert!([200, 400].contains(&server.nobody().get(format_args!("/hospital?keyword={}", encode(keyword))).status), "{keyword:?}");
    }
    server.nobody().get(format_args!("/hospital?keyword={}", encode(&"痛".repeat(101)))).refused(400, "invalid_field");
    assert_eq!(found(&server, "/hospital", &"痛".repeat(100)), [0; 0]);
}

#[test]
fn doctors_are_found_while_they_are_let_in() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let rename = |doctor: &Person, change: Value| drop(server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), change).ok());
    rename(&doctor, json!({ "real_name": "柳青青", "good_at": "关节镜", "departments": "风湿科" }));
    for keyword in ["柳青", "liuqing", "liuqingqing", "lqq", "关节镜", "风湿", "fengshi", "测试医院"] {
        assert_eq!(found(&server, "/doctor/list", keyword), [doctor.id], "{keyword}");
    }
    for keyword in ["liuqq", "iuqing", "guanjie", "柳青青青"] {
        assert_eq!(found(&server, "/doctor/list", keyword), [0; 0], "{keyword}");
    }
    let hospital = server.hospital().to_string();
    for (name, value, number) in [
        ("departments", "风湿科", 1),
        ("departments", "风湿", 0),
        ("job_position", "主任医师", 1),
        ("job_position", "院长", 0),
        ("hospital_id", &hospital, 1),
        ("hospital_id", "7", 0),
    ] {
        for sort in ["", "&sort=1", "&sort=2"] {
            let path = format!("/doctor/list?keyword={}&{name}={}{sort}", encode("柳"), encode(value));
            assert_eq!(server.nobody().get(&path).ok()["page"]["count"], number, "{path}");
        }
    }
    doctor.verify(&server, 2).ok();
    assert_eq!(found(&server, "/doctor/list", "柳青"), [0; 0]);
    doctor.verify(&server, 1).ok();
    assert_eq!(found(&server, "/doctor/list", "柳青"), [doctor.id]);
    server.admin().patch(format_args!("/admin/hospitals/{hospital}"), json!({ "name": "翠柏医院" })).ok();
    assert_eq!(found(&server, "/doctor/list", "测试医院"), [0; 0]);
    assert_eq!(found(&server, "/doctor/list", "翠柏"), [doctor.id]);
}

#[test]
fn projects_are_found_until_they_are_over() {
    let server = TestServer::open();
    let doctor = server.doctor();
    let first = publish(&server, &doctor, json!({ "begin": "08:00:00", "end": "09:00:00", "abstract": "糖尿病专场" }));
    let second = publish(&server, &doctor, json!({ "begin": "10:00:00", "end": "11:00:00", "addr": "糖人街", "service_target": ["儿童"] }));
    let both = |keyword: &str| assert_eq!(found(&server, "/project", keyword), [second, first], "{keyword}");
    both("测试医院");
    assert_eq!(found(&server, "/project", "糖"), [second, first], "an address begins with it, an introduction too");
    assert_eq!(found(&server, "/project", "尿病专"), [first]);
    let count = |more: &str| server.nobody().get(format_args!("/project?keyword={}{more}", encode("糖"))).ok()["page"]["count"].clone();
    assert_eq!(count(&format!("&service_target={}", encode("儿童"))), 1);
    assert_eq!(count(&format!("&departments={}", encode("外科"))), 0);
    assert_eq!(count(&format!("&hospital_id={}", server.hospital())), 2);
    assert_eq!((count("&sort=1"), count("&sort=2"), count("&sort=3")), (json!(2), json!(2), json!(2)));

    server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "real_name": "柳青青" })).ok();
    both("柳青青");
    both("liuqing");
    server.admin().patch(format_args!("/admin/hospitals/{}", server.hospital()), json!({ "name": "翠柏医院" })).ok();
    both("翠柏");
    assert_eq!(found(&server, "/project", "测试医院"), [0; 0]);

    doctor.get(format_args!("/project/{second}/cancel")).ok();
    assert_eq!(found(&server, "/project", "柳青青"), [first]);
    // It has just ended and the scheduler has not come by.
    server.app().clock.advance(xuanhu::base::span::Span::parse("25h").unwrap().ms());
    assert_eq!(found(&server, "/project", "柳青青"), [0; 0]);
    server.settle();
    assert_eq!(found(&server, "/project", "柳青青"), [0; 0]);
}

#[test]
fn terms_are_found_by_name_and_code() {
    let server = TestServer::open();
    let id = server.admin().post("/admin/diagnosis-terms", json!({ "name": "青松综合征", "code": "Z99.123" })).created()["id"].clone();
    let items = |q: &str| server.admin().get(format_args!("/admin/diagnosis-terms?q={}", encode(q))).ok();
    for q in ["青松", "z99.12", "qingsong", "qszhz", "综合征"] {
        let page = items(q);
        assert!(page["items"].as_array().unwrap().iter().any(|term| term["id"] == id), "{q}: {page}");
    }
    assert!(items("高血压")["total"].as_u64().unwrap() > 0, "the reference data is indexed");
    server.admin().delete(format_args!("/admin/diagnosis-terms/{id}"));
    assert_eq!(items("青松综合征")["total"], 0);
}

#[test]
fn orgs_are_found_by_name_and_introduction() {
    let server = TestServer::open();
    let org = |name: &str, text: &str| {
        server.admin().post("/admin/orgs", json!({ "name": name, "abstract": text })).created()["id"].as_u64().unwrap()
    };
    let (first, second) = (org("青松志愿队", "送医下乡"), org("翠柏会", "由青松志愿队发起"));
    assert_eq!(found(&server, "/org", "青松"), [first, second], "a name begins with it, an introduction has it inside");
    assert_eq!(found(&server, "/org", "下乡"), [first]);
    assert_eq!(found(&server, "/org", "cuibai"), [second]);
    server.admin().patch(format_args!("/admin/orgs/{first}"), json!({ "name": "红枫志愿队" })).ok();
    assert_eq!(found(&server, "/org", "青松"), [second]);
}

#[test]
fn names_are_found_in_every_reading_script_and_dot() {
    let server = TestServer::open();
    let doctors: Vec<u64> = ["曾国强", "單雄", "仇小满", "查青", "解缪", "翟覃", "朴区", "阿依古丽·买买提"]
        .into_iter()
        .map(|name| {
            let doctor = server.doctor();
            server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "real_name": name, "good_at": "頭痛 失眠" })).ok();
            doctor.id
        })
        .collect();
    for (n, keywords) in [
        &["zengguoqiang", "zgq", "cengguoqiang", "曾國強", "zeng guoqiang", "强 曾"][..],
        &["shanxiong", "单雄", "sx", "dan xiong"],
        &["qiuxiaoman", "qxm", "仇 满"],
        &["zhaqing", "chaqing", "zq 查"],
        &["xiemiao", "jiemiao", "xm 解"],
        &["zhaiqin", "diqin"],
        &["piaoou", "piaoqu", "puou"],
        &["阿依古丽买买提", "阿依古丽.买买提", "古丽•买", "丽・买", "依古丽．", "ayiguli", "guli maimaiti", "guli 买买提"],
    ]
    .into_iter()
    .enumerate()
    {
        for keyword in keywords {
            assert_eq!(found(&server, "/doctor/list", keyword), [doctors[n]], "{keyword}");
        }
    }
    for keyword in ["头痛 失眠", "失眠 頭痛", "头痛 测试医院", "ceshi 失"] {
        assert_eq!(found(&server, "/doctor/list", keyword).len(), doctors.len(), "{keyword}");
    }
    for keyword in ["头痛 无此", "zengqiang", "曾 雄", "toutong"] {
        assert_eq!(found(&server, "/doctor/list", keyword), [0; 0], "{keyword}");
    }
    let first = new_hospital(&server, "臺北總院", json!({}));
    for keyword in ["台北总院", "taibei", "zongyuan", "總 台"] {
        assert_eq!(found(&server, "/hospital", keyword), [first], "{keyword}");
    }
    let org = server.admin().post("/admin/orgs", json!({ "name": "单车志愿队", "abstract": "" })).created()["id"].as_u64().unwrap();
    assert_eq!((found(&server, "/org", "shanche"), found(&server, "/org", "dc 志愿")), (vec![org], vec![org]));
    let doctor = server.doctor();
    server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "real_name": "缪蓝" })).ok();
    let project = publish(&server, &doctor, json!({ "abstract": "糖尿病專場" }));
    for keyword in ["miaolan", "moulan", "专场 miao", "專場"] {
        assert_eq!(found(&server, "/project", keyword), [project], "{keyword}");
    }
}

#[test]
fn internet_hospital_searches_in_the_same_index() {
    let server = TestServer::open();
    let (light, heavy) = (server.doctor(), server.doctor());
    for (doctor, weight) in [(&light, 1), (&heavy, 9)] {
        let change = json!({ "real_name": "柳青青", "weight": weight, "is_hot": weight == 9 });
        server.admin().patch(format_args!("/admin/doctors/{}", doctor.id), change).ok();
    }
    let doctors = |form: Value| -> Vec<u64> {
        let page = server.nobody().post("/api/doctor/list", form).ok();
        let ids: Vec<u64> = page["items"].as_array().unwrap().iter().map(|doctor| hex_id(&doctor["id"])).collect();
        assert_eq!(page["page_info"]["total"], ids.len());
        ids
    };
    assert_eq!(doctors(json!({ "keyword": "柳青" })), [heavy.id, light.id]);
    assert_eq!(doctors(json!({ "keyword": "lqq", "isHot": true })), [heavy.id]);
    assert_eq!(doctors(json!({ "keyword": "测试医院", "isHot": false })), [light.id]);
    assert_eq!(doctors(json!({ "keyword": "无此人" })), [0; 0]);

    for name in ["大青松病", "青松病二型", "青松病", "青松病一型", "轻颂病"] {
        server.admin().post("/admin/diagnosis-terms", json!({ "name": name, "code": "Z99" })).created();
    }
    let names = |keyword: &str, skip: u64, limit: u64| -> Vec<String> {
        let page = server.nobody().post("/dictionary/diagnosis/list", json!({ "keyword": keyword, "skip": skip, "limit": limit })).ok();
        page["items"].as_array().unwrap().iter().map(|term| term["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("青松病", 0, 100), ["青松病", "青松病一型", "青松病二型", "大青松病"], "by relevance, then by name");
    assert_eq!(names("青松病", 1, 2), ["青松病一型", "青松病二型"]);
    assert_eq!(names("qingsongb", 0, 100), ["大青松病", "轻颂病", "青松病", "青松病一型", "青松病二型"]);
    assert_eq!(names("z99", 0, 1), ["大青松病"]);
    let all = names("", 0, 100);
    assert!(all.len() == 100 && all.is_sorted(), "the whole dictionary, by name");
}

/// The id in the last 16 of 24 hex digits.
fn hex_id(id: &Value) -> u64 {
    u64::from_str_radix(&id.as_str().unwrap()[8..], 16).unwrap()
}

#[test]
fn a_lost_index_comes_back() {
    let mut server = TestServer::open();
    let id = new_hospital(&server, "青松医院", json!({}));
    assert_eq!(found(&server, "/hospital", "青松"), [id]);
    server.restart();
    assert_eq!(found(&server, "/hospital", "青松"), [id]);
    fs::remove_dir_all(server.dir().join("index")).unwrap();
    server.restart();
    assert_eq!(found(&server, "/hospital", "青松"), [id]);
    server.settle();
    server.nobody().get("/readyz").ok();
    // Deleted under a running server.
    fs::remove_dir_all(server.dir().join("index")).unwrap();
    let other = new_hospital(&server, "青松分院", json!({}));
    for _ in 0..50 {
        let answer = server.nobody().get(format_args!("/hospital?keyword={}", encode("青松")));
        if answer.status == 200 && answer.ok()["page"]["count"] == 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(found(&server, "/hospital", "青松"), [other, id]);
}

// The rest goes without a server: nobody feeds the index but the test.

fn app(dir: &Path) -> Arc<App> {
    let settings = Settings::load(dir, &[], []).unwrap();
    App::open(dir, settings, Clock::stopped_at(Time(1_772_413_200_000))).unwrap().app
}

fn save(app: &App, id: u64, name: &str) -> u64 {
    let hospital = Hospital { id: Id::from_number(id), name: name.into(), ..Hospital::default() };
    app.store.write_blocking(move |db| hospital::save(db, hospital)).unwrap().id.number()
}

fn total(app: &App, keyword: &str) -> u64 {
    hospital::find(&app.store.view(), &app.index, keyword, Page::ALL).unwrap().total
}

fn feed(app: &App) -> u64 {
    let mut times = 0;
    while let Some(last) = app.feed_index().unwrap() {
        app.store.write_blocking(move |db| db.forget_events(INDEX, last)).unwrap();
        times += 1;
    }
    assert!(app.index_is_ready());
    assert!(app.store.view().events_after(INDEX, 0).next().is_none());
    times
}

#[test]
fn an_empty_index_says_so_until_it_is_built() {
    let dir = TempDir::new().unwrap();
    let server = app(dir.path());
    save(&server, 0, "青松医院");
    let refused = hospital::find(&server.store.view(), &server.index, "青松", Page::ALL).unwrap_err();
    assert!(refused.is(&INDEX_BUILDING) && !server.index_is_ready());
    feed(&server);
    assert_eq!(total(&server, "青松"), 1);
}

#[test]
fn a_crash_loses_and_doubles_nothing() {
    let dir = TempDir::new().unwrap();
    let server = app(dir.path());
    feed(&server);
    // After the store's commit and before the index's.
    save(&server, 0, "青松医院");
    drop(server);
    let server = app(dir.path());
    assert_eq!((total(&server, "青松"), feed(&server), total(&server, "青松")), (0, 1, 1));
    // After the index's commit and before the events are forgotten.
    save(&server, 0, "青松分院");
    assert!(server.feed_index().unwrap().is_some());
    drop(server);
    let server = app(dir.path());
    assert_eq!((total(&server, "青松"), feed(&server), total(&server, "青松")), (2, 1, 2));
    assert_eq!(feed(&server), 0);
}

#[test]
fn an_index_that_is_ahead_of_the_store_is_built_anew() {
    let dir = TempDir::new().unwrap();
    let server = app(dir.path());
    let id = save(&server, 0, "青松医院");
    feed(&server);
    drop(server);
    // A power cut that takes the store's last commits and leaves the index.
    let (store, before) = (dir.path().join("store"), dir.path().join("before"));
    copy(&store, &before);
    let server = app(dir.path());
    save(&server, 0, "青松鬼院");
    feed(&server);
    assert_eq!(total(&server, "青松"), 2);
    drop(server);
    fs::remove_dir_all(&store).unwrap();
    fs::rename(&before, &store).unwrap();
    let server = app(dir.path());
    save(&server, id, "翠柏医院"); // gets the number of the lost event
    feed(&server);
    assert_eq!((total(&server, "青松"), total(&server, "翠柏")), (0, 1));
}

#[test]
fn another_stores_index_is_not_taken_over() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for (dir, name) in [(&dir, "青松医院"), (&other, "翠柏医院")] {
        let server = app(dir.path());
        save(&server, 0, name);
        feed(&server);
    }
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    copy(&other.path().join("index"), &dir.path().join("index"));
    let server = app(dir.path());
    feed(&server);
    assert_eq!((total(&server, "青松"), total(&server, "翠柏")), (1, 0));
}

#[test]
fn reindexing_gives_the_same() {
    let dir = TempDir::new().unwrap();
    let server = app(dir.path());
    feed(&server);
    for i in 0..50 {
        save(&server, 0, &format!("青松{i}院"));
    }
    feed(&server);
    let before = total(&server, "");
    assert!(server.reindex().unwrap() > 500, "hospitals and the dictionary");
    assert_eq!((total(&server, "青松"), total(&server, "")), (50, before));
    assert_eq!(feed(&server), 0);
}

/// Everybody who changes something that is searched tells the index, and nobody else does.
#[test]
fn only_what_is_searched_is_told() {
    let dir = TempDir::new().unwrap();
    let server = app(dir.path());
    let told = || server.store.view().last_event(INDEX).unwrap();
    let id = save(&server, 0, "青松医院");
    let once = told();
    save(&server, id, "青松医院");
    let hospital: Hospital = server.store.view().need(Id::from_number(id)).unwrap();
    server.store.write_blocking(move |db| db.put(&Hospital { level: "三甲".into(), ..hospital })).unwrap();
    assert_eq!(told(), once, "nothing that is searched has changed");
    server.store.write_blocking(move |db| db.delete::<Hospital>(Id::from_number(id))).unwrap();
    assert_eq!(told(), once + 1);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}
