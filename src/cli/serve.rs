//! `xuanhu serve`: opens the data directory, answers until it is told to stop, and closes in order.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};

use super::{
    common::{Common, environment, introduce, line, note, say, switch},
    log, origin, supervisor,
};
use crate::{
    app::{App, DemoLogins},
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        settings::{PaymentProvider, Settings, SmsProvider},
        time::Clock,
    },
    demo,
    domain::identity::account::Role,
    server::{CERTIFICATE_FILE, Server, tls::Certificate},
    store,
    tables::dump,
};

/// Run the clinic's server
///
/// Prints `listening on http://ADDR` on standard output as soon as it answers. The log goes to standard error.
/// The very first start makes an administrator and prints the password, once.
#[derive(Args)]
pub struct Serve {
    /// The address and port to answer on; port 0 takes a free one
    ///
    /// Default 127.0.0.1:8080, which this machine alone can reach. Use 0.0.0.0:8080 for everybody, best behind a proxy
    /// that speaks HTTPS or with http.tls_cert and http.tls_key. [env: XUANHU_HTTP__LISTEN] [setting: http.listen]
    #[arg(long, value_name = "ADDR", value_parser = address)]
    listen: Option<SocketAddr>,

    /// Fill an empty store with a fictional clinic and print its logins
    ///
    /// For trying things out: their password is known to everybody. A store that already has people is left as it is.
    #[arg(long, env = "XUANHU_DEMO", value_parser = switch())]
    demo: bool,

    /// Be the clinic though the archive names another server that was made the clinic later: for this start alone
    #[arg(long)]
    take_over: bool,
}

const STORE_FAILED: Reason = Reason::new(
    Kind::Internal,
    "store_failed",
    "the store reported an error and nothing can be saved; look at the disk and the log, then start again",
);

/// Time for work on other threads to end after the last connection.
const LAST_WORK: Duration = Duration::from_secs(10);

pub fn run(common: &Common, serve: &Serve) -> Result<()> {
    let flags: Vec<_> = serve.listen.map(|listen| ("http.listen", listen.to_string())).into_iter().collect();
    let settings = common.settings(&flags)?;
    log::begin(&settings.log);
    Settings::passed_over(environment()).iter().for_each(|line| tracing::warn!("{line}"));
    ignore_hang_ups();
    warn_of_trials(&settings, serve.demo);
    // Before anything is made: a start that fails leaves nothing behind.
    Certificate::open(&settings.http)?;
    allow_connections(settings.http.max_connections);
    if serve.take_over {
        origin::take_over(&common.data_dir, &settings)?;
    }
    let clock = Clock::system(settings.clock.offset.ms());
    // No runtime yet: opening blocks, and so does closing.
    let opened = App::open(&common.data_dir, settings, clock)?;
    origin::say_if_copy(&opened.app);
    origin::say_what_was_left_out(&common.data_dir);
    store::lay_ballast(&common.data_dir.join("store"));
    dump::sweep(&common.data_dir.join("exports"));
    if let Some(admin) = &opened.first_admin {
        introduce(admin);
    }
    if let Some(name) = &opened.unused_admin {
        let dir = common.data_dir.display();
        note(&format!(
            "The administrator {name} has never signed in. If nobody knows the password: xuanhu admin reset-password {name} --data-dir {dir}"
        ));
    }
    if serve.demo {
        match demo::load(&opened.app.store) {
            Ok(logins) => {
                introduce_everybody(&logins);
                let _ = opened.app.demo.set(logins);
            }
            Err(error) if error.is(&demo::NOT_EMPTY) => show_the_demonstration_again(&opened.app, &error)?,
            Err(error) => return Err(error),
        }
    }
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| INTERNAL.caused_by(e))?;
    let ended = runtime.block_on(answer(opened.app.clone()));
    // Tasks that are left hold the application; with them gone the store closes in order here.
    runtime.shutdown_timeout(LAST_WORK);
    match Arc::into_inner(opened.app) {
        Some(app) => drop(app),
        None => tracing::warn!("work was still going on at the stop; what was acknowledged is on disk"),
    }
    ended
}

/// On the demonstration's own store its pages show their people again; on a real clinic's nothing happens.
fn show_the_demonstration_again(app: &App, refused: &Error) -> Result<()> {
    match demo::again(&app.store) {
        Ok(logins) => {
            let _ = app.demo.set(logins);
            note("--demo changes nothing: the fictional clinic of an earlier start goes on");
        }
        Err(error) if error.is(&demo::NOT_EMPTY) => note(&format!("--demo changes nothing: {}", line(refused))),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// A terminal that closes, or a supervisor that wants settings read again, ends nothing: what is done then comes later, see [`answer`].
#[expect(unsafe_code)]
fn ignore_hang_ups() {
    // SAFETY: changes what the system does with a signal; nothing of ours runs in it.
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
}

/// What is good for trying out and dangerous where strangers come. Behind a proxy they do, whatever the address.
fn warn_of_trials(settings: &Settings, demo: bool) {
    let http = &settings.http;
    let for_strangers = !http.listen.ip().to_canonical().is_loopback() || http.public_url.is_some() || !http.trusted_proxies.is_empty();
    let trials = [
        (settings.payment.provider == Some(PaymentProvider::Demo), "payment.provider is demo: orders count as paid and no money moves"),
        (
            settings.sms.provider == SmsProvider::Outbox,
            "sms.provider is outbox: codes reach no phone, administrators read them in the outbox",
        ),
        (demo, "--demo fills an empty store with people whose password everybody knows"),
    ];
    for (_, warning) in trials.iter().filter(|(on, _)| *on && for_strangers) {
        tracing::warn!("reachable from outside, and {warning}");
    }
}

/// Each connection is an open file to the system, which begins with few of them for each process.
fn allow_connections(connections: u32) {
    /// Files that the store, the index and uploads may have open beside.
    const BESIDE: u64 = 256;
    let wanted = u64::from(connections) + BESIDE;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(files) if files >= wanted => {}
        Ok(files) => tracing::warn!(files, wanted, "the system allows fewer open files than http.max_connections needs; see `ulimit -n`"),
        Err(error) => tracing::warn!(%error, "the limit of open files could not be raised"),
    }
}

/// Answers until a signal comes or the store fails. At SIGHUP the TLS certificate is read again.
async fn answer(app: Arc<App>) -> Result<()> {
    let mut stop = Stop::listen()?;
    let mut failed = app.store.failed();
    let server = Server::start(app.clone()).await?;
    let keeper = app.demo.get().map(|_| tokio::spawn(demo::keeper::run(app.clone())));
    let scheme = if app.settings.http.tls_cert.is_some() { "https" } else { "http" };
    let _address = match AddressFile::write(&app.dir, server.address) {
        Ok(file) => Some(file),
        Err(error) => {
            tracing::warn!(%error, "{ADDRESS_FILE} cannot be written: commands on this data directory will not find the server");
            None
        }
    };
    say(&format!("listening on {scheme}://{}", server.address));
    supervisor::tell(&format!("READY=1\nSTATUS=listening on {scheme}://{}", server.address));
    loop {
        tokio::select! {
            signal = stop.heard() => match signal {
                Signal::Stop => break tracing::info!("stopping"),
                Signal::HangUp => server.reload(),
            },
            () = supervisor::keep_telling(&app) => {}
            // An end of the channel is the end of the writer, which nothing but a failure brings about now.
            _ = failed.wait_for(|failed| *failed) => {
                supervisor::tell("STOPPING=1\nSTATUS=the store failed");
                server.stop().await;
                return Err(STORE_FAILED.err());
            }
        }
    }
    supervisor::tell("STOPPING=1");
    if let Some(keeper) = keeper {
        keeper.abort();
    }
    let told_again = async { while stop.heard().await == Signal::HangUp {} };
    tokio::select! {
        () = server.stop() => {}
        () = told_again => tracing::warn!("told again: stopping without waiting for open requests"),
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Signal {
    Stop,
    HangUp,
}

struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Stop> {
        let on = |kind| signal(kind).map_err(|e| INTERNAL.caused_by(e));
        Ok(Stop { interrupt: on(SignalKind::interrupt())?, terminate: on(SignalKind::terminate())?, hang_up: on(SignalKind::hangup())? })
    }

    async fn heard(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::HangUp,
        }
    }
}

/// The file by which other commands find the running server. It goes when the server stops.
pub const ADDRESS_FILE: &str = "listen.addr";

struct AddressFile(PathBuf);

impl AddressFile {
    /// Renamed into place, so that nobody reads half an address.
    fn write(dir: &Path, address: SocketAddr) -> io::Result<AddressFile> {
        let (path, draft) = (dir.join(ADDRESS_FILE), dir.join(format!("{ADDRESS_FILE}.new")));
        fs::write(&draft, format!("{address}\n"))?;
        fs::rename(&draft, &path)?;
        Ok(AddressFile(path))
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_file(self.0.with_file_name(CERTIFICATE_FILE));
    }
}

fn introduce_everybody(logins: &DemoLogins) {
    note(&format!("A fictional clinic was filled in. Everybody's password is {}", logins.password));
    for person in &logins.people {
        let remark = match (person.verified, person.role) {
            (true, _) => "",
            (false, Role::Patient) => "(no profile yet)",
            (false, _) => "(waits for an administrator)",
        };
        note(format!("  {:<9}  {}  {} {remark}", person.role.name(), person.phone, person.name).trim_end());
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "should be an address and a port such as 127.0.0.1:8080, 0.0.0.0:80 or [::1]:8080".to_owned())
}
