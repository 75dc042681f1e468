use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{SeatId, UserId};
use ticket_core::testing::{PlanBuilder, TestShop};
use ticket_core::{BoxOffice, Error, SeatProblem};

use crate::support::states;

async fn shop(holds: HoldBackend) -> (TestShop, Vec<SeatId>, UserId, UserId) {
    let plan = PlanBuilder::hall(3, 10).performance("2027-03-02", 1, None).with_gap().build();
    let shop = TestShop::with(holds, plan).await;
    let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
    (shop, seats, mina, joon)
}

#[rstest]
#[tokio::test]
async fn a_hold_keeps_others_out_until_it_ends(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let held = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap();
    assert_eq!(held.total_price(), 300_000);
    assert_eq!(states(&shop).await, "HHAAAAAAA-AAAAAAAAAAAAAAAAAAAA");

    let taken = Err(Error::SeatsTaken { seats: vec![seats[1]] });
    assert_eq!(shop.box_office.hold(joon, vec![seats[1], seats[2]]).await, taken);
    assert_eq!(shop.box_office.book(joon, vec![seats[1], seats[2]]).await.map(drop), taken.map(drop));
    assert_eq!(states(&shop).await, "HHAAAAAAA-AAAAAAAAAAAAAAAAAAAA", "a refused hold has left something behind");

    shop.clock.advance(Duration::from_mins(7) - Duration::from_millis(1));
    assert!(shop.box_office.hold(joon, vec![seats[1]]).await.is_err(), "still held in the last millisecond");
    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(states(&shop).await, "AAAAAAAAA-AAAAAAAAAAAAAAAAAAAA");
    assert!(shop.box_office.hold(joon, vec![seats[1]]).await.is_ok());
    assert_eq!(shop.box_office.confirm(mina, held.hold.id).await.map(drop), Err(Error::HoldExpired));
}

#[rstest]
#[tokio::test]
async fn only_the_owner_sees_extends_changes_confirms_and_releases(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let id = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold.id;
    let office = &shop.box_office;
    assert_eq!(office.extend_hold(joon, id).await.map(drop), Err(Error::HoldNotFound));
    assert_eq!(office.change_hold(joon, id, vec![seats[1]], vec![]).await.map(drop), Err(Error::HoldNotFound));
    assert_eq!(office.confirm(joon, id).await.map(drop), Err(Error::HoldNotFound));
    assert_eq!(office.release_hold(joon, id).await, Err(Error::HoldNotFound));
    assert!(office.holds(joon, id.performance).await.unwrap().is_empty());
    assert_eq!(office.holds(mina, id.performance).await.unwrap().len(), 1);
    office.release_hold(mina, id).await.unwrap();
    assert_eq!(office.release_hold(mina, id).await, Err(Error::HoldNotFound));
    assert!(!states(&shop).await.contains('H'));
}

#[rstest]
#[tokio::test]
async fn extending_starts_the_clock_anew_up_to_the_cap(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let start = shop.box_office.clock().now();
    let id = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold.id;
    for (minutes_later, end) in [(6, 13), (6, 19), (6, 20), (1, 20)] {
        shop.clock.advance(Duration::from_mins(minutes_later));
        let hold = shop.box_office.extend_hold(mina, id).await.unwrap().hold;
        assert_eq!(hold.expires_at, start + Duration::from_mins(end));
    }
    assert!(shop.box_office.book(joon, vec![seats[0]]).await.is_err(), "held in the 19th minute");
    shop.clock.advance(Duration::from_mins(1));
    assert_eq!(shop.box_office.extend_hold(mina, id).await.map(drop), Err(Error::HoldExpired));
    assert!(shop.box_office.book(joon, vec![seats[0]]).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn holding_again_wins_no_time(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let first = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    shop.clock.advance(Duration::from_mins(5));
    let second = shop.box_office.hold(mina, seats[1..3].to_vec()).await.unwrap().hold;
    assert_eq!(second.expires_at, first.expires_at);
    assert_eq!(second.extendable_until, first.extendable_until);
    let holds = shop.box_office.holds(mina, first.id.performance).await.unwrap();
    let mut held: Vec<Vec<SeatId>> = holds.into_iter().map(|held| held.hold.seats).collect();
    held.sort();
    assert_eq!(held, [vec![seats[0]], seats[1..3].to_vec()], "each seat is in one hold");
}

#[rstest]
#[tokio::test]
async fn a_change_is_all_or_nothing_and_keeps_the_clock(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let before = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    office.hold(joon, vec![seats[4]]).await.unwrap();
    shop.clock.advance(Duration::from_mins(1));

    let refused = office.change_hold(mina, before.id, vec![seats[3], seats[4]], vec![seats[0]]).await;
    assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: vec![seats[4]] }));
    assert_eq!(office.holds(mina, before.id.performance).await.unwrap()[0].hold, before);

    let after = office.change_hold(mina, before.id, vec![seats[3]], vec![seats[0]]).await.unwrap().hold;
    assert_eq!((after.seats, after.expires_at), (vec![seats[1], seats[3]], before.expires_at));
    assert_eq!(states(&shop).await, "AHAHHAAAA-AAAAAAAAAAAAAAAAAAAA");

    for (add, remove, repeated) in [
        (vec![seats[5], seats[5]], vec![], seats[5]),
        (vec![seats[1], seats[1]], vec![], seats[1]),
        (vec![], vec![seats[1], seats[1]], seats[1]),
        (vec![seats[1]], vec![seats[1]], seats[1]),
        (vec![seats[5]], vec![seats[5]], seats[5]),
    ] {
        let refused = office.change_hold(mina, before.id, add, remove).await;
        let expected = Error::SeatsNotValid { seats: vec![repeated], problem: SeatProblem::Repeated };
        assert_eq!(refused.map(drop), Err(expected));
    }
    let (many, more) = ((100..150).map(SeatId).collect(), vec![SeatId(1)]);
    let too_many = office.change_hold(mina, before.id, many, more).await;
    assert!(matches!(too_many, Err(Error::Invalid { field: "seatIds", .. })), "{too_many:?}");
    assert_eq!(states(&shop).await, "AHAHHAAAA-AAAAAAAAAAAAAAAAAAAA");

    let nothing_left = office.change_hold(mina, before.id, vec![], vec![seats[1], seats[3]]).await;
    assert!(matches!(nothing_left, Err(Error::Invalid { field: "remove", .. })), "{nothing_left:?}");
}

#[rstest]
#[tokio::test]
async fn senseless_lists_are_refused(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    let other_day = shop.seats(1).await;
    let invalid = |seats, problem| Err(Error::SeatsNotValid { seats, problem });
    let cases: Vec<(Vec<SeatId>, Result<(), Error>)> = vec![
        (vec![], Err(Error::NoSeatChosen)),
        (vec![seats[0], seats[1], seats[0]], invalid(vec![seats[0]], SeatProblem::Repeated)),
        (
            vec![seats[0], SeatId(-5), SeatId(i64::MAX)],
            invalid(vec![SeatId(-5), SeatId(i64::MAX)], SeatProblem::Unknown),
        ),
        (vec![seats[8], seats[9]], invalid(vec![seats[9]], SeatProblem::Gap)),
        (vec![seats[0], other_day[0]], invalid(vec![other_day[0]], SeatProblem::OtherPerformance)),
    ];
    for (list, expected) in cases {
        assert_eq!(shop.box_office.hold(mina, list.clone()).await.map(drop), expected, "hold {list:?}");
        assert_eq!(shop.box_office.book(mina, list.clone()).await.map(drop), expected, "book {list:?}");
    }
    let too_many = vec![seats[0]; 51];
    assert!(matches!(shop.box_office.hold(mina, too_many).await, Err(Error::Invalid { field: "seatIds", .. })));
    assert!(!states(&shop).await.contains(['H', 'B']));
}

#[rstest]
#[tokio::test]
async fn the_limit_counts_booked_and_held_seats_together(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, _, mina, _) = shop(holds).await;
    let seats: Vec<SeatId> = shop.seats(0).await.into_iter().skip(10).collect();
    let office = &shop.box_office;
    office.book(mina, seats[..4].to_vec()).await.unwrap();
    let hold = office.hold(mina, seats[4..9].to_vec()).await.unwrap().hold;
    let over = Err(Error::OverLimit { limit: 10 });
    assert_eq!(office.hold(mina, seats[9..11].to_vec()).await.map(drop), over);
    assert_eq!(office.book(mina, seats[9..11].to_vec()).await.map(drop), over);
    assert_eq!(office.change_hold(mina, hold.id, seats[9..11].to_vec(), vec![]).await.map(drop), over);
    office.book(mina, vec![seats[9]]).await.unwrap();
    office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(office.book(mina, vec![seats[10]]).await.map(drop), over);
    let other_day = shop.seats(1).await;
    assert!(office.book(mina, vec![other_day[0]]).await.is_ok(), "the limit is per performance");
}

#[rstest]
#[tokio::test]
async fn a_sweep_clears_what_has_run_out_and_nothing_else(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let old = office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    shop.clock.advance(Duration::from_mins(3));
    let young = office.hold(joon, vec![seats[1]]).await.unwrap().hold;
    assert_eq!(office.sweep_holds().await, Ok(0));
    shop.clock.advance(Duration::from_mins(4));
    // Redis drops them by itself.
    let swept = if holds == Embedded { 1 } else { 0 };
    assert_eq!(office.sweep_holds().await, Ok(swept));
    assert_eq!(office.sweep_holds().await, Ok(0), "the second sweep finds nothing");
    assert_eq!(office.confirm(mina, old.id).await.map(drop), Err(Error::HoldExpired), "it is remembered for a while");
    assert!(office.confirm(joon, young.id).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn no_hold_outlives_the_sale(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(1, 5)
        .with(|plan| plan.performances[0].sale_closes_at = "2027-01-02T00:03:00Z".parse().unwrap())
        .build();
    let shop = TestShop::with(holds, plan).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let hold = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    assert_eq!(hold.expires_at, "2027-01-02T00:03:00Z".parse().unwrap());
    assert_eq!(hold.extendable_until, hold.expires_at);
    assert_eq!(shop.box_office.extend_hold(mina, hold.id).await.unwrap().hold.expires_at, hold.expires_at);
}

#[rstest]
#[tokio::test]
async fn a_hold_taken_through_one_process_binds_the_other(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let other: BoxOffice = shop.open_again();
    let hold = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    assert_eq!(other.book(joon, vec![seats[0]]).await.map(drop), Err(Error::SeatsTaken { seats: vec![seats[0]] }));
    assert_eq!(other.confirm(mina, hold.id).await.unwrap().tickets.len(), 1);
    other.shutdown().await;
}

#[rstest]
#[tokio::test]
async fn an_admin_sees_every_live_hold(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    assert!(office.list_holds().await.unwrap().is_empty());
    let first = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    shop.clock.advance(Duration::from_mins(3));
    let second = office.hold(joon, vec![seats[4]]).await.unwrap().hold;
    assert_eq!(office.list_holds().await.unwrap(), [first, second.clone()]);
    shop.clock.advance(Duration::from_mins(4));
    assert_eq!(office.list_holds().await.unwrap(), [second]);
}

#[rstest]
#[tokio::test]
async fn a_seat_that_moves_to_a_younger_hold_wins_no_time(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, joon) = shop(holds).await;
    let office = &shop.box_office;
    let old = office.hold(mina, vec![seats[0]]).await.unwrap().hold;
    shop.clock.advance(Duration::from_mins(5));
    let young = office.hold(mina, vec![seats[1]]).await.unwrap().hold;
    let joined = office.change_hold(mina, young.id, vec![seats[0]], vec![]).await.unwrap().hold;
    assert_eq!((joined.expires_at, joined.extendable_until), (old.expires_at, old.extendable_until));
    shop.clock.advance(Duration::from_mins(2));
    assert!(office.book(joon, seats[..2].to_vec()).await.is_ok(), "both seats are free when the older hold ends");
}

/// Two changes at once: none undoes the other, and no claim is left that no hold knows of.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_the_same_time_add_up(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats, mina, _) = shop(holds).await;
    for _ in 0..30 {
        let hold = shop.box_office.hold(mina, vec![seats[0]]).await.unwrap().hold;
        let changes = (1..5).map(|n| shop.box_office.change_hold(mina, hold.id, vec![seats[n]], vec![]));
        for change in futures_util::future::join_all(changes).await {
            change.unwrap();
        }
        let held = shop.box_office.holds(mina, hold.id.performance).await.unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].hold.seats, seats[..5]);
        shop.box_office.release_hold(mina, hold.id).await.unwrap();
        assert!(!states(&shop).await.contains('H'));
    }
}
