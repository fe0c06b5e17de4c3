//! How fast a client may send frames: so many a second, and what is beyond is refused. Who goes on all the same has to go.

use std::time::Duration;

use tokio::time::Instant;

/// Frames a second, and at once.
const RATE: f64 = 20.0;
/// Refused frames without a second's calm in between, and it is over.
const PATIENCE: u32 = 40;

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    TooFast,
    Over,
}

pub struct Pace {
    enabled: bool,
    tokens: f64,
    last: Instant,
    refused: u32,
}

impl Pace {
    pub fn new(enabled: bool, now: Instant) -> Pace {
        Pace { enabled, tokens: RATE, last: now, refused: 0 }
    }

    pub fn frame(&mut self, now: Instant) -> Verdict {
        if !self.enabled {
            return Verdict::Good;
        }
        self.tokens = (self.tokens + now.saturating_duration_since(self.last).as_secs_f64() * RATE).min(RATE);
        if now.saturating_duration_since(self.last) >= Duration::from_secs(1) {
            self.refused = 0;
        }
        self.last = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Verdict::Good;
        }
        self.refused += 1;
        if self.refused > PATIENCE { Verdict::Over } else { Verdict::TooFast }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_a_second_then_refusals_then_the_end() {
        let begin = Instant::now();
        let mut pace = Pace::new(true, begin);
        let verdicts: Vec<_> = (0..61).map(|_| pace.frame(begin)).collect();
        assert!(verdicts[..20].iter().all(|verdict| *verdict == Verdict::Good));
        assert!(verdicts[20..60].iter().all(|verdict| *verdict == Verdict::TooFast));
        assert_eq!(verdicts[60], Verdict::Over);
        let mut pace = Pace::new(true, begin);
        for second in 0..10 {
            let now = begin + Duration::from_secs(second);
            let good = (0..50).filter(|_| pace.frame(now) == Verdict::Good).count();
            assert_eq!(good, 20, "a calm second forgives");
        }
        let mut off = Pace::new(false, begin);
        assert!((0..1_000).all(|_| off.frame(begin) == Verdict::Good));
    }
}
