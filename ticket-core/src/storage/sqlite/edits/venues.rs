use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::super::prices::new_layout;
use super::super::writer::Transaction;
use crate::domain::{Change, Changed, Obstacle, PerformanceId, Venue, VenueEdit, VenueId, VenuePlan};
use crate::error::Error;

/// Every venue, by id.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Venue>, Error> {
    let mut statement = connection.prepare_cached("SELECT id, name, contact, address, url FROM venue ORDER BY id")?;
    let venues = statement.query_map([], venue_at)?;
    Ok(venues.collect::<rusqlite::Result<_>>()?)
}

/// One venue.
pub(crate) fn by_id(connection: &Connection, id: VenueId) -> Result<Venue, Error> {
    connection
        .prepare_cached("SELECT id, name, contact, address, url FROM venue WHERE id = ?1")?
        .query_row([id], venue_at)
        .optional()?
        .ok_or(Error::VenueNotFound(id))
}

pub(crate) fn add(connection: &Transaction, venue: &VenuePlan) -> Result<Changed<Venue>, Error> {
    let mut venue = venue.clone();
    venue.check_values()?;
    if is_taken(connection, &venue.name, VenueId(0))? {
        return Ok(Changed::InTheWay(vec![Obstacle::NameTaken(venue.name)]));
    }
    connection
        .prepare_cached("INSERT INTO venue (name, contact, address, url) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![venue.name, venue.contact, venue.address, venue.url])?;
    let after = by_id(connection, VenueId(connection.last_insert_rowid()))?;
    Ok(Changed::Done(Change { before: None, after: Some(after) }))
}

pub(crate) fn edit(connection: &Transaction, id: VenueId, edit: &VenueEdit) -> Result<Changed<Venue>, Error> {
    let before = by_id(connection, id)?;
    let mut after = before.clone();
    let VenueEdit { name, contact, address, url } = edit.clone();
    after.name = name.unwrap_or(after.name);
    after.contact = contact.unwrap_or(after.contact);
    after.address = address.unwrap_or(after.address);
    after.url = url.unwrap_or(after.url);
    if after != before {
        after.check_values()?;
    }
    if is_taken(connection, &after.name, id)? {
        return Ok(Changed::InTheWay(vec![Obstacle::NameTaken(after.name)]));
    }
    if after != before {
        connection
            .prepare_cached("UPDATE venue SET name = ?2, contact = ?3, address = ?4, url = ?5 WHERE id = ?1")?
            .execute(params![id, after.name, after.contact, after.address, after.url])?;
        // Layouts tell its name.
        for performance in performances_at(connection, id)? {
            new_layout(connection, performance)?;
        }
    }
    Ok(Changed::Done(Change { before: Some(before), after: Some(after) }))
}

/// A venue goes when nothing plays there.
pub(crate) fn delete(connection: &Transaction, id: VenueId) -> Result<Changed<Venue>, Error> {
    let before = by_id(connection, id)?;
    let shows: u64 = connection
        .prepare_cached("SELECT count(*) FROM show WHERE venue_id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if shows > 0 {
        return Ok(Changed::InTheWay(vec![Obstacle::Shows(shows)]));
    }
    connection.prepare_cached("DELETE FROM venue WHERE id = ?1")?.execute([id])?;
    Ok(Changed::Done(Change { before: Some(before), after: None }))
}

fn is_taken(connection: &Connection, name: &str, but_for: VenueId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM venue WHERE name = ?1 AND id <> ?2)")?
        .query_row(params![name, but_for], |row| row.get(0))?)
}

fn performances_at(connection: &Connection, id: VenueId) -> Result<Vec<PerformanceId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT performance.id FROM performance JOIN show ON show.id = performance.show_id WHERE show.venue_id = ?1",
    )?;
    let performances = statement.query_map([id], |row| row.get(0))?;
    Ok(performances.collect::<rusqlite::Result<_>>()?)
}

fn venue_at(row: &Row<'_>) -> rusqlite::Result<Venue> {
    Ok(Venue { id: row.get(0)?, name: row.get(1)?, contact: row.get(2)?, address: row.get(3)?, url: row.get(4)? })
}
