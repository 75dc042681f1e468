//! Which users like which shows.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::catalog::{self, signed};
use super::convert::Millis;
use crate::domain::{Show, ShowId, UserId, Venue};
use crate::error::Error;

/// Makes a show liked by a user, or not. Returns how many like it then; again, it changes nothing.
pub(super) fn set(
    connection: &Connection,
    user: UserId,
    show: ShowId,
    liked: bool,
    now: Timestamp,
) -> Result<u64, Error> {
    catalog::show(connection, show)?;
    if liked {
        connection
            .prepare_cached(
                "INSERT INTO show_like (user_id, show_id, liked_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![user, show, Millis(now)])?;
    } else {
        connection
            .prepare_cached("DELETE FROM show_like WHERE user_id = ?1 AND show_id = ?2")?
            .execute(params![user, show])?;
    }
    count(connection, show)
}

/// How many users like a show; none like one that is not there.
pub(super) fn count(connection: &Connection, show: ShowId) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM show_like WHERE show_id = ?1")?;
    Ok(statement.query_row([show], |row| row.get(0))?)
}

/// A page of the shows that a user likes, the last liked first, and how many there are in all.
pub(super) fn of_user(
    connection: &Connection,
    user: UserId,
    (offset, limit): (u64, u64),
) -> Result<(Vec<(Show, Venue)>, u64), Error> {
    let total = connection
        .prepare_cached("SELECT count(*) FROM show_like WHERE user_id = ?1")?
        .query_row([user], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT show_id FROM show_like WHERE user_id = ?1 ORDER BY liked_at DESC, show_id DESC LIMIT ?2 OFFSET ?3",
    )?;
    let page: Vec<ShowId> = statement
        .query_map(params![user, signed(limit), signed(offset)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let shows = page.into_iter().map(|id| catalog::show(connection, id)).collect::<Result<_, _>>()?;
    Ok((shows, total))
}
