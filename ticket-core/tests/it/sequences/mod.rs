//! Random sequences of what several people do, against a plain model: every outcome and every seat must agree.
//!
//! One shop serves all sequences of a test; each gets a show of its own, so that none of them meets what another has left.

mod selling;
mod waiting;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use ticket_core::domain::{PerformanceId, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, HoldBackend};

use crate::support::buyers;

/// How many people take part.
const USERS: usize = 3;
/// Sequences per hold store.
const CASES: u32 = 64;

/// Seats, by their index.
type Set = BTreeSet<usize>;

/// The show of one sequence, and the process that sells it just now.
struct Stage<'a> {
    shop: &'a TestShop,
    office: BoxOffice,
    users: Vec<UserId>,
    performance: PerformanceId,
    seats: Vec<SeatId>,
}

impl<'a> Stage<'a> {
    async fn new(shop: &'a TestShop, users: &[UserId], case: u32, seats: usize, limit: usize) -> Self {
        let plan = PlanBuilder::hall(1, u32::try_from(seats).unwrap()).with(|plan| {
            plan.name = format!("Sequence {case}");
            plan.max_seats_per_user = u32::try_from(limit).unwrap();
            plan.performances[0].sale_closes_at = "2099-01-01T00:00:00Z".parse().unwrap();
            plan.performances[0].starts_at = plan.performances[0].sale_closes_at;
        });
        shop.apply(plan.build()).await;
        let show = shop.box_office.shows(None, None, 0, 1).await.unwrap().content[0].show_id;
        let performance = shop.box_office.performances(show).await.unwrap()[0].0.id;
        let layout = shop.box_office.layout(performance).await.unwrap();
        let seats = layout.seats().map(|seat| seat.id).collect();
        Self { shop, office: shop.open_again(), users: users.to_vec(), performance, seats }
    }

    fn advance(&self, by: Duration) {
        self.shop.clock.advance(by);
    }

    /// Leaves everything as it is, and goes on as another process.
    async fn reopen(&mut self) {
        let before = std::mem::replace(&mut self.office, self.shop.open_again());
        before.shutdown().await;
    }

    async fn check_map(&self, expected: &str) {
        let states = self.office.seat_states(self.performance).await.unwrap().states;
        assert_eq!(states, expected, "the seat map");
    }

    async fn check_audit(&self) {
        assert_clean(&self.office).await;
    }

    fn ids<'s>(&self, seats: impl IntoIterator<Item = &'s usize>) -> Vec<SeatId> {
        seats.into_iter().map(|seat| self.seats[*seat]).collect()
    }

    fn index(&self, seat: SeatId) -> usize {
        self.seats.iter().position(|id| *id == seat).unwrap()
    }

    fn indices<C: FromIterator<usize>>(&self, seats: impl IntoIterator<Item = SeatId>) -> C {
        seats.into_iter().map(|seat| self.index(seat)).collect()
    }
}

/// Plays random sequences of at most `length_max` operations. `play` gets the shop, the people, the number of the
/// sequence and the sequence.
fn play_sequences<Op: Debug>(
    holds: HoldBackend,
    op: impl Strategy<Value = Op>,
    length_max: usize,
    play: &impl AsyncFn(&TestShop, &[UserId], u32, &[Op]),
) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (shop, users) = runtime.block_on(async {
        let shop = TestShop::open(holds);
        let users = buyers(&shop, USERS).await;
        (shop, users)
    });
    let case = std::cell::Cell::new(0);
    let config = Config { cases: CASES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&prop::collection::vec(op, 1..=length_max), |ops| {
        case.set(case.get() + 1);
        runtime.block_on(play(&shop, &users, case.get(), &ops));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// The `n`th of so many, counted around.
fn nth(n: usize, of: usize) -> Option<usize> {
    n.checked_rem(of)
}

/// Whether a refusal names at least one of the seats that are taken, and no other.
fn names_some_of(named: &Set, taken: &Set) -> bool {
    !named.is_empty() && named.is_subset(taken)
}
