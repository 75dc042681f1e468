//! Prices that change while seats are held and sold.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rstest::rstest;
use ticket_core::Error;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Grade, PriceReport, PricedSeats, SeatId, WaitlistWish};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};

/// A change of a report: grade, price before and after, and number of seats.
type Told = (Grade, i64, i64, u64);

/// The changes of a report, and the seats that are kept.
fn told(report: PriceReport) -> (Vec<Told>, Vec<SeatId>) {
    let changes = report.changes.iter().map(|change| (change.grade, change.before, change.after, change.seats));
    (changes.collect(), report.kept)
}

#[rstest]
#[tokio::test]
async fn what_somebody_was_told_stays_and_the_rest_changes(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 8).build()).await;
    let (office, seats, performance) = (&shop.box_office, shop.seats(0).await, shop.performance(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let sold = office.book(mina, vec![seats[0]]).await.unwrap();
    let held = office.hold(joon, vec![seats[1], seats[2]]).await.unwrap();
    let given_back = office.book(mina, vec![seats[3]]).await.unwrap();
    let entry = office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[3]] }).await.unwrap();
    office.cancel(mina, given_back.id, None).await.unwrap();
    offer_canceled_seats(office).await;
    office.block_seats(vec![seats[4]]).await.unwrap();
    let version = office.layout(performance).await.unwrap().header.layout_version;

    let vip = |price| PricedSeats::Grades(performance, BTreeMap::from([(Grade::Vip, price)]));
    let expected = (vec![(Grade::Vip, 150_000, 120_000, 5)], seats[1..4].to_vec());
    assert_eq!(told(office.change_prices(vip(120_000), true).await.unwrap()), expected, "a dry run finds the same");
    assert_eq!(office.layout(performance).await.unwrap().header.layout_version, version);
    assert_eq!(told(office.change_prices(vip(120_000), false).await.unwrap()), expected);
    assert!(office.layout(performance).await.unwrap().header.layout_version > version);

    assert_eq!(office.booking(mina, sold.id).await.unwrap().total_price(), 150_000, "what was paid was paid");
    assert_eq!(office.confirm(joon, held.hold.id).await.unwrap().total_price(), held.total_price());
    assert_eq!(office.book_offer(joon, entry).await.unwrap().total_price(), 150_000);
    assert_eq!(office.book(mina, vec![seats[5]]).await.unwrap().total_price(), 120_000);
    // What nobody holds any more is changed now, though the tickets stay as they are.
    let rest = office.change_prices(vip(120_000), false).await.unwrap();
    assert_eq!((rest.changes[0].seats, rest.kept), (3, Vec::new()));
    assert_eq!(office.change_prices(vip(120_000), false).await.unwrap(), PriceReport::default());

    let named = PricedSeats::Named(vec![seats[8], seats[6]], 1_000);
    let report = office.change_prices(named, false).await.unwrap();
    assert_eq!(told(report).0, [(Grade::Vip, 120_000, 1_000, 1), (Grade::R, 90_000, 1_000, 1)]);
    let negative = office.change_prices(vip(-1), false).await;
    assert!(matches!(negative, Err(Error::Invalid { field: "price", .. })));
    assert_clean(office).await;
}

/// One price that is none spoils all of them, and a grade with a price and one without are changed together or not at all.
#[rstest]
#[tokio::test]
async fn prices_of_grades_change_together_or_not_at_all(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 8).build()).await;
    let (office, seats, performance) = (&shop.box_office, shop.seats(0).await, shop.performance(0).await);
    let mina = shop.join("mina").await;
    office.hold(mina, vec![seats[1]]).await.unwrap();
    let prices = |vip, r| PricedSeats::Grades(performance, BTreeMap::from([(Grade::Vip, vip), (Grade::R, r)]));
    let without_seats = PricedSeats::Grades(performance, BTreeMap::from([(Grade::Vip, 1), (Grade::S, 1)]));
    let none = PricedSeats::Grades(performance, BTreeMap::new());
    for bad in [prices(1, -1), prices(1, i64::MAX), none, without_seats] {
        let refused = office.change_prices(bad, false).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
    let layout = office.layout(performance).await.unwrap();
    assert!(layout.seats().all(|seat| [150_000, 90_000].contains(&seat.category.price)));
    let version = layout.header.layout_version;

    let expected = (vec![(Grade::Vip, 150_000, 1, 7), (Grade::R, 90_000, 2, 8)], vec![seats[1]]);
    assert_eq!(told(office.change_prices(prices(1, 2), true).await.unwrap()), expected, "a dry run finds the same");
    assert_eq!(told(office.change_prices(prices(1, 2), false).await.unwrap()), expected);
    let now = office.layout(performance).await.unwrap().header.layout_version;
    assert_eq!(now, version + 1, "it was one transaction");
    assert!(office.hold(mina, vec![seats[2], seats[9]]).await.is_ok(), "no claim is left");
    assert_clean(office).await;
}

/// Whatever is confirmed costs what was said when it was held.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_crowd_a_hold_costs_what_it_said(#[values(Embedded, Redis)] holds: HoldBackend) {
    assert_eq!(surprised_buyers(holds, "").await, 0);
}

/// The control: when claims are not looked at, holds become dearer.
#[cfg(feature = "failpoints")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn control_without_the_claim_a_hold_becomes_dearer() {
    assert_ne!(surprised_buyers(Redis, "claim of nobody").await, 0);
}

/// How many of a crowd have paid something else than they were told, while prices change.
async fn surprised_buyers(holds: HoldBackend, left_out: &'static str) -> usize {
    let plan = PlanBuilder::hall(20, 20).with(|plan| plan.max_seats_per_user = 100).build();
    let shop = TestShop::with(holds, plan).await;
    let (seats, performance) = (shop.seats(0).await, shop.performance(0).await);
    let over = Arc::new(AtomicBool::new(false));
    let mut crowd = Vec::new();
    for buyer in 0..8 {
        let user = shop.join(&format!("buyer{buyer}")).await;
        let own: Vec<SeatId> = seats[20..].iter().copied().skip(buyer).step_by(8).collect();
        let office = shop.box_office.clone();
        crowd.push(tokio::spawn(async move {
            let mut surprised = 0;
            for seat in own {
                // The price may just be changing, for which the seat is claimed for a moment.
                let held = loop {
                    match office.hold(user, vec![seat]).await {
                        Err(Error::SeatsTaken { .. }) => tokio::task::yield_now().await,
                        held => break held.unwrap(),
                    }
                };
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                let booking = office.confirm(user, held.hold.id).await.unwrap();
                surprised += usize::from(booking.total_price() != held.total_price());
            }
            surprised
        }));
    }
    let (office, is_over) = (shop.box_office.clone(), Arc::clone(&over));
    let admin = tokio::spawn(async move {
        let mut changed = 0;
        for price in (1..).map(|n| 90_000 + n) {
            if is_over.load(Ordering::SeqCst) {
                break;
            }
            let change =
                office.change_prices(PricedSeats::Grades(performance, BTreeMap::from([(Grade::R, price)])), false);
            let report = without(left_out, change).await.unwrap();
            changed += report.changes.iter().map(|change| change.seats).sum::<u64>();
        }
        changed
    });
    let mut surprised = 0;
    for buyer in crowd {
        surprised += buyer.await.unwrap();
    }
    over.store(true, Ordering::SeqCst);
    assert!(admin.await.unwrap() > 0, "no price has changed");
    assert_clean(&shop.box_office).await;
    surprised
}

#[cfg(feature = "failpoints")]
async fn without<T>(safeguard: &'static str, act: impl Future<Output = T>) -> T {
    ticket_core::failpoint::without(safeguard, act).await
}

#[cfg(not(feature = "failpoints"))]
async fn without<T>(_: &'static str, act: impl Future<Output = T>) -> T {
    act.await
}
