//! Venues, shows, performances and accounts that are changed by hand.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{Credentials, JoinRequest};
use ticket_core::domain::{
    Category, Change, Changed, Currency, Email, Language, NewPerformance, NewShow, NewUser, Obstacle, PerformanceEdit,
    Role, ShowEdit, ShowId, UserEdit, UserFilter, VenueEdit, VenuePlan, WaitlistState, WaitlistWish,
};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{Error, SeatFeedEvent};

fn done<T>(changed: Changed<T>) -> Change<T> {
    match changed {
        Changed::Done(change) => change,
        Changed::InTheWay(obstacles) => panic!("{obstacles:?}"),
    }
}

fn added<T>(changed: Changed<T>) -> T {
    done(changed).after.unwrap()
}

fn venue(name: &str) -> VenuePlan {
    VenuePlan { name: name.into(), contact: String::new(), address: String::new(), url: String::new() }
}

fn matinee(date: &str) -> NewPerformance {
    NewPerformance {
        show: ShowId(1),
        date: date.parse().unwrap(),
        round: None,
        start_time: "14:00:00".parse().unwrap(),
        sale_opens_at: None,
        sale_closes_at: None,
        seats_of: None,
    }
}

#[tokio::test]
async fn a_show_is_set_up_and_taken_down_by_hand() {
    let shop = TestShop::open(Embedded);
    let office = &shop.box_office;
    let opera = added(office.add_venue(venue("Opera"), false).await.unwrap());
    let taken = office.add_venue(venue("Opera "), false).await.unwrap();
    assert_eq!(taken, Changed::InTheWay(vec![Obstacle::NameTaken("Opera".into())]));
    let renamed = VenueEdit { name: Some("Grand Opera".into()), ..VenueEdit::default() };
    let change = done(office.edit_venue(opera.id, renamed, true).await.unwrap());
    assert_eq!(change.after.unwrap().name, "Grand Opera");
    assert_eq!(office.venue(opera.id).await.unwrap(), opera, "it was a dry run");
    let carmen = NewShow {
        venue: opera.id,
        name: "Carmen".into(),
        category: Category::Musical,
        run: ("2027-03-01".parse().unwrap(), "2027-03-02".parse().unwrap()),
        running_minutes: 150,
        intermission_minutes: 20,
        age_limit: "8+".into(),
        currency: Currency::KRW,
        max_seats_per_user: 4,
        cancel_until_hours: 24,
    };
    let carmen = added(office.add_show(carmen, false).await.unwrap());
    let evening = added(office.add_performance(matinee("2027-04-01"), false).await.unwrap());
    assert_eq!((evening.round, office.layout(evening.id).await.unwrap().seats().count()), (1, 0));
    assert_eq!(office.show(carmen.id).await.unwrap().0.end_date.to_string(), "2027-04-01");
    assert_eq!(office.delete_venue(opera.id, false).await.unwrap(), Changed::InTheWay(vec![Obstacle::Shows(1)]));
    let mina = shop.join("mina").await;
    office.set_like(mina, carmen.id, true).await.unwrap();
    assert_eq!(done(office.delete_show(carmen.id, false).await.unwrap()).after, None);
    done(office.delete_venue(opera.id, false).await.unwrap());
    assert_eq!(office.venues().await.unwrap(), []);
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn what_has_happened_stands_in_the_way_of_deleting(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(1, 5).performance("2027-03-01", 2, None).performance("2027-03-01", 3, None).build();
    let shop = TestShop::with(holds, plan).await;
    let (office, mina) = (&shop.box_office, shop.join("mina").await);
    let (sold, held, blocked) = (shop.performance(0).await, shop.performance(1).await, shop.performance(2).await);
    office.book(mina, shop.seats(0).await[..2].to_vec()).await.unwrap();
    let hold = office.hold(mina, vec![shop.seats(1).await[0]]).await.unwrap();
    office.block_seats(vec![shop.seats(2).await[0]]).await.unwrap();
    let obstacles = [
        Obstacle::Bookings { performance: sold, bookings: 1, tickets: 2 },
        Obstacle::Holds { performance: held, holds: 1 },
        Obstacle::SeatHistory { performance: blocked, seats: 1 },
    ];
    for (performance, obstacle) in [sold, held, blocked].into_iter().zip(&obstacles) {
        let refused = office.delete_performance(performance, false).await.unwrap();
        assert_eq!(refused, Changed::InTheWay(vec![obstacle.clone()]));
    }
    assert!(matches!(office.delete_show(ShowId(1), false).await.unwrap(), Changed::InTheWay(_)));
    office.release_hold(mina, hold.hold.id).await.unwrap();
    done(office.delete_performance(held, true).await.unwrap());
    done(office.delete_performance(held, false).await.unwrap());
    assert_eq!(office.performance(held).await.map(drop), Err(Error::PerformanceNotFound(held)));
    assert_clean(office).await;
}

/// A performance may get the id of one that is gone; nobody takes the one for the other.
#[tokio::test]
async fn who_has_the_map_of_a_deleted_performance_reads_it_again() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).performance("2027-03-01", 2, None).build()).await;
    let (office, server) = (&shop.box_office, shop.open_again());
    let gone = shop.performance(1).await;
    let other = shop.performance(0).await;
    let (before, mut feed) = (server.layout(gone).await.unwrap(), server.subscribe(gone, None).await.unwrap());
    done(office.delete_performance(gone, false).await.unwrap());
    assert_eq!(server.seat_states(gone).await.map(drop), Err(Error::PerformanceNotFound(gone)));
    // Other maps go on.
    assert_eq!(server.seat_states(other).await.unwrap().states, "AAAAA");
    let mina = shop.join("mina").await;
    office.book(mina, vec![shop.seats(0).await[0]]).await.unwrap();
    assert_eq!(server.seat_states(other).await.unwrap().states, "BAAAA");
    let again = added(office.add_performance(matinee("2027-03-05"), false).await.unwrap());
    assert_eq!(again.id, gone, "or this test proves nothing");
    assert!(again.layout_version > before.header.layout_version);
    assert_eq!(server.seat_states(gone).await.unwrap().layout_version, again.layout_version);
    drop((&mut feed, SeatFeedEvent::Reset { revision: String::new() }));
}

#[rstest]
#[tokio::test]
async fn a_performance_is_added_to_a_show_that_sells(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 4).with_gap().build()).await;
    let (office, server, mina) = (&shop.box_office, shop.open_again(), shop.join("mina").await);
    office.book(mina, vec![shop.seats(0).await[0]]).await.unwrap();
    let new = added(office.add_performance(matinee("2027-03-01"), false).await.unwrap());
    assert_eq!(new.round, 2, "the next of the day");
    assert_eq!(server.seat_states(new.id).await.unwrap().states, "AAA-AAAA");
    let seat = server.layout(new.id).await.unwrap().seats().next().unwrap().id;
    assert_eq!(server.book(mina, vec![seat]).await.unwrap().total_price(), 150_000);
    let first = NewPerformance { round: Some(1), ..matinee("2027-03-01") };
    let taken = office.add_performance(first, false).await.unwrap();
    assert_eq!(taken, Changed::InTheWay(vec![Obstacle::RoundTaken(shop.performance(0).await)]));
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn servers_go_by_a_sale_that_was_changed(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 8).build()).await;
    let (office, server) = (&shop.box_office, shop.open_again());
    let (mina, seats, id) = (shop.join("mina").await, shop.seats(0).await, shop.performance(0).await);
    let held = server.hold(mina, vec![seats[0]]).await.unwrap();
    // What is remembered of the sale by now is out of date.
    server.book(mina, vec![seats[1]]).await.unwrap();
    let now = office.clock().now();
    let later = now + jiff::SignedDuration::from_hours(1);
    let version = server.layout(id).await.unwrap().header.layout_version;
    let edit = PerformanceEdit { sale_opens_at: Some(Some(later)), ..PerformanceEdit::default() };
    let change = done(office.edit_performance(id, edit, false).await.unwrap());
    assert_eq!(change.after.unwrap().sale_opens_at, Some(later));
    assert!(server.layout(id).await.unwrap().header.layout_version > version);
    let not_open = Err(Error::SaleNotOpen { opens_at: later });
    assert_eq!(server.book(mina, vec![seats[2]]).await.map(drop), not_open);
    assert_eq!(server.confirm(mina, held.hold.id).await.map(drop), not_open);
    let edit = PerformanceEdit { sale_opens_at: Some(None), ..PerformanceEdit::default() };
    done(office.edit_performance(id, edit, false).await.unwrap());
    server.book(mina, vec![seats[2]]).await.unwrap();

    let closes_too_early = PerformanceEdit { sale_closes_at: Some(Some(now)), ..PerformanceEdit::default() };
    done(office.edit_performance(id, closes_too_early, false).await.unwrap());
    assert_eq!(server.book(mina, vec![seats[3]]).await.map(drop), Err(Error::SaleClosed { closed_at: now }));
    let nonsense = PerformanceEdit {
        sale_opens_at: Some(Some(later)),
        sale_closes_at: Some(Some(now)),
        ..PerformanceEdit::default()
    };
    let refused = office.edit_performance(id, nonsense, false).await;
    assert!(matches!(refused, Err(Error::Invalid { field: "saleOpensAt", .. })));
    // A sale that closes with the start moves with it.
    let with_start = PerformanceEdit { sale_closes_at: Some(None), ..PerformanceEdit::default() };
    done(office.edit_performance(id, with_start, false).await.unwrap());
    let moved = PerformanceEdit { date: Some("2027-04-01".parse().unwrap()), ..PerformanceEdit::default() };
    let after = added(office.edit_performance(id, moved, false).await.unwrap());
    assert_eq!(after.sale_closes_at, after.starts_at);
    assert_eq!(office.show(ShowId(1)).await.unwrap().0.start_date, after.date);
    assert_clean(office).await;
}

#[tokio::test]
async fn nobody_is_put_over_a_limit_that_is_lowered() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 8).build()).await;
    let (office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    office.book(mina, seats[..3].to_vec()).await.unwrap();
    let limit = |limit| ShowEdit { max_seats_per_user: Some(limit), ..ShowEdit::default() };
    let over = Obstacle::OverLimit { performance: shop.performance(0).await, users: 1, seats: 3 };
    assert_eq!(office.edit_show(ShowId(1), limit(2), false).await.unwrap(), Changed::InTheWay(vec![over]));
    done(office.edit_show(ShowId(1), limit(3), false).await.unwrap());
    assert_eq!(office.book(mina, vec![seats[5]]).await.map(drop), Err(Error::OverLimit { limit: 3 }));
    assert!(matches!(office.edit_show(ShowId(1), limit(0), false).await, Err(Error::Invalid { .. })));
    assert_clean(office).await;
}

#[tokio::test]
async fn another_password_or_role_ends_every_session() {
    let shop = TestShop::open(Embedded);
    let office = &shop.box_office;
    let email = || -> Email { "hana@example.com".parse().unwrap() };
    let new = || NewUser { email: email(), name: "Hana".into(), role: Role::Buyer, language: Language::Korean };
    let tried = done(office.add_user(new(), None, true).await.unwrap());
    assert!(office.user_of_email(email()).await.is_err(), "a dry run makes nobody");
    let hana = done(office.add_user(new(), None, false).await.unwrap()).after.unwrap().id;
    assert_eq!(tried.after.unwrap().name, "Hana");
    let log_in = async |password: &str| {
        office.log_in(Credentials { email: "hana@example.com".into(), password: password.into() }).await
    };
    assert!(log_in("long enough").await.is_err(), "nobody can log in");
    let edit = async |edit, password: Option<&str>, dry_run| {
        office.edit_user(hana, edit, password.map(Into::into), dry_run).await.map(done)
    };
    edit(UserEdit::default(), Some("long enough"), true).await.unwrap();
    assert!(log_in("long enough").await.is_err(), "it was a dry run");
    edit(UserEdit::default(), Some("long enough"), false).await.unwrap();
    let first = log_in("long enough").await.unwrap();
    edit(UserEdit { name: Some("하나".into()), ..UserEdit::default() }, None, false).await.unwrap();
    let second = office.refresh(&first.refresh_token).await.unwrap();
    edit(UserEdit { role: Some(Role::Admin), ..UserEdit::default() }, None, false).await.unwrap();
    assert_eq!(office.refresh(&second.refresh_token).await, Err(Error::RefreshTokenRevoked));
    assert!(edit(UserEdit::default(), Some("short"), false).await.is_err());
    let found = office.users(UserFilter { contains: Some("하나".into()), role: None, limit: 10 }).await.unwrap();
    assert_eq!((found[0].0.id, found[0].0.role), (hana, Role::Admin));
    assert_eq!(office.user_of_email("HANA@example.com".parse().unwrap()).await.unwrap().id, hana);
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_leaves_its_past_without_its_name(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 8).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    let token = office.access_token_for(mina).await.unwrap();
    let booking = office.book(mina, vec![seats[0]]).await.unwrap();
    office.book(joon, vec![seats[1]]).await.unwrap();
    let entry = office.join_waitlist(mina, WaitlistWish { seat_count: 1, seats: vec![seats[1]] }).await.unwrap();
    office.hold(mina, vec![seats[2]]).await.unwrap();
    let coming = Changed::InTheWay(vec![Obstacle::ComingBooking { booking: booking.id, tickets: 1 }]);
    assert_eq!(office.delete_user(mina, false).await.unwrap(), coming);
    office.cancel(mina, booking.id, None).await.unwrap();
    done(office.delete_user(mina, true).await.unwrap());
    assert!(office.user(mina).await.is_ok(), "it was a dry run");
    done(office.delete_user(mina, false).await.unwrap());

    assert_eq!(office.user(mina).await, Err(Error::UserNotFound(mina)));
    assert!(office.list_holds().await.unwrap().is_empty());
    let (entry, email) = office.explain_entry(entry).await.map(|(entry, email, _)| (entry, email)).unwrap();
    assert_eq!((entry.state, email.as_str()), (WaitlistState::Withdrawn, "deleted-1@invalid"));
    assert_eq!(office.booking_of_anybody(booking.id).await.unwrap().user, mina);
    // Its access token is good for a while, and buys nothing.
    assert!(office.caller(&token).is_ok());
    assert_eq!(office.book(mina, vec![seats[4]]).await.map(drop), Err(Error::UserNotFound(mina)));
    let again = JoinRequest { email: "mina@example.com".into(), password: "another one".into(), name: "Mina".into() };
    assert_ne!(office.join(again).await.unwrap(), mina, "the address is free");
    assert_clean(office).await;
}
