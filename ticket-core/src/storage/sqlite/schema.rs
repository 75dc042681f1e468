//! Which shape the database has, who wrote it, and what it is set to.

use std::path::Path;

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::files::{private_draft_of, put};
use super::{connection, sales};
use crate::storage::OpenError;

/// The steps from an empty file to today's shape, oldest first. Append only.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_init.sql"),
    include_str!("../../../migrations/sqlite/0002_idempotency.sql"),
    include_str!("../../../migrations/sqlite/0003_jobs.sql"),
    include_str!("../../../migrations/sqlite/0004_outbox.sql"),
    include_str!("../../../migrations/sqlite/0005_waitlist.sql"),
    include_str!("../../../migrations/sqlite/0006_user_language.sql"),
    include_str!("../../../migrations/sqlite/0007_sales.sql"),
    include_str!("../../../migrations/sqlite/0008_likes.sql"),
    include_str!("../../../migrations/sqlite/0009_changes_on_sale.sql"),
];

/// Marks a file as ours ("TICK").
const APPLICATION_ID: i32 = 0x5449_434b;

/// Versions before this one have a race between a WAL reset and a commit that can lose the commit
/// (<https://www.sqlite.org/releaselog/3_51_3.html>).
const SQLITE_OLDEST: i32 = 3_051_003;

const TIME_ZONE: &str = "time_zone";
const HOLDS: &str = "holds";
const LIFE: &str = "life";

/// Where holds live. It is recorded in the database, for processes that disagree would sell the same seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HoldBackend {
    /// In the database itself.
    #[default]
    Embedded,
    /// In Redis.
    Redis,
}

impl HoldBackend {
    /// The name that the database records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Redis => "redis",
        }
    }
}

/// The newest schema version that this program knows.
pub(super) fn version_known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Creates the database. An existing file is not touched.
pub(super) fn create(path: &Path, time_zone: &TimeZone, holds: HoldBackend) -> Result<(), OpenError> {
    let name = time_zone.iana_name().ok_or_else(|| OpenError::BadSetting {
        path: path.into(),
        name: TIME_ZONE,
        value: format!("{time_zone:?}"),
        allowed: "a name of the IANA database, such as Asia/Seoul",
    })?;
    if path.exists() {
        return Err(OpenError::Exists { path: path.into() });
    }
    // Made under another name: whatever ends this early, half a database does not stand in the way ever after.
    // Readable by its owner only, as there are hashes of passwords in it; SQLite makes the files beside it alike.
    let draft = private_draft_of(path)?;
    let fill = || -> rusqlite::Result<()> {
        let mut connection = connection::open_writer(&draft)?;
        run_migrations(&mut connection, time_zone)?;
        for (name, value) in [(TIME_ZONE, name), (HOLDS, holds.as_str())] {
            connection.execute("INSERT INTO setting (name, value) VALUES (?1, ?2)", params![name, value])?;
        }
        Ok(())
    };
    fill().map_err(|error| describe(path, &error))?;
    put(draft, path, false)
}

/// Brings an older database to today's shape, all or nothing. Returns the versions before and after.
pub(super) fn migrate(path: &Path) -> Result<(u32, u32), OpenError> {
    let found = version_of(path)?;
    let mut connection = connection::open_writer(path).map_err(|error| describe(path, &error))?;
    // An empty database records none yet, and has nothing that a migration would count by day.
    let counts_days = found > 0 && found < version_known();
    let time_zone = if counts_days { recorded_time_zone(path, &connection)? } else { TimeZone::UTC };
    run_migrations(&mut connection, &time_zone).map_err(|error| describe(path, &error))?;
    Ok((found, version_known()))
}

/// The schema version of a database of ours that is not newer than this program.
pub(super) fn version_of(path: &Path) -> Result<u32, OpenError> {
    check_library()?;
    let is_empty = match path.metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OpenError::Missing { path: path.into() });
        }
        Err(error) => return Err(OpenError::io(path, &error, &error)),
        Ok(metadata) if metadata.is_dir() => {
            return Err(OpenError::NotOurs { path: path.into(), problem: "it is a folder".into() });
        }
        Ok(metadata) => metadata.len() == 0,
    };
    let read = || -> rusqlite::Result<(i32, u32)> {
        let connection = connection::open_reader(path)?;
        Ok((
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
            connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        ))
    };
    let (application, found) = read().map_err(|error| describe(path, &error))?;
    if application != APPLICATION_ID {
        let problem = if is_empty { "it is an empty file" } else { "another program made it" };
        return Err(OpenError::NotOurs { path: path.into(), problem: problem.into() });
    }
    if found > version_known() {
        return Err(OpenError::TooNew { path: path.into(), found, known: version_known() });
    }
    Ok(found)
}

/// What a database says of itself.
pub(super) struct Settings {
    /// The business time zone.
    pub(super) time_zone: TimeZone,
    /// A random text that no copy has: ids that are given out after a copy was made mean something else there.
    pub(super) life: String,
}

/// Refuses what this process must not work with. A database that has no life yet begins one.
pub(super) fn check(path: &Path, holds: HoldBackend) -> Result<Settings, OpenError> {
    let found = version_of(path)?;
    if found < version_known() {
        return Err(OpenError::Outdated { path: path.into(), found, needed: version_known() });
    }
    let connection = connection::open_writer(path).map_err(|error| describe(path, &error))?;
    check_writable(&connection).map_err(|error| describe(path, &error))?;
    let recorded = setting(path, &connection, HOLDS)?;
    if recorded != holds.as_str() {
        let configured = holds.as_str().to_owned();
        return Err(OpenError::HoldsElsewhere { path: path.into(), recorded, configured });
    }
    Ok(Settings { time_zone: recorded_time_zone(path, &connection)?, life: life(path, &connection)? })
}

fn life(path: &Path, connection: &Connection) -> Result<String, OpenError> {
    let life = setting(path, connection, LIFE)?;
    if !life.is_empty() {
        return Ok(life);
    }
    // Of several processes that come at once, one begins it for all.
    connection
        .execute(
            "INSERT INTO setting (name, value) VALUES (?1, lower(hex(randomblob(16)))) ON CONFLICT DO NOTHING",
            [LIFE],
        )
        .map_err(|error| describe(path, &error))?;
    setting(path, connection, LIFE)
}

/// Has a copy begin a life of its own when it is opened.
pub(super) fn forget_life(copy: &Connection) -> rusqlite::Result<()> {
    copy.execute("DELETE FROM setting WHERE name = ?1", [LIFE]).map(drop)
}

fn setting(path: &Path, connection: &Connection, name: &str) -> Result<String, OpenError> {
    connection
        .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get::<_, String>(0))
        .optional()
        .map(Option::unwrap_or_default)
        .map_err(|error| describe(path, &error))
}

fn recorded_time_zone(path: &Path, connection: &Connection) -> Result<TimeZone, OpenError> {
    let zone = setting(path, connection, TIME_ZONE)?;
    TimeZone::get(&zone).map_err(|_| OpenError::BadSetting {
        path: path.into(),
        name: TIME_ZONE,
        value: zone,
        allowed: "a name of the IANA database, such as Asia/Seoul",
    })
}

fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < SQLITE_OLDEST {
        return Err(OpenError::SqliteTooOld { found: rusqlite::version().to_owned() });
    }
    Ok(())
}

/// Takes the write lock and lets it go.
fn check_writable(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")
}

fn run_migrations(connection: &mut Connection, time_zone: &TimeZone) -> rusqlite::Result<()> {
    sales::add_local_day(connection, time_zone)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read inside the transaction: another process may have migrated just before.
    let done: usize = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version_known().max(u32::try_from(done).unwrap_or(0)))?;
    transaction.commit()
}

pub(super) fn describe(path: &Path, error: &rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode;
    // SQLite does not say why a file cannot be opened.
    if error.sqlite_error_code() == Some(ErrorCode::CannotOpen)
        && let Err(reason) = std::fs::File::open(path)
    {
        return OpenError::io(path, &reason, &reason);
    }
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            OpenError::NotOurs { path, problem: error.to_string() }
        }
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => {
            OpenError::Unavailable { path, problem: error.to_string() }
        }
        Some(ErrorCode::ReadOnly) => OpenError::ReadOnly { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        _ => OpenError::io(&path, error, &std::io::ErrorKind::Other.into()),
    }
}
