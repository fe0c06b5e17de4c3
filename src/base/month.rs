//! Months of the clinic's calendar, by which teams earn and withdraw.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::time::{Time, Zone};

/// A month: `202611`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Month(pub u32);

impl Month {
    /// The month in which a moment falls in this zone.
    pub fn of(zone: &Zone, time: Time) -> Month {
        let date = zone.civil(time).date();
        Month::new(u32::from(date.year().unsigned_abs()), u32::from(date.month().unsigned_abs()))
    }

    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-').filter(|(year, month)| (year.len(), month.len()) == (4, 2))?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let (year, month): (u32, u32) = (digits(year)?, digits(month)?);
        (year > 0 && (1..=12).contains(&month)).then(|| Month::new(year, month))
    }

    pub fn previous(self) -> Month {
        match self.0 % 100 {
            1 => Month::new((self.0 / 100).saturating_sub(1), 12),
            _ => Month(self.0 - 1),
        }
    }

    pub fn next(self) -> Month {
        match self.0 % 100 {
            12 => Month::new(self.0 / 100 + 1, 1),
            _ => Month(self.0 + 1),
        }
    }

    /// `2026年11月`, as people are told it.
    pub fn said(self) -> String {
        format!("{}年{}月", self.0 / 100, self.0 % 100)
    }

    fn new(year: u32, month: u32) -> Month {
        Month(year * 100 + month)
    }
}

/// `2026-11`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{civil, tz::TimeZone};

    #[test]
    fn months_are_the_zones_own() {
        let (here, utc) = (Zone(TimeZone::get("Asia/Shanghai").unwrap()), Zone(TimeZone::UTC));
        let midnight = here.moment(civil::date(2026, 3, 1), civil::time(0, 0, 0, 0)).unwrap();
        assert_eq!((Month::of(&here, midnight), Month::of(&utc, midnight)), (Month(202_603), Month(202_602)));
        assert_eq!(Month::of(&here, midnight.plus(-1)), Month(202_602));
    }

    #[test]
    fn months_follow_each_other() {
        for (month, next) in [("2026-11", "2026-12"), ("2026-12", "2027-01"), ("0009-12", "0010-01")] {
            let (month, next) = (Month::parse(month).unwrap(), Month::parse(next).unwrap());
            assert_eq!((month.next(), next.previous()), (next, month));
            assert_eq!(Month::parse(&month.to_string()), Some(month));
        }
        for bad in ["", "2026", "2026-0", "2026-00", "2026-13", "0000-01", "2026-1 ", "+026-01", "202601", "2026-01-01", "２０２６-01"]
        {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }
}
