//! Seats that are taken out of sale, and put back.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::SeatState;
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{Error, SeatProblem};

#[rstest]
#[tokio::test]
async fn a_blocked_seat_is_neither_sold_nor_held_until_it_is_unblocked(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    let performance = shop.performance(0).await;
    let mut feed = office.subscribe(performance, None).await.unwrap();
    assert_eq!(office.block_seats(vec![seats[1], seats[0]]).await, Ok(vec![seats[0], seats[1]]));
    assert_eq!(office.block_seats(vec![seats[1], seats[2]]).await, Ok(vec![seats[2]]), "the other is blocked already");
    while !office.seat_states(performance).await.unwrap().states.starts_with("XXXAA") {
        feed.next().await;
    }
    let taken = Err(Error::SeatsTaken { seats: vec![seats[0]] });
    assert_eq!(office.book(mina, vec![seats[0]]).await.map(drop), taken);
    assert_eq!(office.hold(mina, vec![seats[0]]).await.map(drop), taken);
    assert!(office.list_holds().await.unwrap().is_empty(), "nothing is left of the claim");

    assert_eq!(office.unblock_seats(vec![seats[0], seats[4]]).await, Ok(vec![seats[0]]));
    office.hold(mina, vec![seats[0]]).await.unwrap();
    let history: Vec<SeatState> =
        office.seat_history(seats[0]).await.unwrap().into_iter().map(|change| change.state).collect();
    assert_eq!(history, [SeatState::Blocked, SeatState::Available]);
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn a_seat_is_blocked_and_unblocked_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (seats, office) = (shop.seats(0).await, &shop.box_office);
    let twice = vec![seats[0], seats[1], seats[0]];
    let refused = Err(Error::SeatsNotValid { seats: vec![seats[0]], problem: SeatProblem::Repeated });
    assert_eq!(office.block_seats(twice.clone()).await, refused);
    assert_eq!(office.block_seats(seats[..2].to_vec()).await, Ok(seats[..2].to_vec()));
    assert_eq!(office.unblock_seats(twice).await, refused);
    assert_eq!(office.seat_history(seats[0]).await.unwrap().len(), 1);
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn sold_and_held_seats_are_not_blocked_nor_any_with_them(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    office.book(mina, vec![seats[1]]).await.unwrap();
    office.hold(mina, vec![seats[2]]).await.unwrap();
    for taken in [seats[1], seats[2]] {
        let refused = office.block_seats(vec![seats[0], taken]).await;
        assert_eq!(refused, Err(Error::SeatsTaken { seats: vec![taken] }));
    }
    assert!(office.seat_history(seats[0]).await.unwrap().is_empty());
    office.hold(mina, vec![seats[0]]).await.unwrap();
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn a_cancelled_seat_that_was_blocked_is_cancelled_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    let booking = office.book(mina, vec![seats[0]]).await.unwrap();
    office.cancel(mina, booking.id, None).await.unwrap();
    assert_eq!(office.block_seats(vec![seats[0]]).await, Ok(vec![seats[0]]));
    assert_eq!(offer_canceled_seats(office).await.returned, 0, "it is out of sale");
    office.unblock_seats(vec![seats[0]]).await.unwrap();
    assert_eq!(offer_canceled_seats(office).await.returned, 1, "and cancelled again");
    office.book(mina, vec![seats[0]]).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_seat_is_both_blocked_and_anybodys(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(4, 10).build()).await;
    let seats = shop.seats(0).await;
    let mut buyers = Vec::new();
    for buyer in 0..4 {
        let (user, office, seats) = (shop.join(&format!("buyer{buyer}")).await, shop.box_office.clone(), seats.clone());
        buyers.push(tokio::spawn(async move {
            let (mut held, mut lost) = (Vec::new(), 0);
            for seat in seats {
                // More than the limit is refused, too.
                match office.hold(user, vec![seat]).await {
                    Ok(hold) => held.push((hold.hold.id, seat)),
                    Err(Error::SeatsTaken { .. }) => lost += 1,
                    Err(Error::OverLimit { .. }) => {
                        let (id, _) = held.pop().unwrap();
                        office.release_hold(user, id).await.unwrap();
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            (held, lost)
        }));
    }
    let mut blocked = Vec::new();
    for seat in seats.iter().rev() {
        match shop.box_office.block_seats(vec![*seat]).await {
            Ok(_) => blocked.push(*seat),
            Err(Error::SeatsTaken { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    let mut held = Vec::new();
    for buyer in buyers {
        held.extend(buyer.await.unwrap().0.into_iter().map(|(_, seat)| seat));
    }
    assert!(!blocked.is_empty() && !held.is_empty(), "blocked {blocked:?}, held {held:?}");
    assert_eq!(held.iter().filter(|seat| blocked.contains(seat)).count(), 0, "blocked {blocked:?}, held {held:?}");
    assert_clean(&shop.box_office).await;
}

/// The control: without the claim, a seat that is held in Redis is blocked all the same.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn control_without_the_claim_a_held_seat_is_blocked() {
    let shop = TestShop::with(Redis, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    office.hold(mina, vec![seats[0]]).await.unwrap();
    let blocked = ticket_core::failpoint::without("claim of nobody", office.block_seats(vec![seats[0]])).await;
    assert_eq!(blocked, Ok(vec![seats[0]]));
    assert!(!office.audit().await.unwrap().is_clean());
}
