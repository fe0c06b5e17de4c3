//! Lengths of time as operators write them: `90s`, `15m`, `48h`, `7d`, `1h30m`, `-3h`.
//!
//! A [`Span`] is a plain number of milliseconds and a day is always 24 hours; calendar days in the clinic's zone are `base::time`'s.

use super::error::{Error, Kind, Reason, Result};
use std::{fmt, str::FromStr, time::Duration};

/// English, because only operators write durations.
pub const INVALID_DURATION: Reason =
    Reason::new(Kind::Malformed, "invalid_duration", "a duration is written like 500ms, 90s, 15m, 48h, 7d or 1h30m");

/// A signed length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

/// Longest first: the order in which a combination is written and printed.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn millis(n: i64) -> Span {
        Span(n)
    }

    pub const fn seconds(n: i64) -> Span {
        Span(n.saturating_mul(1000))
    }

    pub const fn minutes(n: i64) -> Span {
        Span(n.saturating_mul(60_000))
    }

    pub const fn hours(n: i64) -> Span {
        Span(n.saturating_mul(3_600_000))
    }

    pub const fn days(n: i64) -> Span {
        Span(n.saturating_mul(86_400_000))
    }

    /// Milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds, cut towards zero: what a token's `exp` or a `Retry-After` is made of.
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1000
    }

    /// For timers. A negative span is no time at all.
    pub const fn as_std(self) -> Duration {
        if self.0 < 0 { Duration::ZERO } else { Duration::from_millis(self.0 as u64) }
    }

    /// Reads what an operator wrote. `0` alone needs no unit; every other number does, because a bare `60` may mean seconds or minutes.
    /// Units come at most once each and longest first, so that a slip such as `1m1m` is not silently taken for two minutes.
    pub fn parse(text: &str) -> Result<Span> {
        let text = text.trim();
        let (negative, size) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        magnitude(size)
            .and_then(|ms| if negative { 0i64.checked_sub_unsigned(ms) } else { 0i64.checked_add_unsigned(ms) })
            .map(Span)
            .ok_or_else(|| INVALID_DURATION.with(format!("{text:?}")))
    }
}

fn magnitude(text: &str) -> Option<u64> {
    match text {
        "0" => return Some(0),
        "" => return None,
        _ => {}
    }
    let (mut rest, mut total, mut units) = (text, 0u64, UNITS.as_slice());
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(end);
        let place = units.iter().position(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(units[place].1)?;
        total = total.checked_add(part)?;
        units = &units[place + 1..];
        rest = next;
    }
    Some(total)
}

impl Span {
    /// `48小时`, `7天` (whole days from the third on), and what a test makes of it: `90分钟`, `2秒`.
    pub fn in_chinese(self) -> String {
        let seconds = self.as_seconds();
        match seconds {
            _ if seconds % 86_400 == 0 && seconds > 2 * 86_400 => format!("{}天", seconds / 86_400),
            _ if seconds % 3_600 == 0 => format!("{}小时", seconds / 3_600),
            _ if seconds % 60 == 0 => format!("{}分钟", seconds / 60),
            _ => format!("{seconds}秒"),
        }
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Span> {
        Span::parse(text)
    }
}

/// The largest units first: `1h30m`, `2d`, `1m30s`. Reading it back gives the same span.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs();
        for (name, size) in UNITS {
            if rest >= size {
                write!(f, "{}{name}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_operators_write() {
        let cases = [
            ("90s", Span::seconds(90)),
            ("15m", Span::minutes(15)),
            ("48h", Span::hours(48)),
            ("7d", Span::days(7)),
            ("500ms", Span::millis(500)),
            ("1h30m", Span::minutes(90)),
            ("1d2h3m4s5ms", Span(93_784_005)),
            ("-3h", Span::hours(-3)),
            ("+25d", Span::days(25)),
            ("0", Span::ZERO),
            ("0s", Span::ZERO),
            (" 5m ", Span::minutes(5)),
        ];
        for (text, span) in cases {
            assert_eq!(Span::parse(text).unwrap(), span, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let huge = format!("{}ms", u128::MAX);
        for text in ["", "-", "60", "s", "1.5h", "1m1m", "30m1h", "1x", "1 h", "--1s", "1h-3m", "1H", "１s", "106751991168d", &huge] {
            let error = Span::parse(text).expect_err(text);
            assert!(error.is(&INVALID_DURATION));
        }
    }

    #[test]
    fn the_ends_of_the_range_hold() {
        for span in [Span(i64::MIN), Span(i64::MAX)] {
            assert_eq!(Span::parse(&span.to_string()).unwrap(), span);
        }
        assert_eq!(Span(-1).as_std(), Duration::ZERO);
        assert_eq!(Span::seconds(2).as_std(), Duration::from_secs(2));
        assert_eq!(Span::days(i64::MAX), Span(i64::MAX));
    }

    #[test]
    fn prints_short() {
        assert_eq!(Span::minutes(90).to_string(), "1h30m");
        let spans = [Span::hours(48), Span::days(7), Span::minutes(90), Span::seconds(2)];
        assert_eq!(spans.map(Span::in_chinese), ["48小时", "7天", "90分钟", "2秒"]);
        assert_eq!(Span::hours(-3).to_string(), "-3h");
        assert_eq!(Span::ZERO.to_string(), "0s");
    }

    proptest! {
        #[test]
        fn round_trip(ms: i64) {
            prop_assert_eq!(Span::parse(&Span(ms).to_string()).unwrap(), Span(ms));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = Span::parse(&text);
        }
    }
}
