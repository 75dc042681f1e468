use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params};

use super::super::catalog;
use super::super::convert::{DateText, Millis, TimeText};
use super::super::prices::new_layout;
use super::super::writer::Transaction;
use crate::domain::{
    Change, Changed, NewPerformance, Obstacle, Performance, PerformanceEdit, PerformanceId, ShowId, limits,
};
use crate::error::Error;

/// Adds a performance with the seats of another one.
pub(crate) fn add(connection: &Transaction, new: &NewPerformance) -> Result<Changed<Performance>, Error> {
    let (show, _) = catalog::show(connection, new.show)?;
    let round = match new.round {
        Some(round) => round,
        None => next_round(connection, show.id, new.date)?,
    };
    let slot = Slot { show: show.id, date: new.date, round, start_time: new.start_time, but_for: None };
    if let Some(taken) = check_slot(connection, &slot)? {
        return Ok(Changed::InTheWay(vec![taken]));
    }
    check_count(connection, show.id)?;
    let seats_of = match new.seats_of {
        Some(id) => Some(model(connection, id, show.id)?),
        None => latest(connection, show.id)?,
    };
    let starts_at = instant(connection.time_zone(), new.date, new.start_time)?;
    let sale_closes_at = new.sale_closes_at.unwrap_or(starts_at);
    check_window(new.sale_opens_at, sale_closes_at)?;
    connection
        .prepare_cached(
            "INSERT INTO performance (show_id, date, round, start_time, starts_at, sale_opens_at, sale_closes_at, stage)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT stage FROM performance WHERE id = ?8))",
        )?
        .execute(params![
            show.id,
            DateText(new.date),
            round,
            TimeText(new.start_time),
            Millis(starts_at),
            new.sale_opens_at.map(Millis),
            Millis(sale_closes_at),
            seats_of
        ])?;
    let id = PerformanceId(connection.last_insert_rowid());
    if let Some(model) = seats_of {
        // Without their state: whatever is blocked there is on sale here.
        connection
            .prepare_cached(
                "INSERT INTO seat (performance_id, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y)
                 SELECT ?1, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y
                 FROM seat WHERE performance_id = ?2 ORDER BY ordinal",
            )?
            .execute(params![id, model])?;
    }
    follow_run(connection, show.id)?;
    let (after, ..) = catalog::performance(connection, id)?;
    Ok(Changed::Done(Change { before: None, after: Some(after) }))
}

/// Changes when a performance is, or when it is sold. What is sold and held stays so.
pub(crate) fn edit(
    connection: &Transaction,
    id: PerformanceId,
    edit: &PerformanceEdit,
) -> Result<Changed<Performance>, Error> {
    let (before, show, _) = catalog::performance(connection, id)?;
    if before.canceled_at.is_some() {
        return Ok(Changed::InTheWay(vec![Obstacle::Canceled(id)]));
    }
    let mut after = before.clone();
    after.date = edit.date.unwrap_or(before.date);
    after.round = edit.round.unwrap_or(before.round);
    after.start_time = edit.start_time.unwrap_or(before.start_time);
    after.starts_at = instant(connection.time_zone(), after.date, after.start_time)?;
    after.sale_opens_at = edit.sale_opens_at.unwrap_or(before.sale_opens_at);
    let closes_with_start = before.sale_closes_at == before.starts_at;
    after.sale_closes_at = match edit.sale_closes_at {
        Some(closes_at) => closes_at.unwrap_or(after.starts_at),
        None if closes_with_start => after.starts_at,
        None => before.sale_closes_at,
    };
    check_window(after.sale_opens_at, after.sale_closes_at)?;
    if after != before {
        let slot = Slot {
            show: show.id,
            date: after.date,
            round: after.round,
            start_time: after.start_time,
            but_for: Some(id),
        };
        if let Some(taken) = check_slot(connection, &slot)? {
            return Ok(Changed::InTheWay(vec![taken]));
        }
        connection
            .prepare_cached(
                "UPDATE performance SET date = ?2, round = ?3, start_time = ?4, starts_at = ?5, sale_opens_at = ?6,
                     sale_closes_at = ?7 WHERE id = ?1",
            )?
            .execute(params![
                id,
                DateText(after.date),
                after.round,
                TimeText(after.start_time),
                Millis(after.starts_at),
                after.sale_opens_at.map(Millis),
                Millis(after.sale_closes_at)
            ])?;
        new_layout(connection, id)?;
        follow_run(connection, show.id)?;
    }
    let (after, ..) = catalog::performance(connection, id)?;
    Ok(Changed::Done(Change { before: Some(before), after: Some(after) }))
}

/// A performance goes when nothing has happened in it.
pub(crate) fn delete(
    connection: &Transaction,
    id: PerformanceId,
    now: Timestamp,
) -> Result<Changed<Performance>, Error> {
    let (before, show, _) = catalog::performance(connection, id)?;
    let obstacles = obstacles(connection, id, now)?;
    if !obstacles.is_empty() {
        return Ok(Changed::InTheWay(obstacles));
    }
    for statement in [
        "DELETE FROM hold_seat WHERE performance_id = ?1",
        "DELETE FROM hold WHERE performance_id = ?1",
        "DELETE FROM seat WHERE performance_id = ?1",
        "DELETE FROM performance WHERE id = ?1",
    ] {
        connection.prepare_cached(statement)?.execute([id])?;
    }
    follow_run(connection, show.id)?;
    Ok(Changed::Done(Change { before: Some(before), after: None }))
}

fn obstacles(connection: &Connection, performance: PerformanceId, now: Timestamp) -> Result<Vec<Obstacle>, Error> {
    let count = |query: &str, values: &[&dyn ToSql]| -> Result<u64, Error> {
        Ok(connection.prepare_cached(query)?.query_row(values, |row| row.get(0))?)
    };
    let bookings = count("SELECT count(*) FROM booking WHERE performance_id = ?1", &[&performance])?;
    let tickets = count("SELECT count(*) FROM ticket WHERE performance_id = ?1 AND state = 'BOOKED'", &[&performance])?;
    let holds = count(
        "SELECT count(DISTINCT token) FROM hold_seat WHERE performance_id = ?1 AND expires_at > ?2",
        &[&performance, &Millis(now)],
    )?;
    let entries = count("SELECT count(*) FROM waitlist_entry WHERE performance_id = ?1", &[&performance])?;
    let seats = count(
        "SELECT count(*) FROM seat WHERE performance_id = ?1
           AND EXISTS (SELECT 1 FROM seat_history WHERE seat_id = seat.id)",
        &[&performance],
    )?;
    let mut obstacles = Vec::new();
    if bookings > 0 {
        obstacles.push(Obstacle::Bookings { performance, bookings, tickets });
    }
    if holds > 0 {
        obstacles.push(Obstacle::Holds { performance, holds });
    }
    if entries > 0 {
        obstacles.push(Obstacle::Waiters { performance, entries });
    }
    if seats > 0 && bookings == 0 {
        obstacles.push(Obstacle::SeatHistory { performance, seats });
    }
    Ok(obstacles)
}

/// First and last date of a show are those of its performances, and its size is that of the latest one.
fn follow_run(connection: &Transaction, show: ShowId) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE show SET start_date = run.first, end_date = run.last, total_seats = coalesce(
                 (SELECT count(*) FROM seat WHERE is_seat = 1 AND performance_id =
                     (SELECT id FROM performance WHERE show_id = ?1 ORDER BY date DESC, round DESC LIMIT 1)), 0)
             FROM (SELECT min(date) AS first, max(date) AS last FROM performance WHERE show_id = ?1) AS run
             WHERE show.id = ?1 AND run.first IS NOT NULL",
        )?
        .execute([show])?;
    Ok(())
}

/// When a performance is to be.
struct Slot {
    show: ShowId,
    date: Date,
    round: u32,
    start_time: Time,
    /// The performance that it is for, if it is there already.
    but_for: Option<PerformanceId>,
}

fn next_round(connection: &Connection, show: ShowId, date: Date) -> Result<u32, Error> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(round), 0) + 1 FROM performance WHERE show_id = ?1 AND date = ?2")?
        .query_row(params![show, DateText(date)], |row| row.get(0))?)
}

fn latest(connection: &Connection, show: ShowId) -> Result<Option<PerformanceId>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM performance WHERE show_id = ?1 ORDER BY date DESC, round DESC LIMIT 1")?
        .query_row([show], |row| row.get(0))
        .optional()?)
}

fn model(connection: &Connection, id: PerformanceId, show: ShowId) -> Result<PerformanceId, Error> {
    let (performance, ..) = catalog::performance(connection, id)?;
    if performance.show == show {
        return Ok(id);
    }
    let problem = format!("is performance {id} of show {}; allowed is one of show {show}", performance.show);
    Err(Error::Invalid { field: "seatsOf", problem: problem.into() })
}

/// A performance that is not cancelled and starts then, or has this round: there is none but `but_for`.
fn check_slot(connection: &Connection, wanted: &Slot) -> Result<Option<Obstacle>, Error> {
    limits::of("round", limits::number(wanted.round, &limits::ROUND))?;
    limits::of("startTime", limits::time(wanted.start_time))?;
    if let Some(taken) = taken(connection, wanted, ("round = ?4", &wanted.round))? {
        return Ok(Some(Obstacle::RoundTaken(taken)));
    }
    let same_start = ("start_time = ?4 AND canceled_at IS NULL", &TimeText(wanted.start_time) as _);
    Ok(taken(connection, wanted, same_start)?.map(Obstacle::StartTaken))
}

/// Another performance on that date that fulfils a condition about `?4`, which is this value.
fn taken(
    connection: &Connection,
    wanted: &Slot,
    (condition, value): (&str, &dyn ToSql),
) -> Result<Option<PerformanceId>, Error> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT id FROM performance WHERE show_id = ?1 AND date = ?2 AND id IS NOT ?3 AND {condition}"
        ))?
        .query_row(params![wanted.show, DateText(wanted.date), wanted.but_for, value], |row| row.get(0))
        .optional()?)
}

/// One more must be within what a show may have.
fn check_count(connection: &Connection, show: ShowId) -> Result<(), Error> {
    let count: usize = connection
        .prepare_cached("SELECT count(*) FROM performance WHERE show_id = ?1 AND canceled_at IS NULL")?
        .query_row([show], |row| row.get(0))?;
    if count < limits::PERFORMANCES_MAX {
        return Ok(());
    }
    let problem = format!("show {show} has {count}; allowed are {}", limits::PERFORMANCES_MAX);
    Err(Error::Invalid { field: "performances", problem: problem.into() })
}

fn check_window(opens_at: Option<Timestamp>, closes_at: Timestamp) -> Result<(), Error> {
    match opens_at {
        Some(opens_at) if opens_at >= closes_at => {
            let problem = format!("is {opens_at}; allowed is before the end of the sale, {closes_at}");
            Err(Error::Invalid { field: "saleOpensAt", problem: problem.into() })
        }
        _ => Ok(()),
    }
}

fn instant(time_zone: &TimeZone, date: Date, time: Time) -> Result<Timestamp, Error> {
    time_zone.to_timestamp(date.to_datetime(time)).map_err(|error| Error::Invalid {
        field: "startTime",
        problem: format!("{date} {time} is no time of this world: {error}").into(),
    })
}
