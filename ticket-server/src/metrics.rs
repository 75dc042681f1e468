//! What the server counts, in the text format of Prometheus.
//!
//! What the box office has done is read from its [`Stats`] when somebody asks; requests and streams are counted here. Each
//! server has numbers of its own, as a program may serve several shops.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabel as _, EncodeLabelSet, EncodeMetric, LabelSetEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use ticket_core::{BatchSizes, Health, Stats};

use crate::crowd::Crowd;

/// Upper ends of the buckets of latencies, in seconds: from what a read takes to what no request may take.
const LATENCIES: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Counts for `GET /metrics`.
pub(crate) struct Metrics {
    crowd: Arc<Crowd>,
    requests: Family<Outcome, Histogram, fn() -> Histogram>,
    streams: Gauge,
}

/// What a request is counted under.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Outcome {
    method: &'static str,
    route: Route,
    status: u16,
}

/// The route and not the path: there are as many paths as ids.
#[derive(Debug, Clone)]
pub(crate) struct Route(Option<MatchedPath>);

impl Metrics {
    pub(crate) fn new(crowd: Arc<Crowd>) -> Self {
        let requests = Family::new_with_constructor((|| Histogram::new(LATENCIES)) as fn() -> Histogram);
        Self { crowd, requests, streams: Gauge::default() }
    }

    /// Counts a request that was answered after `duration`.
    pub(crate) fn answered(&self, method: &Method, route: Route, status: StatusCode, duration: Duration) {
        // One that the route does not take is the sender's choice: by name, he could make series of every route and method.
        let method = if status == StatusCode::METHOD_NOT_ALLOWED { "other" } else { known(method) };
        let outcome = Outcome { method, route, status: status.as_u16() };
        self.requests.get_or_create(&outcome).observe(duration.as_secs_f64());
    }

    /// Counts an event stream as long as what is returned lives.
    pub(crate) fn stream_opened(&self) -> OpenStream {
        self.streams.inc();
        OpenStream(self.streams.clone())
    }

    /// Everything, with what the box office counts.
    pub(crate) fn text(&self, stats: Stats, health: &Health) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("ticket");
        let requests = self.requests.clone();
        registry.register_with_unit("http_request_duration", "Requests by route and status", Unit::Seconds, requests);
        registry.register("event_streams", "Event streams that are open", self.streams.clone());
        registry.register_collector(Box::new(Snapshot {
            stats,
            database_up: health.database.is_ok(),
            lock_store_up: health.lock_store.is_ok(),
            connections: self.crowd.len(),
        }));
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// An event stream that is open.
pub(crate) struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Route {
    pub(crate) fn of(extensions: &axum::http::Extensions) -> Self {
        Self(extensions.get().cloned())
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_ref().map_or("none", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelSet for Outcome {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        ("method", self.method).encode(encoder.encode_label())?;
        ("route", self.route.as_str()).encode(encoder.encode_label())?;
        ("status", self.status).encode(encoder.encode_label())
    }
}

/// Clients can make up methods, and each would be counted by itself.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What is read when somebody asks.
#[derive(Debug)]
struct Snapshot {
    stats: Stats,
    database_up: bool,
    lock_store_up: bool,
    connections: usize,
}

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, count) in [
            ("holds", "Holds that were made", self.stats.holds),
            ("bookings", "Bookings that were made", self.stats.bookings),
            ("cancellations", "Cancellations of bookings or tickets", self.stats.cancellations),
            ("conflicts", "Holds and bookings refused because a seat was taken", self.stats.conflicts),
        ] {
            let metric = ConstCounter::new(count);
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)?;
        }
        let size = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        for (name, help, value) in [
            ("database_up", "Whether the database can be read and written", self.database_up.into()),
            ("lock_store_up", "Whether holds can be made", self.lock_store_up.into()),
            ("writes_waiting", "Writes that wait for their transaction", size(self.stats.writes_waiting)),
            ("connections", "Connections that are open", size(self.connections)),
        ] {
            let metric = ConstGauge::new(value);
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)?;
        }
        encode_batches(&self.stats.batches, &mut encoder)
    }
}

#[allow(clippy::cast_precision_loss, reason = "sums of a histogram are floating point")]
fn encode_batches(batches: &BatchSizes, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let mut buckets: Vec<(f64, u64)> = BatchSizes::UP_TO.map(f64::from).into_iter().zip(batches.counts).collect();
    buckets.push((f64::INFINITY, 0));
    let help = "Writes that shared a committed transaction";
    let mut metric = encoder.encode_descriptor("batch_writes", help, None, MetricType::Histogram)?;
    let transactions = batches.counts.iter().sum();
    metric.encode_histogram::<[(&str, &str); 0]>(batches.writes as f64, transactions, &buckets, None)
}
