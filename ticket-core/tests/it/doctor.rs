//! What is broken on purpose is repaired where it can be told what is right, and left to a person where it cannot.

use ticket_core::HoldBackend::{Embedded, Redis};
use ticket_core::doctor::{Diagnosis, Outcome};
use ticket_core::domain::{SeatId, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};

use crate::support::{states, stranger};

/// Mina has booked the first two seats, cancelled a booking of the fourth, and holds the third.
async fn shop(holds: ticket_core::HoldBackend) -> (TestShop, Vec<SeatId>, UserId) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 10).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    shop.box_office.hold(mina, vec![seats[2]]).await.unwrap();
    let booking = shop.box_office.book(mina, vec![seats[3]]).await.unwrap();
    shop.box_office.cancel(mina, booking.id, None).await.unwrap();
    (shop, seats, mina)
}

fn damage(shop: &TestShop, sql: &str) {
    stranger(shop).execute_batch(sql).unwrap();
}

async fn repair_all(shop: &TestShop) -> Diagnosis {
    let diagnosis = shop.box_office.diagnose().await.unwrap();
    for (repair, outcome) in shop.box_office.repair(diagnosis.repairs.clone()).await.unwrap() {
        assert_eq!(outcome, Outcome::Repaired, "{repair:?}");
    }
    diagnosis
}

#[tokio::test]
async fn a_healthy_shop_needs_no_doctor() {
    for holds in [Embedded, Redis] {
        let (shop, ..) = shop(holds).await;
        let diagnosis = shop.box_office.diagnose().await.unwrap();
        assert!(diagnosis.repairs.is_empty() && diagnosis.for_a_person.is_empty(), "{diagnosis:?}");
    }
}

#[tokio::test]
async fn rows_that_contradict_the_tickets_are_put_right() {
    for (sql, problem, states_after) in [
        ("UPDATE seat SET state = 'AVAILABLE' WHERE id = 1", "seat 1 is AVAILABLE", "BBHC"),
        ("UPDATE seat SET state = 'CANCELED' WHERE id = 2", "seat 2 is CANCELED", "BBHC"),
        ("DELETE FROM seat_history WHERE seat_id = 1", "its history ends with AVAILABLE", "BBHC"),
        ("UPDATE seat SET state = 'BOOKED' WHERE id = 4", "its ticket of booking 2 is cancelled", "BBHC"),
        ("UPDATE booking SET state = 'BOOKED' WHERE id = 2", "booking 2 is BOOKED, and all its", "BBHC"),
    ] {
        let (shop, ..) = shop(Embedded).await;
        assert!(states(&shop).await.starts_with("BBHC"));
        damage(&shop, sql);
        assert!(!shop.box_office.audit().await.unwrap().is_clean(), "{sql}");
        let diagnosis = repair_all(&shop).await;
        assert_eq!(diagnosis.repairs.len(), 1, "{diagnosis:?}");
        assert!(diagnosis.repairs[0].problem.contains(problem), "{diagnosis:?}");
        assert!(diagnosis.for_a_person.is_empty(), "{sql}: {diagnosis:?}");
        let report = shop.box_office.audit().await.unwrap();
        assert!(report.is_clean(), "{sql}\n{report}");
        assert!(states(&shop).await.starts_with(states_after), "{sql}: {}", states(&shop).await);
    }
}

#[tokio::test]
async fn what_cannot_be_told_is_left_to_a_person() {
    for sql in [
        // The ticket may be what was lost.
        "UPDATE seat SET state = 'BOOKED' WHERE id = 9",
        "UPDATE seat SET state = 'BLOCKED' WHERE id = 1",
        "UPDATE seat SET state = 'BLOCKED' WHERE id = 20",
        "UPDATE booking SET state = 'CANCELED' WHERE id = 1",
        "UPDATE show SET max_seats_per_user = 1",
        "UPDATE hold_seat SET expires_at = expires_at + 1",
    ] {
        let (shop, ..) = shop(Embedded).await;
        damage(&shop, sql);
        let before = shop.box_office.audit().await.unwrap();
        let diagnosis = repair_all(&shop).await;
        assert!(diagnosis.repairs.is_empty(), "{sql}: {diagnosis:?}");
        assert_eq!(diagnosis.for_a_person, before.findings, "{sql}");
        assert_eq!(shop.box_office.audit().await.unwrap(), before, "{sql}: nothing was changed");
    }
}

#[tokio::test]
async fn a_hold_on_a_seat_that_is_not_on_sale_loses_it() {
    for holds in [Embedded, Redis] {
        let (shop, seats, mina) = shop(holds).await;
        let hold = shop.box_office.hold(mina, seats[2..6].iter().copied().filter(|seat| *seat != seats[3]).collect());
        let hold = hold.await.unwrap().hold;
        damage(
            &shop,
            "UPDATE seat SET state = 'BLOCKED' WHERE id = 3;
             INSERT INTO seat_history (performance_id, seat_id, state, at) VALUES (1, 3, 'BLOCKED', 0)",
        );
        let diagnosis = repair_all(&shop).await;
        assert_eq!(diagnosis.repairs.iter().map(|r| &*r.action).collect::<Vec<_>>(), ["take it out of the hold"]);
        assert!(diagnosis.for_a_person.is_empty(), "{diagnosis:?}");
        assert_clean(&shop.box_office).await;
        assert!(states(&shop).await.starts_with("BBXCHH"), "{}", states(&shop).await);
        assert_eq!(
            shop.box_office.confirm(mina, hold.id).await.unwrap().tickets.len(),
            2,
            "the rest of it is as it was"
        );
    }
}

#[tokio::test]
async fn holds_that_nobody_has_cleared_are_cleared() {
    let (shop, ..) = shop(Embedded).await;
    shop.clock.advance(std::time::Duration::from_mins(7) + std::time::Duration::from_secs(59));
    assert!(shop.box_office.diagnose().await.unwrap().repairs.is_empty(), "a job may still come");
    shop.clock.advance(std::time::Duration::from_secs(1));
    let diagnosis = repair_all(&shop).await;
    assert_eq!(diagnosis.repairs[0].action, "clear them");
    assert_eq!(shop.box_office.sweep_holds().await, Ok(0));
}

/// Damage, what is done about it, and a piece of what is said of it.
const KEYS: &[(&[&str], &str, &str)] = &[
    (&["SET", "{perf:1}:seat:7", "12|1|99999999999999|99999999999999", "PX", "60000"], "free the seat", "for no hold"),
    (&["SET", "{perf:1}:seat:7", "12|1|99999999999999|99999999999999"], "free the seat", "for no hold"),
    (&["SET", "{perf:1}:seat:7", "nonsense", "PX", "60000"], "free the seat", "for no hold: nonsense"),
    (&["LPUSH", "{perf:1}:seat:7", "x"], "delete it", "should claim a seat"),
    (&["SET", "{perf:1}:hold:7", "x", "PX", "60000"], "delete it", "names no hold"),
    (&["SET", "{perf:1}:hold:0123456789abcdef0123456789abcdef", "x", "PX", "60000"], "delete it", "should be a hold"),
    (&["HSET", "{perf:1}:seat:x", "a", "b"], "delete it", "names no seat"),
    (
        &["HSET", "{perf:1}:hold:0123456789abcdef0123456789abcdef", "user", "1", "seats", "7"],
        "delete it",
        "parts missing",
    ),
    (
        &[
            "HSET",
            "{perf:1}:hold:0123456789abcdef0123456789abcdef",
            "user",
            "1",
            "seats",
            "7",
            "expires",
            "x",
            "cap",
            "x",
        ],
        "delete it",
        "no sense",
    ),
    (&["DEL", "{perf:1}:seat:3"], "delete it", "claims no seat any more"),
    (&["PERSIST", "{perf:1}:seat:3"], "let it end by itself", "{perf:1}:seat:3 never ends"),
    (&["PERSIST", "{perf:1}:user:1"], "let it end by itself", "never ends"),
    (&["PERSIST", "{perf:1}:version"], "let it end by itself", "never ends"),
    (&["PEXPIRE", "{perf:1}:claims", "99999999"], "let it end by itself", "ends only in"),
    (&["SET", "{perf:77}:seat:3", "12|1|99999999999999|99999999999999"], "delete it", "not there"),
    (&["ZADD", "{perf:77}:claims", "1", "3"], "delete it", "not there"),
    (&["SET", "{perf:77}:version", "1"], "delete it", "not there"),
];

#[tokio::test]
async fn keys_that_are_wrong_are_put_right_and_no_others() {
    let (shop, seats, mina) = shop(Redis).await;
    let redis = shop.redis.as_ref().unwrap();
    for (command, action, problem) in KEYS {
        redis.command(command).await;
        let diagnosis = repair_all(&shop).await;
        let found = diagnosis.repairs.iter().any(|r| r.action == *action && r.problem.contains(problem));
        assert!(found && diagnosis.for_a_person.is_empty(), "{command:?}: {diagnosis:?}");
        let report = shop.box_office.audit().await.unwrap();
        assert!(report.is_clean(), "{command:?}\n{report}");
        let again = shop.box_office.diagnose().await.unwrap();
        assert!(again.repairs.is_empty(), "{command:?}: {again:?}");
        if command[0] == "DEL" {
            shop.box_office.hold(mina, vec![seats[2]]).await.unwrap();
        }
        assert!(states(&shop).await.starts_with("BBHCAAA"), "{command:?}: {}", states(&shop).await);
    }
    let hold = &shop.box_office.list_holds().await.unwrap()[0];
    assert_eq!(
        shop.box_office.confirm(mina, hold.id).await.unwrap().tickets.len(),
        1,
        "its hold has survived all that"
    );
}

/// Between the plan and the repair, everything has changed.
#[tokio::test]
async fn what_is_not_as_it_was_found_is_left_alone() {
    let (shop, seats, mina) = shop(Redis).await;
    let redis = shop.redis.as_ref().unwrap();
    let orphan = ["SET", "{perf:1}:seat:7", "12|1|99999999999999|99999999999999", "PX", "60000"];
    redis.command(&orphan).await;
    redis.command(&["HSET", "{perf:1}:hold:0123456789abcdef0123456789abcdef", "user", "1", "seats", "7"]).await;
    redis.command(&["PEXPIRE", "{perf:1}:hold:0123456789abcdef0123456789abcdef", "60000"]).await;
    damage(&shop, "UPDATE seat SET state = 'AVAILABLE' WHERE id = 1; UPDATE seat SET state = 'BOOKED' WHERE id = 3");
    let diagnosis = shop.box_office.diagnose().await.unwrap();
    assert_eq!(diagnosis.repairs.len(), 4, "{diagnosis:?}");

    damage(&shop, "UPDATE seat SET state = 'BOOKED' WHERE id = 1; UPDATE seat SET state = 'AVAILABLE' WHERE id = 3");
    redis.command(&["DEL", "{perf:1}:seat:7"]).await;
    redis.command(&["HSET", "{perf:1}:hold:0123456789abcdef0123456789abcdef", "seats", "8"]).await;
    let held = shop.box_office.hold(mina, vec![seats[6]]).await.unwrap().hold;
    for (repair, outcome) in shop.box_office.repair(diagnosis.repairs).await.unwrap() {
        assert_eq!(outcome, Outcome::Changed, "{repair:?}");
    }
    assert_eq!(shop.box_office.confirm(mina, held.id).await.unwrap().tickets.len(), 1);
}

/// Buyers come and go while the doctor works again and again: none of them notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sale_beside_it_is_not_disturbed() {
    for holds in [Embedded, Redis] {
        let (shop, seats, mina) = shop(holds).await;
        let stop = tokio::sync::watch::Sender::new(false);
        let doctor = {
            let (office, mut stopped) = (shop.box_office.clone(), stop.subscribe());
            tokio::spawn(async move {
                let mut visits = 0;
                while !*stopped.borrow_and_update() {
                    let diagnosis = office.diagnose().await.unwrap();
                    assert!(diagnosis.for_a_person.is_empty(), "{diagnosis:?}");
                    office.repair(diagnosis.repairs).await.unwrap();
                    visits += 1;
                }
                visits
            })
        };
        for round in 0..60 {
            let seat = seats[10 + round % 10];
            let hold = shop.box_office.hold(mina, vec![seat]).await.unwrap().hold;
            shop.box_office.extend_hold(mina, hold.id).await.unwrap();
            let booking = shop.box_office.confirm(mina, hold.id).await.unwrap();
            shop.box_office.cancel(mina, booking.id, None).await.unwrap();
            assert_eq!(offer_canceled_seats(&shop.box_office).await.returned, if round == 0 { 2 } else { 1 });
        }
        stop.send_replace(true);
        assert!(doctor.await.unwrap() > 0);
        assert_clean(&shop.box_office).await;
    }
}

#[tokio::test]
async fn sales_that_were_counted_wrong_are_counted_again() {
    for (sql, counted) in [
        ("UPDATE sale_day SET tickets = 7", "counted were 7"),
        ("DELETE FROM sale_day", "counted were 0"),
        ("INSERT INTO sale_day (day, show_id, tickets) VALUES ('2020-01-01', 1, 3)", "counted were 3"),
    ] {
        let (shop, ..) = shop(Embedded).await;
        damage(&shop, sql);
        let diagnosis = repair_all(&shop).await;
        assert_eq!(diagnosis.repairs.len(), 1, "{diagnosis:?}");
        assert!(diagnosis.repairs[0].problem.ends_with(counted), "{diagnosis:?}");
        assert!(diagnosis.for_a_person.is_empty(), "{diagnosis:?}");
        assert!(shop.box_office.audit().await.unwrap().is_clean(), "{sql}");
    }
}

#[tokio::test]
async fn a_count_that_was_put_right_meanwhile_stays() {
    let (shop, seats, mina) = shop(Embedded).await;
    damage(&shop, "UPDATE sale_day SET tickets = 7");
    let diagnosis = shop.box_office.diagnose().await.unwrap();
    shop.box_office.book(mina, vec![seats[5]]).await.unwrap();
    let outcomes = shop.box_office.repair(diagnosis.repairs).await.unwrap();
    assert_eq!(outcomes[0].1, Outcome::Changed, "it is 3 of 8 now, and not 2 of 7");
}

#[tokio::test]
async fn what_is_found_is_in_the_order_of_the_invariants() {
    let (shop, ..) = shop(Embedded).await;
    damage(&shop, "UPDATE sale_day SET tickets = 7; UPDATE seat SET state = 'AVAILABLE' WHERE id = 1;");
    damage(&shop, "UPDATE booking SET state = 'BOOKED' WHERE id = 2; UPDATE seat SET state = 'BLOCKED' WHERE id = 9;");
    let numbers = |found: Vec<u8>| assert!(found.is_sorted() && found.len() > 1, "{found:?}");
    let diagnosis = shop.box_office.diagnose().await.unwrap();
    numbers(diagnosis.repairs.iter().map(|repair| repair.invariant).collect());
    let audit = shop.box_office.audit().await.unwrap();
    numbers(audit.findings.iter().map(|finding| finding.invariant).collect());
}
