//! Holds that are named by an idempotency key.
//!
//! Nothing is kept but the hold itself: its token is derived from the key, so that asking again finds it while it lives.
//! Another request with the same key is noticed when the hold is not what it asks for.

use jiff::Timestamp;

use super::{BestSeats, Reservations, check_list};
use crate::domain::{HeldSeats, Hold, HoldId, PerformanceId, SeatId, SeatWish, UserId};
use crate::error::Error;
use crate::holds::Acquired;
use crate::storage::KeyUse;

impl Reservations {
    /// Claims seats once per key and performance.
    pub(crate) async fn hold_once(
        &self,
        used: &KeyUse,
        seats: Vec<SeatId>,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        check_list(&seats)?;
        let user = used.scope.user;
        let chosen = self.chosen(&seats, user).await?;
        let id = self.hold_tokens.derive(&used.scope, chosen.performance.id);
        let mut wanted = seats.clone();
        wanted.sort_unstable();
        let held = match self.made_before(id, user, now).await? {
            Some(hold) => self.looked_at_again(hold, user, now).await?,
            None => self.acquire(id, user, seats, &chosen, now).await?,
        };
        if held.hold.seats == wanted { Ok(held) } else { Err(Error::KeyReused) }
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
    /// Chooses and claims seats once per key and performance.
    pub(crate) async fn hold_once(
        &self,
        used: &KeyUse,
        performance: PerformanceId,
        wish: SeatWish,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        let user = used.scope.user;
        let id = self.reservations.hold_tokens.derive(&used.scope, performance);
        let held = match self.described(id, user, now).await? {
            Some(held) => held,
            None => match self.hold_as(id, user, wish.clone(), now).await {
                Ok(held) => held,
                // Another process with the same key may have been faster, and have taken the last that would do.
                Err(refusal) => self.described(id, user, now).await?.ok_or(refusal)?,
            },
        };
        if fulfils(&held, &wish) { Ok(held) } else { Err(Error::KeyReused) }
    }

    async fn described(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Option<HeldSeats>, Error> {
        let Some(hold) = self.reservations.made_before(id, user, now).await? else { return Ok(None) };
        self.reservations.looked_at_again(hold, user, now).await.map(Some)
    }
}

/// Whether these seats are what the wish asks for, as far as that can be told of each.
fn fulfils(held: &HeldSeats, wish: &SeatWish) -> bool {
    held.seats.len() == wish.count as usize
        && held.seats.iter().all(|seat| {
            wish.grade.is_none_or(|grade| seat.grade == grade)
                && wish.sector.as_ref().is_none_or(|sector| seat.position.sector == *sector)
                && wish.max_price.is_none_or(|price| seat.price <= price)
        })
}
