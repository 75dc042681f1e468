//! An audit that cannot fail proves nothing: each invariant is broken on purpose, and must be found.

use ticket_core::HoldBackend::{Embedded, Redis};
use ticket_core::domain::{Category, RankingPeriod};
use ticket_core::testing::{PlanBuilder, TestShop};
use ticket_core::{KeptAnswer, Once};

/// A shop with one booking of two seats, one hold, and one booking that was cancelled with a key.
async fn shop() -> TestShop {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).performance("2027-03-02", 1, None).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    shop.box_office.hold(mina, vec![seats[2]]).await.unwrap();
    let booking = shop.box_office.book(mina, vec![seats[3]]).await.unwrap();
    let Once::First(turn) = shop.box_office.once(mina, "cancel", "key".parse().unwrap(), &[]).await.unwrap() else {
        panic!("nobody has used the key")
    };
    turn.cancel(booking.id, None, |booking, _| KeptAnswer::json(&booking.id)).await.unwrap();
    shop.box_office.ranking(Category::Play, RankingPeriod::Month).await.unwrap();
    shop
}

#[tokio::test]
async fn a_shop_that_was_only_used_is_clean() {
    let report = shop().await.box_office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.checked.iter().map(|i| i.number).collect::<Vec<_>>(), [1, 3, 4, 8, 10, 11, 12, 16, 17]);
}

#[tokio::test]
async fn every_broken_invariant_is_found_and_explained() {
    for (invariant, damage, explanation) in [
        (
            1,
            "DROP INDEX ticket_seat_sold_once;
             INSERT INTO ticket SELECT 99, booking_id, performance_id, user_id, seat_id, price, state FROM ticket WHERE id = 1",
            "seat 1 has 2 valid tickets",
        ),
        (3, "UPDATE ticket SET performance_id = 2 WHERE id = 1", "ticket 1 of booking 1"),
        (3, "UPDATE booking SET state = 'CANCELED' WHERE id = 1", "booking 1 is CANCELED with 2 valid of 2"),
        (4, "UPDATE seat SET state = 'AVAILABLE' WHERE id = 1", "seat 1 is AVAILABLE and has 1 valid"),
        (4, "UPDATE seat SET state = 'BLOCKED' WHERE id = 20", "seat 20 is BLOCKED, but its history ends with AVAILABLE"),
        (8, "UPDATE show SET max_seats_per_user = 1", "user 1 has 2 seats of performance 1, allowed are 1"),
        (
            10,
            "DROP INDEX idempotency_key_used_once;
             INSERT INTO idempotency SELECT 99, user_id, route, key, request, status, content_type, body, created_at
             FROM idempotency",
            "user 1 has used one key 2 times for cancel",
        ),
        (10, "UPDATE idempotency SET body = NULL", "key 1 of user 1 for cancel has no answer"),
        (11, "UPDATE hold SET extendable_until = 0", "ends after its cap"),
        (12, "UPDATE hold_seat SET expires_at = expires_at + 1", "held seat 3 disagrees"),
        (12, "UPDATE seat SET state = 'BLOCKED' WHERE id = 3", "seat 3 is held and BLOCKED at once"),
        (16, "UPDATE sale_day SET tickets = 3", "show 1 has 2 valid tickets that were sold on 2027-01-02; counted were 3"),
        (16, "DELETE FROM sale_day", "show 1 has 2 valid tickets that were sold on 2027-01-02; counted were 0"),
        (16, "INSERT INTO sale_day VALUES ('2027-01-01', 1, 1)", "show 1 has 0 valid tickets that were sold on 2027-01-01"),
        (
            16,
            "UPDATE ranking_cache
             SET value = CAST(replace(CAST(value AS TEXT), '\"tickets\":2', '\"tickets\":7') AS BLOB)",
            ":MONTH:1798729200000: show 1 is kept with 7 tickets and had 0 to 3 at",
        ),
        (17, "PRAGMA foreign_keys = OFF; UPDATE ticket SET booking_id = 77 WHERE id = 1", "refers to a row of booking"),
    ] {
        let shop = shop().await;
        rusqlite::Connection::open(shop.database()).unwrap().execute_batch(damage).unwrap();
        let report = shop.box_office.audit().await.unwrap();
        assert!(
            report.findings.iter().any(|f| f.invariant == invariant && f.text.contains(explanation)),
            "{damage}\n{report}"
        );
    }
}

/// The same for what lives in Redis.
#[tokio::test]
async fn what_is_wrong_in_redis_is_found_too() {
    for (damage, invariant, explanation) in [
        (vec!["PERSIST", "{perf:1}:seat:3"], 11, "Redis key {perf:1}:seat:3 never ends"),
        (vec!["PEXPIRE", "{perf:1}:claims", "99999999"], 11, "Redis key {perf:1}:claims ends only in"),
        (vec!["SET", "{perf:1}:seat:7", "12|1|99999999999999|99999999999999", "PX", "5000"], 12, "for no hold"),
    ] {
        let shop = TestShop::with(Redis, PlanBuilder::hall(2, 10).build()).await;
        let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
        shop.box_office.hold(mina, seats[2..4].to_vec()).await.unwrap();
        assert!(shop.box_office.audit().await.unwrap().is_clean());
        shop.redis.as_ref().unwrap().command(&damage).await;
        let report = shop.box_office.audit().await.unwrap();
        let found = report.findings.iter().any(|f| f.invariant == invariant && f.text.contains(explanation));
        assert!(found, "{damage:?}\n{report}");
    }
}

#[tokio::test]
async fn a_seat_that_is_held_and_sold_is_found_wherever_holds_live() {
    for holds in [Embedded, Redis] {
        let shop = TestShop::with(holds, PlanBuilder::hall(2, 10).build()).await;
        let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
        shop.box_office.hold(mina, vec![seats[2]]).await.unwrap();
        let block = "UPDATE seat SET state = 'BLOCKED' WHERE id = 3";
        rusqlite::Connection::open(shop.database()).unwrap().execute(block, []).unwrap();
        let report = shop.box_office.audit().await.unwrap();
        let text = "seat 3 is held and BLOCKED at once";
        assert!(report.findings.iter().any(|f| f.invariant == 12 && f.text.contains(text)), "{report}");
    }
}
