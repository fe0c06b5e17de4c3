//! What the live gateway costs and how fast it is: `cargo build --release && cargo run --release --example bench_gateway [DIR]`.
//!
//! Starts the release binary beside this example, in a directory of its own under DIR (default: the current one, because a temporary directory
//! may lie in memory, where a sync costs nothing), and measures from outside: the memory of 2,000 idle connections above the server without
//! them, and the time from a message's sending to its arrival at 500 messages a second among 200 connections. Server and clients share the
//! machine.

use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, runtime::Builder, sync::mpsc, task::JoinSet};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

const MEMBERS: usize = 250;
const DEVICES: usize = 8;
const TALKERS: usize = 200;
/// Messages a second, of all together.
const RATE: usize = 500;
const WARM_UP: Duration = Duration::from_secs(3);
const ROUND: Duration = Duration::from_secs(20);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Socket = WebSocketStream<TcpStream>;

fn main() -> Outcome<()> {
    let parent = env::args().nth(1).unwrap_or_else(|| ".".into());
    let dir = Path::new(&parent).join(format!("bench-gateway-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let outcome = run(&dir);
    fs::remove_dir_all(&dir)?;
    outcome
}

fn run(dir: &Path) -> Outcome<()> {
    let clients = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let server = Server::start(dir)?;
    let members = clients.block_on(colleagues(&server.address, fs::read_to_string(dir.join("admin.token"))?.trim()))?;
    // Started anew: hashing 250 passwords leaves free memory behind, in which the connections would not be seen.
    server.stop()?;
    clients.block_on(measure(&Server::start(dir)?, &members))
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(dir: &Path) -> Outcome<Server> {
        // target/release/examples/bench_gateway → target/release/xuanhu
        let binary: PathBuf = env::current_exe()?.ancestors().nth(2).ok_or("no directory above this example")?.join("xuanhu");
        if !binary.is_file() {
            return Err(format!("{} is missing: cargo build --release", binary.display()).into());
        }
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir)
            .envs([("XUANHU_LIMITS__ENABLED", "false"), ("XUANHU_HTTP__MAX_CONNECTIONS", "10000"), ("XUANHU_IM__SILENCE_WINDOW", "10m")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").ok_or("it does not listen")?.to_owned();
        Ok(Server { child, address })
    }

    fn stop(mut self) -> Outcome<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory in KiB.
    fn memory(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn measure(server: &Server, members: &[(u64, String)]) -> Outcome<()> {
    tokio::time::sleep(Duration::from_secs(8)).await;
    let before = server.memory()?;
    let mut idle = Vec::with_capacity(MEMBERS * DEVICES);
    let begun = Instant::now();
    for (_, token) in members {
        for _ in 0..DEVICES {
            idle.push(connect(&server.address, token).await?);
        }
    }
    let took = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.memory()?;
    let count = idle.len() as u64;
    println!("{count} idle connections, logged in within {:.1} s:", took.as_secs_f64());
    println!(
        "  {:.1} MB above {:.1} MB without them, {} bytes each (goal: 40 MB)",
        (after - before) as f64 / 1024.0,
        before as f64 / 1024.0,
        (after - before) * 1024 / count
    );
    drop(idle);
    tokio::time::sleep(Duration::from_secs(2)).await;
    talk(&server.address, &members[..TALKERS]).await?;
    println!("  {:.1} MB resident in the end", server.memory()? as f64 / 1024.0);
    Ok(())
}

/// Each says something to another one now and then; how long it takes to be acknowledged, and to arrive.
async fn talk(address: &str, members: &[(u64, String)]) -> Outcome<()> {
    let begun = Instant::now();
    let (tell, mut told) = mpsc::unbounded_channel::<(Kind, Duration, Duration)>();
    let pause = Duration::from_secs_f64(TALKERS as f64 / RATE as f64);
    let mut talkers = JoinSet::new();
    for (n, (_, token)) in members.iter().enumerate() {
        let socket = connect(address, token).await?;
        let (to, tell) = (members[(n + TALKERS / 2) % TALKERS].0, tell.clone());
        let start = begun + Duration::from_secs(2) + pause.mul_f64(n as f64 / TALKERS as f64);
        talkers.spawn(talker(socket, to, begun, start, pause, tell));
    }
    drop(tell);
    let mut times: HashMap<Kind, Vec<Duration>> = HashMap::new();
    while let Some((kind, sent, took)) = told.recv().await {
        if sent >= Duration::from_secs(2) + WARM_UP {
            times.entry(kind).or_default().push(took);
        }
    }
    while let Some(talker) = talkers.join_next().await {
        talker??;
    }
    println!("{TALKERS} connections, {RATE} messages/s for {} s:", ROUND.as_secs());
    for (kind, name) in [(Kind::Acknowledged, "acknowledged"), (Kind::Arrived, "arrived")] {
        let mut times = times.remove(&kind).unwrap_or_default();
        times.sort_unstable();
        let at =
            |part: f64| times.get(((times.len() as f64 * part) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "  {name:<13} {:>6} times, p50 {:>6.1} ms, p99 {:>6.1} ms, most {:>6.1} ms",
            times.len(),
            ms(at(0.5)),
            ms(at(0.99)),
            ms(at(1.0))
        );
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Acknowledged,
    Arrived,
}

/// The content of each message is the moment at which it was sent.
async fn talker(
    socket: Socket,
    to: u64,
    begun: Instant,
    start: Instant,
    pause: Duration,
    tell: mpsc::UnboundedSender<(Kind, Duration, Duration)>,
) -> Outcome<()> {
    let (mut writer, mut reader) = socket.split();
    let mut pulse = tokio::time::interval_at(start.into(), pause);
    let over = tokio::time::sleep_until((start + WARM_UP + ROUND).into());
    let last = tokio::time::sleep_until((start + WARM_UP + ROUND + Duration::from_secs(2)).into());
    tokio::pin!(over, last);
    let mut sending = true;
    loop {
        tokio::select! {
            _ = pulse.tick(), if sending => {
                let now = begun.elapsed().as_nanos().to_string();
                let frame = json!({ "type": "send", "id": now, "to_member_id": to, "mimetype": "text/plain", "content": now });
                writer.send(Message::text(frame.to_string())).await?;
            }
            frame = reader.next() => {
                let Message::Text(text) = frame.ok_or("the connection is gone")?? else { continue };
                let frame: Value = serde_json::from_str(&text)?;
                let (kind, stamp) = match frame["type"].as_str() {
                    Some("ack") => (Kind::Acknowledged, &frame["id"]),
                    Some("message") => (Kind::Arrived, &frame["content"]),
                    _ => return Err(format!("unexpected: {frame}").into()),
                };
                let sent = Duration::from_nanos(stamp.as_str().unwrap_or_default().parse()?);
                let _ = tell.send((kind, sent, begun.elapsed().saturating_sub(sent)));
            }
            () = &mut over, if sending => sending = false,
            () = &mut last => return Ok(()),
        }
    }
}

/// Connects and logs in.
async fn connect(address: &str, token: &str) -> Outcome<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/im/ws"), stream).await?;
    socket.send(Message::text(json!({ "type": "login", "token": token }).to_string())).await?;
    match socket.next().await {
        Some(Ok(Message::Text(text))) if text.contains("\"welcome\"") => Ok(socket),
        other => Err(format!("the log-in was answered with {other:?}").into()),
    }
}

/// Doctors of one team, who may all talk to each other: their ids and tokens.
async fn colleagues(address: &str, admin: &str) -> Outcome<Vec<(u64, String)>> {
    let base = format!("http://{address}");
    let admin = admin.to_owned();
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let post = |path: &str, token: &str, body: Value| -> Outcome<Value> {
            let request = agent.post(format!("{base}{path}")).header("X-Auth-Token", token);
            let answer: Value = request.send_json(&body)?.body_mut().read_json()?;
            match answer.get("error") {
                None => Ok(["result", "data"].into_iter().find_map(|key| answer.get(key)).unwrap_or(&answer).clone()),
                Some(_) => Err(format!("{path}: {answer}").into()),
            }
        };
        let mut members = Vec::with_capacity(MEMBERS);
        let mut code = Value::Null;
        let mut team = Value::Null;
        for n in 0..MEMBERS {
            let phone = format!("1990000{n:04}");
            let form = json!({ "phone": phone, "password": "a made-up secret", "real_name": format!("医生{n}") });
            let id = post("/admin/doctors", &admin, form)?["id"].as_u64().ok_or("no id")?;
            post(&format!("/admin/doctors/{id}/verify"), &admin, json!({ "is_verify": 1 }))?;
            let user = post("/login", "", json!({ "phono": phone, "pwd": "a made-up secret", "type": 2 }))?;
            let token = user["token"].as_str().ok_or("no token")?.to_owned();
            if n == 0 {
                let form = json!({ "name": "压测团队", "introduction": "-", "agreement": "-", "consult_fee": 0 });
                team = post("/team", &token, form)?["team_id"].clone();
                let request = agent.get(format!("{base}/team/{team}/invitation")).header("X-Auth-Token", &token);
                let answer: Value = request.call()?.body_mut().read_json()?;
                code = answer["result"]["code"].clone();
            } else {
                post(&format!("/team/{team}/doctor"), &token, json!({ "code": code }))?;
            }
            members.push((id, token));
        }
        Ok(members)
    })
    .await?
}
