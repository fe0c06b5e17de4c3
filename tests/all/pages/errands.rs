//! The patient's page on ordinary days: a team by its code, a service that is offered, a second tap after a lost answer, two roles in one
//! browser, the code that is read out on the phone.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xuanhu::demo;

use super::patient::Stage;
use crate::kit::Client;

type Story = (&'static str, fn(&Stage));

#[test]
fn errands_of_a_patient() {
    let stage = Stage::open();
    let stories: &[Story] = &[
        ("a team", a_team_is_joined_by_its_code),
        ("a service", a_service_is_confirmed_in_the_conversation),
        ("a second tap", a_second_tap_after_a_lost_answer_is_the_same_order),
        ("two roles", two_roles_are_open_side_by_side),
        ("a code", what_failed_has_a_code_to_read_out),
        ("notices", notices_are_read_when_they_are_shown),
        // The clock goes on by days.
        ("a begun session", a_booking_of_a_session_that_has_begun_is_kept),
    ];
    let failed: Vec<_> =
        stories.iter().filter(|(_, story)| catch_unwind(AssertUnwindSafe(|| story(&stage))).is_err()).map(|(name, _)| *name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

fn doctor(stage: &Stage, phone: &str) -> Client {
    let session = stage.server.nobody().post("/session", json!({ "phone": phone, "password": demo::PASSWORD, "role": "doctor" })).ok();
    stage.server.nobody().with_token(session["token"].as_str().unwrap())
}

fn a_team_is_joined_by_its_code(stage: &Stage) {
    let founder = doctor(stage, "19900001004");
    let teams = founder.get("/team").ok()["items"].clone();
    let team = teams.as_array().unwrap().iter().find(|one| one["name"] == "心脑慢病管理团队").unwrap().clone();
    let code = founder.get(format_args!("/team/{}/invitation", team["team_id"])).ok()["code"].as_str().unwrap().to_owned();
    let patient = stage.sign_in("19900001019", "余寒露");
    assert!(patient.get("/member/team").ok()["items"].as_array().unwrap().iter().all(|one| one["team_id"] != team["team_id"]));
    stage.show("/teams");
    // The code alone, or the address that a QR code holds.
    stage.browser.fill("邀请码", &format!("https://clinic.example/web/patient/#/teams/join/{code}"));
    stage.browser.tap("下一步");
    stage.browser.until("location.hash.startsWith('#/teams/join/')");
    stage.browser.reads("入会协议");
    // Nobody becomes a member without the agreement.
    stage.browser.tap("加入团队");
    stage.browser.reads("请先阅读并同意入会协议");
    stage.browser.tap("我已阅读并同意入会协议");
    stage.browser.tap("加入团队");
    stage.browser.until(&format!("location.hash === '#/teams/{}'", team["team_id"]));
    stage.browser.reads("咨询团队");
    assert!(patient.get("/member/team").ok()["items"].as_array().unwrap().iter().any(|one| one["team_id"] == team["team_id"]));
    assert!(stage.faults().iter().all(|fault| fault.contains("422")), "{:?}", stage.faults());
}

fn a_service_is_confirmed_in_the_conversation(stage: &Stage) {
    let patient = stage.sign_in("19900001012", "丁小满");
    let consult = patient.get("/consult/in_process_list").ok()[0]["consultation_id"].clone();
    let offered = |patient: &Client| patient.get(format_args!("/consult/{consult}/vas")).ok()["items"][0].clone();
    assert_eq!(offered(&patient)["status"], 0);
    stage.show(&format!("/messages/consult/{consult}"));
    stage.browser.reads("增值服务");
    let amount = offered(&patient)["amount"].as_u64().unwrap();
    let price = format!("¥{}.{:02}", amount / 100, amount % 100);
    stage.browser.tap(&format!("确认 {price}"));
    stage.browser.tap(&format!("支付 {price}"));
    stage.browser.reads("已确认");
    assert_eq!(offered(&patient)["status"], 1);
}

fn a_second_tap_after_a_lost_answer_is_the_same_order(stage: &Stage) {
    stage.sign_in("19900001013", "冯谷雨");
    stage.show("/wallet");
    stage.browser.run(
        "window.keys = []; window.numbers = []; const real = fetch; window.fetch = async (url, options) => {
            const answer = await real(url, options);
            if (!String(url).includes('/wallet/recharge')) return answer;
            keys.push(options.headers['Idempotency-Key']);
            numbers.push((await answer.clone().json()).result.out_trade_no);
            if (keys.length === 1) throw new TypeError('lost');
            return answer;
        }",
    );
    stage.browser.fill("充值金额（元）", "12.50");
    stage.browser.tap_at("//form[@name='recharge']//button[@type='submit']");
    stage.browser.reads("连接断开，正在重试");
    stage.browser.tap_at("//form[@name='recharge']//button[@type='submit']");
    stage.browser.reads("支付 ¥12.50");
    let told = stage.browser.run("return { keys, numbers }");
    assert_eq!((told["keys"][0].as_str().map(str::len), &told["keys"][0]), (Some(32), &told["keys"][1]), "{told}");
    assert_eq!(told["numbers"][0], told["numbers"][1], "{told}");
}

fn two_roles_are_open_side_by_side(stage: &Stage) {
    stage.sign_in("19900001013", "冯谷雨");
    stage.browser.run("localStorage.setItem('xuanhu.doctor', '{\"token\":\"t\",\"member_id\":1,\"role\":\"doctor\"}')");
    stage.show("/me");
    stage.browser.run("dispatchEvent(new StorageEvent('storage', { key: 'xuanhu.doctor', newValue: null }))");
    stage.browser.until("!document.querySelector('dialog') && document.querySelector('main').innerText.includes('冯谷雨')");
    stage.browser.tap("退出登录");
    stage.browser.until("location.hash === '#/' && document.querySelector('header').innerText.includes('登录')");
    let kept = stage.browser.run("return [localStorage.getItem('xuanhu.patient'), localStorage.getItem('xuanhu.doctor') !== null]");
    assert_eq!(kept, json!([null, true]));
    stage.browser.run("localStorage.removeItem('xuanhu.doctor')");
}

fn what_failed_has_a_code_to_read_out(stage: &Stage) {
    stage.browser.run("localStorage.removeItem('xuanhu.patient')");
    stage.show("/sign-in");
    stage.browser.tap("密码登录");
    stage.browser.fill("手机号", "19900001013");
    stage.browser.fill("密码", "wrong-password");
    stage.browser.tap_at("//form[@name='password']//button[@type='submit']");
    stage.browser.reads("账号或密码错误");
    stage.browser.tap("详情");
    let told = stage.browser.run("return document.querySelector('.problem details').innerText");
    let code = told.as_str().unwrap().split("编号 ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(code.chars().count() == 4 && told.as_str().unwrap().contains("bad_login"), "{told}");
}

fn notices_are_read_when_they_are_shown(stage: &Stage) {
    let patient = stage.sign_in("19900001014", "郝立春");
    let unread = |patient: &Client| {
        let list = patient.get("/im/conversations?limit=100").ok()["items"].clone();
        list.as_array().unwrap().iter().find(|one| one["kind"] == "system").map(|one| one["unread"].clone())
    };
    assert_ne!(unread(&patient), Some(json!(0)));
    stage.show("/");
    stage.browser.until("document.querySelector('nav.menu a[href=\"#/me\"] .badge')");
    stage.show("/notices");
    stage.browser.until("!document.querySelector('nav.menu a[href=\"#/me\"] .badge')");
    stage.browser.until("document.querySelector('main .card h2')");
    let deadline = Instant::now() + Duration::from_secs(20);
    while unread(&patient) != Some(json!(0)) {
        assert!(Instant::now() < deadline, "what was shown is read");
    }
}

fn a_booking_of_a_session_that_has_begun_is_kept(stage: &Stage) {
    let patient = stage.sign_in("19900001018", "");
    let list = patient.get("/project?order=soonest&page_size=100").ok()["list"].clone();
    // The times of a project come in their order.
    let last = |project: &Value| {
        let times = project["plan_time"].as_object().unwrap();
        times.iter().rfind(|(_, left)| left.as_u64() > Some(0)).map(|(time, _)| time.clone())
    };
    let fits = |project: &&Value| {
        project["op_cancel"] == 1
            && project["price"] == 0
            && last(project).is_some_and(|time| !project["begin"].as_str().unwrap().starts_with(&time[..5]))
    };
    let (seat, project) = list
        .as_array()
        .unwrap()
        .iter()
        .filter(fits)
        .find_map(|project| {
            let form = json!({ "content": "血压高", "plan_time": last(project) });
            let answer = patient.post(format_args!("/project/{}/join", project["id"]), form);
            (answer.status == 200).then(|| (answer.ok()["id"].clone(), project.clone()))
        })
        .unwrap();
    stage.show("/");
    stage.browser.until(&format!(
        "[...document.querySelectorAll('a[href=\"#/projects/{}\"]')].some((one) => one.innerText.includes('已预约'))",
        project["id"]
    ));
    stage.show(&format!("/visits/{seat}"));
    stage.browser.reads("取消预约");
    let begun = || patient.get(format_args!("/project/{}", project["id"])).ok()["op_cancel"] == 0;
    for _ in 0..24 * 30 {
        if begun() {
            break;
        }
        stage.server.advance("30m");
    }
    stage.sign_in("19900001018", "");
    stage.show(&format!("/visits/{seat}"));
    stage.browser.reads("改时间");
    let text = stage.browser.run("return document.querySelector('main').innerText");
    assert!(!text.as_str().unwrap().contains("取消预约"), "{text}");
}
