//! The application: opens everything that a running clinic needs and hands it out. Interfaces above reach store, files and secrets
//! only through here.

mod condition;
mod demo_logins;
mod directory;
mod files;
pub mod first_start;
mod index_state;
mod indexing;
mod metrics;
mod picture;
mod rate_limit;
mod secrets;
mod shrink;
mod thumbnails;
mod troubles;

pub use demo_logins::{DemoLogin, DemoLogins};
pub use files::{BAD_UPLOAD, Examined, Files, Made, Stored, TOO_MANY_PIXELS};
pub use first_start::FirstAdmin;
pub use index_state::INDEX_BEHIND;
use index_state::Indexing;

pub use metrics::Metrics;
pub use rate_limit::{TOO_MANY_LOGINS, TOO_MANY_REQUESTS, Throttle};
pub use thumbnails::{Fit, Thumbnail};
pub use troubles::Troubles;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{
    base::{
        error::Result,
        memory,
        secret::{self, Signer},
        settings::{ImSettings, Settings},
        time::Clock,
        usersig::UsersigApp,
    },
    domain::{self, shared::event},
    live::Live,
    providers::{http::HttpClient, payment::Provider, push::PushSender, sms::SmsSender, wechat::WechatAccount},
    search::SearchIndex,
    store::Store,
};

/// Everything open. One per process and data directory.
pub struct App {
    pub dir: PathBuf,
    /// Another number in every process, for what must not outlive one.
    pub process: u64,
    pub settings: Arc<Settings>,
    pub clock: Arc<Clock>,
    pub store: Store,
    pub index: SearchIndex,
    indexing: Indexing,
    pub files: Files,
    pub throttle: Throttle,
    pub metrics: Metrics,
    pub troubles: Troubles,
    /// Who is connected to the live gateway.
    pub live: Arc<Live>,
    pub signer: Signer,
    /// By whose key clients log in to the IM service (`usersig`).
    pub im_app: UsersigApp,
    /// Opens `/admin` to the command line and to scripts on this machine.
    pub admin_token: String,
    /// Who delivers text messages; `None` where they stay in the outbox.
    pub sms: Option<SmsSender>,
    /// Who wakes sleeping phones; `None` where nobody does.
    pub push: Option<PushSender>,
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

impl App {
    /// Opens the data directory, creating and filling it where it is empty. Takes as long as the disk does; not for async code.
    pub fn open(dir: &Path, settings: Settings, clock: Clock) -> Result<Opened> {
        let (settings, clock) = (Arc::new(settings), Arc::new(clock));
        memory::allow(settings.limits.work_memory, settings.limits.body_bytes.saturating_add(settings.limits.upload_bytes));
        // What the operator left out is said before anything is made.
        let http = HttpClient::new();
        let sms = SmsSender::open(&http, &settings.sms, &clock)?;
        let push = PushSender::open(&http, &settings.push)?;
        let payment = Provider::open(&http, &settings.payment, clock.clone())?;
        directory::prepare(dir)?;
        let store = Store::open(&dir.join("store"), domain::TABLES, settings.clone(), clock.clone())?;
        if !store.opened_clean() {
            report_unclean(&store)?;
        }
        let first_admin = first_start::fill(&store)?;
        let key = secrets::signing_key(dir, first_start::is_used(&store)?)?;
        let app = App {
            dir: dir.to_owned(),
            process: u64::from_be_bytes(secret::random()),
            index: SearchIndex::open(&dir.join("index"))?,
            indexing: Indexing::default(),
            files: Files::open(&dir.join("uploads"), &settings)?,
            throttle: Throttle::new(&settings.limits, clock.clone()),
            metrics: Metrics::new(),
            troubles: Troubles::new(),
            live: Arc::new(Live::new(store.view().last_event(event::LIVE)?, settings.im.call_grace)),
            signer: Signer::new(&key),
            im_app: im_app(&settings.im, &key),
            admin_token: secrets::admin_token(dir)?,
            sms,
            push,
            payment,
            demo: OnceLock::new(),
            wechat: WechatAccount::new(&http, &settings.wechat, clock.clone()),
            settings,
            clock,
            store,
        };
        app.check_index()?;
        let unused_admin = if first_admin.is_none() { first_start::never_signed_in(&app.store)? } else { None };
        Ok(Opened { app: Arc::new(app), first_admin, unused_admin })
    }
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
