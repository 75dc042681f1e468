use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Reservations;
use super::nobody::Claimed;
use crate::domain::{PriceReport, PricedSeats, SeatId, limits};
use crate::error::Error;
use crate::storage::{PriceOrder, Priced};

/// Seats outside of the database that are claimed at once: Redis serves nobody else meanwhile.
const CLAIMED_AT_ONCE: usize = 200;

impl Reservations {
    /// Changes the price of seats, all in one transaction, but for those that are held or offered: somebody was told their
    /// price.
    pub(crate) async fn change_prices(&self, wanted: PricedSeats, dry_run: bool) -> Result<PriceReport, Error> {
        let mut order = self.price_order(wanted).await?;
        if self.holds.are_in_store() {
            return self.store.change_prices(order, dry_run, Arc::clone(&self.clock)).await;
        }
        let on_sale = self.store.seats_to_price(order.clone()).await?;
        if dry_run {
            order.claimed = Some((self.unheld(&order, on_sale).await?, Timestamp::MAX));
            return self.store.change_prices(order, dry_run, Arc::clone(&self.clock)).await;
        }
        let mut claimed = Claimed::default();
        let done = match self.claim_free(&order, &on_sale, &mut claimed).await {
            Ok(()) => {
                let seats = claimed.seats.iter().copied().collect();
                order.claimed = Some((seats, claimed.until.unwrap_or(Timestamp::MAX)));
                self.store.change_prices(order, dry_run, Arc::clone(&self.clock)).await
            }
            Err(error) => Err(error),
        };
        if done.as_ref().err() != Some(&Error::OutcomeUnknown) {
            self.release_all(&claimed).await;
        }
        done
    }

    async fn price_order(&self, wanted: PricedSeats) -> Result<PriceOrder, Error> {
        let (performance, priced) = match wanted {
            PricedSeats::Grades(performance, prices) => {
                check_prices(&prices)?;
                (performance, Priced::Grades(prices))
            }
            PricedSeats::Named(seats, price) => {
                limits::of("price", limits::number(price, &limits::PRICE))?;
                let chosen = self.store.chosen_seats(seats.clone()).await?;
                (chosen[0].performance, Priced::Named(seats, price))
            }
        };
        self.store.performance(performance).await?.0.check_not_canceled()?;
        Ok(PriceOrder { performance, priced, claimed: None })
    }

    /// Those of these seats that nobody holds now.
    async fn unheld(&self, order: &PriceOrder, mut seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        let held = self.holds.held_seats(order.performance, self.clock.now()).await?;
        seats.retain(|seat| !held.contains(seat));
        Ok(seats)
    }

    /// Claims those of these seats that nobody holds.
    async fn claim_free(&self, order: &PriceOrder, seats: &[SeatId], claimed: &mut Claimed) -> Result<(), Error> {
        for chunk in seats.chunks(CLAIMED_AT_ONCE) {
            let mut free = chunk.to_vec();
            while !free.is_empty() {
                match self.claim_more(order.performance, &free, claimed).await {
                    Err(Error::SeatsTaken { seats: taken }) => free.retain(|seat| !taken.contains(seat)),
                    Ok(()) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

fn check_prices<G: std::fmt::Display>(prices: &BTreeMap<G, i64>) -> Result<(), Error> {
    if prices.is_empty() {
        return Err(Error::Invalid { field: "prices", problem: "there are none; name a grade and its price".into() });
    }
    for (grade, price) in prices {
        let price = limits::number(*price, &limits::PRICE);
        limits::of("price", price.map_err(|problem| format!("of {grade}: {problem}")))?;
    }
    Ok(())
}
