//! Rows about seat maps.

use std::path::Path;
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Incoming;
use ticket_core::domain::PerformanceId;
use ticket_examples::http::Connection;
use ticket_examples::latency::Percentiles;
use tokio::sync::mpsc;

use crate::load::{CALLERS, Call, compare, send};
use crate::selling::{floor_rate, one_booking};
use crate::shop::{Server, Shop};
use crate::table::{Goal, Table};

const LARGE: u32 = 50_000;
const MIDDLE: u32 = 5_000;
/// Requests of one repetition.
const REQUESTS: usize = 10_000;
/// Open event streams.
const STREAMS: u32 = 1_000;
/// Changes that all of them are told.
const CHANGES: usize = 10;
/// How long the server has nothing to do, to see what it does then.
const IDLE: Duration = Duration::from_secs(3);
/// How long one change may take to reach all streams before the measurement is given up.
const CHANGE_MAX: Duration = Duration::from_secs(10);

const STATES_SIZE: &str = "seat states of 50,000 seats";
const STATES_RATE: &str = "seat states of 5,000 seats / F1";
const FAN_OUT: &str = "a change to 1,000 event streams, p99";
const IDLE_CPU: &str = "processor when idle, 1,000 streams";

pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if table.wants(&[STATES_SIZE, FAN_OUT, IDLE_CPU]) {
        large(table, program).await?;
    }
    if table.wants(&[STATES_RATE]) {
        rate(table, program).await?;
    }
    Ok(())
}

async fn large(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let shop = Shop::build((1, LARGE), 100, None).await?;
    let server = shop.serve(program).await?;
    let performance = shop.houses[0].performance;
    let mut connection = Connection::open(server.address).await?;
    let request = connection.request(Method::GET, &seats_path(performance), None, Vec::new())?;
    let (_, body) = connection.send(request).await?;
    #[expect(clippy::cast_precision_loss, reason = "a size need not be exact")]
    table.add(STATES_SIZE, "KB", None, body.len() as f64 / 1000.0, Goal::AtMost(60.0));

    let (told, mut tellings) = mpsc::unbounded_channel();
    for _ in 0..STREAMS {
        let mut stream = Connection::open(server.address).await?;
        let path = format!("/api/performances/{performance}/events");
        let response = stream.start(stream.request(Method::GET, &path, None, Vec::new())?).await?;
        tokio::spawn(listen(stream, response.into_body(), told.clone()));
    }
    let mut delays = Vec::new();
    for (pair, buyer) in shop.houses[0].seats.chunks_exact(2).zip(&shop.buyers).take(CHANGES) {
        let begin = Instant::now();
        let (status, _) = connection.send(one_booking(&connection, buyer, pair)?).await?;
        anyhow::ensure!(status.is_success(), "a booking was refused: {status}");
        for _ in 0..STREAMS {
            let at = tokio::time::timeout(CHANGE_MAX, tellings.recv()).await?;
            delays.extend(at.map(|at| at.saturating_duration_since(begin)));
        }
    }
    table.add(FAN_OUT, "ms", None, Percentiles::of(&mut delays).p99_ms, Goal::AtMost(100.0));

    if let Some(before) = server.processor_time() {
        tokio::time::sleep(IDLE).await;
        let used = server.processor_time().unwrap_or_default().saturating_sub(before);
        let percent = 100.0 * used.as_secs_f64() / IDLE.as_secs_f64();
        table.add(IDLE_CPU, "% of a core", None, percent, Goal::AtMost(2.0));
    }
    Ok(())
}

/// Tells when each change arrives.
async fn listen(_stream: Connection, mut body: Incoming, told: mpsc::UnboundedSender<Instant>) {
    while let Some(Ok(frame)) = body.frame().await {
        let is_change = frame.data_ref().is_some_and(|data| data.starts_with(b"event: seats"));
        if is_change && told.send(Instant::now()).is_err() {
            return;
        }
    }
}

async fn rate(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let shop = Shop::build((1, MIDDLE), MIDDLE / 2, None).await?;
    let (f1, server) = (Server::floor()?, shop.serve(program).await?);
    let path = seats_path(shop.houses[0].performance);
    let calls = vec![Call { method: Method::GET, path, access_token: None, body: Vec::new() }; REQUESTS];
    let (floor, ours) = compare(
        async || floor_rate(&f1, &shop).await,
        async || Ok(send(server.address, CALLERS, &calls).await?.all_accepted()?.rate()),
    )
    .await?;
    table.add(STATES_RATE, "requests/s", Some(floor), ours, Goal::AtLeast(0.5));
    Ok(())
}

pub(crate) fn seats_path(performance: PerformanceId) -> String {
    format!("/api/performances/{performance}/seats")
}
