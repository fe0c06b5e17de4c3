//! Dates of FHIR: as much as is written of them is a stretch of time, and without a zone it is the clinic's.

use jiff::{
    Timestamp,
    civil::{Date, Time as Clock},
};
use serde_json::Value;

use crate::base::time::{SECOND, Time, Zone};

/// From a moment up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Time,
    /// `None` where it has no end that is known.
    pub to: Option<Time>,
}

/// How a searched date is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    AtLeast,
    Greater,
    AtMost,
    Less,
}

impl Compare {
    pub fn of(prefix: &str) -> Option<Compare> {
        Some(match prefix {
            "" | "eq" => Compare::Equal,
            "ge" => Compare::AtLeast,
            "gt" => Compare::Greater,
            "le" => Compare::AtMost,
            "lt" => Compare::Less,
            _ => return None,
        })
    }

    /// Whether `found` is so beside what was asked for. One whose end is not known goes on; for equality its beginning counts.
    pub fn holds(self, found: Stretch, asked: Stretch) -> bool {
        let end = asked.to.unwrap_or(asked.from);
        let within = asked.from <= found.from && found.to.map_or(found.from < end, |to| to <= end);
        let after = found.to.is_none_or(|to| to > end);
        let before = found.from < asked.from;
        match self {
            Compare::Equal => within,
            Compare::AtLeast => within || after,
            Compare::Greater => after,
            Compare::AtMost => within || before,
            Compare::Less => before,
        }
    }
}

/// `2026`, `2026-11`, `2026-11-29`, `2026-11-29T09:00`, with seconds, parts of them and an offset. `None` of anything else.
pub fn stretch(text: &str, zone: &Zone) -> Option<Stretch> {
    // A plus sign of a query that nobody escaped is a space.
    let text = text.replace(' ', "+");
    let number =
        |part: &str, long: usize| part.parse::<i16>().ok().filter(|_| part.len() == long && part.bytes().all(|b| b.is_ascii_digit()));
    let midnight = |date: Date| zone.moment(date, Clock::midnight());
    let until = |from: Date, to: Date| Some(Stretch { from: midnight(from)?, to: Some(midnight(to)?) });
    if let Some((date, clock)) = text.split_once('T') {
        return moment(date, clock, zone);
    }
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year] => {
            let year = number(year, 4)?;
            until(Date::new(year, 1, 1).ok()?, Date::new(year + 1, 1, 1).ok()?)
        }
        [year, month] => {
            let first = Date::new(number(year, 4)?, i8::try_from(number(month, 2)?).ok()?, 1).ok()?;
            until(first, first.last_of_month().tomorrow().ok()?)
        }
        [year, month, day] => {
            let date = Date::new(number(year, 4)?, i8::try_from(number(month, 2)?).ok()?, i8::try_from(number(day, 2)?).ok()?).ok()?;
            until(date, date.tomorrow().ok()?)
        }
        _ => None,
    }
}

fn moment(date: &str, clock: &str, zone: &Zone) -> Option<Stretch> {
    let at = clock.find(['Z', '+', '-']);
    let (clock, offset) = at.map_or((clock, ""), |at| clock.split_at(at));
    let (long, whole) = match clock.len() {
        5 => (60 * SECOND, format!("{clock}:00")),
        8 => (SECOND, clock.to_owned()),
        10..=18 => (1, clock.to_owned()),
        _ => return None,
    };
    let from = match offset {
        "" => zone.moment(date.parse().ok()?, whole.parse().ok()?)?,
        offset => Time(format!("{date}T{whole}{offset}").parse::<Timestamp>().ok()?.as_millisecond()),
    };
    Some(Stretch { from, to: Some(from.plus(long)) })
}

/// The stretch of a date or a period in a resource.
pub fn of_value(value: &Value, zone: &Zone) -> Option<Stretch> {
    match value {
        Value::String(text) => stretch(text, zone),
        Value::Object(period) => {
            let edge = |name: &str| period.get(name).and_then(Value::as_str).and_then(|text| stretch(text, zone));
            match (edge("start"), edge("end")) {
                (Some(start), end) => Some(Stretch { from: start.from, to: end.and_then(|end| end.to) }),
                (None, Some(end)) => Some(Stretch { from: Time(0), to: end.to }),
                (None, None) => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::settings::Settings;

    #[test]
    fn what_is_written_is_a_stretch_of_the_clinics_time() {
        let zone = Settings::default().clinic.zone;
        let text = |text: &str| stretch(text, &zone).map(|one| (one.from.rfc3339(), one.to.map_or(String::new(), Time::rfc3339)));
        let pair = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(text("2026-11-29"), pair("2026-11-28T16:00:00.000Z", "2026-11-29T16:00:00.000Z"));
        assert_eq!(text("2026-12"), pair("2026-11-30T16:00:00.000Z", "2026-12-31T16:00:00.000Z"));
        assert_eq!(text("2026"), pair("2025-12-31T16:00:00.000Z", "2026-12-31T16:00:00.000Z"));
        assert_eq!(text("2026-11-29T10:00"), pair("2026-11-29T02:00:00.000Z", "2026-11-29T02:01:00.000Z"));
        assert_eq!(text("2026-11-29T10:00:00Z"), pair("2026-11-29T10:00:00.000Z", "2026-11-29T10:00:01.000Z"));
        assert_eq!(text("2026-11-29T10:00:00.250 08:00"), pair("2026-11-29T02:00:00.250Z", "2026-11-29T02:00:00.251Z"));
        for bad in ["", "26", "2026-13", "2026-02-30", "2026-1-1", "T10:00", "2026-11-29T", "2026-11-29T25:00", "heute", "9999"] {
            assert_eq!(text(bad), None, "{bad}");
        }
    }

    #[test]
    fn stretches_are_compared() {
        let one = |from, to| Stretch { from: Time(from), to };
        let day = one(10, Some(Time(20)));
        let cases =
            [(one(12, Some(Time(13))), [true, true, false, true, false]), (one(20, Some(Time(21))), [false, true, true, false, false])];
        for (found, holds) in cases {
            let all = [Compare::Equal, Compare::AtLeast, Compare::Greater, Compare::AtMost, Compare::Less];
            assert_eq!(all.map(|compare| compare.holds(found, day)), holds, "{found:?}");
        }
        assert!(Compare::Equal.holds(one(12, None), day) && Compare::Greater.holds(one(12, None), day));
        assert!(Compare::Less.holds(one(5, Some(Time(6))), day));
    }
}
