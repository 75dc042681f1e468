//! Two shops over one database and one lock store, as two servers are.

use std::time::{Duration, Instant};

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::SeatUpdate;
use ticket_core::domain::{PerformanceId, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Error, SeatFeed, SeatFeedEvent};

/// How soon what one does must be on the map of the other. Measured from the answer, without asking the other anything:
/// its own follower must bring it.
const SOON: Duration = Duration::from_millis(200);

struct Two {
    shop: TestShop,
    here: BoxOffice,
    there: BoxOffice,
    seats: Vec<SeatId>,
    performance: PerformanceId,
    mina: UserId,
    joon: UserId,
}

async fn two(holds: HoldBackend) -> Two {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 6).build()).await;
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let (seats, performance) = (shop.seats(0).await, shop.performance(0).await);
    Two { here: shop.box_office.clone(), there: shop.open_again(), shop, seats, performance, mina, joon }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_holds_the_other_refuses_at_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds).await;
    for (n, seat) in two.seats.iter().enumerate() {
        let (one, other) = if n % 2 == 0 { (&two.here, &two.there) } else { (&two.there, &two.here) };
        let hold = one.hold(two.mina, vec![*seat]).await.unwrap().hold;
        let taken = Err(Error::SeatsTaken { seats: vec![*seat] });
        assert_eq!(other.hold(two.joon, vec![*seat]).await.map(drop), taken);
        assert_eq!(other.book(two.joon, vec![*seat]).await.map(drop), taken);
        assert_eq!(other.holds(two.mina, two.performance).await.unwrap().len(), 1);
        // The owner goes on through the other one.
        other.extend_hold(two.mina, hold.id).await.unwrap();
        other.release_hold(two.mina, hold.id).await.unwrap();
        let hold = other.hold(two.joon, vec![*seat]).await.unwrap().hold;
        let booking = one.confirm(two.joon, hold.id).await.unwrap();
        assert_eq!(other.confirm(two.joon, hold.id).await.unwrap(), booking);
    }
    assert_clean(&two.there).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_maps_agree_soon(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds).await;
    let mut feed = two.there.subscribe(two.performance, None).await.unwrap();
    let mut map = "AAAAAA".to_owned();
    let hold = two.here.hold(two.mina, two.seats[..2].to_vec()).await.unwrap().hold;
    follow(&mut feed, &mut map, "HHAAAA").await;
    two.here.change_hold(two.mina, hold.id, vec![two.seats[2]], vec![two.seats[0]]).await.unwrap();
    follow(&mut feed, &mut map, "AHHAAA").await;
    let booking = two.here.confirm(two.mina, hold.id).await.unwrap();
    follow(&mut feed, &mut map, "ABBAAA").await;
    two.here.cancel(two.mina, booking.id, Some(vec![booking.tickets[0].id])).await.unwrap();
    follow(&mut feed, &mut map, "ACBAAA").await;
    offer_canceled_seats(&two.here).await;
    follow(&mut feed, &mut map, "AABAAA").await;
    let hold = two.here.hold(two.mina, vec![two.seats[5]]).await.unwrap().hold;
    follow(&mut feed, &mut map, "AABAAH").await;
    two.here.release_hold(two.mina, hold.id).await.unwrap();
    follow(&mut feed, &mut map, "AABAAA").await;
    two.here.hold(two.mina, vec![two.seats[4]]).await.unwrap();
    follow(&mut feed, &mut map, "AABAHA").await;
    // Nobody writes anything: the end of the hold reaches both.
    two.shop.clock.advance(Duration::from_mins(7));
    follow(&mut feed, &mut map, "AABAAA").await;
    for office in [&two.here, &two.there] {
        assert_eq!(office.seat_states(two.performance).await.unwrap().states, map);
    }
}

#[rstest]
#[tokio::test]
async fn a_revision_of_the_other_means_to_read_all_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds).await;
    let here = two.here.seat_states(two.performance).await.unwrap().revision;
    let there = two.there.seat_states(two.performance).await.unwrap();
    assert_ne!(here, there.revision, "each counts for itself");
    two.here.hold(two.mina, vec![two.seats[0]]).await.unwrap();
    assert_eq!(two.there.seat_changes(two.performance, &here).await.unwrap(), SeatUpdate::RESET);
    let mut feed = two.there.subscribe(two.performance, Some(&here)).await.unwrap();
    let SeatFeedEvent::Reset { revision } = feed.next().await else { panic!("no reset") };
    // From there on nothing is missing.
    assert_eq!(two.there.seat_states(two.performance).await.unwrap().states, "HAAAAA");
    two.here.hold(two.mina, vec![two.seats[1]]).await.unwrap();
    let SeatUpdate::Changes(update) = two.there.seat_changes(two.performance, &revision).await.unwrap() else {
        panic!("reset");
    };
    assert!(update.changes.iter().any(|(index, _)| *index == 1), "{update:?}");
}

/// Applies what the feed says to `map` until it is as it should be; that must be soon.
async fn follow(feed: &mut SeatFeed, map: &mut String, should: &str) {
    let started = Instant::now();
    while map != should {
        let event = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
        let event = event.unwrap_or_else(|_| panic!("nothing has come that makes {map} {should}"));
        let SeatFeedEvent::Changes(update) = event else { panic!("reset") };
        for (index, status) in update.changes {
            let index = index as usize;
            map.replace_range(index..=index, &status.letter().to_string());
        }
    }
    assert!(started.elapsed() < SOON, "{should} took {:?}", started.elapsed());
}
