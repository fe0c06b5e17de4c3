//! How fast a client may send frames: so many a second, and what is beyond is refused. Who goes on all the same has to go. The signals of calls have
//! a bucket of their own, because joining a call of eight takes dozens of them at once.

use std::time::Duration;

use tokio::time::Instant;

/// Refused frames without a second's calm in between, and it is over.
const PATIENCE: u32 = 40;

/// Which bucket a frame is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Signal,
    Other,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    TooFast,
    Over,
}

pub struct Pace {
    enabled: bool,
    signals: Bucket,
    others: Bucket,
}

struct Bucket {
    /// Frames a second, and at once.
    rate: f64,
    burst: f64,
    tokens: f64,
    last: Instant,
    refused: u32,
}

impl Pace {
    pub fn new(enabled: bool, now: Instant) -> Pace {
        Pace { enabled, signals: Bucket::new(50.0, 200.0, now), others: Bucket::new(20.0, 20.0, now) }
    }

    pub fn frame(&mut self, sort: Sort, now: Instant) -> Verdict {
        match sort {
            _ if !self.enabled => Verdict::Good,
            Sort::Signal => self.signals.take(now),
            Sort::Other => self.others.take(now),
        }
    }
}

impl Bucket {
    fn new(rate: f64, burst: f64, now: Instant) -> Bucket {
        Bucket { rate, burst, tokens: burst, last: now, refused: 0 }
    }

    fn take(&mut self, now: Instant) -> Verdict {
        let since = now.saturating_duration_since(self.last);
        self.tokens = (self.tokens + since.as_secs_f64() * self.rate).min(self.burst);
        if since >= Duration::from_secs(1) {
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
    fn a_burst_then_refusals_then_the_end() {
        let begin = Instant::now();
        for (sort, burst, rate) in [(Sort::Other, 20, 20), (Sort::Signal, 200, 50)] {
            let mut pace = Pace::new(true, begin);
            let verdicts: Vec<_> = (0..=burst + 40).map(|_| pace.frame(sort, begin)).collect();
            assert!(verdicts[..burst].iter().all(|verdict| *verdict == Verdict::Good));
            assert!(verdicts[burst..burst + 40].iter().all(|verdict| *verdict == Verdict::TooFast));
            assert_eq!(verdicts[burst + 40], Verdict::Over);
            let other = if sort == Sort::Other { Sort::Signal } else { Sort::Other };
            assert_eq!(pace.frame(other, begin), Verdict::Good, "each has its own");
            let mut pace = Pace::new(true, begin);
            for second in 0..10 {
                let now = begin + Duration::from_secs(second);
                let good = (0..burst + 30).filter(|_| pace.frame(sort, now) == Verdict::Good).count();
                assert_eq!(good, if second == 0 { burst } else { rate }, "a calm second forgives");
            }
        }
        let mut off = Pace::new(false, begin);
        assert!((0..1_000).all(|_| off.frame(Sort::Other, begin) == Verdict::Good));
    }
}
