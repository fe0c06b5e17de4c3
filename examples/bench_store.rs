//! What the store promises, measured on this machine: `cargo run --release --example bench_store [DIR]`.
//!
//! Durable commits, reads on small and large tables, and how long a start takes. Works in a directory of its own under DIR (default:
//! the current one, because a temporary directory may lie in memory, where a sync costs nothing) and removes it at the end.
//! The kinds of measurement that depend on the disk are taken in interleaved rounds, so that a noisy neighbour hits all of them.

use std::{
    env,
    error::Error,
    fs::File,
    hint::black_box,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use xuanhu::{
    app::App,
    base::{
        id::Id,
        page::Page,
        settings::Settings,
        time::{Clock, Time},
    },
    store::{Class, Entries, Index, References, Row, Store, Table, TableInfo, Tables, Tx, key},
};

const WRITERS: [usize; 4] = [1, 8, 64, 256];
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(500);
const FEW: u64 = 1_000;
const MANY: u64 = 200_000;
/// Told to the child process that fills a store and waits to be killed.
const FILL: &str = "--fill-and-wait";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A row of the size and with the indexes of a registration.
#[derive(Serialize, Deserialize)]
struct Seat {
    id: Id<Seat>,
    project_id: u64,
    patient_id: u64,
    slot: u32,
    visit_time: Time,
    note: String,
}

const BY_PROJECT: Index<Seat> = Index::counted(1);
const BY_PATIENT: Index<Seat> = Index::new(2);
const TABLES: &Tables = &Tables { infos: &[TableInfo::of::<Seat>()], kept_until: |_, _| Ok(None), touching: |_, _, _| Ok(()) };
/// The project that all seats of the reading measurements belong to.
const FULL_PROJECT: u64 = 7;

impl Row for Seat {
    type Kind = Self;

    const TABLE: Table = Table { code: 250, name: "bench_seats", version: 1 };

    fn id(&self) -> Id<Self> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Free
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_PROJECT, key(&[&self.project_id]), key(&[&self.visit_time]));
        entries.add(&BY_PATIENT, key(&[&self.patient_id]), key(&[&self.visit_time]));
    }
}

fn main() -> Outcome<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [flag, dir, rows] = args.as_slice()
        && flag == FILL
    {
        return fill_and_wait(Path::new(dir), rows.parse()?);
    }
    let home = tempfile::Builder::new().prefix(".bench-store-").tempdir_in(args.first().map_or(".", String::as_str))?;
    println!("durable commits: an answer comes after the sync; a row of about 400 bytes with two indexes, one of them counted");
    commits(home.path())?;
    println!("\nreads, one thread: {FEW} rows against {MANY}, all in one group");
    reads(home.path())?;
    println!("\nstart, milliseconds");
    starts(home.path())
}

// Commits.

#[derive(Default)]
struct Series {
    rate: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

impl Series {
    fn note(&mut self, mut latencies: Vec<Duration>, took: Duration) {
        latencies.sort_unstable();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        self.rate.push(latencies.len() as f64 / took.as_secs_f64());
        self.p50.push(at(0.50));
        self.p99.push(at(0.99));
    }
}

fn commits(home: &Path) -> Outcome<()> {
    let store = Arc::new(open(&home.join("commits"))?);
    let runtime = tokio::runtime::Runtime::new()?;
    let mut disk = Series::default();
    let mut series: [Series; WRITERS.len()] = Default::default();
    for _ in 0..ROUNDS {
        append_and_sync(&home.join("appended"), &mut disk)?;
        for (writers, series) in WRITERS.into_iter().zip(&mut series) {
            runtime.block_on(write_for_a_while(&store, writers, series))?;
        }
    }
    println!("  {:<34}{:>12}{:>10}{:>10}", "", "per second", "p50 ms", "p99 ms");
    let line = |name: String, s: &Series| {
        println!("  {name:<34}{:>12.0}{:>10.2}{:>10.2}", median(&s.rate), median(&s.p50), median(&s.p99));
    };
    line("disk alone: append 600 B, fdatasync".into(), &disk);
    for (writers, series) in WRITERS.into_iter().zip(&series) {
        line(format!("commits, {writers} writers at a time"), series);
    }
    let rate = |n: usize| WRITERS.iter().position(|w| *w == n).map_or(f64::NAN, |at| median(&series[at].rate));
    goal("64 writers against 1, times as fast", rate(64) / rate(1), ">= 8", |x| x >= 8.0);
    goal("1 writer against the disk alone", rate(1) / median(&disk.rate), "", |_| true);
    Ok(())
}

fn append_and_sync(path: &Path, series: &mut Series) -> Outcome<()> {
    let mut file = File::options().create(true).append(true).open(path)?;
    let mut latencies = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < ROUND {
        let sent = Instant::now();
        file.write_all(&[b'x'; 600])?;
        file.sync_data()?;
        latencies.push(sent.elapsed());
    }
    series.note(latencies, begun.elapsed());
    Ok(())
}

async fn write_for_a_while(store: &Arc<Store>, writers: usize, series: &mut Series) -> Outcome<()> {
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for patient_id in 0..writers as u64 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            while begun.elapsed() < ROUND {
                let sent = Instant::now();
                let take = move |tx: &mut Tx| {
                    let id = tx.next_id()?;
                    tx.put(&seat(id, patient_id % 10, patient_id, tx.now))
                };
                store.write(take).await?;
                latencies.push(sent.elapsed());
            }
            Ok::<_, xuanhu::base::error::Error>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    series.note(latencies, begun.elapsed());
    Ok(())
}

fn seat(id: Id<Seat>, project_id: u64, patient_id: u64, visit_time: Time) -> Seat {
    Seat {
        id, project_id, patient_id, slot: (id.number() % 40) as u32, visit_time, note: "头痛三天，夜间加重，伴恶心。".repeat(8)
    }
}

// Reads.

fn reads(home: &Path) -> Outcome<()> {
    let few = (open(&home.join("few"))?, FEW);
    let many = (open(&home.join("many"))?, MANY);
    for (store, rows) in [&few, &many] {
        fill(store, *rows)?;
    }
    let (mut point, mut page) = ([const { Vec::new() }; 2], [const { Vec::new() }; 2]);
    for round in 0..ROUNDS as u64 {
        for (at, (store, rows)) in [&few, &many].into_iter().enumerate() {
            point[at].push(micros(20_000, |n| {
                // Strides over the whole table, another row every time.
                let id = (n + round).wrapping_mul(0x9E37_79B9_7F4A_7C15) % rows;
                black_box(store.view().need::<Seat>(Id::from_number(id))?);
                Ok(())
            })?);
            page[at].push(micros(2_000, |_| {
                let page = store.view().page(&BY_PROJECT, key(&[&FULL_PROJECT]), Page { skip: 0, limit: 10 })?;
                assert_eq!((page.items.len(), page.total), (10, *rows));
                Ok(())
            })?);
        }
    }
    println!("  {:<34}{FEW:>12}{MANY:>12} rows", "microseconds each");
    for (name, [few, many]) in [("one row by id, all over the table", &point), ("newest ten with the exact total", &page)] {
        println!("  {name:<34}{:>12.2}{:>12.2}", median(few), median(many));
        goal("  times as long", median(many) / median(few), "<= 1.3", |x| x <= 1.3);
    }
    Ok(())
}

fn micros(times: u64, mut once: impl FnMut(u64) -> Outcome<()>) -> Outcome<f64> {
    let begun = Instant::now();
    for n in 0..times {
        once(n)?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / times as f64)
}

// Starts.

fn starts(home: &Path) -> Outcome<()> {
    let empty: Vec<f64> = timed(ROUNDS, |n| open(&home.join(format!("empty-{n}"))))?;
    goal("empty store", median(&empty), "< 300", |ms| ms < 300.0);
    let app = |n: usize| Ok(App::open(&home.join(format!("hall-{n}")), Settings::default(), Clock::system(0))?);
    goal("first start of a clinic", median(&timed(ROUNDS, app)?), "< 300", |ms| ms < 300.0);
    goal("its second start", median(&timed(ROUNDS, app)?), "< 300", |ms| ms < 300.0);

    let stopped = home.join("many"); // filled and closed in order by the reading measurements
    let clean: Vec<f64> = timed(ROUNDS, |_| {
        let store = open(&stopped)?;
        assert!(store.opened_clean());
        Ok(store)
    })?;
    goal("200,000 rows after a clean stop", median(&clean), "", |_| true);
    goal("  the first of these, no snapshot yet", clean[0], "", |_| true);

    let mut killed = Vec::new();
    for n in 0..2 {
        let dir = home.join(format!("killed-{n}"));
        kill_a_process_that_filled(&dir, MANY)?;
        let begun = Instant::now();
        let store = open(&dir)?;
        assert!(!store.opened_clean());
        let open_ms = begun.elapsed().as_secs_f64() * 1e3;
        let report = store.check(false)?;
        let check_ms = begun.elapsed().as_secs_f64() * 1e3 - open_ms;
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        assert_eq!(report.rows.values().sum::<u64>(), MANY);
        killed.push((open_ms, check_ms));
    }
    let (open_ms, check_ms): (Vec<_>, Vec<_>) = killed.into_iter().unzip();
    goal("200,000 rows after kill -9", median(&open_ms), "", |_| true);
    goal("  reading every row once after that", median(&check_ms), "", |_| true);
    Ok(())
}

/// Times `once`, but not the closing of what it opened.
fn timed<T>(times: usize, once: impl Fn(usize) -> Outcome<T>) -> Outcome<Vec<f64>> {
    (0..times)
        .map(|n| {
            let begun = Instant::now();
            let opened = once(n)?;
            let ms = begun.elapsed().as_secs_f64() * 1e3;
            drop(opened);
            Ok(ms)
        })
        .collect()
}

fn kill_a_process_that_filled(dir: &Path, rows: u64) -> Outcome<()> {
    let mut child = Reaped(Command::new(env::current_exe()?).arg(FILL).arg(dir).arg(rows.to_string()).stdout(Stdio::piped()).spawn()?);
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().ok_or("no pipe")?).read_line(&mut line)?;
    if line.trim() != "filled" {
        return Err("the child process could not fill its store".into());
    }
    child.0.kill()?;
    child.0.wait()?;
    Ok(())
}

/// No child is left behind when something fails.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn fill_and_wait(dir: &Path, rows: u64) -> Outcome<()> {
    let store = open(dir)?;
    fill(&store, rows)?;
    println!("filled");
    std::io::stdin().read_line(&mut String::new())?;
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}

// Around all of them.

fn open(dir: &Path) -> Outcome<Store> {
    Ok(Store::open(dir, TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0)))?)
}

fn fill(store: &Store, rows: u64) -> Outcome<()> {
    for from in (0..rows).step_by(1_000) {
        store.write_blocking(move |tx| {
            (from..rows.min(from + 1_000)).try_for_each(|id| tx.put(&seat(Id::from_number(id), FULL_PROJECT, id % 5_000, tx.now)))
        })?;
    }
    Ok(())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn goal(name: &str, value: f64, goal: &str, met: impl Fn(f64) -> bool) {
    let verdict = match (goal, met(value)) {
        ("", _) => String::new(),
        (goal, true) => format!("goal {goal}: met"),
        (goal, false) => format!("goal {goal}: MISSED"),
    };
    println!("  {name:<34}{value:>12.2}  {verdict}");
}
