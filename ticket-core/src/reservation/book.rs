use std::sync::Arc;

use jiff::Timestamp;

use super::{Reservations, SALE_MAX, check_list};
use crate::domain::{Booking, EntryId, Hold, HoldId, SeatId, UserId, later};
use crate::error::Error;
use crate::holds::{Acquired, Pin};
use crate::storage::{BookOrder, BookSeats, Ending};

impl Reservations {
    /// Books seats at once: all, or none. With holds in the database one transaction checks these too; otherwise the seats
    /// are held first, which keeps the crowd away from the database.
    pub(crate) async fn book<E: Ending<Booking>>(
        &self,
        user: UserId,
        seats: Vec<SeatId>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        check_list(&seats)?;
        if self.holds.are_in_store() {
            return self.commit(user, BookSeats::Named(seats), ending).await;
        }
        let acquired = match self.claim_blindly(user, &seats, now).await? {
            Some(acquired) => acquired,
            None => {
                let chosen = self.chosen(&seats, user).await?;
                if chosen.has_offered()
                    && let Some(entry) = self.store.offer_on(seats.clone(), user, now).await?
                {
                    // What is offered is claimed by that already.
                    return self.book_offer(user, entry, ending).await;
                }
                self.claim_to_sell(user, seats, chosen, now).await?
            }
        };
        let Acquired { hold, held, former } = acquired;
        self.sell((hold.clone(), former), BookSeats::Claimed { hold, held }, ending, now, |_| true).await
    }

    /// Books what is offered to an entry of the waitlist. Again for the same entry, it answers the same booking.
    pub(crate) async fn book_offer<E: Ending<Booking>>(
        &self,
        user: UserId,
        entry: EntryId,
        ending: E,
    ) -> Result<E::Answer, Error> {
        self.commit(user, BookSeats::Offered(entry), ending).await
    }

    /// Books the seats of a hold. Again for the same hold, it answers the same booking.
    pub(crate) async fn confirm<E: Ending<Booking>>(
        &self,
        user: UserId,
        hold: HoldId,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        failpoint!("before-claim");
        let pin = self.holds.pin(hold, user, later(now, SALE_MAX), now).await;
        failpoint!("after-claim");
        match pin {
            Ok(Pin::InStore) => self.commit(user, BookSeats::Held(hold), ending).await,
            // Whoever is told to try again finds his hold as it was.
            Ok(Pin::Pinned(hold)) => {
                let has_served = |error: &Error| !matches!(error, Error::Unavailable { .. });
                self.sell((hold.clone(), Vec::new()), BookSeats::Pinned(hold), ending, now, has_served).await
            }
            // It may have been confirmed before, and the answer got lost.
            Err(gone @ (Error::HoldNotFound | Error::HoldExpired)) => {
                self.store.booking_of_hold(hold, user).await?.ok_or(gone)?;
                self.commit(user, BookSeats::Held(hold), ending).await
            }
            Err(error) => Err(error),
        }
    }

    /// Sells what is held outside of the database, and lets it go when it is sold, or refused by an error after which the
    /// hold `has_served`. When it is not known whether the seats are sold, they stay held until the hold ends by itself.
    async fn sell<E: Ending<Booking>>(
        &self,
        (hold, former): (Hold, Vec<Hold>),
        seats: BookSeats,
        ending: E,
        now: Timestamp,
        has_served: fn(&Error) -> bool,
    ) -> Result<E::Answer, Error> {
        let (id, user) = (hold.id, hold.user);
        self.on_sale.forget(&hold.seats);
        let booking = self.commit(user, seats, ending).await;
        failpoint!("before-release");
        if booking.as_ref().err().is_none_or(|error| *error != Error::OutcomeUnknown && has_served(error))
            && let Err(error) = self.give_up((id, user), if booking.is_ok() { Vec::new() } else { former }, now).await
        {
            tracing::debug!(error.code = %error.code(), "a hold that has served ends by itself");
        }
        failpoint!("after-release");
        booking
    }

    async fn commit<E: Ending<Booking>>(&self, user: UserId, seats: BookSeats, ending: E) -> Result<E::Answer, Error> {
        self.store.book(BookOrder { user, seats }, ending, Arc::clone(&self.clock)).await
    }
}
