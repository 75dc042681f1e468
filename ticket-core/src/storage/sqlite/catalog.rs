//! Shows, venues and performances.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::{DateText, Millis, TimeText};
use crate::domain::{Category, Performance, PerformanceId, Show, ShowId, Venue};
use crate::error::Error;

/// Which shows, and which part of the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShowQuery {
    pub(crate) category: Option<Category>,
    /// Case does not matter.
    pub(crate) name_contains: Option<String>,
    pub(crate) offset: u64,
    pub(crate) limit: u64,
}

const SHOW_COLUMNS: &str = "show.id, show.venue_id, show.name, show.category, show.start_date, show.end_date,
    show.running_minutes, show.intermission_minutes, show.age_limit, show.total_seats, show.currency,
    show.max_seats_per_user, show.cancel_until_hours,
    venue.id, venue.name, venue.contact, venue.address, venue.url";
const SHOW_WIDTH: usize = 18;

const PERFORMANCE_COLUMNS: &str = "performance.id, performance.show_id, performance.date, performance.round,
    performance.start_time, performance.starts_at, performance.sale_opens_at, performance.sale_closes_at,
    performance.canceled_at, performance.layout_version, performance.stage";

/// A page of shows, newest first, and how many there are in all.
pub(super) fn shows(connection: &Connection, query: &ShowQuery) -> Result<(Vec<(Show, Venue)>, u64), Error> {
    let filter = "(?1 IS NULL OR show.category = ?1) AND (?2 IS NULL OR instr(lower(show.name), lower(?2)) > 0)";
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SHOW_COLUMNS} FROM show JOIN venue ON venue.id = show.venue_id WHERE {filter}
         ORDER BY show.id DESC LIMIT ?3 OFFSET ?4"
    ))?;
    let page = statement
        .query_map(
            params![query.category, query.name_contains, signed(query.limit), signed(query.offset)],
            show_and_venue,
        )?
        .collect::<rusqlite::Result<_>>()?;
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM show WHERE {filter}"))?
        .query_row(params![query.category, query.name_contains], |row| row.get(0))?;
    Ok((page, total))
}

/// One show with its venue.
pub(super) fn show(connection: &Connection, id: ShowId) -> Result<(Show, Venue), Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {SHOW_COLUMNS} FROM show JOIN venue ON venue.id = show.venue_id WHERE show.id = ?1"
        ))?
        .query_row([id], show_and_venue)
        .optional()?
        .ok_or(Error::ShowNotFound(id))
}

/// The performances of a show by date and round, each with the number of seats that can be booked now.
pub(super) fn performances(
    connection: &Connection,
    id: ShowId,
    now: Timestamp,
) -> Result<Vec<(Performance, u64)>, Error> {
    show(connection, id)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {PERFORMANCE_COLUMNS},
                (SELECT count(*) FROM seat
                 WHERE performance_id = performance.id AND state = 'AVAILABLE' AND is_seat = 1)
              - (SELECT count(*) FROM hold_seat
                 WHERE performance_id = performance.id AND expires_at > ?2)
         FROM performance WHERE show_id = ?1 ORDER BY date, round"
    ))?;
    let rows = statement.query_map(params![id, Millis(now)], |row| {
        let left: i64 = row.get(11)?;
        Ok((performance_at(row, 0)?, u64::try_from(left).unwrap_or(0)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One performance with its show and venue.
pub(super) fn performance(connection: &Connection, id: PerformanceId) -> Result<(Performance, Show, Venue), Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {SHOW_COLUMNS}, {PERFORMANCE_COLUMNS} FROM performance
             JOIN show ON show.id = performance.show_id JOIN venue ON venue.id = show.venue_id
             WHERE performance.id = ?1"
        ))?
        .query_row([id], |row| {
            let (show, venue) = show_and_venue(row)?;
            Ok((performance_at(row, SHOW_WIDTH)?, show, venue))
        })
        .optional()?
        .ok_or(Error::PerformanceNotFound(id))
}

fn show_and_venue(row: &Row<'_>) -> rusqlite::Result<(Show, Venue)> {
    let show = Show {
        id: row.get(0)?,
        venue: row.get(1)?,
        name: row.get(2)?,
        category: row.get(3)?,
        start_date: row.get::<_, DateText>(4)?.0,
        end_date: row.get::<_, DateText>(5)?.0,
        running_minutes: row.get(6)?,
        intermission_minutes: row.get(7)?,
        age_limit: row.get(8)?,
        total_seats: row.get(9)?,
        currency: row.get(10)?,
        max_seats_per_user: row.get(11)?,
        cancel_until_hours: row.get(12)?,
    };
    let venue =
        Venue { id: row.get(13)?, name: row.get(14)?, contact: row.get(15)?, address: row.get(16)?, url: row.get(17)? };
    Ok((show, venue))
}

fn performance_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Performance> {
    Ok(Performance {
        id: row.get(first)?,
        show: row.get(first + 1)?,
        date: row.get::<_, DateText>(first + 2)?.0,
        round: row.get(first + 3)?,
        start_time: row.get::<_, TimeText>(first + 4)?.0,
        starts_at: row.get::<_, Millis>(first + 5)?.0,
        sale_opens_at: row.get::<_, Option<Millis>>(first + 6)?.map(|m| m.0),
        sale_closes_at: row.get::<_, Millis>(first + 7)?.0,
        canceled_at: row.get::<_, Option<Millis>>(first + 8)?.map(|m| m.0),
        layout_version: row.get(first + 9)?,
        stage: row.get(first + 10)?,
    })
}

/// SQLite's integers are signed; a count that does not fit is "all of them".
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Those of these performances that are not there.
pub(super) fn unknown_performances(
    connection: &Connection,
    ids: &[PerformanceId],
) -> Result<Vec<PerformanceId>, Error> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM performance WHERE id = ?1")?;
    let mut unknown = Vec::new();
    for id in ids {
        if !statement.exists([id])? {
            unknown.push(*id);
        }
    }
    Ok(unknown)
}
