use jiff::Timestamp;

use super::Reservations;
use crate::domain::{Booking, BookingId, TicketId, UserId};
use crate::error::Error;
use crate::storage::Ending;

impl Reservations {
    /// Cancels these tickets of a booking, or all that are valid. Their seats wait as CANCELED until they are put on sale
    /// again. It ends with the booking as it is now, and what was cancelled.
    pub(crate) async fn cancel<E: Ending<(Booking, Vec<TicketId>)>>(
        &self,
        user: UserId,
        id: BookingId,
        tickets: Option<Vec<TicketId>>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.store.cancel(id, user, tickets, ending, now).await
    }
}
