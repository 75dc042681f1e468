use std::sync::Arc;

use super::Reservations;
use crate::domain::{SeatId, SeatState};
use crate::error::Error;
use crate::storage::BlockOrder;

impl Reservations {
    /// Takes seats out of sale that nobody holds, all or nothing. Returns those that were not blocked before.
    pub(crate) async fn block(&self, seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        self.on_sale.forget(&seats);
        let chosen = self.store.chosen_seats(seats.clone()).await?;
        let free: Vec<SeatId> =
            chosen.iter().filter(|seat| seat.state != SeatState::Blocked).map(|seat| seat.id).collect();
        if free.is_empty() {
            return Ok(free);
        }
        self.while_nobody_holds(chosen[0].performance, free, async |claimed_until| {
            self.store.block_seats(BlockOrder { seats, claimed_until }, Arc::clone(&self.clock)).await
        })
        .await
    }
}
