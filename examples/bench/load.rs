//! The load: the same for floors and for ours.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use ticket_examples::http::Connection;
use tokio::task::JoinSet;

/// Callers at a time, where a row does not say otherwise.
pub(crate) const CALLERS: usize = 64;
/// Repetitions that count; an odd number, so that one of them is the median.
pub(crate) const REPETITIONS: usize = 5;

/// A request to be.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) access_token: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What became of the requests.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pub(crate) took: Duration,
    pub(crate) accepted: usize,
    pub(crate) refused: usize,
    pub(crate) latencies: Vec<Duration>,
}

impl Load {
    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        rate(self.latencies.len(), self.took)
    }

    /// Whether every request was accepted.
    pub(crate) fn all_accepted(self) -> anyhow::Result<Self> {
        anyhow::ensure!(self.refused == 0, "{} requests were refused", self.refused);
        Ok(self)
    }
}

/// Sends the calls over so many connections, each one after the other. The clock starts when all are connected.
pub(crate) async fn send(server: SocketAddr, connections: usize, calls: &[Call]) -> anyhow::Result<Load> {
    let mut ready = Vec::new();
    for share in calls.chunks(calls.len().div_ceil(connections)) {
        let connection = Connection::open(server).await?;
        let requests = share.iter().map(|call| prepare(&connection, call)).collect::<anyhow::Result<Vec<_>>>()?;
        ready.push((connection, requests));
    }
    let begin = Instant::now();
    let mut tasks: JoinSet<_> = ready.into_iter().map(|(connection, requests)| work(connection, requests)).collect();
    let mut load = Load::default();
    while let Some(share) = tasks.join_next().await {
        for (status, latency) in share?? {
            *(if status.is_success() { &mut load.accepted } else { &mut load.refused }) += 1;
            load.latencies.push(latency);
        }
    }
    load.took = begin.elapsed();
    Ok(load)
}

/// Floor and ours take turns, once to warm up and then [`REPETITIONS`] times. Returns the pair with the median ratio.
pub(crate) async fn compare(
    mut floor: impl AsyncFnMut() -> anyhow::Result<f64>,
    mut ours: impl AsyncFnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<(f64, f64)> {
    let mut pairs = Vec::new();
    for _ in 0..=REPETITIONS {
        pairs.push((floor().await?, ours().await?));
    }
    pairs.remove(0);
    pairs.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    Ok(pairs[REPETITIONS / 2])
}

/// The median of so many durations, of which there is one at least.
pub(crate) fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Events per second.
#[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn prepare(connection: &Connection, call: &Call) -> anyhow::Result<Request<Full<Bytes>>> {
    connection.request(call.method.clone(), &call.path, call.access_token.as_deref(), call.body.clone())
}

async fn work(
    mut connection: Connection,
    requests: Vec<Request<Full<Bytes>>>,
) -> anyhow::Result<Vec<(StatusCode, Duration)>> {
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let begin = Instant::now();
        let (status, _) = connection.send(request).await?;
        answers.push((status, begin.elapsed()));
    }
    Ok(answers)
}
