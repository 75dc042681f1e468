//! Taking seats out of sale, and putting them back.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::writer::Transaction;
use super::{check_claimed, holds, seats};
use crate::domain::{Seat, SeatId, SeatState};
use crate::error::Error;

/// Seats to be taken out of sale.
#[derive(Debug, Clone)]
pub(crate) struct BlockOrder {
    pub(crate) seats: Vec<SeatId>,
    /// Until when it is certain that nobody holds them outside of the database.
    pub(crate) claimed_until: Option<Timestamp>,
}

/// Blocks every seat, or none; names those that are sold, offered or held. Returns those that were not blocked before.
pub(super) fn block(connection: &Transaction, order: &BlockOrder, now: Timestamp) -> Result<Vec<SeatId>, Error> {
    check_claimed(order.claimed_until, "seats to be blocked", now)?;
    let chosen = seats::chosen(connection, &order.seats)?;
    connection.performance(chosen[0].performance)?.0.check_not_canceled()?;
    let mut blocked = Vec::new();
    let mut taken = Vec::new();
    for seat in chosen {
        let is_held = holds::claim_on(connection, seat.id)?.is_some_and(|(_, until)| until > now);
        match seat.state {
            SeatState::Blocked => {}
            SeatState::Available | SeatState::Canceled if !is_held => {
                if !seats::transition(connection, &seat, (seat.state, SeatState::Blocked), None, now)? {
                    return Err(changed_meanwhile(&seat));
                }
                blocked.push(seat.id);
            }
            _ => taken.push(seat.id),
        }
    }
    if taken.is_empty() { Ok(blocked) } else { Err(Error::SeatsTaken { seats: taken }) }
}

/// Puts blocked seats back into the state that they were in before, so that those who wait for a cancelled seat are still
/// asked before the public. Returns those that were blocked.
pub(super) fn unblock(connection: &Transaction, ids: &[SeatId], now: Timestamp) -> Result<Vec<SeatId>, Error> {
    let mut unblocked = Vec::new();
    for seat in seats::chosen(connection, ids)?.iter().filter(|seat| seat.state == SeatState::Blocked) {
        let before = state_before_last(connection, seat.id)?;
        if !seats::transition(connection, seat, (SeatState::Blocked, before), None, now)? {
            return Err(changed_meanwhile(seat));
        }
        unblocked.push(seat.id);
    }
    Ok(unblocked)
}

/// The state that the last transition of a seat has left.
fn state_before_last(connection: &Connection, seat: SeatId) -> Result<SeatState, Error> {
    let before = connection
        .prepare_cached("SELECT state FROM seat_history WHERE seat_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET 1")?
        .query_row([seat], |row| row.get(0))
        .optional()?;
    Ok(before.unwrap_or(SeatState::Available))
}

/// Cannot happen in one transaction.
fn changed_meanwhile(seat: &Seat) -> Error {
    Error::Internal { reason: format!("seat {} is not {} any more", seat.id, seat.state) }
}
