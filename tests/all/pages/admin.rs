//! The administrator's page in a browser: every screen and drawer, what it weighs, and an administrator's day.

use serde_json::{Value, json};
use xuanhu::demo;

use super::patient::Stage;
use crate::kit::{Browser, Client, TestServer, empty_dir, until};

/// Width and height, language, night: every pair of values is in one of the rows.
#[rustfmt::skip]
const SETTINGS: &[(u32, u32, &str, bool)] = &[
    (1280, 800, "zh-CN", false),
    (390, 844,  "en",    true),
    (820, 1180, "zh-CN", true),
    (1280, 800, "en",    true),
    (820, 1180, "en",    false),
    (390, 844,  "zh-CN", false),
];

const COLLECTIONS: &[&str] = &[
    "doctors",
    "assistants",
    "patients",
    "org-memberships",
    "administrators",
    "projects",
    "registrations",
    "consultations",
    "team-consults",
    "teams",
    "refunds",
    "withdrawals",
    "payments",
    "news",
    "banners",
    "notices",
    "special-projects",
    "hospitals",
    "departments",
    "clinics",
    "orgs",
    "regions",
    "diagnosis-terms",
    "consultation-reasons",
    "evaluation-questions",
];

/// The demonstration clinic with these settings, and a browser at its pages.
pub fn stage(settings: &[(&'static str, &str)]) -> Stage {
    let server = TestServer::with(settings);
    let logins = demo::load(&server.app().store).unwrap();
    let _ = server.app().demo.set(logins);
    server.settle();
    let base = server.nobody().base;
    let stage = Stage { browser: Browser::open(), server, base };
    stage.browser.size(1280, 800);
    stage.browser.goto(&format!("{}/web/gourd.svg", stage.base));
    stage.browser.run("localStorage.setItem('xuanhu.language', '\"zh-CN\"')");
    stage
}

/// The demonstration's administrator, as a client and as who is signed in on the page.
pub fn sign_in(stage: &Stage) -> Client {
    let token = stage.server.nobody().post("/admin/login", json!({ "username": "demo", "password": demo::PASSWORD })).ok()["token"].clone();
    let kept = json!({ "token": token, "role": "admin", "member_id": "demo", "name": "demo" });
    stage.browser.run(&format!("localStorage.setItem('xuanhu.admin', JSON.stringify({kept}))"));
    stage.server.nobody().with_token(token.as_str().unwrap())
}

pub fn show(stage: &Stage, path: &str) {
    stage.browser.goto("about:blank");
    stage.browser.goto(&format!("{}/web/admin/#{path}", stage.base));
    stage.ready();
}

#[test]
fn every_screen_of_the_administrators_page() {
    let stage = stage(&[]);
    let mut wrong = Vec::new();
    show(&stage, "/sign-in");
    // Nobody is signed in: there is a menu, and no entry for this.
    wrong.extend(stage.check("visitor").into_iter().filter(|line| !line.contains("one current entry")));
    let admin = sign_in(&stage);
    let mut paths: Vec<String> = [
        "/",
        "/verify",
        "/verify?kind=patients",
        "/exchange",
        "/settings",
        "/backups",
        "/month",
        "/me",
        "/notices/new",
        "/outbox",
        "/sessions",
        "/audit",
        "/doctors/new",
        "/projects/new",
    ]
    .map(str::to_owned)
    .into();
    for name in COLLECTIONS {
        paths.push(format!("/{name}"));
        let first = admin.get(format_args!("/admin/{name}?page_size=1")).ok()["items"][0]["id"].clone();
        if first.is_u64() {
            paths.push(format!("/{name}/{first}"));
        }
    }
    let person = admin.get("/admin/patients?page_size=1&q=丁小满").ok()["items"][0]["patients"][0]["patient_id"].clone();
    paths.push(format!("/persons/{person}"));
    for (n, path) in paths.iter().enumerate() {
        let (width, height, language, dark) = SETTINGS[n % SETTINGS.len()];
        stage.browser.size(width, height);
        stage.browser.run(&format!(
            "localStorage.setItem('xuanhu.language', '\"{language}\"'); localStorage.setItem('xuanhu.look', '{{\"big\":false,\"dark\":{dark}}}')"
        ));
        show(&stage, path);
        let found = stage.check(&format!("{path} {width} {language} dark {dark}"));
        // Settings are words with points in them, and so are the addresses of a list of sessions.
        wrong.extend(
            found.into_iter().filter(|line| !line.contains("bare word") || !["/settings", "/backups", "/me"].contains(&path.as_str())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Bytes on the wire of pages, scripts and styles, and how many requests they took.
pub fn weighed(browser: &Browser) -> (u64, u64) {
    let told = browser.run(
        "const parts = performance.getEntriesByType('resource').filter((one) => /\\.(js|css)(\\?|$)/.test(one.name));
         return [[...parts, ...performance.getEntriesByType('navigation')].reduce((sum, one) => sum + one.encodedBodySize, 0), parts.length + 1]",
    );
    (told[0].as_u64().unwrap(), told[1].as_u64().unwrap())
}

#[test]
fn the_first_load_stays_within_its_budget() {
    let stage = stage(&[]);
    sign_in(&stage);
    show(&stage, "/");
    stage.browser.until("document.querySelector('.chart canvas')");
    let (bytes, requests) = weighed(&stage.browser);
    // With the chart, which is fetched when it is shown: 190 kB and 25 more.
    assert!(bytes > 20_000 && bytes < 215_000 && requests <= 40, "{bytes} bytes in {requests} requests");
    let faults = stage.faults();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn an_administrators_day() {
    let stage = stage(&[("payment.refund_approval", "true")]);
    let browser = &stage.browser;
    browser.goto(&format!("{}/web/admin/", stage.base));
    browser.reads("xuanhu admin reset-password admin --data-dir");
    assert_eq!(browser.run("return document.querySelectorAll('.side .group').length"), 0, "nobody is signed in");
    browser.fill("用户名", "demo");
    browser.fill("密码", demo::PASSWORD);
    browser.tap("登录");
    browser.reads("待办");
    browser.reads("位医生待审核");
    let admin = sign_in(&stage);
    verifies_by_a_key(&stage, &admin);
    imports_and_is_told_of_bad_lines(&stage, &admin);
    gives_money_back(&stage, &admin);
    sends_a_notice(&stage, &admin);
    looks_up_a_setting(&stage);
    changes_a_record_and_finds_it_again(&stage, &admin);
    let faults = stage.browser.faults(&stage.base, &["/admin/import/departments"]);
    assert!(faults.is_empty(), "{faults:?}");
}

fn verifies_by_a_key(stage: &Stage, admin: &Client) {
    let waiting = admin.get("/admin/doctors?is_verify=0").ok()["items"][0].clone();
    show(stage, "/verify");
    stage.browser.reads(waiting["real_name"].as_str().unwrap());
    stage.browser.run("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }))");
    stage.browser.reads("没有待审核的");
    assert_eq!(admin.get(format_args!("/admin/doctors/{}", waiting["id"])).ok()["is_verify"], 1);
}

fn imports_and_is_told_of_bad_lines(stage: &Stage, admin: &Client) {
    show(stage, "/exchange?kind=departments");
    let choose = |table: &str| {
        stage.browser.run(&format!(
            "const input = document.getElementById('import-file'); const files = new DataTransfer();
             files.items.add(new File([{}], 'departments.csv')); input.files = files.files; input.dispatchEvent(new Event('change', {{ bubbles: true }}))",
            json!(table)
        ));
        stage.browser.tap_at("//button[@data-act='import']");
    };
    choose("name,sort\n睡眠科,90\n高压氧科,many\n");
    stage.browser.reads("高压氧科,many");
    stage.browser.reads("顺序（sort）");
    assert_eq!(admin.get("/admin/departments?q=睡眠科").ok()["total"], 0);
    choose("name,sort\n睡眠科,90\n高压氧科,91\n");
    stage.browser.reads("新增 2");
    assert_eq!(admin.get("/admin/departments?q=睡眠科").ok()["total"], 1);
}

fn gives_money_back(stage: &Stage, admin: &Client) {
    // A patient asks a doctor, pays, and wants the money back.
    let patient =
        stage.server.nobody().post("/session", json!({ "phone": "19900001014", "password": demo::PASSWORD, "role": "patient" })).ok();
    let patient = stage.server.nobody().with_token(patient["token"].as_str().unwrap());
    let project = patient.get("/project?page_size=100").ok()["list"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["price"] == 20 && one["is_join"] == 0)
        .unwrap()
        .clone();
    let slot = project["plan_time"].as_object().unwrap().iter().find(|(_, left)| left.as_u64() > Some(0)).unwrap().0.clone();
    let made = patient.post(format_args!("/project/{}/join", project["id"]), json!({ "content": "膝盖疼", "plan_time": slot })).ok();
    stage.server.nobody().post(format_args!("/payment/demo/{}/pay", made["sn"].as_str().unwrap()), json!({})).ok();
    patient.get(format_args!("/custom/project/{}/cancel", project["id"])).ok();
    stage.server.settle();
    let refund = admin.get("/admin/refunds?status=pending").ok()["items"][0].clone();
    assert_eq!((&refund["amount"], &refund["approved"]), (&json!(2_000), &json!(false)));
    show(stage, &format!("/refunds/{}", refund["id"]));
    stage.browser.tap("退还 ¥20.00");
    stage.browser.tap_at("//dialog//button[normalize-space(.)='退还 ¥20.00']");
    stage.browser.until("!document.querySelector('dialog')");
    stage.browser.until("!document.querySelector('[data-act=approve]')");
    stage.server.settle();
    assert_eq!(admin.get(format_args!("/admin/refunds/{}", refund["id"])).ok()["status"], "done");
    show(stage, &format!("/payments?q={}", made["sn"].as_str().unwrap()));
    stage.browser.reads("演示支付");
}

fn looks_up_a_setting(stage: &Stage) {
    show(stage, "/settings?q=提现");
    stage.browser.reads("每月哪几天可以提现上个月的收入");
    assert_eq!(stage.browser.run("return document.querySelectorAll('table.settings tbody tr').length"), 1);
    // The same, by what the program says of it.
    show(stage, "/settings?q=days of the month");
    stage.browser.reads("team.withdrawal_days");
}

fn sends_a_notice(stage: &Stage, admin: &Client) {
    let doctors = admin.get("/admin/doctors?page_size=1").ok()["total"].clone();
    show(stage, "/notices/new");
    stage.browser.fill("标题", "停电检修");
    stage.browser.fill("内容", "周日上午八点到十点停电，请提前安排。");
    stage.browser.tap("全部医生");
    stage.browser.tap(&format!("发送给 {doctors} 人"));
    stage.browser.until("location.hash === '#/notices'");
    stage.browser.reads("停电检修");
    assert_eq!(admin.get("/admin/notices?q=停电检修").ok()["items"][0]["to"], "doctors");
}

fn changes_a_record_and_finds_it_again(stage: &Stage, admin: &Client) {
    let doctor = admin.get("/admin/doctors?q=lcb").ok()["items"][0].clone();
    show(stage, "/doctors?q=lcb&sort=real_name");
    stage.browser.tap("陆川柏");
    stage.browser.until("document.querySelector('.drawer')");
    stage.browser.fill("职称", "主任医师");
    stage.browser.tap("保存");
    stage.browser.reads("已保存");
    let changed = admin.get(format_args!("/admin/doctors/{}", doctor["id"])).ok();
    assert_eq!(
        (&changed["job_position"], &changed["phone"], &changed["good_at"]),
        (&json!("主任医师"), &doctor["phone"], &doctor["good_at"])
    );
    // The list kept its search and order, and the address of the row is one to send.
    assert_eq!(stage.browser.run("return location.hash"), format!("#/doctors/{}?q=lcb&sort=real_name", doctor["id"]));
    stage.browser.tap("审计");
    stage.browser.reads("修改");
    stage.browser.back();
    stage.browser.until("!document.querySelector('.drawer') && document.querySelectorAll('tbody tr').length === 1");
    // What is covered is shown to whoever says why, and it is written down.
    show(stage, &format!("/doctors/{}", doctor["id"]));
    stage.browser.tap("显示");
    stage.browser.fill("查看原因", "核对执业证");
    stage.browser.tap_at("//dialog//button[@type='submit']");
    stage.browser.until("/\\d{17}[\\dX]/.test(document.querySelector('dialog')?.innerText ?? '')");
    let looks = admin.get(format_args!("/admin/audit?action=reveal&subject=doctor&subject_id={}", doctor["id"])).ok();
    assert_eq!(looks["items"][0]["reason"], "核对执业证");
}

#[test]
fn an_administrator_sees_to_the_backups() {
    let place = empty_dir();
    let archive = place.path().join("archive");
    let stage =
        stage(&[("archive.dir", archive.to_str().unwrap()), ("archive.every", "100ms"), ("backup.dir", place.path().to_str().unwrap())]);
    let browser = &stage.browser;
    let admin = sign_in(&stage);
    let state = || admin.get("/admin/backups/state").ok();
    until("the first backup and the base", || state()["newest"].is_string() && state()["warnings"] == json!([]));
    show(&stage, "/backups");
    browser.reads("核对完好");
    browser.tap("立即备份");
    browser.until("document.querySelectorAll('tbody tr').length === 2 && !/进行中/.test(document.querySelector('tbody').innerText)");
    for (width, height, dark) in [(1280, 800, false), (390, 844, false), (390, 844, true)] {
        browser.size(width, height);
        browser.run(&format!("localStorage.setItem('xuanhu.look', '{{\"big\":false,\"dark\":{dark}}}')"));
        show(&stage, "/backups");
        let wrong: Vec<String> = stage.check("backups").into_iter().filter(|line| !line.contains("bare word")).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        look(&stage, &format!("backups-{width}-{dark}"));
    }
    browser.size(1280, 800);
    // One is looked at, which is not whole any more; the first page says so, in words, and once.
    let newest = admin.get("/admin/backups").ok()["items"][0]["name"].clone();
    std::fs::write(place.path().join(newest.as_str().unwrap()), b"no backup").unwrap();
    show(&stage, "/backups");
    browser.tap_at("(//tbody//button[normalize-space(.)='核对'])[1]");
    browser.reads("最新的备份不完好");
    look(&stage, "backups-damaged");
    show(&stage, "/");
    browser.reads("最新的备份不完好");
    look(&stage, "overview-damaged");
    browser.tap("查看备份");
    browser.until("location.hash === '#/backups'");
    browser.tap_at("(//tbody//button[normalize-space(.)='删除'])[1]");
    browser.tap_at("//dialog//button[normalize-space(.)='删除']");
    browser.until("document.querySelectorAll('tbody tr').length === 1");
    browser.tap("下载");
    until("the look", || admin.get("/admin/audit?action=export&subject=backup").ok()["total"] == 1);
    let faults = stage.faults();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_months_report_is_read_printed_and_calculated_with() {
    let stage = stage(&[]);
    let browser = &stage.browser;
    let admin = sign_in(&stage);
    for (width, height, language) in [(1280, 800, "zh-CN"), (390, 844, "en"), (390, 844, "zh-CN")] {
        browser.size(width, height);
        browser.run(&format!("localStorage.setItem('xuanhu.language', '\"{language}\"')"));
        show(&stage, "/month?month=2026-02");
        look(&stage, &format!("month-{width}-{language}"));
        assert_eq!(stage.check("month"), Vec::<String>::new());
    }
    browser.size(1280, 800);
    browser.reads("2026年2月月报");
    let told = admin.get("/admin/statistics/daily?from=2026-02-01&to=2026-02-28").ok();
    assert!(told["sum"]["money_in"].as_i64() > Some(0) && told["sum"]["visits"].as_i64() > Some(0), "{told}");
    assert_eq!(browser.run("return document.querySelectorAll('tbody tr').length"), 28);
    let sums = browser.run("return [...document.querySelectorAll('tfoot td')].map((cell) => cell.innerText)");
    let kept = format!("¥{}.{:02}", told["sum"]["money_kept"].as_i64().unwrap() / 100, told["sum"]["money_kept"].as_i64().unwrap() % 100);
    assert_eq!((&sums[1], &sums[8]), (&json!(told["sum"]["visits"].to_string()), &json!(kept)));
    // The file adds up to the same.
    browser.run("window.made = null; URL.createObjectURL = (blob) => { blob.text().then((text) => { window.made = text; }); return '#'; }");
    browser.tap("导出 CSV");
    browser.until("window.made");
    let table = browser.run("return window.made").as_str().unwrap().to_owned();
    let lines: Vec<Vec<&str>> = table.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0][7], lines[29][0]), (30, "收入（元）", "合计"));
    let fen = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    assert_eq!(lines[1..29].iter().map(|line| fen(line[7])).sum::<i64>(), fen(lines[29][7]));
    assert_eq!(fen(lines[29][7]), told["sum"]["money_in"].as_i64().unwrap());
    // This month has the days that were, and the step to the next one is not there.
    browser.tap_at("//a[@aria-label='下个月']");
    browser.reads("2026年3月月报");
    browser.until("document.querySelectorAll('tbody tr').length === 2 && !document.querySelector('[aria-label=\"下个月\"]')");
    let faults = stage.faults();
    assert!(faults.is_empty(), "{faults:?}");
}

/// Keeps a picture where `LOOK` names a folder: for whoever draws pages.
pub fn look(stage: &Stage, name: &str) {
    let Some(folder) = std::env::var_os("LOOK") else { return };
    let shot = stage.browser.cdp("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, shot["data"].as_str().unwrap()).unwrap();
    std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
}

#[test]
fn a_thousand_rows_are_drawn_at_once() {
    let stage = stage(&[]);
    let admin = sign_in(&stage);
    let table: String = std::iter::once("name,code\n".to_owned()).chain((0..1_200).map(|n| format!("试词{n},T{n:04}\n"))).collect();
    admin.request("POST", "/admin/import/diagnosis-terms").multipart(&[], &[("file", "t.csv", table.as_bytes())]).send().ok();
    show(&stage, "/diagnosis-terms?page_size=1000");
    assert_eq!(stage.browser.run("return document.querySelectorAll('tbody tr').length"), 1_000);
    let pages: Value = stage.browser.run("return document.querySelector('.pager').innerText");
    assert!(pages.as_str().unwrap().contains('2'), "{pages}");
}
