//! Holds that are named by an idempotency key.
//!
//! No answer is kept: the token of the hold is derived from the key, so that asking again finds it while it lives, as it is
//! then. What was asked for is noted, so that another request with the same key is refused wherever its seats are. The
//! database notes it together with the claim; where holds are in Redis, the note comes first, and goes again when nothing has
//! come of it.

use std::sync::Arc;

use jiff::Timestamp;

use super::hold::NewHold;
use super::{BestSeats, Reservations, check_list};
use crate::domain::{HeldSeats, Hold, HoldId, PerformanceId, SeatId, SeatWish, UserId};
use crate::error::Error;
use crate::holds::Acquired;
use crate::storage::KeyUse;

impl Reservations {
    /// Claims seats once per key.
    pub(crate) async fn hold_once(
        &self,
        used: &Arc<KeyUse>,
        seats: Vec<SeatId>,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        check_list(&seats)?;
        let claim = async {
            let chosen = self.chosen(&seats, used.scope.user).await?;
            let new = self.named_by(used, chosen.performance.id);
            match self.made_before(new.id, new.user, now).await? {
                Some(hold) => self.looked_at_again(hold, new.user, now).await,
                None => self.acquire(&new, seats, &chosen, now).await,
            }
        };
        self.noting(used, claim).await
    }

    /// The hold that a key names in a performance.
    fn named_by(&self, used: &Arc<KeyUse>, performance: PerformanceId) -> NewHold {
        let id = self.hold_tokens.derive(&used.scope, performance);
        NewHold { id, user: used.scope.user, key: Some(Arc::clone(used)) }
    }

    /// Claims with what the key is used for noted. A refusal uses up no key, unless it is that of a hold which was there.
    async fn noting(
        &self,
        used: &Arc<KeyUse>,
        claim: impl Future<Output = Result<HeldSeats, Error>>,
    ) -> Result<HeldSeats, Error> {
        let is_first = self.holds.note(used).await?;
        let held = claim.await;
        let nothing_came = held.as_ref().is_err_and(|refusal| {
            let others = [Error::HoldNotFound, Error::HoldExpired, Error::KeyReused, Error::OutcomeUnknown];
            !others.contains(refusal) && !matches!(refusal, Error::Unavailable { .. })
        });
        if is_first
            && nothing_came
            && let Err(error) = self.holds.forget(Arc::clone(used)).await
        {
            tracing::debug!(error.code = %error.code(), "a key stays taken by what was refused");
        }
        held
    }

    /// This hold, if it lives. One that has served, as a booking, is not to be made again; nor is one that has run out, as
    /// long as that is remembered.
    async fn made_before(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Option<Hold>, Error> {
        match self.holds.find(id, user, now).await {
            Ok(hold) => Ok(Some(hold)),
            Err(Error::HoldNotFound) if self.store.booking_of_hold(id, user).await?.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes the second look at a hold that was found: its maker may have died before he did, and claimed what was sold just
    /// before.
    pub(super) async fn looked_at_again(&self, hold: Hold, user: UserId, now: Timestamp) -> Result<HeldSeats, Error> {
        let id = hold.id;
        let all = self.holds.of_user(id.performance, user, now).await?;
        let held = all.into_iter().flat_map(|hold| hold.seats).collect();
        match self.check_again(Acquired { hold, held, former: Vec::new() }, user).await {
            Err(error @ (Error::SeatsTaken { .. } | Error::OverLimit { .. })) => {
                match self.give_up((id, user), Vec::new(), now).await {
                    Ok(()) | Err(Error::HoldNotFound) => Err(error),
                    Err(unavailable) => Err(unavailable),
                }
            }
            held => held,
        }
    }
}

impl BestSeats {
    /// Chooses and claims seats once per key.
    pub(crate) async fn hold_once(
        &self,
        used: &Arc<KeyUse>,
        performance: PerformanceId,
        wish: SeatWish,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        let new = self.reservations.named_by(used, performance);
        let claim = async {
            match self.described(&new, now).await? {
                Some(held) => Ok(held),
                None => match self.hold_as(&new, wish, now).await {
                    Err(Error::KeyReused) => Err(Error::KeyReused),
                    // Another process with the same key may have been faster, and have taken the last that would do.
                    Err(refusal) => self.described(&new, now).await?.ok_or(refusal),
                    held => held,
                },
            }
        };
        self.reservations.noting(used, claim).await
    }

    async fn described(&self, new: &NewHold, now: Timestamp) -> Result<Option<HeldSeats>, Error> {
        let Some(hold) = self.reservations.made_before(new.id, new.user, now).await? else { return Ok(None) };
        self.reservations.looked_at_again(hold, new.user, now).await.map(Some)
    }
}
