//! Seats get another price.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::convert::Millis;
use super::writer::Transaction;
use crate::domain::{Grade, PerformanceId, PriceChange, PriceReport, SeatId};
use crate::error::Error;

/// Seats of one performance, and their price to be.
#[derive(Debug, Clone)]
pub(crate) struct PriceOrder {
    pub(crate) performance: PerformanceId,
    /// All of this grade, or those of `seats`.
    pub(crate) grade: Option<Grade>,
    pub(crate) seats: Option<Vec<SeatId>>,
    /// In minor units.
    pub(crate) price: i64,
    /// With holds outside of the database: seats that nobody holds until then. No other that is on sale is touched.
    pub(crate) claimed: Option<(Vec<SeatId>, Timestamp)>,
}

/// Whose price nobody was told: what is sold has its own on the ticket, what is held or offered keeps it.
const CHANGEABLE: &str = "state <> 'WAITING'
    AND NOT EXISTS (SELECT 1 FROM hold_seat WHERE hold_seat.seat_id = seat.id AND hold_seat.expires_at > ?5)
    AND (state <> 'AVAILABLE' OR ?6 IS NULL OR id IN (SELECT value FROM json_each(?6)))";

/// The seats of an order that have another price now.
const ORDERED: &str = "performance_id = ?1 AND is_seat = 1 AND price <> ?4 AND (?2 IS NULL OR grade = ?2)
    AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))";

/// Changes the price of every seat that nobody was told it of, and names the others.
pub(super) fn change(connection: &Transaction, order: &PriceOrder, now: Timestamp) -> Result<PriceReport, Error> {
    if order.claimed.as_ref().is_some_and(|(_, until)| *until <= now) {
        return Err(Error::Unavailable { reason: "the claim on seats whose price is changed has ended".into() });
    }
    let seats = order.seats.as_deref().map(as_json).transpose()?;
    let claimed = order.claimed.as_ref().map(|(seats, _)| as_json(seats)).transpose()?;
    let values = params![order.performance, order.grade, seats, order.price, Millis(now), claimed];
    let mut statement = connection.prepare_cached(&format!(
        "SELECT grade, price, count(*) FROM seat WHERE {ORDERED} AND {CHANGEABLE}
         GROUP BY grade, price"
    ))?;
    let mut changes: Vec<PriceChange> = statement
        .query_map(values, |row| {
            Ok(PriceChange { grade: row.get(0)?, before: row.get(1)?, after: order.price, seats: row.get(2)? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    changes.sort_unstable_by_key(|change| (change.grade, change.before));
    let mut statement = connection
        .prepare_cached(&format!("SELECT id FROM seat WHERE {ORDERED} AND NOT ({CHANGEABLE}) ORDER BY id"))?;
    let kept = statement.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    if !changes.is_empty() {
        connection
            .prepare_cached(&format!("UPDATE seat SET price = ?4 WHERE {ORDERED} AND {CHANGEABLE}"))?
            .execute(values)?;
        new_layout(connection, order.performance)?;
    }
    Ok(PriceReport { changes, kept })
}

/// Whoever has the layout of a performance must read it again.
pub(super) fn new_layout(connection: &Transaction, performance: PerformanceId) -> Result<(), Error> {
    connection.forget_performances();
    connection
        .prepare_cached("UPDATE performance SET layout_version = layout_version + 1 WHERE id = ?1")?
        .execute([performance])?;
    Ok(())
}

/// The seats of an order that are on sale: with holds outside of the database these are claimed first.
pub(super) fn on_sale(connection: &Connection, order: &PriceOrder) -> Result<Vec<SeatId>, Error> {
    let seats = order.seats.as_deref().map(as_json).transpose()?;
    let mut statement = connection
        .prepare_cached(&format!("SELECT id FROM seat WHERE {ORDERED} AND state = 'AVAILABLE' ORDER BY id"))?;
    let seats = statement.query_map(params![order.performance, order.grade, seats, order.price], |row| row.get(0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

fn as_json(seats: &[SeatId]) -> Result<String, Error> {
    serde_json::to_string(seats).map_err(|error| Error::Internal { reason: format!("seat ids as JSON: {error}") })
}
