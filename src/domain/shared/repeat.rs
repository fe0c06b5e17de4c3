//! Orders that come twice: somebody tapped twice, or the phone tried again. The same order within a minute is the first one.

use crate::base::time::{MINUTE, Time};

/// For how long the same order is no second one.
const WINDOW: i64 = MINUTE;

/// Whether an order of `earlier` is recent enough for the same one to be its repetition. A clock that was set back does not make it old.
pub fn is_recent(now: Time, earlier: Time) -> bool {
    now.since(earlier) < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_over_when_it_is_over() {
        let at = Time(1_000_000);
        let recent = [0, 59_999, 60_000, -5_000].map(|later| is_recent(at.plus(later), at));
        assert_eq!(recent, [true, true, false, true]);
    }
}
