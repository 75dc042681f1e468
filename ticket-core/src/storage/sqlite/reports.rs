//! What reports sum up.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rusqlite::{Connection, params};

use super::catalog;
use super::convert::{DateText, Millis, TimeText};
use crate::domain::{Currency, Grade, PerformanceId, ReportFilter, SeatState, ShowId, TicketState};
use crate::error::Error;

/// A ticket as a report counts it.
#[derive(Debug)]
pub(crate) struct SoldTicket {
    pub(crate) performance: PerformanceId,
    pub(crate) sold_at: Timestamp,
    pub(crate) grade: Grade,
    pub(crate) price: i64,
    pub(crate) state: TicketState,
}

/// Seats of one performance, grade and state.
#[derive(Debug)]
pub(crate) struct SeatCount {
    pub(crate) performance: PerformanceId,
    pub(crate) grade: Grade,
    pub(crate) state: SeatState,
    pub(crate) seats: u64,
}

/// A performance as a report names it.
#[derive(Debug)]
pub(crate) struct ReportedPerformance {
    pub(crate) id: PerformanceId,
    pub(crate) date: Date,
    pub(crate) round: u32,
    pub(crate) start_time: Time,
    pub(crate) show: ShowId,
    pub(crate) show_name: String,
    pub(crate) currency: Currency,
}

pub(crate) type ReportedPerformances = BTreeMap<PerformanceId, ReportedPerformance>;

/// Those that a filter names, on whatever day; otherwise all. A show or performance that is not there is an error.
pub(super) fn performances(connection: &Connection, filter: &ReportFilter) -> Result<ReportedPerformances, Error> {
    filter.show.map_or(Ok(()), |show| catalog::show(connection, show).map(drop))?;
    filter.performance.map_or(Ok(()), |id| catalog::performance(connection, id).map(drop))?;
    let mut statement = connection.prepare_cached(
        "SELECT performance.id, date, round, start_time, show.id, show.name, show.currency
         FROM performance JOIN show ON show.id = performance.show_id
         WHERE (?1 IS NULL OR performance.id = ?1) AND (?2 IS NULL OR show.id = ?2)",
    )?;
    let rows = statement.query_map(params![filter.performance, filter.show], |row| {
        let id = row.get(0)?;
        Ok((
            id,
            ReportedPerformance {
                id,
                date: row.get::<_, DateText>(1)?.0,
                round: row.get(2)?,
                start_time: row.get::<_, TimeText>(3)?.0,
                show: row.get(4)?,
                show_name: row.get(5)?,
                currency: row.get(6)?,
            },
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Every ticket, valid or not, that was sold from the one instant on until before the other.
pub(super) fn each_sold_ticket(
    connection: &Connection,
    performances: Option<Vec<PerformanceId>>,
    (from, before): (Timestamp, Timestamp),
    mut count: impl FnMut(&SoldTicket),
) -> Result<(), Error> {
    let sql = |tickets: &str, of: &str| {
        format!(
            "SELECT booking.performance_id, booking.booked_at, seat.grade, ticket.price, ticket.state
             FROM {tickets} CROSS JOIN seat ON seat.id = ticket.seat_id
             WHERE booking.booked_at >= ?1 AND booking.booked_at < ?2 AND {of}"
        )
    };
    let (mut statement, performances) = match performances {
        // Tables that are joined with `CROSS JOIN` are read in this order, and one that is `NOT INDEXED` in that of its rows:
        // page after page, bookings too, and nothing is sorted.
        None => {
            let tickets = "ticket NOT INDEXED CROSS JOIN booking ON booking.id = ticket.booking_id";
            (connection.prepare_cached(&sql(tickets, "?3 IS NULL"))?, vec![None])
        }
        Some(named) => {
            let tickets = "booking INDEXED BY booking_performance CROSS JOIN ticket ON ticket.booking_id = booking.id";
            (
                connection.prepare_cached(&sql(tickets, "booking.performance_id = ?3"))?,
                named.into_iter().map(Some).collect(),
            )
        }
    };
    for performance in performances {
        let mut rows = statement.query(params![Millis(from), Millis(before), performance])?;
        while let Some(row) = rows.next()? {
            count(&SoldTicket {
                performance: row.get(0)?,
                sold_at: row.get::<_, Millis>(1)?.0,
                grade: row.get(2)?,
                price: row.get(3)?,
                state: row.get(4)?,
            });
        }
    }
    Ok(())
}

/// The seats of these performances, counted. One that was cancelled has none.
pub(super) fn seat_counts(
    connection: &Connection,
    performances: impl IntoIterator<Item = PerformanceId>,
) -> Result<Vec<SeatCount>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT grade, state, count(*) FROM seat WHERE performance_id = ?1 AND is_seat = 1
             AND NOT EXISTS (SELECT 1 FROM performance WHERE id = ?1 AND canceled_at IS NOT NULL)
         GROUP BY grade, state",
    )?;
    let mut counts = Vec::new();
    for performance in performances {
        let rows = statement.query_map([performance], |row| {
            Ok(SeatCount { performance, grade: row.get(0)?, state: row.get(1)?, seats: row.get(2)? })
        })?;
        for count in rows {
            counts.push(count?);
        }
    }
    Ok(counts)
}
