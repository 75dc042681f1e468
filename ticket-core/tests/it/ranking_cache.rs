//! The cache of rankings: filled once however many ask, and never believed when it is wrong.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Category, Fence, RankingPeriod, SeatId, UserId};
use ticket_core::testing::{PrivateRedis, TestShop, assert_clean};
use ticket_core::{BoxOffice, Error};

use crate::ranking::{counts, plan};
use crate::support::stranger;

/// How many ask at once.
const CROWD: usize = 500;
/// How long Redis is left alone after it has failed.
const REST: Duration = Duration::from_secs(5);

/// A shop that has sold two seats; who bought them, and all seats.
async fn shop(holds: HoldBackend) -> (TestShop, UserId, Vec<SeatId>) {
    let shop = TestShop::with(holds, plan("Hamlet", Category::Play)).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    (shop, mina, seats)
}

async fn tickets(office: &BoxOffice) -> u64 {
    match counts(&office.ranking(Category::Play, RankingPeriod::Day).await.unwrap())[..] {
        [(1, tickets)] => tickets,
        ref other => panic!("{other:?}"),
    }
}

/// All ask before the first is answered.
async fn crowd(office: &BoxOffice) {
    let answers = join_all((0..CROWD).map(|_| tickets(office))).await;
    assert!(answers.iter().all(|tickets| *tickets == 2), "{answers:?}");
}

fn redis(shop: &mut TestShop) -> &mut PrivateRedis {
    shop.redis.as_mut().unwrap()
}

#[rstest]
#[tokio::test]
async fn a_cold_cache_is_filled_once_however_many_ask(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, ..) = shop(holds).await;
    crowd(&shop.box_office).await;
    assert_eq!(shop.box_office.rankings_computed(), 1);
    crowd(&shop.box_office).await;
    assert_eq!(shop.box_office.rankings_computed(), 1, "and is warm then");
    shop.clock.advance(Duration::from_mins(70));
    crowd(&shop.box_office).await;
    assert_eq!(shop.box_office.rankings_computed(), 2, "once more when it has run out");
}

/// From many threads at the same time, with answers that overlap.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_cold_cache_is_filled_once_by_many_threads(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, ..) = shop(holds).await;
    let asking = (0..CROWD).map(|_| {
        let office = shop.box_office.clone();
        tokio::spawn(async move { tickets(&office).await })
    });
    for tickets in join_all(asking).await {
        assert_eq!(tickets.unwrap(), 2);
    }
    assert_eq!(shop.box_office.rankings_computed(), 1);
}

/// The control.
#[cfg(feature = "failpoints")]
#[rstest]
#[tokio::test]
async fn without_the_single_flight_everybody_computes(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, ..) = shop(holds).await;
    ticket_core::failpoint::without("single flight", crowd(&shop.box_office)).await;
    assert!(shop.box_office.rankings_computed() > 1);
}

/// Who has asked first goes away before he is answered: the others are answered all the same.
#[rstest]
#[tokio::test]
async fn a_vanished_caller_leaves_nobody_waiting(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, ..) = shop(holds).await;
    let mut first = Box::pin(tickets(&shop.box_office));
    let others = join_all((0..10).map(|_| tickets(&shop.box_office)));
    assert!(futures_util::poll!(&mut first).is_pending());
    let mut others = Box::pin(others);
    assert!(futures_util::poll!(&mut others).is_pending());
    drop(first);
    assert_eq!(others.await, [2; 10]);
}

#[rstest]
#[tokio::test]
async fn what_one_process_has_computed_serves_all(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, mina, seats) = shop(holds).await;
    let other = shop.open_again();
    assert_eq!(tickets(&shop.box_office).await, 2);
    shop.box_office.book(mina, vec![seats[2]]).await.unwrap();
    assert_eq!((tickets(&other).await, other.rankings_computed()), (2, 0));
    let now = other.ranking_now(Category::Play, RankingPeriod::Day).await.unwrap();
    assert_eq!(counts(&now), [(1, 3)], "past the cache");
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn refreshing_replaces_what_is_cached(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, mina, seats) = shop(holds).await;
    assert_eq!(tickets(&shop.box_office).await, 2);
    shop.box_office.book(mina, vec![seats[2]]).await.unwrap();
    let connection = stranger(&shop);
    connection.execute("INSERT INTO job_fence VALUES ('ranking-refresh', 2)", []).unwrap();
    let fence = |number| Fence { job: "ranking-refresh".into(), number };

    let stale = shop.box_office.refresh_rankings(&fence(1)).await;
    assert_eq!(stale, Err(Error::LockLost { job: "ranking-refresh".into() }));
    assert_eq!(tickets(&shop.box_office).await, 2, "a runner that has lost its lock changes nothing");

    assert_eq!(shop.box_office.refresh_rankings(&fence(2)).await, Ok(9));
    let computed = shop.box_office.rankings_computed();
    assert_eq!(tickets(&shop.box_office).await, 3);
    for &category in Category::ALL {
        for &period in RankingPeriod::ALL {
            shop.box_office.ranking(category, period).await.unwrap();
        }
    }
    assert_eq!(shop.box_office.rankings_computed(), computed, "all are there");
    assert_clean(&shop.box_office).await;
}

/// Asks twice: computed once, and right both times.
async fn heals(shop: &TestShop, damage: &str) {
    let computed = shop.box_office.rankings_computed();
    assert_eq!(tickets(&shop.box_office).await, 2, "{damage}");
    assert_eq!(tickets(&shop.box_office).await, 2, "{damage}");
    assert_eq!(shop.box_office.rankings_computed(), computed + 1, "{damage}");
}

#[tokio::test]
async fn wrong_values_in_the_database_are_not_believed() {
    let (shop, ..) = shop(Embedded).await;
    tickets(&shop.box_office).await;
    let connection = stranger(&shop);
    for damage in [
        "value = x''",
        "value = x'fffe00'",
        "value = CAST('null' AS BLOB)",
        "value = CAST('{\"shows\":[{\"show\":1}]}' AS BLOB)",
        "value = CAST(replace(CAST(value AS TEXT), '\"version\":1', '\"version\":2') AS BLOB)",
        "value = CAST(replace(CAST(value AS TEXT), 'PLAY', 'MUSICAL') AS BLOB)",
        "value = CAST(substr(CAST(value AS TEXT), 1, 50) AS BLOB)",
        "expires_at = 0",
    ] {
        assert_eq!(connection.execute(&format!("UPDATE ranking_cache SET {damage}"), []).unwrap(), 1);
        heals(&shop, damage).await;
    }
}

#[tokio::test]
async fn wrong_values_in_redis_are_not_believed() {
    let (shop, ..) = shop(Redis).await;
    tickets(&shop.box_office).await;
    let redis = shop.redis.as_ref().unwrap();
    let keys: Vec<String> = redis::from_redis_value(redis.command(&["KEYS", "ranking:*"]).await).unwrap();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    let redis::Value::Int(left) = redis.command(&["PTTL", key]).await else { panic!("{key}") };
    assert!((69 * 60_000..=70 * 60_000).contains(&left), "{left}");
    for damage in [
        &["SET", key, ""][..],
        &["SETRANGE", key, "3", "\u{7}garbage"],
        &["SETBIT", key, "0", "1"],
        &["SET", key, "[]"],
        &["EVAL", "redis.call('SET', KEYS[1], '\\255\\254')", "1", key],
        &["EVAL", "redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], 'a', 'b')", "1", key],
        &["EVAL", "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'a', 'b')", "1", key],
        &["DEL", key],
        &["FLUSHALL"],
        &["SCRIPT", "FLUSH", "SYNC"],
    ] {
        redis.command(damage).await;
        if damage[0] == "SCRIPT" {
            assert_eq!(tickets(&shop.box_office).await, 2, "no script is needed");
        } else {
            heals(&shop, &damage.join(" ")).await;
        }
    }
}

#[tokio::test]
async fn while_redis_is_dead_rankings_are_computed_and_afterwards_cached_again() {
    let (mut shop, ..) = shop(Redis).await;
    redis(&mut shop).kill();
    crowd(&shop.box_office).await;
    assert_eq!(shop.box_office.rankings_computed(), 1, "one for all, all the same");
    let fence = Fence { job: "ranking-refresh".into(), number: 1 };
    let connection = stranger(&shop);
    connection.execute("INSERT INTO job_fence VALUES ('ranking-refresh', 1)", []).unwrap();
    let refused = shop.box_office.refresh_rankings(&fence).await.unwrap_err();
    assert!(refused.is_retryable(), "the job does not say that it has cached anything: {refused:?}");
    redis(&mut shop).restart();
    caches_again(&shop).await;
}

#[tokio::test]
async fn while_redis_does_not_answer_nobody_waits_long_for_a_ranking() {
    let (shop, ..) = shop(Redis).await;
    assert_eq!(tickets(&shop.box_office).await, 2);
    let redis = shop.redis.as_ref().unwrap();
    redis.pause();
    let computed = shop.box_office.rankings_computed();
    let started = Instant::now();
    crowd(&shop.box_office).await;
    assert_eq!(shop.box_office.rankings_computed(), computed + 1);
    // Would each of these wait for Redis, it took half a minute.
    for _ in 0..100 {
        assert_eq!(tickets(&shop.box_office).await, 2);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    redis.resume();
    caches_again(&shop).await;
}

/// After a while, without anybody's help.
async fn caches_again(shop: &TestShop) {
    let started = Instant::now();
    loop {
        shop.clock.advance(REST);
        assert_eq!(tickets(&shop.box_office).await, 2);
        let computed = shop.box_office.rankings_computed();
        assert_eq!(tickets(&shop.box_office).await, 2);
        if shop.box_office.rankings_computed() == computed {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(30));
        tokio::task::yield_now().await;
    }
}

/// As the schedule runs it: every category and period is there, and the record says so.
#[rstest]
#[tokio::test]
async fn the_job_fills_the_cache(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, mina, seats) = shop(holds).await;
    assert_eq!(tickets(&shop.box_office).await, 2);
    shop.box_office.book(mina, vec![seats[2]]).await.unwrap();
    let run = shop.box_office.run_job("ranking-refresh", false).await.unwrap();
    assert_eq!(run.summary.as_deref(), Some("9 rankings refreshed"), "{run:?}");
    let computed = shop.box_office.rankings_computed();
    assert_eq!(tickets(&shop.box_office).await, 3);
    assert_eq!(shop.box_office.rankings_computed(), computed);
}
