use std::sync::Arc;

use super::Reservations;
use crate::domain::{MovedTicket, SeatId, SeatState};
use crate::error::Error;
use crate::storage::MoveOrder;

impl Reservations {
    /// Moves the ticket of a seat to another one, which nobody may have or hold. What is left of the hold that it was
    /// sold from must not keep the seat from others.
    pub(crate) async fn move_ticket(&self, from: SeatId, to: SeatId, dry_run: bool) -> Result<MovedTicket, Error> {
        self.on_sale.forget(&[to]);
        let chosen = self.store.chosen_seats(vec![from, to]).await?;
        // A blocked seat cannot be held, and need not be claimed.
        let to_claim = chosen.iter().filter(|seat| seat.id == to && seat.state != SeatState::Blocked);
        let seats = to_claim.map(|seat| seat.id).collect();
        let moved = self
            .while_nobody_holds(chosen[0].performance, seats, async |claimed_until| {
                let order = MoveOrder { from, to, claimed_until };
                self.store.move_ticket(order, dry_run, Arc::clone(&self.clock)).await
            })
            .await?;
        if !dry_run && !self.holds.are_in_store() {
            self.free_what_is_left(moved.booking.id, self.clock.now()).await;
        }
        Ok(moved)
    }
}
