//! The live gateway, from the first log-in to a call, against a running server. [`Gateway`] is a client to copy from.
//!
//! ```text
//! xuanhu serve &
//! cargo run --example walkthrough_gateway -- http://127.0.0.1:8080 [ADMIN_TOKEN]
//! ```
//!
//! Two doctors of one team talk: colleagues always may. Every step says what was sent and what came; the first surprise ends it with code 1.
//! The administrator's part (bringing the doctors in) needs the token, read from `./xuanhu-data/admin.token` unless it is given. The people
//! are made up, and each run makes new ones.

pub mod common;

use std::{collections::VecDeque, net::TcpStream, process::ExitCode, time::Duration};

use common::{Caller, Outcome, PASSWORD, expect, free_phone, next_person, step, tell};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

fn main() -> ExitCode {
    tell(story)
}

pub fn story(nobody: Caller, admin: Caller) -> Outcome<()> {
    step("Two doctors come in and work in one team");
    let (first, second) = (a_doctor(&nobody, &admin, "first")?, a_doctor(&nobody, &admin, "second")?);
    let form = json!({ "name": "示例团队", "introduction": "多学科", "agreement": "会员须知", "consult_fee": 0 });
    let team = first.post("/team", form)?["team_id"].clone();
    let invitation = first.get(&format!("/team/{team}/invitation"))?;
    second.post(&format!("/team/{team}/doctor"), json!({ "code": invitation["code"] }))?;

    step("Each fetches a password for the gateway, and connects");
    let mut one = Gateway::connect(&first, json!({}))?;
    let mut two = Gateway::connect(&second, json!({}))?;

    step("A message is acknowledged when it is on disk, and is there at once");
    let ack = one.send_text(&second.id, "您好，帮我看一个片子？")?;
    let got = two.expect("message")?;
    expect(got["message_id"] == ack["message_id"] && got["from_member_id"] == first.id, "the message is the acknowledged one")?;

    step("Sent again under the same id, it is the same message");
    let frame = json!({ "type": "send", "id": "again", "to_member_id": second.id, "mimetype": "text/plain", "content": "收到吗" });
    let (ack, again) = (one.ask(frame.clone())?, one.ask(frame)?);
    expect(ack == again, "both answers are one")?;
    let last = two.expect("message")?;

    step("The second has read it; the first is told");
    two.ask(json!({ "type": "read", "conversation_id": last["conversation_id"], "message_id": last["message_id"] }))?;
    let receipt = one.expect("read")?;
    expect(receipt["message_id"] == last["message_id"], "the receipt names the message")?;

    step("The first watches the second, who loses the connection");
    let states = one.ask(json!({ "type": "watch", "member_ids": [second.id] }))?;
    expect(states["members"][0]["online"] == true, "the second is here")?;
    let known = json!({ "era": two.welcome["era"], "after": last["seq"], "changes_after": two.welcome["change"] });
    drop(two);
    expect(one.expect("presence")?["members"][0]["online"] == false, "and gone")?;

    step("Meanwhile two messages are written, one of them over HTTP, and one is taken back; who comes back catches up by number");
    one.send_text(&second.id, "不急")?;
    first.post("/im/messages", json!({ "to_member_id": second.id, "mimetype": "text/plain", "content": "明天再说" }))?;
    one.ask(json!({ "type": "retract", "message_id": last["message_id"] }))?;
    let mut two = Gateway::connect(&second, known)?;
    let missed = [two.expect("message")?, two.expect("message")?].map(|frame| frame["content"].clone());
    expect(missed == ["不急", "明天再说"], "nothing is missed")?;
    expect(two.expect("retracted")?["message_id"] == last["message_id"], "and nothing stays that was taken back")?;

    step("A call: invitation, joining, a signal, the end");
    let call = one.ask(json!({ "type": "call_create", "member_ids": [second.id], "media": "video" }))?["call_id"].clone();
    expect(two.expect("call_invite")?["call_id"] == call, "the second is invited")?;
    two.ask(json!({ "type": "call_join", "call_id": call }))?;
    one.expect("call")?;
    let offer = json!({ "type": "offer", "sdp": "what RTCPeerConnection.createOffer gives" });
    one.ask(json!({ "type": "call_signal", "call_id": call, "to_member_id": second.id, "kind": "offer", "data": offer }))?;
    expect(two.expect("call_signal")?["data"] == offer, "the signal comes as it was sent")?;
    two.ask(json!({ "type": "call_leave", "call_id": call }))?;
    expect(one.expect("call_end")?["reason"] == "left", "the call is over")?;

    step("Log-out ends the connection with code 4401");
    second.delete("/session")?;
    expect(two.closed()? == 4401, "the code says why")?;
    Ok(())
}

/// A client of the gateway. Frames that come while it waits for an answer are kept for whoever asks for them next.
struct Gateway {
    socket: WebSocket<TcpStream>,
    /// The first answer: the newest numbers, and the era in which they hold.
    welcome: Value,
    waiting: VecDeque<Value>,
    next_id: u64,
}

impl Gateway {
    /// Fetches a password, connects and logs in. With `era`, `after` and `changes_after` in `known`, everything after these numbers comes first.
    fn connect(caller: &Caller, known: Value) -> Outcome<Gateway> {
        let access = caller.get("/im/password")?;
        let url = access["url"].as_str().ok_or("no url")?;
        let address = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).ok_or("this example speaks ws:// only")?;
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let (socket, _) = tungstenite::client(url, stream).map_err(|e| e.to_string())?;
        let mut gateway = Gateway { socket, welcome: Value::Null, waiting: VecDeque::new(), next_id: 0 };
        let mut login = known;
        login["type"] = "login".into();
        login["member_id"] = access["member_id"].clone();
        login["password"] = access["password"].clone();
        gateway.welcome = gateway.ask(login)?;
        expect(gateway.welcome["type"] == "welcome", "logged in")?;
        Ok(gateway)
    }

    fn send_text(&mut self, to: &Value, content: &str) -> Outcome<Value> {
        let ack = self.ask(json!({ "type": "send", "to_member_id": to, "mimetype": "text/plain", "content": content }))?;
        expect(ack["type"] == "ack", "acknowledged")?;
        Ok(ack)
    }

    /// Sends a frame and waits for the answer with its id. Whoever gets no answer may send the same frame again, over any connection.
    fn ask(&mut self, mut frame: Value) -> Outcome<Value> {
        if frame.get("id").is_none() {
            self.next_id += 1;
            frame["id"] = format!("walk-{}-{}", std::process::id(), self.next_id).into();
        }
        println!("→ {frame}");
        self.socket.send(Message::text(frame.to_string()))?;
        let id = frame["id"].clone();
        self.find(|answer| answer.get("id") == Some(&id))
    }

    /// The next frame of this type that is no answer.
    fn expect(&mut self, kind: &str) -> Outcome<Value> {
        self.find(|frame| frame["type"] == kind)
    }

    fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Outcome<Value> {
        if let Some(at) = self.waiting.iter().position(&wanted) {
            return Ok(self.waiting.remove(at).unwrap_or_default());
        }
        loop {
            let frame = match self.socket.read()? {
                Message::Text(text) => serde_json::from_str::<Value>(&text)?,
                Message::Close(frame) => return Err(format!("closed: {frame:?}").into()),
                // The library answers pings by itself.
                _ => continue,
            };
            println!("← {frame}");
            match wanted(&frame) {
                true => return Ok(frame),
                false => self.waiting.push_back(frame),
            }
        }
    }

    /// Reads to the end; answers the close code.
    fn closed(&mut self) -> Outcome<u16> {
        loop {
            if let Message::Close(frame) = self.socket.read()? {
                return Ok(frame.map_or(1005, |frame| frame.code.into()));
            }
        }
    }
}

/// Brings in a doctor, who signs in.
fn a_doctor(nobody: &Caller, admin: &Caller, name: &'static str) -> Outcome<Caller> {
    let phone = free_phone(admin, "doctors", next_person())?;
    let form = json!({ "phone": phone, "password": PASSWORD, "real_name": "示例医生" });
    let id = admin.post("/admin/doctors", form)?["id"].take();
    admin.post(&format!("/admin/doctors/{id}/verify"), json!({ "is_verify": 1 }))?;
    nobody.sign_in(name, &phone, "doctor")
}
