//! Redis has no memory left: nothing is claimed by halves, what is held can be let go, and selling goes on by itself as
//! soon as there is some.

use ticket_core::HoldBackend::Redis;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{SeatId, UserId};
use ticket_core::testing::{PlanBuilder, PrivateRedis, TestShop, assert_clean};

async fn shop() -> (TestShop, Vec<SeatId>, UserId, UserId) {
    let shop = TestShop::with(Redis, PlanBuilder::hall(2, 10).build()).await;
    let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
    (shop, seats, mina, joon)
}

fn redis(shop: &TestShop) -> &PrivateRedis {
    shop.redis.as_ref().unwrap()
}

async fn configure(shop: &TestShop, name: &str, value: &str) {
    redis(shop).command(&["CONFIG", "SET", name, value]).await;
}

/// Everything that Redis knows, key by key.
async fn contents(shop: &TestShop) -> Vec<(String, redis::Value)> {
    let mut keys: Vec<String> = redis::from_redis_value(redis(shop).command(&["KEYS", "*"]).await).unwrap();
    keys.sort();
    let mut contents = Vec::new();
    for key in keys {
        let value = redis(shop).command(&["DUMP", &key]).await;
        contents.push((key, value));
    }
    contents
}

#[tokio::test]
async fn without_memory_nothing_is_claimed_and_everything_can_be_let_go() {
    let (shop, seats, mina, joon) = shop().await;
    let office = &shop.box_office;
    let booking = office.book(joon, vec![seats[9]]).await.unwrap();
    let first = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    let second = office.hold(mina, vec![seats[4]]).await.unwrap().hold;
    // Something has run out since, so that there would be something to prune.
    let ended = office.hold(joon, vec![seats[6]]).await.unwrap().hold;
    shop.clock.advance(std::time::Duration::from_mins(6));
    office.extend_hold(mina, first.id).await.unwrap();
    office.extend_hold(mina, second.id).await.unwrap();
    shop.clock.advance(std::time::Duration::from_mins(2));
    assert_eq!(office.holds(joon, ended.id.performance).await.unwrap(), []);
    configure(&shop, "maxmemory", "1").await;
    let before = contents(&shop).await;

    let refusals = [
        office.hold(joon, vec![seats[5]]).await.map(drop),
        office.hold(mina, vec![seats[1], seats[5]]).await.map(drop),
        office.book(joon, vec![seats[5]]).await.map(drop),
        office.book(mina, vec![seats[1]]).await.map(drop),
        office.change_hold(mina, first.id, vec![seats[5]], vec![seats[0]]).await.map(drop),
        office.extend_hold(mina, first.id).await.map(drop),
        office.confirm(mina, first.id).await.map(drop),
    ];
    for (n, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal.map_err(|error| error.code()), Err(ErrorCode::Unavailable), "refusal {n}");
    }
    assert_eq!(contents(&shop).await, before, "nothing was changed");

    assert_eq!(office.seat_states(shop.performance(0).await).await.unwrap().states, "HHAAHAAAABAAAAAAAAAA");
    assert_eq!(office.holds(mina, first.id.performance).await.unwrap().len(), 2);
    assert_clean(office).await;
    office.cancel(joon, booking.id, None).await.unwrap();
    office.release_hold(mina, second.id).await.unwrap();
    assert_eq!(office.seat_states(shop.performance(0).await).await.unwrap().states, "HHAAAAAAACAAAAAAAAAA");

    configure(&shop, "maxmemory", "0").await;
    assert_eq!(office.confirm(mina, first.id).await.unwrap().tickets.len(), 2);
    office.book(joon, vec![seats[4]]).await.unwrap();
    assert_clean(office).await;
}

/// A sale that runs out of memory between its claim and its release is a sale.
#[tokio::test]
async fn memory_that_runs_out_in_a_rush_sells_nothing_twice() {
    let (shop, seats, mina, joon) = shop().await;
    let office = &shop.box_office;
    let mut sold = Vec::new();
    for (n, seat) in seats.iter().take(8).enumerate() {
        let squeeze = configure(&shop, "maxmemory", if n % 2 == 0 { "1" } else { "0" });
        let (_, minas, joons) = tokio::join!(squeeze, office.book(mina, vec![*seat]), office.book(joon, vec![*seat]));
        for error in [&minas, &joons].into_iter().filter_map(|result| result.as_ref().err()) {
            assert!(matches!(error.code(), ErrorCode::Unavailable | ErrorCode::SeatTaken), "{error:?}");
        }
        sold.push(usize::from(minas.is_ok()) + usize::from(joons.is_ok()));
    }
    assert!(sold.iter().all(|times| *times <= 1), "{sold:?}");
    configure(&shop, "maxmemory", "0").await;
    for (seat, _) in seats.iter().zip(&sold).filter(|(_, times)| **times == 0) {
        office.book(mina, vec![*seat]).await.unwrap();
    }
    assert_clean(office).await;
}

/// Where Redis drops keys to make room, holds end before their time. The seats are not sold twice, and the audit says why.
#[tokio::test]
async fn a_redis_that_evicts_holds_is_named_by_the_audit() {
    let (shop, seats, mina, joon) = shop().await;
    let office = &shop.box_office;
    let hold = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    configure(&shop, "maxmemory-policy", "allkeys-lru").await;
    assert!(office.audit().await.unwrap().is_clean(), "as long as there is no limit, nothing is dropped");
    configure(&shop, "maxmemory", "1").await;
    // Any command that needs memory makes room.
    while redis(&shop).command(&["DBSIZE"]).await != redis::Value::Int(0) {
        let client = redis::Client::open(redis(&shop).url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let _: redis::RedisResult<()> = redis::cmd("SET").arg("x").arg(1).query_async(&mut connection).await;
    }
    configure(&shop, "maxmemory", "100mb").await;
    let report = office.audit().await.unwrap();
    let found = report.findings.iter().any(|f| f.invariant == 11 && f.text.contains("allkeys-lru"));
    assert!(found, "{report}");
    office.book(joon, seats[..2].to_vec()).await.unwrap();
    assert!(office.confirm(mina, hold.id).await.is_err(), "the hold is lost");
    let filter = ticket_core::BookingFilter { limit: 9, ..Default::default() };
    assert_eq!(office.list_bookings(filter).await.unwrap().len(), 1);
}
