//! Two real browsers hold a video call: the gateway carries offer, answer and candidates, and each sees and hears the other.

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use xuanhu::base::id::Id;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::pair;
use crate::kit::{Outside, Person, Socket, TestServer, empty_dir, encode};

/// A browser takes seconds to start, on a busy machine many.
const PATIENCE: Duration = Duration::from_secs(180);

struct Browser {
    child: Child,
    profile: TempDir,
}

impl Browser {
    fn open(page: &str) -> Browser {
        let profile = empty_dir();
        let log = fs::File::create(profile.path().join("log")).unwrap();
        let child = Command::new(chromium())
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio"])
            .args(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"])
            // Both are on this machine, which need not have another network; and names that only mDNS resolves need one.
            .args(["--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns"])
            .args(["--enable-logging=stderr", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(page)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the browser starts");
        Browser { child, profile }
    }

    /// What pages wrote to their consoles, and what the browser had to say.
    fn log(&self) -> String {
        fs::read_to_string(self.profile.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Without a browser this test fails: what it shows can be shown by nothing else.
fn chromium() -> PathBuf {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let places: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let found = names.iter().flat_map(|name| places.iter().map(move |place| place.join(name))).find(|file| file.is_file());
    found.expect("no chromium on the PATH: install it (apt-get install chromium)")
}

#[test]
pub fn two_browsers_see_and_hear_each_other() {
    let server = TestServer::open();
    let (doctor, patient) = pair(&server);
    let pages = Outside::with_headers(|asked| match asked.path.as_str() {
        "/" => (200, vec![("Content-Type", "text/html; charset=utf-8".into())], include_bytes!("../../data/call.html").to_vec()),
        _ => (404, Vec::new(), Vec::new()),
    });
    let url = patient.get("/im/servers").ok()[0]["url"].clone();
    let page = |me: &Person, peer: &Person, caller: bool| {
        let who = json!({ "url": url, "token": me.token(), "peer": peer.id, "caller": caller });
        format!("{}/#{}", pages.base, encode(&who.to_string()))
    };
    // Who is called is there first: it would be invited later, too, but in some order both have to start.
    let mut watcher = Socket::login(&patient);
    watcher.ask(json!({ "type": "watch", "member_ids": [doctor.id] }));
    let desk = Browser::open(&page(&doctor, &patient, false));
    let deadline = Instant::now() + PATIENCE;
    while !server.app().live.is_online(Id::from_number(doctor.id)) {
        assert!(Instant::now() < deadline, "the first page does not log in: {}", desk.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let phone = Browser::open(&page(&patient, &doctor, true));
    let said = loop {
        let list = patient.get(format_args!("/im/messages?member_id={}", doctor.id)).ok();
        let said: Vec<(Value, Value)> =
            list["items"].as_array().unwrap().iter().map(|item| (item["from_member_id"].clone(), item["content"].clone())).collect();
        if said.len() >= 2 {
            break said;
        }
        assert!(Instant::now() < deadline, "only {said:?}\n{}\n{}", desk.log(), phone.log());
        std::thread::sleep(Duration::from_millis(100));
    };
    for person in [&doctor, &patient] {
        assert!(said.contains(&(json!(person.id), json!("seen and heard"))), "{said:?}\n{}\n{}", desk.log(), phone.log());
    }
    assert_eq!(server.app().live.calls(), 1);
    drop(phone);
    // The device that joined is gone and does not come back. The watcher's is the patient's too, but it is not in the call.
    while server.app().live.calls() > 0 {
        assert!(Instant::now() < deadline, "the call does not end with the caller's device");
        server.advance("1s");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(watcher);
}
