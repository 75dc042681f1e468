//! Idempotency keys: the same request again is answered as before, and done once.

use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{BookingReceipt, CancelResult, Language};
use ticket_core::domain::{Booking, BookingId, Grade, Hold, HoldId, PerformanceId, SeatId, SeatWish, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Error, KeptAnswer, Once, Turn};

use crate::support::{Runner, ended, stranger};

const DAY: Duration = Duration::from_hours(24);

async fn shop(holds: HoldBackend) -> (TestShop, Vec<SeatId>, UserId, UserId) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 10).performance("2027-03-02", 1, None).build()).await;
    let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
    (shop, seats, mina, joon)
}

fn receipt(booking: &Booking) -> Result<KeptAnswer, Error> {
    KeptAnswer::json(&BookingReceipt::new(booking, Language::English))
}

fn booking_in(answer: &KeptAnswer) -> BookingId {
    serde_json::from_slice::<BookingReceipt>(&answer.body).unwrap().booking_id
}

async fn once(office: &BoxOffice, user: UserId, route: &str, key: &str, request: &str) -> Result<Once, Error> {
    office.once(user, route, key.parse().unwrap(), &[request.as_bytes()]).await
}

/// The right to act, when nobody has acted before.
async fn turn(office: &BoxOffice, user: UserId, route: &str, key: &str, request: &str) -> Turn {
    match once(office, user, route, key, request).await.unwrap() {
        Once::First(turn) => turn,
        Once::Before(answer) => panic!("{answer:?}"),
    }
}

async fn book(office: &BoxOffice, user: UserId, key: &str, seats: &[SeatId]) -> Result<KeptAnswer, Error> {
    match once(office, user, "book", key, &format!("{seats:?}")).await? {
        Once::First(turn) => turn.book(seats.to_vec(), receipt).await,
        Once::Before(answer) => Ok(answer),
    }
}

async fn confirm(office: &BoxOffice, user: UserId, key: &str, hold: HoldId) -> Result<KeptAnswer, Error> {
    match once(office, user, "book", key, &hold.to_string()).await? {
        Once::First(turn) => turn.confirm(hold, receipt).await,
        Once::Before(answer) => Ok(answer),
    }
}

async fn cancel(office: &BoxOffice, user: UserId, key: &str, booking: BookingId) -> Result<KeptAnswer, Error> {
    match once(office, user, "cancel", key, &booking.to_string()).await? {
        Once::First(turn) => {
            turn.cancel(booking, None, |booking, canceled| KeptAnswer::json(&CancelResult::new(booking, canceled)))
                .await
        }
        Once::Before(answer) => Ok(answer),
    }
}

async fn hold(office: &BoxOffice, user: UserId, key: &str, seats: &[SeatId]) -> Result<HoldId, Error> {
    match once(office, user, "hold", key, &format!("{seats:?}")).await? {
        Once::First(turn) => turn.hold(seats.to_vec()).await.map(|held| held.hold.id),
        Once::Before(answer) => panic!("a hold keeps nothing: {answer:?}"),
    }
}

async fn bookings_of(shop: &TestShop, user: UserId) -> u64 {
    shop.box_office.bookings(user, 30, 0, 1).await.unwrap().total_items
}

fn kept(shop: &TestShop) -> i64 {
    let count = "SELECT count(*) FROM idempotency WHERE status IS NOT NULL";
    stranger(shop).query_row(count, [], |row| row.get(0)).unwrap()
}

fn sabotage(shop: &TestShop, sql: &str) {
    stranger(shop).execute_batch(sql).unwrap();
}

#[rstest]
#[tokio::test]
async fn the_first_answer_is_given_again_whatever_has_happened_since(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let office = &shop.box_office;
    let held = office.hold(mina, vec![seats[2]]).await.unwrap().hold.id;
    let booked = book(office, mina, "b", &seats[..2]).await.unwrap();
    let confirmed = confirm(office, mina, "c", held).await.unwrap();
    let canceled = cancel(office, mina, "x", booking_in(&booked)).await.unwrap();
    offer_canceled_seats(office).await;
    sabotage(&shop, "UPDATE seat SET price = 1; UPDATE show SET name = 'Hamlet'");
    shop.clock.advance(Duration::from_hours(23));
    assert_eq!(book(office, mina, "b", &seats[..2]).await, Ok(booked));
    assert_eq!(confirm(office, mina, "c", held).await, Ok(confirmed));
    assert_eq!(cancel(office, mina, "x", BookingId(1)).await, Ok(canceled));
    assert_eq!(bookings_of(&shop, mina).await, 2);
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn a_key_is_good_for_one_request(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let office = &shop.box_office;
    book(office, mina, "key", &seats[..1]).await.unwrap();
    assert_eq!(book(office, mina, "key", &seats[1..2]).await, Err(Error::KeyReused));
    assert_eq!(book(office, mina, "key", &[]).await, Err(Error::KeyReused), "before the request is looked at");
    assert_eq!(bookings_of(&shop, mina).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_its_user_and_route(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let hers = book(office, mina, "key", &seats[..1]).await.unwrap();
    let his = book(office, joon, "key", &seats[1..2]).await.unwrap();
    assert_ne!(hers, his);
    cancel(office, mina, "key", booking_in(&hers)).await.unwrap();
    assert_ne!(hold(office, mina, "key", &seats[3..4]).await, hold(office, joon, "key", &seats[4..5]).await);
    assert_eq!(kept(&shop), 3);
}

#[rstest]
#[tokio::test]
async fn a_refusal_is_not_kept(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let theirs = office.book(joon, vec![seats[0]]).await.unwrap();
    let taken = Err(Error::SeatsTaken { seats: vec![seats[0]] });
    assert_eq!(book(office, mina, "key", &seats[..2]).await, taken);
    assert_eq!(cancel(office, mina, "key", theirs.id).await, Err(Error::BookingNotFound));
    assert_eq!(kept(&shop), 0);
    office.cancel(joon, theirs.id, None).await.unwrap();
    offer_canceled_seats(office).await;
    assert!(book(office, mina, "key", &seats[..2]).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn an_answer_that_cannot_be_made_undoes_the_booking(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let unfit = Error::Internal { reason: "no answer".into() };
    let error = unfit.clone();
    let turn = turn(&shop.box_office, mina, "book", "key", "").await;
    assert_eq!(turn.book(seats[..1].to_vec(), move |_| Err(error.clone())).await, Err(unfit));
    // The database itself keeps answers of successes only.
    let failed = |_: &Booking| Ok(KeptAnswer { status: 409, content_type: String::new(), body: Vec::new() });
    assert!(turn.book(seats[..1].to_vec(), failed).await.is_err());
    assert_eq!((bookings_of(&shop, mina).await, kept(&shop)), (0, 0));
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn a_second_request_is_refused_while_the_first_runs() {
    let (shop, seats, mina, joon) = shop(Embedded).await;
    let office = &shop.box_office;
    let first = turn(office, mina, "book", "key", &format!("{:?}", &seats[..1])).await;
    assert_eq!(book(office, mina, "key", &seats[..1]).await, Err(Error::StillRunning));
    assert_eq!(book(office, mina, "key", &seats[1..2]).await, Err(Error::KeyReused));
    assert!(Error::StillRunning.is_retryable() && !Error::KeyReused.is_retryable());
    assert!(book(office, joon, "key", &seats[1..2]).await.is_ok());
    drop(first);
    assert!(book(office, mina, "key", &seats[..1]).await.is_ok());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_with_one_key_one_books(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (office, seats) = (shop.box_office.clone(), seats[..2].to_vec());
            tokio::spawn(async move { book(&office, mina, "key", &seats).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(answer) => answers.push(answer),
            Err(error) => assert_eq!(error, Error::StillRunning),
        }
    }
    assert!(!answers.is_empty());
    answers.dedup();
    assert_eq!(answers, [book(&shop.box_office, mina, "key", &seats[..2]).await.unwrap()]);
    assert_eq!(bookings_of(&shop, mina).await, 1);
    assert_clean(&shop.box_office).await;
}

/// Two processes with one key at the same moment, again and again: both answer the same, and one of them has booked.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_with_one_key_answer_the_same(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let other = shop.open_again();
    for (n, seat) in seats[..10].chunks(1).enumerate() {
        let key = n.to_string();
        let (one, two) = tokio::join!(book(&shop.box_office, mina, &key, seat), book(&other, mina, &key, seat));
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(bookings_of(&shop, mina).await, n as u64 + 1);
    }
    let all = shop.box_office.bookings(mina, 1, 0, 100).await.unwrap().booking_list;
    for booking in all {
        let (id, key) = (booking.booking_id, booking.booking_id.to_string());
        let (one, two) = tokio::join!(cancel(&shop.box_office, mina, &key, id), cancel(&other, mina, &key, id));
        assert_eq!(one.unwrap(), two.unwrap());
    }
    assert_clean(&shop.box_office).await;
    other.shutdown().await;
}

/// Both have looked for the key before either has committed, and the second one is slow: its seats are free again when it
/// comes to book. Returns how many bookings there are in the end, and what the two have answered.
async fn a_slow_second(shop: &TestShop, seats: &[SeatId], mina: UserId) -> (u64, KeptAnswer, KeptAnswer) {
    let other = shop.open_again();
    let first = turn(&shop.box_office, mina, "book", "key", "the same").await;
    let second = turn(&other, mina, "book", "key", "the same").await;
    let one = first.book(seats.to_vec(), receipt).await.unwrap();
    shop.box_office.cancel(mina, booking_in(&one), None).await.unwrap();
    offer_canceled_seats(&shop.box_office).await;
    let two = second.book(seats.to_vec(), receipt).await.unwrap();
    other.shutdown().await;
    (bookings_of(shop, mina).await, one, two)
}

#[rstest]
#[tokio::test]
async fn the_unique_key_decides_between_processes(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let (bookings, one, two) = a_slow_second(&shop, &seats[..2], mina).await;
    assert_eq!((bookings, one), (1, two));
    let letters = shop.box_office.seat_states(shop.performance(0).await).await.unwrap().states;
    assert!(!letters.contains(['B', 'H']), "the second has left something behind: {letters}");
}

/// The control: without the unique index, the same key books twice, and the audit sees it.
#[rstest]
#[tokio::test]
async fn without_the_unique_key_the_second_books_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    sabotage(&shop, "DROP INDEX idempotency_key_used_once");
    let (bookings, one, two) = a_slow_second(&shop, &seats[..2], mina).await;
    assert_eq!(bookings, 2);
    assert_ne!(one, two);
    let report = shop.box_office.audit().await.unwrap();
    assert!(report.findings.iter().any(|finding| finding.invariant == 10), "{report}");
}

/// What the second is refused is what the first has sold to it.
#[rstest]
#[tokio::test]
async fn a_slow_second_answers_as_the_first(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let (office, other) = (&shop.box_office, shop.open_again());
    let first = turn(office, mina, "book", "key", "the same").await;
    let second = turn(&other, mina, "book", "key", "the same").await;
    let answer = first.book(seats[..2].to_vec(), receipt).await;
    assert_eq!(second.book(seats[..2].to_vec(), receipt).await, answer);

    let held = office.hold(mina, seats[5..7].to_vec()).await.unwrap().hold.id;
    let first = turn(office, mina, "book", "another", "the same").await;
    let second = turn(&other, mina, "book", "another", "the same").await;
    let answer = first.confirm(held, receipt).await;
    assert_eq!(second.confirm(held, receipt).await, answer);
    assert_eq!(bookings_of(&shop, mina).await, 2);
    other.shutdown().await;
}

/// In the meantime the key was used for something else.
#[rstest]
#[tokio::test]
async fn a_slow_second_with_another_request_is_told_so(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let other = shop.open_again();
    let slow = turn(&shop.box_office, mina, "book", "key", "seats 1 and 2").await;
    let first = turn(&other, mina, "book", "key", "seat 1").await;
    first.book(seats[..1].to_vec(), receipt).await.unwrap();
    assert_eq!(slow.book(seats[..2].to_vec(), receipt).await, Err(Error::KeyReused));
    assert_eq!(slow.book(seats[5..6].to_vec(), receipt).await, Err(Error::KeyReused));
    assert_eq!(bookings_of(&shop, mina).await, 1);
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn another_process_finds_the_answer_after_a_crash(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let answer = book(&shop.box_office, mina, "key", &seats[..1]).await.unwrap();
    let other = shop.open_again();
    assert_eq!(book(&other, mina, "key", &seats[..1]).await, Ok(answer));
    assert_eq!(book(&other, mina, "key", &seats[1..2]).await, Err(Error::KeyReused));
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn a_hold_confirmed_without_a_key_is_answered_and_kept(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let office = &shop.box_office;
    let held = office.hold(mina, seats[..1].to_vec()).await.unwrap().hold.id;
    let booking = office.confirm(mina, held).await.unwrap();
    let answer = confirm(office, mina, "key", held).await.unwrap();
    assert_eq!(answer, receipt(&booking).unwrap());
    office.cancel(mina, booking.id, None).await.unwrap();
    assert_eq!(confirm(office, mina, "key", held).await, Ok(answer));
}

#[tokio::test]
async fn answers_are_kept_for_a_day() {
    let (shop, seats, mina, _) = shop(Embedded).await;
    let office = &shop.box_office;
    book(office, mina, "key", &seats[..1]).await.unwrap();
    let many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500)
        INSERT INTO idempotency (user_id, route, key, request, status, content_type, body, created_at)
        SELECT user_id, route, n, request, status, content_type, body, created_at FROM idempotency, n";
    sabotage(&shop, many);
    shop.clock.advance(DAY);
    assert_eq!(office.prune_answers().await, Ok(0));
    book(office, mina, "young", &seats[1..2]).await.unwrap();
    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(office.prune_answers().await, Ok(2501));
    assert_eq!(kept(&shop), 1);
    let taken = Err(Error::SeatsTaken { seats: vec![seats[0]] });
    assert_eq!(book(office, mina, "key", &seats[..1]).await, taken, "the key is as good as new");
}

#[tokio::test]
async fn a_job_forgets_old_answers() {
    let (shop, seats, mina, _) = shop(Embedded).await;
    book(&shop.box_office, mina, "key", &seats[..1]).await.unwrap();
    let runner = Runner::start(&shop.box_office);
    // It is nine in the morning, and the job runs at four: the answer is 19 hours old then, and a day later 43.
    shop.clock.advance(Duration::from_hours(19));
    ended(&shop.box_office, "housekeeping", 1).await;
    assert_eq!(kept(&shop), 1);
    shop.clock.advance(DAY);
    ended(&shop.box_office, "housekeeping", 2).await;
    assert_eq!(kept(&shop), 0);
    runner.end().await;
}

#[rstest]
#[tokio::test]
async fn a_key_finds_its_hold_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let (office, other) = (&shop.box_office, shop.open_again());
    let first = hold(office, mina, "key", &[seats[1], seats[0]]).await.unwrap();
    shop.clock.advance(Duration::from_mins(6));
    assert_eq!(hold(office, mina, "key", &[seats[1], seats[0]]).await, Ok(first));
    assert_eq!(
        hold(&other, mina, "key", &[seats[1], seats[0]]).await,
        Ok(first),
        "every process derives the same token"
    );
    assert_eq!(hold(&other, mina, "key", &seats[..2]).await, Err(Error::KeyReused), "the same seats said otherwise");
    assert_eq!(office.holds(mina, first.performance).await.unwrap().len(), 1);
    assert_eq!(hold(office, mina, "key", &seats[..3]).await, Err(Error::KeyReused));
    assert_eq!(kept(&shop), 0);
    let there = shop.seats(1).await;
    for office in [office, &other] {
        assert_eq!(hold(office, mina, "key", &there[..1]).await, Err(Error::KeyReused), "of another performance");
    }
    assert!(office.holds(mina, shop.performance(1).await).await.unwrap().is_empty());
    // As the hold is now, whatever has become of it.
    office.change_hold(mina, first, vec![seats[2]], vec![seats[0]]).await.unwrap();
    assert_eq!(hold(office, mina, "key", &[seats[1], seats[0]]).await, Ok(first));
    other.shutdown().await;
}

/// Where the second of two processes looks for the key before the first has noted it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_names_one_hold_in_all_performances(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, here, mina, _) = shop(holds).await;
    let (other, there) = (shop.open_again(), shop.seats(1).await);
    for n in 0..10 {
        let key = n.to_string();
        let (one, two) =
            tokio::join!(hold(&shop.box_office, mina, &key, &here[..1]), hold(&other, mina, &key, &there[..1]));
        let held = [&one, &two].into_iter().filter(|held| held.is_ok()).count();
        assert_eq!(held, 1, "{one:?} {two:?}");
        assert!([one, two].contains(&Err(Error::KeyReused)));
        for performance in [0, 1] {
            for held in shop.box_office.holds(mina, shop.performance(performance).await).await.unwrap() {
                shop.box_office.release_hold(mina, held.hold.id).await.unwrap();
            }
        }
    }
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn what_a_refused_hold_was_asked_for_is_forgotten(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    office.hold(joon, vec![seats[0]]).await.unwrap();
    let refused = Err(Error::SeatsTaken { seats: vec![seats[0]] });
    assert_eq!(hold(office, mina, "key", &seats[..1]).await, refused);
    let held = hold(office, mina, "key", &shop.seats(1).await[..1]).await.unwrap();
    // A refusal of what was done does not free the key.
    office.confirm(mina, held).await.unwrap();
    assert_eq!(hold(office, mina, "key", &shop.seats(1).await[..1]).await, Err(Error::HoldNotFound));
    assert_eq!(hold(office, mina, "key", &seats[1..2]).await, Err(Error::KeyReused));
}

async fn release(office: &BoxOffice, user: UserId, key: &str, hold: HoldId) -> Result<KeptAnswer, Error> {
    match once(office, user, "release", key, &hold.to_string()).await? {
        Once::First(turn) => turn.release_hold(hold, KeptAnswer::empty()).await,
        Once::Before(answer) => Ok(answer),
    }
}

/// Each of them may find the hold gone, and then answers what the other has answered.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_release_once_and_both_say_so() {
    let (shop, seats, mina, _) = shop(Embedded).await;
    let other = shop.open_again();
    for n in 0..10 {
        let (key, id) = (n.to_string(), shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold.id);
        let (one, two) = tokio::join!(release(&shop.box_office, mina, &key, id), release(&other, mina, &key, id));
        assert_eq!((one, two), (Ok(KeptAnswer::empty()), Ok(KeptAnswer::empty())));
    }
    other.shutdown().await;
}

/// What was done must not be said not to have been.
#[rstest]
#[tokio::test]
async fn an_answer_that_cannot_be_kept_leaves_the_outcome_open() {
    let (shop, seats, mina, _) = shop(Redis).await;
    let id = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold.id;
    sabotage(&shop, "CREATE TRIGGER full BEFORE INSERT ON idempotency BEGIN SELECT RAISE(ABORT, 'no'); END");
    let refused = release(&shop.box_office, mina, "key", id).await;
    assert!(matches!(refused, Err(Error::OutcomeUnknown | Error::Internal { .. })), "{refused:?}");
    sabotage(&shop, "DROP TRIGGER full");
    assert_eq!(release(&shop.box_office, mina, "key", id).await, Err(Error::HoldNotFound));
}

#[rstest]
#[tokio::test]
async fn a_hold_that_has_served_or_run_out_is_not_made_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let confirmed = hold(office, mina, "confirmed", &seats[..1]).await.unwrap();
    let booking = office.confirm(mina, confirmed).await.unwrap();
    assert_eq!(hold(office, mina, "confirmed", &seats[..1]).await, Err(Error::HoldNotFound));
    // Not even when the seat is free again: the token belongs to the booking.
    office.cancel(mina, booking.id, None).await.unwrap();
    offer_canceled_seats(office).await;
    assert_eq!(hold(office, mina, "confirmed", &seats[..1]).await, Err(Error::HoldNotFound));

    hold(office, mina, "expired", &seats[1..2]).await.unwrap();
    shop.clock.advance(Duration::from_mins(7));
    assert_eq!(hold(office, mina, "expired", &seats[1..2]).await, Err(Error::HoldExpired));
    office.hold(joon, vec![seats[1]]).await.unwrap();
    assert_eq!(hold(office, mina, "expired", &seats[1..2]).await, Err(Error::HoldExpired));

    // Who has let go and asks again wants it again; and nothing has come of a refusal.
    let released = hold(office, mina, "released", &seats[2..3]).await.unwrap();
    office.release_hold(mina, released).await.unwrap();
    assert_eq!(hold(office, mina, "released", &seats[2..3]).await, Ok(released));
    assert!(hold(office, mina, "refused", &seats[1..2]).await.is_err());
    assert!(hold(office, mina, "refused", &seats[3..4]).await.is_ok());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_holds_with_one_key_are_one(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let other = shop.open_again();
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let office = if n % 2 == 0 { shop.box_office.clone() } else { other.clone() };
            let seats = seats[..3].to_vec();
            tokio::spawn(async move { hold(&office, mina, "key", &seats).await })
        })
        .collect();
    let mut held = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(id) => held.push(id),
            Err(error) => assert_eq!(error, Error::StillRunning),
        }
    }
    held.dedup();
    assert_eq!(held.len(), 1);
    assert_eq!(shop.box_office.holds(mina, held[0].performance).await.unwrap().len(), 1);
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn the_same_change_of_a_hold_again_changes_nothing_more(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let office = &shop.box_office;
    let id = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold.id;
    let first = office.change_hold(mina, id, vec![seats[5]], vec![seats[0]]).await.unwrap();
    assert_eq!(first.hold.seats, [seats[1], seats[5]]);
    assert_eq!(office.change_hold(mina, id, vec![seats[5]], vec![seats[0]]).await, Ok(first));
}

async fn hold_best(office: &BoxOffice, user: UserId, key: &str, at: PerformanceId, wish: SeatWish) -> Held {
    match once(office, user, "hold", key, &format!("{wish:?}")).await? {
        Once::First(turn) => turn.hold_best(at, wish).await.map(|held| held.hold),
        Once::Before(answer) => panic!("a hold keeps nothing: {answer:?}"),
    }
}

type Held = Result<Hold, Error>;

#[rstest]
#[tokio::test]
async fn the_best_seats_are_chosen_once_per_key(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, _, mina, joon) = shop(holds).await;
    let (office, other, here) = (&shop.box_office, shop.open_again(), shop.performance(0).await);
    let first = hold_best(office, mina, "key", here, SeatWish::together(2)).await.unwrap();
    assert_eq!(hold_best(office, mina, "key", here, SeatWish::together(2)).await, Ok(first.clone()));
    assert_eq!(hold_best(&other, mina, "key", here, SeatWish::together(2)).await, Ok(first.clone()));
    assert_ne!(hold_best(office, joon, "key", here, SeatWish::together(2)).await.unwrap().seats, first.seats);
    for other_wish in [
        SeatWish::together(3),
        SeatWish { grade: Some(Grade::R), ..SeatWish::together(2) },
        SeatWish { sector: Some("2F".into()), ..SeatWish::together(2) },
        SeatWish { max_price: Some(1), ..SeatWish::together(2) },
    ] {
        assert_eq!(hold_best(office, mina, "key", here, other_wish).await, Err(Error::KeyReused));
    }
    assert_eq!(hold(office, mina, "key", &shop.seats(0).await[15..]).await, Err(Error::KeyReused));
    office.confirm(mina, first.id).await.unwrap();
    assert_eq!(hold_best(office, mina, "key", here, SeatWish::together(2)).await, Err(Error::HoldNotFound));
    other.shutdown().await;
}

/// Each of two processes would choose other seats, but they have one key.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_choose_the_same_seats(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, _, mina, joon) = shop(holds).await;
    let (other, here) = (shop.open_again(), shop.performance(0).await);
    for user in [mina, joon] {
        for n in 0..5 {
            let (key, wish) = (n.to_string(), SeatWish::together(2));
            let one = hold_best(&shop.box_office, user, &key, here, wish.clone());
            let (one, two) = tokio::join!(one, hold_best(&other, user, &key, here, wish));
            assert_eq!(one.unwrap(), two.unwrap());
        }
        assert_eq!(shop.box_office.holds(user, here).await.unwrap().len(), 5);
    }
    other.shutdown().await;
}
