use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{BookingId, BookingState, SeatState, TicketState};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BookingFilter, Error};

use crate::support::stranger;

#[rstest]
#[tokio::test]
async fn a_confirmed_hold_is_a_booking_and_stays_one(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    let hold = shop.box_office.hold(mina, vec![seats[6], seats[0]]).await.unwrap().hold;
    let booking = shop.box_office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(booking.tickets.iter().map(|t| t.seat.id).collect::<Vec<_>>(), [seats[0], seats[6]]);
    assert_eq!(booking.total_price(), 240_000);

    // A lost answer: the same hold answers the same booking, also long after it would have ended.
    shop.clock.advance(Duration::from_hours(1));
    let again = shop.box_office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(again.id, booking.id);
    assert_eq!(shop.box_office.confirm(joon, hold.id).await.map(drop), Err(Error::HoldNotFound), "not his");
    assert_eq!(shop.box_office.booking(mina, booking.id).await.unwrap(), again);
    assert_eq!(shop.box_office.booking(joon, booking.id).await.map(drop), Err(Error::BookingNotFound));
    assert_eq!(shop.box_office.booking(mina, BookingId(99)).await.map(drop), Err(Error::BookingNotFound));

    let history = shop.box_office.seat_history(seats[0]).await.unwrap();
    assert_eq!(history.iter().map(|change| change.state).collect::<Vec<_>>(), [SeatState::Booked]);
    let by = (history[0].booking, history[0].buyer.as_deref());
    assert_eq!(by, (Some(booking.id), Some("mina@example.com")), "who has bought it is told to admins");
    assert_clean(&shop.box_office).await;
}

#[rstest]
#[tokio::test]
async fn a_direct_booking_takes_over_what_the_buyer_holds(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let hold = shop.box_office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    shop.box_office.book(mina, seats[1..3].to_vec()).await.unwrap();
    let left = shop.box_office.holds(mina, hold.id.performance).await.unwrap();
    assert_eq!(left[0].hold.seats, [seats[0]], "the rest of the hold stays");
    let states = shop.box_office.seat_states(hold.id.performance).await.unwrap().states;
    assert_eq!(states, "HBBAAAAAAA");
}

#[rstest]
#[tokio::test]
async fn the_sale_window_is_kept_to_the_millisecond(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(1, 5)
        .with(|plan| {
            plan.performances[0].sale_opens_at = Some("2027-01-02T10:00:00Z".parse().unwrap());
            plan.performances[0].sale_closes_at = "2027-01-02T11:00:00Z".parse().unwrap();
        })
        .build();
    let shop = TestShop::with(holds, plan).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let office = &shop.box_office;
    let not_open = Err(Error::SaleNotOpen { opens_at: "2027-01-02T10:00:00Z".parse().unwrap() });
    shop.clock.advance(Duration::from_hours(10) - Duration::from_millis(1));
    assert_eq!(office.book(mina, vec![seats[0]]).await.map(drop), not_open);
    assert_eq!(office.hold(mina, vec![seats[0]]).await.map(drop), not_open);
    shop.clock.advance(Duration::from_millis(1));
    office.book(mina, vec![seats[0]]).await.unwrap();
    shop.clock.advance(Duration::from_hours(1) - Duration::from_millis(1));
    office.book(mina, vec![seats[1]]).await.unwrap();
    shop.clock.advance(Duration::from_millis(1));
    let closed = Err(Error::SaleClosed { closed_at: "2027-01-02T11:00:00Z".parse().unwrap() });
    assert_eq!(office.book(mina, vec![seats[2]]).await.map(drop), closed);
    assert_eq!(office.hold(mina, vec![seats[2]]).await.map(drop), closed);
}

#[rstest]
#[tokio::test]
async fn blocked_seats_are_not_sold(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let block = "UPDATE seat SET state = 'BLOCKED' WHERE id = ?1";
    stranger(&shop).execute(block, [seats[2].0]).unwrap();
    let taken = Err(Error::SeatsTaken { seats: vec![seats[2]] });
    assert_eq!(shop.box_office.book(mina, seats.clone()).await.map(drop), taken);
    assert_eq!(shop.box_office.hold(mina, seats.clone()).await.map(drop), taken);
    assert_eq!(shop.box_office.book(mina, vec![seats[0]]).await.unwrap().state, BookingState::Booked);
}

#[rstest]
#[tokio::test]
async fn the_history_is_newest_first_in_pages_and_ends_at_its_duration(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    for seat in &seats[..3] {
        shop.box_office.book(mina, vec![*seat]).await.unwrap();
        shop.clock.advance(Duration::from_hours(24));
    }
    shop.box_office.book(joon, vec![seats[3]]).await.unwrap();
    let page = shop.box_office.bookings(mina, 30, 0, 2).await.unwrap();
    assert_eq!((page.total_items, page.total_pages, page.current_page, page.page_size), (3, 2, 0, 2));
    assert_eq!(page.booking_list.iter().map(|b| b.booking_id.0).collect::<Vec<_>>(), [3, 2]);
    let last = shop.box_office.bookings(mina, 30, 1, 2).await.unwrap();
    assert_eq!(last.booking_list.iter().map(|b| b.booking_id.0).collect::<Vec<_>>(), [1]);
    assert_eq!(shop.box_office.bookings(mina, 2, 0, 10).await.unwrap().total_items, 2, "two days back");
    for days in [0, 3651] {
        let refused = shop.box_office.bookings(mina, days, 0, 10).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "duration", .. })));
    }
    for (page, size) in [(0, 0), (0, 101), (u64::MAX, 100)] {
        assert!(matches!(shop.box_office.bookings(mina, 30, page, size).await, Err(Error::Invalid { .. })));
    }
}

#[rstest]
#[tokio::test]
async fn an_admin_lists_the_bookings_of_all(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    let second = shop.box_office.book(joon, vec![seats[2]]).await.unwrap();
    shop.box_office.cancel(joon, second.id, None).await.unwrap();
    let all = shop.box_office.list_bookings(BookingFilter { limit: 10, ..BookingFilter::default() }).await.unwrap();
    assert_eq!(
        all.iter().map(|b| (b.email.as_str(), b.tickets, b.total_price)).collect::<Vec<_>>(),
        [("joon@example.com", 0, 0), ("mina@example.com", 2, 300_000)]
    );
    let filter = BookingFilter { email: Some("MINA@example.com".into()), limit: 10, ..BookingFilter::default() };
    assert_eq!(shop.box_office.list_bookings(filter).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_price_paid_stays_paid(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    let dearer = "UPDATE seat SET price = 1";
    stranger(&shop).execute(dearer, []).unwrap();
    let again = shop.box_office.booking(mina, booking.id).await.unwrap();
    assert_eq!(again.total_price(), 150_000);
    assert_eq!(again.tickets[0].state, TicketState::Booked);
}
