use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{BookingId, BookingState, Changed, Role, SeatState, TicketId, TicketState, UserEdit};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{Error, MailFilter};

#[rstest]
#[tokio::test]
async fn single_tickets_go_first_and_the_booking_with_the_last(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    let office = &shop.box_office;
    let booking = office.book(mina, seats[..3].to_vec()).await.unwrap();
    let tickets: Vec<TicketId> = booking.tickets.iter().map(|t| t.id).collect();
    let foreign = office.book(joon, vec![seats[4]]).await.unwrap().tickets[0].id;

    assert_eq!(office.cancel(joon, booking.id, None).await.map(drop), Err(Error::BookingNotFound));
    assert_eq!(
        office.cancel(mina, booking.id, Some(vec![tickets[0], foreign])).await.map(drop),
        Err(Error::TicketNotInBooking)
    );
    let empty = office.cancel(mina, booking.id, Some(vec![])).await;
    assert!(matches!(empty, Err(Error::Invalid { field: "ticketIds", .. })));

    let (after, canceled) = office.cancel(mina, booking.id, Some(vec![tickets[1]])).await.unwrap();
    assert_eq!((after.state, canceled), (BookingState::Booked, vec![tickets[1]]));
    assert_eq!(after.valid_tickets().count(), 2);
    assert_eq!(after.total_price(), 300_000);
    assert_eq!(
        office.cancel(mina, booking.id, Some(vec![tickets[1], tickets[2]])).await.map(drop),
        Err(Error::BookingAlreadyCanceled),
        "all or nothing"
    );

    let (after, canceled) = office.cancel(mina, booking.id, None).await.unwrap();
    assert_eq!((after.state, canceled), (BookingState::Canceled, vec![tickets[0], tickets[2]]));
    assert!(after.tickets.iter().all(|t| t.state == TicketState::Canceled && t.seat.state == SeatState::Canceled));
    assert_eq!(office.cancel(mina, booking.id, None).await.map(drop), Err(Error::BookingAlreadyCanceled));
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn a_cancelled_seat_is_sold_again_once_it_has_been_returned(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    let office = &shop.box_office;
    let booking = office.book(mina, vec![seats[0]]).await.unwrap();
    office.cancel(mina, booking.id, None).await.unwrap();
    let taken = Err(Error::SeatsTaken { seats: vec![seats[0]] });
    assert_eq!(office.book(joon, vec![seats[0]]).await.map(drop), taken, "nobody snipes it");
    assert_eq!(offer_canceled_seats(office).await.returned, 1);
    assert_eq!(offer_canceled_seats(office).await.returned, 0);
    office.book(joon, vec![seats[0]]).await.unwrap();
    let history: Vec<SeatState> =
        office.seat_history(seats[0]).await.unwrap().into_iter().map(|change| change.state).collect();
    assert_eq!(history, [SeatState::Booked, SeatState::Canceled, SeatState::Available, SeatState::Booked]);
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn cancelling_ends_a_day_before_the_start(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    let until = booking.performance.starts_at - Duration::from_hours(24);
    let left = until.duration_since(shop.box_office.clock().now());
    shop.clock.advance(Duration::try_from(left).unwrap() - Duration::from_millis(1));
    shop.box_office.cancel(mina, booking.id, Some(vec![booking.tickets[0].id])).await.unwrap();
    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(shop.box_office.cancel(mina, booking.id, None).await.map(drop), Err(Error::TooLateToCancel { until }));

    // An admin still can, and the buyer is told. To try it finds the same, and changes nothing.
    let tried = shop.box_office.cancel_as_admin(booking.id, None, true).await.unwrap();
    assert_eq!((tried.0.state, tried.1), (BookingState::Canceled, vec![booking.tickets[1].id]));
    let stays = shop.box_office.booking(mina, booking.id).await.unwrap();
    assert_eq!((stays.state, stays.valid_tickets().count()), (BookingState::Booked, 1));
    let stranger = shop.box_office.cancel_as_admin(booking.id, Some(vec![TicketId(999)]), true).await.map(drop);
    assert_eq!(stranger, Err(Error::TicketNotInBooking));
    let (after, canceled) = shop.box_office.cancel_as_admin(booking.id, None, false).await.unwrap();
    assert_eq!((after.user, after.state, canceled), (mina, BookingState::Canceled, vec![booking.tickets[1].id]));
    let mails = shop.box_office.list_mail(MailFilter { limit: 9, ..MailFilter::default() }).await.unwrap();
    assert_eq!(mails.len(), 3, "booked, and cancelled twice");
    assert!(mails.iter().all(|mail| mail.email.starts_with("mina") && mail.booking == Some(booking.id)));
    for dry_run in [false, true] {
        let again = shop.box_office.cancel_as_admin(booking.id, None, dry_run).await.map(drop);
        assert_eq!(again, Err(Error::BookingAlreadyCanceled));
    }
    assert_clean(&shop.box_office).await;
}

/// Of many who cancel the same booking at once, one does it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelling_at_once_cancels_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, seats[..3].to_vec()).await.unwrap();
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let (office, id) = (shop.box_office.clone(), booking.id);
            tokio::spawn(async move { office.cancel(mina, id, None).await.map(|(_, canceled)| canceled.len()) })
        })
        .collect();
    let mut done = Vec::new();
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(tickets) => done.push(tickets),
            Err(error) => assert_eq!(error, Error::BookingAlreadyCanceled),
        }
    }
    assert_eq!(done, [3]);
    assert_clean(&shop.box_office).await;
}

/// One ticket that is named many times is one ticket.
#[rstest]
#[tokio::test]
async fn a_ticket_is_named_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    let booking = office.book(mina, seats[..3].to_vec()).await.unwrap();
    let [one, other, _] = booking.tickets.iter().map(|t| t.id).collect::<Vec<_>>()[..] else { panic!("three") };
    for (named, repeated) in
        [(vec![one, one], vec![one]), (vec![one; 50], vec![one]), (vec![other, one, other, one], vec![one, other])]
    {
        let refused = Err(Error::TicketsRepeated { tickets: repeated });
        assert_eq!(office.cancel(mina, booking.id, Some(named.clone())).await.map(drop), refused);
        for dry_run in [true, false] {
            let by_admin = office.cancel_as_admin(booking.id, Some(named.clone()), dry_run).await;
            assert_eq!(by_admin.map(drop), refused);
        }
    }
    let too_many: Vec<TicketId> = (1..=51).map(TicketId).collect();
    for refused in [
        office.cancel(mina, booking.id, Some(too_many.clone())).await,
        office.cancel_as_admin(booking.id, Some(too_many.clone()), true).await,
        office.cancel_as_admin(booking.id, Some(too_many), false).await,
    ] {
        let Err(Error::Invalid { field: "ticketIds", problem }) = refused else { panic!("{refused:?}") };
        assert_eq!(problem.to_string(), "names 51 tickets; at most 50 are allowed");
    }
    let message = Error::TicketsRepeated { tickets: vec![one] }.to_string();
    assert_eq!(message, format!("A ticket is named more than once: {one}."));

    assert_eq!(office.booking(mina, booking.id).await.unwrap().valid_tickets().count(), 3);
    assert_eq!(office.list_mail(MailFilter::default()).await.unwrap().len(), 1, "that of the booking");
    assert_clean(office).await;
    office.cancel(mina, booking.id, Some(vec![other, one])).await.unwrap();
    assert_clean(office).await;
}

/// What an account may do is read when it is done, whatever its token says.
#[rstest]
#[tokio::test]
async fn an_account_of_an_admin_sees_and_cancels_what_is_anybodys(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, hana, seats) = (shop.join("mina").await, shop.join("hana").await, shop.seats(0).await);
    let office = &shop.box_office;
    let booking = office.book(mina, seats[..3].to_vec()).await.unwrap();
    let tickets: Vec<TicketId> = booking.tickets.iter().map(|t| t.id).collect();
    let become_a = async |role| {
        let edit = UserEdit { role: Some(role), ..UserEdit::default() };
        assert!(matches!(office.edit_user(hana, edit, None, false).await.unwrap(), Changed::Done(_)));
    };
    for role in [Role::Buyer, Role::Seller] {
        become_a(role).await;
        assert_eq!(office.booking(hana, booking.id).await.map(drop), Err(Error::BookingNotFound));
        assert_eq!(office.cancel(hana, booking.id, None).await.map(drop), Err(Error::BookingNotFound));
    }
    become_a(Role::Admin).await;
    assert_eq!(office.booking(hana, booking.id).await.unwrap(), booking);
    assert_eq!(office.booking(hana, BookingId(99)).await.map(drop), Err(Error::BookingNotFound));
    assert_eq!(office.cancel(hana, BookingId(99), None).await.map(drop), Err(Error::BookingNotFound));
    let (after, canceled) = office.cancel(hana, booking.id, Some(vec![tickets[0]])).await.unwrap();
    assert_eq!((after.user, canceled), (mina, vec![tickets[0]]));
    // Too late for the buyer.
    let until_start = booking.performance.starts_at.duration_since(office.clock().now());
    shop.clock.advance(until_start.unsigned_abs());
    assert!(matches!(office.cancel(mina, booking.id, None).await, Err(Error::TooLateToCancel { .. })));
    office.cancel(hana, booking.id, Some(vec![tickets[1]])).await.unwrap();
    become_a(Role::Buyer).await;
    assert_eq!(office.cancel(hana, booking.id, None).await.map(drop), Err(Error::BookingNotFound));

    // The buyer is told, and that it was not he who did it.
    let mails = office.list_mail(MailFilter::default()).await.unwrap();
    let mut kinds: Vec<&str> = mails.iter().map(|mail| mail.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["BOOKED", "REVOKED", "REVOKED"]);
    assert!(mails.iter().all(|mail| mail.email.starts_with("mina")));
    assert_clean(office).await;
}
