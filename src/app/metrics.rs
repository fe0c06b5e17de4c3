//! Counters and times for `/metrics` in Prometheus' text form.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Served, Histogram, fn() -> Histogram>,
    pub connections: Gauge,
    pub panics: Counter,
    /// Devices at the live gateway, and calls that go on. These and the following are set when they are asked for.
    pub devices: Gauge,
    pub calls: Gauge,
    /// Of the file system that holds the data directory.
    pub disk_free: Gauge,
    /// What the process has in memory.
    pub resident: Gauge,
    /// For how long the search index has missed something, in seconds.
    pub index_lag: Gauge,
    /// When the TLS certificate ends, in seconds since 1970; 0 where there is none.
    pub certificate_end: Gauge,
    /// Of the newest one, in seconds; -1 where there is none.
    pub backup_age: Gauge,
    pub backup_failures: Counter,
    /// For how long something that is on disk has not been archived, in seconds.
    pub archive_lag: Gauge,
    undelivered: Family<Waiting, Gauge>,
    undelivered_seconds: Family<Waiting, Gauge>,
    closed: Family<Closed, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiting {
    stream: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Closed {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    /// The row's path, with its placeholders: a bounded set.
    path: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Served {
    method: &'static str,
    path: &'static str,
}

fn histogram() -> Histogram {
    Histogram::new([0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0])
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("xuanhu");
        let requests = Family::default();
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        let (connections, panics) = (Gauge::default(), Counter::default());
        let (devices, calls) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time from the head of a request to its answer", seconds.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        registry.register("panics", "Requests that ended in a panic; each one is a bug", panics.clone());
        registry.register("gateway_devices", "Devices that are logged in at the live gateway", devices.clone());
        registry.register("gateway_calls", "Calls that go on", calls.clone());
        let [disk_free, resident, index_lag, certificate_end] = [(); 4].map(|()| Gauge::default());
        let (undelivered, undelivered_seconds) = (Family::default(), Family::default());
        registry.register("disk_free_bytes", "Free space where the data directory lies", disk_free.clone());
        registry.register("memory_resident_bytes", "Memory that the process occupies", resident.clone());
        registry.register("index_lag_seconds", "For how long the search index has missed something", index_lag.clone());
        registry.register(
            "tls_certificate_end_seconds",
            "When the TLS certificate ends (Unix time), 0 without one",
            certificate_end.clone(),
        );
        registry.register("undelivered", "Messages and events that wait to be delivered, counted up to 10000", undelivered.clone());
        registry.register("undelivered_seconds", "For how long the oldest of them has waited", undelivered_seconds.clone());
        let (backup_age, backup_failures, archive_lag) = (Gauge::default(), Counter::default(), Gauge::default());
        registry.register("archive_lag_seconds", "For how long something that is saved has not been archived", archive_lag.clone());
        registry.register("backup_age_seconds", "Age of the newest backup, -1 where there is none", backup_age.clone());
        registry.register("backup_failures", "Backups that failed since the start", backup_failures.clone());
        let closed = Family::default();
        registry.register("gateway_closed", "Connections of the live gateway that have ended, by reason", closed.clone());
        Metrics {
            registry,
            requests,
            seconds,
            connections,
            panics,
            devices,
            calls,
            disk_free,
            resident,
            index_lag,
            certificate_end,
            backup_age,
            backup_failures,
            archive_lag,
            undelivered,
            undelivered_seconds,
            closed,
        }
    }

    /// So many of a stream wait to be delivered, the oldest for so many seconds.
    pub fn undelivered(&self, stream: &'static str, waiting: usize, seconds: i64) {
        self.undelivered.get_or_create(&Waiting { stream }).set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.undelivered_seconds.get_or_create(&Waiting { stream }).set(seconds);
    }

    pub fn answered(&self, method: &'static str, path: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Answered { method, path, status }).inc();
        self.seconds.get_or_create(&Served { method, path }).observe(took.as_secs_f64());
    }

    /// A connection of the live gateway has ended, for one of a few reasons.
    pub fn gateway_closed(&self, reason: &'static str) {
        self.closed.get_or_create(&Closed { reason }).inc();
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}
