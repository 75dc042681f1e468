//! Mail to be sent, committed with what it tells of.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::Millis;
use crate::domain::{BookingId, EntryId, MailId, MailKind, MailState, TicketId, UserId, later};
use crate::error::Error;

/// For how long a mail is tried.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Where a mail stands, as a column.
const STATE: &str =
    "CASE WHEN sent_at IS NOT NULL THEN 'SENT' WHEN given_up_at IS NOT NULL THEN 'GIVEN_UP' ELSE 'PENDING' END";

/// What a mail tells its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News<'a> {
    /// He has bought these tickets.
    Booked(BookingId),
    /// These tickets of his were cancelled, as he has asked.
    Canceled(BookingId, &'a [TicketId]),
    /// These tickets of his were cancelled by the organiser.
    Revoked(BookingId, &'a [TicketId]),
    /// These tickets of his were cancelled with their performance.
    PerformanceCanceled(BookingId, &'a [TicketId]),
    /// A ticket of his is for another seat now, by this row of `ticket_move`.
    Moved(BookingId, i64),
    /// Seats are offered to this entry of his.
    Offered(EntryId),
}

/// A mail that one sender has for himself, for some time.
#[derive(Debug, Clone)]
pub(crate) struct LeasedMail {
    pub(crate) id: MailId,
    pub(crate) user: UserId,
    pub(crate) subject: MailSubject,
    pub(crate) created_at: Timestamp,
    /// An attempt that fails after this was the last.
    pub(crate) give_up_after: Timestamp,
    /// How many times it was tried, with this time.
    pub(crate) attempts: u32,
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailSubject {
    /// A booking.
    Booked(BookingId),
    /// Tickets of a booking that were cancelled.
    Canceled(BookingId, Vec<TicketId>, CanceledBy),
    /// A ticket of a booking that was moved to another seat, by this row of `ticket_move`.
    Moved(BookingId, i64),
    /// Seats that are offered to a waitlist entry.
    Offered(EntryId),
}

/// Why tickets were cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CanceledBy {
    /// Their buyer has asked for it.
    Buyer,
    /// The organiser wanted it so.
    Organiser,
    /// The performance was cancelled.
    Performance,
}

/// Who sends, and until when he has his mails for himself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MailLease {
    /// Random.
    pub(crate) token: u128,
    pub(crate) ends_at: Timestamp,
}

/// What has become of an attempt.
#[derive(Debug, Clone)]
pub(crate) enum MailOutcome {
    Sent,
    /// It is tried again then.
    Failed {
        error: String,
        next_attempt_at: Timestamp,
    },
    GivenUp {
        error: String,
    },
}

/// Which mails an admin wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFilter {
    /// Only those that stand so.
    pub state: Option<MailState>,
    /// At most this many, the newest.
    pub limit: u32,
}

impl Default for MailFilter {
    /// The newest 100 of all.
    fn default() -> Self {
        Self { state: None, limit: 100 }
    }
}

/// A mail in an admin's list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailRow {
    /// The mail.
    pub id: MailId,
    /// What it tells.
    pub kind: MailKind,
    /// Its user's email.
    pub email: String,
    /// The booking that it tells of, if it is about one.
    pub booking: Option<BookingId>,
    /// Where it stands.
    pub state: MailState,
    /// When what it tells of happened.
    pub created_at: Timestamp,
    /// How many times it was tried.
    pub attempts: u32,
    /// When it is tried next, while it is pending. While it is being sent, when it is tried again if nothing is heard of it.
    pub next_attempt_at: Option<Timestamp>,
    /// When the mailer took it.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub given_up_at: Option<Timestamp>,
    /// Why it was not sent the last time.
    pub last_error: Option<String>,
}

/// Queues one mail, as part of the transaction that it is in.
pub(super) fn enqueue(connection: &Connection, user: UserId, news: &News<'_>, now: Timestamp) -> Result<(), Error> {
    let (kind, booking, tickets, of_move, entry) = match *news {
        News::Booked(booking) => (MailKind::Booked, Some(booking), None, None, None),
        News::Canceled(booking, tickets) => (MailKind::Canceled, Some(booking), Some(tickets), None, None),
        News::Revoked(booking, tickets) => (MailKind::Revoked, Some(booking), Some(tickets), None, None),
        News::PerformanceCanceled(booking, tickets) => {
            (MailKind::PerformanceCanceled, Some(booking), Some(tickets), None, None)
        }
        News::Moved(booking, of_move) => (MailKind::Moved, Some(booking), None, Some(of_move), None),
        News::Offered(entry) => (MailKind::Offered, None, None, None, Some(entry)),
    };
    let tickets = tickets.map(as_json).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO outbox (kind, user_id, booking_id, tickets, move_id, entry_id, created_at, next_attempt_at,
                 give_up_after)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
        )?
        .execute(params![kind, user, booking, tickets, of_move, entry, Millis(now), Millis(tried_until(now))])?;
    Ok(())
}

fn as_json(tickets: &[TicketId]) -> Result<String, Error> {
    serde_json::to_string(tickets).map_err(|error| Error::Internal { reason: format!("ticket ids as JSON: {error}") })
}

/// Leases mails that are due, those that have waited longest first.
pub(super) fn claim(
    connection: &Connection,
    lease: MailLease,
    mails_max: u32,
    now: Timestamp,
) -> Result<Vec<LeasedMail>, Error> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET lease = ?1, next_attempt_at = ?2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM outbox WHERE next_attempt_at <= ?3 ORDER BY next_attempt_at, id LIMIT ?4)
         RETURNING id, user_id, created_at, give_up_after, attempts, kind, booking_id, tickets, entry_id, move_id",
    )?;
    let mut mails = statement
        .query_map(params![token(lease), Millis(lease.ends_at), Millis(now), mails_max], leased_at)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    mails.sort_unstable_by_key(|mail| mail.id);
    Ok(mails)
}

/// Records what has become of a leased mail. False when the lease was over and somebody else has it by now.
pub(super) fn settle(
    connection: &Connection,
    (id, lease): (MailId, MailLease),
    outcome: &MailOutcome,
    now: Timestamp,
) -> Result<bool, Error> {
    let (sent_at, given_up_at, next_attempt_at, error) = match outcome {
        MailOutcome::Sent => (Some(Millis(now)), None, None, None),
        MailOutcome::Failed { error, next_attempt_at } => (None, None, Some(Millis(*next_attempt_at)), Some(error)),
        MailOutcome::GivenUp { error } => (None, Some(Millis(now)), None, Some(error)),
    };
    let settled = connection
        .prepare_cached(
            "UPDATE outbox SET lease = NULL, sent_at = ?3, given_up_at = ?4, next_attempt_at = ?5, last_error = ?6
             WHERE id = ?1 AND lease = ?2",
        )?
        .execute(params![id, token(lease), sent_at, given_up_at, next_attempt_at, error])?;
    Ok(settled == 1)
}

/// Gives leased mails back that nobody has begun to send.
pub(super) fn put_back(
    connection: &Connection,
    mails: &[MailId],
    lease: MailLease,
    now: Timestamp,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET lease = NULL, next_attempt_at = ?3, attempts = attempts - 1 WHERE id = ?1 AND lease = ?2",
    )?;
    for id in mails {
        statement.execute(params![id, token(lease), Millis(now)])?;
    }
    Ok(())
}

/// A mail that is neither sent nor being sent at this moment.
const RETRYABLE: &str = "id = ?1 AND sent_at IS NULL AND (lease IS NULL OR next_attempt_at <= ?2)";

/// Whether [`retry`] would do anything.
pub(super) fn can_retry(connection: &Connection, id: MailId, now: Timestamp) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(&format!("SELECT 1 FROM outbox WHERE {RETRYABLE}"))?;
    Ok(statement.exists(params![id, Millis(now)])?)
}

/// Gives up what is still to be sent to a user.
pub(super) fn give_up_all_of(connection: &Connection, user: UserId, reason: &str, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE outbox SET lease = NULL, next_attempt_at = NULL, given_up_at = ?3, last_error = ?2
             WHERE user_id = ?1 AND next_attempt_at IS NOT NULL",
        )?
        .execute(params![user, reason, Millis(now)])?;
    Ok(())
}

/// Has a mail tried again now, and for another day. False when there is no such mail, or it is sent or being sent.
pub(super) fn retry(connection: &Connection, id: MailId, now: Timestamp) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached(&format!(
            "UPDATE outbox SET lease = NULL, given_up_at = NULL, next_attempt_at = ?2, give_up_after = ?3, attempts = 0
             WHERE {RETRYABLE}"
        ))?
        .execute(params![id, Millis(now), Millis(tried_until(now))])?;
    Ok(changed == 1)
}

/// The newest mails that an admin asks for.
pub(super) fn list(connection: &Connection, filter: &MailFilter) -> Result<Vec<MailRow>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT outbox.id, kind, email, booking_id, {STATE}, outbox.created_at, attempts, next_attempt_at, sent_at,
                given_up_at, last_error
         FROM outbox JOIN user ON user.id = outbox.user_id
         WHERE ?1 IS NULL OR ?1 = {STATE} ORDER BY outbox.id DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![filter.state, filter.limit], |row| {
        let instant = |column| row.get::<_, Option<Millis>>(column).map(|at| at.map(|at| at.0));
        Ok(MailRow {
            id: row.get(0)?,
            kind: row.get(1)?,
            email: row.get(2)?,
            booking: row.get(3)?,
            state: row.get(4)?,
            created_at: row.get::<_, Millis>(5)?.0,
            attempts: row.get(6)?,
            next_attempt_at: instant(7)?,
            sent_at: instant(8)?,
            given_up_at: instant(9)?,
            last_error: row.get(10)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What tells the Message-IDs of this shop from those of others.
pub(super) fn shop(connection: &Connection) -> Result<String, Error> {
    connection
        .prepare_cached("SELECT value FROM setting WHERE name = 'mail_id'")?
        .query_row([], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Error::Internal { reason: "the setting mail_id is missing".into() })
}

fn leased_at(row: &Row<'_>) -> rusqlite::Result<LeasedMail> {
    let subject = match row.get(5)? {
        MailKind::Booked => MailSubject::Booked(row.get(6)?),
        MailKind::Canceled => MailSubject::Canceled(row.get(6)?, tickets_at(row, 7)?, CanceledBy::Buyer),
        MailKind::Revoked => MailSubject::Canceled(row.get(6)?, tickets_at(row, 7)?, CanceledBy::Organiser),
        MailKind::PerformanceCanceled => {
            MailSubject::Canceled(row.get(6)?, tickets_at(row, 7)?, CanceledBy::Performance)
        }
        MailKind::Moved => MailSubject::Moved(row.get(6)?, row.get(9)?),
        MailKind::Offered => MailSubject::Offered(row.get(8)?),
    };
    Ok(LeasedMail {
        id: row.get(0)?,
        user: row.get(1)?,
        subject,
        created_at: row.get::<_, Millis>(2)?.0,
        give_up_after: row.get::<_, Millis>(3)?.0,
        attempts: row.get(4)?,
    })
}

fn tickets_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<TicketId>> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn token(lease: MailLease) -> [u8; 16] {
    lease.token.to_be_bytes()
}

fn tried_until(now: Timestamp) -> Timestamp {
    later(now, TRIED_FOR)
}
