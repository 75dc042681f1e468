//! Idempotency keys and the answers that are kept under them.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::PRUNED_MAX;
use super::convert::Millis;
use super::error::violates_unique;
use crate::domain::{IdempotencyKey, UserId};
use crate::error::Error;

/// The answer to a request that has succeeded. It is kept as it was given, and given again as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// What the body is.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl KeptAnswer {
    /// The answer 200 with this value as JSON.
    ///
    /// ```
    /// use ticket_core::KeptAnswer;
    ///
    /// assert_eq!(KeptAnswer::json(&[1, 2])?.body, b"[1,2]");
    /// # Ok::<(), ticket_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `G_500` when the value cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(value)
            .map_err(|error| Error::Internal { reason: format!("an answer cannot be written: {error}") })?;
        Ok(Self { status: 200, content_type: "application/json".to_owned(), body })
    }
}

/// What a key is used for: a user may use the same one in several places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyScope {
    pub(crate) user: UserId,
    /// What is done with it, such as `POST /api/bookings`.
    pub(crate) route: String,
    pub(crate) key: IdempotencyKey,
}

/// A key with the request that carries it.
#[derive(Debug, Clone)]
pub(crate) struct KeyUse {
    pub(crate) scope: KeyScope,
    /// SHA-256 of what is asked for.
    pub(crate) request: [u8; 32],
}

/// How a write answers, and whether its answer is kept.
pub(crate) trait Ending<T>: Send + 'static {
    type Answer: Send + 'static;

    /// Does the work inside the transaction that it is in.
    fn write(
        &self,
        connection: &Connection,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Self::Answer, Error>;
}

/// Answers with what was written, and keeps nothing.
pub(crate) struct Unkeyed;

impl<T: Send + 'static> Ending<T> for Unkeyed {
    type Answer = T;

    fn write(&self, _: &Connection, _: Timestamp, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        work()
    }
}

/// Works once per key: keeps the answer that `answer` makes of what was written, or finds the one that was kept before.
pub(crate) struct Keyed<F> {
    pub(crate) used: Arc<KeyUse>,
    pub(crate) answer: F,
}

impl<T, F> Ending<T> for Keyed<F>
where
    F: Fn(&T) -> Result<KeptAnswer, Error> + Send + 'static,
{
    type Answer = KeptAnswer;

    fn write(
        &self,
        connection: &Connection,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<KeptAnswer, Error> {
        let Some(row) = begin(connection, &self.used, now)? else {
            let unfinished = || Error::Internal { reason: "an idempotency key without an answer".into() };
            return find(connection, &self.used)?.ok_or_else(unfinished);
        };
        let answer = (self.answer)(&work()?)?;
        finish(connection, row, &answer)?;
        Ok(answer)
    }
}

/// The answer that is kept for this use of a key; an error when the key was used for another request.
pub(super) fn find(connection: &Connection, used: &KeyUse) -> Result<Option<KeptAnswer>, Error> {
    let KeyScope { user, route, key } = &used.scope;
    let found = connection
        .prepare_cached(
            "SELECT request, status, content_type, body FROM idempotency
             WHERE user_id = ?1 AND route = ?2 AND key = ?3",
        )?
        .query_row(params![user, route, key.as_str()], |row| {
            let answer = KeptAnswer { status: row.get(1)?, content_type: row.get(2)?, body: row.get(3)? };
            Ok((row.get::<_, [u8; 32]>(0)?, answer))
        })
        .optional()?;
    match found {
        Some((request, _)) if request != used.request => Err(Error::KeyReused),
        found => Ok(found.map(|(_, answer)| answer)),
    }
}

/// Forgets some answers that are older than `before`. Returns how many.
pub(super) fn prune(connection: &Connection, before: Timestamp) -> Result<u64, Error> {
    let pruned = connection
        .prepare_cached(
            "DELETE FROM idempotency WHERE id IN
                 (SELECT id FROM idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
        )?
        .execute(params![Millis(before), PRUNED_MAX])?;
    Ok(pruned as u64)
}

/// Takes the key, unless it is taken: that is what the unique index is asked.
fn begin(connection: &Connection, used: &KeyUse, now: Timestamp) -> Result<Option<i64>, Error> {
    let KeyScope { user, route, key } = &used.scope;
    let inserted = connection
        .prepare_cached(
            "INSERT INTO idempotency (user_id, route, key, request, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![user, route, key.as_str(), used.request, Millis(now)]);
    match inserted {
        Ok(_) => Ok(Some(connection.last_insert_rowid())),
        Err(error) if violates_unique(&error, "idempotency.key") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn finish(connection: &Connection, row: i64, answer: &KeptAnswer) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE idempotency SET status = ?2, content_type = ?3, body = ?4 WHERE id = ?1")?
        .execute(params![row, answer.status, answer.content_type, answer.body])?;
    Ok(())
}
