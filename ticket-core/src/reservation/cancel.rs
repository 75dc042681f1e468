use jiff::Timestamp;

use super::Reservations;
use crate::domain::{Booking, BookingId, TicketId, UserId};
use crate::error::Error;

impl Reservations {
    /// Cancels these tickets of a booking, or all that are valid. Their seats wait as CANCELED until they are put on sale
    /// again. Returns the booking as it is now, and what was cancelled.
    pub(crate) async fn cancel(
        &self,
        user: UserId,
        id: BookingId,
        tickets: Option<Vec<TicketId>>,
        now: Timestamp,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        self.store.cancel(id, user, tickets, now).await
    }
}
