//! The waitlist: who waits for which seats, and what is offered to whom.
//!
//! Every change of an entry writes the statuses of its seats along: the search for waiters and the unique index over
//! offered seats look only at these.

mod book;
mod entries;
mod join;
mod pass;

pub(super) use book::{book, offer_on};
pub(super) use entries::{before, by_id, by_id_for_admin, list, of_user};
pub(super) use join::join;
pub(crate) use join::{HeldElsewhere, JoinOrder};
pub(crate) use pass::{Candidate, Candidates, OfferOrder, OfferOutcome, PassSnapshot, ReturnOrder};
pub(super) use pass::{candidates, offer, overdue, pass_over, return_seats, snapshot};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::Millis;
use super::seats;
use crate::domain::{
    BookingId, EntryId, Offer, PerformanceId, Seat, SeatId, SeatState, UserId, WaitlistEntry, WaitlistState,
};
use crate::error::Error;

/// A row of the table of entries.
struct EntryRow {
    id: EntryId,
    user: UserId,
    performance: PerformanceId,
    seat_count: u32,
    state: WaitlistState,
    created_at: Timestamp,
    offer: Option<Offer>,
    ended_at: Option<Timestamp>,
    booking: Option<BookingId>,
}

/// The columns that [`entry_at`] reads.
const ENTRY_COLUMNS: &str = "waitlist_entry.id, waitlist_entry.user_id, waitlist_entry.performance_id,
    waitlist_entry.seat_count, waitlist_entry.state, waitlist_entry.created_at, waitlist_entry.offered_at,
    waitlist_entry.deadline, waitlist_entry.ended_at, waitlist_entry.booking_id";

/// The seats of a performance that are offered to the user. An offer counts until its end is recorded: the clocks of two
/// processes may disagree about whether its deadline is over.
pub(super) fn seats_offered_to(
    connection: &Connection,
    performance: PerformanceId,
    user: UserId,
) -> Result<Vec<SeatId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT waitlist_seat.seat_id FROM waitlist_entry
         JOIN waitlist_seat ON waitlist_seat.entry_id = waitlist_entry.id AND waitlist_seat.status = 'OFFERED'
         WHERE waitlist_entry.user_id = ?1 AND waitlist_entry.performance_id = ?2
           AND waitlist_entry.state IN ('WAITING', 'ACTIVATION')",
    )?;
    let seats = statement.query_map(params![user, performance], |row| row.get(0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// Whether an entry, of whatever state, names the seat.
pub(super) fn names(connection: &Connection, seat: SeatId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM waitlist_seat WHERE seat_id = ?1)")?
        .query_row([seat], |row| row.get(0))?)
}

/// Gives up waiting, or the seats that are offered; these wait as CANCELED for the next waiter. What has been given up
/// already stays so.
pub(super) fn leave(
    connection: &Connection,
    id: EntryId,
    user: UserId,
    now: Timestamp,
) -> Result<WaitlistEntry, Error> {
    let row = own_row(connection, id, user)?;
    match row.state {
        WaitlistState::Waiting => end(connection, &row, WaitlistState::Withdrawn, now)?,
        WaitlistState::Activation => {
            check_deadline(&row, now)?;
            end(connection, &row, WaitlistState::Declined, now)?;
        }
        WaitlistState::Withdrawn | WaitlistState::Declined | WaitlistState::Canceled => {}
        WaitlistState::Expired => return Err(expired(&row)),
        WaitlistState::Fin => return Err(Error::NothingOffered { state: row.state }),
    }
    by_id(connection, id, user, now)
}

/// Ends an offer whose deadline is over. Returns whether it was one.
pub(super) fn expire(connection: &Connection, id: EntryId, now: Timestamp) -> Result<bool, Error> {
    failpoint!("expire-begin");
    let row = row_of(connection, id)?.ok_or(Error::EntryNotFound)?;
    if row.state != WaitlistState::Activation || check_deadline(&row, now).is_ok() {
        return Ok(false);
    }
    end(connection, &row, WaitlistState::Expired, now)?;
    failpoint!("expire-written");
    Ok(true)
}

/// Ends a live entry without a booking. What was offered to it turns CANCELED.
pub(super) fn end_by_id(
    connection: &Connection,
    id: EntryId,
    state: WaitlistState,
    now: Timestamp,
) -> Result<(), Error> {
    let row = row_of(connection, id)?.ok_or(Error::EntryNotFound)?;
    end(connection, &row, state, now)
}

/// Where an entry stands.
pub(super) fn state_of(connection: &Connection, id: EntryId) -> Result<WaitlistState, Error> {
    Ok(row_of(connection, id)?.ok_or(Error::EntryNotFound)?.state)
}

/// Ends an entry without a booking. What was offered to it turns CANCELED.
fn end(connection: &Connection, row: &EntryRow, state: WaitlistState, now: Timestamp) -> Result<(), Error> {
    for seat in offered_seats(connection, row.id)? {
        if !seats::transition(connection, &seat, (SeatState::Waiting, SeatState::Canceled), None, now)? {
            return Err(not_waiting(&[seat.id], row.id));
        }
    }
    connection
        .prepare_cached("UPDATE waitlist_entry SET state = ?2, ended_at = ?3 WHERE id = ?1 AND state = ?4")?
        .execute(params![row.id, state, Millis(now), row.state])?;
    forget_wishes(connection, row.id)
}

/// The entry waits no longer, and nothing is offered to it any more.
fn forget_wishes(connection: &Connection, entry: EntryId) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE waitlist_seat SET status = CASE status WHEN 'OFFERED' THEN 'WAS_OFFERED' ELSE 'UNUSED' END
             WHERE entry_id = ?1 AND status IN ('OFFERED', 'WANTED')",
        )?
        .execute([entry])?;
    Ok(())
}

/// The seats that are offered to an entry, the most wanted first.
pub(super) fn offered_seats(connection: &Connection, entry: EntryId) -> Result<Vec<Seat>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM waitlist_seat JOIN seat ON seat.id = waitlist_seat.seat_id
         WHERE waitlist_seat.entry_id = ?1 AND waitlist_seat.status = 'OFFERED' ORDER BY waitlist_seat.preference",
        seats::SEAT_COLUMNS
    ))?;
    let seats = statement.query_map([entry], |row| seats::seat_at(row, 0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

fn check_deadline(row: &EntryRow, now: Timestamp) -> Result<(), Error> {
    match row.offer {
        Some(offer) if now < offer.deadline => Ok(()),
        _ => Err(expired(row)),
    }
}

fn expired(row: &EntryRow) -> Error {
    match row.offer {
        Some(Offer { deadline, .. }) => Error::OfferExpired { deadline },
        None => Error::NothingOffered { state: row.state },
    }
}

/// What is offered and not WAITING: somebody has written past the rules.
fn not_waiting(seats: &[SeatId], entry: EntryId) -> Error {
    Error::Internal { reason: format!("seats {seats:?} are offered to entry {entry}, and not WAITING") }
}

/// An entry of the user; somebody else's is as good as none.
fn own_row(connection: &Connection, id: EntryId, user: UserId) -> Result<EntryRow, Error> {
    row_of(connection, id)?.filter(|row| row.user == user).ok_or(Error::EntryNotFound)
}

fn row_of(connection: &Connection, id: EntryId) -> Result<Option<EntryRow>, Error> {
    Ok(connection
        .prepare_cached(&format!("SELECT {ENTRY_COLUMNS} FROM waitlist_entry WHERE id = ?1"))?
        .query_row([id], entry_at)
        .optional()?)
}

fn entry_at(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    let (offered_at, deadline): (Option<Millis>, Option<Millis>) = (row.get(6)?, row.get(7)?);
    Ok(EntryRow {
        id: row.get(0)?,
        user: row.get(1)?,
        performance: row.get(2)?,
        seat_count: row.get(3)?,
        state: row.get(4)?,
        created_at: row.get::<_, Millis>(5)?.0,
        offer: offered_at.zip(deadline).map(|(at, until)| Offer { offered_at: at.0, deadline: until.0 }),
        ended_at: row.get::<_, Option<Millis>>(8)?.map(|at| at.0),
        booking: row.get(9)?,
    })
}
