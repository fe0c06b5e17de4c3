//! A call from the patient's page and to it: the check, ringing, declining, hanging up. The doctor is a device that speaks to the gateway.

use serde_json::json;
use xuanhu::demo;

use super::patient::Stage;
use crate::kit::{Client, Socket};

fn doctor(stage: &Stage) -> (Client, u64) {
    let session =
        stage.server.nobody().post("/session", json!({ "phone": "19900001004", "password": demo::PASSWORD, "role": "doctor" })).ok();
    (stage.server.nobody().with_token(session["token"].as_str().unwrap()), session["member_id"].as_u64().unwrap())
}

#[test]
fn a_patient_calls_and_is_called() {
    let stage = Stage::open();
    let (client, id) = doctor(&stage);
    let mut desk = Socket::login(&client);
    let patient = stage.sign_in("19900001012", "丁小满");
    let me = patient.get("/member/profile").ok()["member_id"].as_u64().unwrap();
    stage.show(&format!("/messages/direct/{id}"));
    stage.browser.reads("实时");

    // The check shows picture and level; whoever has neither may still come in.
    stage.browser.tap("视频通话");
    stage.browser.until("document.querySelector('dialog video')?.srcObject");
    stage.browser.reads("麦克风音量");
    stage.browser.tap("只用声音");
    stage.browser.until("!document.querySelector('dialog video') && document.querySelector('dialog meter')");
    assert!(stage.check("the check before a call").is_empty(), "{:?}", stage.check("again"));
    stage.browser.tap("开始呼叫");
    let invite = desk.expect("call_invite");
    assert_eq!((invite["from_member_id"].as_u64(), invite["media"].as_str()), (Some(me), Some("audio")));
    stage.browser.reads("已振铃");
    assert!(stage.check("ringing").is_empty(), "{:?}", stage.check("again"));
    desk.ask(json!({ "type": "call_join", "call_id": invite["call_id"] }));
    stage.browser.reads("正在接通");
    stage.browser.tap("静音");
    stage.browser.until("document.querySelector('.call [aria-pressed=true]')?.innerText === '静音'");
    desk.ask(json!({ "type": "call_leave", "call_id": invite["call_id"] }));
    stage.browser.reads("已结束");
    stage.browser.tap_at("//section[@class='call']//button[normalize-space(.)='关闭']");

    // Who is called sees by whom, and may decline or answer.
    let call = |desk: &mut Socket| desk.ask(json!({ "type": "call_create", "member_ids": [me], "media": "audio" }))["call_id"].clone();
    let declined = call(&mut desk);
    stage.browser.reads("林远志 来电");
    assert!(stage.check("being called").is_empty(), "{:?}", stage.check("again"));
    stage.browser.tap("拒绝");
    assert_eq!(desk.expect("call_end")["call_id"], declined);
    let answered = call(&mut desk);
    stage.browser.reads("林远志 来电");
    stage.browser.tap("接听");
    stage.browser.reads("正在接通");
    stage.browser.tap("挂断");
    assert_eq!(desk.expect("call_end")["call_id"], answered);
    stage.browser.until("!document.querySelector('.call')");
    // Ringing ends where the caller gives up.
    let gone = call(&mut desk);
    stage.browser.reads("林远志 来电");
    desk.ask(json!({ "type": "call_leave", "call_id": gone }));
    stage.browser.until("!document.querySelector('dialog')");
    assert!(stage.faults().is_empty(), "{:?}", stage.faults());
}
