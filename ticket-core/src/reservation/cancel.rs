use jiff::Timestamp;

use super::{Reservations, check_length};
use crate::domain::{Booking, BookingId, TicketId};
use crate::error::Error;
use crate::storage::{CancelBy, Ending};

impl Reservations {
    /// Cancels these tickets of a booking, or all that are valid. Their seats wait as CANCELED until they are put on sale
    /// again. It ends with the booking as it is now, and what was cancelled.
    pub(crate) async fn cancel<E: Ending<(Booking, Vec<TicketId>)>>(
        &self,
        id: BookingId,
        by: CancelBy,
        tickets: Option<Vec<TicketId>>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        check_count(tickets.as_deref())?;
        let answer = self.store.cancel(id, by, tickets, ending, now).await?;
        if !self.holds.are_in_store() {
            self.free_what_is_left(id, now).await;
        }
        Ok(answer)
    }

    /// What an admin would cancel, which is undone again.
    pub(crate) async fn try_to_cancel(
        &self,
        id: BookingId,
        tickets: Option<Vec<TicketId>>,
        now: Timestamp,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        check_count(tickets.as_deref())?;
        self.store.try_to_cancel(id, tickets, now).await
    }

    /// The hold that was sold was let go after the sale, unless Redis could not be reached just then. Whatever of it is left
    /// would keep its seats from others when they are on sale again.
    pub(super) async fn free_what_is_left(&self, id: BookingId, now: Timestamp) {
        let released = match self.store.hold_of_booking(id).await {
            Ok(Some((hold, buyer))) => self.holds.release(hold, buyer, now).await,
            other => other.map(drop),
        };
        match released {
            Ok(()) | Err(Error::HoldNotFound | Error::HoldExpired) => {}
            Err(error) => {
                tracing::debug!(error.code = %error.code(), "what is left of a sold hold ends by itself");
            }
        }
    }
}

fn check_count(tickets: Option<&[TicketId]>) -> Result<(), Error> {
    check_length("ticketIds", ("tickets", "티켓"), tickets.unwrap_or_default().len())
}
