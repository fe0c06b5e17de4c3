//! What reaches a patient outside the page: template messages of the official WeChat account, and text messages a day before a visit.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};
use xuanhu::{
    app::App,
    base::{
        settings::{BAD_SETTING, Settings},
        time::Clock,
    },
    domain::shared::event,
};

use crate::{
    kit::{Asked, Outside, Person, TestServer, until},
    volunteer_doctor::{join, publish},
};

/// WeChat: tokens, sign-ins, and messages to followers, of whom `wx-gone` is none any more. The first token is stale at once.
fn wechat(works: &Arc<AtomicBool>) -> Outside {
    let works = works.clone();
    Outside::open(move |asked| {
        let said = match asked.path.split('?').next().unwrap() {
            "/sns/oauth2/access_token" => {
                let code = asked.path.split("&code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
                json!({ "access_token": "a", "openid": format!("wx-{code}"), "scope": "snsapi_base" })
            }
            "/cgi-bin/token" => json!({ "access_token": "token-of-the-page", "expires_in": 7_200 }),
            "/cgi-bin/message/template/send" if !works.load(Ordering::Relaxed) => {
                json!({ "errcode": 45_009, "errmsg": "reach max api daily quota limit" })
            }
            "/cgi-bin/message/template/send" if asked.body.contains("wx-gone") => {
                json!({ "errcode": 43_004, "errmsg": "require subscribe" })
            }
            "/cgi-bin/message/template/send" => json!({ "errcode": 0, "errmsg": "ok", "msgid": 1 }),
            _ => json!({ "errcode": -1, "errmsg": "what?" }),
        };
        (200, said.to_string().into_bytes())
    })
}

fn server(wechat: &Outside, more: &[(&'static str, &str)]) -> TestServer {
    let settings = [
        ("push.provider", "wechat"),
        ("wechat.official.app_id", "wx-page"),
        ("wechat.official.secret", "hush"),
        ("wechat.base_url", wechat.base.as_str()),
        ("wechat.templates.visit", "VISIT thing1=what name2=who time3=when"),
        ("wechat.templates.answer", "ANSWER"),
        ("wechat.templates.refund", "REFUND thing1=what amount2=amount"),
    ];
    TestServer::with(&[&settings[..], more].concat())
}

/// The messages that WeChat was asked to deliver.
fn letters(asked: &[Asked]) -> Vec<Value> {
    let sent = asked.iter().filter(|one| one.path.starts_with("/cgi-bin/message/template/send"));
    sent.map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

/// A patient with a profile whose WeChat is bound by a code of the official account.
fn follower(server: &TestServer, code: &str) -> Person {
    let patient = server.patient().with_profile(server);
    server.advance("2m");
    let form = json!({ "code": code, "phone": patient.phone, "verify_code": server.code_for(&patient.phone) });
    server.nobody().post("/session/wechat", form).ok();
    patient
}

fn nothing_waits(server: &TestServer) {
    until("the last message", || server.app().store.view().events_after(event::TEMPLATE, 0).count() == 0);
}

#[test]
fn who_follows_the_official_account_hears_of_visits_answers_and_refunds() {
    let works = Arc::new(AtomicBool::new(true));
    let wechat = wechat(&works);
    let server = server(&wechat, &[]);
    let (doctor, stranger) = (server.doctor(), server.patient().with_profile(&server));
    let patient = follower(&server, "ding");
    let project = publish(&server, &doctor, json!({ "price": 20 }));
    // Nobody writes to who has never come in through the official account.
    let made = join(&stranger, project);
    server.nobody().post(format_args!("/payment/demo/{}/pay", made["sn"].as_str().unwrap()), json!({})).ok();
    server.settle();
    nothing_waits(&server);
    assert_eq!(letters(&wechat.asked()), Vec::<Value>::new());

    let made = join(&patient, project);
    server.nobody().post(format_args!("/payment/demo/{}/pay", made["sn"].as_str().unwrap()), json!({})).ok();
    let told = letters(&wechat.wait(|asked| letters(asked).len() == 1)).remove(0);
    assert_eq!((&told["touser"], &told["template_id"]), (&json!("wx-ding"), &json!("VISIT")));
    assert_eq!(told["data"]["thing1"]["value"], "预约成功");
    assert!(told["data"]["time3"]["value"].as_str().unwrap().starts_with("3月3日"), "{told}");
    assert!(wechat.asked().iter().any(|one| one.path.starts_with("/cgi-bin/token?grant_type=client_credential&appid=wx-page&secret=hush")));

    // The deposit goes back; WeChat has had enough for today, and takes it later.
    works.store(false, Ordering::Relaxed);
    patient.get(format_args!("/custom/project/{project}/cancel")).ok();
    server.settle();
    wechat.wait(|asked| letters(asked).len() == 2);
    works.store(true, Ordering::Relaxed);
    server.advance("2s");
    let told = letters(&wechat.wait(|asked| letters(asked).len() == 3)).remove(2);
    assert_eq!(
        (&told["template_id"], &told["data"]),
        (&json!("REFUND"), &json!({ "thing1": { "value": "押金已退回" }, "amount2": { "value": "20.00元" } }))
    );
    nothing_waits(&server);
}

#[test]
fn who_follows_no_more_is_written_to_once() {
    let works = Arc::new(AtomicBool::new(true));
    let wechat = wechat(&works);
    let server = server(&wechat, &[]);
    let doctor = server.doctor();
    let patient = follower(&server, "gone");
    join(&patient, publish(&server, &doctor, json!({})));
    nothing_waits(&server);
    assert_eq!(letters(&wechat.asked()).len(), 1);
    // It holds up nobody, and says nothing to a monitor.
    assert_eq!(server.nobody().get("/readyz").ok(), json!({ "status": "ready" }));
}

#[test]
fn templates_are_looked_at_before_anything_is_made() {
    let open = |settings: &[(&'static str, &str)]| {
        let dir = tempfile::tempdir().unwrap();
        let given: Vec<(&'static str, String)> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let settings = Settings::load(dir.path(), &given.iter().map(|(key, value)| (*key, value.clone())).collect::<Vec<_>>(), []).unwrap();
        App::open(&dir.path().join("data"), settings, Clock::system(0)).err().unwrap()
    };
    let official = [("push.provider", "wechat"), ("wechat.official.app_id", "a"), ("wechat.official.secret", "b")];
    for (settings, word) in [
        (&official[..1], "wechat.official.app_id"),
        (&official[..], "wechat.templates.visit"),
        (&[&official[..], &[("wechat.templates.answer", "ID thing1=whom")]].concat()[..], "thing1=whom"),
    ] {
        let refused = open(settings);
        assert!(refused.is(&BAD_SETTING) && refused.message().contains(word), "{refused}");
    }
}

/// Those who are told of a visit by a text message, with what it says.
fn texts(provider: &Outside) -> Vec<(String, String)> {
    let read = |asked: &Asked| serde_json::from_str::<Value>(&asked.body).unwrap();
    let word = |message: &Value, name: &str| message[name].as_str().unwrap().to_owned();
    let all = provider.asked().iter().map(read).filter(|message| message["code"] == "").collect::<Vec<_>>();
    all.iter().map(|message| (word(message, "phone"), word(message, "text"))).collect()
}

#[test]
fn a_visit_is_told_of_the_day_before() {
    let provider = Outside::open(|_| (204, Vec::new()));
    let mut server = TestServer::with(&[("sms.provider", "webhook"), ("sms.webhook_url", &format!("{}/sms", provider.base))]);
    let doctor = server.doctor();
    let (patient, other) = (server.patient().with_profile(&server), server.patient().with_profile(&server));
    let project = publish(&server, &doctor, json!({ "date": server.date(5) }));
    join(&patient, project);
    join(&other, project);
    other.get(format_args!("/custom/project/{project}/cancel")).ok();
    server.advance("3d");
    server.settle();
    assert_eq!(texts(&provider), Vec::new());
    // A server that was down at the time reminds when it is back.
    server.restart();
    let (patient, other) = (patient.at(&server), other.at(&server));
    server.advance("1d6h");
    server.settle();
    provider.wait(|asked| asked.iter().any(|one| one.body.contains("按时到诊")));
    let told = texts(&provider);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == patient.phone && told[0].1.contains("3月7日"), "{told:?}");
    let notices = patient.get("/message").ok().to_string();
    assert!(notices.contains("就诊提醒"), "{notices}");
    assert!(!other.get("/message").ok().to_string().contains("就诊提醒"));
    let row = server.admin().get(format_args!("/admin/outbox?phone={}", patient.phone)).ok()["items"][0].clone();
    assert_eq!(row["code"], "");
    // Once is enough.
    server.advance("1h");
    server.settle();
    assert_eq!(texts(&provider).len(), 1);
}
