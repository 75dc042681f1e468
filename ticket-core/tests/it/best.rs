//! Best available: chosen and claimed in one call, and in a rush by many at once.

use std::collections::HashSet;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Grade, HeldSeats, PerformanceId, SeatId, SeatWish, UserId};
use ticket_core::seat_choice::{Hall, choose};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, Error};
use tokio::sync::Barrier;

use crate::support::{buyers, states};

/// A hall of 160 seats.
async fn shop_with_buyers(holds: HoldBackend, count: usize) -> (TestShop, PerformanceId, Vec<UserId>) {
    let shop = TestShop::with(holds, PlanBuilder::hall(8, 20).build()).await;
    let performance = shop.performance(0).await;
    let users = buyers(&shop, count).await;
    (shop, performance, users)
}

/// All ask for a pair at the same moment, one at each office in turn.
async fn rush(offices: &[&BoxOffice], performance: PerformanceId, users: &[UserId]) -> Vec<Result<HeldSeats, Error>> {
    let start = Barrier::new(users.len());
    let attempts = users.iter().zip(offices.iter().cycle()).map(|(user, office)| {
        let start = &start;
        async move {
            start.wait().await;
            office.hold_best(*user, performance, SeatWish::together(2)).await
        }
    });
    futures_util::future::join_all(attempts).await
}

/// Where the seats of a hold are, such as `A5`.
fn places(held: &HeldSeats) -> Vec<String> {
    held.seats.iter().map(|seat| format!("{}{}", seat.position.row, seat.position.number)).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eighty_pairs_for_eighty_buyers(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 80).await;
    let mut seats: HashSet<SeatId> = HashSet::new();
    for (user, held) in users.iter().zip(rush(&[&shop.box_office], performance, &users).await) {
        let held = held.unwrap();
        let [left, right] = &held.seats[..] else { panic!("not a pair: {held:?}") };
        assert_eq!(left.position.row, right.position.row);
        assert_eq!(left.position.number + 1, right.position.number);
        seats.extend(&held.hold.seats);
        shop.box_office.confirm(*user, held.hold.id).await.unwrap();
    }
    assert_eq!(seats.len(), 160);
    assert_eq!(states(&shop).await, "B".repeat(160));
    assert_clean(&shop.box_office).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_refused_while_pairs_are_left(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 100).await;
    let results = rush(&[&shop.box_office], performance, &users).await;
    let (served, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(served.len(), 80);
    let none_left = Error::NoneLeft { wish: SeatWish::together(2), apart: false };
    assert!(refused.iter().all(|result| result.as_ref() == Err(&none_left)), "{refused:?}");
}

/// In one process nobody runs for what another has chosen: at the same moment or one after the other, the same seats go.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rush_takes_the_seats_that_a_queue_would_take(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 40).await;
    let layout = shop.box_office.layout(performance).await.unwrap();
    let hall = Hall::new(&layout);
    let mut free = [true; 160];
    for _ in &users {
        let pair = choose(&hall, |seat| free[seat], &SeatWish::together(2)).unwrap();
        pair.into_iter().for_each(|seat| free[seat] = false);
    }
    for held in rush(&[&shop.box_office], performance, &users).await {
        held.unwrap();
    }
    let expected: String = free.iter().map(|free| if *free { 'A' } else { 'H' }).collect();
    assert_eq!(states(&shop).await, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_sell_the_same_hall_out(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 80).await;
    let other = shop.open_again();
    for held in rush(&[&shop.box_office, &other], performance, &users).await {
        assert_eq!(held.unwrap().seats.len(), 2);
    }
    assert_eq!(states(&shop).await, "H".repeat(160));
    assert_clean(&shop.box_office).await;
    other.shutdown().await;
}

/// Seats that somebody chose, but may not have, are not lost for those who ask meanwhile.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_refused_does_not_take_the_last_pair_away(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(1, 4).with(|plan| plan.max_seats_per_user = 2).build();
    let shop = TestShop::with(holds, plan).await;
    let (office, performance) = (&shop.box_office, shop.performance(0).await);
    let (greedy, mina) = (shop.join("greedy").await, shop.join("mina").await);
    office.hold_best(greedy, performance, SeatWish::together(2)).await.unwrap();
    for _ in 0..20 {
        let results = rush(&[office], performance, &[greedy, greedy, greedy, mina]).await;
        let is_refused = |result: &Result<HeldSeats, Error>| {
            matches!(result, Err(Error::OverLimit { limit: 2 } | Error::NoneLeft { .. }))
        };
        assert!(results[..3].iter().all(is_refused), "{results:?}");
        office.release_hold(mina, results[3].as_ref().unwrap().hold.id).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn no_single_seat_is_left_over(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 7).build()).await;
    let (mina, seats, performance) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    // A1 and A2 are sold; the three in the middle of the rest would leave two seats alone.
    shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    let held = shop.box_office.hold_best(mina, performance, SeatWish::together(3)).await.unwrap();
    assert_eq!(places(&held), ["A3", "A4", "A5"]);
    // There is no other way to seat one in the first row.
    let one = SeatWish { grade: Some(Grade::Vip), ..SeatWish::together(1) };
    assert_eq!(places(&shop.box_office.hold_best(mina, performance, one).await.unwrap()), ["A6"]);
    assert_eq!(states(&shop).await, "BBHHHHAAAAAAAA");
}

#[rstest]
#[tokio::test]
async fn a_wish_is_kept_to(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 1).await;
    let mina = users[0];
    let wishes = [
        (SeatWish::together(2), ["A9", "A10"]),
        (SeatWish { grade: Some(Grade::R), ..SeatWish::together(2) }, ["B9", "B10"]),
        (SeatWish { max_price: Some(149_999), ..SeatWish::together(2) }, ["B11", "B12"]),
        (SeatWish { sector: Some("1F".into()), ..SeatWish::together(2) }, ["A11", "A12"]),
    ];
    for (wish, expected) in wishes {
        let held = shop.box_office.hold_best(mina, performance, wish.clone()).await.unwrap();
        assert_eq!(places(&held), expected, "{wish:?}");
    }
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_wished_for_says_why(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 1).await;
    let ask = async |wish| shop.box_office.hold_best(users[0], performance, wish).await.map(drop);
    let invalid = |field, problem: &str| Err(Error::Invalid { field, problem: problem.into() });
    assert_eq!(ask(SeatWish::together(0)).await, Err(Error::NoSeatChosen));
    assert_eq!(ask(SeatWish::together(11)).await, Err(Error::OverLimit { limit: 10 }));
    let balcony = SeatWish { sector: Some("9F".into()), ..SeatWish::together(2) };
    assert_eq!(ask(balcony).await, invalid("best.sector", "is \"9F\"; this performance has 1F"));
    let plain = SeatWish { grade: Some(Grade::B), ..SeatWish::together(2) };
    assert_eq!(ask(plain.clone()).await, invalid("best.grade", "is B; this performance has VIP, R"));
    let plain = SeatWish { sector: Some("1F".into()), ..plain };
    assert_eq!(ask(plain).await, invalid("best.grade", "is B; sector 1F has VIP, R"));
    let nowhere = shop.box_office.hold_best(users[0], PerformanceId(99), SeatWish::together(2)).await;
    assert_eq!(nowhere.map(drop), Err(Error::PerformanceNotFound(PerformanceId(99))));
    assert!(!states(&shop).await.contains('H'));
}

#[rstest]
#[tokio::test]
async fn seats_that_are_left_apart_are_mentioned(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (office, performance) = (&shop.box_office, shop.performance(0).await);
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    office.book(mina, vec![seats[1], seats[3]]).await.unwrap();
    let pair = SeatWish::together(2);
    let refused = office.hold_best(joon, performance, pair.clone()).await.map(drop);
    assert_eq!(refused, Err(Error::NoneLeft { wish: pair.clone(), apart: true }));
    let held = office.hold_best(joon, performance, SeatWish { together: false, ..pair }).await.unwrap();
    assert_eq!(places(&held), ["A1", "A3"]);
    let refused = office.hold_best(joon, performance, SeatWish::together(2)).await.map(drop);
    assert_eq!(refused, Err(Error::NoneLeft { wish: SeatWish::together(2), apart: false }));
}

#[rstest]
#[tokio::test]
async fn booked_and_held_seats_count_towards_the_limit(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, performance, users) = shop_with_buyers(holds, 1).await;
    let (mina, office) = (users[0], &shop.box_office);
    office.book(mina, shop.seats(0).await[..4].to_vec()).await.unwrap();
    office.hold_best(mina, performance, SeatWish::together(4)).await.unwrap();
    let over = office.hold_best(mina, performance, SeatWish::together(3)).await;
    assert_eq!(over.map(drop), Err(Error::OverLimit { limit: 10 }));
    office.hold_best(mina, performance, SeatWish::together(2)).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn only_while_the_sale_is_open(#[values(Embedded, Redis)] holds: HoldBackend) {
    let opens_at = "2027-01-02T01:00:00Z";
    let plan = PlanBuilder::hall(1, 5).performance("2027-03-02", 1, Some(opens_at)).build();
    let shop = TestShop::with(holds, plan).await;
    let (mina, performance) = (shop.join("mina").await, shop.performance(1).await);
    let ask = async || shop.box_office.hold_best(mina, performance, SeatWish::together(2)).await.map(drop);
    assert_eq!(ask().await, Err(Error::SaleNotOpen { opens_at: opens_at.parse().unwrap() }));
    shop.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(ask().await, Ok(()));
    shop.clock.advance(std::time::Duration::from_hours(24 * 90));
    assert!(matches!(ask().await, Err(Error::SaleClosed { .. })));
}

#[rstest]
#[tokio::test]
async fn a_changed_hall_is_seen(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 4).build()).await;
    let (mina, performance) = (shop.join("mina").await, shop.performance(0).await);
    let held = shop.box_office.hold_best(mina, performance, SeatWish::together(4)).await.unwrap();
    shop.box_office.release_hold(mina, held.hold.id).await.unwrap();
    shop.apply(PlanBuilder::hall(3, 6).with(|plan| plan.seats.reverse()).build()).await;
    let held = shop.box_office.hold_best(mina, performance, SeatWish::together(6)).await.unwrap();
    assert_eq!(held.seats.len(), 6);
    assert!(held.seats.iter().all(|seat| seat.position.row == "A"), "{held:?}");
}
