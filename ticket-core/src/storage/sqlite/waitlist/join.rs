use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::convert::Millis;
use super::super::writer::Transaction;
use super::super::{accounts, bookings, holds, seats};
use crate::domain::{
    EntryId, PerformanceId, SaleWindow, Seat, SeatId, SeatState, Show, UserId, WaitlistState, WaitlistWish,
};
use crate::error::{Error, SeatProblem};

/// A wish to join.
#[derive(Debug, Clone)]
pub(crate) struct JoinOrder {
    pub(crate) user: UserId,
    pub(crate) wish: WaitlistWish,
    /// What is held, where the database does not know that itself.
    pub(crate) held: Option<HeldElsewhere>,
}

/// Seats of a performance that are held outside of the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldElsewhere {
    /// By the user who is concerned.
    pub(crate) own: Vec<SeatId>,
    /// By others.
    pub(crate) by_others: Vec<SeatId>,
}

/// Puts an entry at the end of the queue.
pub(crate) fn join(connection: &Transaction, order: &JoinOrder, now: Timestamp) -> Result<EntryId, Error> {
    accounts::role(connection, order.user)?;
    let seats = seats::chosen(connection, &order.wish.seats)?;
    check_not_blocked(&seats)?;
    let (performance, show, _) = connection.performance(seats[0].performance)?;
    SaleWindow::of(&performance, now).check()?;
    let held = match &order.held {
        Some(held) => held.clone(),
        None => held_in_database(connection, &seats, order.user, now)?,
    };
    check_none_free(&seats, &held)?;
    check_live_entries(connection, performance.id, order.user)?;
    check_limit(connection, performance.id, &show, order, &held)?;
    insert(connection, performance.id, order, now)
}

fn check_not_blocked(seats: &[Seat]) -> Result<(), Error> {
    let blocked: Vec<SeatId> =
        seats.iter().filter(|seat| seat.state == SeatState::Blocked).map(|seat| seat.id).collect();
    if blocked.is_empty() {
        return Ok(());
    }
    Err(Error::SeatsNotValid { seats: blocked, problem: SeatProblem::Blocked })
}

fn held_in_database(
    connection: &Connection,
    seats: &[Seat],
    user: UserId,
    now: Timestamp,
) -> Result<HeldElsewhere, Error> {
    let by_others = held_by_others(connection, seats, user, now)?;
    Ok(HeldElsewhere { own: holds::seats_of_user(connection, seats[0].performance, user, now)?, by_others })
}

/// Which of these seats somebody else holds in the database.
pub(super) fn held_by_others(
    connection: &Connection,
    seats: &[Seat],
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SeatId>, Error> {
    let mut held = Vec::new();
    for seat in seats {
        if holds::claim_on(connection, seat.id)?.is_some_and(|(holder, until)| holder != user && until > now) {
            held.push(seat.id);
        }
    }
    Ok(held)
}

/// Nobody needs to wait for what he can have at once.
fn check_none_free(seats: &[Seat], held: &HeldElsewhere) -> Result<(), Error> {
    let is_free = |seat: &&Seat| seat.state == SeatState::Available && !held.by_others.contains(&seat.id);
    let free: Vec<SeatId> = seats.iter().filter(is_free).map(|seat| seat.id).collect();
    if free.is_empty() { Ok(()) } else { Err(Error::SeatsFree { seats: free }) }
}

fn check_live_entries(connection: &Connection, performance: PerformanceId, user: UserId) -> Result<(), Error> {
    let live: u32 = connection
        .prepare_cached(
            "SELECT count(*) FROM waitlist_entry
             WHERE user_id = ?1 AND performance_id = ?2 AND state IN ('WAITING', 'ACTIVATION')",
        )?
        .query_row(params![user, performance], |row| row.get(0))?;
    if live < WaitlistWish::LIVE_ENTRIES_MAX { Ok(()) } else { Err(Error::TooManyEntries) }
}

fn check_limit(
    connection: &Connection,
    performance: PerformanceId,
    show: &Show,
    order: &JoinOrder,
    held: &HeldElsewhere,
) -> Result<(), Error> {
    let mut all = bookings::seats_owned_by(connection, performance, order.user)?;
    all.extend(&held.own);
    all.sort_unstable();
    all.dedup();
    let limit = show.max_seats_per_user;
    if all.len() + order.wish.seat_count as usize > limit as usize { Err(Error::OverLimit { limit }) } else { Ok(()) }
}

fn insert(
    connection: &Connection,
    performance: PerformanceId,
    order: &JoinOrder,
    now: Timestamp,
) -> Result<EntryId, Error> {
    connection
        .prepare_cached(
            "INSERT INTO waitlist_entry (user_id, performance_id, seat_count, state, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![order.user, performance, order.wish.seat_count, WaitlistState::Waiting, Millis(now)])?;
    let entry = EntryId(connection.last_insert_rowid());
    let mut statement = connection.prepare_cached(
        "INSERT INTO waitlist_seat (entry_id, preference, seat_id, status) VALUES (?1, ?2, ?3, 'WANTED')",
    )?;
    for (preference, seat) in order.wish.seats.iter().enumerate() {
        statement.execute(params![entry, preference, seat])?;
    }
    Ok(entry)
}
