//! A running clinic: server, store and clock in the test's own process, on a port and in a directory of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use xuanhu::{
    app::App,
    base::{
        settings::Settings,
        span::Span,
        time::{Clock, Time},
    },
    domain::free_clinic::{
        clinic_session::ClinicSession,
        registration::{self, Registration, Stage},
    },
    jobs,
    server::Server,
    store::Order,
};

use super::Client;

/// When every clinic opens: 2026-03-02 09:00 in Shanghai, a Monday.
const OPENING: &str = "2026-03-02T09:00:00+08:00";

/// What tests want other than the defaults. The scheduler hardly ever ticks: [`TestServer::advance`] does what is due, at once and surely.
const SETTINGS: &[(&str, &str)] =
    &[("http.listen", "127.0.0.1:0"), ("limits.enabled", "false"), ("auth.captcha_fixed", "abcd"), ("scheduler.tick", "1h")];

pub struct TestServer {
    // Dropped in this order: the server stops, the store closes, the directory goes.
    server: Option<Server>,
    app: Option<Arc<App>>,
    settings: Vec<(&'static str, String)>,
    dir: TempDir,
    pub(super) people: AtomicU32,
    pub(super) hospital: OnceLock<u64>,
}

impl TestServer {
    pub fn open() -> TestServer {
        TestServer::with(&[])
    }

    /// With these settings over the kit's own: `Clinic::with(&[("project.hold_window", "1m")])`.
    pub fn with(settings: &[(&'static str, &str)]) -> TestServer {
        let dir = data_dir();
        let opening: jiff::Timestamp = OPENING.parse().unwrap();
        let mut chosen: Vec<(&'static str, String)> = SETTINGS.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        chosen.extend(settings.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let mut clinic =
            TestServer { server: None, app: None, settings: chosen, dir, people: AtomicU32::new(0), hospital: OnceLock::new() };
        clinic.start(Time(opening.as_millisecond()));
        clinic
    }

    fn start(&mut self, now: Time) {
        let app = open(self.dir.path(), &self.settings, now);
        self.server = Some(runtime().block_on(Server::start(app.clone())).unwrap());
        // It answers already, and `/readyz` says 503 until the index has caught up.
        let deadline = Instant::now() + Duration::from_secs(30);
        while !app.index_is_ready() {
            assert!(Instant::now() < deadline, "the index does not get ready");
            std::thread::yield_now();
        }
        self.app = Some(app);
    }

    /// Stops and opens the same directory again, at the same moment. Who had a token keeps it; the address is another.
    pub fn restart(&mut self) {
        let now = self.now();
        self.close();
        self.start(now);
    }

    /// The same, with these settings from now on.
    pub fn restart_with(&mut self, settings: &[(&'static str, &str)]) {
        for (key, value) in settings {
            self.settings.retain(|(known, _)| known != key);
            self.settings.push((key, (*value).to_owned()));
        }
        self.restart();
    }

    /// A copy of the data directory, made while the server is stopped.
    pub fn copied(&mut self) -> TempDir {
        let now = self.now();
        self.close();
        let dir = empty_dir();
        copy(self.dir.path(), dir.path());
        self.start(now);
        dir
    }

    /// Stops, puts back such a copy, as an operator does whose disk has failed, and opens it at the same moment.
    pub fn put_back(&mut self, older: &TempDir) {
        let now = self.now();
        self.close();
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }
        copy(older.path(), self.dir.path());
        self.start(now);
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn now(&self) -> Time {
        self.app().clock.now()
    }

    /// `2026-03-02` in the clinic's zone, `days` from today.
    pub fn date(&self, days: i64) -> String {
        self.app().settings.clinic.zone.date(self.now().plus(Span::days(days).ms()))
    }

    /// Moves the clock (`"25h"`, `"90s"`) and does everything that has come due.
    pub fn advance(&self, span: &str) {
        self.app().clock.advance(Span::parse(span).unwrap().ms());
        self.settle();
    }

    /// Does everything that is due, and what commits have asked for.
    pub fn settle(&self) {
        runtime().block_on(jobs::settle(self.app())).unwrap();
    }

    /// Somebody who has not signed in.
    pub fn nobody(&self) -> Client {
        Client::new(format!("http://{}", self.server.as_ref().unwrap().address))
    }

    /// The administration, with the content of `admin.token`.
    pub fn admin(&self) -> Client {
        self.nobody().with_token(fs::read_to_string(self.dir.path().join("admin.token")).unwrap().trim())
    }

    pub(super) fn next_person(&self) -> u32 {
        self.people.fetch_add(1, Ordering::Relaxed)
    }

    fn close(&mut self) {
        if let Some(server) = self.server.take() {
            runtime().block_on(server.stop());
        }
        if let Some(app) = self.app.take() {
            // Whatever a test did: rows, indexes and counters agree.
            let report = app.store.check(true);
            if !std::thread::panicking() {
                let problems = report.unwrap().problems;
                assert!(problems.is_empty(), "the store is left with {problems:#?}");
                let problems = wrong_seats(&app);
                assert!(problems.is_empty(), "seats and registrations do not agree: {problems:#?}");
                // A blocking task whose caller hung up may still be at work; a process waits for it as it ends.
                let deadline = Instant::now() + Duration::from_secs(20);
                while Arc::strong_count(&app) > 1 && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_millis(5));
                }
                assert_eq!(Arc::strong_count(&app), 1, "somebody still holds the application, so the store would not close");
            }
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.close();
    }
}

/// Every slot has as many seats taken as there are registrations in it that were neither rejected nor cancelled, and no more than it has.
fn wrong_seats(app: &App) -> Vec<String> {
    let db = app.store.view();
    let mut problems = Vec::new();
    for session in db.all::<ClinicSession>(Order::Oldest) {
        let session = session.unwrap();
        let visits = registration::of_project(&db, session.id).unwrap();
        let seated = |at: usize| {
            let sits = |visit: &&Registration| !matches!(visit.stage, Stage::Rejected | Stage::Cancelled);
            visits.iter().filter(sits).filter(|visit| visit.slot as usize == at).count()
        };
        for (at, slot) in session.slots.iter().enumerate() {
            if slot.taken as usize != seated(at) || slot.taken > slot.seats {
                problems.push(format!(
                    "session {} slot {at}: {} of {} taken, {} registered",
                    session.id,
                    slot.taken,
                    slot.seats,
                    seated(at)
                ));
            }
        }
    }
    problems
}

/// A data directory after its first start, with nobody in it.
pub fn data_dir() -> TempDir {
    let dir = empty_dir();
    copy(template(), dir.path());
    dir
}

/// An empty directory on the disk that the build is on: `/tmp` may lie in memory, where nothing is ever synced.
pub fn empty_dir() -> TempDir {
    TempDir::with_prefix_in("clinic-", env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// One runtime for all clinics of the process.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

fn open(dir: &Path, settings: &[(&'static str, String)], now: Time) -> Arc<App> {
    let settings = Settings::load(dir, settings, []).unwrap();
    App::open(dir, settings, Clock::stopped_at(now)).unwrap().app
}

/// A data directory after its first start. Filling it with the reference data takes longer than copying it.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let parent = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        forget_dead_templates(&parent);
        let dir = parent.join(format!("template-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        let settings: Vec<_> = SETTINGS.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let app = open(&dir, &settings, Time(OPENING.parse::<jiff::Timestamp>().unwrap().as_millisecond()));
        app.reindex().unwrap();
        dir
    })
}

/// A static is never dropped, so each run clears away what earlier runs left.
fn forget_dead_templates(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        if let Some(process) = name.strip_prefix("template-")
            && !Path::new("/proc").join(process).exists()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => {
                fs::create_dir_all(&target).unwrap();
                copy(&entry.path(), &target);
            }
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
