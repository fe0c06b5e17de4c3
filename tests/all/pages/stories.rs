//! The patient's page on bad days: what is typed is never lost, what is sent twice happens once, what failed says what to do next.
//!
//! One server and one browser for all of them: each story has a patient of the demonstration for itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use xuanhu::base::id::Id;
use xuanhu::domain::relations::dispatch::{SendTarget, send};

use super::patient::Stage;
use crate::kit::Client;

/// What it is called, and how it goes.
type Story = (&'static str, fn(&Stage));

#[test]
fn bad_days_of_a_patient() {
    let stage = Stage::open();
    let stories: &[Story] = &[
        ("the last seat", the_last_seat_goes_and_a_double_tap_books_once),
        ("a lost answer", an_answer_is_lost_after_the_commit),
        ("an ended session", the_session_ends_in_the_middle_of_a_form),
        ("a lapsed hold", a_hold_lapses_while_paying_and_a_reload_finds_the_payment),
        ("a dying line", a_message_sent_into_a_dying_line_arrives_once),
        ("an input method", an_input_method_confirms_with_enter),
        ("New York", the_device_is_in_new_york),
        ("back", back_leads_through_list_and_filter),
        ("two people", two_people_share_a_browser),
        ("full storage", storage_is_full),
        ("a thousand messages", a_thousand_messages),
        ("script", script_in_names_and_news),
    ];
    // One that fails does not hide the others: what each says stands above.
    let failed: Vec<_> =
        stories.iter().filter(|(_, story)| catch_unwind(AssertUnwindSafe(|| story(&stage))).is_err()).map(|(name, _)| *name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

fn visits(patient: &Client, project: &Value) -> Vec<Value> {
    let list = patient.get("/custom/diagnoses?page_size=100").ok()["list"].clone();
    list.as_array().unwrap().iter().filter(|one| one["project_id"] == *project).cloned().collect()
}

/// An open free clinic of that price, with a time that has one seat where asked for.
fn project(patient: &Client, price: u64) -> Value {
    let list = patient.get("/project?page_size=100").ok()["list"].clone();
    list.as_array()
        .unwrap()
        .iter()
        .rfind(|one| one["price"] == price && one["is_join"] == 0 && one["progress_status"] == 1)
        .unwrap()
        .clone()
}

/// The times of a project and their seats.
fn slots(project: &Value) -> Vec<(String, u64)> {
    let times = project["plan_time"].as_object().unwrap();
    let mut times: Vec<_> = times.iter().map(|(time, left)| (time.clone(), left.as_u64().unwrap())).collect();
    times.sort();
    times
}

/// `09:00:00 - 09:30:00` as the page shows it.
fn shown(slot: &str) -> String {
    format!("{}–{}", &slot[..5], &slot[11..16])
}

/// The first page of the booking, filled in.
fn choose(stage: &Stage, project: &Value, slot: &str, complaint: &str) {
    stage.show(&format!("/projects/{}", project["id"]));
    stage.browser.tap(&shown(slot));
    stage.browser.fill("哪里不舒服", complaint);
    stage.browser.tap("下一步");
    stage.browser.reads("核对预约");
}

fn the_last_seat_goes_and_a_double_tap_books_once(stage: &Stage) {
    let patient = stage.sign_in("19900001015", "严霜降");
    let others: Vec<_> = ["19900001014", "19900001016", "19900001017", "19900001018"].map(|phone| stage.sign_in(phone, "")).into();
    stage.sign_in("19900001015", "严霜降");
    let project = project(&patient, 0);
    let times = slots(&project);
    let (first, seats) = times[0].clone();
    choose(stage, &project, &first, "头晕三天，早上更重");
    for other in others.iter().take(usize::try_from(seats).unwrap()) {
        other.post(format_args!("/project/{}/join", project["id"]), json!({ "content": "也来看看", "plan_time": first })).ok();
    }
    stage.browser.tap("确认预约");
    stage.browser.reads("已约满");
    stage.browser.until("document.querySelector('textarea').value === '头晕三天，早上更重'");
    // Shown as full.
    stage
        .browser
        .until(&format!("[...document.querySelectorAll('input[name=slot]')].find((one) => one.disabled)?.value === {}", json!(first)));
    stage.browser.tap(&shown(&times[1].0));
    stage.browser.tap("下一步");
    stage.browser.reads("核对预约");
    // Two taps in one breath.
    stage.browser.run("const button = document.querySelector('[data-act=confirm]'); button.click(); button.click();");
    stage.browser.reads("预约成功");
    assert_eq!(visits(&patient, &project["id"]).len(), 1);
    stage.browser.reload();
    stage.browser.reads("预约成功");
    // To cancel asks first.
    stage.browser.tap("取消预约");
    stage.browser.tap("确认取消");
    stage.browser.reads("再约一次");
    assert_eq!(visits(&patient, &project["id"])[0]["verify_status"], 3);
}

fn an_answer_is_lost_after_the_commit(stage: &Stage) {
    let patient = stage.sign_in("19900001014", "郝立春");
    let project = project(&patient, 0);
    let slot = slots(&project).into_iter().rfind(|(_, left)| *left > 0).unwrap().0;
    choose(stage, &project, &slot, "最近总觉得乏力");
    stage.browser.run(
        "const real = fetch; window.fetch = async (url, options) => {
            const answer = await real(url, options);
            if (options?.method === 'POST' && String(url).includes('/join')) { window.fetch = real; throw new TypeError('lost'); }
            return answer;
        }",
    );
    stage.browser.tap("确认预约");
    stage.browser.reads("连接断开，正在重试");
    stage.browser.reads("预约成功");
    assert_eq!(visits(&patient, &project["id"]).iter().filter(|one| one["verify_status"] == 1).count(), 1);
}

fn the_session_ends_in_the_middle_of_a_form(stage: &Stage) {
    let patient = stage.sign_in("19900001013", "冯谷雨");
    stage.show("/family/new");
    stage.browser.fill("姓名", "冯小寒");
    stage.browser.fill("与我的关系", "女儿");
    stage.browser.tap("女");
    stage.browser.run("const day = document.getElementById('relative-birthday'); day.value = '2015-01-06'; day.dispatchEvent(new Event('input', { bubbles: true }));");
    // The gateway tells it at once; the form stays as it is behind the dialog.
    patient.delete("/session").ok();
    stage.browser.reads("请重新登录，内容都还在");
    stage.browser.until("document.querySelector('#relative-name').value === '冯小寒'");
    stage.browser.tap("密码登录");
    stage.browser.fill("密码", "wrong-password");
    stage.browser.tap_at("//dialog//form[@name='password']//button[@type='submit']");
    stage.browser.reads("账号或密码错误");
    stage.browser.fill("密码", "xuanhu-demo");
    stage.browser.tap_at("//dialog//form[@name='password']//button[@type='submit']");
    stage.browser.until("!document.querySelector('dialog')");
    stage.browser.tap("保存");
    stage.browser.until("location.hash === '#/family'");
    stage.browser.reads("冯小寒");
    // A draft that was not sent is offered again, and only to its owner.
    stage.show("/family/new");
    stage.browser.fill("姓名", "冯大雪");
    stage.browser.until("Object.keys(localStorage).some((key) => key.startsWith('xuanhu.draft.patient'))");
    stage.show("/family/new");
    stage.browser.tap("恢复上次未保存的内容");
    stage.browser.until("document.querySelector('#relative-name').value === '冯大雪'");
    stage.sign_in("19900001019", "余寒露");
    stage.show("/family/new");
    stage.browser.reads_no_more("恢复上次未保存的内容");
}

fn a_hold_lapses_while_paying_and_a_reload_finds_the_payment(stage: &Stage) {
    let patient = stage.sign_in("19900001019", "余寒露");
    let project = project(&patient, 20);
    let slot = slots(&project).into_iter().rfind(|(_, left)| *left > 0).unwrap().0;
    choose(stage, &project, &slot, "颈肩酸痛");
    stage.browser.tap("确认预约");
    stage.browser.reads("待支付");
    stage.browser.tap("去支付");
    stage.browser.reads("支付 ¥20.00");
    // Somebody pays while the page is away: it asks the order when it comes back.
    let number = visits(&patient, &project["id"])[0]["sn"].as_str().unwrap().to_owned();
    stage.server.advance("16m");
    stage.browser.reload();
    stage.browser.reads("号源已释放，未扣款；如已付款将自动退回");
    assert_eq!(visits(&patient, &project["id"])[0]["verify_status"], 3);
    stage.server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).refused(409, "payment_closed");
    stage.browser.tap("重新选择");
    stage.browser.reads("哪里不舒服");
    choose(stage, &project, &slot, "颈肩酸痛");
    stage.browser.tap("确认预约");
    stage.browser.tap("去支付");
    stage.browser.reads("支付 ¥20.00");
    let number =
        visits(&patient, &project["id"]).into_iter().find(|one| one["verify_status"] == 0).unwrap()["sn"].as_str().unwrap().to_owned();
    stage.server.nobody().post(format_args!("/payment/demo/{number}/pay"), json!({})).ok();
    stage.browser.reload();
    stage.browser.reads("已支付");
}

/// The patient's running team consult and its messages.
fn consult(patient: &Client) -> u64 {
    patient.get("/consult/in_process_list").ok()[0]["consultation_id"].as_u64().unwrap()
}

fn said(patient: &Client, consult: u64, text: &str) -> usize {
    let list = patient.get(format_args!("/im/messages?consultation_id={consult}&limit=500")).ok();
    list["items"].as_array().unwrap().iter().filter(|one| one["content"] == text).count()
}

fn a_message_sent_into_a_dying_line_arrives_once(stage: &Stage) {
    let patient = stage.sign_in("19900001012", "丁小满");
    let consult = consult(&patient);
    stage.show(&format!("/messages/consult/{consult}"));
    stage.browser.reads("实时");
    // It goes out, and the line dies before the answer comes.
    stage.browser.run(
        "const send = WebSocket.prototype.send; WebSocket.prototype.send = function (text) { send.call(this, text); if (text.includes('\"send\"')) { WebSocket.prototype.send = send; this.close(); } }",
    );
    stage.browser.fill("写消息", "线断了也要到");
    stage.browser.tap("发送");
    stage.browser.until("[...document.querySelectorAll('.message.mine')].at(-1).innerText.includes('已发送')");
    assert_eq!(said(&patient, consult, "线断了也要到"), 1);
    // It never goes out, and the page is opened again.
    stage.browser.run("WebSocket.prototype.send = () => {}");
    stage.browser.fill("写消息", "重开也要到");
    stage.browser.tap("发送");
    stage.browser.reads("重开也要到");
    stage.browser.reload();
    stage.browser.until("document.querySelector('.message.mine') && ![...document.querySelectorAll('.message.waiting')].length && document.body.innerText.includes('重开也要到')");
    assert_eq!(said(&patient, consult, "重开也要到"), 1);
    // A draft of a message outlives the page.
    stage.browser.fill("写消息", "还没写完");
    stage.browser.until("Object.keys(localStorage).some((key) => key.includes('.chat.'))");
    stage.browser.reload();
    stage.browser.until("document.querySelector('.composer textarea')?.value === '还没写完'");
}

fn an_input_method_confirms_with_enter(stage: &Stage) {
    let patient = stage.sign_in("19900001012", "丁小满");
    let consult = consult(&patient);
    stage.show(&format!("/messages/consult/{consult}"));
    stage.browser.fill("写消息", " ");
    stage.browser.cdp("Input.imeSetComposition", json!({ "text": "xieyao", "selectionStart": 6, "selectionEnd": 6 }));
    let enter = |code: u32| json!({ "type": "rawKeyDown", "key": if code == 229 { "Process" } else { "Enter" }, "code": "Enter", "windowsVirtualKeyCode": code });
    stage.browser.cdp("Input.dispatchKeyEvent", enter(229));
    stage.browser.cdp("Input.insertText", json!({ "text": "谢谢医生" }));
    stage.browser.until("document.querySelector('.composer textarea').value.includes('谢谢医生')");
    assert_eq!(
        stage
            .browser
            .run("return [...document.querySelectorAll('.message.mine')].filter((one) => /xieyao|谢谢医生/.test(one.innerText)).length"),
        0
    );
    stage.browser.cdp("Input.dispatchKeyEvent", enter(13));
    stage.browser.until("[...document.querySelectorAll('.message.mine')].some((one) => one.innerText.includes('谢谢医生'))");
    stage.browser.until("document.querySelector('.composer textarea').value === ''");
}

fn the_device_is_in_new_york(stage: &Stage) {
    let patient = stage.sign_in("19900001012", "丁小满");
    let visits = patient.get("/custom/diagnoses?type=1").ok()["list"].clone();
    let visit = &visits[0];
    stage.browser.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": "America/New_York" }));
    stage.show(&format!("/visits/{}", visit["id"]));
    let time = shown(visit["plan_time"].as_str().unwrap());
    let (month, day) = (&visit["visit_time"].as_str().unwrap()[5..7], &visit["visit_time"].as_str().unwrap()[8..10]);
    stage.browser.reads(&format!("{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0')));
    stage.browser.reads(&time);
    stage.browser.reads("北京时间");
    stage.browser.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": "" }));
}

fn back_leads_through_list_and_filter(stage: &Stage) {
    stage.sign_in("19900001012", "丁小满");
    stage.show("/find?kind=doctor");
    stage.browser.fill("医生、科室、医院，拼音也行", "suyeqing");
    stage.browser.until("location.hash.includes('q=suyeqing')");
    stage.browser.until("document.querySelectorAll('.grid a.card').length === 1");
    stage.browser.tap_at("//a[contains(@class, 'card')]");
    stage.browser.until("document.querySelector('h1').textContent === '苏叶青'");
    stage.browser.back();
    stage.browser.until("location.hash === '#/find?kind=doctor&q=suyeqing' && document.querySelectorAll('.grid a.card').length === 1");
    stage.browser.reload();
    stage.browser.until(
        "document.querySelector('input[type=search]')?.value === 'suyeqing' && document.querySelectorAll('.grid a.card').length === 1",
    );
    // Typing replaced the address: one step back is before the search.
    stage.browser.tap("约义诊");
    stage.browser.until("location.hash === '#/find'");
}

fn two_people_share_a_browser(stage: &Stage) {
    stage.sign_in("19900001012", "丁小满");
    stage.show("/me");
    let other =
        stage.server.nobody().post("/session", json!({ "phone": "19900001013", "password": "xuanhu-demo", "role": "patient" })).ok();
    // What another tab does to this one: it writes, and this one is told.
    let mut kept = other;
    kept["name"] = json!("冯谷雨");
    let theirs = kept.to_string();
    let tell = format!(
        "localStorage.setItem('xuanhu.patient', {0}); dispatchEvent(new StorageEvent('storage', {{ key: 'xuanhu.patient', newValue: {0} }}))",
        json!(theirs)
    );
    stage.browser.run(&tell);
    stage.browser.reads("冯谷雨 已在另一个页面登录");
    stage.browser.until("document.querySelector('main').innerText.includes('丁小满')");
    stage.browser.tap("换成 冯谷雨");
    stage.browser.until("!document.querySelector('dialog') && document.querySelector('main').innerText.includes('冯谷雨')");
}

fn storage_is_full(stage: &Stage) {
    let patient = stage.sign_in("19900001017", "汪夏至");
    let project = project(&patient, 0);
    let slot = slots(&project).into_iter().rfind(|(_, left)| *left > 0).unwrap().0;
    stage.show(&format!("/projects/{}", project["id"]));
    // What earlier stories provoked on purpose is not this one's.
    stage.faults();
    stage.browser.run("window.kept = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }");
    stage.browser.tap(&shown(&slot));
    stage.browser.fill("哪里不舒服", "饭后肚子胀");
    stage.browser.tap("下一步");
    stage.browser.reads("核对预约");
    stage.browser.tap("确认预约");
    stage.browser.reads("预约成功");
    // The page is loaded anew before the next story: what stood in for a full storage ends with it.
    let faults = stage.faults();
    stage.browser.run("Storage.prototype.setItem = window.kept");
    assert!(faults.is_empty(), "{faults:?}");
}

fn a_thousand_messages(stage: &Stage) {
    let patient = stage.sign_in("19900001012", "丁小满");
    let consult = consult(&patient);
    let me = patient.get("/member/profile").ok()["member_id"].as_u64().unwrap();
    let many = move |db: &mut xuanhu::store::Tx| {
        (0..1_000).try_for_each(|n| {
            let form = send::Send {
                to: SendTarget::Consultation(Id::from_number(consult)),
                mimetype: "text/plain".into(),
                content: format!("第 {n} 条"),
                images: Vec::new(),
                client_id: String::new(),
            };
            send::send(db, Id::from_number(me), form).map(drop)
        })
    };
    stage.server.app().store.write_blocking(many).unwrap();
    stage.show(&format!("/messages/consult/{consult}"));
    stage.browser.reads("第 999 条");
    let shown = stage.browser.run("return document.querySelectorAll('.message').length").as_u64().unwrap();
    assert!(shown < 100, "{shown} are drawn at once");
    stage
        .browser
        .until("(() => { const log = document.querySelector('.log'); return log.scrollTop + log.clientHeight > log.scrollHeight - 5; })()");
    // Upwards older ones come, and what one reads keeps its place.
    let place = "(() => { const log = document.querySelector('.log'); const one = [...document.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().top > log.getBoundingClientRect().top); return [one.innerText, Math.round(one.getBoundingClientRect().top)]; })()";
    let before = stage.browser.run(&format!("document.querySelector('.log').scrollTop = 70; return {place}"));
    stage.browser.until(&format!("document.querySelectorAll('.message').length > {shown}"));
    let after = stage.browser.run(&format!("return new Promise((done) => setTimeout(() => done([...document.querySelectorAll('.message')].find((one) => one.innerText === {}).getBoundingClientRect().top), 200))", before[0]));
    assert!((after.as_f64().unwrap() - before[1].as_f64().unwrap()).abs() < 40.0, "{before} {after}");
}

fn script_in_names_and_news(stage: &Stage) {
    let admin = stage.server.admin();
    stage.faults();
    let content = "<h2>标题</h2><p onclick=\"steal()\" style=\"color:red\">正文<script>window.stolen = 1</script><img src=x onerror=\"window.stolen = 2\"><a href=\"javascript:window.stolen=3\">链接</a></p><iframe src=\"/\"></iframe>";
    let news = admin
        .post("/admin/news", json!({ "title": "<b>公告</b><script>window.stolen = 4</script>", "content": content, "type": 1 }))
        .created();
    let patient = stage.sign_in("19900001018", "<img src=x onerror=window.stolen=5>");
    patient
        .post(
            "/family",
            json!({ "name": "<script>window.stolen = 6</script>", "relation_type": "其他", "gender": 1, "birthday": "1960-01-01" }),
        )
        .ok();
    for path in [format!("/news/{}", news["id"]), "/news".to_owned(), "/family".to_owned(), "/".to_owned()] {
        stage.show(&path);
        assert_eq!(stage.browser.run("return window.stolen ?? null"), Value::Null, "{path}");
        assert_eq!(
            stage.browser.run("return document.querySelectorAll('main script, main iframe, main [onclick], main [style]').length"),
            0,
            "{path}"
        );
    }
    stage.show(&format!("/news/{}", news["id"]));
    stage.browser.reads("正文");
    assert!(stage.faults().is_empty(), "{:?}", stage.faults());
}
