//! Kill -9 while messages are taken back and read: what was acknowledged is told after the kill, once, and numbers have no gap.

use std::{sync::mpsc, thread};

use serde_json::{Value, json};

use super::crash::colleagues;
use crate::kit::{Client, Socket, data_dir, program::Running};

const ROUNDS: usize = 3;

/// Sends, takes back and reads until the server is gone; tells which messages were taken back for sure.
fn stream(client: &Client, to: u64, tell: &mpsc::Sender<u64>) {
    // Ends when the server does.
    let _ = try_stream(client, to, tell);
}

fn try_stream(client: &Client, to: u64, tell: &mpsc::Sender<u64>) -> Option<()> {
    let mut socket = Socket::try_login_with(client, json!({}))?;
    let mut ask = |mut frame: Value, n: usize| {
        frame["id"] = format!("{}-{n}", frame["type"].as_str().unwrap()).into();
        socket.send_raw(tungstenite::Message::text(frame.to_string())).ok()?;
        loop {
            let answer = socket.try_next().ok()?;
            if answer.get("id") == Some(&frame["id"]) {
                return Some(answer);
            }
        }
    };
    let run = u64::from_be_bytes(xuanhu::base::secret::random());
    for n in 0.. {
        let mut send = json!({ "type": "send", "to_member_id": to, "mimetype": "text/plain", "content": format!("{run}-{n}") });
        send["id"] = format!("{run}-{n}").into();
        let ack = ask(send, n)?;
        if ack["type"] != "ack" {
            continue;
        }
        ask(json!({ "type": "read", "conversation_id": ack["conversation_id"], "message_id": ack["message_id"] }), n)?;
        if ask(json!({ "type": "retract", "message_id": ack["message_id"] }), n)?["type"] == "ok" {
            let _ = tell.send(ack["message_id"].as_u64().unwrap());
        }
    }
    None
}

#[test]
fn changes_survive_a_kill_without_a_gap() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let doctors = colleagues(&server);
    server.kill();
    let mut taken_back: Vec<u64> = Vec::new();
    let (mut followed, mut era) = (0, None);
    for _ in 0..ROUNDS {
        let server = Running::start(dir.path());
        let (tell, told) = mpsc::channel();
        let follower = server.client.with_token(doctors[1].1.clone());
        let following = thread::spawn(move || {
            let mut last = followed;
            let Some(mut socket) = Socket::try_login_with(&follower, json!({ "changes_after": last })) else { return last };
            while let Ok(frame) = socket.try_next() {
                if let Some(number) = frame["change"].as_u64() {
                    assert_eq!(number, last + 1, "nothing is left out and nothing comes twice: {frame}");
                    last = number;
                }
            }
            last
        });
        let writers: Vec<_> = (0..2)
            .map(|who: usize| {
                let (client, to, tell) = (server.client.with_token(doctors[who].1.clone()), doctors[1 - who].0, tell.clone());
                thread::spawn(move || stream(&client, to, &tell))
            })
            .collect();
        drop(tell);
        let after = 20 + usize::from(xuanhu::base::secret::random::<1>()[0]) % 30;
        taken_back.extend(told.iter().take(after));
        server.kill();
        for writer in writers {
            writer.join().unwrap();
        }
        taken_back.extend(told.iter());
        followed = following.join().unwrap();
    }
    assert!(taken_back.len() > ROUNDS * 20, "only {} taken back", taken_back.len());
    let server = Running::start(dir.path());
    for (_, token) in &doctors {
        let (mut socket, welcome) = Socket::login_with(&server.client.with_token(token.clone()), json!({ "changes_after": 0, "after": 0 }));
        assert_eq!(*era.get_or_insert(welcome["era"].clone()), welcome["era"]);
        let rest = socket.rest();
        let numbers: Vec<u64> = rest.iter().filter_map(|frame| frame["change"].as_u64()).collect();
        assert_eq!(numbers, (1..=welcome["change"].as_u64().unwrap()).collect::<Vec<_>>());
        for id in &taken_back {
            let told = rest.iter().filter(|frame| frame["type"] == "retracted" && frame["message_id"] == *id).count();
            assert_eq!(told, 1, "message {id}");
            let message = rest.iter().find(|frame| frame["type"] == "message" && frame["message_id"] == *id).unwrap();
            assert_eq!((&message["retracted"], &message["content"]), (&json!(true), &json!("")));
        }
    }
    assert!(server.stop().0.success());
}
