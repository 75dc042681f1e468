use std::sync::Arc;

use super::Reservations;
use crate::domain::{PriceChange, PriceReport, PricedSeats, SeatId};
use crate::error::Error;
use crate::storage::PriceOrder;

/// Seats outside of the database that are claimed at once, to be changed in one transaction.
const CLAIMED_AT_ONCE: usize = 200;

impl Reservations {
    /// Changes the price of seats, but for those that are held or offered: somebody was told their price.
    pub(crate) async fn change_prices(
        &self,
        which: PricedSeats,
        price: i64,
        dry_run: bool,
    ) -> Result<PriceReport, Error> {
        if price < 0 {
            let problem = format!("is {price}; allowed is 0 or more, in the smallest unit of the currency");
            return Err(Error::Invalid { field: "price", problem: problem.into() });
        }
        let order = self.price_order(which, price).await?;
        if self.holds.are_in_store() {
            return self.store.change_prices(order, dry_run, Arc::clone(&self.clock)).await;
        }
        let mut changed = PriceReport::default();
        let on_sale = self.store.seats_to_price(order.clone()).await?;
        for seats in on_sale.chunks(CLAIMED_AT_ONCE) {
            changed.add(self.change_unheld(&order, seats.to_vec(), dry_run).await?);
        }
        // Those that are not on sale nobody can hold.
        let rest = PriceOrder { claimed: Some((Vec::new(), jiff::Timestamp::MAX)), ..order };
        let rest = self.store.change_prices(rest, dry_run, Arc::clone(&self.clock)).await?;
        if dry_run {
            // What would be changed by now still has its old price.
            changed.kept.extend(rest.kept.iter().filter(|seat| !on_sale.contains(seat)));
            changed.kept.sort_unstable();
        } else {
            // What was being sold when it should be changed is sold by now, and was changed.
            changed.kept = rest.kept;
        }
        changed.add(PriceReport { changes: rest.changes, kept: Vec::new() });
        Ok(changed)
    }

    async fn price_order(&self, which: PricedSeats, price: i64) -> Result<PriceOrder, Error> {
        let (performance, grade, seats) = match which {
            PricedSeats::Grade(performance, grade) => (performance, Some(grade), None),
            PricedSeats::Named(seats) => {
                let chosen = self.store.chosen_seats(seats.clone()).await?;
                (chosen[0].performance, None, Some(seats))
            }
        };
        self.store.performance(performance).await?.0.check_not_canceled()?;
        Ok(PriceOrder { performance, grade, seats, price, claimed: None })
    }

    /// Changes the price of those of these seats that nobody holds.
    async fn change_unheld(
        &self,
        order: &PriceOrder,
        mut seats: Vec<SeatId>,
        dry_run: bool,
    ) -> Result<PriceReport, Error> {
        let mut held = Vec::new();
        loop {
            let claimed = seats.clone();
            let changed = self
                .while_nobody_holds(order.performance, claimed.clone(), async |until| {
                    let order = PriceOrder {
                        grade: None,
                        seats: Some(claimed.clone()),
                        claimed: until.map(|until| (claimed.clone(), until)),
                        ..order.clone()
                    };
                    self.store.change_prices(order, dry_run, Arc::clone(&self.clock)).await
                })
                .await;
            match changed {
                Err(Error::SeatsTaken { seats: taken }) => {
                    seats.retain(|seat| !taken.contains(seat));
                    held.extend(taken);
                }
                Ok(report) => return Ok(PriceReport { kept: [report.kept, held].concat(), ..report }),
                Err(error) => return Err(error),
            }
        }
    }
}

impl PriceReport {
    /// The same changes are counted together.
    fn add(&mut self, more: Self) {
        for change in more.changes {
            let is_same = |known: &&mut PriceChange| (known.grade, known.before) == (change.grade, change.before);
            match self.changes.iter_mut().find(is_same) {
                Some(known) => known.seats += change.seats,
                None => self.changes.push(change),
            }
        }
        self.changes.sort_unstable_by_key(|change| (change.grade, change.before));
        self.kept.extend(more.kept);
    }
}
