//! The one clock, and how moments are written in the clinic's zone.
//!
//! Moments are UTC milliseconds ([`Time`]). Nothing else in the project asks the operating system for the time of day. What merely waits
//! (rates, pauses before a new try) counts [`Tick`]s: the time of day may be set back, and then a minute would last an hour.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Instant,
};

use jiff::{
    Timestamp, civil,
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub i64);

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
/// No day of any zone is longer: the clocks are set back by two hours at most.
pub const LONGEST_DAY: i64 = 26 * HOUR;

const MIDNIGHT: &str = "24:00:00";

/// As it is stored: a dump writes it as RFC 3339.
impl schemars::JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "format": "unix-ms" })
    }
}

impl Time {
    /// This moment and `ms` milliseconds (which may be negative), kept within what a calendar can show.
    pub fn plus(self, ms: i64) -> Time {
        const YEAR_9999: i64 = 253_402_207_200_000;
        Time(self.0.saturating_add(ms).clamp(0, YEAR_9999))
    }

    /// Milliseconds from `earlier` to this moment.
    pub fn since(self, earlier: Time) -> i64 {
        self.0 - earlier.0
    }

    /// Whole seconds since 1970, as JWT and the 24-digit ids use them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// RFC 3339 with milliseconds and `Z`, as internet_hospital prints moments.
    pub fn rfc3339(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// A moment on a clock that is never set: milliseconds since the process began. For waiting; not to be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub i64);

impl Tick {
    pub fn plus(self, ms: i64) -> Tick {
        Tick(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment.
    pub fn since(self, earlier: Tick) -> i64 {
        self.0 - earlier.0
    }
}

/// The clock that everything reads. `clock.offset` shifts it; tests hold it still and move it.
#[derive(Debug)]
pub struct Clock {
    /// Added to the system's time, or, on a stopped clock, the time itself.
    shift: AtomicI64,
    stopped: bool,
    begun: Instant,
    /// How far it was moved forward, in milliseconds.
    forward: AtomicI64,
}

impl Clock {
    /// The system's clock, `offset` milliseconds ahead.
    pub fn system(offset: i64) -> Clock {
        Clock { shift: AtomicI64::new(offset), stopped: false, begun: Instant::now(), forward: AtomicI64::new(0) }
    }

    /// A clock that stands still at `time` until it is moved.
    pub fn stopped_at(time: Time) -> Clock {
        Clock { stopped: true, ..Clock::system(time.0) }
    }

    pub fn now(&self) -> Time {
        let shift = self.shift.load(Ordering::Relaxed);
        match self.stopped {
            true => Time(shift),
            false => Time(Timestamp::now().as_millisecond()).plus(shift),
        }
    }

    /// For waiting: never goes back, and does not follow the system's time when that is set.
    pub fn tick(&self) -> Tick {
        let passed = if self.stopped { 0 } else { i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX) };
        Tick(passed).plus(self.forward.load(Ordering::Relaxed))
    }

    /// Moves the clock by `ms` milliseconds. Backwards it is set, as the system's may be, and no time has passed.
    pub fn advance(&self, ms: i64) {
        self.shift.fetch_add(ms, Ordering::Relaxed);
        self.forward.fetch_add(ms.max(0), Ordering::Relaxed);
    }
}

/// The clinic's time zone (`clinic.time_zone`): turns moments into what its people read and back.
#[derive(Clone, Debug)]
pub struct Zone(pub TimeZone);

impl Zone {
    pub fn civil(&self, time: Time) -> civil::DateTime {
        self.0.to_datetime(time.timestamp())
    }

    /// `2018-03-01 09:00:00`
    pub fn date_time(&self, time: Time) -> String {
        let t = self.civil(time);
        format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second())
    }

    /// `2018-03-01T09:00:00+08:00`
    pub fn rfc3339(&self, time: Time) -> String {
        format!("{}T{}{}", self.date(time), self.clock(time), self.offset(time))
    }

    /// `3月1日 周四 09:00`, as people are told a moment; with its year where that is not the year of `now`.
    pub fn said(&self, time: Time, now: Time) -> String {
        let t = self.civil(time);
        let year = if t.year() == self.civil(now).year() { String::new() } else { format!("{}年", t.year()) };
        let day = ["一", "二", "三", "四", "五", "六", "日"][t.weekday().to_monday_zero_offset().unsigned_abs() as usize];
        format!("{year}{}月{}日 周{day} {:02}:{:02}", t.month(), t.day(), t.hour(), t.minute())
    }

    /// `2018-03-01`
    pub fn date(&self, time: Time) -> String {
        let t = self.civil(time);
        format!("{:04}-{:02}-{:02}", t.year(), t.month(), t.day())
    }

    /// `09:00:00`
    pub fn clock(&self, time: Time) -> String {
        let t = self.civil(time);
        format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
    }

    /// The clocks of a period on one day, as a label names it. Where the clocks are set back and show both a second time, both carry their
    /// offset: `02:00:00+02:00`, `02:30:00+02:00`.
    pub fn period(&self, begin: Time, end: Time) -> [String; 2] {
        let offset = |time| if self.is_shown_twice(begin) && self.is_shown_twice(end) { self.offset(time) } else { String::new() };
        [format!("{}{}", self.clock(begin), offset(begin)), format!("{}{}", self.end_clock(begin, end), offset(end))]
    }

    /// The clock of an end: midnight at the end of the day on which `begin` lies is `24:00:00`.
    pub fn end_clock(&self, begin: Time, end: Time) -> String {
        if self.is_midnight_after(begin, end) { MIDNIGHT.into() } else { self.clock(end) }
    }

    /// The moment at which something ends on a date: `11:00:00`, and `24:00:00` for midnight at its end. `None` for anything else.
    pub fn end_moment(&self, date: civil::Date, text: &str) -> Option<Time> {
        match text {
            MIDNIGHT | "24:00" => self.moment(date.tomorrow().ok()?, civil::Time::midnight()),
            _ => self.moment(date, text.parse().ok()?),
        }
    }

    fn is_midnight_after(&self, begin: Time, end: Time) -> bool {
        let tomorrow = self.civil(begin).date().tomorrow().ok();
        tomorrow.and_then(|date| self.moment(date, civil::Time::midnight())) == Some(end)
    }

    /// Whether the clocks show this moment's reading at another moment too: they are set back around it.
    fn is_shown_twice(&self, time: Time) -> bool {
        matches!(self.0.to_ambiguous_timestamp(self.civil(time)).offset(), AmbiguousOffset::Fold { .. })
    }

    /// `+08:00`
    fn offset(&self, time: Time) -> String {
        let minutes = self.0.to_offset(time.timestamp()).seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// The moment of a date and a time of day in this zone. A time that a change of the clocks skips is the one after the gap.
    pub fn moment(&self, date: civil::Date, time: civil::Time) -> Option<Time> {
        let zoned = self.0.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?;
        Some(Time(zoned.timestamp().as_millisecond()))
    }

    /// Reads a day of this zone, or a moment: `2026-11-29`, `2026-11-29 08:00:00`, RFC 3339. A day that ends a period belongs to it, so it is
    /// its end. `None` for anything else.
    pub fn day_or_moment(&self, text: &str, ends: bool) -> Option<Time> {
        let midnight = |date: civil::Date| self.moment(date, civil::Time::midnight());
        let day = text.parse::<civil::Date>().ok().filter(|_| text.len() == 10);
        match day {
            Some(day) if ends => day.tomorrow().ok().and_then(midnight),
            Some(day) => midnight(day),
            None => match text.parse::<jiff::Timestamp>() {
                Ok(moment) => Some(Time(moment.as_millisecond())),
                Err(_) => text.parse::<civil::DateTime>().ok().and_then(|at| self.moment(at.date(), at.time())),
            },
        }
    }

    pub fn today(&self, now: Time) -> civil::Date {
        self.civil(now).date()
    }
}

/// Whole years from a birthday (`1988-08-23`) to `today`; `None` where it is unknown.
pub fn age_on(birthday: &str, today: jiff::civil::Date) -> Option<i64> {
    let born = birthday.parse::<jiff::civil::Date>().ok()?;
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    Some((i64::from(today.year()) - i64::from(born.year()) - i64::from(!had_birthday)).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_in_the_zone_and_in_utc() {
        let zone = Zone(TimeZone::get("Asia/Shanghai").unwrap());
        let time = zone.moment(civil::date(2018, 6, 10), civil::time(17, 54, 1, 0)).unwrap();
        assert_eq!(zone.date_time(time), "2018-06-10 17:54:01");
        assert_eq!(zone.said(time, time), "6月10日 周日 17:54");
        assert_eq!(zone.said(time, time.plus(300 * 24 * 60 * MINUTE)), "2018年6月10日 周日 17:54");
        assert_eq!(time.plus(958).rfc3339(), "2018-06-10T09:54:01.958Z");
        assert_eq!((zone.date(time), zone.clock(time)), ("2018-06-10".into(), "17:54:01".into()));
    }

    #[test]
    fn labels_are_told_apart_where_the_clocks_are_set_back() {
        let zone = Zone(TimeZone::get("Europe/Berlin").unwrap());
        let one = zone.moment(civil::date(2026, 10, 25), civil::time(1, 30, 0, 0)).unwrap();
        let period = |n: i64| zone.period(one.plus(n * 30 * MINUTE), one.plus((n + 1) * 30 * MINUTE)).join(" - ");
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(period),
            [
                "01:30:00 - 02:00:00",
                "02:00:00+02:00 - 02:30:00+02:00",
                "02:30:00+02:00 - 02:00:00+01:00",
                "02:00:00+01:00 - 02:30:00+01:00",
                "02:30:00 - 03:00:00",
                "03:00:00 - 03:30:00",
            ]
        );
        assert_eq!(Zone(TimeZone::get("America/New_York").unwrap()).offset(one), "-04:00");
    }

    #[test]
    fn a_day_ends_at_twenty_four() {
        let zone = Zone(TimeZone::get("Asia/Shanghai").unwrap());
        let date = civil::date(2026, 3, 3);
        let (begin, end) = (zone.moment(date, civil::time(23, 30, 0, 0)).unwrap(), zone.end_moment(date, "24:00:00").unwrap());
        assert_eq!(end.since(begin), 30 * MINUTE);
        assert_eq!(zone.end_moment(date, "24:00"), Some(end));
        assert_eq!((zone.end_clock(begin, end), zone.period(begin, end)), ("24:00:00".into(), ["23:30:00".into(), "24:00:00".into()]));
        assert_eq!(zone.end_clock(end, end.plus(HOUR)), "01:00:00");
        assert_eq!((zone.end_moment(date, "24:00:01"), zone.end_moment(date, "noon")), (None, None));
    }

    #[test]
    fn a_stopped_clock_moves_only_when_moved() {
        let clock = Clock::stopped_at(Time(1_000));
        assert_eq!(clock.now(), Time(1_000));
        clock.advance(5);
        assert_eq!(clock.now(), Time(1_005));
    }

    #[test]
    fn ticks_never_go_back() {
        let clock = Clock::stopped_at(Time(1_000_000));
        let begun = clock.tick();
        clock.advance(5);
        clock.advance(-1_000);
        assert_eq!((clock.tick().since(begun), clock.now()), (5, Time(999_005)));
        let running = Clock::system(0);
        let first = running.tick();
        running.advance(-1_000_000);
        assert!(running.tick() >= first);
    }

    #[test]
    fn times_stay_in_the_calendar() {
        assert_eq!(Time(5).plus(i64::MIN), Time(0));
        assert!(Time(5).plus(i64::MAX).rfc3339().starts_with("9999"));
    }
}
