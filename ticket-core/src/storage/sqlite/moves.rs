//! A ticket gets another seat.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::Millis;
use super::outbox::News;
use super::writer::Transaction;
use super::{bookings, check_claimed, holds, outbox, seats};
use crate::domain::{BookingId, MovedTicket, Seat, SeatId, SeatState, TicketId, UserId};
use crate::error::{Error, SeatProblem};

/// A ticket to be moved.
#[derive(Debug, Clone)]
pub(crate) struct MoveOrder {
    /// The seat that it is for.
    pub(crate) from: SeatId,
    /// The seat that it is to be for.
    pub(crate) to: SeatId,
    /// Until when it is certain that nobody holds that seat outside of the database.
    pub(crate) claimed_until: Option<Timestamp>,
}

/// Moves the valid ticket of one seat to another, free or blocked one of the performance. It keeps its id and its
/// price; the seat that it leaves is CANCELED, for whoever waits for it.
pub(super) fn move_ticket(connection: &Transaction, order: &MoveOrder, now: Timestamp) -> Result<MovedTicket, Error> {
    check_claimed(order.claimed_until, "the seat of a moved ticket", now)?;
    // In the order of their ids.
    let mut both = seats::chosen(connection, &[order.from, order.to])?;
    both.sort_by_key(|seat| seat.id == order.to);
    let [from, to] = both.try_into().map_err(|_| Error::Internal { reason: "two seats are not two".into() })?;
    connection.performance(from.performance)?.0.check_not_canceled()?;
    let Some((ticket, booking, user)) = valid_ticket(connection, from.id)? else {
        return Err(Error::SeatsNotValid { seats: vec![from.id], problem: SeatProblem::NotSold });
    };
    let is_held = holds::claim_on(connection, to.id)?.is_some_and(|(_, until)| until > now);
    if is_held || !matches!(to.state, SeatState::Available | SeatState::Blocked) {
        return Err(Error::SeatsTaken { seats: vec![to.id] });
    }
    // Without the booking: its history of the seat ends when a ticket is cancelled, and this one is not.
    let left = seats::transition(connection, &from, (SeatState::Booked, SeatState::Canceled), None, now)?;
    let taken = seats::transition(connection, &to, (to.state, SeatState::Booked), Some(booking), now)?;
    if !left || !taken {
        return Err(Error::Internal {
            reason: format!("seat {} or {} has changed within a transaction", from.id, to.id),
        });
    }
    connection.prepare_cached("UPDATE ticket SET seat_id = ?2 WHERE id = ?1")?.execute(params![ticket, to.id])?;
    let id: i64 = connection
        .prepare_cached(
            "INSERT INTO ticket_move (ticket_id, from_seat, to_seat, at) VALUES (?1, ?2, ?3, ?4) RETURNING id",
        )?
        .query_row(params![ticket, from.id, to.id, Millis(now)], |row| row.get(0))?;
    outbox::enqueue(connection, user, &News::Moved(booking, id), now)?;
    let booking = bookings::of_anybody(connection, booking)?;
    let from = Seat { state: SeatState::Canceled, ..from };
    let to = Seat { state: SeatState::Booked, ..to };
    Ok(MovedTicket { ticket, booking, from, to })
}

/// From where to where a ticket was moved, each with the price that was paid.
pub(super) fn seats_of(connection: &Connection, id: i64) -> Result<(Seat, Seat), Error> {
    let (from, to, price): (SeatId, SeatId, i64) = connection
        .prepare_cached(
            "SELECT from_seat, to_seat, ticket.price FROM ticket_move JOIN ticket ON ticket.id = ticket_move.ticket_id
             WHERE ticket_move.id = ?1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let seat = |id| {
        let seat = seats::by_id(connection, id)?;
        seat.map(|seat| Seat { price, ..seat }).ok_or(Error::Internal { reason: format!("seat {id} is gone") })
    };
    Ok((seat(from)?, seat(to)?))
}

fn valid_ticket(connection: &Connection, seat: SeatId) -> Result<Option<(TicketId, BookingId, UserId)>, Error> {
    Ok(connection
        .prepare_cached("SELECT id, booking_id, user_id FROM ticket WHERE seat_id = ?1 AND state = 'BOOKED'")?
        .query_row([seat], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?)
}
