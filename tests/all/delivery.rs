//! Text messages to an SMS provider: each is delivered, whatever happens to the others, until its code has lost its use.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};
use xuanhu::domain::shared::event;

use crate::kit::{Asked, Outside, TestServer, phone};

fn server(provider: &Outside) -> TestServer {
    TestServer::with(&[("sms.provider", "webhook"), ("sms.webhook_url", &format!("{}/sms", provider.base))])
}

fn phones(asked: &[Asked]) -> Vec<String> {
    let message = |asked: &Asked| serde_json::from_str::<Value>(&asked.body).unwrap();
    asked.iter().map(|asked| message(asked)["phone"].as_str().unwrap().to_owned()).collect()
}

fn times(asked: &[Asked], phone: &str) -> usize {
    phones(asked).iter().filter(|one| *one == phone).count()
}

fn waiting(server: &TestServer) -> usize {
    server.app().store.view().events_after(event::SMS, 0).count()
}

#[test]
fn a_code_reaches_the_provider_once() {
    let provider = Outside::open(|_| (204, Vec::new()));
    let server = server(&provider);
    let codes = [1, 2].map(|number| (phone(number), server.code_for(&phone(number))));
    let asked = provider.wait(|asked| asked.len() >= 2);
    for (phone, code) in &codes {
        let asked = asked.iter().find(|asked| asked.body.contains(phone)).unwrap();
        let message: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/sms"));
        assert_eq!((&message["phone"], &message["code"]), (&json!(phone), &json!(code)));
        assert!(message["text"].as_str().unwrap().contains(code));
        assert_eq!(message.as_object().unwrap().len(), 3);
    }
    // Nothing is sent twice.
    server.code_for(&phone(3));
    let asked = provider.wait(|asked| times(asked, &phone(3)) == 1);
    assert_eq!(asked.len(), 3);
}

#[test]
fn a_message_that_fails_is_tried_again_and_holds_up_no_other() {
    let works = Arc::new(AtomicBool::new(false));
    let now = works.clone();
    let provider = Outside::open(move |asked| match asked.body.contains(&phone(1)) && !now.load(Ordering::Relaxed) {
        true => (500, b"not today".to_vec()),
        false => (200, Vec::new()),
    });
    let server = server(&provider);
    server.code_for(&phone(1));
    provider.wait(|asked| times(asked, &phone(1)) >= 1);
    server.code_for(&phone(2));
    provider.wait(|asked| times(asked, &phone(2)) == 1);
    // The clock stands still, so the pause does not end by itself.
    assert_eq!(times(&provider.asked(), &phone(1)), 1);
    server.advance("1s");
    provider.wait(|asked| times(asked, &phone(1)) == 2);
    let metrics = String::from_utf8(server.nobody().get("/metrics").bytes).unwrap();
    for line in ["xuanhu_undelivered{stream=\"sms\"} 1\n", "xuanhu_undelivered_seconds{stream=\"sms\"} 1\n"] {
        assert!(metrics.contains(line), "no {line} in {metrics}");
    }
    works.store(true, Ordering::Relaxed);
    server.advance("2s");
    let asked = provider.wait(|asked| times(asked, &phone(1)) == 3);
    assert_eq!(times(&asked, &phone(2)), 1);
}

#[test]
fn a_message_outlives_a_restart_but_not_its_code() {
    let works = Arc::new(AtomicBool::new(false));
    let now = works.clone();
    let provider = Outside::open(move |_| (if now.load(Ordering::Relaxed) { 200 } else { 503 }, Vec::new()));
    let mut server = server(&provider);
    server.code_for(&phone(1));
    provider.wait(|asked| !asked.is_empty());
    server.restart();
    provider.wait(|asked| times(asked, &phone(1)) >= 2);
    assert_eq!(waiting(&server), 1);

    server.advance("6m");
    works.store(true, Ordering::Relaxed);
    // The next one is delivered; by then the first has been given up.
    server.code_for(&phone(2));
    let before = times(&provider.asked(), &phone(1));
    provider.wait(|asked| times(asked, &phone(2)) == 1);
    server.restart();
    assert_eq!((waiting(&server), times(&provider.asked(), &phone(1))), (0, before));
}

#[test]
fn the_embedded_provider_sends_nothing_and_a_webhook_needs_an_address() {
    let server = TestServer::open();
    server.code_for(&phone(1));
    assert_eq!(waiting(&server), 0);

    use xuanhu::{
        app::App,
        base::{
            settings::{BAD_SETTING, Settings},
            time::Clock,
        },
    };
    for (provider, address) in [("sms.provider", "sms.webhook_url"), ("push.provider", "push.webhook_url")] {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::load(dir.path(), &[(provider, "webhook".into())], []).unwrap();
        let inner = dir.path().join("data");
        let refused = App::open(&inner, settings, Clock::system(0)).err().unwrap();
        assert!(refused.is(&BAD_SETTING) && refused.message().contains(address), "{refused}");
        assert!(!inner.exists());
    }
}
