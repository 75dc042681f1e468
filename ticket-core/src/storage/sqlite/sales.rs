//! What was sold when, and the rankings that are made of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::{DateText, Millis};
use super::writer::Transaction;
use crate::audit::Finding;
use crate::domain::{Category, RankedShow, Ranking, RankingWindow, ShowId, local_day};
use crate::error::Error;

/// Counts so many tickets more, or fewer, of a show on the day of their sale.
pub(super) fn count(connection: &Transaction, show: ShowId, sold_at: Timestamp, tickets: i64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO sale_day (day, show_id, tickets) VALUES (?1, ?2, ?3)
             ON CONFLICT (day, show_id) DO UPDATE SET tickets = tickets + excluded.tickets",
        )?
        .execute(params![DateText(connection.day_of(sold_at)), show, tickets])?;
    Ok(())
}

/// Counts the tickets of a window. Reads at most a row per day and show.
pub(super) fn ranking(connection: &Connection, category: Category, window: RankingWindow) -> Result<Ranking, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT show.id, show.name, venue.name, show.start_date, show.end_date, sold.tickets
         FROM (SELECT show_id, sum(tickets) AS tickets FROM sale_day WHERE day BETWEEN ?1 AND ?2
               GROUP BY show_id HAVING sum(tickets) > 0) AS sold
         CROSS JOIN show ON show.id = sold.show_id JOIN venue ON venue.id = show.venue_id
         WHERE show.category = ?3 ORDER BY sold.tickets DESC, show.id",
    )?;
    let shows =
        statement.query_map(params![DateText(window.first_day), DateText(window.last_day), category], |row| {
            Ok(RankedShow {
                show: row.get(0)?,
                name: row.get(1)?,
                venue_name: row.get(2)?,
                start_date: row.get::<_, DateText>(3)?.0,
                end_date: row.get::<_, DateText>(4)?.0,
                tickets: row.get(5)?,
            })
        })?;
    Ok(Ranking { window, shows: shows.collect::<rusqlite::Result<_>>()? })
}

/// A day on which another number of tickets of a show was counted than there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaleDay {
    show: ShowId,
    day: String,
    /// Those that are valid.
    pub(super) tickets: i64,
    counted: i64,
}

impl SaleDay {
    pub(super) fn problem(&self) -> String {
        let Self { show, day, tickets, counted } = self;
        format!("show {show} has {tickets} valid tickets that were sold on {day}; counted were {counted}")
    }
}

/// Where the sum over tickets differs from what was counted with every sale.
pub(super) fn findings(connection: &Connection, time_zone: &TimeZone) -> Result<Vec<Finding>, Error> {
    let days = miscounted(connection, time_zone)?;
    Ok(days.iter().map(|day| Finding { invariant: 16, text: day.problem() }).collect())
}

/// The same as values, by show and day.
pub(super) fn miscounted(connection: &Connection, time_zone: &TimeZone) -> Result<Vec<SaleDay>, Error> {
    add_local_day(connection, time_zone)?;
    let mut statement = connection.prepare(
        "WITH counted AS (
             SELECT local_day(booking.booked_at) AS day, performance.show_id, count(*) AS tickets
             FROM ticket JOIN booking ON booking.id = ticket.booking_id
             JOIN performance ON performance.id = booking.performance_id
             WHERE ticket.state = 'BOOKED' GROUP BY 1, 2)
         SELECT coalesce(counted.show_id, sale_day.show_id), coalesce(counted.day, sale_day.day),
                coalesce(counted.tickets, 0), coalesce(sale_day.tickets, 0)
         FROM counted FULL JOIN sale_day ON sale_day.day = counted.day AND sale_day.show_id = counted.show_id
         WHERE coalesce(counted.tickets, 0) <> coalesce(sale_day.tickets, 0) ORDER BY 1, 2",
    )?;
    let days = statement.query_map([], |row| {
        Ok(SaleDay { show: row.get(0)?, day: row.get(1)?, tickets: row.get(2)?, counted: row.get(3)? })
    })?;
    Ok(days.collect::<rusqlite::Result<_>>()?)
}

/// Counts what there is.
pub(super) fn correct(connection: &Connection, day: &SaleDay) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO sale_day (day, show_id, tickets) VALUES (?1, ?2, ?3)
             ON CONFLICT (day, show_id) DO UPDATE SET tickets = excluded.tickets",
        )?
        .execute(params![day.day, day.show, day.tickets])?;
    Ok(())
}

/// What may have been counted of each show of a category, from its tickets and the history of their seats: least and
/// most. Sales and cancellations between `early` and `late` may have been seen or not.
pub(super) fn recount(
    connection: &Connection,
    category: Category,
    window: RankingWindow,
    (early, late): (Timestamp, Timestamp),
) -> Result<Vec<(ShowId, u64, u64)>, Error> {
    // A ticket counts at an instant if it was sold by then and not cancelled by then.
    let mut statement = connection.prepare(
        "WITH sold AS (
             SELECT performance.show_id, booking.booked_at AS at, CASE ticket.state WHEN 'CANCELED' THEN
                 (SELECT min(seat_history.at) FROM seat_history
                  WHERE seat_history.seat_id = ticket.seat_id AND seat_history.booking_id = ticket.booking_id
                    AND seat_history.state = 'CANCELED') END AS canceled_at
             FROM booking JOIN ticket ON ticket.booking_id = booking.id
             JOIN performance ON performance.id = booking.performance_id
             JOIN show ON show.id = performance.show_id
             WHERE booking.booked_at BETWEEN ?1 AND ?3 AND show.category = ?4)
         SELECT show_id, count(*) FILTER (WHERE at <= ?2 AND (canceled_at IS NULL OR canceled_at > ?3)),
                count(*) FILTER (WHERE canceled_at IS NULL OR canceled_at > ?2)
         FROM sold GROUP BY show_id",
    )?;
    let rows = statement.query_map(params![Millis(window.start), Millis(early), Millis(late), category], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The value under a key that has not run out.
pub(super) fn cached(connection: &Connection, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Error> {
    Ok(connection
        .prepare_cached("SELECT value FROM ranking_cache WHERE key = ?1 AND expires_at > ?2")?
        .query_row(params![key, Millis(now)], |row| row.get(0))
        .optional()?)
}

/// Keeps a value under a key from the one instant until the other, and drops what has run out.
pub(super) fn cache(
    connection: &Connection,
    key: &str,
    value: &[u8],
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), Error> {
    connection.prepare_cached("DELETE FROM ranking_cache WHERE expires_at <= ?1")?.execute([Millis(now)])?;
    connection
        .prepare_cached(
            "INSERT INTO ranking_cache (key, value, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
        )?
        .execute(params![key, value, Millis(expires_at)])?;
    Ok(())
}

/// Lets statements of this connection ask for the business day of an instant in milliseconds: `local_day(1798848000000)`.
pub(super) fn add_local_day(connection: &Connection, time_zone: &TimeZone) -> rusqlite::Result<()> {
    let time_zone = time_zone.clone();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("local_day", 1, flags, move |context| {
        let Millis(at) = context.get(0)?;
        Ok(local_day(at, &time_zone).to_string())
    })
}
