//! The settings as typed values, one structure per section, each filled from the gathered text.
//!
//! Field names are the keys' names. Optional settings have no default; a provider checks at its start that it has what it needs.

use super::{
    ice::{IceServer, IceServers},
    network::{Network, Networks, Origins},
    reader::Reader,
    value::{
        Address, DaysOfMonth, LogFormat, LogLevel, Offset, PaymentProvider, Pem, Pixels, PushProvider, Secret, Size, SmsProvider, Taker,
        Url, WechatOrder,
    },
};
use crate::base::{span::Span, time::Zone};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct HttpSettings {
    pub listen: SocketAddr,
    /// Without a slash at its end.
    pub public_url: Option<String>,
    pub always_200: bool,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub max_connections: u32,
    /// Of them, how many one address may hold.
    pub connections_per_address: u32,
    /// For the open requests to end after the stop.
    pub drain: Span,
    pub trusted_proxies: Vec<Network>,
    /// Small letters, no slash at the end; `*` stands for all.
    pub cors_origins: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct ClinicSettings {
    pub name: String,
    pub phone: Option<String>,
    /// What patients should bring.
    pub bring: Option<String>,
    pub licence_no: Option<String>,
    pub licence_name: Option<String>,
    pub licence_until: Option<jiff::civil::Date>,
    pub licence_scan: Option<String>,
    pub complaint_phone: Option<String>,
    /// `clinic.time_zone`.
    pub zone: Zone,
}

#[derive(Clone, Debug)]
pub struct AuthSettings {
    pub session_ttl: Span,
    /// An account is locked for `lock_time` after so many failed sign-ins in a row.
    pub lock_after: u32,
    pub lock_time: Span,
    pub captcha_fixed: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SmsSettings {
    pub provider: SmsProvider,
    pub resend_gap: Span,
    /// Of a phone.
    pub daily_limit: u32,
    /// Of a client's address.
    pub hourly_limit: u32,
    pub code_ttl: Span,
    pub webhook_url: Option<String>,
    pub aliyun: AliyunSmsSettings,
    pub tencent: TencentSmsSettings,
}

#[derive(Clone, Debug)]
pub struct AliyunSmsSettings {
    pub access_key_id: Option<String>,
    pub access_key_secret: Option<Secret>,
    pub sign_name: Option<String>,
    pub template_code: Option<String>,
    pub template_reminder: Option<String>,
    pub base_url: String,
}

#[derive(Clone, Debug)]
pub struct TencentSmsSettings {
    pub secret_id: Option<String>,
    pub secret_key: Option<Secret>,
    pub sdk_app_id: Option<String>,
    pub sign_name: Option<String>,
    pub template_code: Option<String>,
    pub template_reminder: Option<String>,
    pub region: String,
    pub base_url: String,
}

#[derive(Clone, Debug)]
pub struct PaymentSettings {
    /// `None` where nobody takes money.
    pub provider: Option<PaymentProvider>,
    pub refund_approval: bool,
    pub wechat: WechatPaySettings,
}

#[derive(Clone, Debug)]
pub struct WechatPaySettings {
    pub mch_id: Option<String>,
    pub app_id: Option<String>,
    pub serial_no: Option<String>,
    pub private_key: Option<PathBuf>,
    pub api_v3_key: Option<Secret>,
    pub platform_cert: Option<PathBuf>,
    /// By serial number, each a certificate or a public key.
    pub verifiers: Vec<(String, Pem)>,
    pub notify_url: Option<String>,
    /// For patients without an openId.
    pub without_open_id: WechatOrder,
    pub base_url: String,
}

#[derive(Clone, Debug)]
pub struct WechatSettings {
    pub app_id: Option<String>,
    pub secret: Option<Secret>,
    /// The official account (公众号): its number and secret, where the page signs patients in.
    pub official_app_id: Option<String>,
    pub official_secret: Option<Secret>,
    pub templates: WechatTemplates,
    pub require_code: bool,
    pub base_url: String,
}

/// Template messages of the official account, as they are written.
#[derive(Clone, Debug)]
pub struct WechatTemplates {
    pub visit: Option<String>,
    pub answer: Option<String>,
    pub refund: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ImSettings {
    /// With `key`, or neither: then the built-in gateway's own pair holds.
    pub sdk_app_id: Option<u32>,
    pub key: Option<Secret>,
    pub password_ttl: Span,
    /// In which a connection has to log in.
    pub login_window: Span,
    /// After which a connection that says nothing is closed.
    pub silence_window: Span,
    /// How long a call rings.
    pub ring_window: Span,
    /// In which a member whose connection of a call was lost can come back to it.
    pub call_grace: Span,
    /// By which clients find a way to each other through networks.
    pub ice_servers: Vec<IceServer>,
}

#[derive(Clone, Debug)]
pub struct ConsultationSettings {
    pub pay_window: Span,
    pub reply_window: Span,
    pub max_replies: u32,
    pub retract_window: Span,
}

#[derive(Clone, Debug)]
pub struct FreeClinicSettings {
    pub hold_window: Span,
    /// After a session's end, in which a missed visit may be confirmed and a kept deposit is not the clinic's yet.
    pub done_window: Span,
}

#[derive(Clone, Debug)]
pub struct TeamSettings {
    pub max_per_doctor: u32,
    pub withdrawal_days: DaysOfMonth,
    pub invitation_ttl: Span,
}

#[derive(Clone, Debug)]
pub struct LimitsSettings {
    /// Of rates only; sizes always hold.
    pub enabled: bool,
    pub login_per_minute: u32,
    pub requests_per_second: u32,
    pub upload_bytes: u64,
    pub body_bytes: u64,
    /// Of one person.
    pub upload_bytes_per_day: u64,
    /// The budget of [`memory`](crate::base::memory).
    pub work_memory: u64,
}

#[derive(Clone, Debug)]
pub struct Uploads {
    pub max_pixels: u32,
    pub thumbnail_cache: u64,
}

#[derive(Clone, Debug)]
pub struct SchedulerSettings {
    pub tick: Span,
}

#[derive(Clone, Debug)]
pub struct ClockSettings {
    pub offset: Span,
}

#[derive(Clone, Debug)]
pub struct PushSettings {
    pub provider: PushProvider,
    pub webhook_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct LogSettings {
    pub format: LogFormat,
    pub level: LogLevel,
    /// Where log files lie; without it the log goes to standard error.
    pub dir: Option<PathBuf>,
    /// How long they lie there.
    pub keep: Span,
}

impl HttpSettings {
    pub(super) fn read(from: &mut Reader) -> HttpSettings {
        HttpSettings {
            listen: from.value("http.listen"),
            public_url: from.url("http.public_url"),
            always_200: from.value("http.always_200"),
            tls_cert: from.path("http.tls_cert"),
            tls_key: from.path("http.tls_key"),
            max_connections: from.count("http.max_connections"),
            connections_per_address: from.count("http.connections_per_address"),
            drain: from.window("http.drain"),
            trusted_proxies: from.value::<Networks>("http.trusted_proxies").0,
            cors_origins: from.value::<Origins>("http.cors_origins").0,
        }
    }
}

impl ClinicSettings {
    pub(super) fn read(from: &mut Reader) -> ClinicSettings {
        ClinicSettings {
            name: from.value("clinic.name"),
            phone: from.optional("clinic.phone"),
            bring: from.optional("clinic.bring"),
            licence_no: from.optional("clinic.licence_no"),
            licence_name: from.optional("clinic.licence_name"),
            licence_until: from.optional("clinic.licence_until"),
            licence_scan: from.optional::<Address>("clinic.licence_scan").map(|address| address.0),
            complaint_phone: from.optional("clinic.complaint_phone"),
            zone: Zone(from.value("clinic.time_zone")),
        }
    }
}

impl AuthSettings {
    pub(super) fn read(from: &mut Reader) -> AuthSettings {
        AuthSettings {
            session_ttl: from.period("auth.session_ttl"),
            lock_after: from.count("auth.lock_after"),
            lock_time: from.period("auth.lock_time"),
            captcha_fixed: from.optional("auth.captcha_fixed"),
        }
    }
}

impl SmsSettings {
    pub(super) fn read(from: &mut Reader) -> SmsSettings {
        SmsSettings {
            provider: from.value("sms.provider"),
            resend_gap: from.window("sms.resend_gap"),
            daily_limit: from.count("sms.daily_limit"),
            hourly_limit: from.count("sms.hourly_limit"),
            code_ttl: from.period("sms.code_ttl"),
            webhook_url: from.url("sms.webhook_url"),
            aliyun: AliyunSmsSettings {
                access_key_id: from.optional("sms.aliyun.access_key_id"),
                access_key_secret: from.optional("sms.aliyun.access_key_secret"),
                sign_name: from.optional("sms.aliyun.sign_name"),
                template_code: from.optional_named_before("sms.aliyun.templates.code", "sms.aliyun.template_code"),
                template_reminder: from.optional("sms.aliyun.templates.reminder"),
                base_url: from.value::<Url>("sms.aliyun.base_url").0,
            },
            tencent: TencentSmsSettings {
                secret_id: from.optional("sms.tencent.secret_id"),
                secret_key: from.optional("sms.tencent.secret_key"),
                sdk_app_id: from.optional("sms.tencent.sdk_app_id"),
                sign_name: from.optional("sms.tencent.sign_name"),
                template_code: from.optional("sms.tencent.templates.code"),
                template_reminder: from.optional("sms.tencent.templates.reminder"),
                region: from.value("sms.tencent.region"),
                base_url: from.value::<Url>("sms.tencent.base_url").0,
            },
        }
    }
}

impl PaymentSettings {
    pub(super) fn read(from: &mut Reader) -> PaymentSettings {
        PaymentSettings {
            provider: from.value::<Taker>("payment.provider").0,
            refund_approval: from.value("payment.refund_approval"),
            wechat: WechatPaySettings {
                mch_id: from.optional("payment.wechat.mch_id"),
                app_id: from.optional("payment.wechat.app_id"),
                serial_no: from.optional("payment.wechat.serial_no"),
                private_key: from.path("payment.wechat.private_key"),
                api_v3_key: from.optional("payment.wechat.api_v3_key"),
                platform_cert: from.path("payment.wechat.platform_cert"),
                verifiers: from.pems("payment.wechat.verifiers"),
                notify_url: from.url("payment.wechat.notify_url"),
                without_open_id: from.value("payment.wechat.without_open_id"),
                base_url: from.value::<Url>("payment.wechat.base_url").0,
            },
        }
    }
}

impl WechatSettings {
    pub(super) fn read(from: &mut Reader) -> WechatSettings {
        WechatSettings {
            app_id: from.optional("wechat.app_id"),
            secret: from.optional("wechat.secret"),
            official_app_id: from.optional("wechat.official.app_id"),
            official_secret: from.optional("wechat.official.secret"),
            templates: WechatTemplates {
                visit: from.optional("wechat.templates.visit"),
                answer: from.optional("wechat.templates.answer"),
                refund: from.optional("wechat.templates.refund"),
            },
            require_code: from.value("wechat.require_code"),
            base_url: from.value::<Url>("wechat.base_url").0,
        }
    }
}

impl ImSettings {
    pub(super) fn read(from: &mut Reader) -> ImSettings {
        ImSettings {
            sdk_app_id: from.optional("im.sdk_app_id"),
            key: from.optional("im.key"),
            password_ttl: from.period("im.password_ttl"),
            login_window: from.period("im.login_window"),
            silence_window: from.period("im.silence_window"),
            ring_window: from.period("im.ring_window"),
            call_grace: from.window("im.call_grace"),
            ice_servers: from.optional::<IceServers>("im.ice_servers").map_or_else(Vec::new, |servers| servers.0),
        }
    }
}

impl ConsultationSettings {
    pub(super) fn read(from: &mut Reader) -> ConsultationSettings {
        ConsultationSettings {
            pay_window: from.period("consultation.pay_window"),
            reply_window: from.period("consultation.reply_window"),
            max_replies: from.count("consultation.max_replies"),
            retract_window: from.window("consultation.retract_window"),
        }
    }
}

impl FreeClinicSettings {
    pub(super) fn read(from: &mut Reader) -> FreeClinicSettings {
        FreeClinicSettings { hold_window: from.period("project.hold_window"), done_window: from.window("project.done_window") }
    }
}

impl TeamSettings {
    pub(super) fn read(from: &mut Reader) -> TeamSettings {
        TeamSettings {
            max_per_doctor: from.count("team.max_per_doctor"),
            withdrawal_days: from.value("team.withdrawal_days"),
            invitation_ttl: from.period("team.invitation_ttl"),
        }
    }
}

impl LimitsSettings {
    pub(super) fn read(from: &mut Reader) -> LimitsSettings {
        LimitsSettings {
            enabled: from.value("limits.enabled"),
            login_per_minute: from.count("limits.login_per_minute"),
            requests_per_second: from.count("limits.requests_per_second"),
            upload_bytes: from.value::<Size>("limits.upload_bytes").0,
            body_bytes: from.value::<Size>("limits.body_bytes").0,
            upload_bytes_per_day: from.value::<Size>("limits.upload_bytes_per_day").0,
            work_memory: from.value::<Size>("limits.work_memory").0,
        }
    }
}

impl Uploads {
    pub(super) fn read(from: &mut Reader) -> Uploads {
        Uploads {
            max_pixels: from.value::<Pixels>("uploads.max_pixels").0,
            thumbnail_cache: from.value::<Size>("uploads.thumbnail_cache").0,
        }
    }
}

impl SchedulerSettings {
    pub(super) fn read(from: &mut Reader) -> SchedulerSettings {
        SchedulerSettings { tick: from.period("scheduler.tick") }
    }
}

impl ClockSettings {
    pub(super) fn read(from: &mut Reader) -> ClockSettings {
        ClockSettings { offset: from.value::<Offset>("clock.offset").0 }
    }
}

impl PushSettings {
    pub(super) fn read(from: &mut Reader) -> PushSettings {
        PushSettings { provider: from.value("push.provider"), webhook_url: from.url("push.webhook_url") }
    }
}

impl LogSettings {
    pub(super) fn read(from: &mut Reader) -> LogSettings {
        LogSettings {
            format: from.value("log.format"),
            level: from.value("log.level"),
            dir: from.path("log.dir"),
            keep: from.period("log.keep"),
        }
    }
}
