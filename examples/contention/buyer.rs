use std::time::{Duration, Instant};

use ticket_core::domain::{SeatId, SeatStatus};
use ticket_examples::crowd::Buyer;

use crate::door::{Bought, Door, Refusal};
use crate::ledger::Ledger;
use crate::options::Options;
use crate::progress::Counters;
use crate::rush::Tally;
use crate::shop::Shop;

/// What every buyer shares.
pub(crate) struct Scene {
    pub(crate) options: Options,
    pub(crate) shop: Shop,
    pub(crate) ledger: Ledger,
    pub(crate) counters: Counters,
    /// When the doors close.
    pub(crate) until: Instant,
}

impl Scene {
    /// One visit: tries until he has seats, has tried often enough, or sees that there are none.
    pub(crate) async fn visit(&self, buyer: &Buyer, door: &mut Door, tally: &mut Tally) {
        let mut wish = Some(self.at_random());
        for _ in 0..self.options.attempts {
            let Some(seats) = wish.take() else { return };
            if Instant::now() > self.until {
                return;
            }
            match self.buy(buyer, seats, door).await {
                (Ok(bought), took) => {
                    self.ledger.give(&bought.seats);
                    tally.sold(took);
                    self.counters.sold();
                    return self.regret(buyer, bought, door, tally).await;
                }
                (Err(code), took) => {
                    tally.refused(code, took);
                    self.counters.refused();
                    wish = self.by_the_map(door).await;
                }
            }
        }
    }

    /// Buys these seats. Tells how long that took, without thinking.
    async fn buy(&self, buyer: &Buyer, seats: Vec<SeatId>, door: &mut Door) -> (Result<Bought, Refusal>, Duration) {
        if !self.options.hold {
            self.think().await;
            let begin = Instant::now();
            return (door.book(buyer, seats).await, begin.elapsed());
        }
        let begin = Instant::now();
        let hold = match door.hold(buyer, seats).await {
            Ok(hold) => hold,
            Err(code) => return (Err(code), begin.elapsed()),
        };
        let held = begin.elapsed();
        self.think().await;
        let begin = Instant::now();
        (door.confirm(buyer, hold).await, held + begin.elapsed())
    }

    async fn regret(&self, buyer: &Buyer, bought: Bought, door: &mut Door, tally: &mut Tally) {
        if rand::random_range(0..100) >= self.options.cancel {
            return;
        }
        self.think().await;
        self.ledger.take_back(&bought.seats);
        match door.cancel(buyer, bought.booking).await {
            Ok(()) => tally.canceled += 1,
            Err(code) => tally.not_canceled(code),
        }
    }

    async fn think(&self) {
        if !self.options.think.is_zero() {
            tokio::time::sleep(self.options.think.mul_f64(2.0 * rand::random::<f64>())).await;
        }
    }

    fn at_random(&self) -> Vec<SeatId> {
        let seats = &self.shop.house.seats;
        let party = (self.options.party as usize).min(seats.len());
        let first = rand::random_range(0..=seats.len() - party);
        seats[first..first + party].to_vec()
    }

    /// Free seats side by side, looked for from anywhere; when there are none, as many as there are.
    async fn by_the_map(&self, door: &mut Door) -> Option<Vec<SeatId>> {
        let states = door.states(self.shop.house.performance).await.ok()?;
        let free = |i: usize| states.as_bytes().get(i) == Some(&(SeatStatus::Available as u8));
        let seats = &self.shop.house.seats;
        let party = (self.options.party as usize).min(seats.len());
        let from = rand::random_range(0..seats.len());
        (1..=party).rev().find_map(|party| {
            let last = seats.len() - party;
            let mut starts = (from.min(last)..=last).chain(0..from.min(last));
            let first = starts.find(|first| (*first..first + party).all(free))?;
            Some(seats[first..first + party].to_vec())
        })
    }
}
