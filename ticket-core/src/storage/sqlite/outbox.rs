//! Mail to be sent, committed with what it tells of.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::convert::Millis;
use crate::domain::{BookingId, TicketId, UserId};
use crate::error::Error;

/// What a mail tells its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News<'a> {
    /// He has bought these tickets.
    Booked(BookingId),
    /// These tickets of his were cancelled.
    Canceled(BookingId, &'a [TicketId]),
}

/// Queues one mail, as part of the transaction that it is in.
pub(super) fn enqueue(connection: &Connection, user: UserId, news: &News<'_>, now: Timestamp) -> Result<(), Error> {
    let (kind, booking, tickets) = match *news {
        News::Booked(booking) => ("BOOKED", booking, None),
        News::Canceled(booking, tickets) => (
            "CANCELED",
            booking,
            Some(
                serde_json::to_string(tickets)
                    .map_err(|error| Error::Internal { reason: format!("ticket ids as JSON: {error}") })?,
            ),
        ),
    };
    connection
        .prepare_cached(
            "INSERT INTO outbox (kind, user_id, booking_id, tickets, created_at, next_attempt_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute(params![kind, user, booking, tickets, Millis(now)])?;
    Ok(())
}
