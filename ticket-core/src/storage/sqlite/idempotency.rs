//! Idempotency keys and the answers that are kept under them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::PRUNED_MAX;
use super::convert::Millis;
use super::error::violates_unique;
use crate::domain::{IdempotencyKey, UserId};
use crate::error::Error;

/// How long the answer to a request with an idempotency key is kept.
pub(crate) const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The answer to a request that has succeeded. It is kept as it was given, and given again as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// What the body is; empty when there is none.
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

    /// The answer 204, without a body.
    #[must_use]
    pub fn empty() -> Self {
        Self { status: 204, content_type: String::new(), body: Vec::new() }
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

/// Works once per key: keeps the answer that `answer` makes of what was written. Refuses when there is one already, which
/// the caller then finds.
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
        let answer = (self.answer)(&work()?)?;
        keep(connection, &self.used, &answer, now)?;
        Ok(answer)
    }
}

/// The answer that is kept for this use of a key; an error when the key was used for another request. Of a hold, only the
/// request is known.
pub(super) fn find(connection: &Connection, used: &KeyUse) -> Result<Option<KeptAnswer>, Error> {
    let KeyScope { user, route, key } = &used.scope;
    let found = connection
        .prepare_cached(
            "SELECT request, status, content_type, body FROM idempotency
             WHERE user_id = ?1 AND route = ?2 AND key = ?3",
        )?
        .query_row(params![user, route, key.as_str()], |row| {
            let status: Option<u16> = row.get(1)?;
            let answer = match status {
                Some(status) => Some(KeptAnswer { status, content_type: row.get(2)?, body: row.get(3)? }),
                None => None,
            };
            Ok((row.get::<_, [u8; 32]>(0)?, answer))
        })
        .optional()?;
    match found {
        Some((request, _)) if request != used.request => Err(Error::KeyReused),
        found => Ok(found.and_then(|(_, answer)| answer)),
    }
}

/// Notes what is asked for with a key that names a hold, without an answer: the hold itself is found again. Refuses
/// when it is another request than before. As what [`keep`] does, it comes last.
pub(super) fn note(connection: &Connection, used: &KeyUse, now: Timestamp) -> Result<(), Error> {
    let KeyScope { user, route, key } = &used.scope;
    let noted = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO idempotency (user_id, route, key, request, content_type, created_at)
             VALUES (?1, ?2, ?3, ?4, 'hold', ?5)",
        )?
        .execute(params![user, route, key.as_str(), used.request, Millis(now)])?;
    if noted == 0 { find(connection, used).map(drop) } else { Ok(()) }
}

/// Whether there is such a note.
pub(super) fn is_noted(connection: &Connection, used: &KeyUse) -> Result<bool, Error> {
    let KeyScope { user, route, key } = &used.scope;
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM idempotency
             WHERE user_id = ?1 AND route = ?2 AND key = ?3 AND request = ?4 AND status IS NULL",
        )?
        .exists(params![user, route, key.as_str(), used.request])?)
}

/// Forgets such a note.
pub(super) fn forget(connection: &Connection, used: &KeyUse) -> Result<(), Error> {
    let KeyScope { user, route, key } = &used.scope;
    connection
        .prepare_cached(
            "DELETE FROM idempotency WHERE user_id = ?1 AND route = ?2 AND key = ?3 AND request = ?4 AND status IS NULL",
        )?
        .execute(params![user, route, key.as_str(), used.request])?;
    Ok(())
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

/// Keeps the answer. It is the last insert of the transaction, so that a refusal has written nothing; the unique index is
/// asked who was first.
pub(super) fn keep(connection: &Connection, used: &KeyUse, answer: &KeptAnswer, now: Timestamp) -> Result<(), Error> {
    let KeyScope { user, route, key } = &used.scope;
    let kept = connection
        .prepare_cached(
            "INSERT INTO idempotency (user_id, route, key, request, status, content_type, body, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            user,
            route,
            key.as_str(),
            used.request,
            answer.status,
            answer.content_type,
            answer.body,
            Millis(now)
        ]);
    match kept {
        Err(error) if violates_unique(&error, "idempotency.key") => Err(Error::StillRunning),
        kept => Ok(kept.map(drop)?),
    }
}
