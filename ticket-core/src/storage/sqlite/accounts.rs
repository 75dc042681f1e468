//! Accounts and their refresh tokens.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::PRUNED_MAX;
use super::convert::Millis;
use crate::domain::{Email, Language, Role, User, UserId};
use crate::error::Error;

/// An account to be.
#[derive(Clone)]
pub(crate) struct NewAccount {
    pub(crate) email: Email,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) language: Language,
    /// In PHC string format; `None` for an account into which nobody can log in.
    pub(crate) password_hash: Option<String>,
}

/// An account with what its password is checked against, if it has any.
pub(crate) struct AccountRow {
    pub(crate) user: User,
    pub(crate) password_hash: Option<String>,
}

/// Stands in the column where there is no password: no hash looks like it.
const NO_PASSWORD: &str = "!";

/// The columns that [`user_at`] reads.
pub(super) const USER_COLUMNS: &str = "id, email, name, role, language";

/// The columns that [`account_at`] reads, with [`NO_PASSWORD`] as `?2`.
const ACCOUNT_COLUMNS: &str = "id, email, name, role, language, nullif(password_hash, ?2)";

/// A refresh token to be kept.
#[derive(Clone)]
pub(crate) struct NewRefreshToken {
    pub(crate) hash: [u8; 32],
    /// Shared by all successors of one login.
    pub(crate) family: [u8; 16],
    pub(crate) user: UserId,
    pub(crate) expires_at: Timestamp,
}

/// What becomes of a refresh token that is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshUse {
    /// It stays as it is.
    Look,
    /// It is spent, and buys a successor.
    Spend {
        /// Hash of the successor.
        successor: [u8; 32],
        /// Until when the successor is good.
        expires_at: Timestamp,
    },
}

/// Creates an account.
pub(super) fn join(connection: &Connection, account: &NewAccount, now: Timestamp) -> Result<UserId, Error> {
    connection
        .prepare_cached(
            "INSERT INTO user (email, email_key, name, role, language, password_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            account.email.as_str(),
            account.email.key(),
            account.name,
            account.role,
            account.language,
            account.password_hash.as_deref().unwrap_or(NO_PASSWORD),
            Millis(now)
        ])
        .map_err(|error| {
            if super::error::violates_unique(&error, "user.email_key") { Error::EmailTaken } else { error.into() }
        })?;
    Ok(UserId(connection.last_insert_rowid()))
}

/// The account of an email, in any case.
pub(super) fn by_email(connection: &Connection, email: &Email) -> Result<Option<AccountRow>, Error> {
    Ok(connection
        .prepare_cached(&format!("SELECT {ACCOUNT_COLUMNS} FROM user WHERE email_key = ?1 AND deleted_at IS NULL"))?
        .query_row(params![email.key(), NO_PASSWORD], account_at)
        .optional()?)
}

/// The account with this id.
pub(super) fn by_id(connection: &Connection, id: UserId) -> Result<User, Error> {
    connection
        .prepare_cached(&format!("SELECT {USER_COLUMNS} FROM user WHERE id = ?1 AND deleted_at IS NULL"))?
        .query_row([id], user_at)
        .optional()?
        .ok_or(Error::UserNotFound(id))
}

/// What an account may do, as it is stored. Whoever asks for something is looked up by this: his access token may be
/// older than the end of his account.
pub(super) fn role(connection: &Connection, id: UserId) -> Result<Role, Error> {
    connection
        .prepare_cached("SELECT role FROM user WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .ok_or(Error::UserNotFound(id))
}

/// From now on the account is written to in this language.
pub(super) fn set_language(connection: &Connection, id: UserId, language: Language) -> Result<(), Error> {
    let changed =
        connection.prepare_cached("UPDATE user SET language = ?2 WHERE id = ?1")?.execute(params![id, language])?;
    if changed == 0 { Err(Error::UserNotFound(id)) } else { Ok(()) }
}

/// The account with this id, with its password.
pub(super) fn row(connection: &Connection, id: UserId) -> Result<AccountRow, Error> {
    connection
        .prepare_cached(&format!("SELECT {ACCOUNT_COLUMNS} FROM user WHERE id = ?1 AND deleted_at IS NULL"))?
        .query_row(params![id, NO_PASSWORD], account_at)
        .optional()?
        .ok_or(Error::UserNotFound(id))
}

/// Keeps the first refresh token of a login whose password had this hash, if it has it still.
pub(super) fn start_session(
    connection: &Connection,
    token: &NewRefreshToken,
    password_hash: &str,
) -> Result<bool, Error> {
    let same: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM user WHERE id = ?1 AND password_hash = ?2)")?
        .query_row(params![token.user, password_hash], |row| row.get(0))?;
    if same {
        keep_refresh_token(connection, token)?;
    }
    Ok(same)
}

/// Replaces one hash by another, unless it is not the account's any more, ends every session, and begins a new one.
pub(super) fn change_password(
    connection: &Connection,
    (old_hash, new_hash): (&str, &str),
    token: &NewRefreshToken,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = connection
        .prepare_cached("UPDATE user SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2")?
        .execute(params![token.user, old_hash, new_hash])?;
    if changed == 0 {
        return Ok(false);
    }
    revoke_refresh_tokens(connection, token.user, now)?;
    keep_refresh_token(connection, token)?;
    Ok(true)
}

/// Keeps a refresh token.
fn keep_refresh_token(connection: &Connection, token: &NewRefreshToken) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO refresh_token (hash, user_id, family, expires_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![token.hash, token.user, token.family, Millis(token.expires_at)])?;
    Ok(())
}

/// Whose a refresh token is. One that was spent before `grace_begins` is a sign of theft, whatever it is shown for: its whole
/// family is revoked, and the answer is `None`. That has to be committed, and is why it is no error.
pub(super) fn use_refresh_token(
    connection: &Connection,
    hash: &[u8; 32],
    how: RefreshUse,
    grace_begins: Timestamp,
    now: Timestamp,
) -> Result<Option<User>, Error> {
    let (user, family, expires_at, spent_at, revoked) = connection
        .prepare_cached(
            "SELECT user_id, family, expires_at, spent_at, revoked_at IS NOT NULL FROM refresh_token WHERE hash = ?1",
        )?
        .query_row([hash], |row| {
            let spent_at = row.get::<_, Option<Millis>>(3)?.map(|at| at.0);
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Millis>(2)?.0, spent_at, row.get(4)?))
        })
        .optional()?
        .ok_or(Error::RefreshTokenUnknown)?;
    if revoked {
        return Err(Error::RefreshTokenRevoked);
    }
    if expires_at <= now {
        return Err(Error::RefreshTokenUnknown);
    }
    match (how, spent_at) {
        (_, Some(spent_at)) if spent_at < grace_begins => {
            connection
                .prepare_cached("UPDATE refresh_token SET revoked_at = ?2 WHERE family = ?1 AND revoked_at IS NULL")?
                .execute(params![family, Millis(now)])?;
            return Ok(None);
        }
        (RefreshUse::Look, Some(_)) => return Err(Error::RefreshTokenRevoked),
        (RefreshUse::Look, None) => {}
        (RefreshUse::Spend { successor, expires_at }, _) => {
            connection
                .prepare_cached("UPDATE refresh_token SET spent_at = coalesce(spent_at, ?2) WHERE hash = ?1")?
                .execute(params![hash, Millis(now)])?;
            keep_refresh_token(connection, &NewRefreshToken { hash: successor, family, user, expires_at })?;
        }
    }
    by_id(connection, user).map(Some)
}

/// Revokes every refresh token of the user. Returns how many sessions that has ended.
pub(super) fn revoke_refresh_tokens(connection: &Connection, user: UserId, now: Timestamp) -> Result<usize, Error> {
    let live = connection
        .prepare_cached(
            "SELECT count(*) FROM refresh_token
             WHERE user_id = ?1 AND revoked_at IS NULL AND spent_at IS NULL AND expires_at > ?2",
        )?
        .query_row(params![user, Millis(now)], |row| row.get(0))?;
    // Spent ones too: within their grace they would buy successors.
    connection
        .prepare_cached("UPDATE refresh_token SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL")?
        .execute(params![user, Millis(now)])?;
    Ok(live)
}

/// Forgets some refresh tokens that have expired, or were revoked before `revoked_before`. Nobody can tell them from
/// unknown ones: both are refused. Returns how many.
pub(super) fn prune_refresh_tokens(
    connection: &Connection,
    now: Timestamp,
    revoked_before: Timestamp,
) -> Result<u64, Error> {
    let mut pruned = 0;
    for (which, before) in [("expires_at", now), ("revoked_at", revoked_before)] {
        pruned += connection
            .prepare_cached(&format!(
                "DELETE FROM refresh_token WHERE hash IN
                     (SELECT hash FROM refresh_token WHERE {which} IS NOT NULL AND {which} < ?1 LIMIT ?2)"
            ))?
            .execute(params![Millis(before), PRUNED_MAX])?;
    }
    Ok(pruned as u64)
}

fn account_at(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow { user: user_at(row)?, password_hash: row.get(5)? })
}

pub(super) fn user_at(row: &Row<'_>) -> rusqlite::Result<User> {
    let email: String = row.get(1)?;
    let email = email
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(User { id: row.get(0)?, email, name: row.get(2)?, role: row.get(3)?, language: row.get(4)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_checked_a_password_that_was_changed_meanwhile_gets_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tickets.db");
        super::super::schema::create(&path, &jiff::tz::TimeZone::UTC, super::super::HoldBackend::Embedded).unwrap();
        let connection = super::super::connection::open_writer(&path).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let mina = NewAccount {
            email: "mina@example.com".parse().unwrap(),
            name: "Mina".into(),
            role: Role::Buyer,
            language: Language::English,
            password_hash: Some("old".into()),
        };
        let user = join(&connection, &mina, now).unwrap();
        let expires_at = now + jiff::SignedDuration::from_hours(1);
        let token = |n| NewRefreshToken { hash: [n; 32], family: [n; 16], user, expires_at };
        let is_good = |n| use_refresh_token(&connection, &[n; 32], RefreshUse::Look, now, now).is_ok();

        assert!(start_session(&connection, &token(1), "old").unwrap());
        assert!(change_password(&connection, ("old", "new"), &token(2), now).unwrap());
        assert!(!start_session(&connection, &token(3), "old").unwrap());
        assert!(!change_password(&connection, ("old", "other"), &token(4), now).unwrap());
        assert_eq!([1, 2, 3, 4].map(is_good), [false, true, false, false]);
        assert_eq!(row(&connection, user).unwrap().password_hash.as_deref(), Some("new"));
    }
}
