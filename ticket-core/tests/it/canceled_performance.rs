//! A performance that is cancelled while it is sold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{
    BookingState, Changed, MailKind, Obstacle, PerformanceEdit, SeatId, ShowId, UserId, WaitlistState, WaitlistWish,
};
use ticket_core::testing::{PlanBuilder, RedisProxy, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BookingFilter, BoxOffice, Error, MailFilter};
use tokio::sync::watch;

use crate::support::stranger;

const BUYERS: usize = 24;

#[rstest]
#[tokio::test]
async fn bookings_holds_and_waiting_end_and_nothing_is_sold_any_more(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(2, 10).performance("2027-03-01", 2, None).build();
    let shop = TestShop::with(holds, plan).await;
    let (office, seats, performance) = (&shop.box_office, shop.seats(0).await, shop.performance(0).await);
    let (mina, joon, hana) = (shop.join("mina").await, shop.join("joon").await, shop.join("hana").await);
    let booking = office.book(mina, seats[..3].to_vec()).await.unwrap();
    let canceled_before = office.book(mina, vec![seats[3]]).await.unwrap();
    office.cancel(mina, canceled_before.id, None).await.unwrap();
    let wish = |seat| WaitlistWish { seat_count: 1, seats: vec![seat] };
    let offered = office.join_waitlist(joon, wish(seats[3])).await.unwrap();
    let waiting = office.join_waitlist(hana, wish(seats[0])).await.unwrap();
    assert_eq!(offer_canceled_seats(office).await.offered, 1);
    let held = office.hold(hana, vec![seats[8], seats[9]]).await.unwrap();
    let elsewhere = office.book(joon, vec![shop.seats(1).await[0]]).await.unwrap();
    let before = office.standing(performance).await.unwrap();
    assert_eq!((before.bookings, before.tickets, before.total_price, before.buyers), (1, 3, 450_000, 1));
    assert_eq!((before.holds, before.waiters), (1, 2));

    let mut feed = office.subscribe(performance, None).await.unwrap();
    let canceled = office.cancel_performance(performance, &|_| {}).await.unwrap();
    assert!(!canceled.was_canceled && canceled.performance.canceled_at.is_some());
    let undone = canceled.undone;
    assert_eq!(
        (undone.bookings, undone.tickets, undone.total_price, undone.holds, undone.waiters),
        (1, 3, 450_000, 1, 2)
    );
    assert!(matches!(feed.next().await, ticket_core::SeatFeedEvent::Reset { .. }), "who has the map reads it again");

    assert_eq!(office.booking(mina, booking.id).await.unwrap().state, BookingState::Canceled);
    assert_eq!(office.booking(joon, elsewhere.id).await.unwrap().state, BookingState::Booked);
    for (user, entry) in [(joon, offered), (hana, waiting)] {
        let entry = office.waitlist_entry(user, entry).await.unwrap();
        assert_eq!(entry.state, WaitlistState::Canceled);
        assert_eq!(office.leave_waitlist(user, entry.id).await.unwrap().state, WaitlistState::Canceled);
    }
    let refused = office.book_offer(joon, offered).await;
    assert_eq!(refused.map(drop), Err(Error::NothingOffered { state: WaitlistState::Canceled }));

    let is_refused = |result: Result<(), Error>| matches!(result, Err(Error::PerformanceCanceled { .. }));
    assert!(is_refused(office.book(mina, vec![seats[15]]).await.map(drop)));
    assert!(is_refused(office.hold(mina, vec![seats[15]]).await.map(drop)));
    assert!(is_refused(office.join_waitlist(mina, wish(seats[0])).await.map(drop)));
    assert!(is_refused(office.layout(performance).await.map(drop)));
    assert!(is_refused(office.move_ticket(seats[0], seats[15], false).await.map(drop)));
    assert_eq!(office.confirm(hana, held.hold.id).await.map(drop).map_err(|e| e.code().status()), Err(404));
    let edited = office.edit_performance(performance, PerformanceEdit::default(), false).await.unwrap();
    assert_eq!(edited, Changed::InTheWay(vec![Obstacle::Canceled(performance)]));
    let listed: Vec<_> = office.performances(ShowId(1)).await.unwrap().into_iter().map(|(of, _)| of.id).collect();
    assert!(listed.len() == 1 && listed != [performance], "the other one is left");
    assert_eq!(office.all_performances(ShowId(1)).await.unwrap().len(), 2);

    let mails = office.list_mail(MailFilter { state: None, limit: 100 }).await.unwrap();
    let told: Vec<_> = mails.iter().filter(|mail| mail.kind == MailKind::PerformanceCanceled).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].email.as_str(), told[0].booking), ("mina@example.com", Some(booking.id)));
    let again = office.cancel_performance(performance, &|_| {}).await.unwrap();
    assert!(again.was_canceled && again.undone == ticket_core::domain::Standing::default());
    // What is cancelled there is neither offered nor put on sale.
    assert_eq!(offer_canceled_seats(office).await, ticket_core::domain::OfferReport::default());
    assert_clean(office).await;
}

/// While a crowd holds, confirms, books and waits.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_a_crowd_does_meanwhile_nothing_is_left(#[values(Embedded, Redis)] holds: HoldBackend) {
    let left = cancel_in_a_crowd(holds, "").await;
    assert_eq!(left, Left { bookings: 0, holds: 0 });
}

/// The control: when the database forgets at once that the performance is cancelled, the crowd goes on buying.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn control_without_the_mark_the_crowd_goes_on(#[values(Embedded, Redis)] holds: HoldBackend) {
    let forget = "CREATE TRIGGER forget AFTER UPDATE OF canceled_at ON performance WHEN NEW.canceled_at IS NOT NULL
        BEGIN UPDATE performance SET canceled_at = NULL WHERE id = NEW.id; END";
    assert_ne!(cancel_in_a_crowd(holds, forget).await, Left { bookings: 0, holds: 0 });
}

/// A claim that reaches Redis when everything is over is seen by its owner's second look, and let go.
#[tokio::test]
async fn a_claim_that_comes_too_late_is_let_go() {
    let scene = LateClaim::new().await;
    let refused = scene.cancel_before(scene.buyer.hold(scene.mina, scene.seats[..2].to_vec())).await;
    assert!(matches!(refused.map(drop), Err(Error::PerformanceCanceled { .. })));
    assert!(scene.shop.box_office.list_holds().await.unwrap().is_empty());
}

/// The control: without the second look, the hold outlives the performance.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn control_without_the_second_look_a_hold_outlives_the_performance() {
    let scene = LateClaim::new().await;
    let holding = scene.buyer.hold(scene.mina, scene.seats[..2].to_vec());
    let held = scene.cancel_before(ticket_core::failpoint::without("second look", holding)).await;
    assert!(held.is_ok());
    assert_eq!(scene.shop.box_office.list_holds().await.unwrap().len(), 1);
}

/// A buyer whose commands can be stopped on their way to Redis.
struct LateClaim {
    shop: TestShop,
    proxy: RedisProxy,
    buyer: BoxOffice,
    mina: UserId,
    seats: Vec<SeatId>,
}

impl LateClaim {
    async fn new() -> Self {
        let shop = TestShop::with(Redis, PlanBuilder::hall(1, 10).build()).await;
        let proxy = RedisProxy::start(shop.redis.as_ref().unwrap()).await;
        let buyer = shop.open_through(&proxy);
        let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
        // So that Redis knows the scripts, and commands can be counted.
        let held = buyer.hold(mina, vec![seats[9]]).await.unwrap();
        buyer.release_hold(mina, held.hold.id).await.unwrap();
        Self { shop, proxy, buyer, mina, seats }
    }

    /// Does something whose first command claims seats, and cancels the performance just before.
    async fn cancel_before<T>(&self, act: impl Future<Output = T>) -> T {
        let mut claim = self.proxy.stop_at(0);
        let performance = self.shop.performance(0).await;
        let cancel_and_go_on = async {
            claim.reached().await;
            self.shop.box_office.cancel_performance(performance, &|_| {}).await.unwrap();
            claim.go_on();
        };
        tokio::join!(act, cancel_and_go_on).0
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Left {
    bookings: usize,
    holds: usize,
}

async fn cancel_in_a_crowd(holds: HoldBackend, sabotage: &str) -> Left {
    let shop = TestShop::with(holds, PlanBuilder::hall(20, 20).build()).await;
    let (seats, performance) = (shop.seats(0).await, shop.performance(0).await);
    stranger(&shop).execute_batch(sabotage).unwrap();
    let (sold, over) = (Arc::new(AtomicU64::new(0)), watch::Sender::new(false));
    let mut crowd = Vec::new();
    for buyer in 0..BUYERS {
        let user = shop.join(&format!("buyer{buyer}")).await;
        // Each his own seats, so that none is refused for another reason.
        let mut own: Vec<SeatId> = seats.iter().copied().skip(buyer).step_by(BUYERS).take(10).collect();
        let (office, sold, mut over) = (shop.box_office.clone(), Arc::clone(&sold), over.subscribe());
        crowd.push(tokio::spawn(async move {
            // One of them when everything is over.
            let last = own.pop().unwrap();
            for (n, seat) in own.into_iter().enumerate() {
                buy(&office, user, seat, n % 3).await;
                sold.fetch_add(1, Ordering::SeqCst);
            }
            over.wait_for(|over| *over).await.unwrap();
            buy(&office, user, last, 0).await;
        }));
    }
    while sold.load(Ordering::SeqCst) < 40 {
        tokio::task::yield_now().await;
    }
    shop.box_office.cancel_performance(performance, &|_| {}).await.unwrap();
    over.send_replace(true);
    for buyer in crowd {
        buyer.await.unwrap();
    }
    let filter = BookingFilter { performance: Some(performance), limit: u32::MAX, ..BookingFilter::default() };
    let bookings = shop.box_office.list_bookings(filter).await.unwrap();
    assert!(!bookings.is_empty(), "nobody has bought anything before");
    if sabotage.is_empty() {
        let mails = shop.box_office.list_mail(MailFilter { state: None, limit: u32::MAX }).await.unwrap();
        let told = mails.iter().filter(|mail| mail.kind == MailKind::PerformanceCanceled).count();
        assert_eq!(told, bookings.len(), "each of them is told");
        assert_clean(&shop.box_office).await;
    }
    Left {
        bookings: bookings.iter().filter(|booking| booking.state == BookingState::Booked).count(),
        holds: shop.box_office.list_holds().await.unwrap().len(),
    }
}

async fn buy(office: &BoxOffice, user: UserId, seat: SeatId, how: usize) {
    let result = match how {
        0 => office.book(user, vec![seat]).await.map(drop),
        1 => match office.hold(user, vec![seat]).await {
            Ok(held) => office.confirm(user, held.hold.id).await.map(drop),
            Err(error) => Err(error),
        },
        _ => office.hold(user, vec![seat]).await.map(drop),
    };
    match result {
        // A hold that was released under its owner is gone.
        Ok(()) | Err(Error::PerformanceCanceled { .. } | Error::HoldNotFound | Error::HoldExpired) => {}
        Err(error) => panic!("{error:?}"),
    }
}
