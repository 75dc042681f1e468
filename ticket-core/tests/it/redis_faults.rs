//! Redis goes away, forgets, or stops answering: no seat is sold twice, no seat stays stuck, and selling goes on by itself.

use std::time::{Duration, Instant};

use redis::Value;
use ticket_core::HoldBackend::Redis;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{SeatId, UserId};
use ticket_core::testing::{PlanBuilder, PrivateRedis, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{Error, OpenError};

use crate::support::{book_when_possible, states, stranger};

async fn shop() -> (TestShop, Vec<SeatId>, UserId, UserId) {
    let shop = TestShop::with(Redis, PlanBuilder::hall(2, 10).build()).await;
    let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
    (shop, seats, mina, joon)
}

fn redis(shop: &mut TestShop) -> &mut PrivateRedis {
    shop.redis.as_mut().unwrap()
}

#[tokio::test]
async fn while_redis_is_dead_reading_goes_on_and_selling_says_so_at_once() {
    let (mut shop, seats, mina, joon) = shop().await;
    let hold = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    assert_eq!(states(&shop).await, "HHAAAAAAAAAAAAAAAAAA");
    redis(&mut shop).kill();

    let started = Instant::now();
    let refusals = [
        shop.box_office.hold(joon, vec![seats[5]]).await.map(drop),
        shop.box_office.book(joon, vec![seats[5]]).await.map(drop),
        shop.box_office.confirm(mina, hold.id).await.map(drop),
    ];
    for refusal in refusals {
        assert_eq!(refusal.map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(states(&shop).await, "HHAAAAAAAAAAAAAAAAAA", "the map keeps what it knows");

    // Back and empty: the hold is lost, the seats are not.
    redis(&mut shop).restart();
    book_when_possible(&shop, joon, &[seats[5]]).await;
    assert_eq!(shop.box_office.confirm(mina, hold.id).await.map(drop), Err(Error::HoldNotFound));
    book_when_possible(&shop, joon, &[seats[0]]).await;
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn while_redis_does_not_answer_nobody_waits_long() {
    let (shop, seats, mina, _) = shop().await;
    shop.box_office.hold(mina, vec![seats[0]]).await.unwrap();
    assert!(states(&shop).await.starts_with('H'));
    let redis = shop.redis.as_ref().unwrap();
    redis.pause();
    let started = Instant::now();
    let refused = shop.box_office.book(mina, vec![seats[1]]).await;
    assert_eq!(refused.map(drop).map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    assert!(states(&shop).await.starts_with('H'), "reading goes on");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    redis.resume();
    book_when_possible(&shop, mina, &[seats[2]]).await;
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn what_a_flush_forgets_can_be_sold_and_is_not_sold_twice() {
    let (shop, seats, mina, joon) = shop().await;
    let hold = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    shop.redis.as_ref().unwrap().command(&["FLUSHALL"]).await;
    assert_eq!(states(&shop).await, "AAAAAAAAAAAAAAAAAAAA", "the map sees it");
    shop.box_office.book(joon, vec![seats[1]]).await.unwrap();
    assert_eq!(shop.box_office.confirm(mina, hold.id).await.map(drop), Err(Error::HoldNotFound));
    assert_eq!(states(&shop).await, "ABAAAAAAAAAAAAAAAAAA");
    assert_clean(&shop.box_office).await;
}

/// A hold that Redis believes in, on a seat that the database has sold: the second look refuses it and lets it go.
#[tokio::test]
async fn a_hold_is_answered_only_for_seats_that_can_be_sold() {
    let (shop, seats, mina, joon) = shop().await;
    shop.box_office.book(joon, vec![seats[0]]).await.unwrap();
    let stale = "UPDATE seat SET state = 'BLOCKED' WHERE id = ?1";
    stranger(&shop).execute(stale, [seats[1].0]).unwrap();
    for seat in &seats[..2] {
        let refused = shop.box_office.hold(mina, vec![*seat, seats[3]]).await;
        assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: vec![*seat] }));
    }
    assert!(shop.box_office.hold(joon, vec![seats[3]]).await.is_ok(), "nothing was left held");
}

#[tokio::test]
async fn forgotten_scripts_are_loaded_again() {
    let (shop, seats, mina, _) = shop().await;
    let hold = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    shop.redis.as_ref().unwrap().command(&["SCRIPT", "FLUSH"]).await;
    shop.box_office.extend_hold(mina, hold.id).await.unwrap();
    shop.box_office.confirm(mina, hold.id).await.unwrap();
}

#[tokio::test]
async fn no_key_is_without_an_end_and_a_sale_leaves_none_of_a_seat() {
    let (shop, seats, mina, joon) = shop().await;
    let hold = shop.box_office.hold(mina, seats[..3].to_vec()).await.unwrap().hold;
    shop.box_office.extend_hold(mina, hold.id).await.unwrap();
    shop.box_office.change_hold(mina, hold.id, vec![seats[5]], vec![seats[0]]).await.unwrap();
    shop.box_office.book(joon, vec![seats[9]]).await.unwrap();
    let redis = shop.redis.as_ref().unwrap();
    for key in keys(redis, "*").await {
        let Value::Int(left) = redis.command(&["PTTL", &key]).await else { panic!("{key}") };
        assert!((1..=25 * 60 * 1000).contains(&left), "{key} ends in {left} ms");
    }
    shop.box_office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(keys(redis, "*:seat:*").await, [""; 0], "claims on seats that are sold");
    assert_eq!(keys(redis, "*:hold:*").await, [""; 0], "holds that have served");
}

#[test]
fn an_address_that_makes_no_sense_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let config = ticket_core::Config {
        redis: Some("over there".into()),
        ..ticket_core::Config::new(folder.path().join("x.db"))
    };
    let error = ticket_core::BoxOffice::create(&config, &jiff::tz::TimeZone::UTC).unwrap_err();
    assert!(matches!(error, OpenError::LockStore { .. }), "{error}");
    assert!(!config.database.exists(), "a shop that could not be opened was created");
    let error = ticket_core::BoxOffice::open(config).unwrap_err();
    assert!(matches!(error, OpenError::LockStore { .. }), "{error}");
}

async fn keys(redis: &PrivateRedis, pattern: &str) -> Vec<String> {
    let keys = redis.command(&["KEYS", pattern]).await;
    redis::from_redis_value(keys).unwrap()
}

/// The database cannot be written just now: whoever is told to try again finds his hold as it was.
#[tokio::test]
async fn a_confirmation_that_is_to_be_tried_again_keeps_its_hold() {
    let (shop, seats, mina, joon) = shop().await;
    let hold = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    let blocker = stranger(&shop);
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = shop.box_office.confirm(mina, hold.id).await;
    assert_eq!(refused.map(drop).map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    blocker.execute_batch("ROLLBACK").unwrap();
    assert!(shop.box_office.book(joon, vec![seats[0]]).await.is_err(), "still held");
    assert_eq!(shop.box_office.confirm(mina, hold.id).await.unwrap().tickets.len(), 2);
}

/// However long holds are configured to live, no key that tells of one ends before it.
#[tokio::test]
async fn the_keys_of_a_long_hold_live_as_long_as_it_may() {
    let (shop, seats, mina, _) = shop().await;
    let config = ticket_core::Config {
        redis: Some(shop.redis.as_ref().unwrap().url()),
        hold_ttl: Duration::from_hours(1),
        hold_cap: Duration::from_hours(2),
        clock: std::sync::Arc::clone(&shop.clock) as _,
        ..ticket_core::Config::new(shop.database())
    };
    let office = ticket_core::BoxOffice::open(config).unwrap();
    office.hold(mina, vec![seats[0]]).await.unwrap();
    // A shorter one of the same user must not shorten what they share.
    shop.box_office.hold(mina, vec![seats[1]]).await.unwrap();
    let redis = shop.redis.as_ref().unwrap();
    for key in keys(redis, "*").await {
        let is_of_the_short_one = key.ends_with(&format!(":seat:{}", seats[1])) || key.contains(":hold:");
        let Value::Int(left) = redis.command(&["PTTL", &key]).await else { panic!("{key}") };
        assert!(left > 59 * 60 * 1000 || is_of_the_short_one || key.ends_with(":version"), "{key} ends in {left} ms");
    }
    let lives: Vec<i64> = {
        let mut lives = Vec::new();
        for key in keys(redis, "*:hold:*").await {
            let Value::Int(left) = redis.command(&["PTTL", &key]).await else { panic!("{key}") };
            lives.push(left);
        }
        lives
    };
    assert!(lives.iter().any(|left| *left > 119 * 60 * 1000), "{lives:?}");
    office.shutdown().await;
}

/// This process believes that both seats are on sale, and claims them without a look. The database knows better, and what
/// the user has held all along is not lost with the sale.
#[tokio::test]
async fn a_sale_in_vain_leaves_the_holds_of_its_user_alone() {
    let (shop, seats, mina, joon) = shop().await;
    shop.box_office.book(joon, vec![seats[9]]).await.unwrap();
    let other = shop.open_again();
    other.book(joon, vec![seats[0]]).await.unwrap();
    let hold = other.hold(mina, vec![seats[1]]).await.unwrap().hold;
    let refused = shop.box_office.book(mina, vec![seats[0], seats[1]]).await;
    assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: vec![seats[0]] }));
    assert_eq!(shop.box_office.confirm(mina, hold.id).await.unwrap().tickets.len(), 1);
    assert_clean(&shop.box_office).await;
    other.shutdown().await;
}

/// What a process remembers of seats never outlives a look at the database: cancelled and returned, they are sold again.
#[tokio::test]
async fn seats_that_come_back_are_sold_again() {
    let (shop, seats, mina, joon) = shop().await;
    let other = shop.open_again();
    for (office, user) in [(&shop.box_office, mina), (&other, joon), (&shop.box_office, joon), (&other, mina)] {
        let booking = office.book(user, seats[..2].to_vec()).await.unwrap();
        office.cancel(user, booking.id, None).await.unwrap();
        let early = office.book(user, seats[..2].to_vec()).await;
        assert_eq!(early.map(drop), Err(Error::SeatsTaken { seats: seats[..2].to_vec() }), "not returned yet");
        offer_canceled_seats(office).await;
    }
    assert_clean(&shop.box_office).await;
    other.shutdown().await;
}
