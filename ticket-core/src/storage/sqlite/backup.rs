//! Copies of the whole database, made while it is in use.

use std::ffi::OsString;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tempfile::TempPath;
use tokio::sync::watch;

use super::files::{private_draft_of, put};
use super::{connection, schema};
use crate::storage::OpenError;

/// What SQLite keeps beside a database that is open or was not closed.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// How a database is copied.
///
/// ```
/// use ticket_core::CopyOptions;
/// use tokio::sync::watch;
///
/// // Whoever has the sender can stop it.
/// let stop = watch::Sender::new(false);
/// let options = CopyOptions { overwrite: true, stop: Some(stop.subscribe()) };
/// # drop(options);
/// ```
#[derive(Debug, Clone, Default)]
pub struct CopyOptions {
    /// Whether to replace a file that is there already.
    pub overwrite: bool,
    /// Becomes true when it is to stop, and leave nothing behind.
    pub stop: Option<watch::Receiver<bool>>,
}

/// Instructions of SQLite's between two looks whether to stop: less than a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

impl CopyOptions {
    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop.borrow())
    }

    /// Has what runs on this connection break off when it is to stop.
    fn watch(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        match self.stop.clone() {
            Some(stop) => connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || *stop.borrow())),
            None => Ok(()),
        }
    }
}

/// A copy of a database that has been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseCopy {
    /// Its schema version, which may be older than the one that this program needs.
    pub schema_version: u32,
    /// Its length.
    pub bytes: u64,
}

/// Writes a copy of the database to the file `to`, which is there whole and checked, or not at all.
pub(super) fn back_up(database: &Path, to: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
    // Also with `overwrite`: a file with a log beside it is a database that somebody works with.
    let overwrite = options.overwrite;
    let is_itself = to.exists() && same_file(database, to);
    if is_itself || (to.exists() && !overwrite) || COMPANIONS.iter().any(|suffix| beside(to, suffix).exists()) {
        return Err(OpenError::Exists { path: to.into() });
    }
    let (draft, copy) = copy_checked(database, to, options)?;
    put(draft, to, overwrite)?;
    Ok(copy)
}

/// Puts a copy of a backup in the place of the database, whole and checked, or leaves everything as it is.
pub(super) fn restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
    backup_version(backup)?;
    if database.exists() && !options.overwrite {
        return Err(OpenError::Exists { path: database.into() });
    }
    let (draft, copy) = copy_checked(backup, database, options)?;
    // Kept until the end: nobody opens what is being replaced.
    let _alone = if database.exists() { close_log(database)? } else { None };
    // A log without its database, or of one that cannot be read, would be played into the copy.
    for suffix in COMPANIONS {
        remove(&beside(database, suffix))?;
    }
    put(draft, database, options.overwrite)?;
    Ok(copy)
}

/// Checks whether [`restore`] would do it, but for whether it may overwrite.
pub(super) fn check_restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
    let copy = check_backup(backup, options)?;
    if database.exists() {
        check_alone(database)?;
    }
    Ok(copy)
}

/// Refuses a database that anybody has open, and leaves it as it is.
fn check_alone(database: &Path) -> Result<(), OpenError> {
    let check = || -> rusqlite::Result<()> {
        let alone = connection::open_reader(database)?;
        // Otherwise the last to close it writes the log into it.
        alone.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // The first look takes the file for itself, which is refused while anybody else has it open.
        alone.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        alone.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    };
    match check().map_err(|error| schema::describe(database, &error)) {
        Err(OpenError::NotOurs { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Checks a backup where it is.
pub(super) fn check_backup(backup: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
    let schema_version = backup_version(backup)?;
    check(backup, backup, options)
        .map_err(|error| if options.is_stopped() { OpenError::Stopped { path: backup.into() } } else { error })?;
    let bytes = backup.metadata().map_err(|error| OpenError::io(backup, &error, &error))?.len();
    Ok(DatabaseCopy { schema_version, bytes })
}

/// The schema version of a backup. Where there is none, it is not asked for one to be made.
fn backup_version(backup: &Path) -> Result<u32, OpenError> {
    schema::version_of(backup).map_err(|error| match error {
        OpenError::Missing { path } => OpenError::NoBackup { path },
        other => other,
    })
}

/// A copy in a temporary file in the folder of `to`, on the disk and sound.
fn copy_checked(from: &Path, to: &Path, options: &CopyOptions) -> Result<(TempPath, DatabaseCopy), OpenError> {
    let schema_version = schema::version_of(from)?;
    // Readable by its owner only: there are hashes of passwords in it.
    let draft = private_draft_of(to)?;
    let text = draft
        .to_str()
        .ok_or_else(|| OpenError::io(to, "is not the name of a file in UTF-8", &ErrorKind::InvalidInput.into()))?;
    let stopped = || OpenError::Stopped { path: to.into() };
    let or_stopped = |error| if options.is_stopped() { stopped() } else { error };
    vacuum_into(from, text, options).map_err(|error| or_stopped(schema::describe(from, &error)))?;
    tracing::debug!(from = %from.display(), "copied; checking the copy");
    check(&draft, from, options).map_err(or_stopped)?;
    tracing::debug!("the copy is sound");
    // SQLite does not do it for the target of VACUUM INTO.
    let file = File::open(&draft).map_err(|error| OpenError::io(to, &error, &error))?;
    file.sync_all().map_err(|error| OpenError::io(to, &error, &error))?;
    if options.is_stopped() {
        return Err(stopped());
    }
    let bytes = file.metadata().map_err(|error| OpenError::io(to, &error, &error))?.len();
    Ok((draft, DatabaseCopy { schema_version, bytes }))
}

fn vacuum_into(from: &Path, to: &str, options: &CopyOptions) -> rusqlite::Result<()> {
    let mut source = connection::open_reader(from)?;
    options.watch(&mut source)?;
    // It would keep the copy from being written, too.
    source.pragma_update(None, "query_only", false)?;
    source.execute("VACUUM INTO ?1", [to])?;
    let copy = connection::open_reader(Path::new(to))?;
    copy.pragma_update(None, "query_only", false)?;
    schema::forget_life(&copy)
}

/// Refuses a copy that SQLite finds damaged, which says the same of what it is of.
fn check(draft: &Path, of: &Path, options: &CopyOptions) -> Result<(), OpenError> {
    let first_problem = || -> rusqlite::Result<Option<String>> {
        let mut copy = connection::open_reader(draft)?;
        options.watch(&mut copy)?;
        let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Ok(Some(verdict));
        }
        let orphan = copy.prepare("PRAGMA foreign_key_check")?.query_map([], |row| row.get(0))?.next().transpose()?;
        Ok(orphan.map(|table: String| format!("a row of {table} belongs to one that is not there")))
    };
    match first_problem().map_err(|error| schema::describe(of, &error))? {
        Some(problem) => Err(OpenError::Damaged { path: of.into(), problem }),
        None => Ok(()),
    }
}

/// Writes what is in the log into the database, which takes the log away, and keeps everybody out. `None` when it cannot be
/// read: then there is nothing to lose.
fn close_log(database: &Path) -> Result<Option<Connection>, OpenError> {
    let close = || -> rusqlite::Result<Connection> {
        let alone = connection::open_writer(database)?;
        // Refused while anybody else has it open.
        alone.pragma_update(None, "journal_mode", "DELETE")?;
        alone.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(alone)
    };
    match close().map_err(|error| schema::describe(database, &error)) {
        Ok(alone) => Ok(Some(alone)),
        Err(OpenError::NotOurs { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(file: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OpenError::io(file, &error, &error)),
        _ => Ok(()),
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(file);
    path.push(suffix);
    path.into()
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
