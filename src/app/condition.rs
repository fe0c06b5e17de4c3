//! How the server itself is: what a monitor wants to know and an operator has to see to.

use std::{fs, sync::atomic::Ordering};

use super::App;
use crate::{
    base::{
        error::Result,
        time::{DAY, SECOND, Time},
    },
    domain::shared::event,
    store::{self, STORE_FAILED, Stream, TAKEN_OVER},
};

/// Below this an operator is warned before the store stops saving.
const NEARLY_FULL: u64 = 4 * store::RESERVE;
/// A certificate that ends sooner should have been renewed.
const RENEWED_BEFORE: i64 = 14 * DAY;
/// An index that has missed something for longer is no index.
const LAGS: i64 = 30 * SECOND;
/// Waiting messages are counted up to this.
const MOST_COUNTED: usize = 10_000;

const STREAMS: &[(&str, Stream)] = &[
    ("sms", event::SMS),
    ("push", event::PUSH),
    ("payments", event::PAYMENT),
    ("events", event::WORK),
    ("search", event::INDEX),
    ("live", event::LIVE),
];

impl App {
    /// What an operator has to see to, though the server works. Errors: `store_failed`, `index_building`, `index_behind`, where it does not.
    pub fn readiness(&self) -> Result<Vec<String>> {
        if *self.store.failed().borrow() {
            return Err(STORE_FAILED.err());
        }
        if self.store.taken_over().load(Ordering::SeqCst) {
            return Err(TAKEN_OVER.err());
        }
        if !self.index_is_ready() {
            return Err(crate::search::INDEX_BUILDING.err().retry_in(1));
        }
        if self.index_lag() > LAGS {
            return Err(super::INDEX_BEHIND.err().retry_in(1));
        }
        let mut warnings: Vec<String> = self.troubles.now().map(str::to_owned).collect();
        warnings.extend(disk_warning(store::free_space(&self.dir).unwrap_or(u64::MAX)));
        warnings.extend(self.certificate_end().and_then(|end| certificate_warning(end, self.clock.now())));
        warnings.extend(self.backup_is_old().map(|warning| warning.text));
        warnings.extend(self.archive_warnings().into_iter().map(|warning| warning.text));
        if self.is_copy() {
            warnings.push("this is a copy for looking: it reaches nobody outside; `xuanhu promote` makes it the clinic".to_owned());
        }
        Ok(warnings)
    }

    /// Looks at what is measured only when somebody asks.
    pub fn measure(&self) {
        let metrics = &self.metrics;
        let gauge = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        metrics.devices.set(gauge(self.live.lines()));
        metrics.calls.set(gauge(self.live.calls()));
        metrics.disk_free.set(i64::try_from(store::free_space(&self.dir).unwrap_or_default()).unwrap_or(i64::MAX));
        metrics.resident.set(resident().unwrap_or_default());
        metrics.backup_age.set(self.backup_age().map_or(-1, |age| age / SECOND));
        metrics.archive_lag.set(self.archive().map_or(0, |archive| archive.lag(self.store.commit()) / SECOND));
        metrics.index_lag.set(self.index_lag() / SECOND);
        let view = self.store.view();
        for (name, stream) in STREAMS {
            let waiting = view.events_after(*stream, 0).take(MOST_COUNTED).count();
            metrics.undelivered(name, waiting, self.note_head(*stream) / SECOND);
        }
    }

    /// Notes which event of a stream is the oldest that waits. Answers for how long it has been, in milliseconds; 0 where none waits.
    pub fn note_head(&self, stream: Stream) -> i64 {
        let oldest = self.store.view().events_after(stream, 0).next().and_then(Result::ok).map(|event| event.seq);
        self.heads.note(stream, oldest, self.clock.tick())
    }

    fn certificate_end(&self) -> Option<Time> {
        Some(Time(self.metrics.certificate_end.get().checked_mul(SECOND)?)).filter(|end| end.0 > 0)
    }

    /// Notes which certificate is served from now on, and says so where it ends soon.
    pub fn note_certificate(&self, end: Option<Time>) {
        self.metrics.certificate_end.set(end.map_or(0, Time::seconds));
        if let Some(warning) = end.and_then(|end| certificate_warning(end, self.clock.now())) {
            tracing::warn!("{warning}");
        }
    }
}

fn disk_warning(free: u64) -> Option<String> {
    match free {
        _ if free < store::RESERVE => {
            Some(format!("the disk is full: {} MiB free, {} MiB needed; nothing is saved", free >> 20, store::RESERVE >> 20))
        }
        _ if free < NEARLY_FULL => Some(format!("the disk is nearly full: {} MiB free", free >> 20)),
        _ => None,
    }
}

fn certificate_warning(end: Time, now: Time) -> Option<String> {
    match end.since(now) {
        ..=0 => Some(format!("the TLS certificate expired on {}", end.rfc3339())),
        left if left < RENEWED_BEFORE => Some(format!("the TLS certificate ends on {}: renew it", end.rfc3339())),
        _ => None,
    }
}

/// Bytes in memory (`VmRSS:  1234 kB`). Other systems than Linux do not tell.
fn resident() -> Option<i64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<i64>().ok()?.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_come_in_time() {
        assert_eq!(disk_warning(1 << 40), None);
        assert_eq!(disk_warning(100 << 20).as_deref(), Some("the disk is nearly full: 100 MiB free"));
        assert!(disk_warning(0).is_some_and(|warning| warning.starts_with("the disk is full: 0 MiB free")));
        let warned = |days: i64| certificate_warning(Time(1_000 * DAY).plus(days * DAY), Time(1_000 * DAY)).is_some();
        assert_eq!([-1, 0, 13, 14, 90].map(warned), [true, true, true, false, false]);
        assert!(certificate_warning(Time(0), Time(DAY)).is_some_and(|warning| warning.contains("expired on 1970-01-01")));
    }
}
