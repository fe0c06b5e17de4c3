//! Settings as an operator meets them: precedence, complaints, the listing.

use super::*;
use std::fs;
use tempfile::TempDir;

const NO_ENV: [(String, String); 0] = [];

fn dir(toml: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(source::FILE), toml).unwrap();
    dir
}

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn flags(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, value.to_string())).collect()
}

fn with_flags(pairs: &[(&'static str, &str)]) -> Result<Settings> {
    Settings::load(Path::new("/nonexistent"), &flags(pairs), NO_ENV)
}

fn shown_value(settings: &Settings, key: &str) -> (String, &'static str) {
    let row = settings.shown().into_iter().find(|row| row.key == key).unwrap();
    (row.value, row.origin)
}

#[test]
fn defaults() {
    let settings = Settings::default();
    assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((settings.http.max_connections, settings.http.always_200), (10_000, false));
    assert!(settings.http.trusted_proxies.is_empty() && settings.http.cors_origins.is_empty() && settings.http.public_url.is_none());
    assert_eq!((settings.clinic.name.as_str(), settings.clinic.zone.0.iana_name()), ("悬壶诊所", Some("Asia/Shanghai")));
    assert_eq!((settings.auth.session_ttl, settings.auth.captcha_fixed.is_none()), (Span::days(7), true));
    assert_eq!(
        (settings.sms.provider, settings.sms.resend_gap, settings.sms.code_ttl),
        (SmsProvider::Outbox, Span::seconds(60), Span::minutes(5))
    );
    assert_eq!((settings.sms.daily_limit, settings.sms.hourly_limit), (10, 30));
    assert_eq!((settings.payment.provider, settings.payment.refund_approval), (Some(PaymentProvider::Demo), false));
    assert!(settings.wechat.app_id.is_none() && !settings.wechat.require_code);
    assert!(settings.im.sdk_app_id.is_none() && settings.im.key.is_none() && settings.im.password_ttl == Span::hours(1));
    let im = &settings.im;
    assert_eq!((im.login_window, im.silence_window, im.ring_window), (Span::seconds(10), Span::seconds(90), Span::seconds(60)));
    let consultation = &settings.consultation;
    assert_eq!((consultation.pay_window, consultation.reply_window), (Span::minutes(30), Span::hours(48)));
    assert_eq!((consultation.max_replies, consultation.retract_window), (3, Span::minutes(2)));
    assert_eq!((settings.project.hold_window, settings.project.done_window), (Span::minutes(15), Span::days(7)));
    assert_eq!((settings.team.max_per_doctor, settings.team.withdrawal_days), (5, DaysOfMonth { from: 1, to: 5 }));
    assert_eq!(settings.team.invitation_ttl, Span::days(7));
    let limits = &settings.limits;
    assert_eq!((limits.enabled, limits.login_per_minute, limits.requests_per_second), (true, 10, 50));
    assert_eq!((limits.upload_bytes, limits.body_bytes), (10 << 20, 1 << 20));
    assert_eq!((settings.scheduler.tick, settings.clock.offset), (Span::seconds(1), Span::ZERO));
    assert_eq!((settings.push.provider, settings.backup.dir.is_none()), (PushProvider::None, true));
    assert_eq!((settings.backup.every, settings.backup.keep), (Span::hours(24), 14));
    assert_eq!((settings.log.format, settings.log.level), (LogFormat::Text, LogLevel::Info));
}

#[test]
fn the_first_source_wins() {
    let dir = dir(
        "[sms]\nresend_gap = '1s'\ncode_ttl = '2s'\ndaily_limit = 3\n[http]\ncors_origins = ['https://a.example', 'https://b.example']\n",
    );
    let env = env(&[("XUANHU_SMS__RESEND_GAP", "10s"), ("XUANHU_SMS__CODE_TTL", "20s"), ("XUANHU_DATA_DIR", "/x"), ("PATH", "/bin")]);
    let settings = Settings::load(dir.path(), &flags(&[("sms.resend_gap", "100s")]), env).unwrap();
    assert_eq!(settings.sms.resend_gap, Span::seconds(100));
    assert_eq!(settings.sms.code_ttl, Span::seconds(20));
    assert_eq!(settings.sms.daily_limit, 3);
    assert_eq!(settings.http.cors_origins, ["https://a.example", "https://b.example"]);
    assert_eq!(shown_value(&settings, "sms.resend_gap"), ("100s".to_owned(), "flag"));
    assert_eq!(shown_value(&settings, "sms.code_ttl"), ("20s".to_owned(), "environment"));
    assert_eq!(shown_value(&settings, "sms.daily_limit"), ("3".to_owned(), "xuanhu.toml"));
    assert_eq!(shown_value(&settings, "sms.hourly_limit"), ("30".to_owned(), "default"));
    assert_eq!(settings.shown().len(), KEYS.len());
}

#[test]
fn an_empty_text_is_nothing_said() {
    let dir = dir("[http]\npublic_url = 'https://clinic.example/'\n[im]\nkey = ''\n[clinic]\nname = ''\n");
    let settings = Settings::load(dir.path(), &[], env(&[("XUANHU_HTTP__PUBLIC_URL", "")])).unwrap();
    assert_eq!(settings.http.public_url.as_deref(), Some("https://clinic.example"));
    assert_eq!((settings.im.key, settings.clinic.name.as_str()), (None, "悬壶诊所"));
}

#[test]
fn every_mistake_is_named_on_one_line() {
    let dir = dir("[sms]\nresend_gap = 60\nprovider = ['outbox']\n[htp]\nlisten = 'x'\n[team]\nwithdrawal_days = \"5-1\\n\"\n");
    let env = env(&[("XUANHU_LOG__LEVEL", "loud"), ("XUANHU_LOG__LEVL", "info")]);
    let error = Settings::load(dir.path(), &flags(&[("http.listen", "8080")]), env).unwrap_err();
    assert!(error.is(&BAD_SETTING) && error.slug() == "bad_setting");
    let lines: Vec<_> = error.fields().iter().map(|(_, line)| line.as_str()).collect();
    let expected = [
        "htp.listen (xuanhu.toml) is not a setting; did you mean http.listen?",
        "XUANHU_LOG__LEVL (environment) is not a setting; did you mean XUANHU_LOG__LEVEL?",
        "http.listen = \"8080\" (flag) should be an address and a port such as 127.0.0.1:8080, 0.0.0.0:80 or [::1]:8080",
        "sms.provider = \"outbox\" (xuanhu.toml) should be outbox, webhook, aliyun or tencent",
        "sms.resend_gap = \"60\" (xuanhu.toml) should be a duration such as 0s, 90s, 15m or 48h, at most 36500d",
        "team.withdrawal_days = \"5-1\" (xuanhu.toml) should be the first and the last day of the month such as 1-5, from 1 to 31",
        "log.level = \"loud\" (environment XUANHU_LOG__LEVEL) should be error, warn, info, debug or trace",
    ];
    assert_eq!(lines, expected);
    assert!(!error.message().contains('\n') && expected.iter().all(|line| error.message().contains(line)));
    assert!(with_flags(&[("no.such", "x")]).unwrap_err().is(&UNKNOWN_SETTING));
}

#[test]
fn secrets_stay_secret() {
    let settings = with_flags(&[("im.sdk_app_id", "1400000000"), ("im.key", "hush"), ("wechat.secret", "hush")]).unwrap();
    assert_eq!(settings.im.key.as_ref().unwrap().expose(), "hush");
    assert_eq!(shown_value(&settings, "im.key").0, "***");
    assert_eq!(shown_value(&settings, "payment.wechat.api_v3_key").0, "");
    assert!(!format!("{settings:?}").contains("hush"));
    let error = with_flags(&[("im.key", "hush\u{7}hush")]).unwrap_err();
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    let every_secret: Vec<_> = KEYS.iter().filter(|key| key.secret).map(|key| key.name).collect();
    assert_eq!(
        every_secret,
        [
            "sms.aliyun.access_key_secret",
            "sms.tencent.secret_key",
            "payment.wechat.api_v3_key",
            "wechat.secret",
            "wechat.official.secret",
            "im.key",
            "im.ice_servers"
        ]
    );
}

#[test]
fn who_takes_money_and_whose_word_is_taken() {
    assert_eq!(with_flags(&[("payment.provider", "none")]).unwrap().payment.provider, None);
    assert!(with_flags(&[("payment.provider", "nobody")]).unwrap_err().message().contains("should be demo, wechat or none"));
    let given = |text: &str| with_flags(&[("payment.wechat.verifiers", text)]).map(|settings| settings.payment.wechat.verifiers);
    let file = |path: &str| Pem::File(path.into());
    assert_eq!(given("").unwrap(), []);
    assert_eq!(
        given("AB12 = a.pem, PUB_KEY_ID_01=/b/c=d.pem").unwrap(),
        [("AB12".to_owned(), file("a.pem")), ("PUB_KEY_ID_01".to_owned(), file("/b/c=d.pem"))]
    );
    let pem = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----";
    assert_eq!(given(&format!("K={pem}")).unwrap(), [("K".to_owned(), Pem::Here(pem.to_owned()))]);
    for bad in ["a.pem", "=a.pem", "K=", "K=a,k=b", "K-1=a", "K=a\nb", "K=a,"] {
        assert!(given(bad).unwrap_err().is(&BAD_SETTING), "{bad}");
    }
    let dir = dir("[payment.wechat.verifiers]\nAB12 = 'a.pem'\nPUB_KEY_ID_01 = '/b.pem'\n");
    let verifiers = Settings::load(dir.path(), &[], NO_ENV).unwrap().payment.wechat.verifiers;
    assert_eq!(verifiers, [("AB12".to_owned(), Pem::File(dir.path().join("a.pem"))), ("PUB_KEY_ID_01".to_owned(), file("/b.pem"))]);
}

#[test]
fn trials_only_on_loopback() {
    for listen in ["127.0.0.1:0", "[::1]:8080", "127.9.9.9:80", "[::ffff:127.0.0.1]:80"] {
        let settings = with_flags(&[("http.listen", listen), ("auth.captcha_fixed", "1234"), ("clock.offset", "-3h")]).unwrap();
        assert_eq!(settings.clock.offset, Span::hours(-3));
    }
    let error = with_flags(&[("http.listen", "0.0.0.0:80"), ("auth.captcha_fixed", "1234"), ("clock.offset", "25d")]).unwrap_err();
    assert!(error.is(&BAD_SETTING));
    let lines: Vec<_> = error.fields().iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        lines[0],
        "auth.captcha_fixed = \"1234\" (flag) works only while the server listens on a loopback address such as 127.0.0.1:8080, and http.listen = \"0.0.0.0:80\" (flag)"
    );
    assert!(lines.len() == 2 && lines[1].starts_with("clock.offset = \"25d\" (flag) works only"));
    assert!(with_flags(&[("http.listen", "0.0.0.0:80"), ("clock.offset", "0s")]).is_ok());
}

#[test]
fn pairs_come_together() {
    for (one, other) in [("http.tls_cert", "http.tls_key"), ("im.sdk_app_id", "im.key")] {
        assert!(with_flags(&[(one, "1"), (other, "1")]).is_ok());
        for (set, missing) in [(one, other), (other, one)] {
            let error = with_flags(&[(set, "1")]).unwrap_err();
            assert_eq!(error.fields().len(), 1);
            assert!(error.message().contains(&format!("needs {missing} beside it")), "{error}");
        }
    }
}

#[test]
fn paths_are_relative_to_where_they_were_written() {
    let dir = dir("[backup]\ndir = 'kept'\n[http]\ntls_cert = '/etc/clinic.pem'\n");
    let settings = Settings::load(dir.path(), &flags(&[("http.tls_key", "clinic.key")]), NO_ENV).unwrap();
    assert_eq!(settings.backup.dir.unwrap(), dir.path().join("kept"));
    assert_eq!(settings.http.tls_cert.unwrap(), Path::new("/etc/clinic.pem"));
    assert_eq!(settings.http.tls_key.unwrap(), Path::new("clinic.key"));
}
