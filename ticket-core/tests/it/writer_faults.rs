//! The one thread that writes, when writing goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rusqlite::Connection;
use ticket_core::HoldBackend::Embedded;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{SeatId, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, Error};

use crate::support::{states, stranger};

const SEATS: usize = 12;

async fn shop() -> (TestShop, Vec<SeatId>, UserId) {
    let plan = PlanBuilder::hall(1, u32::try_from(SEATS).unwrap()).with(|plan| plan.max_seats_per_user = 1000).build();
    let shop = TestShop::with(Embedded, plan).await;
    let (seats, mina) = (shop.seats(0).await, shop.join("mina").await);
    (shop, seats, mina)
}

/// Books every seat at once, in one batch: while the database is locked, what comes waits together.
async fn book_all_in_one_batch(shop: &TestShop, seats: &[SeatId], user: UserId) -> Vec<Result<(), Error>> {
    let lock = stranger(shop);
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    // The writer takes this one, and waits with it for the lock.
    let first = shop.box_office.next_fence("any");
    let all = join_all(seats.iter().map(|seat| shop.box_office.book(user, vec![*seat])));
    let unlock = async {
        // The bookings are in the queue by now: each is put there before its future first waits.
        lock.execute_batch("ROLLBACK").unwrap();
    };
    let (_, bookings, ()) = tokio::join!(biased; first, all, unlock);
    bookings.into_iter().map(|booking| booking.map(drop)).collect()
}

/// As a full disk does it: in the middle of a batch the whole transaction is gone. Whose job it was is told so; the other
/// jobs, whose work is undone too, are run once more.
#[tokio::test]
async fn a_transaction_that_falls_apart_takes_only_the_culprit_along() {
    let (shop, seats, mina) = shop().await;
    let trigger = format!(
        "CREATE TRIGGER disk_full BEFORE INSERT ON ticket WHEN NEW.seat_id = {}
         BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
        seats[5]
    );
    stranger(&shop).execute_batch(&trigger).unwrap();
    let results = book_all_in_one_batch(&shop, &seats, mina).await;
    for (n, result) in results.iter().enumerate() {
        if n == 5 {
            assert_eq!(result.as_ref().map_err(Error::code), Err(ErrorCode::Unavailable));
        } else {
            assert_eq!(*result, Ok(()), "seat {n}");
        }
    }
    assert_eq!(states(&shop).await, "BBBBBABBBBBB");
    stranger(&shop).execute_batch("DROP TRIGGER disk_full").unwrap();
    shop.box_office.book(mina, vec![seats[5]]).await.unwrap();
    assert_clean(&shop.box_office).await;
}

/// COMMIT itself fails: the writer finds out that nothing was written, and says so to everybody, definitely.
#[tokio::test]
async fn a_failed_commit_is_answered_definitely_and_leaves_nothing() {
    let (shop, seats, mina) = shop().await;
    // A reference that leads nowhere, and is checked only by COMMIT.
    stranger(&shop)
        .execute_batch(
            "CREATE TABLE poison (user INTEGER REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER spoil AFTER INSERT ON booking BEGIN INSERT INTO poison VALUES (-1); END",
        )
        .unwrap();
    for result in book_all_in_one_batch(&shop, &seats, mina).await {
        let code = result.unwrap_err().code();
        assert!(code != ErrorCode::OutcomeUnknown, "{code}");
    }
    assert_eq!(states(&shop).await, "AAAAAAAAAAAA");
    stranger(&shop).execute_batch("DROP TRIGGER spoil").unwrap();
    assert!(book_all_in_one_batch(&shop, &seats, mina).await.iter().all(Result::is_ok), "the writer goes on");
    assert_clean(&shop.box_office).await;
}

/// More writes than may wait: the rest is refused at once and told when to come back; those who wait are served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses_and_does_not_grow() {
    const CALLS: usize = 6000;
    let (shop, seats, mina) = shop().await;
    let lock = stranger(&shop);
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let calls = (0..CALLS).map(|n| shop.box_office.book(mina, vec![seats[n % SEATS]]));
    let unlock = async { lock.execute_batch("ROLLBACK").unwrap() };
    let (results, ()) = tokio::join!(biased; join_all(calls), unlock);
    let refused: Vec<&Error> = results
        .iter()
        .filter_map(|r| r.as_ref().err())
        .filter(|error| error.code() == ErrorCode::Unavailable)
        .collect();
    assert!(refused.len() >= CALLS - 4096 - 64, "only {} refused", refused.len());
    assert!(refused.len() < CALLS - 4000, "{} refused", refused.len());
    assert!(refused.iter().all(|error| error.retry_after() == Some(Duration::from_secs(1))));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), SEATS);
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn a_long_reader_holds_nobody_up_and_sees_nothing_move() {
    let (shop, seats, mina) = shop().await;
    let reader = stranger(&shop);
    let sold =
        |reader: &Connection| reader.query_row("SELECT count(*) FROM ticket", [], |r| r.get::<_, usize>(0)).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(sold(&reader), 0);
    let started = Instant::now();
    for seat in &seats {
        shop.box_office.book(mina, vec![*seat]).await.unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(sold(&reader), 0, "its snapshot stands still");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(sold(&reader), SEATS);
}

/// A rush in one process, and an admin who writes from another: he gets his turn, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_writes_from_another_process_is_not_starved_by_a_rush() {
    const RUSH: usize = 3000;
    let (shop, seats, mina) = shop().await;
    let admin: BoxOffice = shop.open_again();
    let written = Arc::new(AtomicUsize::new(0));
    let mut rush = tokio::task::JoinSet::new();
    for n in 0..48 {
        let (office, seat, written) = (shop.box_office.clone(), seats[n % SEATS], Arc::clone(&written));
        rush.spawn(async move {
            while written.fetch_add(1, Ordering::Relaxed) < RUSH {
                // Every one writes: the seat moves to a new hold.
                office.hold(mina, vec![seat]).await.unwrap();
            }
        });
    }
    let mut waits = Vec::new();
    while written.load(Ordering::Relaxed) < RUSH {
        let started = Instant::now();
        admin.next_fence("any").await.unwrap();
        waits.push(started.elapsed());
    }
    rush.join_all().await;
    let slowest = waits.iter().max().unwrap();
    assert!(waits.len() > 10, "the admin has written {} times only", waits.len());
    assert!(*slowest < Duration::from_secs(2), "the admin has waited {slowest:?}");
    assert_clean(&shop.box_office).await;
    admin.shutdown().await;
}

/// A look at the database commits nothing, unless the last commit failed: then it shows when one is possible again.
#[tokio::test]
async fn a_look_commits_only_after_a_commit_that_failed() {
    let (shop, ..) = shop().await;
    let transactions = || shop.box_office.stats().batches.counts.iter().sum::<u64>();
    let before = transactions();
    for _ in 0..10 {
        shop.box_office.check().await.unwrap();
    }
    assert_eq!(transactions(), before);

    stranger(&shop)
        .execute_batch(
            "CREATE TABLE poison (user INTEGER REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER spoil AFTER UPDATE ON writer_batch BEGIN INSERT INTO poison VALUES (-1); END",
        )
        .unwrap();
    shop.box_office.check().await.unwrap();
    shop.box_office.next_fence("any").await.unwrap_err();
    for _ in 0..2 {
        shop.box_office.check().await.unwrap_err();
    }
    stranger(&shop).execute_batch("DROP TRIGGER spoil").unwrap();
    for _ in 0..10 {
        shop.box_office.check().await.unwrap();
    }
    assert_eq!(transactions(), before + 1);

    // A new process does not know yet.
    let other = shop.open_again();
    for _ in 0..10 {
        other.check().await.unwrap();
    }
    assert_eq!(other.stats().batches.counts.iter().sum::<u64>(), 1);
}
