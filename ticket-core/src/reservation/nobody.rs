use std::collections::HashSet;

use jiff::Timestamp;

use super::{Reservations, SALE_MAX};
use crate::domain::{Claim, ClaimPurpose, HoldId, HoldToken, PerformanceId, SeatId, UserId, later};
use crate::error::Error;

/// Seats that nobody can hold, until when, and what has to be released.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) seats: HashSet<SeatId>,
    pub(super) until: Option<Timestamp>,
    holds: Vec<(HoldId, UserId)>,
}

impl Reservations {
    /// Does something to seats that nobody holds. With holds in the database its transaction sees these, and the seats
    /// need no claim. Otherwise they are claimed meanwhile, as by a buyer, and the transaction is told until when; it
    /// must refuse to come later. Names the seats that somebody holds.
    pub(super) async fn while_nobody_holds<T>(
        &self,
        performance: PerformanceId,
        seats: Vec<SeatId>,
        act: impl AsyncFnOnce(Option<Timestamp>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.holds.are_in_store() {
            return act(None).await;
        }
        let claim = self.claim_of_nobody(performance, seats);
        let (id, nobody, until) = (claim.id, claim.user, claim.expires_at);
        if !claim.seats.is_empty() && !is_left_out!("claim of nobody") {
            self.holds.acquire(claim, None, self.clock.now()).await?;
        }
        let done = act(Some(until)).await;
        if done.as_ref().err() != Some(&Error::OutcomeUnknown) {
            self.release_nobody(id, nobody).await;
        }
        done
    }

    /// Claims more seats of a performance for nobody; what is claimed already stays so when these cannot be.
    pub(super) async fn claim_more(
        &self,
        performance: PerformanceId,
        seats: &[SeatId],
        claimed: &mut Claimed,
    ) -> Result<(), Error> {
        let claim = self.claim_of_nobody(performance, seats.to_vec());
        let until = claim.expires_at;
        // Before it is known whether it has succeeded: releasing what is not there does no harm.
        claimed.holds.push((claim.id, claim.user));
        if !is_left_out!("claim of nobody") {
            self.holds.acquire(claim, None, self.clock.now()).await?;
        }
        claimed.until = Some(claimed.until.map_or(until, |first| first.min(until)));
        claimed.seats.extend(seats);
        Ok(())
    }

    pub(super) async fn release_all(&self, claimed: &Claimed) {
        for (id, nobody) in &claimed.holds {
            self.release_nobody(*id, *nobody).await;
        }
    }

    async fn release_nobody(&self, id: HoldId, nobody: UserId) {
        match self.holds.release(id, nobody, self.clock.now()).await {
            Ok(()) | Err(Error::HoldNotFound) => {}
            Err(error) => tracing::debug!(error.code = %error.code(), "the claim of an admin ends by itself"),
        }
    }

    /// A claim of an account that nobody has, so that the seats can be changed.
    fn claim_of_nobody(&self, performance: PerformanceId, seats: Vec<SeatId>) -> Claim {
        let ends_at = later(self.clock.now(), SALE_MAX);
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
