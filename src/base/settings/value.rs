//! What a setting can be: how each kind of value is read from text, and the words for what it should have been.
//!
//! What a value means is left to the rooms that use it; whether files exist is seen when they are opened.

use crate::base::{span::Span, years::Years};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Something that can be read from the text of a setting.
pub trait Value: Sized {
    /// Completes "should be …".
    const SHOULD: &'static str;
    /// Whether a TOML array will do.
    const LIST: bool = false;
    /// Whether a TOML table will do: it reads as `name=value,name=value`.
    const TABLE: bool = false;

    fn parse(text: &str) -> Option<Self>;
}

/// Text that must not be printed. `Debug` hides it, so that a logged structure cannot leak it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(super) fn new(text: &str) -> Secret {
        Secret(text.to_owned())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Days of the month, both included: `1-5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysOfMonth {
    pub from: i8,
    pub to: i8,
}

impl DaysOfMonth {
    /// Takes what `jiff::civil::Date::day` gives.
    pub fn contains(self, day: i8) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsProvider {
    Outbox,
    Webhook,
    Aliyun,
    Tencent,
}

/// Stands in rows: variants are only ever added at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum PaymentProvider {
    Demo,
    Wechat,
}

/// Who takes money from now on; `None` where nobody does, and what costs something is refused.
pub(super) struct Taker(pub Option<PaymentProvider>);

/// How WeChat Pay's orders are placed for patients whose openId is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WechatOrder {
    /// For the clinic's own app.
    App,
    /// A code that is scanned from the screen with WeChat.
    Native,
    /// An address that a phone's browser opens WeChat by.
    H5,
}

/// Where something in PEM is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pem {
    File(PathBuf),
    /// It stands in the settings themselves.
    Here(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushProvider {
    None,
    Webhook,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// From the fewest lines to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// A span that may be nothing at all.
pub(super) struct Window(pub Span);
/// A span above nothing: something lasts or repeats.
pub(super) struct Period(pub Span);
/// A span in either direction.
pub(super) struct Offset(pub Span);
/// At least one.
pub(super) struct Count(pub u32);
/// A number of bytes, at least one.
pub(super) struct Size(pub u64);
/// Pixels of a picture, at least one.
pub(super) struct Pixels(pub u32);
/// An `http` or `https` address, without the slash at its end.
pub(super) struct Url(pub String);
/// By whose signatures another server is known: `SERIAL=file.pem,SERIAL=file.pem`. In place of a file its content may stand, in PEM.
pub(super) struct Verifiers(pub Vec<(String, String)>);
/// How the content of a PEM file begins.
pub(super) const PEM: &str = "-----BEGIN ";
/// A hundred years. Spans are added to dates, and no rule of a clinic needs an overflow check after this one.
const LONGEST: Span = Span::days(36_500);

fn span(text: &str, from: Span) -> Option<Span> {
    Span::parse(text).ok().filter(|span| (from..=LONGEST).contains(span))
}

impl Value for Window {
    const SHOULD: &'static str = "a duration such as 0s, 90s, 15m or 48h, at most 36500d";

    fn parse(text: &str) -> Option<Self> {
        span(text, Span::ZERO).map(Window)
    }
}

impl Value for Period {
    const SHOULD: &'static str = "a duration above zero such as 90s, 15m, 48h or 7d, at most 36500d";

    fn parse(text: &str) -> Option<Self> {
        span(text, Span::millis(1)).map(Period)
    }
}

impl Value for Offset {
    const SHOULD: &'static str = "a duration such as 25d or -3h, at most 36500d either way";

    fn parse(text: &str) -> Option<Self> {
        span(text, Span(-LONGEST.0)).map(Offset)
    }
}

impl Value for Years {
    const SHOULD: &'static str = "a number of whole years such as 15y, at most 200y";

    fn parse(text: &str) -> Option<Self> {
        Years::parse(text)
    }
}

impl Value for Count {
    const SHOULD: &'static str = "a whole number from 1 to 1000000";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).map(Count)
    }
}

impl Value for Pixels {
    const SHOULD: &'static str = "a whole number of pixels such as 50000000, from 1 to 1000000000";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|n| (1..=1_000_000_000).contains(n)).map(Pixels)
    }
}

impl Value for u32 {
    const SHOULD: &'static str = "a whole number from 0 to 4294967295";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for Size {
    const SHOULD: &'static str = "a size such as 10MiB, 512KiB or a number of bytes, from 1 to 1GiB";

    fn parse(text: &str) -> Option<Self> {
        const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
        let (number, unit) =
            UNITS.iter().find_map(|(name, unit)| text.strip_suffix(name).map(|number| (number.trim_end(), *unit))).unwrap_or((text, 1));
        // One upload is held in memory while it is looked at.
        number.parse::<u64>().ok()?.checked_mul(unit).filter(|size| (1..=1 << 30).contains(size)).map(Size)
    }
}

impl Value for bool {
    const SHOULD: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Value for String {
    const SHOULD: &'static str = "a text on one line";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
    }
}

impl Value for Secret {
    const SHOULD: &'static str = String::SHOULD;

    fn parse(text: &str) -> Option<Self> {
        String::parse(text).map(Secret)
    }
}

/// The address of a picture: one of our uploads, or on the web.
pub(super) struct Address(pub String);

impl Value for Address {
    const SHOULD: &'static str = "an upload such as /files/licence.jpg, or a web address";

    fn parse(text: &str) -> Option<Address> {
        let known = text.starts_with("/files/") || text.starts_with("https://") || text.starts_with("http://");
        (known && !text.chars().any(char::is_whitespace)).then(|| Address(text.to_owned()))
    }
}

impl Value for jiff::civil::Date {
    const SHOULD: &'static str = "a day such as 2030-12-31";

    fn parse(text: &str) -> Option<jiff::civil::Date> {
        text.parse().ok().filter(|_| text.len() == 10)
    }
}

impl Value for Url {
    const SHOULD: &'static str = "an address that begins with https:// or http://";

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let plain = !rest.contains(|c: char| c.is_whitespace() || c.is_control());
        (plain && !rest.is_empty() && !rest.starts_with(['/', '?', '#'])).then(|| Url(text.trim_end_matches('/').to_owned()))
    }
}

impl Value for Verifiers {
    const SHOULD: &'static str =
        "serial numbers with a PEM file each, such as 5157F09EFDC096DE=old.pem,PUB_KEY_ID_0119=new.pem, or a table of them";
    const TABLE: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let mut verifiers: Vec<(String, String)> = Vec::new();
        for one in text.split(',') {
            let (serial, value) = one.split_once('=').map(|(serial, value)| (serial.trim(), value.trim()))?;
            let named = !serial.is_empty() && serial.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let twice = verifiers.iter().any(|(known, _)| known.eq_ignore_ascii_case(serial));
            if !named || twice || (!value.starts_with(PEM) && String::parse(value).is_none()) {
                return None;
            }
            verifiers.push((serial.to_owned(), value.to_owned()));
        }
        Some(Verifiers(verifiers))
    }
}

impl Value for SocketAddr {
    const SHOULD: &'static str = "an address and a port such as 127.0.0.1:8080, 0.0.0.0:80 or [::1]:8080";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for TimeZone {
    const SHOULD: &'static str = "a time zone of the IANA list such as Asia/Shanghai or UTC";

    fn parse(text: &str) -> Option<Self> {
        TimeZone::get(text).ok()
    }
}

impl Value for DaysOfMonth {
    const SHOULD: &'static str = "the first and the last day of the month such as 1-5, from 1 to 31";

    fn parse(text: &str) -> Option<Self> {
        let day = |text: &str| text.trim().parse::<i8>().ok().filter(|day| (1..=31).contains(day));
        let (from, to) = text.split_once('-')?;
        let days = DaysOfMonth { from: day(from)?, to: day(to)? };
        (days.from <= days.to).then_some(days)
    }
}

impl Value for SmsProvider {
    const SHOULD: &'static str = "outbox, webhook, aliyun or tencent";

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "outbox" => Self::Outbox,
            "webhook" => Self::Webhook,
            "aliyun" => Self::Aliyun,
            "tencent" => Self::Tencent,
            _ => return None,
        })
    }
}

impl PaymentProvider {
    /// As settings name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Wechat => "wechat",
        }
    }
}

impl Value for Taker {
    const SHOULD: &'static str = "demo, wechat or none";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "demo" => Some(Taker(Some(PaymentProvider::Demo))),
            "wechat" => Some(Taker(Some(PaymentProvider::Wechat))),
            "none" => Some(Taker(None)),
            _ => None,
        }
    }
}

impl Value for WechatOrder {
    const SHOULD: &'static str = "app, native or h5";

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "app" => Self::App,
            "native" => Self::Native,
            "h5" => Self::H5,
            _ => return None,
        })
    }
}

impl Value for PushProvider {
    const SHOULD: &'static str = "none or webhook";

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "none" => Self::None,
            "webhook" => Self::Webhook,
            _ => return None,
        })
    }
}

impl Value for LogFormat {
    const SHOULD: &'static str = "text or json";

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "text" => Self::Text,
            "json" => Self::Json,
            _ => return None,
        })
    }
}

impl Value for LogLevel {
    const SHOULD: &'static str = "error, warn, info, debug or trace";

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "error" => Self::Error,
            "warn" => Self::Warn,
            "info" => Self::Info,
            "debug" => Self::Debug,
            "trace" => Self::Trace,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let size = |text| Size::parse(text).map(|size| size.0);
        assert_eq!(size("10MiB"), Some(10 << 20));
        assert_eq!(size("512 KiB"), Some(512 << 10));
        assert_eq!(size("1048576"), Some(1 << 20));
        for text in ["", "0", "-1", "10MB", "MiB", "1.5MiB", "2GiB", "99999999999999GiB", "18446744073709551616"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn spans() {
        assert!(Window::parse("0s").is_some() && Period::parse("0s").is_none() && Window::parse("-1s").is_none());
        assert_eq!(Offset::parse("-3h").unwrap().0, Span::hours(-3));
        assert!(Period::parse("36500d").is_some() && Period::parse("36501d").is_none() && Offset::parse("-36501d").is_none());
    }

    #[test]
    fn addresses_days_and_texts() {
        assert_eq!(Url::parse("https://a.example/x/").unwrap().0, "https://a.example/x");
        for text in ["", "a.example", "ftp://a", "https://", "https:///x", "https://a b"] {
            assert!(Url::parse(text).is_none(), "{text}");
        }
        let days = DaysOfMonth::parse("1-5").unwrap();
        assert!(days.contains(1) && days.contains(5) && !days.contains(6));
        for text in ["", "1", "0-5", "5-1", "1-32", "1-", "-1-5", "1-5-9", "1-200"] {
            assert!(DaysOfMonth::parse(text).is_none(), "{text}");
        }
        assert!(String::parse("a\nb").is_none());
        assert_eq!(format!("{:?}", Secret::parse("hush")), "Some(***)");
        assert!(LogLevel::Error < LogLevel::Trace);
    }
}
