//! Slots: a project's time cut into half hours, its seats spread over them (志愿医生 2.2.8 `plan_time`).
//!
//! [begin, end) is cut into 30-minute slots, the last one shorter where it does not come out even. Seats are spread evenly, the
//! remainder one each on the earliest slots: 74 over 11 → 8×7 + 3×6.

use serde::{Deserialize, Serialize};

use crate::base::time::{MINUTE, Time, Zone};

const LENGTH: i64 = 30 * MINUTE;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Slot {
    pub begin: Time,
    pub end: Time,
    pub seats: u32,
    pub taken: u32,
}

impl Slot {
    /// Seats that can still be booked: none once it has begun.
    pub fn free(self, now: Time) -> u32 {
        if self.has_begun(now) { 0 } else { self.seats.saturating_sub(self.taken) }
    }

    pub fn has_begun(self, now: Time) -> bool {
        self.begin <= now
    }

    /// `"15:23:00 - 15:53:00"`; no other slot of the project has the same.
    pub fn label(self, zone: &Zone) -> String {
        zone.period(self.begin, self.end).join(" - ")
    }

    /// Whether it touches another.
    pub fn overlaps(self, other: Slot) -> bool {
        self.begin < other.end && other.begin < self.end
    }
}

/// The slots of [begin, end) with `seats` spread over them.
pub fn cut(begin: Time, end: Time, seats: u32) -> Vec<Slot> {
    let mut slots = Vec::new();
    let mut at = begin;
    while at < end {
        let next = at.plus(LENGTH).min(end);
        slots.push(Slot { begin: at, end: next, seats: 0, taken: 0 });
        at = next;
    }
    let number = slots.len().max(1) as u32;
    let (each, rest) = (seats / number, seats % number);
    for (slot, i) in slots.iter_mut().zip(0..) {
        slot.seats = each + u32::from(i < rest);
    }
    slots
}

/// The slot that a label names, written with any spaces: `15:23:00-15:53:00`, also without seconds.
pub fn named(slots: &[Slot], label: &str, zone: &Zone) -> Option<usize> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let wanted = plain(label);
    // `09:30:00` without its seconds, whether or not an offset follows.
    let short = |clock: String| format!("{}{}", &clock[..5], &clock[8..]);
    slots.iter().position(|slot| {
        let period = zone.period(slot.begin, slot.end);
        period.join("-") == wanted || period.map(short).join("-") == wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documents_example_comes_out() {
        let begin = Time(15 * 3_600_000 + 23 * 60_000);
        let slots = cut(begin, begin.plus(330 * MINUTE), 74);
        assert_eq!(slots.iter().map(|s| s.seats).collect::<Vec<_>>(), [7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6]);
    }

    proptest! {
        /// Also on the days on which the clocks change.
        #[test]
        fn labels_name_one_slot_each(hour in 0i64..24 * 365, minutes in 1i64..=1_440, zone in prop::sample::select(&["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Shanghai"])) {
            let zone = Zone(jiff::tz::TimeZone::get(zone).unwrap());
            let begin = Time(1_767_225_600_000 + hour * 60 * MINUTE);
            let midnight = zone.end_moment(zone.civil(begin).date(), "24:00:00").unwrap();
            let slots = cut(begin, begin.plus(minutes * MINUTE).min(midnight), 10);
            for (at, slot) in slots.iter().enumerate() {
                prop_assert_eq!(named(&slots, &slot.label(&zone), &zone), Some(at));
            }
        }

        #[test]
        fn slots_cover_the_time_and_hold_all_seats(begin in 0i64..2_000_000_000_000, minutes in 1i64..=1_440, seats in 0u32..5_000) {
            let (begin, end) = (Time(begin), Time(begin).plus(minutes * MINUTE));
            let slots = cut(begin, end, seats);
            prop_assert_eq!(slots.iter().map(|s| s.seats).sum::<u32>(), seats);
            prop_assert_eq!((slots[0].begin, slots[slots.len() - 1].end), (begin, end));
            for pair in slots.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].begin);
                prop_assert_eq!(pair[0].end.since(pair[0].begin), LENGTH);
                prop_assert!(pair[0].seats == pair[1].seats || pair[0].seats == pair[1].seats + 1);
            }
        }
    }
}
