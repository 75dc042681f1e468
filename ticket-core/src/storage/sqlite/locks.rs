//! Locks of jobs that live in the database.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::Millis;
use super::fences;
use crate::domain::{Fence, later};
use crate::error::Error;
use crate::locks::LockState;

/// What becomes of a lock that is held.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LockEnd {
    /// It is held for this long from now, by another token.
    Extend { next: u128, by: Duration },
    /// It is free, but not before this moment.
    Release { rests_until: Timestamp },
}

/// Takes a free lock until `expires_at`, with the next fence.
pub(super) fn acquire(
    connection: &Connection,
    name: &str,
    (token, expires_at, ends_rest): (u128, Timestamp, bool),
    now: Timestamp,
) -> Result<Fence, Error> {
    // Looked at first, so that a refusal has written nothing.
    if let Some(LockState { until, is_resting }) = state(connection, name, now)?
        && !(is_resting && ends_rest)
    {
        return Err(Error::JobLocked { job: name.to_owned(), until, is_resting });
    }
    connection
        .prepare_cached(
            "INSERT INTO job_lock (name, token, expires_at, is_resting) VALUES (?1, ?2, ?3, 0)
             ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, is_resting = 0",
        )?
        .execute(params![name, token.to_be_bytes(), Millis(expires_at)])?;
    fences::next(connection, name)
}

/// Extends or releases a lock that is held by this token. Returns when it ends.
pub(super) fn end(
    connection: &Connection,
    name: &str,
    token: u128,
    end: LockEnd,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let (token_after, expires_at, is_resting) = match end {
        LockEnd::Extend { next, by } => (next, later(now, by), false),
        LockEnd::Release { rests_until } => (token, rests_until.max(now), true),
    };
    let changed = connection
        .prepare_cached(
            "UPDATE job_lock SET token = ?3, expires_at = ?4, is_resting = ?5
             WHERE name = ?1 AND token = ?2 AND expires_at > ?6 AND is_resting = 0",
        )?
        .execute(params![
            name,
            token.to_be_bytes(),
            token_after.to_be_bytes(),
            Millis(expires_at),
            is_resting,
            Millis(now)
        ])?;
    if changed == 1 { Ok(expires_at) } else { Err(Error::LockLost { job: name.to_owned() }) }
}

/// The lock, while it is held.
pub(super) fn state(connection: &Connection, name: &str, now: Timestamp) -> Result<Option<LockState>, Error> {
    Ok(connection
        .prepare_cached("SELECT expires_at, is_resting FROM job_lock WHERE name = ?1 AND expires_at > ?2")?
        .query_row(params![name, Millis(now)], |row| {
            Ok(LockState { until: row.get::<_, Millis>(0)?.0, is_resting: row.get(1)? })
        })
        .optional()?)
}
