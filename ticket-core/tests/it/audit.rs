//! An audit that cannot fail proves nothing: each invariant is broken on purpose, and must be found.

use std::pin::pin;

use rstest::rstest;
use ticket_core::HoldBackend::{Embedded, Redis};
use ticket_core::domain::{Category, RankingPeriod, SeatId, WaitlistWish};
use ticket_core::testing::{PlanBuilder, RedisProxy, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{KeptAnswer, Once};

use crate::support::stranger;

/// A shop with one booking of two seats, one hold, one booking that was cancelled with a key, and two runs of a job.
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
    for _ in 0..2 {
        shop.box_office.run_job("hold-sweep", true).await.unwrap();
    }
    shop.box_office.ranking(Category::Play, RankingPeriod::Month).await.unwrap();
    shop
}

#[tokio::test]
async fn a_shop_that_was_only_used_is_clean() {
    let report = shop().await.box_office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(
        report.checked.iter().map(|i| i.number).collect::<Vec<_>>(),
        [1, 3, 4, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19]
    );
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
        (
            3,
            "INSERT INTO ticket_move (ticket_id, from_seat, to_seat, at) VALUES (1, 1, 9, 0)",
            "ticket 1 is for seat 1, and was moved to seat 9",
        ),
        (
            19,
            "UPDATE performance SET canceled_at = 0 WHERE id = 1",
            "performance 1 is cancelled, and still has 2 valid tickets, 0 live entries on the waitlist and 1 held seats",
        ),
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
        (13, "UPDATE job_run SET fence = 1", "run 2 of job hold-sweep has fence 1, but an earlier run has 1"),
        (13, "UPDATE job_fence SET fence = 1", "run 2 of job hold-sweep has fence 2, which was not handed out"),
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
        stranger(&shop).execute_batch(damage).unwrap();
        let report = shop.box_office.audit().await.unwrap();
        assert!(
            report.findings.iter().any(|f| f.invariant == invariant && f.text.contains(explanation)),
            "{damage}\n{report}"
        );
    }
}

/// The same for a shop with a waitlist: the first entry has an offer of seat 1, the second waits for seats 1 and 2, the third
/// has booked seat 3, which was offered to it.
#[tokio::test]
async fn every_broken_invariant_of_the_waitlist_is_found_and_explained() {
    for (invariant, damage, explanation) in [
        (4, "UPDATE seat SET state = 'AVAILABLE' WHERE id = 1", "seat 1 is AVAILABLE and is offered to 1 waiters"),
        (4, "UPDATE seat SET state = 'WAITING' WHERE id = 2", "seat 2 is WAITING and is offered to 0 waiters"),
        (8, "UPDATE show SET max_seats_per_user = 1", "user 2 has 2 seats of performance 1, allowed are 1"),
        (
            9,
            "DROP INDEX waitlist_seat_offered_once;
             UPDATE waitlist_seat SET status = 'OFFERED' WHERE entry_id = 2 AND seat_id = 1",
            "seat 1 is offered to entries 1, 2",
        ),
        (
            9,
            "UPDATE waitlist_seat SET status = 'UNUSED' WHERE entry_id = 2",
            "entry 2 for 1 seats is WAITING, with 0 wanted",
        ),
        (
            9,
            "UPDATE waitlist_seat SET status = 'WANTED' WHERE entry_id = 1",
            "entry 1 for 1 seats is ACTIVATION, with 1 wanted",
        ),
        (
            9,
            "UPDATE seat SET performance_id = 2, guid = 'moved' WHERE id = 2",
            "entry 2 names seat 2 of another performance",
        ),
        (
            9,
            "UPDATE booking SET user_id = 1 WHERE id = (SELECT booking_id FROM waitlist_entry WHERE id = 3)",
            "entry 3 ended in booking",
        ),
        // The seat of entry 3 was wanted by entry 2, too.
        (
            9,
            "UPDATE waitlist_seat SET seat_id = 3 WHERE entry_id = 2 AND seat_id = 2",
            "entry 3 was served before entry 2, which wanted the same seats",
        ),
        (14, "DELETE FROM outbox WHERE entry_id = 1", "the offer to entry 1 has 0 mails"),
        (14, "UPDATE outbox SET entry_id = 2 WHERE entry_id = 1", "tells of an offer to entry 2, which has none"),
    ] {
        let shop = shop_with_waitlist().await;
        let report = shop.box_office.audit().await.unwrap();
        assert!(report.is_clean(), "{report}");
        stranger(&shop).execute_batch(damage).unwrap();
        let report = shop.box_office.audit().await.unwrap();
        assert!(
            report.findings.iter().any(|f| f.invariant == invariant && f.text.contains(explanation)),
            "{damage}\n{report}"
        );
    }
}

async fn shop_with_waitlist() -> TestShop {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).performance("2027-03-02", 1, None).build()).await;
    let (owner, mina, seats) = (shop.join("owner").await, shop.join("mina").await, shop.seats(0).await);
    let office = &shop.box_office;
    let mut sold = Vec::new();
    for seat in &seats {
        sold.push(office.book(owner, vec![*seat]).await.unwrap().id);
    }
    let wait = async |seats: &[SeatId]| {
        office.join_waitlist(mina, WaitlistWish { seat_count: 1, seats: seats.to_vec() }).await.unwrap()
    };
    wait(&seats[..1]).await;
    wait(&seats[..2]).await;
    let third = wait(&seats[2..3]).await;
    for booking in [sold[0], sold[2]] {
        office.cancel(owner, booking, None).await.unwrap();
    }
    assert_eq!(offer_canceled_seats(office).await.offered, 2);
    office.book_offer(mina, third).await.unwrap();
    shop
}

/// The last word is the index's: a seat cannot even be stored as offered twice, nor can two mails of one offer.
#[tokio::test]
async fn the_database_refuses_a_second_offer_of_a_seat_and_a_second_mail() {
    let shop = shop_with_waitlist().await;
    let database = stranger(&shop);
    for damage in [
        "UPDATE waitlist_seat SET status = 'OFFERED' WHERE entry_id = 2 AND seat_id = 1",
        "INSERT INTO outbox (kind, user_id, entry_id, created_at, give_up_after, next_attempt_at)
         SELECT kind, user_id, entry_id, 0, 0, 0 FROM outbox WHERE entry_id = 1",
    ] {
        let refused = database.execute(damage, []).unwrap_err().to_string();
        assert!(refused.contains("UNIQUE constraint failed"), "{damage}: {refused}");
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
        assert_clean(&shop.box_office).await;
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
        stranger(&shop).execute(block, []).unwrap();
        let report = shop.box_office.audit().await.unwrap();
        let text = "seat 3 is held and BLOCKED at once";
        assert!(report.findings.iter().any(|f| f.invariant == 12 && f.text.contains(text)), "{report}");
    }
}

/// It looks at Redis command by command, and between any two of them a hold may end, change, or be sold.
#[rstest]
#[tokio::test]
async fn what_changes_while_it_looks_is_no_damage(
    #[values("release", "drop", "exchange", "hold again", "sell")] change: &str,
) {
    let shop = TestShop::with(Redis, PlanBuilder::hall(1, 9).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let proxy = RedisProxy::start(shop.redis.as_ref().unwrap()).await;
    let (office, auditor) = (&shop.box_office, shop.open_through(&proxy));
    for nth in 1.. {
        let hold = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold.id;
        let mut stopped = proxy.stop_at(nth);
        let mut audit = pin!(auditor.audit());
        tokio::select! {
            report = &mut audit => {
                assert!(report.unwrap().is_clean());
                assert!(nth > 5, "it has looked only so often");
                return;
            }
            () = stopped.reached() => {}
        }
        match change {
            "release" => office.release_hold(mina, hold).await.unwrap(),
            "drop" => drop(office.change_hold(mina, hold, vec![], vec![seats[0]]).await.unwrap()),
            "exchange" => drop(office.change_hold(mina, hold, vec![seats[2]], vec![seats[0]]).await.unwrap()),
            "hold again" => drop(office.hold(mina, seats[1..3].to_vec()).await.unwrap()),
            _ => {
                let booking = office.confirm(mina, hold).await.unwrap();
                office.cancel(mina, booking.id, None).await.unwrap();
                offer_canceled_seats(office).await;
            }
        }
        stopped.go_on();
        let report = audit.await.unwrap();
        assert!(report.is_clean(), "at command {nth}: {report}");
        for held in office.holds(mina, shop.performance(0).await).await.unwrap() {
            office.release_hold(mina, held.hold.id).await.unwrap();
        }
    }
}
