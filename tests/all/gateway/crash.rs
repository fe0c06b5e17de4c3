//! Kill -9 while messages stream: whatever was acknowledged is there once, numbers have no gap, and what was not acknowledged is sent again
//! under the same id.

use std::{collections::BTreeMap, sync::mpsc, thread};

use serde_json::{Value, json};

use crate::kit::{Client, Socket, data_dir, program::Running};

const ROUNDS: usize = 4;
/// Devices that write: two of the first doctor's, one of the second's.
const WRITERS: [usize; 3] = [0, 0, 1];

/// Two doctors of one team, by their tokens.
pub fn colleagues(server: &Running) -> [(u64, String); 2] {
    let doctors = ["19900008001", "19900008002"].map(|phone| {
        let form = json!({ "phone": phone, "password": "secret-word", "real_name": format!("医生{phone}") });
        let id = server.admin.post("/admin/doctors", form).created()["id"].as_u64().unwrap();
        server.admin.post(format_args!("/admin/doctors/{id}/verify"), json!({ "is_verify": 1 })).ok();
        let user = server.client.post("/login", json!({ "phono": phone, "pwd": "secret-word", "type": 2 })).ok();
        (id, user["token"].as_str().unwrap().to_owned())
    });
    let [founder, other] = [0, 1].map(|n: usize| server.client.with_token(doctors[n].1.clone()));
    let form = json!({ "name": "不断线", "introduction": "…", "agreement": "…", "consult_fee": 0 });
    let team = founder.post("/team", form).ok()["team_id"].as_u64().unwrap();
    let code = founder.get(format_args!("/team/{team}/invitation")).ok()["code"].clone();
    other.post(format_args!("/team/{team}/doctor"), json!({ "code": code })).ok();
    doctors
}

/// Sends one message after another until the server is gone. Answers the one that was not acknowledged, if one was under way.
fn stream(client: &Client, to: u64, ids: impl Iterator<Item = String>, tell: &mpsc::Sender<(String, Value)>) -> Option<String> {
    let mut socket = Socket::try_login(client)?;
    for id in ids {
        let frame = json!({ "type": "send", "id": id, "to_member_id": to, "mimetype": "text/plain", "content": id });
        if socket.send_raw(tungstenite::Message::text(frame.to_string())).is_err() {
            return Some(id);
        }
        loop {
            match socket.try_next() {
                Ok(answer) if answer["type"] == "ack" => {
                    assert_eq!(answer["id"], id);
                    let _ = tell.send((id.clone(), answer));
                    break;
                }
                Ok(answer) => assert_eq!(answer["type"], "message", "{answer}"),
                Err(_) => return Some(id),
            }
        }
    }
    None
}

/// The whole inbox of a member, by pages.
fn inbox(client: &Client) -> Vec<Value> {
    let mut socket = Socket::login(client);
    let mut items: Vec<Value> = Vec::new();
    loop {
        let after = items.last().map_or(0, |item| item["seq"].as_u64().unwrap());
        let page = socket.ask(json!({ "type": "sync", "after": after, "limit": 500 }));
        items.extend(page["items"].as_array().unwrap().clone());
        if page["more"] == false {
            assert_eq!(page["seq"], items.len(), "numbers have no gap");
            return items;
        }
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_once() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let doctors = colleagues(&server);
    server.kill();
    let mut acked: BTreeMap<String, Value> = BTreeMap::new();
    // What each writer has to send again.
    let mut open: [Option<String>; WRITERS.len()] = Default::default();
    // A device that follows over all the kills.
    let mut followed = 0;
    for round in 0..ROUNDS {
        let server = Running::start(dir.path());
        let (tell, told) = mpsc::channel();
        let follower = server.client.with_token(doctors[1].1.clone());
        let following = thread::spawn(move || {
            let mut last = followed;
            let Some(mut socket) = Socket::try_catch_up(&follower, last) else { return last };
            while let Ok(frame) = socket.try_next() {
                if frame["type"] == "message" {
                    assert_eq!(frame["seq"], last + 1, "nothing is left out and nothing comes twice");
                    last += 1;
                }
            }
            last
        });
        let writers: Vec<_> = WRITERS
            .iter()
            .enumerate()
            .map(|(n, who)| {
                let client = server.client.with_token(doctors[*who].1.clone());
                let (to, again, tell) = (doctors[1 - who].0, open[n].take(), tell.clone());
                let ids = again.into_iter().chain((0..).map(move |m| format!("r{round}-w{n}-{m}")));
                thread::spawn(move || stream(&client, to, ids, &tell))
            })
            .collect();
        drop(tell);
        let after = 30 + usize::from(xuanhu::base::secret::random::<1>()[0]) % 60;
        acked.extend(told.iter().take(after));
        server.kill();
        for (n, writer) in writers.into_iter().enumerate() {
            open[n] = writer.join().unwrap();
        }
        acked.extend(told.iter());
        followed = following.join().unwrap();
    }
    assert!(acked.len() > ROUNDS * 30, "only {} acknowledged", acked.len());
    let server = Running::start(dir.path());
    let inboxes = [0, 1].map(|n: usize| inbox(&server.client.with_token(doctors[n].1.clone())));
    for items in &inboxes {
        let mut sent: BTreeMap<&str, &Value> = BTreeMap::new();
        for item in items.iter().filter(|item| item["conversation"] == "direct") {
            assert!(sent.insert(item["content"].as_str().unwrap(), item).is_none(), "twice: {item}");
        }
        for (id, ack) in &acked {
            let item = sent.get(id.as_str()).unwrap_or_else(|| panic!("{id} was acknowledged and is gone"));
            assert_eq!(item["message_id"], ack["message_id"], "{id}");
        }
    }
    // The acknowledged number is the one in the sender's own inbox.
    for (id, ack) in &acked {
        let who = WRITERS[id.split("-w").nth(1).unwrap().split('-').next().unwrap().parse::<usize>().unwrap()];
        assert_eq!(inboxes[who][ack["seq"].as_u64().unwrap() as usize - 1]["content"], *id);
    }
    // One writer's messages stand in the order in which they were sent.
    for writer in 0..WRITERS.len() {
        let mark = format!("-w{writer}-");
        let order: Vec<(usize, usize)> = inboxes[0]
            .iter()
            .filter_map(|item| {
                let (round, n) = item["content"].as_str()?.split_once(&mark)?;
                Some((round.trim_start_matches('r').parse().ok()?, n.parse().ok()?))
            })
            .collect();
        assert!(order.is_sorted(), "{order:?}");
    }
    assert!(server.stop().0.success());
}
