use jiff::Timestamp;

use super::{Reservations, check_list};
use crate::domain::{Booking, HoldId, SeatId, UserId};
use crate::error::Error;
use crate::storage::{BookOrder, BookSeats};

impl Reservations {
    /// Books seats at once: all, or none. With embedded holds one transaction checks these too.
    pub(crate) async fn book(&self, user: UserId, seats: Vec<SeatId>, now: Timestamp) -> Result<Booking, Error> {
        check_list(&seats)?;
        self.store.book(BookOrder { user, seats: BookSeats::Named(seats) }, now).await
    }

    /// Books the seats of a hold. Again for the same hold, it answers the same booking.
    pub(crate) async fn confirm(&self, user: UserId, hold: HoldId, now: Timestamp) -> Result<Booking, Error> {
        self.store.book(BookOrder { user, seats: BookSeats::Held(hold) }, now).await
    }
}
