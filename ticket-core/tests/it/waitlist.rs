//! Waiting for seats that are taken, and what comes of it, by the rules.

use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{
    Booking, EntryId, OfferReport, PerformanceId, SeatId, SeatState, SeatWish, UserId, WaitingReason, WaitlistFilter,
    WaitlistState, WaitlistWish,
};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, expire_offers, offer_canceled_seats};
use ticket_core::{BoxOffice, Error, KeptAnswer, Once, SeatProblem};

use crate::support::stranger;

const SIX_HOURS: Duration = Duration::from_hours(6);
const INSTANT: Duration = Duration::from_millis(1);

/// A shop in which somebody has booked every seat; one user may have three.
struct Scene {
    shop: TestShop,
    office: BoxOffice,
    performance: PerformanceId,
    seats: Vec<SeatId>,
    /// One booking per seat, each of another user.
    sold: Vec<Booking>,
}

impl Scene {
    async fn new(holds: HoldBackend, seats: u32) -> Self {
        let plan =
            PlanBuilder::hall(1, seats).performance("2027-03-02", 1, None).with(|plan| plan.max_seats_per_user = 3);
        let shop = TestShop::with(holds, plan.build()).await;
        let (performance, seats) = (shop.performance(0).await, shop.seats(0).await);
        let mut sold = Vec::new();
        for (n, seat) in seats.iter().enumerate() {
            let owner = shop.join(&format!("owner{n}")).await;
            sold.push(shop.box_office.book(owner, vec![*seat]).await.unwrap());
        }
        Self { office: shop.box_office.clone(), shop, performance, seats, sold }
    }

    fn ids(&self, seats: &[usize]) -> Vec<SeatId> {
        seats.iter().map(|seat| self.seats[*seat]).collect()
    }

    async fn wait(&self, user: UserId, seat_count: u32, seats: &[usize]) -> Result<EntryId, Error> {
        self.office.join_waitlist(user, WaitlistWish { seat_count, seats: self.ids(seats) }).await
    }

    /// The owners give these seats back.
    async fn give_back(&self, seats: &[usize]) {
        for seat in seats {
            self.office.cancel(self.sold[*seat].user, self.sold[*seat].id, None).await.unwrap();
        }
    }

    async fn letters(&self) -> String {
        self.office.seat_states(self.performance).await.unwrap().states
    }

    async fn state(&self, user: UserId, entry: EntryId) -> WaitlistState {
        self.office.waitlist_entry(user, entry).await.unwrap().state
    }

    async fn offered(&self, user: UserId, entry: EntryId) -> Vec<SeatId> {
        self.office.waitlist_entry(user, entry).await.unwrap().offered_seats().map(|seat| seat.id).collect()
    }

    async fn reason(&self, user: UserId, entry: EntryId) -> WaitingReason {
        self.office.waitlist_entry(user, entry).await.unwrap().waiting.unwrap().reason
    }

    async fn assert_clean(&self) {
        assert_clean(&self.office).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused(#[values(Embedded, Redis)] holds: HoldBackend) {
    let plan = PlanBuilder::hall(5, 10)
        .with_gap()
        .performance("2027-03-02", 1, None)
        .performance("2027-03-03", 1, Some("2027-02-01T00:00:00Z"))
        .performance("2027-03-04", 1, None)
        .with(|plan| plan.performances[3].sale_closes_at = "2027-01-01T00:00:00Z".parse().unwrap());
    let shop = TestShop::with(holds, plan.build()).await;
    let (mina, owner, seats) = (shop.join("mina").await, shop.join("owner").await, shop.seats(0).await);
    shop.box_office.book(owner, seats[..3].to_vec()).await.unwrap();
    let join = async |seat_count, seats: Vec<SeatId>| {
        shop.box_office.join_waitlist(mina, WaitlistWish { seat_count, seats }).await
    };
    assert_eq!(join(0, seats[..1].to_vec()).await, Err(Error::BadSeatCount { given: 0 }));
    assert_eq!(join(4, seats[..4].to_vec()).await, Err(Error::BadSeatCount { given: 4 }));
    assert_eq!(join(1, Vec::new()).await, Err(Error::NoSeatWanted));
    assert_eq!(join(3, seats[..2].to_vec()).await, Err(Error::BadSeatChoice { seat_count: 3, given: 2 }));
    assert_eq!(join(1, seats[..11].to_vec()).await, Err(Error::BadSeatChoice { seat_count: 1, given: 11 }));
    let other = shop.seats(1).await[0];
    for (seat, problem) in [
        (seats[0], SeatProblem::Repeated),
        (SeatId(9999), SeatProblem::Unknown),
        (seats[9], SeatProblem::Gap),
        (other, SeatProblem::OtherPerformance),
    ] {
        let refused = join(1, vec![seats[0], seat]).await;
        assert_eq!(refused, Err(Error::SeatsNotValid { seats: vec![seat], problem }));
    }
    let block = "UPDATE seat SET state = 'BLOCKED' WHERE id = ?1";
    stranger(&shop).execute(block, [seats[5].0]).unwrap();
    let blocked = Err(Error::SeatsNotValid { seats: vec![seats[5]], problem: SeatProblem::Blocked });
    assert_eq!(join(1, vec![seats[0], seats[5]]).await, blocked);
    assert!(matches!(join(1, vec![shop.seats(2).await[0]]).await, Err(Error::SaleNotOpen { .. })));
    assert!(matches!(join(1, vec![shop.seats(3).await[0]]).await, Err(Error::SaleClosed { .. })));
    assert_eq!(shop.box_office.waitlist(mina, 0, 10).await.unwrap().total_items, 0);
}

#[rstest]
#[tokio::test]
async fn nobody_waits_for_what_is_free(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    let office = &shop.box_office;
    office.book(joon, vec![seats[0]]).await.unwrap();
    office.hold(joon, vec![seats[1]]).await.unwrap();
    office.hold(mina, vec![seats[2]]).await.unwrap();
    let wish = |seats: &[SeatId]| WaitlistWish { seat_count: 1, seats: seats.to_vec() };
    let refused = office.join_waitlist(mina, wish(&seats)).await;
    assert_eq!(refused, Err(Error::SeatsFree { seats: seats[2..].to_vec() }), "nor for what one holds oneself");
    office.join_waitlist(mina, wish(&seats[..2])).await.unwrap();
    // The hold of the other has ended, and nobody has cleared it away.
    shop.clock.advance(Duration::from_mins(8));
    assert_eq!(office.join_waitlist(mina, wish(&seats[..2])).await, Err(Error::SeatsFree { seats: vec![seats[1]] }));
}

#[rstest]
#[tokio::test]
async fn what_is_booked_held_offered_and_wanted_stays_within_the_limit(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 8).await;
    let mina = scene.shop.join("mina").await;
    scene.give_back(&[0, 1]).await;
    offer_canceled_seats(&scene.office).await;
    scene.office.book(mina, scene.ids(&[0])).await.unwrap();
    let hold = scene.office.hold(mina, scene.ids(&[1])).await.unwrap().hold;
    let over = Err(Error::OverLimit { limit: 3 });
    assert_eq!(scene.wait(mina, 2, &[2, 3]).await, over);
    let entry = scene.wait(mina, 1, &[2, 3]).await.unwrap();
    scene.office.release_hold(mina, hold.id).await.unwrap();
    scene.give_back(&[2]).await;
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.offered(mina, entry).await, scene.ids(&[2]));

    // One is booked, one is offered: one more is allowed.
    assert_eq!(scene.wait(mina, 2, &[4, 5]).await, over);
    scene.give_back(&[6, 7]).await;
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.office.hold(mina, scene.ids(&[6, 7])).await.map(drop), over.clone().map(drop));
    assert_eq!(scene.office.book(mina, scene.ids(&[6, 7])).await.map(drop), over.clone().map(drop));
    let held = scene.office.hold(mina, scene.ids(&[6])).await.unwrap().hold;
    assert_eq!(scene.office.change_hold(mina, held.id, scene.ids(&[7]), vec![]).await.map(drop), over.map(drop));

    // Whatever he holds, the offered seat is his.
    scene.office.book_offer(mina, entry).await.unwrap();
    scene.office.confirm(mina, held.id).await.unwrap();
    assert_eq!(scene.letters().await, "BABBBBBA");
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn one_waits_five_times_at_most(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let (mina, joon) = (scene.shop.join("mina").await, scene.shop.join("joon").await);
    let mut entries = Vec::new();
    for _ in 0..WaitlistWish::LIVE_ENTRIES_MAX {
        entries.push(scene.wait(mina, 1, &[0]).await.unwrap());
    }
    assert_eq!(scene.wait(mina, 1, &[0]).await, Err(Error::TooManyEntries));
    scene.wait(joon, 1, &[0]).await.unwrap();
    scene.office.leave_waitlist(mina, entries[2]).await.unwrap();
    scene.wait(mina, 1, &[0]).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn who_joined_first_gets_the_seats_that_he_wants_most(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 6).await;
    let (mina, joon, sora) =
        (scene.shop.join("mina").await, scene.shop.join("joon").await, scene.shop.join("sora").await);
    let first = scene.wait(mina, 2, &[3, 0, 1, 2]).await.unwrap();
    let second = scene.wait(joon, 2, &[2, 3]).await.unwrap();
    let third = scene.wait(sora, 1, &[3, 1]).await.unwrap();
    let waiting = scene.office.waitlist_entry(sora, third).await.unwrap().waiting.unwrap();
    assert_eq!((waiting.position, waiting.reason), (3, WaitingReason::SeatsTaken));

    scene.give_back(&[1, 2, 3, 5]).await;
    assert_eq!(scene.reason(joon, second).await, WaitingReason::NextOffer);
    assert_eq!(scene.letters().await, "BCCCBC");
    let report = offer_canceled_seats(&scene.office).await;
    assert_eq!((report.offered, report.passed_over, report.returned), (1, 0, 2));
    assert_eq!(scene.offered(mina, first).await, scene.ids(&[3, 1]), "the most wanted first");
    assert_eq!(scene.letters().await, "BWAWBA", "what nobody can use is on sale");
    assert_eq!(scene.state(joon, second).await, WaitlistState::Waiting);
    assert_eq!(scene.reason(joon, second).await, WaitingReason::OfferedToOthers);
    assert_eq!(scene.reason(sora, third).await, WaitingReason::OfferedToOthers);
    assert_eq!(scene.office.waitlist_entry(sora, third).await.unwrap().waiting.unwrap().position, 2);

    let entry = scene.office.waitlist_entry(mina, first).await.unwrap();
    let offer = entry.offer.unwrap();
    assert_eq!((entry.state, entry.waiting), (WaitlistState::Activation, None));
    assert_eq!(offer.deadline, offer.offered_at.checked_add(SIX_HOURS).unwrap());
    let history = scene.office.seat_history(scene.seats[3]).await.unwrap();
    let states: Vec<SeatState> = history.into_iter().map(|change| change.state).collect();
    assert_eq!(states, [SeatState::Booked, SeatState::Canceled, SeatState::Waiting]);
    assert_eq!(offer_canceled_seats(&scene.office).await, OfferReport::default(), "again, there is nothing to do");
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn a_waiter_books_in_the_last_moment_and_not_after(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 4).await;
    let mina = scene.shop.join("mina").await;
    let by_entry = scene.wait(mina, 1, &[0]).await.unwrap();
    let by_seats = scene.wait(mina, 1, &[1]).await.unwrap();
    let too_late = scene.wait(mina, 1, &[2]).await.unwrap();
    scene.give_back(&[0, 1, 2]).await;
    assert_eq!(offer_canceled_seats(&scene.office).await.offered, 3);
    scene.shop.clock.advance(SIX_HOURS - INSTANT);
    assert_eq!(expire_offers(&scene.office).await, 0);
    let booking = scene.office.book_offer(mina, by_entry).await.unwrap();
    scene.office.book(mina, scene.ids(&[1])).await.unwrap();
    scene.shop.clock.advance(INSTANT);
    let deadline = scene.office.clock().now();
    let expired = Err(Error::OfferExpired { deadline });
    assert_eq!(scene.office.book_offer(mina, too_late).await.map(drop), expired);
    assert_eq!(scene.office.book(mina, scene.ids(&[2])).await.map(drop), expired);
    assert_eq!(scene.office.leave_waitlist(mina, too_late).await.map(drop), expired);
    let seen = scene.office.waitlist_entry(mina, too_late).await.unwrap();
    assert_eq!(seen.state_at(deadline), WaitlistState::Expired, "recorded or not");
    assert_eq!(expire_offers(&scene.office).await, 1);
    assert_eq!(scene.office.book_offer(mina, too_late).await.map(drop), expired);

    assert_eq!(scene.state(mina, by_entry).await, WaitlistState::Fin);
    assert_eq!(scene.state(mina, by_seats).await, WaitlistState::Fin);
    assert_eq!(scene.state(mina, too_late).await, WaitlistState::Expired);
    assert_eq!(scene.office.book_offer(mina, by_entry).await.unwrap(), booking, "again, it is the same booking");
    let booked = Err(Error::NothingOffered { state: WaitlistState::Fin });
    assert_eq!(scene.office.leave_waitlist(mina, by_entry).await.map(drop), booked);
    assert_eq!(scene.letters().await, "BBCB");
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn offered_seats_are_booked_all_together_and_without_others(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 5).await;
    let mina = scene.shop.join("mina").await;
    let entry = scene.wait(mina, 2, &[1, 0]).await.unwrap();
    let nothing = Err(Error::NothingOffered { state: WaitlistState::Waiting });
    assert_eq!(scene.office.book_offer(mina, entry).await.map(drop), nothing);
    scene.give_back(&[0, 1, 2]).await;
    offer_canceled_seats(&scene.office).await;
    let refused = Err(Error::NotTheOffer { seats: scene.ids(&[1, 0]) });
    for seats in [&[0][..], &[0, 1, 2], &[2, 1], &[0, 4]] {
        assert_eq!(scene.office.book(mina, scene.ids(seats)).await.map(drop), refused, "{seats:?}");
    }
    assert_eq!(scene.office.hold(mina, scene.ids(&[0, 1])).await.map(drop), Err(taken(&scene, &[0, 1])));
    let booking = scene.office.book(mina, scene.ids(&[0, 1])).await.unwrap();
    assert_eq!(booking.tickets.iter().map(|ticket| ticket.seat.id).collect::<Vec<_>>(), scene.ids(&[0, 1]));
    let after = scene.office.waitlist_entry(mina, entry).await.unwrap();
    assert_eq!((after.state, after.booking), (WaitlistState::Fin, Some(booking.id)));
    // And like any other booking it is cancelled.
    scene.office.cancel(mina, booking.id, None).await.unwrap();
    assert_eq!(scene.letters().await, "CCABB");
    scene.assert_clean().await;
}

fn taken(scene: &Scene, seats: &[usize]) -> Error {
    Error::SeatsTaken { seats: scene.ids(seats) }
}

#[rstest]
#[tokio::test]
async fn a_stranger_does_not_get_what_is_offered(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let (mina, joon) = (scene.shop.join("mina").await, scene.shop.join("joon").await);
    let entry = scene.wait(mina, 1, &[0]).await.unwrap();
    scene.give_back(&[0, 1]).await;
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.letters().await, "WAB");
    let stranger = async |seats: &[usize]| {
        let booked = scene.office.book(joon, scene.ids(seats)).await.map(drop);
        assert_eq!(scene.office.hold(joon, scene.ids(seats)).await.map(drop), booked);
        booked
    };
    assert_eq!(stranger(&[0]).await, Err(taken(&scene, &[0])));
    assert_eq!(stranger(&[0, 1]).await, Err(taken(&scene, &[0])));
    for refused in [
        scene.office.book_offer(joon, entry).await.map(drop),
        scene.office.leave_waitlist(joon, entry).await.map(drop),
        scene.office.waitlist_entry(joon, entry).await.map(drop),
        scene.office.waitlist_entry(mina, EntryId(99)).await.map(drop),
    ] {
        assert_eq!(refused, Err(Error::EntryNotFound));
    }
    let best = scene.office.hold_best(joon, scene.performance, SeatWish::together(1)).await.unwrap();
    assert_eq!(best.hold.seats, scene.ids(&[1]), "the best free seat is not the offered one");
    let none = scene.office.hold_best(joon, scene.performance, SeatWish::together(1)).await;
    assert!(matches!(none, Err(Error::NoneLeft { .. })), "{none:?}");
    // He may wait for it.
    let behind = scene.wait(joon, 1, &[0]).await.unwrap();
    scene.office.leave_waitlist(mina, entry).await.unwrap();
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.offered(joon, behind).await, scene.ids(&[0]));
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn an_offer_that_is_not_taken_goes_from_waiter_to_waiter_before_the_public(
    #[values(Embedded, Redis)] holds: HoldBackend,
) {
    let scene = Scene::new(holds, 2).await;
    let mut waiters = Vec::new();
    for n in 0..3 {
        let user = scene.shop.join(&format!("waiter{n}")).await;
        waiters.push((user, scene.wait(user, 1, &[0]).await.unwrap()));
    }
    let public = scene.shop.join("public").await;
    scene.give_back(&[0]).await;
    for (user, entry) in waiters {
        assert_eq!(scene.office.book(public, scene.ids(&[0])).await.map(drop), Err(taken(&scene, &[0])));
        assert_eq!(offer_canceled_seats(&scene.office).await.offered, 1);
        assert_eq!(scene.state(user, entry).await, WaitlistState::Activation);
        assert_eq!(scene.letters().await, "WB");
        scene.shop.clock.advance(SIX_HOURS);
        assert_eq!(expire_offers(&scene.office).await, 1);
        assert_eq!(scene.state(user, entry).await, WaitlistState::Expired);
        assert_eq!(scene.letters().await, "CB");
    }
    let report = offer_canceled_seats(&scene.office).await;
    assert_eq!((report.offered, report.passed_over, report.returned), (0, 0, 1));
    scene.office.book(public, scene.ids(&[0])).await.unwrap();
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn one_withdraws_or_declines_and_the_next_is_served(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 2).await;
    let (mina, joon) = (scene.shop.join("mina").await, scene.shop.join("joon").await);
    let withdrawn = scene.wait(mina, 1, &[0]).await.unwrap();
    let declined = scene.wait(mina, 1, &[0]).await.unwrap();
    let served = scene.wait(joon, 1, &[0]).await.unwrap();
    assert_eq!(scene.office.leave_waitlist(mina, withdrawn).await.unwrap().state, WaitlistState::Withdrawn);
    scene.give_back(&[0]).await;
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.state(mina, declined).await, WaitlistState::Activation);
    for _ in 0..2 {
        assert_eq!(scene.office.leave_waitlist(mina, declined).await.unwrap().state, WaitlistState::Declined);
        assert_eq!(scene.office.leave_waitlist(mina, withdrawn).await.unwrap().state, WaitlistState::Withdrawn);
        assert_eq!(scene.letters().await, "CB");
    }
    for (entry, state) in [(withdrawn, WaitlistState::Withdrawn), (declined, WaitlistState::Declined)] {
        assert_eq!(scene.office.book_offer(mina, entry).await.map(drop), Err(Error::NothingOffered { state }));
    }
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.state(joon, served).await, WaitlistState::Activation);
    let entries = scene.office.waitlist(mina, 0, 10).await.unwrap();
    assert_eq!(entries.content.iter().map(|entry| entry.id).collect::<Vec<_>>(), [declined, withdrawn], "newest first");
    assert_eq!(scene.office.waitlist(mina, 1, 1).await.unwrap().content[0].id, withdrawn);
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn who_would_be_over_his_limit_is_passed_over_and_told_so(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 8).await;
    let (mina, joon) = (scene.shop.join("mina").await, scene.shop.join("joon").await);
    let before = scene.wait(mina, 2, &[0, 1]).await.unwrap();
    let after = scene.wait(joon, 1, &[1]).await.unwrap();
    scene.give_back(&[5, 6, 7]).await;
    offer_canceled_seats(&scene.office).await;
    let booking = scene.office.book(mina, scene.ids(&[5])).await.unwrap();
    let hold = scene.office.hold(mina, scene.ids(&[6])).await.unwrap().hold;
    scene.give_back(&[0, 1]).await;
    let report = offer_canceled_seats(&scene.office).await;
    assert_eq!((report.offered, report.passed_over, report.returned), (1, 1, 1));
    assert_eq!(scene.offered(joon, after).await, scene.ids(&[1]));
    let entry = scene.office.waitlist_entry(mina, before).await.unwrap();
    assert_eq!(entry.state, WaitlistState::Waiting);
    assert_eq!(entry.passed_over_at, Some(scene.office.clock().now()));
    scene.office.confirm(mina, hold.id).await.unwrap();
    assert_eq!(scene.reason(mina, before).await, WaitingReason::OverLimit);
    scene.assert_clean().await;

    // With room again, it is his turn.
    scene.office.cancel(mina, booking.id, None).await.unwrap();
    scene.office.leave_waitlist(joon, after).await.unwrap();
    scene.office.book(joon, scene.ids(&[0])).await.map(drop).unwrap();
    assert_eq!(scene.reason(mina, before).await, WaitingReason::SeatsTaken);
    let bookings = scene.office.bookings(joon, 1, 0, 1).await.unwrap().booking_list;
    scene.office.cancel(joon, bookings[0].booking_id, None).await.unwrap();
    offer_canceled_seats(&scene.office).await;
    assert_eq!(scene.offered(mina, before).await, scene.ids(&[0, 1]));
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn an_offer_ends_with_the_sale_and_none_is_made_after_it(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let mina = scene.shop.join("mina").await;
    let (offered, waiting) = (scene.wait(mina, 1, &[0]).await.unwrap(), scene.wait(mina, 1, &[1]).await.unwrap());
    scene.give_back(&[0]).await;
    let closes_at = scene.office.performance(scene.performance).await.unwrap().0.sale_closes_at;
    let left = Duration::try_from(closes_at.duration_since(scene.office.clock().now())).unwrap();
    scene.shop.clock.advance(left - Duration::from_hours(1));
    offer_canceled_seats(&scene.office).await;
    let entry = scene.office.waitlist_entry(mina, offered).await.unwrap();
    assert_eq!(entry.offer.unwrap().deadline, closes_at);
    scene.shop.clock.advance(Duration::from_hours(1) - INSTANT);
    let database = stranger(&scene.shop);
    database.execute_batch("UPDATE show SET cancel_until_hours = 0").unwrap();
    scene.give_back(&[1, 2]).await;
    scene.office.book_offer(mina, offered).await.unwrap();
    scene.shop.clock.advance(INSTANT);
    let report = offer_canceled_seats(&scene.office).await;
    assert_eq!((report.offered, report.passed_over, report.returned), (0, 0, 2));
    assert_eq!(scene.state(mina, waiting).await, WaitlistState::Waiting);
    assert_eq!(scene.reason(mina, waiting).await, WaitingReason::SaleClosed);
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn seats_that_are_on_sale_again_are_told_of(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let mina = scene.shop.join("mina").await;
    let entry = scene.wait(mina, 2, &[0, 1]).await.unwrap();
    for seat in [0, 1] {
        assert_eq!(scene.reason(mina, entry).await, WaitingReason::SeatsTaken);
        scene.give_back(&[seat]).await;
        offer_canceled_seats(&scene.office).await;
    }
    // One seat was not enough, and is on sale; so the other does not make two either.
    assert_eq!(scene.letters().await, "AAB");
    assert_eq!(scene.reason(mina, entry).await, WaitingReason::OnSale);
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn what_somebody_holds_is_not_on_sale(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let (mina, joon) = (scene.shop.join("mina").await, scene.shop.join("joon").await);
    let pair = scene.wait(mina, 2, &[0, 1]).await.unwrap();
    for seat in [0, 1] {
        scene.give_back(&[seat]).await;
        offer_canceled_seats(&scene.office).await;
    }
    let one = scene.office.hold(joon, scene.ids(&[1])).await.unwrap();
    assert_eq!(scene.reason(mina, pair).await, WaitingReason::HeldByOthers);
    let listed = scene.office.list_waitlist(WaitlistFilter::default()).await.unwrap();
    let explained = scene.office.explain_entry(pair).await.unwrap().0;
    let page = scene.office.waitlist(mina, 0, 10).await.unwrap().content;
    for entry in [&listed[0].0, &explained, &page[0]] {
        assert_eq!(entry.waiting.unwrap().reason, WaitingReason::HeldByOthers);
    }

    scene.office.release_hold(joon, one.hold.id).await.unwrap();
    assert_eq!(scene.reason(mina, pair).await, WaitingReason::OnSale);
    // What she holds herself can be booked by her.
    scene.office.hold(mina, scene.ids(&[1])).await.unwrap();
    assert_eq!(scene.reason(mina, pair).await, WaitingReason::OnSale);

    // A hold that has run out holds nothing, swept or not.
    let joon_waits = scene.wait(joon, 1, &[1, 2]).await.unwrap();
    assert_eq!(scene.reason(joon, joon_waits).await, WaitingReason::HeldByOthers);
    scene.shop.clock.advance(Duration::from_mins(8));
    assert_eq!(scene.reason(joon, joon_waits).await, WaitingReason::OnSale);
    scene.assert_clean().await;
}

#[rstest]
#[tokio::test]
async fn the_jobs_serve_the_waitlist(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 3).await;
    let mina = scene.shop.join("mina").await;
    let entry = scene.wait(mina, 1, &[0]).await.unwrap();
    scene.give_back(&[0, 1]).await;
    let run = scene.office.run_job("waitlist-offer", false).await.unwrap();
    assert_eq!(run.summary.as_deref(), Some("1 offer made, 1 seat returned"));
    scene.shop.clock.advance(SIX_HOURS);
    let run = scene.office.run_job("waitlist-expire", false).await.unwrap();
    assert_eq!(run.summary.as_deref(), Some("1 offer expired"));
    assert_eq!(scene.state(mina, entry).await, WaitlistState::Expired);
    assert_eq!(scene.letters().await, "CAB");
}

#[rstest]
#[tokio::test]
async fn with_a_key_one_joins_and_books_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds, 2).await;
    let mina = scene.shop.join("mina").await;
    let turn = async |route: &str| match scene.office.once(mina, route, "key".parse().unwrap(), &[]).await.unwrap() {
        Once::First(turn) => Ok(turn),
        Once::Before(answer) => Err(answer),
    };
    let wish = WaitlistWish { seat_count: 1, seats: scene.ids(&[0]) };
    let joined = turn("join").await.unwrap().join_waitlist(wish, KeptAnswer::json).await.unwrap();
    assert_eq!(turn("join").await.unwrap_err(), joined);
    assert_eq!(scene.office.waitlist(mina, 0, 10).await.unwrap().total_items, 1);
    scene.give_back(&[0]).await;
    offer_canceled_seats(&scene.office).await;
    let entry: EntryId = serde_json::from_slice(&joined.body).unwrap();
    let booked = turn("book").await.unwrap().book_offer(entry, |booking| KeptAnswer::json(&booking.id)).await.unwrap();
    assert_eq!(turn("book").await.unwrap_err(), booked);
    let other = scene.wait(mina, 1, &[1]).await.unwrap();
    let left =
        turn("leave").await.unwrap().leave_waitlist(other, |entry| KeptAnswer::json(&entry.state)).await.unwrap();
    assert_eq!(left.body, b"\"WITHDRAWN\"");
    assert_eq!(turn("leave").await.unwrap_err(), left);
    scene.assert_clean().await;
}

#[tokio::test]
async fn a_seat_that_somebody_has_waited_for_stays_in_the_plan() {
    let plan = PlanBuilder::hall(1, 3);
    let shop = TestShop::with(Embedded, plan.clone().build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    shop.box_office.hold(joon, vec![seats[2]]).await.unwrap();
    shop.box_office.join_waitlist(mina, WaitlistWish { seat_count: 1, seats: vec![seats[2]] }).await.unwrap();
    shop.clock.advance(Duration::from_hours(1));
    let smaller = plan.with(|plan| plan.seats.truncate(2)).build();
    let report = shop.box_office.apply(smaller, false).await.unwrap();
    assert!(!report.applied);
    assert_eq!(report.in_the_way[0].reason, "an entry of the waitlist names it");
}
