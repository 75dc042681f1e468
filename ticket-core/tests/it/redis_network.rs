//! The network to Redis goes wrong at every single command of an operation, in every way. Whatever is answered: no seat is
//! sold twice, none is stuck longer than a hold, and whoever is told to try again gets what he wanted.

use std::time::{Duration, Instant};

use rstest::rstest;
use ticket_core::HoldBackend::Redis;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{Changed, HoldId, Role, SeatId, UserEdit, UserId};
use ticket_core::testing::{Fault, PlanBuilder, RedisProxy, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Error};

use crate::support::stranger;

const TTL: Duration = Duration::from_mins(7);
/// Commands of one operation, at most.
const COMMANDS_MAX: u32 = 12;

struct Scene {
    shop: TestShop,
    proxy: RedisProxy,
    seats: Vec<SeatId>,
    mina: UserId,
    joon: UserId,
}

/// One attempt, with a fault at one of its commands.
struct Attempt<'a> {
    /// The shop behind the proxy.
    shaky: BoxOffice,
    /// The same shop, with a network that works.
    sound: &'a BoxOffice,
    /// Four seats that nobody has touched.
    seats: &'a [SeatId],
    mina: UserId,
    joon: UserId,
}

impl Scene {
    async fn new() -> Self {
        let plan = PlanBuilder::hall(4, COMMANDS_MAX).with(|plan| plan.max_seats_per_user = 1000).build();
        let shop = TestShop::with(Redis, plan).await;
        let proxy = RedisProxy::start(shop.redis.as_ref().unwrap()).await;
        let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
        Self { shop, proxy, seats, mina, joon }
    }

    /// Makes the attempt with the fault at its first command, its second, and so on, until it has no more of them.
    async fn at_every_command(&self, fault: Fault, attempt: impl AsyncFn(Attempt<'_>, &RedisProxy, usize)) {
        for (nth, seats) in self.seats.chunks(4).enumerate() {
            let shaky = self.shop.open_through(&self.proxy);
            let (sound, mina, joon) = (&self.shop.box_office, self.mina, self.joon);
            attempt(Attempt { shaky: shaky.clone(), sound, seats, mina, joon }, &self.proxy, nth).await;
            shaky.shutdown().await;
            if !self.proxy.has_happened() {
                assert!(nth > 0, "nothing has gone through the proxy");
                assert_clean(&self.shop.box_office).await;
                return;
            }
            // No claim of this attempt is left for the next.
            self.shop.clock.advance(TTL);
            let free = seats.iter().filter(|seat| !self.is_sold(**seat)).copied().collect::<Vec<_>>();
            if !free.is_empty() {
                let booking = sound.book(self.joon, free.clone()).await;
                assert!(booking.is_ok(), "command {nth}, {fault:?}: {free:?} are stuck: {booking:?}");
            }
        }
        panic!("an operation of more than {COMMANDS_MAX} commands");
    }

    fn is_sold(&self, seat: SeatId) -> bool {
        let query = "SELECT count(*) FROM ticket WHERE seat_id = ?1 AND state = 'BOOKED'";
        let database = stranger(&self.shop);
        database.query_row(query, [seat.0], |row| row.get::<_, u32>(0)).unwrap() > 0
    }
}

/// Done, or told to try again because nothing was done: nothing else is an answer to a bad network.
fn is_done<T>(result: Result<T, Error>, fault: Fault, nth: usize) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::Unavailable, "command {nth}, {fault:?}: {error:?}");
            assert!(error.retry_after().is_some());
            None
        }
    }
}

async fn hold(attempt: &Attempt<'_>, seats: &[SeatId]) -> HoldId {
    attempt.sound.hold(attempt.mina, seats.to_vec()).await.unwrap().hold.id
}

#[rstest]
#[tokio::test]
async fn holding(
    #[values(Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Stall, Fault::Twice)] fault: Fault,
) {
    let scene = Scene::new().await;
    let attempt = async |attempt: Attempt<'_>, proxy: &RedisProxy, nth: usize| {
        let wanted = attempt.seats[..2].to_vec();
        proxy.fail(nth, fault);
        let held = is_done(attempt.shaky.hold(attempt.mina, wanted.clone()).await, fault, nth);
        assert!(held.is_some() || fault == Fault::Stall, "command {nth}: a cut connection is made up for");
        let again = attempt.sound.hold(attempt.mina, wanted.clone()).await.unwrap().hold;
        assert_eq!(again.seats, wanted, "trying again is no conflict with oneself");
        let taken = attempt.sound.book(attempt.joon, vec![wanted[1]]).await;
        assert_eq!(taken.map(drop), Err(Error::SeatsTaken { seats: vec![wanted[1]] }));
    };
    scene.at_every_command(fault, attempt).await;
}

#[rstest]
#[tokio::test]
async fn confirming(
    #[values(Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Stall, Fault::Twice)] fault: Fault,
) {
    let scene = Scene::new().await;
    let attempt = async |attempt: Attempt<'_>, proxy: &RedisProxy, nth: usize| {
        let hold = hold(&attempt, &attempt.seats[..2]).await;
        proxy.fail(nth, fault);
        let booking = is_done(attempt.shaky.confirm(attempt.mina, hold).await, fault, nth);
        assert!(booking.is_some() || fault == Fault::Stall, "command {nth}: a cut connection is made up for");
        let again = attempt.sound.confirm(attempt.mina, hold).await.unwrap();
        assert!(booking.is_none_or(|booking| booking == again), "the same booking");
        assert_eq!(again.tickets.iter().map(|ticket| ticket.seat.id).collect::<Vec<_>>(), attempt.seats[..2]);
    };
    scene.at_every_command(fault, attempt).await;
}

#[rstest]
#[tokio::test]
async fn booking(
    #[values(Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Stall, Fault::Twice)] fault: Fault,
) {
    let scene = Scene::new().await;
    let attempt = async |attempt: Attempt<'_>, proxy: &RedisProxy, nth: usize| {
        let wanted = attempt.seats[..2].to_vec();
        proxy.fail(nth, fault);
        let booking = is_done(attempt.shaky.book(attempt.mina, wanted.clone()).await, fault, nth);
        assert!(booking.is_some() || fault == Fault::Stall, "command {nth}: a cut connection is made up for");
        let again = attempt.sound.book(attempt.mina, wanted.clone()).await;
        match booking {
            Some(_) => assert_eq!(again.map(drop), Err(Error::SeatsTaken { seats: wanted })),
            None => assert_eq!(again.unwrap().tickets.len(), 2, "nothing was changed, as was said"),
        }
    };
    scene.at_every_command(fault, attempt).await;
}

#[rstest]
#[tokio::test]
async fn releasing(
    #[values(Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Stall, Fault::Twice)] fault: Fault,
) {
    let scene = Scene::new().await;
    let attempt = async |attempt: Attempt<'_>, proxy: &RedisProxy, nth: usize| {
        let hold = hold(&attempt, &attempt.seats[..2]).await;
        proxy.fail(nth, fault);
        if is_done_or_gone(attempt.shaky.release_hold(attempt.mina, hold).await, fault, nth) {
            assert!(attempt.sound.hold(attempt.joon, attempt.seats[..2].to_vec()).await.is_ok(), "free at once");
        } else {
            let again = attempt.sound.release_hold(attempt.mina, hold).await;
            assert!(matches!(again, Ok(()) | Err(Error::HoldNotFound)), "{again:?}");
        }
    };
    scene.at_every_command(fault, attempt).await;
}

#[rstest]
#[tokio::test]
async fn extending_and_changing(
    #[values(Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Stall, Fault::Twice)] fault: Fault,
) {
    let scene = Scene::new().await;
    let attempt = async |attempt: Attempt<'_>, proxy: &RedisProxy, nth: usize| {
        let id = hold(&attempt, &attempt.seats[..2]).await;
        proxy.fail(nth, fault);
        let extended = is_done(attempt.shaky.extend_hold(attempt.mina, id).await, fault, nth);
        assert!(extended.is_some() || fault == Fault::Stall, "command {nth}: a cut connection is made up for");
        let (add, remove) = (vec![attempt.seats[2]], vec![attempt.seats[0]]);
        let changed = attempt.shaky.change_hold(attempt.mina, id, add, remove).await;
        let found = attempt.sound.holds(attempt.mina, id.performance).await.unwrap();
        let found = &found.iter().find(|held| held.hold.id == id).unwrap().hold.seats;
        let (before, after) = (&attempt.seats[..2], &attempt.seats[1..3]);
        match changed {
            Ok(_) => assert_eq!(found, after),
            // Done twice, the second finds nothing to drop any more.
            Err(Error::SeatsTaken { seats }) if fault == Fault::Twice => {
                assert_eq!((found.as_slice(), seats), (after, vec![attempt.seats[0]]));
            }
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::Unavailable, "command {nth}: {error:?}");
                assert!(found == before || found == after, "all or nothing: {found:?}");
            }
        }
        attempt.sound.confirm(attempt.mina, id).await.unwrap();
    };
    scene.at_every_command(fault, attempt).await;
}

/// A connection that has lost its way back, and is never closed: the engine must not wait for it for ever.
#[tokio::test]
async fn a_connection_that_answers_no_more_is_given_up() {
    let scene = Scene::new().await;
    let shaky = scene.shop.open_through(&scene.proxy);
    shaky.hold(scene.mina, vec![scene.seats[0]]).await.unwrap();
    scene.proxy.fail(0, Fault::Stall);
    assert!(shaky.hold(scene.mina, vec![scene.seats[1]]).await.is_err());
    let started = Instant::now();
    shaky.hold(scene.mina, vec![scene.seats[1]]).await.unwrap();
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
}

/// The command that lets a sold hold go is held up on its way, and nobody waits for it: the claim stays. When the tickets are
/// cancelled, by whomever, it goes.
#[tokio::test]
async fn what_a_stalled_release_leaves_behind_is_freed_by_cancelling() {
    let scene = Scene::new().await;
    let (office, seats) = (&scene.shop.box_office, &scene.seats);
    // So that Redis knows the scripts, and commands can be counted.
    office.book(scene.joon, vec![seats[9]]).await.unwrap();
    let warm = office.hold(scene.joon, vec![seats[8]]).await.unwrap().hold.id;
    office.confirm(scene.joon, warm).await.unwrap();

    let shaky = scene.shop.open_through(&scene.proxy);
    let hold = shaky.hold(scene.mina, seats[..2].to_vec()).await.unwrap().hold;
    // The first command pins the hold; the second is its release.
    let mut release = scene.proxy.stop_at(1);
    let confirmed = shaky.confirm(scene.mina, hold.id).await.unwrap();
    release.reached().await;
    // The same for a booking without a hold: it claims the seats, and lets them go.
    let shaky = scene.shop.open_through(&scene.proxy);
    let mut other_release = scene.proxy.stop_at(1);
    let booked = shaky.book(scene.mina, vec![seats[2]]).await.unwrap();
    other_release.reached().await;
    assert_eq!(claims(&scene).await, 3, "nothing was left: the test proves nothing");

    office.cancel(scene.mina, confirmed.id, None).await.unwrap();
    let edit = UserEdit { role: Some(Role::Admin), ..UserEdit::default() };
    assert!(matches!(office.edit_user(scene.joon, edit, None, false).await.unwrap(), Changed::Done(_)));
    office.cancel(scene.joon, booked.id, None).await.unwrap();
    assert_eq!(claims(&scene).await, 0);
    assert_eq!(offer_canceled_seats(office).await.returned, 3);
    let bought = office.book(scene.joon, seats[..3].to_vec()).await.unwrap();
    // At last they arrive, and do nothing to what is another's by now.
    release.go_on();
    other_release.go_on();
    assert_eq!(office.booking(scene.joon, bought.id).await.unwrap(), bought);
    assert_clean(office).await;
}

async fn claims(scene: &Scene) -> usize {
    let keys = scene.shop.redis.as_ref().unwrap().command(&["KEYS", "*:seat:*"]).await;
    redis::from_redis_value::<Vec<String>>(keys).unwrap().len()
}

/// Redis executes the claim long after the caller has been told that it did not work: the claim ends by itself.
#[tokio::test]
async fn a_claim_that_arrives_late_ends_by_itself() {
    let scene = Scene::new().await;
    let shaky = scene.shop.open_through(&scene.proxy);
    // So that Redis knows the script, and the first command is the claim.
    scene.shop.box_office.book(scene.joon, vec![scene.seats[1]]).await.unwrap();
    let mut late = scene.proxy.stop_at(0);
    let refused = shaky.book(scene.mina, vec![scene.seats[0]]).await;
    assert_eq!(refused.map(drop).map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    late.reached().await;
    late.go_on();
    let started = Instant::now();
    while scene.shop.box_office.holds(scene.mina, scene.shop.performance(0).await).await.unwrap().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10), "the claim has never arrived: the test proves nothing");
        tokio::task::yield_now().await;
    }
    assert!(scene.shop.box_office.book(scene.joon, vec![scene.seats[0]]).await.is_err());
    scene.shop.clock.advance(TTL);
    scene.shop.box_office.book(scene.joon, vec![scene.seats[0]]).await.unwrap();
}

/// A reply that never came, and the seat is gone to another meanwhile: who wakes up too late sells nothing.
#[tokio::test]
async fn a_confirmation_that_is_held_up_past_the_end_of_its_hold_sells_nothing() {
    let scene = Scene::new().await;
    let shaky = scene.shop.open_through(&scene.proxy);
    let hold = scene.shop.box_office.hold(scene.mina, vec![scene.seats[0]]).await.unwrap().hold;
    // The first command reads the hold; the second is the script that pins it.
    let mut stopped = scene.proxy.stop_at(1);
    let confirming = tokio::spawn({
        let (shaky, mina) = (shaky.clone(), scene.mina);
        async move { shaky.confirm(mina, hold.id).await }
    });
    stopped.reached().await;
    scene.shop.clock.advance(TTL);
    let sold = scene.shop.box_office.book(scene.joon, vec![scene.seats[0]]).await.unwrap();
    stopped.go_on();
    let refused = confirming.await.unwrap();
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(scene.shop.box_office.booking(scene.joon, sold.id).await.unwrap(), sold);
    assert_clean(&scene.shop.box_office).await;
}

/// As [`is_done`]; what was executed before is gone, and that is what was wanted.
fn is_done_or_gone(result: Result<(), Error>, fault: Fault, nth: usize) -> bool {
    match result {
        Err(Error::HoldNotFound) if fault != Fault::CutBefore => true,
        result => is_done(result, fault, nth).is_some(),
    }
}
