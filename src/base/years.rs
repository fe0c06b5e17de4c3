//! How long the law has something kept: whole calendar years in the clinic's time zone, written `15y`.
//!
//! A [`Span`](super::span::Span) has days of 24 hours and no years; this is no span.

use std::fmt;

use jiff::{ToSpan, civil};

use super::time::{Time, Zone};

/// A number of calendar years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Years(pub u16);

impl Years {
    /// The number of years in a text such as `15y`; `None` for anything else, for none and for more than 200.
    pub fn parse(text: &str) -> Option<Years> {
        text.strip_suffix('y')?.parse().ok().filter(|years| (1..=200).contains(years)).map(Years)
    }

    /// The midnight after the anniversary: what happened on 29 February is kept through 28 February at the least, never a day too short.
    /// Never where the calendar ends before.
    pub fn after(self, since: Time, zone: &Zone) -> Time {
        let day = zone.civil(since).date().checked_add(i64::from(self.0).years()).and_then(civil::Date::tomorrow);
        day.ok().and_then(|day| zone.moment(day, civil::Time::midnight())).unwrap_or(Time(i64::MAX))
    }
}

impl fmt::Display for Years {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}y", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn years_end_with_the_anniversary_in_the_clinics_zone() {
        let zone = Zone(TimeZone::get("Asia/Shanghai").unwrap());
        let at = |text: &str| Time(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let until = |years, since| zone.date_time(Years(years).after(at(since), &zone));
        assert_eq!(until(15, "2026-11-30T02:00:00Z"), "2041-12-01 00:00:00");
        assert_eq!(until(15, "2026-11-30T17:00:00Z"), "2041-12-02 00:00:00", "it is 1 December in the clinic");
        assert_eq!(until(3, "2028-02-29T02:00:00Z"), "2031-03-01 00:00:00");
        assert_eq!(Years::parse("15y"), Some(Years(15)));
        for text in ["", "15", "y", "0y", "-1y", "201y", "1.5y", "15d"] {
            assert_eq!(Years::parse(text), None, "{text}");
        }
    }
}
