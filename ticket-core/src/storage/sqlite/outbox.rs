//! Mail to be sent, committed with what it tells of.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::convert::Millis;
use crate::domain::{BookingId, EntryId, TicketId, UserId};
use crate::error::Error;

/// What a mail tells its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News<'a> {
    /// He has bought these tickets.
    Booked(BookingId),
    /// These tickets of his were cancelled.
    Canceled(BookingId, &'a [TicketId]),
    /// Seats are offered to this entry of his.
    Offered(EntryId),
}

/// Queues one mail, as part of the transaction that it is in.
pub(super) fn enqueue(connection: &Connection, user: UserId, news: &News<'_>, now: Timestamp) -> Result<(), Error> {
    let (kind, booking, tickets, entry) = match *news {
        News::Booked(booking) => ("BOOKED", Some(booking), None, None),
        News::Canceled(booking, tickets) => ("CANCELED", Some(booking), Some(as_json(tickets)?), None),
        News::Offered(entry) => ("OFFERED", None, None, Some(entry)),
    };
    connection
        .prepare_cached(
            "INSERT INTO outbox (kind, user_id, booking_id, tickets, entry_id, created_at, next_attempt_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .execute(params![kind, user, booking, tickets, entry, Millis(now)])?;
    Ok(())
}

fn as_json(tickets: &[TicketId]) -> Result<String, Error> {
    serde_json::to_string(tickets).map_err(|error| Error::Internal { reason: format!("ticket ids as JSON: {error}") })
}
