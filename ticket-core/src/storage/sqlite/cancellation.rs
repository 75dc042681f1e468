//! The end of a performance that is cancelled: first nothing of it is sold any more, and then, step by step, what was sold is
//! undone.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::convert::Millis;
use super::outbox::News;
use super::prices::new_layout;
use super::writer::Transaction;
use super::{bookings, outbox, sales, seats, waitlist};
use crate::domain::{BookingId, EntryId, PerformanceId, Seat, Standing, TicketId, UserId, WaitlistState};
use crate::error::Error;

/// Bookings or entries that one transaction ends at most, so that no sale waits for long behind it.
const ENDED_AT_ONCE: u32 = 50;

/// From now on nothing of the performance is sold, held or offered. `false` when that was so before.
pub(super) fn begin(connection: &Transaction, id: PerformanceId, now: Timestamp) -> Result<bool, Error> {
    if connection.performance(id)?.0.canceled_at.is_some() {
        return Ok(false);
    }
    connection
        .prepare_cached("UPDATE performance SET canceled_at = ?2 WHERE id = ?1")?
        .execute(params![id, Millis(now)])?;
    new_layout(connection, id)?;
    Ok(true)
}

/// Ends some of what is left of a cancelled performance: bookings after this one, then entries of the waitlist. Tells
/// what, and up to which booking; nothing when all is ended.
pub(super) fn step(
    connection: &Transaction,
    id: PerformanceId,
    after: BookingId,
    now: Timestamp,
) -> Result<(Standing, BookingId), Error> {
    let mut undone = Standing::default();
    failpoint!("cancel-step");
    let bookings = some_bookings(connection, id, after)?;
    for (booking, user, booked_at) in &bookings {
        let tickets = cancel_tickets(connection, *booking, now)?;
        let ids: Vec<TicketId> = tickets.iter().map(|(ticket, _)| *ticket).collect();
        connection.prepare_cached("UPDATE booking SET state = 'CANCELED' WHERE id = ?1")?.execute([booking])?;
        let show = connection.performance(id)?.1.id;
        sales::count(connection, show, *booked_at, -bookings::count_of(&ids))?;
        outbox::enqueue(connection, *user, &News::PerformanceCanceled(*booking, &ids), now)?;
        undone.bookings += 1;
        undone.tickets += ids.len() as u64;
        undone.total_price += tickets.iter().map(|(_, price)| price).sum::<i64>();
    }
    if bookings.is_empty() {
        for entry in some_entries(connection, id)? {
            waitlist::end_by_id(connection, entry, WaitlistState::Canceled, now)?;
            undone.waiters += 1;
        }
    }
    failpoint!("cancel-step-written");
    Ok((undone, bookings.last().map_or(after, |(booking, ..)| *booking)))
}

/// What of a performance is sold, and waited for. Its holds are counted where they are.
pub(super) fn standing(connection: &Connection, id: PerformanceId) -> Result<Standing, Error> {
    let mut standing = connection
        .prepare_cached(
            "SELECT count(DISTINCT booking.id), count(ticket.id), coalesce(sum(ticket.price), 0),
                    count(DISTINCT booking.user_id)
             FROM booking JOIN ticket ON ticket.booking_id = booking.id AND ticket.state = 'BOOKED'
             WHERE booking.performance_id = ?1 AND booking.state = 'BOOKED'",
        )?
        .query_row([id], |row| {
            Ok(Standing {
                bookings: row.get(0)?,
                tickets: row.get(1)?,
                total_price: row.get(2)?,
                buyers: row.get(3)?,
                ..Standing::default()
            })
        })?;
    for state in ["WAITING", "ACTIVATION"] {
        // Each has an index of its own.
        let waiters: u64 = connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM waitlist_entry WHERE performance_id = ?1 AND state = '{state}'"
            ))?
            .query_row([id], |row| row.get(0))?;
        standing.waiters += waiters;
    }
    Ok(standing)
}

fn some_bookings(
    connection: &Connection,
    performance: PerformanceId,
    after: BookingId,
) -> Result<Vec<(BookingId, UserId, Timestamp)>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, user_id, booked_at FROM booking
         WHERE performance_id = ?1 AND id > ?2 AND state = 'BOOKED' ORDER BY id LIMIT ?3",
    )?;
    let bookings = statement.query_map(params![performance, after, ENDED_AT_ONCE], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, Millis>(2)?.0))
    })?;
    Ok(bookings.collect::<rusqlite::Result<_>>()?)
}

/// Cancels what is valid of a booking. Returns the tickets with what was paid for them.
fn cancel_tickets(connection: &Transaction, booking: BookingId, now: Timestamp) -> Result<Vec<(TicketId, i64)>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT ticket.id, ticket.price, {} FROM ticket JOIN seat ON seat.id = ticket.seat_id
         WHERE ticket.booking_id = ?1 AND ticket.state = 'BOOKED' ORDER BY seat.id",
        seats::SEAT_COLUMNS
    ))?;
    let tickets: Vec<(TicketId, i64, Seat)> = statement
        .query_map([booking], |row| Ok((row.get(0)?, row.get(1)?, seats::seat_at(row, 2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut canceled = Vec::with_capacity(tickets.len());
    for (ticket, price, seat) in tickets {
        bookings::cancel_ticket(connection, booking, (ticket, &seat), now)?;
        canceled.push((ticket, price));
    }
    Ok(canceled)
}

fn some_entries(connection: &Connection, performance: PerformanceId) -> Result<Vec<EntryId>, Error> {
    let mut entries = Vec::new();
    for state in ["ACTIVATION", "WAITING"] {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT id FROM waitlist_entry WHERE performance_id = ?1 AND state = '{state}' ORDER BY id LIMIT ?2"
        ))?;
        let found = statement.query_map(params![performance, ENDED_AT_ONCE], |row| row.get(0))?;
        entries.extend(found.collect::<rusqlite::Result<Vec<EntryId>>>()?);
    }
    Ok(entries)
}
