//! The controls of the lock store: with a safeguard taken away, what it guards must break, or the tests prove nothing. (Those
//! of the database are in `race`.)

use redis::Script;
use ticket_core::Error;
use ticket_core::domain::{HoldId, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, RedisProxy, TestShop, assert_clean};
use ticket_core::{BoxOffice, HoldBackend};

const PRELUDE: &str = include_str!("../../src/holds/redis/prelude.lua");
const ACQUIRE: &str = include_str!("../../src/holds/redis/acquire.lua");
const PROLONG: &str = include_str!("../../src/holds/redis/prolong.lua");
const RELEASE: &str = include_str!("../../src/holds/redis/release.lua");

struct Scene {
    shop: TestShop,
    proxy: RedisProxy,
    /// Behind the proxy.
    office: BoxOffice,
    seats: Vec<SeatId>,
    mina: UserId,
    joon: UserId,
}

async fn scene() -> Scene {
    let shop = TestShop::with(HoldBackend::Redis, PlanBuilder::hall(1, 5).build()).await;
    let proxy = RedisProxy::start(shop.redis.as_ref().unwrap()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    Scene { office: shop.open_through(&proxy), shop, proxy, seats, mina, joon }
}

impl Scene {
    /// From now on Redis runs this script with one piece of it replaced.
    async fn sabotage(&self, body: &str, piece: &str, replacement: &str) {
        let intact = format!("{PRELUDE}\n{body}");
        assert_eq!(intact.matches(piece).count(), 1, "{piece:?} is not in the script, or not once");
        let broken = intact.replace(piece, replacement);
        self.shop.redis.as_ref().unwrap().command(&["SCRIPT", "LOAD", &broken]).await;
        self.proxy.substitute_script(Script::new(&intact).get_hash(), Script::new(&broken).get_hash());
    }

    async fn hold(&self, user: UserId, seats: &[usize]) -> Result<HoldId, Error> {
        let seats = seats.iter().map(|seat| self.seats[*seat]).collect();
        self.office.hold(user, seats).await.map(|held| held.hold.id)
    }

    async fn seats_held_by_mina(&self) -> usize {
        let holds = self.office.holds(self.mina, self.shop.performance(0).await).await.unwrap();
        holds.iter().map(|held| held.seats.len()).sum()
    }
}

/// Nobody but its owner ends a hold.
async fn a_stranger_cannot_release(scene: &Scene) -> bool {
    let hold = scene.hold(scene.mina, &[0]).await.unwrap();
    let released = scene.office.release_hold(scene.joon, hold).await;
    released == Err(Error::HoldNotFound) && scene.hold(scene.joon, &[0]).await.is_err()
}

/// A seat that has moved to another hold is no longer the first one's to let go.
async fn a_stale_hold_does_not_free_what_is_held_anew(scene: &Scene) -> bool {
    let old = scene.hold(scene.mina, &[0, 1]).await.unwrap();
    scene.hold(scene.mina, &[1]).await.unwrap();
    scene.office.release_hold(scene.mina, old).await.unwrap();
    scene.hold(scene.joon, &[1]).await.is_err()
}

/// Nor to take back by extending.
async fn a_stale_hold_does_not_take_back_what_is_held_anew(scene: &Scene) -> bool {
    let old = scene.hold(scene.mina, &[0, 1]).await.unwrap();
    let new = scene.hold(scene.mina, &[1]).await.unwrap();
    scene.office.extend_hold(scene.mina, old).await.unwrap();
    scene.office.release_hold(scene.mina, old).await.unwrap();
    scene.seats_held_by_mina().await == 1 && scene.office.extend_hold(scene.mina, new).await.is_ok()
}

async fn a_held_seat_is_refused(scene: &Scene) -> bool {
    scene.hold(scene.mina, &[0]).await.unwrap();
    scene.hold(scene.joon, &[0]).await.is_err()
}

/// Without memory, a claim is refused rather than made beyond the limit.
async fn without_memory_nothing_is_claimed(scene: &Scene) -> bool {
    scene.shop.redis.as_ref().unwrap().command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    scene.hold(scene.mina, &[0]).await.is_err()
}

macro_rules! control {
    ($name:ident, $holds:ident, $script:ident, $piece:literal => $replacement:literal) => {
        #[tokio::test]
        async fn $name() {
            assert!($holds(&scene().await).await, "with every safeguard in place");
            let scene = scene().await;
            scene.sabotage($script, $piece, $replacement).await;
            assert!(!$holds(&scene).await, "the safeguard is gone, and nobody has noticed");
        }
    };
}

control!(without_the_owner_check_a_stranger_releases, a_stranger_cannot_release, RELEASE,
    "found[1] ~= user" => "false");
control!(without_the_token_check_a_stale_release_frees_the_seat, a_stale_hold_does_not_free_what_is_held_anew, RELEASE,
    "if claim_on(key_of(i)) ~= token then return end" => "");
control!(without_the_token_check_a_stale_extension_steals_the_seat, a_stale_hold_does_not_take_back_what_is_held_anew,
    PROLONG, "if claim_on(key_of(i)) == token then" => "if true then");
control!(without_the_look_at_other_claims_a_seat_is_held_twice, a_held_seat_is_refused, ACQUIRE,
    "if owner and owner ~= user then" => "if false then");

control!(with_a_write_that_needs_no_memory_first_a_claim_is_made_without, without_memory_nothing_is_claimed, ACQUIRE,
    "if not unseen then mark_changed() end\nfor i" => "redis.call('DEL', KEYS[1])\nmark_changed()\nfor i");

/// Two holds on one seat, because Redis has gone mad: the database sells it once all the same.
#[tokio::test]
async fn whatever_redis_believes_the_database_sells_a_seat_once() {
    let scene = scene().await;
    scene.sabotage(ACQUIRE, "if owner and owner ~= user then", "if false then").await;
    scene.sabotage(PROLONG, "if claim_on(key_of(i)) == token then", "if true then").await;
    let minas = scene.hold(scene.mina, &[0]).await.unwrap();
    let joons = scene.hold(scene.joon, &[0]).await.unwrap();
    let (first, second) =
        tokio::join!(scene.office.confirm(scene.mina, minas), scene.office.confirm(scene.joon, joons));
    assert_eq!([&first, &second].iter().filter(|result| result.is_ok()).count(), 1, "{first:?} {second:?}");
    assert_clean(&scene.shop.box_office).await;
}

/// Mina has looked, and while her claim is on its way Joon buys the seat and is done with it.
async fn hold_of_a_seat_that_is_sold_meanwhile(scene: &Scene, without: Option<&'static str>) -> Result<HoldId, Error> {
    // So that Redis knows the scripts, and the first command is the claim.
    scene.shop.box_office.book(scene.joon, vec![scene.seats[1]]).await.unwrap();
    let mut claim = scene.proxy.stop_at(0);
    let (office, mina, seat) = (scene.office.clone(), scene.mina, scene.seats[0]);
    let holding = tokio::spawn(async move {
        let hold = office.hold(mina, vec![seat]);
        let held = match without {
            #[cfg(feature = "failpoints")]
            Some(safeguard) => ticket_core::failpoint::without(safeguard, hold).await,
            _ => hold.await,
        };
        held.map(|held| held.hold.id)
    });
    claim.reached().await;
    scene.shop.box_office.book(scene.joon, vec![seat]).await.unwrap();
    claim.go_on();
    holding.await.unwrap()
}

#[tokio::test]
async fn a_seat_that_is_sold_while_the_claim_is_on_its_way_is_not_held() {
    let scene = scene().await;
    let refused = hold_of_a_seat_that_is_sold_meanwhile(&scene, None).await;
    assert_eq!(refused, Err(Error::SeatsTaken { seats: vec![scene.seats[0]] }));
    assert_eq!(scene.seats_held_by_mina().await, 0, "and no claim is left");
}

/// The control: without the second look, a hold is answered on a seat that is sold.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn without_the_second_look_a_sold_seat_is_held() {
    let scene = scene().await;
    let hold = hold_of_a_seat_that_is_sold_meanwhile(&scene, Some("second look")).await.unwrap();
    assert_eq!(scene.seats_held_by_mina().await, 1);
    let refused = scene.office.confirm(scene.mina, hold).await;
    assert_eq!(
        refused.map(drop),
        Err(Error::SeatsTaken { seats: vec![scene.seats[0]] }),
        "the last word is the database's"
    );
}
