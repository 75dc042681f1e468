//! What seat maps are built from, and what they follow.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::Millis;
use crate::domain::{PerformanceId, SeatChange, SeatId, SeatState, SeatStatus};
use crate::error::Error;

/// How far the two logs have been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ChangeCursor {
    history: i64,
    holds: i64,
}

/// Everything about the seats of one performance, at one moment.
pub(crate) struct SeatMapSnapshot {
    pub(crate) layout_version: u64,
    /// In drawing order.
    pub(crate) seats: Vec<(SeatId, SeatStatus)>,
    pub(crate) holds: Vec<(SeatId, Timestamp)>,
    pub(crate) cursor: ChangeCursor,
}

/// What was written since a cursor, in the order of commits.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) states: Vec<StateChange>,
    pub(crate) holds: Vec<HoldChange>,
    /// None for a performance that was deleted.
    pub(crate) layout_versions: Vec<(PerformanceId, Option<u64>)>,
    pub(crate) cursor: ChangeCursor,
    /// The cursor was so old that the log has been pruned since: read all again.
    pub(crate) incomplete: bool,
}

/// A seat is in another stored state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StateChange {
    id: i64,
    pub(crate) performance: PerformanceId,
    pub(crate) seat: SeatId,
    pub(crate) state: SeatState,
}

/// A seat was claimed until some moment, or let go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HoldChange {
    id: i64,
    pub(crate) performance: PerformanceId,
    pub(crate) seat: SeatId,
    pub(crate) held_until: Option<Timestamp>,
}

impl ChangeCursor {
    /// Whether a reader at this cursor has not seen the change yet.
    pub(crate) fn is_before_state(&self, change: &StateChange) -> bool {
        change.id > self.history
    }

    /// The same for a change of a hold.
    pub(crate) fn is_before_hold(&self, change: &HoldChange) -> bool {
        change.id > self.holds
    }
}

/// The seats of a performance, and from where to follow them.
pub(super) fn snapshot(
    connection: &Connection,
    performance: PerformanceId,
    now: Timestamp,
) -> Result<SeatMapSnapshot, Error> {
    let layout_version = super::catalog::performance(connection, performance)?.0.layout_version;
    let mut statement =
        connection.prepare_cached("SELECT id, state, is_seat FROM seat WHERE performance_id = ?1 ORDER BY ordinal")?;
    let seats = statement
        .query_map([performance], |row| Ok((row.get(0)?, SeatStatus::stored(row.get(1)?, row.get(2)?))))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = connection
        .prepare_cached("SELECT seat_id, expires_at FROM hold_seat WHERE performance_id = ?1 AND expires_at > ?2")?;
    let holds = statement
        .query_map(params![performance, Millis(now)], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(SeatMapSnapshot { layout_version, seats, holds, cursor: end_of_logs(connection)? })
}

/// What was written after `cursor`, with the present layout versions of the performances that are watched.
pub(super) fn since(
    connection: &Connection,
    cursor: ChangeCursor,
    watched: &[PerformanceId],
) -> Result<Changes, Error> {
    let end = end_of_logs(connection)?;
    let oldest_hold: Option<i64> =
        connection.prepare_cached("SELECT min(id) FROM hold_event")?.query_row([], |row| row.get(0))?;
    let mut changes = Changes {
        cursor: end,
        incomplete: end.holds > cursor.holds && oldest_hold.is_none_or(|oldest| oldest > cursor.holds + 1),
        ..Changes::default()
    };
    if end.history > cursor.history {
        let mut statement = connection
            .prepare_cached("SELECT id, performance_id, seat_id, state FROM seat_history WHERE id > ?1 ORDER BY id")?;
        let rows = statement.query_map([cursor.history], |row| {
            Ok(StateChange { id: row.get(0)?, performance: row.get(1)?, seat: row.get(2)?, state: row.get(3)? })
        })?;
        changes.states = rows.collect::<rusqlite::Result<_>>()?;
    }
    if end.holds > cursor.holds {
        let mut statement = connection.prepare_cached(
            "SELECT id, performance_id, seat_id, held_until FROM hold_event WHERE id > ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([cursor.holds], |row| {
            let held_until = row.get::<_, Option<Millis>>(3)?.map(|at| at.0);
            Ok(HoldChange { id: row.get(0)?, performance: row.get(1)?, seat: row.get(2)?, held_until })
        })?;
        changes.holds = rows.collect::<rusqlite::Result<_>>()?;
    }
    let mut statement = connection.prepare_cached("SELECT layout_version FROM performance WHERE id = ?1")?;
    for performance in watched {
        let version = statement.query_row([performance], |row| row.get(0)).optional()?;
        changes.layout_versions.push((*performance, version));
    }
    Ok(changes)
}

/// The stored transitions of one seat, oldest first.
pub(super) fn history_of(connection: &Connection, seat: SeatId) -> Result<Vec<SeatChange>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT seat_history.state, seat_history.at, seat_history.booking_id, user.email
         FROM seat_history LEFT JOIN booking ON booking.id = seat_history.booking_id
         LEFT JOIN user ON user.id = booking.user_id AND user.deleted_at IS NULL
         WHERE seat_id = ?1 ORDER BY seat_history.id",
    )?;
    let rows = statement.query_map([seat], |row| {
        Ok(SeatChange { state: row.get(0)?, at: row.get::<_, Millis>(1)?.0, booking: row.get(2)?, buyer: row.get(3)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn end_of_logs(connection: &Connection) -> Result<ChangeCursor, Error> {
    let history =
        connection.prepare_cached("SELECT coalesce(max(id), 0) FROM seat_history")?.query_row([], |row| row.get(0))?;
    // The sequence, and not max(id): pruning must not move it back.
    let holds = connection
        .prepare_cached("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'hold_event'), 0)")?
        .query_row([], |row| row.get(0))?;
    Ok(ChangeCursor { history, holds })
}
