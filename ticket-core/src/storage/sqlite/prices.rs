//! Seats get another price.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::check_claimed;
use super::convert::Millis;
use super::writer::Transaction;
use crate::domain::{Grade, PerformanceId, PriceChange, PriceReport, SeatId};
use crate::error::Error;

/// Seats of one performance, and their prices to be.
#[derive(Debug, Clone)]
pub(crate) struct PriceOrder {
    pub(crate) performance: PerformanceId,
    pub(crate) priced: Priced,
    /// With holds outside of the database: seats that nobody holds until then. No other that is on sale is touched.
    pub(crate) claimed: Option<(Vec<SeatId>, Timestamp)>,
}

/// Which seats get which price, in minor units.
#[derive(Debug, Clone)]
pub(crate) enum Priced {
    Grades(BTreeMap<Grade, i64>),
    Named(Vec<SeatId>, i64),
}

/// A part of an order: seats that get one price.
struct OnePrice {
    grade: Option<Grade>,
    /// As JSON.
    seats: Option<String>,
    price: i64,
}

/// Whose price nobody was told: what is sold has its own on the ticket, what is held or offered keeps it.
const CHANGEABLE: &str = "state <> 'WAITING'
    AND NOT EXISTS (SELECT 1 FROM hold_seat WHERE hold_seat.seat_id = seat.id AND hold_seat.expires_at > ?5)
    AND (state <> 'AVAILABLE' OR ?6 IS NULL OR id IN (SELECT value FROM json_each(?6)))";

/// The seats of a part of an order that have another price now.
const ORDERED: &str = "performance_id = ?1 AND is_seat = 1 AND price <> ?4 AND (?2 IS NULL OR grade = ?2)
    AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))";

impl PriceOrder {
    fn parts(&self) -> Result<Vec<OnePrice>, Error> {
        match &self.priced {
            Priced::Grades(prices) => {
                let part =
                    |(grade, price): (&Grade, &i64)| OnePrice { grade: Some(*grade), seats: None, price: *price };
                Ok(prices.iter().map(part).collect())
            }
            Priced::Named(seats, price) => {
                Ok(vec![OnePrice { grade: None, seats: Some(as_json(seats)?), price: *price }])
            }
        }
    }
}

/// Changes the price of every seat that nobody was told it of, and names the others.
pub(super) fn change(connection: &Transaction, order: &PriceOrder, now: Timestamp) -> Result<PriceReport, Error> {
    check_claimed(order.claimed.as_ref().map(|(_, until)| *until), "seats whose price is changed", now)?;
    let claimed = order.claimed.as_ref().map(|(seats, _)| as_json(seats)).transpose()?;
    let mut report = PriceReport::default();
    for OnePrice { grade, seats, price } in order.parts()? {
        grade.map_or(Ok(()), |grade| check_grade(connection, order.performance, grade))?;
        let values = params![order.performance, grade, seats, price, Millis(now), claimed];
        let mut statement = connection.prepare_cached(&format!(
            "SELECT grade, price, count(*) FROM seat WHERE {ORDERED} AND {CHANGEABLE}
             GROUP BY grade, price"
        ))?;
        let changes = statement.query_map(values, |row| {
            Ok(PriceChange { grade: row.get(0)?, before: row.get(1)?, after: price, seats: row.get(2)? })
        })?;
        report.changes.extend(changes.collect::<rusqlite::Result<Vec<_>>>()?);
        let mut statement =
            connection.prepare_cached(&format!("SELECT id FROM seat WHERE {ORDERED} AND NOT ({CHANGEABLE})"))?;
        let kept = statement.query_map(values, |row| row.get(0))?;
        report.kept.extend(kept.collect::<rusqlite::Result<Vec<SeatId>>>()?);
        connection
            .prepare_cached(&format!("UPDATE seat SET price = ?4 WHERE {ORDERED} AND {CHANGEABLE}"))?
            .execute(values)?;
    }
    if !report.changes.is_empty() {
        new_layout(connection, order.performance)?;
    }
    report.changes.sort_unstable_by_key(|change| (change.grade, change.before));
    report.kept.sort_unstable();
    Ok(report)
}

/// A grade that no seat has is a slip, and not a change of nothing.
fn check_grade(connection: &Connection, performance: PerformanceId, grade: Grade) -> Result<(), Error> {
    let is_there = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM seat WHERE performance_id = ?1 AND grade = ?2 AND is_seat = 1)")?
        .query_row(params![performance, grade], |row| row.get(0))?;
    if is_there {
        return Ok(());
    }
    let problem = format!("of {grade}: performance {performance} has no seats of this grade");
    Err(Error::Invalid { field: "price", problem: problem.into() })
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
    let mut found = Vec::new();
    for OnePrice { grade, seats, price } in order.parts()? {
        let mut statement = connection
            .prepare_cached(&format!("SELECT id FROM seat WHERE {ORDERED} AND state = 'AVAILABLE' ORDER BY id"))?;
        let seats = statement.query_map(params![order.performance, grade, seats, price], |row| row.get(0))?;
        found.extend(seats.collect::<rusqlite::Result<Vec<SeatId>>>()?);
    }
    Ok(found)
}

fn as_json(seats: &[SeatId]) -> Result<String, Error> {
    serde_json::to_string(seats).map_err(|error| Error::Internal { reason: format!("seat ids as JSON: {error}") })
}
