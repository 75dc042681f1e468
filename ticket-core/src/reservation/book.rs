use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Reservations, check_list};
use crate::domain::{Booking, Hold, HoldId, SeatId, UserId};
use crate::error::Error;
use crate::holds::{Acquired, Pin};
use crate::storage::{BookOrder, BookSeats};

/// How long a hold outside of the database is kept alive while the database commits: as long as a request may take, and a
/// margin. The database refuses what comes later.
const PIN: SignedDuration = SignedDuration::from_secs(40);

impl Reservations {
    /// Books seats at once: all, or none. With holds in the database one transaction checks these too; otherwise the seats
    /// are held first, which keeps the crowd away from the database.
    pub(crate) async fn book(&self, user: UserId, seats: Vec<SeatId>, now: Timestamp) -> Result<Booking, Error> {
        check_list(&seats)?;
        if self.holds.are_in_store() {
            return self.commit(user, BookSeats::Named(seats)).await;
        }
        // The second look is the transaction's own.
        let Acquired { hold, held } = self.acquire(user, seats, now).await?;
        self.sell(hold, held, now).await
    }

    /// Books the seats of a hold. Again for the same hold, it answers the same booking.
    pub(crate) async fn confirm(&self, user: UserId, hold: HoldId, now: Timestamp) -> Result<Booking, Error> {
        match self.holds.pin(hold, user, now.checked_add(PIN).unwrap_or(Timestamp::MAX), now).await {
            Ok(Pin::InStore) => self.commit(user, BookSeats::Held(hold)).await,
            Ok(Pin::Pinned(hold)) => self.sell(hold, Vec::new(), now).await,
            // It may have been confirmed before, and the answer got lost.
            Err(gone @ (Error::HoldNotFound | Error::HoldExpired)) => {
                self.store.booking_of_hold(hold, user).await?.ok_or(gone)
            }
            Err(error) => Err(error),
        }
    }

    /// Sells what is held outside of the database, and lets it go: sold or refused, the hold has served. Only when it is
    /// not known whether the seats are sold, they stay held until the hold ends by itself.
    async fn sell(&self, hold: Hold, held: Vec<SeatId>, now: Timestamp) -> Result<Booking, Error> {
        let (id, user) = (hold.id, hold.user);
        let booking = self.commit(user, BookSeats::Pinned { hold, held }).await;
        if booking != Err(Error::OutcomeUnknown)
            && let Err(error) = self.holds.release(id, user, now).await
        {
            tracing::debug!(error.code = %error.code(), "a hold that has served ends by itself");
        }
        booking
    }

    async fn commit(&self, user: UserId, seats: BookSeats) -> Result<Booking, Error> {
        self.store.book(BookOrder { user, seats }, Arc::clone(&self.clock)).await
    }
}
