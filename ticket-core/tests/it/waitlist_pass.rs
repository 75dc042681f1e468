//! A pass over many waiters, two passes at a time, and what happens in the middle of one.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{
    EntryId, Language, NewUser, OfferReport, Role, SeatId, UserId, WaitlistEntry, WaitlistState, WaitlistWish,
};
use ticket_core::testing::{PlanBuilder, RedisProxy, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Error};

use crate::support::stranger;

const JOB: &str = "waitlist-offer";

/// A shop in which every seat of one row is sold to somebody, and everybody may have two.
async fn sold_out(holds: HoldBackend, seats: u32) -> (TestShop, Vec<SeatId>) {
    let per_row = seats.min(100);
    let plan = PlanBuilder::hall(seats / per_row, per_row).with(|plan| plan.max_seats_per_user = 2).build();
    let shop = TestShop::with(holds, plan).await;
    let seats = shop.seats(0).await;
    let owners = add_users(&shop, "owner", seats.len().div_ceil(2)).await;
    for (owner, seats) in owners.iter().zip(seats.chunks(2)) {
        shop.box_office.book(*owner, seats.to_vec()).await.unwrap();
    }
    (shop, seats)
}

async fn add_users(shop: &TestShop, name: &str, count: usize) -> Vec<UserId> {
    let users = (0..count).map(|n| {
        let name = format!("{name}{n}");
        let language = Language::English;
        NewUser { email: format!("{name}@example.com").parse().unwrap(), name, role: Role::Buyer, language }
    });
    shop.box_office.add_users(users.collect()).await.unwrap()
}

async fn wait(shop: &TestShop, user: UserId, seat_count: u32, seats: Vec<SeatId>) -> EntryId {
    shop.box_office.join_waitlist(user, WaitlistWish { seat_count, seats }).await.unwrap()
}

/// Every second booking of the shop, beginning with the first, is cancelled; or all.
async fn give_back(shop: &TestShop, step: usize) {
    let filter = ticket_core::BookingFilter { limit: 10_000, ..Default::default() };
    let mut bookings = shop.box_office.list_bookings(filter).await.unwrap();
    bookings.sort_by_key(|booking| booking.id);
    for booking in bookings.iter().step_by(step) {
        shop.box_office.cancel(booking.user, booking.id, None).await.unwrap();
    }
}

/// What a queue would get if it were served one by one, each the first of his seats that are left.
fn served(waiters: &[(u32, Vec<SeatId>)], mut left: Vec<SeatId>) -> Vec<Vec<SeatId>> {
    let serve = |(count, wanted): &(u32, Vec<SeatId>)| {
        let mut got: Vec<SeatId> = wanted.iter().copied().filter(|seat| left.contains(seat)).collect();
        if got.len() < *count as usize {
            return Vec::new();
        }
        got.truncate(*count as usize);
        left.retain(|seat| !got.contains(seat));
        got
    };
    waiters.iter().map(serve).collect()
}

/// All that a pass could change.
fn contents(shop: &TestShop) -> Vec<String> {
    let database = stranger(shop);
    let mut all = Vec::new();
    for query in [
        "SELECT id || state FROM seat",
        "SELECT id || state || coalesce(deadline, '') FROM waitlist_entry",
        "SELECT entry_id || seat_id || status FROM waitlist_seat",
        "SELECT entry_id || pass FROM waitlist_passed_over",
        "SELECT kind || id FROM outbox",
        "SELECT id || state FROM seat_history",
    ] {
        let mut statement = database.prepare(query).unwrap();
        all.extend(statement.query_map([], |row| row.get(0)).unwrap().map(Result::<String, _>::unwrap));
    }
    all
}

fn offered(entry: &WaitlistEntry) -> Vec<SeatId> {
    entry.offered_seats().map(|seat| seat.id).collect()
}

#[rstest]
#[tokio::test]
async fn a_thousand_waiters_are_served_in_their_order(#[values(Embedded, Redis)] holds: HoldBackend) {
    const WAITERS: usize = 1000;
    let (shop, seats) = sold_out(holds, 1000).await;
    let users = add_users(&shop, "waiter", WAITERS).await;
    let mut waiters = Vec::new();
    for (n, user) in users.iter().enumerate() {
        // Every one wants one or two out of up to ten that are spread over the house, and many want the same.
        let seat_count = 1 + u32::try_from(n % 2).unwrap();
        let wanted: Vec<SeatId> = (0..10).map(|k| seats[(n * 7 + k * 131) % seats.len()]).collect();
        wait(&shop, *user, seat_count, wanted.clone()).await;
        waiters.push((seat_count, wanted));
    }
    give_back(&shop, 2).await;
    let canceled: Vec<SeatId> = seats.chunks(2).step_by(2).flatten().copied().collect();
    assert_eq!(canceled.len(), 500);
    let report = offer_canceled_seats(&shop.box_office).await;
    let expected = served(&waiters, canceled.clone());
    let mut offers = 0;
    for ((user, expected), n) in users.iter().zip(&expected).zip(1..) {
        let entry = shop.box_office.waitlist_entry(*user, EntryId(n)).await.unwrap();
        assert_eq!(offered(&entry), *expected, "waiter {n}");
        offers += u64::from(!expected.is_empty());
    }
    let given = expected.iter().map(Vec::len).sum::<usize>();
    assert!(given > 400, "only {given} seats are wanted: the test proves little");
    let returned = u64::try_from(canceled.len() - given).unwrap();
    assert_eq!((report.offered, report.passed_over, report.returned), (offers, 0, returned));
    assert_clean(&shop.box_office).await;
}

#[rstest]
#[tokio::test]
async fn a_pass_with_an_old_fence_changes_nothing(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats) = sold_out(holds, 10).await;
    let users = add_users(&shop, "waiter", 2).await;
    let entry = wait(&shop, users[0], 1, seats[..2].to_vec()).await;
    give_back(&shop, 1).await;
    let old = shop.box_office.next_fence(JOB).await.unwrap();
    let new = shop.box_office.next_fence(JOB).await.unwrap();
    let before = contents(&shop);
    let lost = Err(Error::LockLost { job: JOB.to_owned() });
    assert_eq!(shop.box_office.offer_canceled_seats(&old).await.map(drop), lost);
    assert_eq!(contents(&shop), before);
    assert_eq!(shop.box_office.offer_canceled_seats(&new).await.unwrap().offered, 1);
    assert_eq!(shop.box_office.waitlist_entry(users[0], entry).await.unwrap().state, WaitlistState::Activation);

    shop.clock.advance(std::time::Duration::from_hours(6));
    let old = shop.box_office.next_fence("waitlist-expire").await.unwrap();
    shop.box_office.next_fence("waitlist-expire").await.unwrap();
    let before = contents(&shop);
    assert!(matches!(shop.box_office.expire_offers(&old).await, Err(Error::LockLost { .. })));
    assert_eq!(contents(&shop), before);
}

/// The control: without the check of the fence, the old pass does what the new one should.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn without_the_fence_an_old_pass_goes_on() {
    let (shop, seats) = sold_out(Embedded, 10).await;
    let users = add_users(&shop, "waiter", 1).await;
    wait(&shop, users[0], 1, seats[..2].to_vec()).await;
    give_back(&shop, 1).await;
    let old = shop.box_office.next_fence(JOB).await.unwrap();
    shop.box_office.next_fence(JOB).await.unwrap();
    let pass = shop.box_office.offer_canceled_seats(&old);
    let report = ticket_core::failpoint::without("fence", pass).await.unwrap();
    assert_eq!((report.offered, report.passed_over, report.returned), (1, 0, 9));
}

/// Two runners at once: the one with the newer fence does everything, the other what it had done before that.
#[rstest]
#[tokio::test]
async fn two_passes_at_once_serve_everybody_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (shop, seats) = sold_out(holds, 100).await;
    let users = add_users(&shop, "waiter", 60).await;
    let mut waiters = Vec::new();
    for (n, user) in users.iter().enumerate() {
        let wanted: Vec<SeatId> = (0..10).map(|k| seats[(n * 3 + k) % seats.len()]).collect();
        wait(&shop, *user, 1, wanted.clone()).await;
        waiters.push((1, wanted));
    }
    give_back(&shop, 2).await;
    let other = shop.open_again();
    let pass = async |office: &BoxOffice| {
        let fence = office.next_fence(JOB).await.unwrap();
        office.offer_canceled_seats(&fence).await
    };
    let (one, two) = tokio::join!(pass(&shop.box_office), pass(&other));
    let lost = [&one, &two].into_iter().filter(|pass| matches!(pass, Err(Error::LockLost { .. }))).count();
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    assert!(lost == 1 || (one.is_ok() && two.is_ok()), "{one:?} {two:?}");
    let canceled: Vec<SeatId> = seats.chunks(2).step_by(2).flatten().copied().collect();
    for ((user, expected), n) in users.iter().zip(served(&waiters, canceled)).zip(1..) {
        let entry = shop.box_office.waitlist_entry(*user, EntryId(n)).await.unwrap();
        assert_eq!(offered(&entry), expected, "waiter {n}");
    }
    assert_clean(&shop.box_office).await;
    other.shutdown().await;
}

/// A pass that is stopped at its `nth` command to Redis: first it claims a seat for a waiter, then it lets it go.
struct StoppedPass {
    stopped: ticket_core::testing::Stopped,
    passing: tokio::task::JoinHandle<Result<OfferReport, Error>>,
    _proxy: RedisProxy,
}

impl StoppedPass {
    async fn at(shop: &TestShop, nth: usize) -> Self {
        let proxy = RedisProxy::start(shop.redis.as_ref().unwrap()).await;
        let office = shop.open_through(&proxy);
        let mut stopped = proxy.stop_at(nth);
        let passing = tokio::spawn(async move {
            let fence = office.next_fence(JOB).await.unwrap();
            office.offer_canceled_seats(&fence).await
        });
        stopped.reached().await;
        Self { stopped, passing, _proxy: proxy }
    }

    async fn go_on(self) -> OfferReport {
        self.stopped.go_on();
        self.passing.await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn who_joins_during_a_pass_is_asked_before_the_public_and_what_is_cancelled_then_waits() {
    let (shop, seats) = sold_out(Redis, 6).await;
    let users = add_users(&shop, "waiter", 3).await;
    let first = wait(&shop, users[0], 1, vec![seats[0]]).await;
    let third = wait(&shop, users[2], 1, vec![seats[2]]).await;
    let filter = ticket_core::BookingFilter { limit: 10, ..Default::default() };
    let bookings = shop.box_office.list_bookings(filter).await.unwrap();
    let [last, middle, zeroth] = [&bookings[0], &bookings[1], &bookings[2]];
    for booking in [zeroth, last] {
        shop.box_office.cancel(booking.user, booking.id, None).await.unwrap();
    }
    let pass = StoppedPass::at(&shop, 0).await;
    let second = wait(&shop, users[1], 1, vec![seats[5]]).await;
    shop.box_office.cancel(middle.user, middle.id, None).await.unwrap();
    let report = pass.go_on().await;
    assert_eq!((report.offered, report.passed_over, report.returned), (2, 0, 2));
    for (user, entry, seat) in [(users[0], first, seats[0]), (users[1], second, seats[5])] {
        assert_eq!(offered(&shop.box_office.waitlist_entry(user, entry).await.unwrap()), [seat]);
    }
    assert_eq!(shop.box_office.waitlist_entry(users[2], third).await.unwrap().state, WaitlistState::Waiting);
    let letters = shop.box_office.seat_states(shop.performance(0).await).await.unwrap().states;
    assert_eq!(letters, "WACCAW");
    assert_eq!(offer_canceled_seats(&shop.box_office).await.offered, 1);
    assert_clean(&shop.box_office).await;
}

/// The waiter holds as much as he may at the very moment of the offer: it counts, whichever comes first.
#[tokio::test]
async fn nobody_gets_past_his_limit_while_he_is_made_an_offer() {
    for (nth, is_offered) in [(0, false), (1, true)] {
        let (shop, seats) = sold_out(Redis, 8).await;
        let waiter = add_users(&shop, "waiter", 1).await[0];
        give_back(&shop, 2).await;
        offer_canceled_seats(&shop.box_office).await;
        let entry = wait(&shop, waiter, 1, vec![seats[2]]).await;
        let filter = ticket_core::BookingFilter { limit: 10, ..Default::default() };
        let booking = shop.box_office.list_bookings(filter).await.unwrap().swap_remove(2);
        shop.box_office.cancel(booking.user, booking.id, None).await.unwrap();

        let pass = StoppedPass::at(&shop, nth).await;
        let held = shop.box_office.hold(waiter, seats[..2].to_vec()).await;
        let report = pass.go_on().await;
        let state = shop.box_office.waitlist_entry(waiter, entry).await.unwrap().state;
        if is_offered {
            assert_eq!(held.map(drop), Err(Error::OverLimit { limit: 2 }));
            assert_eq!((report.offered, state), (1, WaitlistState::Activation));
        } else {
            held.unwrap();
            assert_eq!((report.passed_over, state), (1, WaitlistState::Waiting));
        }
        assert_clean(&shop.box_office).await;
    }
}
