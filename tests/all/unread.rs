//! A request that is refused before its body was read: the connection goes on, or the answer says that it does not (RFC 9112, 9.6).

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::kit::TestServer;

struct Line(BufReader<TcpStream>);

impl Line {
    fn to(server: &TestServer) -> Line {
        let stream = TcpStream::connect(server.nobody().base.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Line(BufReader::new(stream))
    }

    fn say(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// The status, and whether the answer says that the connection ends.
    fn hear(&mut self) -> (u16, bool) {
        let (mut status, mut length, mut closes) = (0, 0, false);
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the connection ended without a word");
            let line = line.trim_end().to_ascii_lowercase();
            match line.split_once(": ") {
                _ if line.is_empty() => break,
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("connection", value)) => closes = value == "close",
                None => status = line.split(' ').nth(1).unwrap().parse().unwrap(),
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, closes)
    }

    fn is_over(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }
}

fn post(path: &str, headers: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{headers}\r\n")
}

const NEXT: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn a_small_body_is_read_and_the_connection_goes_on() {
    let server = TestServer::open();
    let mut line = Line::to(&server);
    for path in ["/project", "/no/such/endpoint", "/healthz", "/"] {
        line.say(&post(path, "Content-Length: 12\r\n"));
        line.say("{\"a\": \"b\"}  ");
        line.say(NEXT);
        let (status, closes) = line.hear();
        assert!([401, 404, 405].contains(&status) && !closes, "{path}: {status}");
        assert_eq!(line.hear(), (200, false), "{path}");
    }
    line.say(&post("/project", "Transfer-Encoding: chunked\r\n"));
    line.say("2\r\n{}\r\n0\r\n\r\n");
    line.say(NEXT);
    assert_eq!((line.hear(), line.hear()), ((401, false), (200, false)));
}

#[test]
fn what_is_not_read_ends_the_connection_and_is_said() {
    let server = TestServer::open();
    let large = (1 << 20) + 1;
    for headers in [
        // Too much to throw away.
        format!("Content-Length: {large}\r\n"),
        // Too slow: it never comes.
        "Content-Length: 12\r\n".to_owned(),
        // Nobody asked for it.
        "Content-Length: 12\r\nExpect: 100-continue\r\n".to_owned(),
    ] {
        let mut line = Line::to(&server);
        line.say(&post("/project", &headers));
        assert_eq!(line.hear(), (401, true), "{headers}");
        assert!(line.is_over(), "{headers}");
    }
    // A body that is larger than allowed, at an endpoint that lets everybody in.
    let mut line = Line::to(&server);
    line.say(&post("/login", &format!("Content-Length: {large}\r\n")));
    assert_eq!(line.hear(), (413, true));
    assert!(line.is_over());
}
