//! A server of the outside world, imitated in the test's own process: answers as the test says and remembers what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What our server asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// With its query.
    pub path: String,
    /// With names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub struct Outside {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    notes: Arc<Notes>,
}

#[derive(Default)]
struct Notes {
    asked: Mutex<Vec<Asked>>,
    more: Condvar,
    over: AtomicBool,
}

impl Outside {
    /// Answers every request with a status and a body.
    pub fn open(answer: impl Fn(&Asked) -> (u16, Vec<u8>) + Send + 'static) -> Outside {
        Outside::with_headers(move |asked| {
            let (status, body) = answer(asked);
            (status, Vec::new(), body)
        })
    }

    /// The same, with headers on the answer.
    pub fn with_headers(answer: impl Fn(&Asked) -> (u16, Vec<(&'static str, String)>, Vec<u8>) + Send + 'static) -> Outside {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let notes = Arc::new(Notes::default());
        let shared = notes.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::Relaxed) {
                    return;
                }
                let Some((stream, asked)) = stream.ok().and_then(read) else { continue };
                let (status, headers, body) = answer(&asked);
                // Noted before the answer goes out: who has the answer finds the note.
                shared.asked.lock().unwrap().push(asked);
                shared.more.notify_all();
                write(stream, status, &headers, &body);
            }
        });
        Outside { base, notes }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.notes.asked.lock().unwrap().clone()
    }

    /// Everything that was asked, as soon as that is enough.
    #[track_caller]
    pub fn wait(&self, enough: impl Fn(&[Asked]) -> bool) -> Vec<Asked> {
        let asked = self.notes.asked.lock().unwrap();
        let (asked, waited) = self.notes.more.wait_timeout_while(asked, Duration::from_secs(30), |asked| !enough(asked)).unwrap();
        assert!(!waited.timed_out(), "only this was asked: {asked:#?}");
        asked.clone()
    }
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.notes.over.store(true, Ordering::Relaxed);
        // Wakes the thread, which then sees that it is over.
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
    }
}

fn read(stream: TcpStream) -> Option<(TcpStream, Asked)> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut headers) = (0, Vec::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((reader.into_inner(), Asked { method, path, headers, body: String::from_utf8(body).ok()? }))
}

fn write(mut stream: TcpStream, status: u16, headers: &[(&str, String)], body: &[u8]) {
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    // 204 has no body, and must not say how long it is.
    let length = if status == 204 { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("HTTP/1.1 {status} X\r\n{more}{length}Connection: close\r\n\r\n");
    // A client that has seen enough closes first.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
