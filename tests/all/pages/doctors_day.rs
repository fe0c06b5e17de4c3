//! A doctor's day from one page: the queue and its results, a consultation with its three replies, the team, the income, a call.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use super::{
    doctor::{DOCTOR, number, session, show, sign_in, team},
    patient::Stage,
};
use crate::kit::{Browser, Client};

type Chapter = (&'static str, fn(&Stage, &Client));

#[test]
fn a_doctors_day() {
    let stage = Stage::open();
    stage.browser.size(1280, 800);
    let doctor = sign_in(&stage, DOCTOR);
    let chapters: &[Chapter] = &[
        ("three replies", three_replies_a_retraction_and_a_diagnosis),
        ("a team consult", a_service_is_offered_in_a_team_consult),
        ("a call", patient_and_doctor_talk),
        ("an ended session", the_session_ends_in_the_middle_of_a_result),
        ("the queue", a_queue_from_booking_to_rating),
        ("publishing", a_clinic_is_published_from_an_old_one),
        ("an input method", an_input_method_composes_in_the_doctors_fields),
        ("teams", a_team_is_founded_and_its_income_seen),
        ("me", price_replies_and_half_days),
    ];
    let failed: Vec<_> = chapters
        .iter()
        .filter(|(_, chapter)| catch_unwind(AssertUnwindSafe(|| chapter(&stage, &doctor))).is_err())
        .map(|(name, _)| *name)
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
}

fn three_replies_a_retraction_and_a_diagnosis(stage: &Stage, doctor: &Client) {
    let browser = &stage.browser;
    let order = doctor.post("/consultation/list", json!({ "status": "03" })).ok()["items"][0].clone();
    let state = || doctor.post("/consultation/list", json!({ "consultationId": order["id"] })).ok()["items"][0]["status"].clone();
    show(stage, "/");
    browser.tap_at("//section[@aria-labelledby='waits']//a[contains(., '待医生回复')]");
    browser.until(&format!("location.hash === '#/messages/chat/{}'", number(&order["id"])));
    browser.reads("实时");
    for (n, text) in ["您好，报告看到了。", "偶发早搏多数不用处理。", "三个月后复查动态心电图。"].iter().enumerate()
    {
        browser.fill("写消息", text);
        browser.reads(&format!("发送后是第 {}/3 次回复", n + 1));
        browser.tap("发送");
        browser.until(&format!(
            "[...document.querySelectorAll('.message.mine')].filter((one) => one.innerText.includes('已发送')).length === {}",
            n + 1
        ));
    }
    browser.reads("三次回复已用完");
    browser.until("!document.querySelector('.composer')");
    assert_eq!(state(), "04");
    // A reply that is taken back was one: a fourth would be refused.
    browser.run("[...document.querySelectorAll('.message.mine .dots')].at(-1).click()");
    browser.tap("撤回");
    browser.reads("已撤回");
    browser.reads("三次回复已用完");
    let fourth = json!({ "consultation_id": number(&order["id"]), "mimetype": "text/plain", "content": "还有一句" });
    doctor.post("/im/messages", fourth).refused(422, "reply_limit");

    browser.fill("主要诊断", "早搏");
    browser.until("[...document.querySelectorAll('#terms option')].some((one) => one.value.includes('早搏'))");
    browser.fill("主要诊断", "室性早搏");
    browser.fill("其他诊断", "心悸");
    browser.tap("添加");
    browser.fill("既往史", "无特殊");
    browser.tap("保存诊断");
    browser.reads("已保存");
    let told = doctor.post("/treatment/diagnisis/queryByConsultation", json!({ "consultationId": order["id"] })).ok();
    assert_eq!((&told["mainDiagnosis"], &told["secondDiagnosis"]), (&json!("室性早搏"), &json!(["心悸"])));

    browser.tap("结束咨询");
    browser.tap_at("//dialog//button[normalize-space(.)='结束咨询']");
    browser.reads("这次咨询已结束");
    assert_eq!(state(), "07");
    assert_eq!(stage.faults(), Vec::<String>::new());
}

fn a_service_is_offered_in_a_team_consult(stage: &Stage, doctor: &Client) {
    let browser = &stage.browser;
    let consult = doctor.get("/consult/in_process_list").ok()[0]["consultation_id"].clone();
    show(stage, &format!("/messages/consult/{consult}"));
    browser.tap("增值服务");
    browser.fill("服务名称", "用药复核");
    browser.fill("说明", "电话复核一次");
    browser.fill("金额（元）", "12.5");
    browser.tap("发出");
    browser.reads("¥12.50");
    let services = doctor.get(format_args!("/consult/{consult}/vas")).ok()["items"].clone();
    let offered: Vec<_> = services.as_array().unwrap().iter().filter(|one| one["name"] == "用药复核").collect();
    assert_eq!((offered.len(), &offered[0]["amount"], &offered[0]["status"]), (1, &json!(1250), &json!(0)));
    browser.fill("写消息", "请看一下新发出的服务。");
    browser.tap("发送");
    browser.until("[...document.querySelectorAll('.message.mine')].some((one) => one.innerText.includes('请看一下新发出的服务') && one.innerText.includes('已发送'))");
    assert_eq!(stage.faults(), Vec::<String>::new());
}

/// Two browsers with made-up cameras.
fn patient_and_doctor_talk(stage: &Stage, doctor: &Client) {
    let other = Browser::open();
    other.size(1280, 800);
    other.goto(&format!("{}/web/gourd.svg", stage.base));
    let session =
        stage.server.nobody().post("/session", json!({ "phone": "19900001012", "password": "xuanhu-demo", "role": "patient" })).ok();
    let mut kept = session.clone();
    kept["name"] = json!("丁小满");
    other.run(&format!(
        "localStorage.setItem('xuanhu.language', '\"zh-CN\"'); localStorage.setItem('xuanhu.patient', JSON.stringify({kept}))"
    ));
    let me = team(doctor, "心脑")["founder_id"].clone();
    other.goto(&format!("{}/web/patient/#/messages/direct/{me}", stage.base));
    show(stage, "/");
    for browser in [&stage.browser, &other] {
        browser.reads("实时");
    }
    other.tap("视频通话");
    other.until("document.querySelector('dialog video')?.videoWidth > 0");
    other.tap("开始呼叫");
    stage.browser.reads("丁小满 来电");
    stage.browser.tap("接听");
    for browser in [&stage.browser, &other] {
        browser.reads("通话中");
        browser.until("document.querySelectorAll('.call video').length === 2 && [...document.querySelectorAll('.call video')].every((one) => one.videoWidth > 0)");
    }
    stage.browser.tap("静音");
    stage.browser.until("[...document.querySelectorAll('.call button')].some((one) => one.textContent.trim() === '静音' && one.getAttribute('aria-pressed') === 'true')");
    let faults: Vec<_> = stage.check("call").into_iter().collect();
    assert!(faults.is_empty(), "{faults:#?}");
    stage.browser.tap("挂断");
    other.reads("已结束");

    // The other way round, without a camera; and nobody answers.
    let (_, visits) = session_of(doctor, "丁小满");
    other.goto("about:blank");
    other.goto(&format!("{}/web/patient/#/", stage.base));
    other.reads("实时");
    show(stage, &format!("/visits/{}", visits["id"]));
    stage.browser.run("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }");
    stage.browser.tap("语音通话");
    stage.browser.reads("没有摄像头或麦克风权限");
    stage.browser.tap("开始呼叫");
    stage.browser.reads("已振铃");
    other.reads("来电");
    other.tap("拒绝");
    stage.browser.reads("已结束 · 对方已拒绝");
    stage.browser.tap("关闭");
    assert_eq!(stage.faults(), Vec::<String>::new());
}

/// The next session, and the visit of this patient in it.
fn session_of(doctor: &Client, name: &str) -> (Value, Value) {
    let (project, visits) = session(doctor);
    let visit = visits.into_iter().find(|one| one["user_info"]["real_name"] == name).unwrap();
    (project, visit)
}

fn the_session_ends_in_the_middle_of_a_result(stage: &Stage, doctor: &Client) {
    let browser = &stage.browser;
    let (project, visit) = session_of(doctor, "丁小满");
    let own = sign_in(stage, DOCTOR);
    show(stage, &format!("/clinics/{}?visit={}", project["id"], visit["id"]));
    browser.reads("实时");
    browser.fill("就诊结果", "写到一半");
    own.delete("/session").ok();
    browser.reads("请重新登录，内容都还在");
    browser.fill("密码", "xuanhu-demo");
    browser.tap_at("//dialog//form[@name='password']//button[@type='submit']");
    browser.until("!document.querySelector('dialog')");
    browser.until("document.querySelector('textarea[name=result]').value === '写到一半'");
    stage.faults();
}

fn a_queue_from_booking_to_rating(stage: &Stage, _: &Client) {
    let browser = &stage.browser;
    browser.run("sessionStorage.clear()");
    let doctor = sign_in(stage, DOCTOR);
    let (project, visit) = session_of(&doctor, "丁小满");
    let (_, other) = session_of(&doctor, "冯谷雨");
    let at = |id: &Value| doctor.get(format_args!("/diagnoses/{id}")).ok();
    show(stage, &format!("/clinics/{}?visit={}", project["id"], visit["id"]));
    // Shown from the start, with the hour from which it works.
    browser.reads("就诊完成");
    browser.reads(&format!("{} 起可用", &project["begin"].as_str().unwrap()[..5]));
    browser.run("document.querySelector('[data-act^=done]').click()");
    assert_eq!(at(&visit["id"])["status"], 1, "not before the clinic begins");

    let zone = &stage.server.app().settings.clinic.zone;
    let begin = format!("{} {}", project["date"].as_str().unwrap(), project["begin"].as_str().unwrap());
    while zone.date_time(stage.server.now()) < begin {
        stage.server.advance("30m");
    }
    let doctor = sign_in(stage, DOCTOR);
    let at = |id: &Value| doctor.get(format_args!("/diagnoses/{id}")).ok();
    show(stage, &format!("/clinics/{}?visit={}", project["id"], visit["id"]));
    browser.fill("就诊结果", "血压平稳，继续原方案，三个月后复查。");
    // Ctrl+S saves from within the field.
    browser.cdp(
        "Input.dispatchKeyEvent",
        json!({ "type": "keyDown", "key": "s", "code": "KeyS", "modifiers": 2, "windowsVirtualKeyCode": 83 }),
    );
    browser.reads("已保存");
    assert_eq!(at(&visit["id"])["diag_result"], "血压平稳，继续原方案，三个月后复查。");
    // Two taps in one breath, and an answer that is lost on the way.
    browser.run(
        "const real = fetch; window.fetch = async (url, options) => {
            const answer = await real(url, options);
            if (String(url).endsWith('/done')) { window.fetch = real; throw new TypeError('lost'); }
            return answer;
        };
        const button = document.querySelector('[data-act^=done]'); button.click(); button.click();",
    );
    browser.reads("评价患者");
    assert_eq!(at(&visit["id"])["status"], 3);
    browser.tap_at("//fieldset[legend='信用']//label[contains(., '5 星')]");
    browser.tap_at("//fieldset[legend='守时']//label[contains(., '4 星')]");
    browser.tap("提交");
    browser.reads("已评价");
    assert_eq!(at(&visit["id"])["patient_punctuality_score"], 4);

    // Another one is declined with a phrase.
    browser.tap_at("//a[contains(., '冯谷雨')]");
    browser.until(&format!("location.hash.includes('visit={}')", other["id"]));
    browser.until("document.querySelector('textarea[name=result]').value === ''");
    browser.tap("拒绝预约");
    browser.tap("您好，请先补充检查报告，再预约下一场义诊。");
    browser.tap("确认拒绝");
    browser.reads("已拒绝");
    assert_eq!(at(&other["id"])["reject_msg"], "您好，请先补充检查报告，再预约下一场义诊。");
    // The number of a booking opens its record.
    show(stage, "/");
    browser.fill("预约号", &visit["id"].to_string());
    browser.tap("打开");
    browser.until(&format!("location.hash === '#/visits/{}'", visit["id"]));
    browser.until("document.querySelector('textarea[name=result]')?.value.startsWith('血压平稳，继续原方案')");
    browser.reads_no_more("恢复上次未保存的内容");
    stage.faults();
}

fn a_clinic_is_published_from_an_old_one(stage: &Stage, _: &Client) {
    let browser = &stage.browser;
    let doctor = sign_in(stage, DOCTOR);
    let (project, before) =
        (doctor.get("/doctor/project").ok()["list"][0].clone(), doctor.get("/doctor/project").ok()["list"].as_array().unwrap().len());
    show(stage, &format!("/clinics/new?copy={}", project["id"]));
    let day = stage.server.date(20);
    let set = |name: &str, value: &str| {
        browser.run(&format!(
            "const field = document.querySelector('form[name=publish] [name={name}]'); field.value = '{value}'; \
             for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }}))"
        ));
    };
    for (name, value) in [("date", day.as_str()), ("begin", "15:00"), ("end", "20:30"), ("people_count", "74")] {
        set(name, value);
    }
    browser.reads("74 人 → 8×7 + 3×6");
    browser.tap("发布义诊");
    browser.until("/^#\\/clinics\\/\\d+$/.test(location.hash)");
    let list = doctor.get("/doctor/project").ok()["list"].as_array().unwrap().clone();
    let made = list.iter().find(|one| one["date"] == day.as_str() && one["people_count"] == 74).unwrap();
    assert_eq!((list.len(), &made["addr"], made["plan_time"].as_object().unwrap().len()), (before + 1, &project["addr"], 11));
    assert_eq!((&made["lng"], &made["lat"]), (&project["lng"], &project["lat"]), "where it was last time");
    browser.tap("取消义诊");
    browser.tap_at("//dialog//button[contains(., '确认取消')]");
    browser.reads("已取消");
    let gone = doctor.get(format_args!("/project/{}", made["id"])).ok();
    assert_ne!(gone["status"], 1);
    // Elsewhere nobody knows the place on the map, and nobody has to.
    show(stage, &format!("/clinics/new?copy={}", project["id"]));
    for (name, value) in [("date", day.as_str()), ("addr", "镇卫生院二楼")] {
        set(name, value);
    }
    browser.tap("发布义诊");
    browser.until("/^#\\/clinics\\/\\d+$/.test(location.hash)");
    let list = doctor.get("/doctor/project").ok()["list"].as_array().unwrap().clone();
    let made = list.iter().find(|one| one["addr"] == "镇卫生院二楼").unwrap();
    assert_eq!((&made["lng"], &made["lat"]), (&json!(""), &json!("")));
    assert_eq!(stage.faults(), Vec::<String>::new());
}

fn an_input_method_composes_in_the_doctors_fields(stage: &Stage, _: &Client) {
    let browser = &stage.browser;
    let doctor = sign_in(stage, DOCTOR);
    let consult = doctor.get("/consult/in_process_list").ok()[0]["consultation_id"].clone();
    show(stage, &format!("/messages/consult/{consult}"));
    browser.fill("写消息", " ");
    browser.cdp("Input.imeSetComposition", json!({ "text": "xieyao", "selectionStart": 6, "selectionEnd": 6 }));
    let enter = |code: u32, modifiers: u32| json!({ "type": "rawKeyDown", "key": if code == 229 { "Process" } else { "Enter" }, "code": "Enter", "windowsVirtualKeyCode": code, "modifiers": modifiers });
    browser.cdp("Input.dispatchKeyEvent", enter(229, 2));
    browser.cdp("Input.insertText", json!({ "text": "按时服药" }));
    let mine = "[...document.querySelectorAll('.message.mine')].filter((one) => /xieyao|按时服药/.test(one.innerText)).length";
    assert_eq!(browser.run(&format!("return {mine}")), 0);
    // Enter makes a line; Ctrl+Enter sends.
    browser.cdp("Input.dispatchKeyEvent", enter(13, 0));
    assert_eq!(browser.run(&format!("return {mine}")), 0);
    browser.cdp("Input.dispatchKeyEvent", enter(13, 2));
    browser.until(&format!("{mine} === 1"));
    browser.until("document.querySelector('.composer textarea').value === ''");
}

fn a_team_is_founded_and_its_income_seen(stage: &Stage, _: &Client) {
    let browser = &stage.browser;
    let doctor = sign_in(stage, DOCTOR);
    show(stage, "/teams");
    browser.tap("创建团队");
    browser.fill("团队名称", "冬季慢病小组");
    browser.fill("简介", "一起看慢病");
    browser.fill("入会协议", "请如实填写资料。");
    browser.fill("咨询费", "20");
    browser.tap_at("//form[@name='team']//button[@type='submit']");
    browser.until("/^#\\/teams\\/\\d+$/.test(location.hash)");
    let made = team(&doctor, "冬季慢病小组");
    assert_eq!(made["consult_fee"], 2000);
    browser.tap("邀请");
    browser.reads("邀请码");
    browser.until("document.querySelector('img.qr')?.naturalWidth > 0");
    let code = browser.run("return document.querySelector('.code').innerText");
    // A colleague joins by that code.
    sign_in(stage, ("19900001005", "顾连翘"));
    show(stage, "/teams");
    browser.fill("邀请码", code.as_str().unwrap());
    browser.tap("加入团队");
    browser.until(&format!("location.hash === '#/teams/{}'", made["team_id"]));
    assert_eq!(doctor.get(format_args!("/team/{}", made["team_id"])).ok()["doctor_ids"].as_array().unwrap().len(), 2);
    sign_in(stage, DOCTOR);
    show(stage, &format!("/teams/{}", team(&doctor, "心脑")["team_id"]));
    browser.tap("收入");
    browser.reads("提现记录");
    // What the page promises of withdrawals is the rule.
    browser.until("document.querySelector('main').innerText.includes('每月 1 至 5 日') || document.querySelector('main').innerText.includes('上个月没有可提现的收入')");
    assert_eq!(stage.server.nobody().get("/web/about.json").json["rules"]["withdrawal"], json!([1, 5]));
    let summary = doctor.get(format_args!("/team/{}/consult_summary", team(&doctor, "心脑")["team_id"])).ok();
    let income = summary["total_income"].as_u64().unwrap();
    browser.reads(&format!("¥{}.{:02}", income / 100, income % 100));
    assert_eq!(stage.faults(), Vec::<String>::new());
}

fn price_replies_and_half_days(stage: &Stage, _: &Client) {
    let browser = &stage.browser;
    let doctor = sign_in(stage, DOCTOR);
    show(stage, "/me");
    browser.fill("价格（元）", "35.5");
    browser.tap_at("//form[@name='price']//button[@type='submit']");
    browser.reads("已保存");
    assert_eq!(doctor.get("/doctor/profile").ok()["image_and_text_price"], 3550);
    show(stage, "/me");
    browser.tap_at("//input[@name='afternoon-6']");
    browser.tap_at("//form[@name='week']//button[@type='submit']");
    browser.reads("已保存");
    let week = doctor.get("/user").ok()["work_time"].clone();
    assert_eq!((&week[6]["afternoon"], &week[0]["morning"]), (&json!(1), &json!(1)));
    show(stage, "/me/replies");
    browser.fill("标题", "血压记录");
    browser.fill("内容", "请连续一周记录早晚血压。");
    browser.tap("保存");
    browser.until("[...document.querySelectorAll('main h2')].some((one) => one.textContent === '血压记录')");
    let consult = doctor.get("/consult/in_process_list").ok()[0]["consultation_id"].clone();
    show(stage, &format!("/messages/consult/{consult}"));
    browser.fill("写消息", "您好 //血压");
    browser.tap_at("//ul[contains(@class, 'quick')]//button");
    browser.until("document.querySelector('.composer textarea').value === '您好 请连续一周记录早晚血压。'");
    assert_eq!(stage.faults(), Vec::<String>::new());
}
