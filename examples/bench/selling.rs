//! Rows about selling.

use std::path::Path;
use std::time::Instant;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use serde::Deserialize;
use ticket_core::BoxOffice;
use ticket_core::api::{BookRequest, HoldRequest};
use ticket_core::domain::{HoldId, SeatId};
use ticket_core::testing::PrivateRedis;
use ticket_examples::crowd::Buyer;
use ticket_examples::hall::House;
use ticket_examples::http::Connection;
use ticket_examples::latency::Percentiles;
use tokio::task::JoinSet;

use crate::floors::{self, Sql};
use crate::load::{CALLERS, Call, REPETITIONS, compare, rate, send};
use crate::shop::{Server, Shop};
use crate::table::{Goal, Table};

/// Bookings of one repetition, of two seats each: one performance.
const BOOKINGS: u32 = 5_000;
/// Requests of one repetition of the HTTP floor, which is faster.
const FLOOR_REQUESTS: usize = 20_000;
/// Bookings one after the other.
const LONE_BOOKINGS: u32 = 500;
/// Clients that want the same seats.
const CROWD: u32 = 2_000;
/// The seats that they want, and how often each client tries.
const CROWDED_SEATS: u32 = 500;
const CROWD_TRIES: usize = 3;
/// Tries for seats that are sold, to see what a refusal costs.
const REFUSALS: usize = 20_000;

const CORE: &str = "core bookings, embedded / F3";
const EMBEDDED: &str = "POST /api/bookings, embedded / F1";
const REDIS: &str = "POST /api/bookings, Redis / F1";
const TWO_CALLS: &str = "hold + confirm, Redis / F1 pairs";
const F2: &str = "F2 acquire script alone";
const LONE: &str = "lone booking / durable commit";
const CROWD_SOLD: &str = "contention: seats sold once";
const CROWD_TAIL: &str = "contention: p99 / p50";
const REFUSAL: &str = "contention: refusal / sale";

pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if table.wants(&[CORE]) {
        core(table).await?;
    }
    if table.wants(&[EMBEDDED, REFUSAL]) {
        embedded(table, program).await?;
    }
    if table.wants(&[REDIS, TWO_CALLS, F2]) {
        with_redis(table, program).await?;
    }
    if table.wants(&[LONE]) {
        lone(table, program).await?;
    }
    if table.wants(&[CROWD_SOLD, CROWD_TAIL]) {
        crowd(table, program).await?;
    }
    Ok(())
}

async fn core(table: &mut Table) -> anyhow::Result<()> {
    let (bare, shop) = (performances(BOOKINGS).await?, performances(BOOKINGS).await?);
    let mut sql = Sql::open(bare.database())?;
    let box_office = shop.open()?;
    let (mut floor_houses, mut houses) = (bare.houses.iter(), shop.houses.iter());
    let (floor, ours) = compare(
        async || {
            let house = next(&mut floor_houses)?;
            let begin = Instant::now();
            sql.sell(house, CALLERS)?;
            Ok(rate(house.seats.len() / 2, begin.elapsed()))
        },
        async || {
            let house = next(&mut houses)?;
            book_all(&box_office, &shop.buyers, &house.seats).await
        },
    )
    .await?;
    audit(&box_office).await?;
    table.add(CORE, "bookings/s", Some(floor), ours, Goal::AtLeast(0.6));
    Ok(())
}

async fn embedded(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let shop = performances(BOOKINGS).await?;
    let (f1, server) = (Server::floor()?, shop.serve(program).await?);
    let mut houses = shop.houses.iter();
    let (floor, ours) = book_over_http(&shop, (&f1, &server), &mut houses).await?;
    table.add(EMBEDDED, "requests/s", Some(floor), ours, Goal::AtLeast(0.35));

    let sold = bookings(&shop.houses[0].seats, &shop.buyers[1..])?;
    let calls: Vec<Call> = sold.into_iter().cycle().take(REFUSALS).collect();
    let load = send(server.address, CALLERS, &calls).await?;
    anyhow::ensure!(load.accepted == 0, "{} sold seats were sold again", load.accepted);
    table.add(REFUSAL, "s, of 1,000", Some(1000.0 / ours), 1000.0 / load.rate(), Goal::AtMost(0.5));
    drop(server);
    audit(&shop.open()?).await
}

async fn with_redis(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let redis = PrivateRedis::start();
    let mut claims = Vec::new();
    for _ in 0..=REPETITIONS {
        redis.command(&["FLUSHALL"]).await;
        claims.push(floors::acquire_in_redis(&redis.url(), FLOOR_REQUESTS).await?);
    }
    claims.sort_by(f64::total_cmp);
    table.add(F2, "claims/s", None, claims[REPETITIONS / 2], Goal::None);
    redis.command(&["FLUSHALL"]).await;

    let repetitions = REPETITIONS + 1;
    let shop = Shop::build((2 * repetitions, 2 * BOOKINGS), BOOKINGS, Some(redis.url())).await?;
    let (f1, server) = (Server::floor()?, shop.serve(program).await?);
    let mut houses = shop.houses.iter();
    let (floor, ours) = book_over_http(&shop, (&f1, &server), &mut houses).await?;
    table.add(REDIS, "requests/s", Some(floor), ours, Goal::AtLeast(0.25));
    let (floor, ours) = compare(
        async || Ok(floor_rate(&f1, &shop).await? / 2.0),
        async || hold_and_confirm_all(&server, &shop.buyers, &next(&mut houses)?.seats).await,
    )
    .await?;
    table.add(TWO_CALLS, "pairs/s", Some(floor), ours, Goal::AtLeast(0.15));
    drop(server);
    audit(&shop.open()?).await
}

/// One connection, one booking after the other, and the same with nothing but SQL.
async fn lone(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let (bare, shop) = (performances(LONE_BOOKINGS).await?, performances(LONE_BOOKINGS).await?);
    let mut sql = Sql::open(bare.database())?;
    let server = shop.serve(program).await?;
    let (mut floor_houses, mut houses) = (bare.houses.iter(), shop.houses.iter());
    let (floor, ours) = compare(
        async || {
            let house = next(&mut floor_houses)?;
            Ok(Percentiles::of(&mut sql.sell(house, 1)?).p50_ms)
        },
        async || {
            let calls = bookings(&next(&mut houses)?.seats, &shop.buyers)?;
            Ok(Percentiles::of(&mut send(server.address, 1, &calls).await?.all_accepted()?.latencies).p50_ms)
        },
    )
    .await?;
    table.add(LONE, "ms", Some(floor), ours, Goal::Within { times: 2.0, plus: 1.0 });
    Ok(())
}

/// Everybody at once for the same seats, one each; who is refused tries another one.
async fn crowd(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let shop = Shop::build((1, CROWDED_SEATS), CROWD, None).await?;
    let seats = &shop.houses[0].seats;
    let server = shop.serve(program).await?;
    let mut calls = Vec::new();
    for (client, buyer) in shop.buyers.iter().enumerate() {
        for attempt in 0..CROWD_TRIES {
            calls.push(booking(buyer, vec![seats[(client + 7 * attempt) % seats.len()]])?);
        }
    }
    let mut load = send(server.address, CROWD as usize, &calls).await?;
    let all = Some(f64::from(CROWDED_SEATS));
    #[expect(clippy::cast_precision_loss, reason = "500 is small")]
    table.add(CROWD_SOLD, "seats", all, load.accepted as f64, Goal::Within { times: 1.0, plus: 0.0 });
    let percentiles = Percentiles::of(&mut load.latencies);
    table.add(CROWD_TAIL, "ms", Some(percentiles.p50_ms), percentiles.p99_ms, Goal::AtMost(10.0));
    drop(server);
    anyhow::ensure!(load.accepted == seats.len(), "{} bookings of {} seats", load.accepted, seats.len());
    audit(&shop.open()?).await
}

/// Sells all these seats in pairs to one buyer after the other, by as many callers as usual. Returns bookings per second.
pub(crate) async fn book_all(box_office: &BoxOffice, buyers: &[Buyer], seats: &[SeatId]) -> anyhow::Result<f64> {
    let orders: Vec<_> = seats.chunks_exact(2).zip(buyers).map(|(pair, buyer)| (buyer.user, pair.to_vec())).collect();
    let count = orders.len();
    let mut tasks = JoinSet::new();
    let begin = Instant::now();
    for share in orders.chunks(count.div_ceil(CALLERS)) {
        let (box_office, share) = (box_office.clone(), share.to_vec());
        tasks.spawn(async move {
            for (user, pair) in share {
                box_office.book(user, pair).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(rate(count, begin.elapsed()))
}

async fn hold_and_confirm_all(server: &Server, buyers: &[Buyer], seats: &[SeatId]) -> anyhow::Result<f64> {
    let pairs: Vec<_> = seats.chunks_exact(2).zip(buyers).collect();
    let count = pairs.len();
    let mut ready = Vec::new();
    for share in pairs.chunks(count.div_ceil(CALLERS)) {
        let share: Vec<_> = share.iter().map(|(pair, buyer)| (pair.to_vec(), (*buyer).clone())).collect();
        ready.push((Connection::open(server.address).await?, share));
    }
    let begin = Instant::now();
    let mut tasks: JoinSet<_> = ready
        .into_iter()
        .map(|(mut connection, share)| async move {
            for (pair, buyer) in share {
                hold_and_confirm(&mut connection, &buyer, pair).await?;
            }
            anyhow::Ok(())
        })
        .collect();
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(rate(count, begin.elapsed()))
}

async fn hold_and_confirm(connection: &mut Connection, buyer: &Buyer, pair: Vec<SeatId>) -> anyhow::Result<()> {
    match hold(connection, buyer, &HoldRequest::Seats { seat_ids: pair }).await? {
        Some(held) => confirm(connection, buyer, held).await,
        None => anyhow::bail!("a hold was refused"),
    }
}

/// `None` when it is refused.
pub(crate) async fn hold(
    connection: &mut Connection,
    buyer: &Buyer,
    request: &HoldRequest,
) -> anyhow::Result<Option<HoldId>> {
    /// All that confirming needs of the answer.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Held {
        hold_id: HoldId,
    }
    let (token, body) = (Some(buyer.access_token.as_str()), serde_json::to_vec(request)?);
    let (status, body) = connection.send(connection.request(Method::POST, "/api/holds", token, body)?).await?;
    if status == StatusCode::CONFLICT {
        return Ok(None);
    }
    anyhow::ensure!(status.is_success(), "a hold has failed: {status}");
    Ok(Some(serde_json::from_slice::<Held>(&body)?.hold_id))
}

pub(crate) async fn confirm(connection: &mut Connection, buyer: &Buyer, hold_id: HoldId) -> anyhow::Result<()> {
    let (token, body) = (Some(buyer.access_token.as_str()), serde_json::to_vec(&BookRequest::Hold { hold_id })?);
    let (status, _) = connection.send(connection.request(Method::POST, "/api/bookings", token, body)?).await?;
    anyhow::ensure!(status.is_success(), "a confirmation was refused: {status}");
    Ok(())
}

/// A performance per repetition, one for warming up, and a buyer for every pair of its seats.
async fn performances(bookings: u32) -> anyhow::Result<Shop> {
    Shop::build((REPETITIONS + 1, 2 * bookings), bookings, None).await
}

/// The next house to be sold.
pub(crate) fn next<'a>(houses: &mut impl Iterator<Item = &'a House>) -> anyhow::Result<&'a House> {
    houses.next().ok_or_else(|| anyhow::anyhow!("there are too few performances"))
}

/// All these seats in pairs, for one buyer after the other.
fn bookings(seats: &[SeatId], buyers: &[Buyer]) -> anyhow::Result<Vec<Call>> {
    seats.chunks_exact(2).zip(buyers).map(|(pair, buyer)| booking(buyer, pair.to_vec())).collect()
}

/// One house after the other is sold over HTTP, against the HTTP floor: requests per second of both.
async fn book_over_http<'a>(
    shop: &Shop,
    (f1, server): (&Server, &Server),
    houses: &mut impl Iterator<Item = &'a House>,
) -> anyhow::Result<(f64, f64)> {
    compare(
        async || floor_rate(f1, shop).await,
        async || {
            let calls = bookings(&next(houses)?.seats, &shop.buyers)?;
            Ok(send(server.address, CALLERS, &calls).await?.all_accepted()?.rate())
        },
    )
    .await
}

/// Requests per second of the HTTP floor, which is asked for bookings as well.
pub(crate) async fn floor_rate(f1: &Server, shop: &Shop) -> anyhow::Result<f64> {
    let calls = bookings(&shop.houses[0].seats, &shop.buyers)?;
    let calls: Vec<Call> = calls.into_iter().cycle().take(FLOOR_REQUESTS).collect();
    Ok(send(f1.address, CALLERS, &calls).await?.all_accepted()?.rate())
}

fn booking(buyer: &Buyer, seat_ids: Vec<SeatId>) -> anyhow::Result<Call> {
    Ok(Call {
        method: Method::POST,
        path: "/api/bookings".into(),
        access_token: Some(buyer.access_token.clone()),
        body: serde_json::to_vec(&BookRequest::Seats { seat_ids })?,
    })
}

/// The same, to be sent now.
pub(crate) fn one_booking(
    connection: &Connection,
    buyer: &Buyer,
    seats: &[SeatId],
) -> anyhow::Result<Request<Full<Bytes>>> {
    let Call { method, path, access_token, body } = booking(buyer, seats.to_vec())?;
    connection.request(method, &path, access_token.as_deref(), body)
}

/// A figure of a shop that has gone wrong is worth nothing.
pub(crate) async fn audit(box_office: &BoxOffice) -> anyhow::Result<()> {
    let report = box_office.audit().await?;
    box_office.shutdown().await;
    anyhow::ensure!(report.is_clean(), "the audit has findings:\n{report}");
    Ok(())
}
