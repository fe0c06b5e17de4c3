//! The application: opens everything that a running clinic needs and hands it out. Interfaces above reach store, files and secrets
//! only through here.

mod archiving;
mod archivist;
mod backup_health;
mod backup_state;
mod backups;
mod condition;
mod demo_logins;
mod directory;
mod examination;
mod exports;
mod fhir_desk;
mod files;
mod finding;
pub mod first_start;
mod heads;
mod index_state;
mod indexing;
mod metrics;
mod picture;
mod rate_limit;
mod secrets;
mod shrink;
mod thumbnails;
mod troubles;
mod ways_back;
mod worry;

use backup_state::Backups;
pub use backup_state::{BACKUP_RUNNING, Backup, BackupState, Verdict};
pub use demo_logins::{DemoLogin, DemoLogins};
use exports::Exports;
pub use exports::{Export, ExportFile, ExportState, Work};
pub use fhir_desk::FhirDesk;
pub use files::{BAD_UPLOAD, Examined, Files, Made, Stored, TOO_MANY_PIXELS};
pub use finding::{Finding, ROWS_UNREADABLE};
pub use first_start::FirstAdmin;
use heads::Heads;
pub use index_state::INDEX_BEHIND;
use index_state::Indexing;

pub use metrics::Metrics;
pub use rate_limit::{TOO_MANY_LOGINS, TOO_MANY_REQUESTS, Throttle};
pub use thumbnails::{Fit, Thumbnail};
pub use troubles::Troubles;
pub use worry::{ArchiveHealth, BackupHealth, Warning, Worry};

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{
    backup::{Seal, Source, archive::writing::Archivist, shelf},
    base::{
        error::Result,
        memory,
        secret::{self, Signer},
        settings::{ImSettings, Settings},
        time::{Clock, Time},
        usersig::UsersigApp,
    },
    domain::{self, clinic_wide::clinic_face, shared::event},
    live::Live,
    providers::{http::HttpClient, payment::Provider, push::PushSender, sms::SmsSender, webhook::Webhook, wechat::WechatAccount},
    search::SearchIndex,
    store::{Mark, Store},
};

/// Everything open. One per process and data directory.
pub struct App {
    pub dir: PathBuf,
    /// Another number in every process, for what must not outlive one.
    pub process: u64,
    pub settings: Arc<Settings>,
    pub clock: Arc<Clock>,
    pub store: Store,
    /// Behind the store, so that it is closed after it: what was committed last is archived too.
    archivist: Option<Archivist>,
    pub index: SearchIndex,
    indexing: Indexing,
    pub files: Arc<Files>,
    pub throttle: Throttle,
    pub metrics: Metrics,
    pub troubles: Troubles,
    backups: Backups,
    heads: Heads,
    /// Who is connected to the live gateway.
    pub live: Arc<Live>,
    pub signer: Signer,
    /// What the FHIR face keeps in memory.
    pub fhir: FhirDesk,
    pub exports: Exports,
    /// By whose key clients log in to the IM service (`usersig`).
    pub im_app: UsersigApp,
    /// Opens `/admin` to the command line and to scripts on this machine.
    pub admin_token: String,
    /// Who delivers text messages; `None` where they stay in the outbox.
    pub sms: Option<SmsSender>,
    /// Who wakes sleeping phones; `None` where nobody does.
    pub push: Option<PushSender>,
    /// Who keeps the heads of the audit log; `None` where nobody does.
    pub audit_keeper: Option<Webhook>,
    pub wechat: WechatAccount,
    /// Who takes the money.
    pub payment: Provider,
    /// The people of the demonstration clinic, in a server that was started to show them.
    pub demo: OnceLock<DemoLogins>,
}

/// An open hall, and what a first start has to say.
pub struct Opened {
    pub app: Arc<App>,
    pub first_admin: Option<FirstAdmin>,
    /// The name of the only administrator, where that one has never signed in: a start may have been killed before it told the password.
    pub unused_admin: Option<String>,
}

/// What a data directory is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Work,
    Repair,
}

impl App {
    /// Whether this is a copy of a clinic for looking, which tells nobody anything.
    pub fn is_copy(&self) -> bool {
        self.store.is_copy()
    }

    /// Opens the data directory, creating and filling it where it is empty. Takes as long as the disk does; not for async code.
    pub fn open(dir: &Path, settings: Settings, clock: Clock) -> Result<Opened> {
        let places = (settings.backup.dir.clone(), settings.archive.dir.clone());
        App::open_with(dir, settings, clock, Purpose::Work)
            .map_err(|error| ways_back::with_ways_back(error, dir, places.0.as_deref(), places.1.as_deref()))
    }

    /// The same, to repair it: what says how much the store must hold may be missing or damaged.
    pub fn open_to_repair(dir: &Path, settings: Settings, clock: Clock) -> Result<Opened> {
        let places = (settings.backup.dir.clone(), settings.archive.dir.clone());
        App::open_with(dir, settings, clock, Purpose::Repair)
            .map_err(|error| ways_back::with_ways_back(error, dir, places.0.as_deref(), places.1.as_deref()))
    }

    fn open_with(dir: &Path, settings: Settings, clock: Clock, purpose: Purpose) -> Result<Opened> {
        let store_dir = dir.join("store");
        let is_copy = match Mark::read(&store_dir) {
            // It reaches nobody while nobody knows what it is.
            Err(_) if purpose == Purpose::Repair => true,
            read => read?.is_some_and(|mark| mark.copy),
        };
        let (settings, clock) = (Arc::new(if is_copy { settings.for_a_copy() } else { settings }), Arc::new(clock));
        memory::allow(settings.limits.work_memory, settings.limits.body_bytes.saturating_add(settings.limits.upload_bytes));
        // What the operator left out is said before anything is made.
        let http = HttpClient::new();
        let sms = SmsSender::open(&http, &settings.sms, &clock)?;
        let push = PushSender::open(&http, &settings.push)?;
        let payment = Provider::open(&http, &settings.payment, clock.clone())?;
        Seal::of(&settings.backup)?;
        directory::prepare(dir)?;
        let open = if purpose == Purpose::Repair { Store::open_to_repair } else { Store::open };
        let store = open(&store_dir, domain::TABLES, settings.clone(), clock.clone())?;
        if store.is_unmarked() && purpose == Purpose::Work {
            upgrade(&store, dir, &settings, clock.now())?;
        }
        if purpose == Purpose::Work {
            store.note_changes()?;
        }
        if !store.opened_clean() {
            report_unclean(&store)?;
        }
        let archivist = if purpose == Purpose::Work { archivist::begin(&store, dir, &settings, &clock)? } else { None };
        let first_admin = first_start::fill(&store)?;
        let key = secrets::signing_key(dir, first_start::is_used(&store)?)?;
        let app = App {
            dir: dir.to_owned(),
            process: u64::from_be_bytes(secret::random()),
            index: SearchIndex::open(&dir.join("index"))?,
            indexing: Indexing::default(),
            files: Arc::new(Files::open(&dir.join("uploads"), &settings)?),
            throttle: Throttle::new(&settings.limits, clock.clone()),
            metrics: Metrics::new(),
            troubles: Troubles::new(),
            heads: Heads::default(),
            backups: Backups::default(),
            live: Arc::new(Live::new(store.view().last_event(event::LIVE)?, settings.im.call_grace)),
            signer: Signer::new(&key),
            exports: Exports::open(dir, &settings)?,
            fhir: FhirDesk::new(&settings, clock.clone(), &key),
            im_app: im_app(&settings.im, &key),
            admin_token: secrets::admin_token(dir)?,
            sms,
            push,
            audit_keeper: settings.audit.webhook_url.as_deref().map(|url| Webhook::new(&http, url)),
            payment,
            demo: OnceLock::new(),
            wechat: WechatAccount::new(&http, &settings.wechat, clock.clone()),
            settings,
            clock,
            store,
            archivist,
        };
        app.check_index()?;
        app.note_clinic()?;
        let unused_admin = if first_admin.is_none() { first_start::never_signed_in(&app.store)? } else { None };
        Ok(Opened { app: Arc::new(app), first_admin, unused_admin })
    }
}

impl App {
    /// What the settings say of the clinic to those outside is noted where it is news.
    fn note_clinic(&self) -> Result<()> {
        match clinic_face::is_news(&self.store.view())? && !self.is_copy() {
            true => self.store.write_blocking(clinic_face::note),
            false => Ok(()),
        }
    }
}

/// Brings a store of an older release to this one's format, after a backup of it as it was.
fn upgrade(store: &Store, dir: &Path, settings: &Settings, now: Time) -> Result<()> {
    if settings.backup.before_upgrade {
        let shelf = dir.join("backups");
        fs::create_dir_all(&shelf).map_err(|e| directory::unusable(&shelf, e))?;
        let path = shelf.join(shelf::free_name(&shelf, store.instance(), now));
        let source = Source { store, dir, settings, now, without_secrets: false };
        source.write_file(&path, &Seal::of(&settings.backup)?, false)?;
        tracing::info!(path = %path.display(), "the store is of an older release; a backup was made before it is changed");
    }
    store.mark_anew()
}

/// The configured application, or the built-in one, whose key is the clinic's own.
fn im_app(settings: &ImSettings, key: &[u8]) -> UsersigApp {
    /// Tencent's numbers have this form.
    const BUILT_IN: u32 = 1_400_000_000;
    match (settings.sdk_app_id, &settings.key) {
        (Some(id), Some(key)) => UsersigApp { id, key: key.expose().as_bytes().to_vec() },
        _ => UsersigApp { id: BUILT_IN, key: secret::hex(&secret::derived(key, "usersig")).into_bytes() },
    }
}

/// After a kill or a power cut every row is read once, so that damage is known at start and not when a patient asks.
fn report_unclean(store: &Store) -> Result<()> {
    let report = store.check(false)?;
    let rows: u64 = report.rows.values().sum();
    match report.problems.is_empty() {
        true => tracing::info!(rows, "the last run did not end in order; every row was read and is well"),
        false => {
            for problem in &report.problems {
                tracing::error!(problem, "the store has a row that cannot be read");
            }
        }
    }
    Ok(())
}
