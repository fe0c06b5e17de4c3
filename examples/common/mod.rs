//! What the walkthroughs share: a caller that prints what it sends and what comes back, and made-up people.

// Each walkthrough is a program of its own and uses a part of this.
#![allow(dead_code)]

use std::{env, error::Error, fs, process::ExitCode, thread::sleep, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::{Agent, http};

pub type Outcome<T> = Result<T, Box<dyn Error>>;

pub const PASSWORD: &str = "a made-up secret 1";

/// Tells a story against the server that the first argument names (`http://127.0.0.1:8080`); the administrator's token is the second one, or
/// what stands in `./xuanhu-data/admin.token`. The first surprise ends it with code 1.
pub fn tell(story: impl FnOnce(Caller, Caller) -> Outcome<()>) -> ExitCode {
    let told = arguments().and_then(|(base, token)| {
        let (nobody, admin) = callers(&base, &token);
        story(nobody, admin)
    });
    match told {
        Ok(()) => {
            println!("\nThe story ends well.");
            ExitCode::SUCCESS
        }
        Err(surprise) => {
            eprintln!("\nA surprise: {surprise}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Outcome<(String, String)> {
    let mut args = env::args().skip(1);
    let base = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".into());
    let token = args.next().or_else(|| fs::read_to_string("xuanhu-data/admin.token").ok());
    let token = token.ok_or("no administrator's token: give it as the second argument")?;
    Ok((base, token))
}

/// Somebody without a token, and an administrator.
pub fn callers(base: &str, token: &str) -> (Caller, Caller) {
    let nobody = Caller::new(base);
    let admin = Caller { name: "admin", header: "Authorization", token: format!("Bearer {}", token.trim()), ..nobody.clone() };
    (nobody, admin)
}

pub fn step(what: &str) {
    println!("\n{what}");
}

pub fn expect(is_so: bool, what: &str) -> Outcome<()> {
    match is_so {
        true => Ok(()),
        false => Err(format!("it was expected that {what}").into()),
    }
}

pub fn text<'a>(value: &'a Value, key: &str) -> Outcome<&'a str> {
    value[key].as_str().ok_or_else(|| format!("{key} is missing").into())
}

pub fn number(value: &Value, key: &str) -> Outcome<u64> {
    value[key].as_u64().ok_or_else(|| format!("{key} is missing").into())
}

/// The number of the next made-up person: another one in each run.
pub fn next_person() -> u32 {
    Timestamp::now().subsec_nanosecond().unsigned_abs() / 1_000 % 9_900
}

/// A telephone that nobody has: another run's or the demonstration clinic's people may. `people` is the collection of `/admin` to look in.
pub fn free_phone(admin: &Caller, people: &str, mut person: u32) -> Outcome<String> {
    loop {
        let phone = format!("1990000{person:04}");
        let known = |list: &str, by: &str| Ok::<_, Box<dyn Error>>(admin.get(&format!("/admin/{list}?{by}={phone}"))?["total"] != 0);
        if !known(people, "q")? && !known("outbox", "phone")? {
            return Ok(phone);
        }
        person = (person + 1) % 10_000;
    }
}

/// A valid identity number (GB 11643) of region 990101, which does not exist.
pub fn id_number(person: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("990101198406{:02}{:03}", person / 900 % 28 + 1, person % 900 + 100);
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

/// The clinic's first hospital, or a new one.
pub fn a_hospital(admin: &Caller) -> Outcome<u64> {
    match admin.get("/admin/hospitals?page_size=1")?["items"][0]["id"].as_u64() {
        Some(id) => Ok(id),
        None => {
            let form = json!({
                "name": "示例医院", "level": "三级甲等", "tag": "综合", "addr": "示例路1号",
                "province_id": 110_000, "city_id": 110_100, "county_id": 110_101,
            });
            number(&admin.post("/admin/hospitals", form)?, "id")
        }
    }
}

/// Somebody who sends requests, and prints them and the answers.
#[derive(Clone)]
pub struct Caller {
    pub name: &'static str,
    pub base: String,
    pub agent: Agent,
    pub header: &'static str,
    pub token: String,
    /// As the API writes it at whose door they signed in: a number, or 24 hex digits.
    pub id: Value,
}

impl Caller {
    fn new(base: &str) -> Caller {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build();
        let base = base.trim_end_matches('/').to_owned();
        Caller { name: "anybody", base, agent: config.into(), header: "X-Auth-Token", token: String::new(), id: Value::Null }
    }

    /// Somebody whose token stands in the answer to a sign-in, and whose id stands there under `id`.
    pub fn signed_in(&self, name: &'static str, answer: &Value, id: &str) -> Outcome<Caller> {
        Ok(Caller { name, token: text(answer, "token")?.to_owned(), id: answer[id].clone(), ..self.clone() })
    }

    /// Signs in by telephone and password.
    pub fn sign_in(&self, name: &'static str, phone: &str, role: &str) -> Outcome<Caller> {
        let session = self.post("/session", json!({ "phone": phone, "password": PASSWORD, "role": role }))?;
        self.signed_in(name, &session, "member_id")
    }

    pub fn get(&self, path: &str) -> Outcome<Value> {
        self.send("GET", path, None)?.well()
    }

    pub fn post(&self, path: &str, body: Value) -> Outcome<Value> {
        self.send("POST", path, Some(body))?.well()
    }

    pub fn put(&self, path: &str, body: Value) -> Outcome<Value> {
        self.send("PUT", path, Some(body))?.well()
    }

    pub fn delete(&self, path: &str) -> Outcome<Value> {
        self.send("DELETE", path, None)?.well()
    }

    pub fn refused(&self, method: &str, path: &str, body: Option<Value>, slug: &str) -> Outcome<()> {
        let refusal = self.refusal(method, path, body)?;
        expect(refusal == slug, &format!("that is refused as {slug}"))
    }

    /// The error's slug.
    pub fn refusal(&self, method: &str, path: &str, body: Option<Value>) -> Outcome<String> {
        let answer = self.send(method, path, body)?;
        expect((400..500).contains(&answer.status), "that is refused")?;
        Ok(text(&answer.json, "error")?.to_owned())
    }

    fn send(&self, method: &str, path: &str, body: Option<Value>) -> Outcome<Answer> {
        let sent = body.as_ref().map(Value::to_string);
        println!("    {:>8} → {method} {path} {}", self.name, short(sent.as_deref().unwrap_or_default()));
        let mut request = http::Request::builder().method(method).uri(format!("{}{}", self.base, encode(path)));
        if !self.token.is_empty() {
            request = request.header(self.header, &self.token);
        }
        let response = match sent {
            Some(sent) => self.agent.run(request.header("Content-Type", "application/json").body(sent)?),
            None => self.agent.run(request.body(())?),
        };
        let mut response = response.map_err(|e| format!("{}: {e}", self.base))?;
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let bytes = response.body_mut().read_to_vec()?;
        let json: Value = match kind.contains("json") {
            true => serde_json::from_slice(&bytes)?,
            false => json!({ "data": format!("{} bytes of {kind}", bytes.len()) }),
        };
        println!("    {:>8} ← {status} {}", "", short(&json.to_string()));
        if json["error"] == "too_many_requests" {
            sleep(Duration::from_secs(1)); // the story is told faster than people act
            return self.send(method, path, body);
        }
        Ok(Answer { status, json })
    }
}

struct Answer {
    status: u16,
    json: Value,
}

impl Answer {
    /// What stands in the API's envelope, under `result` or `data`; `/admin` and the sign-ins have none, and some lists stand beside it.
    fn well(mut self) -> Outcome<Value> {
        let fine = self.json.get("error").is_none() && self.json.get("error_code").is_none_or(|code| *code == 0);
        expect((200..300).contains(&self.status) && fine, "that succeeds")?;
        let payload = ["result", "data"].into_iter().find_map(|key| self.json.get_mut(key).map(Value::take));
        Ok(payload.unwrap_or(self.json))
    }
}

/// Enough of it to follow the story.
fn short(text: &str) -> String {
    const MOST: usize = 150;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn encode(path: &str) -> String {
    path.bytes().map(|b| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
