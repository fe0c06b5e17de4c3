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
    /// Devices at the live gateway, and calls that go on: set when they are asked for.
    pub devices: Gauge,
    pub calls: Gauge,
    closed: Family<Closed, Counter>,
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
        let closed = Family::default();
        registry.register("gateway_closed", "Connections of the live gateway that have ended, by reason", closed.clone());
        Metrics { registry, requests, seconds, connections, panics, devices, calls, closed }
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
