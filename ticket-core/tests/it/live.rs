use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::SeatFeedEvent;
use ticket_core::api::SeatUpdate;
use ticket_core::domain::SeatStatus;
use ticket_core::testing::{PlanBuilder, TestShop, offer_canceled_seats};
use ticket_core::{BoxOffice, SeatFeed};

/// The next changes; a reset fails the test.
async fn changes(feed: &mut SeatFeed) -> Vec<(u32, SeatStatus)> {
    match tokio::time::timeout(Duration::from_secs(10), feed.next()).await.expect("an event within 10 s") {
        SeatFeedEvent::Changes(update) => update.changes,
        SeatFeedEvent::Reset { revision } => panic!("reset at {revision}"),
    }
}

#[rstest]
#[tokio::test]
async fn those_who_watch_see_every_change(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let office = &shop.box_office;
    let mut feed = office.subscribe(id, None).await.unwrap();
    let hold = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    assert_eq!(changes(&mut feed).await, [(0, SeatStatus::Held), (1, SeatStatus::Held)]);
    let booking = office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(changes(&mut feed).await, [(0, SeatStatus::Booked), (1, SeatStatus::Booked)]);
    office.cancel(mina, booking.id, Some(vec![booking.tickets[1].id])).await.unwrap();
    assert_eq!(changes(&mut feed).await, [(1, SeatStatus::Canceled)]);
    offer_canceled_seats(office).await;
    assert_eq!(changes(&mut feed).await, [(1, SeatStatus::Available)]);
}

#[rstest]
#[tokio::test]
async fn a_hold_ends_on_every_map_when_its_time_has_come(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let mut feed = shop.box_office.subscribe(id, None).await.unwrap();
    shop.box_office.hold(mina, vec![seats[3]]).await.unwrap();
    assert_eq!(changes(&mut feed).await, [(3, SeatStatus::Held)]);
    // Nobody writes anything: the map's own timer does it.
    shop.clock.advance(Duration::from_mins(7));
    assert_eq!(changes(&mut feed).await, [(3, SeatStatus::Available)]);
}

#[rstest]
#[tokio::test]
async fn what_another_process_does_is_seen_too(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let other: BoxOffice = shop.open_again();
    let mut feed = shop.box_office.subscribe(id, None).await.unwrap();
    other.hold(mina, vec![seats[0]]).await.unwrap();
    assert_eq!(changes(&mut feed).await, [(0, SeatStatus::Held)]);
    other.book(mina, vec![seats[0]]).await.unwrap();
    assert_eq!(changes(&mut feed).await, [(0, SeatStatus::Booked)]);
    other.apply(PlanBuilder::hall(2, 5).build(), false).await.unwrap();
    let reset = tokio::time::timeout(Duration::from_secs(10), feed.next()).await.unwrap();
    assert!(matches!(reset, SeatFeedEvent::Reset { .. }), "{reset:?}");
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn a_reader_who_was_away_gets_each_seat_as_it_is_now(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let office = &shop.box_office;
    let revision = office.seat_states(id).await.unwrap().revision;
    let booking = office.book(mina, seats[..2].to_vec()).await.unwrap();
    office.cancel(mina, booking.id, Some(vec![booking.tickets[0].id])).await.unwrap();
    office.hold(mina, vec![seats[4]]).await.unwrap();
    let SeatUpdate::Changes(update) = office.seat_changes(id, &revision).await.unwrap() else { panic!("reset") };
    let expected = [(0, SeatStatus::Canceled), (1, SeatStatus::Booked), (4, SeatStatus::Held)];
    assert_eq!(update.changes, expected);
    let mut feed = office.subscribe(id, Some(&revision)).await.unwrap();
    assert_eq!(changes(&mut feed).await, expected, "a resumed feed has no gap");
    let SeatUpdate::Changes(nothing) = office.seat_changes(id, &update.revision).await.unwrap() else {
        panic!("reset")
    };
    assert!(nothing.changes.is_empty());
}

#[rstest]
#[tokio::test]
async fn unknown_revisions_ask_to_read_all_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let id = shop.performance(0).await;
    let office = &shop.box_office;
    let revision = office.seat_states(id).await.unwrap().revision;
    let (epoch, _) = revision.split_once('.').unwrap();
    for unknown in ["", "1", "00000000.0", "x.y", &format!("{epoch}.99"), &format!("{epoch}.-1")] {
        assert_eq!(office.seat_changes(id, unknown).await.unwrap(), SeatUpdate::RESET, "{unknown}");
    }
    let mut feed = office.subscribe(id, Some("00000000.0")).await.unwrap();
    assert_eq!(feed.next().await, SeatFeedEvent::Reset { revision });
}

/// Whatever the order of events, a feed that is followed from the start ends with the map as it is.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_feed_in_a_rush_adds_up_to_the_map(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(10, 20).build()).await;
    let (seats, id) = (shop.seats(0).await, shop.performance(0).await);
    let office = &shop.box_office;
    let start = office.seat_states(id).await.unwrap();
    let mut feed = office.subscribe(id, Some(&start.revision)).await.unwrap();
    let mut buyers = Vec::new();
    for (n, pair) in seats.chunks(2).enumerate() {
        let user = shop.join(&format!("buyer{n}")).await;
        let (office, pair) = (office.clone(), pair.to_vec());
        buyers.push(tokio::spawn(async move {
            let hold = office.hold(user, pair).await.unwrap().hold;
            match n % 3 {
                0 => drop(office.confirm(user, hold.id).await.unwrap()),
                1 => office.release_hold(user, hold.id).await.unwrap(),
                _ => {}
            }
        }));
    }
    for buyer in buyers {
        buyer.await.unwrap();
    }
    let end = office.seat_states(id).await.unwrap();
    let mut states: Vec<char> = start.states.chars().collect();
    let mut revision = start.revision;
    while revision != end.revision {
        match feed.next().await {
            SeatFeedEvent::Changes(update) => {
                for (index, status) in update.changes {
                    states[index as usize] = status.letter();
                }
                revision = update.revision;
            }
            SeatFeedEvent::Reset { .. } => panic!("reset"),
        }
    }
    assert_eq!(states.into_iter().collect::<String>(), end.states);
}

/// The clock stands still: a map must not mistake one change for another of the same millisecond.
#[rstest]
#[tokio::test]
async fn two_changes_of_a_hold_in_one_millisecond_are_both_seen(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let office = &shop.box_office;
    let hold = office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    for n in 0..4 {
        let states: String = (0..5).map(|seat| if seat == n { 'H' } else { 'A' }).collect();
        assert_eq!(office.seat_states(id).await.unwrap().states, states);
        office.change_hold(mina, hold.id, vec![seats[n + 1]], vec![seats[n]]).await.unwrap();
    }
}
