//! Every setting: its name, its default and a line for the operator. Names are public; scripts and `xuanhu.toml` files rely on them.
//!
//! A new setting is one row here and one field in `sections`; a row without a field fails the tests.

/// One row of the table.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    /// As an operator would write it. Without one the setting is off until given.
    pub default: Option<&'static str>,
    pub doc: &'static str,
    /// Printed as `***`.
    pub secret: bool,
}

impl Key {
    /// `XUANHU_` and the name in capitals, with two underscores for each dot: names have single ones of their own.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace('.', "__").to_ascii_uppercase())
    }
}

pub const PREFIX: &str = "XUANHU_";

#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("http.listen", "127.0.0.1:8080", "the address and port to answer on; port 0 takes a free one"),
    off("http.public_url", "how the outside world reaches this server, for links in answers and messages"),
    key("http.always_200", "false", "answer every request with HTTP status 200, for old clients; the real code is in the body"),
    off("http.tls_cert", "the certificate chain (PEM file), to serve HTTPS; needs http.tls_key"),
    off("http.tls_key", "the certificate's private key (PEM file)"),
    key("http.max_connections", "10000", "connections open at the same time, each device at the gateway one; more wait"),
    key("http.connections_per_address", "256", "of these, how many one address may hold (IPv6: one /64); not for this machine and trusted proxies"),
    key("http.drain", "10s", "how long open requests may take to end when the server is told to stop"),
    key("http.trusted_proxies", "", "proxies whose X-Forwarded-For, -Proto and -Host (or Forwarded) are believed, as addresses or networks, with commas"),
    key("http.cors_origins", "", "web sites whose pages may call this server, with commas; * for all"),

    key("clinic.name", "悬壶诊所", "the clinic's name, as patients see it"),
    off("clinic.phone", "the clinic's telephone number, as patients see it"),
    off("clinic.bring", "what patients should bring to a visit, as they see it"),
    off("clinic.licence_no", "the number of the clinic's licence (医疗机构执业许可证), which patients may ask for"),
    off("clinic.licence_name", "the clinic's name as its licence has it, where that is another"),
    off("clinic.licence_until", "the day until which the licence is good (2030-12-31)"),
    off("clinic.licence_scan", "the address of a picture of the licence: an upload (/files/…) or on the web"),
    off("clinic.complaint_phone", "the telephone number for complaints, as patients see it"),
    key("clinic.time_zone", "Asia/Shanghai", "the clinic's time zone; dates and times print in it"),

    key("auth.session_ttl", "7d", "how long a sign-in lasts"),
    key("auth.lock_after", "10", "failed sign-ins of an account in a row after which it is locked"),
    key("auth.lock_time", "15m", "how long it stays locked"),
    off("auth.captcha_fixed", "makes every captcha this text, to try things out; only on a loopback address"),

    key("sms.provider", "outbox", "who delivers text messages: outbox (kept for the administrator to read), webhook, aliyun or tencent"),
    key("sms.resend_gap", "60s", "the shortest time between two codes to one phone"),
    key("sms.daily_limit", "10", "codes a day to one phone"),
    key("sms.hourly_limit", "30", "codes an hour asked for from one address"),
    key("sms.code_ttl", "5m", "how long a code is good"),
    off("sms.webhook_url", "where the webhook provider posts each message"),
    off("sms.aliyun.access_key_id", "Aliyun access key"),
    secret("sms.aliyun.access_key_secret", "Aliyun access key's secret"),
    off("sms.aliyun.sign_name", "the signature approved by Aliyun"),
    off("sms.aliyun.templates.code", "the template approved by Aliyun for codes, with the variable code"),
    off("sms.aliyun.templates.reminder", "the template for messages without a code, with the variable text; none is sent yet"),
    off("sms.aliyun.template_code", "the older name of sms.aliyun.templates.code"),
    key("sms.aliyun.base_url", "https://dysmsapi.aliyuncs.com", "Aliyun's own address"),
    off("sms.tencent.secret_id", "Tencent Cloud access key"),
    secret("sms.tencent.secret_key", "Tencent Cloud access key's secret"),
    off("sms.tencent.sdk_app_id", "the SMS application at Tencent Cloud"),
    off("sms.tencent.sign_name", "the signature approved by Tencent Cloud"),
    off("sms.tencent.templates.code", "the template approved by Tencent Cloud for codes, whose one variable is the code"),
    off("sms.tencent.templates.reminder", "the template for messages without a code, whose one variable is the text; none is sent yet"),
    key("sms.tencent.region", "ap-guangzhou", "the region that sends"),
    key("sms.tencent.base_url", "https://sms.tencentcloudapi.com", "Tencent Cloud's own address"),

    key("payment.provider", "demo", "who takes the money: demo (nobody, for trying out), wechat, or none (what costs something is refused)"),
    key("payment.refund_approval", "false", "hold refunds until an administrator approves them"),
    off("payment.wechat.mch_id", "WeChat Pay merchant number"),
    off("payment.wechat.app_id", "the app or official account that the merchant number is bound to"),
    off("payment.wechat.serial_no", "serial number of the merchant's certificate"),
    off("payment.wechat.private_key", "the merchant's private key (PEM file)"),
    secret("payment.wechat.api_v3_key", "the merchant's APIv3 key"),
    off("payment.wechat.platform_cert", "WeChat Pay's platform certificate or public key (PEM file), where there is one"),
    off("payment.wechat.verifiers", "the same where there are several: a table of serial numbers (or PUB_KEY_ID_…) with a PEM file each"),
    off("payment.wechat.notify_url", "the public address of /payment/wechat/notify on this server"),
    key("payment.wechat.without_open_id", "app", "how patients without an openId pay: app (the clinic's own), native (scan a code) or h5 (a phone's browser)"),
    key("payment.wechat.base_url", "https://api.mch.weixin.qq.com", "WeChat Pay's own address"),

    off("wechat.app_id", "the WeChat account that patients sign in with"),
    secret("wechat.secret", "that account's secret"),
    off("wechat.official.app_id", "the official account inside whose browser patients sign in on the page"),
    secret("wechat.official.secret", "that account's secret"),
    key("wechat.require_code", "false", "patients must prove their openId with a WeChat login code; always so where wechat.official.app_id is set"),
    key("wechat.base_url", "https://api.weixin.qq.com", "WeChat's own address"),

    off("im.sdk_app_id", "Tencent IM application number; without it the built-in chat gateway's own; needs im.key"),
    secret("im.key", "that application's key"),
    key("im.password_ttl", "1h", "how long a chat password is good"),
    key("im.login_window", "10s", "the time in which a chat connection has to log in"),
    key("im.silence_window", "90s", "a chat connection that says nothing, or takes nothing of what waits for it, for so long is closed"),
    key("im.ring_window", "60s", "how long a call rings"),
    key("im.call_grace", "10s", "the time in which who lost the connection of a call can come back to it"),
    secret(
        "im.ice_servers",
        "STUN and TURN servers for calls, with commas between: stun:HOST:PORT, turn:SECRET@HOST:PORT with the secret that both share",
    ),

    key("consultation.pay_window", "30m", "an unpaid consultation is cancelled after this"),
    key("consultation.reply_window", "48h", "a consultation without an answer is refunded after this, an answered one finished"),
    key("consultation.max_replies", "3", "messages that a doctor may write in one consultation"),
    key("consultation.retract_window", "2m", "how long a message can be taken back"),

    key("project.hold_window", "15m", "how long an unpaid seat is kept"),
    key("project.done_window", "7d", "how long after a session's end a missed visit may still be confirmed; what was kept of deposits is the clinic's then"),

    key("team.max_per_doctor", "5", "teams that one doctor may belong to"),
    key("team.withdrawal_days", "1-5", "days of the month on which money can be withdrawn"),
    key("team.invitation_ttl", "7d", "how long an invitation into a team is good"),

    key("limits.enabled", "true", "limit how often things are asked for and tried; sizes and connections are limited in any case"),
    key("limits.login_per_minute", "10", "failed tries of passwords and codes a minute, for one account and from one address (IPv6: one /64) each"),
    key("limits.requests_per_second", "50", "requests a second from one address"),
    key("limits.upload_bytes", "10MiB", "the largest picture or recording"),
    key("limits.body_bytes", "1MiB", "the largest request of any other kind"),
    key("limits.upload_bytes_per_day", "200MiB", "what one person may upload within 24 hours, where limits.enabled; a small file counts as 64KiB"),
    key("limits.work_memory", "256MiB", "memory for pictures, imports, passwords and uploads under way together; what needs more is refused or waits"),

    key("uploads.max_pixels", "50000000", "the largest picture, width times height"),
    key("uploads.thumbnail_cache", "256MiB", "disk space for pictures made smaller; the longest unused make room"),

    key("scheduler.tick", "1s", "how often due work is looked for"),
    key("clock.offset", "0", "added to the clock (25d, -3h), to try timed rules; only on a loopback address"),

    key("push.provider", "none", "who wakes sleeping phones: none or webhook"),
    off("push.webhook_url", "where the webhook provider posts who has a new message: {member_id, platform, token, title, text, message_id, conversation_id}"),

    off("backup.dir", "where backups are written by themselves; without it none are, and those made by hand go to backups/"),
    key("backup.every", "24h", "how often"),
    key("backup.keep", "14", "how many of them are kept, beside the newest of each of the last twelve months"),
    off("backup.after", "a command that carries each backup elsewhere: it is run with the file's path behind it, without a shell"),
    key("backup.recipients", "", "public keys (age1…) to which backups are encrypted, with commas; `xuanhu backup-key` makes a pair"),
    off("backup.passphrase_file", "a file with a passphrase by which backups are encrypted, in the place of keys"),
    key("backup.before_upgrade", "true", "make a backup before a store of an older release is changed"),

    key("care.keep_records", "15y", "how long records are kept after the patient's latest encounter; 15y is the least allowed"),
    key("care.keep_process", "3y", "how long what was said in the course of care is kept; 3y is the least allowed"),
    key("care.keep_money", "30y", "how long entries of the books are kept; 30y is the least allowed"),
    key("care.keep_trail", "15y", "how long it is kept who did and who looked at what; 15y is the least allowed"),
    key("care.consent", "off", "consent before an order: off, ask (a notice) or require (else the order is refused)"),
    key("care.first_visit", "allow", "first visits over the internet: allow, or refuse (the patient brings an earlier diagnosis and the doctor judges it)"),
    key("care.judge", "explicit", "how a doctor judges: explicit, or by_reply (a reply says so, for clients that know no judging)"),
    key("care.stop_refund", "always", "whether the fee goes back when a doctor stops after a reply: always or none"),
    off("care.sign_window", "how long after an encounter's end its record may be unsigned before the doctor is reminded, daily (24h); without it nobody is"),
    key("care.sign_reauth", "5m", "how long ago a doctor may have given the password to sign a record without giving it again"),
    key("care.complaint_days", "7", "days in which a complaint is to be answered"),

    key("fhir.enabled", "true", "answer below /fhir: FHIR R4 for reading, for those whom an administrator gives a token"),
    key("fhir.page_size", "50", "entries on a page of a search where the client names no number"),
    key("fhir.max_page_size", "500", "entries on a page at most"),
    key("fhir.scan_limit", "20000", "rows that one request reads at most; its page then ends early, with an address of the next"),
    key("fhir.requests_per_second", "50", "requests a second of one caller, where limits.enabled"),
    key("fhir.export_ttl", "24h", "how long the files of an export are kept"),
    key("fhir.token_ttl", "365d", "how long a new token of an integration is good at most"),
    key("fhir.handling", "strict", "what becomes of search parameters that are not known: strict (refused) or lenient (passed over, and told)"),
    off("audit.webhook_url", "where the newest hash of the audit log is posted daily: {clinic, instance, seq, hash, at}; kept elsewhere it proves what the log was"),
    key("care.request_days", "15", "days in which the clinic answers what people ask about their own data"),

    off("archive.dir", "where everything that is written is carried every few seconds, best another disk or machine; without it nowhere"),
    key("archive.every", "10s", "how often: so much is lost at most with the machine"),
    key("archive.keep", "14d", "how far back one can go in it"),

    key("log.format", "text", "text or json"),
    key("log.level", "info", "error, warn, info, debug or trace"),
];

/// The row of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The row that a mistyped name most likely means. The last part counts again by itself, because people forget or confuse the section.
pub fn nearest(name: &str) -> &'static Key {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |key: &Key| {
        strsim::normalized_damerau_levenshtein(key.name, name) + strsim::normalized_damerau_levenshtein(&last(key.name), &last(name))
    };
    KEYS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).expect("the table has rows")
}

/// Whether some setting's name begins with this section.
pub fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| key.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

const fn key(name: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { name, default: Some(default), doc, secret: false }
}

const fn off(name: &'static str, doc: &'static str) -> Key {
    Key { name, default: None, doc, secret: false }
}

const fn secret(name: &'static str, doc: &'static str) -> Key {
    Key { name, default: None, doc, secret: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_spelled_alike() {
        let names: BTreeSet<_> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(names.len(), KEYS.len());
        for key in KEYS {
            assert!(key.name.contains('.') && key.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b)));
            assert!(!is_section(key.name) && !key.doc.is_empty() && !key.doc.ends_with('.'), "{}", key.name);
        }
    }

    #[test]
    fn variables() {
        assert_eq!(find("payment.wechat.mch_id").unwrap().variable(), "XUANHU_PAYMENT__WECHAT__MCH_ID");
        assert!(is_section("payment") && is_section("payment.wechat") && !is_section("pay") && !is_section(""));
    }

    #[test]
    fn the_nearest_name() {
        let cases = [
            ("http.liste", "http.listen"),
            ("htp.listen", "http.listen"),
            ("listen", "http.listen"),
            ("consultation.pay_windw", "consultation.pay_window"),
            ("max_replies", "consultation.max_replies"),
            ("sms.session_ttl", "auth.session_ttl"),
            ("payment.mch_id", "payment.wechat.mch_id"),
            ("http_listen", "http.listen"),
        ];
        for (name, meant) in cases {
            assert_eq!(nearest(name).name, meant, "{name}");
        }
        nearest("");
    }
}
