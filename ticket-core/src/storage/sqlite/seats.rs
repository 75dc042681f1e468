//! Seats and their stored state.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::{DateText, Millis};
use crate::domain::{BookingId, PerformanceId, Seat, SeatId, SeatPosition, SeatState, ShowId, repeated};
use crate::error::{Error, SeatProblem};

/// The columns that [`seat_at`] reads.
pub(super) const SEAT_COLUMNS: &str =
    "seat.id, seat.performance_id, seat.guid, seat.grade, seat.price, seat.sector, seat.row, seat.number,
    seat.label, seat.is_seat, seat.x, seat.y, seat.state";

/// The seats of a performance in drawing order.
pub(super) fn of_performance(connection: &Connection, id: PerformanceId) -> Result<Vec<Seat>, Error> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {SEAT_COLUMNS} FROM seat WHERE performance_id = ?1 ORDER BY ordinal"))?;
    let seats = statement.query_map([id], |row| seat_at(row, 0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// The seats of one round of a show with whether they are held now, highest id first; none for an unknown or cancelled round.
pub(super) fn of_round(
    connection: &Connection,
    show: ShowId,
    date: Date,
    round: u32,
    now: Timestamp,
) -> Result<Vec<(Seat, bool)>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SEAT_COLUMNS}, hold_seat.seat_id IS NOT NULL
         FROM performance JOIN seat ON seat.performance_id = performance.id
         LEFT JOIN hold_seat ON hold_seat.seat_id = seat.id AND hold_seat.expires_at > ?4
         WHERE performance.show_id = ?1 AND performance.date = ?2 AND performance.round = ?3
           AND performance.canceled_at IS NULL
         ORDER BY seat.id DESC"
    ))?;
    let seats = statement
        .query_map(params![show, DateText(date), round, Millis(now)], |row| Ok((seat_at(row, 0)?, row.get(13)?)))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// These seats, in the order of their ids. They must be distinct real seats of one performance, and at least one.
pub(super) fn chosen(connection: &Connection, ids: &[SeatId]) -> Result<Vec<Seat>, Error> {
    if ids.is_empty() {
        return Err(Error::NoSeatChosen);
    }
    let invalid = |seats, problem| Err(Error::SeatsNotValid { seats, problem });
    let repeated = repeated(ids);
    if !repeated.is_empty() {
        return invalid(repeated, SeatProblem::Repeated);
    }
    let mut seats = Vec::with_capacity(ids.len());
    let mut unknown = Vec::new();
    for id in ids {
        match by_id(connection, *id)? {
            Some(seat) => seats.push(seat),
            None => unknown.push(*id),
        }
    }
    if !unknown.is_empty() {
        return invalid(unknown, SeatProblem::Unknown);
    }
    let gaps: Vec<SeatId> = seats.iter().filter(|s| !s.is_seat).map(|s| s.id).collect();
    if !gaps.is_empty() {
        return invalid(gaps, SeatProblem::Gap);
    }
    let performance = seats[0].performance;
    let strangers: Vec<SeatId> = seats.iter().filter(|s| s.performance != performance).map(|s| s.id).collect();
    if !strangers.is_empty() {
        return invalid(strangers, SeatProblem::OtherPerformance);
    }
    seats.sort_by_key(|seat| seat.id);
    Ok(seats)
}

/// Refuses more seats than one user may have, each counted once.
pub(super) fn check_limit(mut seats: Vec<SeatId>, limit: u32) -> Result<(), Error> {
    seats.sort_unstable();
    seats.dedup();
    if seats.len() > limit as usize { Err(Error::OverLimit { limit }) } else { Ok(()) }
}

/// The ids of the seats of a performance that are on sale.
pub(super) fn on_sale(connection: &Connection, performance: PerformanceId) -> Result<Vec<SeatId>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM seat WHERE performance_id = ?1 AND state = 'AVAILABLE' AND is_seat = 1")?;
    let seats = statement.query_map([performance], |row| row.get(0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// Those of these seats that are not on sale, with their states.
pub(super) fn not_available(connection: &Connection, ids: &[SeatId]) -> Result<Vec<(SeatId, SeatState)>, Error> {
    let mut found = Vec::new();
    for id in ids {
        if let Some(seat) = by_id(connection, *id)?.filter(|seat| seat.state != SeatState::Available) {
            found.push((seat.id, seat.state));
        }
    }
    Ok(found)
}

/// One transition of one seat, with its history. `false` when the seat was not in the state it should leave.
pub(super) fn transition(
    connection: &Connection,
    seat: &Seat,
    (from, to): (SeatState, SeatState),
    booking: Option<BookingId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached("UPDATE seat SET state = ?3 WHERE id = ?1 AND state = ?2 AND is_seat = 1")?
        .execute(params![seat.id, from, to])?;
    if changed == 1 {
        connection
            .prepare_cached(
                "INSERT INTO seat_history (performance_id, seat_id, state, at, booking_id) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![seat.performance, seat.id, to, Millis(now), booking])?;
    }
    Ok(changed == 1)
}

/// Reads a seat from 13 columns.
pub(super) fn seat_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Seat> {
    Ok(Seat {
        id: row.get(first)?,
        performance: row.get(first + 1)?,
        guid: row.get(first + 2)?,
        grade: row.get(first + 3)?,
        price: row.get(first + 4)?,
        position: SeatPosition {
            sector: row.get(first + 5)?,
            row: row.get(first + 6)?,
            number: row.get(first + 7)?,
            label: row.get(first + 8)?,
        },
        is_seat: row.get(first + 9)?,
        x: row.get(first + 10)?,
        y: row.get(first + 11)?,
        state: row.get(first + 12)?,
    })
}

/// One seat.
pub(super) fn by_id(connection: &Connection, id: SeatId) -> Result<Option<Seat>, Error> {
    Ok(connection
        .prepare_cached(&format!("SELECT {SEAT_COLUMNS} FROM seat WHERE id = ?1"))?
        .query_row([id], |row| seat_at(row, 0))
        .optional()?)
}
