use jiff::Timestamp;

use super::{Reservations, check_list};
use crate::domain::{HeldSeats, Hold, HoldId, SeatId, UserId};
use crate::error::Error;
use crate::storage::KeyUse;

impl Reservations {
    /// Claims seats once per key and performance. Nothing is kept but the hold itself, whose token is derived from the key,
    /// so that asking again finds it while it lives. One that has served, as a booking, is not made again; nor is one that
    /// has run out, as long as that is remembered.
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
        let held = match self.held_before(id, user, now).await? {
            Some(hold) => chosen.held(hold),
            None => self.acquire(id, user, seats, &chosen, now).await?,
        };
        if held.hold.seats == wanted { Ok(held) } else { Err(Error::KeyReused) }
    }

    /// The hold that was made with this derived id; `None` when there was none yet.
    pub(super) async fn held_before(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Option<Hold>, Error> {
        match self.holds.find(id, user, now).await {
            Ok(hold) => Ok(Some(hold)),
            Err(Error::HoldNotFound) if self.store.booking_of_hold(id, user).await?.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
