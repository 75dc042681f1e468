//! A ticket that gets another seat.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{MailKind, SeatState, WaitlistState, WaitlistWish};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{Error, MailFilter, SeatProblem};

#[rstest]
#[tokio::test]
async fn the_ticket_keeps_its_id_and_price_and_the_seat_goes_to_whoever_waits(
    #[values(Embedded, Redis)] holds: HoldBackend,
) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 5).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let booking = office.book(mina, seats[..2].to_vec()).await.unwrap();
    let entry = office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[0]] }).await.unwrap();
    let mut feed = office.subscribe(shop.performance(0).await, None).await.unwrap();

    let tried = office.move_ticket(seats[0], seats[7], true).await.unwrap();
    assert_eq!(office.booking(mina, booking.id).await.unwrap(), booking, "a dry run changes nothing");
    let moved = office.move_ticket(seats[0], seats[7], false).await.unwrap();
    assert_eq!((tried.ticket, tried.to), (moved.ticket, moved.to.clone()));
    assert_eq!(moved.ticket, booking.tickets[0].id);
    let after = office.booking(mina, booking.id).await.unwrap();
    assert_eq!(after, moved.booking);
    assert_eq!(after.total_price(), booking.total_price(), "row B is cheaper, and what was paid was paid");
    let places: Vec<_> = after.valid_tickets().map(|ticket| ticket.seat.id).collect();
    assert_eq!(places, [seats[1], seats[7]]);
    while office.seat_states(shop.performance(0).await).await.unwrap().states != "CBAAAAABAA" {
        feed.next().await;
    }
    let states = async |seat| -> Vec<SeatState> {
        office.seat_history(seat).await.unwrap().into_iter().map(|change| change.state).collect()
    };
    assert_eq!(states(seats[0]).await, [SeatState::Booked, SeatState::Canceled]);
    assert_eq!(states(seats[7]).await, [SeatState::Booked]);

    assert_eq!(offer_canceled_seats(office).await.offered, 1);
    assert_eq!(office.waitlist_entry(joon, entry).await.unwrap().state, WaitlistState::Activation);
    office.book_offer(joon, entry).await.unwrap();
    let mails = office.list_mail(MailFilter { state: None, limit: 10 }).await.unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.kind == MailKind::Moved).count(), 1);
    office.cancel(mina, booking.id, None).await.unwrap();
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn only_a_ticket_is_moved_and_only_to_a_seat_that_nobody_has(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(1, 8).performance("2027-03-01", 2, None).build();
    let shop = TestShop::with(holds, plan).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let booking = office.book(mina, seats[..2].to_vec()).await.unwrap();
    office.hold(joon, vec![seats[2]]).await.unwrap();
    let given_back = office.book(joon, vec![seats[3]]).await.unwrap();
    office.cancel(joon, given_back.id, None).await.unwrap();
    office.block_seats(vec![seats[4]]).await.unwrap();

    let not_valid = |seat, problem| Err(Error::SeatsNotValid { seats: vec![seat], problem });
    let try_to_move = async |from, to| office.move_ticket(from, to, false).await.map(drop);
    assert_eq!(try_to_move(seats[5], seats[6]).await, not_valid(seats[5], SeatProblem::NotSold));
    assert_eq!(try_to_move(seats[0], seats[0]).await, not_valid(seats[0], SeatProblem::Repeated));
    let other = shop.seats(1).await[0];
    assert!(matches!(try_to_move(seats[0], other).await, Err(Error::SeatsNotValid { .. })));
    for taken in [seats[1], seats[2], seats[3]] {
        assert_eq!(try_to_move(seats[0], taken).await, Err(Error::SeatsTaken { seats: vec![taken] }));
    }
    assert_eq!(office.booking(mina, booking.id).await.unwrap(), booking);
    // A seat that is kept back is kept for this.
    office.move_ticket(seats[0], seats[4], false).await.unwrap();
    assert_clean(office).await;
}

/// To another seat and back, and with the seats that came from the waitlist.
#[rstest]
#[tokio::test]
async fn moved_again_and_cancelled_all_is_accounted_for(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 8).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let first = office.book(mina, vec![seats[0]]).await.unwrap();
    let entry = office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[0]] }).await.unwrap();
    office.cancel(mina, first.id, None).await.unwrap();
    offer_canceled_seats(office).await;
    let booking = office.book_offer(joon, entry).await.unwrap();
    for (from, to) in [(0, 1), (1, 2), (2, 3)] {
        office.move_ticket(seats[from], seats[to], false).await.unwrap();
    }
    offer_canceled_seats(office).await;
    office.move_ticket(seats[3], seats[0], false).await.unwrap();
    let fence = office.next_fence("ranking-refresh").await.unwrap();
    office.refresh_rankings(&fence).await.unwrap();
    shop.clock.advance(std::time::Duration::from_secs(10));
    office.cancel(joon, booking.id, None).await.unwrap();
    assert_clean(office).await;
}

/// Two admins, a crowd, and one seat for all of them.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_crowd_and_a_moved_ticket_one_gets_the_seat(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop =
        TestShop::with(holds, PlanBuilder::hall(20, 10).with(|plan| plan.max_seats_per_user = 200).build()).await;
    let seats = shop.seats(0).await;
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    // Every seat of the first half has a ticket, every one of the other half is wanted by three.
    let (sold, wanted) = seats.split_at(100);
    for some in sold.chunks(50) {
        shop.box_office.book(mina, some.to_vec()).await.unwrap();
    }
    let (mut moved, mut held, mut booked) = (0, 0, 0);
    for (from, to) in sold.iter().zip(wanted) {
        let (office, other) = (&shop.box_office, &shop.box_office);
        let (by_move, by_hold, by_booking) = tokio::join!(
            office.move_ticket(*from, *to, false),
            async {
                tokio::task::yield_now().await;
                other.hold(joon, vec![*to]).await
            },
            office.book(mina, vec![*to]),
        );
        let winners = [by_move.is_ok(), by_hold.is_ok(), by_booking.is_ok()];
        assert_eq!(winners.iter().filter(|won| **won).count(), 1, "{by_move:?} {by_hold:?} {by_booking:?}");
        moved += u32::from(winners[0]);
        held += u32::from(winners[1]);
        booked += u32::from(winners[2]);
    }
    assert_eq!(moved + held + booked, 100);
    assert_clean(&shop.box_office).await;
}

/// The control: without the claim, a ticket is moved to a seat that somebody holds in Redis.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn control_without_the_claim_a_ticket_is_moved_to_a_held_seat() {
    let shop = TestShop::with(Redis, PlanBuilder::hall(1, 5).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    office.book(mina, vec![seats[0]]).await.unwrap();
    office.hold(joon, vec![seats[1]]).await.unwrap();
    let moving = office.move_ticket(seats[0], seats[1], false);
    assert!(ticket_core::failpoint::without("claim of nobody", moving).await.is_ok());
    assert!(!office.audit().await.unwrap().is_clean());
}
