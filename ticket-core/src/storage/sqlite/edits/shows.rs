use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::catalog;
use super::super::convert::DateText;
use super::super::prices::new_layout;
use super::super::writer::Transaction;
use super::{performances, venues};
use crate::domain::{Change, Changed, NewShow, Obstacle, PerformanceId, Show, ShowEdit, ShowId, VenueId};
use crate::error::Error;

pub(crate) fn add(connection: &Transaction, show: &NewShow) -> Result<Changed<Show>, Error> {
    let venue = venues::by_id(connection, show.venue)?;
    let mut show = show.clone();
    show.check_values()?;
    let name = &show.name;
    let (first, last) = show.run;
    if first > last {
        let problem = format!("is {last}, before the first date, {first}");
        return Err(Error::Invalid { field: "endDate", problem: problem.into() });
    }
    if is_taken(connection, venue.id, name, ShowId(0))? {
        return Ok(Changed::InTheWay(vec![Obstacle::NameTaken(show.name)]));
    }
    connection
        .prepare_cached(
            "INSERT INTO show (venue_id, name, category, start_date, end_date, running_minutes, intermission_minutes,
                 age_limit, total_seats, currency, max_seats_per_user, cancel_until_hours)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11)",
        )?
        .execute(params![
            venue.id,
            name,
            show.category,
            DateText(first),
            DateText(last),
            show.running_minutes,
            show.intermission_minutes,
            show.age_limit,
            show.currency,
            show.max_seats_per_user,
            show.cancel_until_hours
        ])?;
    let (after, _) = catalog::show(connection, ShowId(connection.last_insert_rowid()))?;
    Ok(Changed::Done(Change { before: None, after: Some(after) }))
}

pub(crate) fn edit(connection: &Transaction, id: ShowId, edit: &ShowEdit) -> Result<Changed<Show>, Error> {
    let (before, _) = catalog::show(connection, id)?;
    let mut after = before.clone();
    after.name = edit.name.clone().unwrap_or(after.name);
    after.category = edit.category.unwrap_or(before.category);
    after.running_minutes = edit.running_minutes.unwrap_or(before.running_minutes);
    after.intermission_minutes = edit.intermission_minutes.unwrap_or(before.intermission_minutes);
    after.age_limit = edit.age_limit.clone().unwrap_or(after.age_limit);
    after.max_seats_per_user = edit.max_seats_per_user.unwrap_or(before.max_seats_per_user);
    after.cancel_until_hours = edit.cancel_until_hours.unwrap_or(before.cancel_until_hours);
    if after != before {
        after.check_values()?;
    }
    let mut obstacles = over_limit(connection, id, after.max_seats_per_user)?;
    if is_taken(connection, before.venue, &after.name, id)? {
        obstacles.push(Obstacle::NameTaken(after.name.clone()));
    }
    if !obstacles.is_empty() {
        return Ok(Changed::InTheWay(obstacles));
    }
    if after != before {
        connection
            .prepare_cached(
                "UPDATE show SET name = ?2, category = ?3, running_minutes = ?4, intermission_minutes = ?5,
                     age_limit = ?6, max_seats_per_user = ?7, cancel_until_hours = ?8 WHERE id = ?1",
            )?
            .execute(params![
                id,
                after.name,
                after.category,
                after.running_minutes,
                after.intermission_minutes,
                after.age_limit,
                after.max_seats_per_user,
                after.cancel_until_hours
            ])?;
        for performance in performances_of(connection, id)? {
            new_layout(connection, performance)?;
        }
    }
    Ok(Changed::Done(Change { before: Some(before), after: Some(after) }))
}

/// A show goes with its performances, when each of them can go.
pub(crate) fn delete(connection: &Transaction, id: ShowId, now: Timestamp) -> Result<Changed<Show>, Error> {
    let (before, _) = catalog::show(connection, id)?;
    let mut obstacles = Vec::new();
    for performance in performances_of(connection, id)? {
        match performances::delete(connection, performance, now)? {
            Changed::Done(_) => {}
            Changed::InTheWay(more) => obstacles.extend(more),
        }
    }
    if !obstacles.is_empty() {
        return Ok(Changed::InTheWay(obstacles));
    }
    for statement in [
        "DELETE FROM show_like WHERE show_id = ?1",
        "DELETE FROM sale_day WHERE show_id = ?1",
        "DELETE FROM show WHERE id = ?1",
    ] {
        connection.prepare_cached(statement)?.execute([id])?;
    }
    Ok(Changed::Done(Change { before: Some(before), after: None }))
}

/// Those who have more of a performance, booked and offered, than they could have any more.
fn over_limit(connection: &Connection, show: ShowId, limit: u32) -> Result<Vec<Obstacle>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT performance_id, count(*), max(seats) FROM (
             SELECT performance_id, user_id, count(*) AS seats FROM (
                 SELECT ticket.performance_id, ticket.user_id FROM ticket
                 JOIN performance ON performance.id = ticket.performance_id
                 WHERE ticket.state = 'BOOKED' AND performance.show_id = ?1
                 UNION ALL
                 SELECT entry.performance_id, entry.user_id FROM waitlist_entry AS entry
                 JOIN performance ON performance.id = entry.performance_id
                 JOIN waitlist_seat ON waitlist_seat.entry_id = entry.id AND waitlist_seat.status = 'OFFERED'
                 WHERE entry.state = 'ACTIVATION' AND performance.show_id = ?1)
             GROUP BY performance_id, user_id HAVING count(*) > ?2)
         GROUP BY performance_id ORDER BY performance_id",
    )?;
    let over = statement.query_map(params![show, limit], |row| {
        Ok(Obstacle::OverLimit { performance: row.get(0)?, users: row.get(1)?, seats: row.get(2)? })
    })?;
    Ok(over.collect::<rusqlite::Result<_>>()?)
}

fn is_taken(connection: &Connection, venue: VenueId, name: &str, but_for: ShowId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM show WHERE venue_id = ?1 AND name = ?2 AND id <> ?3)")?
        .query_row(params![venue, name, but_for], |row| row.get(0))?)
}

fn performances_of(connection: &Connection, id: ShowId) -> Result<Vec<PerformanceId>, Error> {
    let mut statement = connection.prepare_cached("SELECT id FROM performance WHERE show_id = ?1 ORDER BY id")?;
    let performances = statement.query_map([id], |row| row.get(0))?;
    Ok(performances.collect::<rusqlite::Result<_>>()?)
}
