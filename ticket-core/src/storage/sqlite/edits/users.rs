use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::accounts::NewAccount;
use super::super::convert::Millis;
use super::super::writer::Transaction;
use super::super::{accounts, outbox, waitlist};
use crate::domain::{Change, Changed, EntryId, Obstacle, User, UserEdit, UserFilter, UserId, WaitlistState};
use crate::error::Error;

/// The newest accounts that an admin asks for, each with when it joined.
pub(crate) fn list(connection: &Connection, filter: &UserFilter) -> Result<Vec<(User, Timestamp)>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, created_at FROM user
         WHERE deleted_at IS NULL AND (?1 IS NULL OR role = ?1)
           AND (?2 IS NULL OR instr(email_key, lower(?2)) > 0 OR instr(lower(name), lower(?2)) > 0)
         ORDER BY id DESC LIMIT ?3",
        accounts::USER_COLUMNS
    ))?;
    let users = statement.query_map(params![filter.role, filter.contains, filter.limit], |row| {
        Ok((accounts::user_at(row)?, row.get::<_, Millis>(5)?.0))
    })?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Makes an account.
pub(crate) fn add(connection: &Transaction, account: &NewAccount, now: Timestamp) -> Result<Changed<User>, Error> {
    let id = accounts::join(connection, account, now)?;
    Ok(Changed::Done(Change { before: None, after: Some(accounts::by_id(connection, id)?) }))
}

/// Changes an account; another password ends every session.
pub(crate) fn edit(
    connection: &Transaction,
    id: UserId,
    edit: &UserEdit,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<Changed<User>, Error> {
    let before = accounts::by_id(connection, id)?;
    let mut after = before.clone();
    after.name = edit.name.clone().unwrap_or(after.name);
    after.language = edit.language.unwrap_or(before.language);
    after.role = edit.role.unwrap_or(before.role);
    connection
        .prepare_cached("UPDATE user SET name = ?2, language = ?3, role = ?4 WHERE id = ?1")?
        .execute(params![id, after.name, after.language, after.role])?;
    if let Some(hash) = password_hash {
        connection.prepare_cached("UPDATE user SET password_hash = ?2 WHERE id = ?1")?.execute(params![id, hash])?;
    }
    // A token tells the role, so a session of another role must end too.
    if password_hash.is_some() || after.role != before.role {
        accounts::revoke_refresh_tokens(connection, id, now)?;
    }
    Ok(Changed::Done(Change { before: Some(before), after: Some(after) }))
}

/// Deletes an account that has no tickets for what is to come. What it was in the past stays, without its name.
pub(crate) fn delete(connection: &Transaction, id: UserId, now: Timestamp) -> Result<Changed<User>, Error> {
    let before = accounts::by_id(connection, id)?;
    let coming = coming_bookings(connection, id, now)?;
    if !coming.is_empty() {
        return Ok(Changed::InTheWay(coming));
    }
    for entry in live_entries(connection, id)? {
        let state = waitlist::state_of(connection, entry)?;
        let ended = if state == WaitlistState::Activation { WaitlistState::Declined } else { WaitlistState::Withdrawn };
        waitlist::end_by_id(connection, entry, ended, now)?;
    }
    outbox::give_up_all_of(connection, id, "the account was deleted", now)?;
    for statement in [
        "DELETE FROM refresh_token WHERE user_id = ?1",
        "DELETE FROM show_like WHERE user_id = ?1",
        "DELETE FROM idempotency WHERE user_id = ?1",
    ] {
        connection.prepare_cached(statement)?.execute([id])?;
    }
    connection
        .prepare_cached(
            "UPDATE user SET deleted_at = ?2, email = 'deleted-' || id || '@invalid',
                 email_key = 'deleted-' || id || '@invalid', name = '', password_hash = '!' WHERE id = ?1",
        )?
        .execute(params![id, Millis(now)])?;
    Ok(Changed::Done(Change { before: Some(before), after: None }))
}

fn coming_bookings(connection: &Connection, id: UserId, now: Timestamp) -> Result<Vec<Obstacle>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT booking.id, count(*) FROM booking JOIN performance ON performance.id = booking.performance_id
         JOIN ticket ON ticket.booking_id = booking.id AND ticket.state = 'BOOKED'
         WHERE booking.user_id = ?1 AND booking.state = 'BOOKED' AND performance.starts_at > ?2
         GROUP BY booking.id ORDER BY booking.id",
    )?;
    let coming = statement.query_map(params![id, Millis(now)], |row| {
        Ok(Obstacle::ComingBooking { booking: row.get(0)?, tickets: row.get(1)? })
    })?;
    Ok(coming.collect::<rusqlite::Result<_>>()?)
}

fn live_entries(connection: &Connection, id: UserId) -> Result<Vec<EntryId>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM waitlist_entry WHERE user_id = ?1 AND state IN ('WAITING', 'ACTIVATION')")?;
    let entries = statement.query_map([id], |row| row.get(0))?;
    Ok(entries.collect::<rusqlite::Result<_>>()?)
}
