//! The operator's settings: read once at start, checked as a whole, then plain typed values.
//!
//! A setting comes from a flag, else the environment, else `xuanhu.toml` in the data directory, else its default. `keys` is the table of all,
//! `source` finds the text, `value` and `network` read it, `sections` holds the result. Nothing here opens files that settings name.

mod backup;
mod care;
mod fhir;
mod ice;
mod keys;
mod network;
mod reader;
mod sections;
mod source;
mod value;

pub use backup::{ArchiveSettings, BackupSettings};
pub use care::{AuditSettings, CareSettings, ConsentRule, FirstVisitRule, JudgeRule, StopRefund};
pub use fhir::{FhirSettings, Handling};
pub use ice::IceServer;
pub use keys::{KEYS, Key};
pub use network::Network;
pub use sections::{
    AliyunSmsSettings, AuthSettings, ClinicSettings, ClockSettings, ConsultationSettings, FreeClinicSettings, HttpSettings, ImSettings,
    LimitsSettings, LogSettings, PaymentSettings, PushSettings, SchedulerSettings, SmsSettings, TeamSettings, TencentSmsSettings, Uploads,
    WechatPaySettings, WechatSettings,
};
pub use value::{DaysOfMonth, LogFormat, LogLevel, PaymentProvider, Pem, PushProvider, Secret, SmsProvider, WechatOrder};

use super::{
    error::{Error, Kind, Reason, Result},
    span::Span,
};
use reader::Reader;
use serde::Serialize;
use source::{Gathered, Problem};
use std::path::Path;

/// English, because only operators meet them, on the command line.
pub const UNKNOWN_SETTING: Reason = Reason::new(Kind::Malformed, "unknown_setting", "there is no such setting");
pub const BAD_SETTING: Reason = Reason::new(Kind::Malformed, "bad_setting", "the settings cannot be used");

#[derive(Clone, Debug)]
pub struct Settings {
    pub http: HttpSettings,
    pub clinic: ClinicSettings,
    pub auth: AuthSettings,
    pub sms: SmsSettings,
    pub payment: PaymentSettings,
    pub wechat: WechatSettings,
    pub im: ImSettings,
    pub consultation: ConsultationSettings,
    pub project: FreeClinicSettings,
    pub team: TeamSettings,
    pub limits: LimitsSettings,
    pub uploads: Uploads,
    pub scheduler: SchedulerSettings,
    pub clock: ClockSettings,
    pub push: PushSettings,
    pub backup: BackupSettings,
    pub archive: ArchiveSettings,
    pub care: CareSettings,
    pub fhir: FhirSettings,
    pub audit: AuditSettings,
    pub log: LogSettings,
    shown: Vec<Shown>,
}

/// A setting as `xuanhu config` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub key: &'static str,
    /// As written; `***` for a secret that is set, empty for what is not set.
    pub value: String,
    /// `flag`, `environment`, `xuanhu.toml` or `default`.
    pub origin: &'static str,
    pub doc: &'static str,
}

impl Settings {
    /// `flags` are by key (`("http.listen", …)`). `env` is the whole environment; names without `XUANHU_` and a section are passed over.
    pub fn load(dir: &Path, flags: &[(&'static str, String)], env: impl IntoIterator<Item = (String, String)>) -> Result<Settings> {
        let (gathered, problems) = source::gather(dir, flags, env);
        Settings::fill(gathered, dir, problems)
    }

    /// Variables of the environment that are passed over, though somebody may have meant a setting; one line each.
    pub fn passed_over(env: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
        source::nearly(env)
    }

    /// Every setting in the order of the table, as it was loaded.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.clone()
    }

    /// A setting by its name, as it was loaded: empty where it is off or this version does not have it, `***` for a secret.
    pub fn text(&self, key: &str) -> &str {
        self.shown.iter().find(|shown| shown.key == key).map_or("", |shown| shown.value.as_str())
    }

    /// The same for a copy of a clinic that is looked at: whatever was written, it reaches nobody outside and makes no backups by itself.
    pub fn for_a_copy(mut self) -> Settings {
        const OFF: &[(&str, &str)] = &[
            ("payment.provider", "none"),
            ("sms.provider", "outbox"),
            ("push.provider", "none"),
            ("wechat.app_id", ""),
            ("wechat.official.app_id", ""),
            ("backup.dir", ""),
            ("archive.dir", ""),
            ("audit.webhook_url", ""),
        ];
        self.payment.provider = None;
        self.sms.provider = SmsProvider::Outbox;
        self.push.provider = PushProvider::None;
        (self.wechat.app_id, self.wechat.secret, self.wechat.official_app_id, self.wechat.official_secret) = (None, None, None, None);
        // Nobody can prove who they are, so nobody is let in by a mere claim.
        self.wechat.require_code = true;
        (self.backup.dir, self.archive.dir, self.audit.webhook_url) = (None, None, None);
        for shown in &mut self.shown {
            if let Some((_, value)) = OFF.iter().find(|(key, _)| *key == shown.key) {
                (shown.value, shown.origin) = ((*value).to_owned(), "copy");
            }
        }
        self
    }

    fn fill(gathered: Gathered, dir: &Path, problems: Vec<Problem>) -> Result<Settings> {
        let mut reader = Reader { gathered: gathered.clone(), dir, problems };
        let from = &mut reader;
        let settings = Settings {
            http: HttpSettings::read(from),
            clinic: ClinicSettings::read(from),
            auth: AuthSettings::read(from),
            sms: SmsSettings::read(from),
            payment: PaymentSettings::read(from),
            wechat: WechatSettings::read(from),
            im: ImSettings::read(from),
            consultation: ConsultationSettings::read(from),
            project: FreeClinicSettings::read(from),
            team: TeamSettings::read(from),
            limits: LimitsSettings::read(from),
            uploads: Uploads::read(from),
            scheduler: SchedulerSettings::read(from),
            clock: ClockSettings::read(from),
            push: PushSettings::read(from),
            backup: BackupSettings::read(from),
            archive: ArchiveSettings::read(from),
            care: CareSettings::read(from),
            fhir: FhirSettings::read(from),
            audit: AuditSettings::read(from),
            log: LogSettings::read(from),
            shown: KEYS.iter().map(|key| shown(&gathered, key)).collect(),
        };
        debug_assert!(reader.gathered.is_empty(), "keys without a field: {:?}", reader.gathered);
        let mut problems = reader.problems;
        check(&settings, &gathered, &mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(report(problems)) }
    }
}

/// All defaults.
impl Default for Settings {
    fn default() -> Settings {
        Settings::fill(source::defaults(), Path::new(""), Vec::new()).expect("the defaults are good settings")
    }
}

/// Rules between settings. They look at what was written, not at what could be read of it, so that one mistake is not reported twice.
fn check(settings: &Settings, gathered: &Gathered, problems: &mut Vec<Problem>) {
    // Both open a door: a captcha that everybody knows, and timers that anybody's bill depends on.
    if !settings.http.listen.ip().to_canonical().is_loopback() {
        let trials = [("auth.captcha_fixed", settings.auth.captcha_fixed.is_some()), ("clock.offset", settings.clock.offset != Span::ZERO)];
        for (name, _) in trials.into_iter().filter(|(_, in_use)| *in_use) {
            let should = format!(
                "works only while the server listens on a loopback address such as 127.0.0.1:8080, and {}",
                gathered["http.listen"]
            );
            problems.push(gathered[name].problem(should));
        }
    }
    if gathered["backup.recipients"].is_set() && gathered["backup.passphrase_file"].is_set() {
        problems.push(gathered["backup.passphrase_file"].problem("cannot be used beside backup.recipients: choose one of them"));
    }
    for (one, other) in [("http.tls_cert", "http.tls_key"), ("im.sdk_app_id", "im.key")] {
        for (set, missing) in [(one, other), (other, one)] {
            if gathered[set].is_set() && !gathered[missing].is_set() {
                problems.push(gathered[set].problem(format_args!("needs {missing} beside it")));
            }
        }
    }
}

fn shown(gathered: &Gathered, key: &Key) -> Shown {
    let given = &gathered[key.name];
    Shown { key: key.name, value: given.shown().to_owned(), origin: given.origin.name(), doc: key.doc }
}

/// One error for all problems: its detail is one line, its fields have each key's own.
fn report(problems: Vec<Problem>) -> Error {
    let reason = if problems.iter().all(|problem| problem.unknown) { &UNKNOWN_SETTING } else { &BAD_SETTING };
    let lines: Vec<_> = problems.iter().map(|problem| problem.line.as_str()).collect();
    let error = reason.with(lines.join("; "));
    problems.into_iter().fold(error, |error, problem| error.field(problem.key, problem.line))
}

#[cfg(test)]
mod tests;
