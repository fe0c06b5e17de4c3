//! A device at the live gateway: a WebSocket whose frames a test reads one after another, or waits for by type.

use std::{
    collections::VecDeque,
    io::ErrorKind,
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tungstenite::{
    Error, Message, WebSocket,
    client::IntoClientRequest,
    handshake::client::Response,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::{Client, frames};

/// Long enough for a machine that does ten other things.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Socket {
    ws: WebSocket<TcpStream>,
    /// Frames that came while the test waited for others.
    waiting: VecDeque<Value>,
    next_id: u64,
}

impl Socket {
    /// Connects; nobody is logged in yet.
    pub fn open(client: &Client) -> Socket {
        Socket::open_with(client, &[]).unwrap().0
    }

    /// The same with headers of the test's own, and what the server answered.
    pub fn open_with(client: &Client, headers: &[(&'static str, &str)]) -> Result<(Socket, Response), Box<Error>> {
        let address = client.base.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).map_err(Error::from)?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}/im/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, stream) {
            Ok((ws, response)) => Ok((Socket { ws, waiting: VecDeque::new(), next_id: 0 }, response)),
            Err(tungstenite::HandshakeError::Failure(error)) => Err(Box::new(error)),
            Err(tungstenite::HandshakeError::Interrupted(_)) => panic!("the handshake takes too long"),
        }
    }

    /// Connects and logs in with the caller's session token. Only new messages come.
    pub fn login(client: &Client) -> Socket {
        Socket::login_with(client, json!({})).0
    }

    /// The same with more keys; answers the welcome, too.
    pub fn login_with(client: &Client, more: Value) -> (Socket, Value) {
        let mut socket = Socket::open(client);
        let mut frame = json!({ "type": "login", "token": client.token.as_deref().unwrap() });
        frame.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let welcome = socket.ask(frame);
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (socket, welcome)
    }

    /// Logs in and has everything after this number sent.
    pub fn catch_up(client: &Client, after: u64) -> Socket {
        Socket::login_with(client, json!({ "after": after })).0
    }

    /// The same where the server may be gone before it has answered.
    pub fn try_login(client: &Client) -> Option<Socket> {
        Socket::try_login_with(client, json!({}))
    }

    pub fn try_catch_up(client: &Client, after: u64) -> Option<Socket> {
        Socket::try_login_with(client, json!({ "after": after }))
    }

    /// The same with more keys.
    pub fn try_login_with(client: &Client, more: Value) -> Option<Socket> {
        let mut socket = Socket::open_with(client, &[]).ok()?.0;
        let mut frame = json!({ "type": "login", "token": client.token.as_deref().unwrap() });
        frame.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        socket.send_raw(Message::text(frame.to_string())).ok()?;
        let welcome = socket.try_next().ok()?;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        Some(socket)
    }

    pub fn send(&mut self, frame: Value) {
        self.send_raw(Message::text(frame.to_string())).unwrap();
    }

    pub fn send_raw(&mut self, message: Message) -> Result<(), Box<Error>> {
        self.ws.send(message).map_err(Box::new)
    }

    /// The stream below, to write bytes that no library writes.
    pub fn stream(&mut self) -> &mut TcpStream {
        self.ws.get_mut()
    }

    /// The next frame.
    #[track_caller]
    pub fn next(&mut self) -> Value {
        match self.waiting.pop_front() {
            Some(frame) => frame,
            None => self.try_next().unwrap_or_else(|error| panic!("no frame came: {error}")),
        }
    }

    /// The next frame from the wire, unless the connection ends.
    pub fn try_next(&mut self) -> Result<Value, Box<Error>> {
        loop {
            match self.ws.read().map_err(Box::new)? {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
                    frames::check(&frame);
                    return Ok(frame);
                }
                Message::Close(frame) => panic!("closed with {frame:?}"),
                _ => {}
            }
        }
    }

    /// The next frame of this type; others wait.
    #[track_caller]
    pub fn expect(&mut self, kind: &str) -> Value {
        self.find(|frame| frame["type"] == kind, kind)
    }

    /// The next message of a conversation; what the clinic tells by itself is passed over.
    #[track_caller]
    pub fn said(&mut self) -> Value {
        self.find(|frame| frame["type"] == "message" && frame["conversation"] != "system", "a message")
    }

    /// Sends a frame under a new id, unless it has one, and waits for its answer.
    #[track_caller]
    pub fn ask(&mut self, mut frame: Value) -> Value {
        if frame.get("id").is_none() {
            self.next_id += 1;
            frame["id"] = format!("k-{}", self.next_id).into();
        }
        let id = frame["id"].clone();
        self.send(frame);
        // `id` stands in answers only.
        self.find(|frame| frame.get("id") == Some(&id), &format!("the answer to {id}"))
    }

    /// Asks and is refused with this status and word.
    #[track_caller]
    pub fn refused(&mut self, frame: Value, code: u16, error: &str) -> Value {
        let answer = self.ask(frame.clone());
        let as_expected = answer["type"] == "error" && answer["code"] == code && answer["error"] == error;
        assert!(
            as_expected && answer["message"].as_str().is_some_and(|text| !text.is_empty()),
            "{frame}: expected {code} {error}: {answer}"
        );
        answer
    }

    /// Sends a text to a member; answers the `ack`.
    #[track_caller]
    pub fn say(&mut self, to: u64, content: &str) -> Value {
        let ack = self.ask(json!({ "type": "send", "to_member_id": to, "mimetype": "text/plain", "content": content }));
        assert_eq!(ack["type"], "ack", "{ack}");
        ack
    }

    /// Nothing waits, and whatever has rung so far has come.
    #[track_caller]
    pub fn quiet(&mut self) {
        let pong = self.ask(json!({ "type": "ping" }));
        assert_eq!(pong["type"], "pong");
        assert!(self.waiting.is_empty(), "{:?}", self.waiting);
    }

    /// Everything that waits and has rung so far.
    pub fn rest(&mut self) -> Vec<Value> {
        self.ask(json!({ "type": "ping" }));
        self.waiting.drain(..).collect()
    }

    #[track_caller]
    fn find(&mut self, wanted: impl Fn(&Value) -> bool, what: &str) -> Value {
        if let Some(at) = self.waiting.iter().position(&wanted) {
            return self.waiting.remove(at).unwrap();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "{what} did not come, but {:?}", self.waiting);
            let frame = self.try_next().unwrap_or_else(|error| panic!("{what} did not come: {error}, but {:?}", self.waiting));
            if wanted(&frame) {
                return frame;
            }
            self.waiting.push_back(frame);
        }
    }

    /// Reads until the server closes; answers the code. Frames that come before wait.
    #[track_caller]
    pub fn closed(&mut self) -> u16 {
        loop {
            match self.ws.read() {
                Ok(Message::Close(frame)) => {
                    // Reading on sends our answer.
                    let _ = self.ws.flush();
                    return frame.map_or(1005, |frame| frame.code.into());
                }
                Ok(Message::Text(text)) => self.waiting.push_back(serde_json::from_str(&text).unwrap()),
                Ok(_) => {}
                Err(error) => panic!("no close code came: {error}, but {:?}", self.waiting),
            }
        }
    }

    /// Reads until the end, with a code or without; for what may be cut.
    pub fn gone(&mut self) -> Option<u16> {
        loop {
            match self.ws.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("it does not end"),
                Err(_) => return None,
            }
        }
    }

    /// Leaves in order.
    pub fn leave(mut self) {
        let _ = self.ws.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }));
        let _ = self.gone();
    }
}
