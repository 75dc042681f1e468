use std::sync::Arc;

use super::{Reservations, SALE_MAX};
use crate::domain::{Claim, ClaimPurpose, HoldId, HoldToken, PerformanceId, SeatId, SeatState, UserId};
use crate::error::Error;
use crate::storage::BlockOrder;

impl Reservations {
    /// Takes seats out of sale, all or nothing. With holds in the database the transaction sees these too; otherwise the seats
    /// are claimed first, as by a buyer, so that nobody holds a seat that is not for sale. Returns those that were not blocked
    /// before.
    pub(crate) async fn block(&self, seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        self.on_sale.forget(&seats);
        if self.holds.are_in_store() {
            return self.commit_block(BlockOrder { seats, claimed_until: None }).await;
        }
        let chosen = self.store.chosen_seats(seats.clone()).await?;
        let free: Vec<SeatId> =
            chosen.iter().filter(|seat| seat.state != SeatState::Blocked).map(|seat| seat.id).collect();
        if free.is_empty() {
            return Ok(free);
        }
        let claim = self.claim_for_nobody(chosen[0].performance, free);
        let (id, nobody, until) = (claim.id, claim.user, claim.expires_at);
        if !is_left_out!("claim of blocked seats") {
            self.holds.acquire(claim, self.clock.now()).await?;
        }
        let blocked = self.commit_block(BlockOrder { seats, claimed_until: Some(until) }).await;
        if blocked.as_ref().err() != Some(&Error::OutcomeUnknown)
            && let Err(error) = self.holds.release(id, nobody, self.clock.now()).await
        {
            tracing::debug!(error.code = %error.code(), "the claim of blocked seats ends by itself");
        }
        blocked
    }

    async fn commit_block(&self, order: BlockOrder) -> Result<Vec<SeatId>, Error> {
        self.store.block_seats(order, Arc::clone(&self.clock)).await
    }

    /// A claim of an account that nobody has, so that the seats can be changed.
    pub(super) fn claim_for_nobody(&self, performance: PerformanceId, seats: Vec<SeatId>) -> Claim {
        let ends_at = self.clock.now().checked_add(SALE_MAX).unwrap_or(jiff::Timestamp::MAX);
        Claim {
            id: HoldId { performance, token: HoldToken(rand::random()) },
            // An account that nobody has, and another for every claim: a user's seats would move over from his earlier one.
            user: UserId(i64::MAX - i64::from(rand::random::<u32>())),
            seats,
            limit: u32::MAX,
            owned: Vec::new(),
            purpose: ClaimPurpose::Sale,
            expires_at: ends_at,
            extendable_until: ends_at,
        }
    }
}
