//! Requests per second of a server beside its own `/healthz`: `cargo run --release --example bench_load [DIR]`.
//!
//! Starts a server in this process in a directory of its own under DIR (default: the current one, because a temporary directory may lie in
//! memory, where a sync costs nothing), fills it with the demonstration clinic, and loads it over real connections from a runtime of its own.
//! Each figure is the median of interleaved rounds. Server and load share the machine, so the ratios say more than the rates.

use std::{
    env,
    error::Error,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime::Builder, task::JoinSet};
use xuanhu::{
    app::App,
    base::{settings::Settings, time::Clock},
    demo,
    server::Server,
};

const CONNECTIONS: [usize; 3] = [1, 16, 64];
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_millis(1_000);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is asked, and which part of `/healthz`' rate it is to reach at 64 connections.
struct Load {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    /// `#` becomes a number that was never sent before.
    body: &'static str,
    goal: Option<f64>,
}

#[rustfmt::skip]
const LOADS: &[Load] = &[
    Load { name: "/healthz",                     method: "GET",  path: "/healthz",        body: "", goal: None },
    Load { name: "point read, signed in",        method: "GET",  path: "/user",           body: "", goal: Some(0.6) },
    Load { name: "newest ten with exact total",  method: "GET",  path: "/message",        body: "", goal: Some(0.3) },
    Load { name: "keyword search, ten rows",     method: "GET",  path: "/hospital?keyword=%E7%A4%BA%E8%8C%83", body: "", goal: Some(0.3) },
    Load { name: "durable create",               method: "POST", path: "/admin/hospitals", body: r##"{"name":"压测医院#"}"##, goal: Some(0.15) },
];

fn main() -> Outcome<()> {
    let parent = env::args().nth(1).unwrap_or_else(|| ".".into());
    let dir = std::path::Path::new(&parent).join(format!("bench-load-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let outcome = run(&dir);
    std::fs::remove_dir_all(&dir)?;
    outcome
}

fn run(dir: &std::path::Path) -> Outcome<()> {
    let flags = [("http.listen", "127.0.0.1:0".to_owned()), ("limits.enabled", "false".to_owned())];
    let settings = Settings::load(dir, &flags, [])?;
    let app = App::open(dir, settings, Clock::system(0))?.app;
    let logins = demo::load(&app.store)?;
    let serving = Builder::new_multi_thread().enable_all().build()?;
    let server = serving.block_on(Server::start(app.clone()))?;
    let loading = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let phone = logins.people.iter().find(|person| person.role.name() == "patient").map(|person| person.phone.clone()).unwrap_or_default();
    let measured = loading.block_on(measure(server.address, &phone, logins.password, app.admin_token.clone()));
    drop(loading);
    serving.block_on(server.stop());
    serving.shutdown_timeout(Duration::from_secs(5));
    measured
}

async fn measure(address: SocketAddr, phone: &str, password: &str, admin: String) -> Outcome<()> {
    let body = format!(r#"{{"phono":"{phone}","pwd":"{password}","type":1}}"#);
    let answer = ask(&mut connect(address).await?, "POST", "/login", "", Bytes::from(body)).await?;
    let user: serde_json::Value = serde_json::from_slice(&answer)?;
    let token = user["data"]["token"].as_str().ok_or("the log-in gave no token")?.to_owned();

    println!(
        "{:<30} {:>12} {:>12} {:>12}   of /healthz at 64",
        "requests/s at connections:", CONNECTIONS[0], CONNECTIONS[1], CONNECTIONS[2]
    );
    let counter = Arc::new(AtomicU64::new(1));
    let mut rates = vec![vec![Vec::new(); CONNECTIONS.len()]; LOADS.len()];
    for _ in 0..ROUNDS {
        for (load, rates) in LOADS.iter().zip(&mut rates) {
            let token = if load.path.starts_with("/admin") { admin.clone() } else { token.clone() };
            for (connections, rates) in CONNECTIONS.iter().zip(rates) {
                rates.push(round(address, load, &token, *connections, &counter).await?);
            }
        }
    }
    let median = |rates: &Vec<f64>| {
        let mut rates = rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    let base = median(&rates[0][2]);
    for (load, rates) in LOADS.iter().zip(&rates) {
        let [one, some, many] = [median(&rates[0]), median(&rates[1]), median(&rates[2])];
        let goal = load.goal.map_or(String::new(), |goal| format!("(goal {goal})"));
        println!("{:<30} {one:>12.0} {some:>12.0} {many:>12.0}   {:.2} {goal}", load.name, many / base);
    }
    Ok(())
}

/// Requests per second over so many connections, each of which asks again as soon as it is answered.
async fn round(address: SocketAddr, load: &'static Load, token: &str, connections: usize, counter: &Arc<AtomicU64>) -> Outcome<f64> {
    let mut clients = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..connections {
        let (token, counter) = (token.to_owned(), counter.clone());
        clients.spawn(async move {
            let mut connection = connect(address).await?;
            let mut answered = 0u64;
            while begun.elapsed() < ROUND {
                let body = match load.body.is_empty() {
                    true => Bytes::new(),
                    false => Bytes::from(load.body.replace('#', &counter.fetch_add(1, Ordering::Relaxed).to_string())),
                };
                ask(&mut connection, load.method, load.path, &token, body).await?;
                answered += 1;
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(answered)
        });
    }
    let mut answered = 0;
    while let Some(client) = clients.join_next().await {
        answered += client??;
    }
    Ok(answered as f64 / begun.elapsed().as_secs_f64())
}

async fn connect(address: SocketAddr) -> Outcome<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// One request; anything but a success ends the measurement, which would otherwise count refusals.
async fn ask(connection: &mut SendRequest<Full<Bytes>>, method: &str, path: &str, token: &str, body: Bytes) -> Outcome<Bytes> {
    let request = Request::builder().method(method).uri(path).header("host", "localhost").header("content-type", "application/json");
    let request = if token.is_empty() { request } else { request.header("x-auth-token", token) };
    connection.ready().await?;
    let response = connection.send_request(request.body(Full::new(body))?).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    match status.is_success() {
        true => Ok(bytes),
        false => Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&bytes)).into()),
    }
}
