//! A claim that is refused at the second look, because a seat went off sale between the first look and the claim: what
//! the user held before is as it was.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Hold, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, RedisProxy, TestShop};
use ticket_core::{BoxOffice, Error};

use crate::support::stranger;
#[cfg(feature = "failpoints")]
use ticket_core::{Once, domain::IdempotencyKey, failpoint};

struct Scene {
    shop: TestShop,
    /// Behind the proxy, when there is one.
    office: BoxOffice,
    proxy: Option<RedisProxy>,
    seats: Vec<SeatId>,
    mina: UserId,
    joon: UserId,
}

impl Scene {
    async fn new(holds: HoldBackend) -> Self {
        let shop = TestShop::with(holds, PlanBuilder::hall(1, 9).build()).await;
        let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
        let (office, proxy) = match &shop.redis {
            None => (shop.open_again(), None),
            Some(redis) => {
                let proxy = RedisProxy::start(redis).await;
                (shop.open_through(&proxy), Some(proxy))
            }
        };
        let scene = Self { shop, office, proxy, seats, mina, joon };
        // So that Redis knows the scripts, and commands can be counted.
        let id = scene.office.hold(joon, vec![scene.seats[8]]).await.unwrap().hold.id;
        scene.office.change_hold(joon, id, vec![scene.seats[7]], vec![scene.seats[8]]).await.unwrap();
        scene.office.release_hold(joon, id).await.unwrap();
        scene
    }

    /// Does something whose `nth` command claims seats, and takes this seat off sale just before.
    async fn while_blocked<T>(&self, seat: SeatId, nth: usize, act: impl Future<Output = T>) -> T {
        let database = stranger(&self.shop);
        let block = format!("UPDATE seat SET state = 'BLOCKED' WHERE id = {seat}");
        match &self.proxy {
            None => {
                let trigger = "CREATE TRIGGER block BEFORE INSERT ON hold_seat";
                database.execute_batch(&format!("{trigger} BEGIN {block}; END")).unwrap();
                let result = act.await;
                database.execute_batch("DROP TRIGGER block").unwrap();
                result
            }
            Some(proxy) => {
                let mut claim = proxy.stop_at(nth);
                let block_and_go_on = async {
                    claim.reached().await;
                    database.execute_batch(&block).unwrap();
                    claim.go_on();
                };
                tokio::join!(act, block_and_go_on).0
            }
        }
    }

    async fn holds_of_mina(&self) -> Vec<Hold> {
        let holds = self.office.holds(self.mina, self.shop.performance(0).await).await.unwrap();
        holds.into_iter().map(|held| held.hold).collect()
    }

    fn pick(&self, seats: &[usize]) -> Vec<SeatId> {
        seats.iter().map(|seat| self.seats[*seat]).collect()
    }
}

#[rstest]
#[case::one_seat_of_it(&[0, 1])]
#[case::all_of_it(&[1])]
#[tokio::test]
async fn an_earlier_hold_gets_its_seats_back(#[values(Embedded, Redis)] holds: HoldBackend, #[case] held: &[usize]) {
    let scene = Scene::new(holds).await;
    let earlier = scene.office.hold(scene.mina, scene.pick(held)).await.unwrap().hold;
    scene.shop.clock.advance(std::time::Duration::from_mins(1));
    let holding = scene.office.hold(scene.mina, scene.pick(&[1, 2, 3]));
    let refused = scene.while_blocked(scene.seats[2], 0, holding).await;
    assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: scene.pick(&[2]) }));
    assert_eq!(scene.holds_of_mina().await, std::slice::from_ref(&earlier));
    assert!(scene.office.book(scene.joon, scene.pick(&[1])).await.is_err(), "it is held");
    assert!(scene.office.book(scene.joon, scene.pick(&[3])).await.is_ok(), "what was new is free again");
    assert_eq!(scene.office.confirm(scene.mina, earlier.id).await.unwrap().tickets.len(), held.len());
    let report = scene.office.audit().await.unwrap();
    assert!(report.findings.iter().all(|finding| finding.text.contains("BLOCKED, but its history")), "{report}");
}

#[rstest]
#[tokio::test]
async fn a_refused_change_leaves_both_holds_their_seats(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds).await;
    let other = scene.office.hold(scene.mina, scene.pick(&[0, 1])).await.unwrap().hold;
    let changed = scene.office.hold(scene.mina, scene.pick(&[4])).await.unwrap().hold;
    let changing = scene.office.change_hold(scene.mina, changed.id, scene.pick(&[1, 2]), vec![]);
    // The first command looks the hold up.
    let refused = scene.while_blocked(scene.seats[2], 1, changing).await;
    assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: scene.pick(&[2]) }));
    let mut holds = scene.holds_of_mina().await;
    holds.sort_by_key(|hold| hold.seats.clone());
    assert_eq!(holds, [other, changed]);
}

/// With holds in the database a direct booking is one transaction; with Redis it claims the seats first.
#[rstest]
#[tokio::test]
async fn a_refused_booking_leaves_the_hold_its_seats(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds).await;
    let earlier = scene.office.hold(scene.mina, scene.pick(&[0, 1])).await.unwrap().hold;
    let booking = scene.office.book(scene.mina, scene.pick(&[1, 2]));
    let refused = match holds {
        Redis => scene.while_blocked(scene.seats[2], 0, booking).await,
        _ => {
            let database = stranger(&scene.shop);
            database.execute("UPDATE seat SET state = 'BLOCKED' WHERE id = ?1", [scene.seats[2].0]).unwrap();
            booking.await
        }
    };
    assert_eq!(refused.map(drop), Err(Error::SeatsTaken { seats: scene.pick(&[2]) }));
    assert_eq!(scene.holds_of_mina().await, [earlier]);
}

/// Whoever made the claim died before he looked again. The same request with the same key finds it, and looks.
#[cfg(feature = "failpoints")]
#[rstest]
#[tokio::test]
async fn a_claim_at_which_nobody_has_looked_again_is_not_answered(#[values(Embedded, Redis)] holds: HoldBackend) {
    let scene = Scene::new(holds).await;
    let key = IdempotencyKey::random();
    let hold = async || match scene.office.once(scene.mina, "hold", key.clone(), &[]).await.unwrap() {
        Once::First(turn) => turn.hold(scene.pick(&[1, 2])).await.map(drop),
        Once::Before(answer) => panic!("{answer:?}"),
    };
    // The first commands note what is asked for and look what was, the next one looks for the hold.
    let unchecked = scene.while_blocked(scene.seats[2], 3, failpoint::without("second look", hold())).await;
    assert_eq!(unchecked, Ok(()));
    assert_eq!(hold().await, Err(Error::SeatsTaken { seats: scene.pick(&[2]) }));
    assert!(scene.holds_of_mina().await.is_empty());
    scene.office.book(scene.joon, scene.pick(&[1])).await.unwrap();
}
