//! Copies of the whole database, made while it is in use.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::{Builder, NamedTempFile, TempPath};

use super::{connection, schema};
use crate::storage::OpenError;

/// What SQLite keeps beside a database that is open or was not closed.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

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
pub(super) fn back_up(database: &Path, to: &Path, overwrite: bool) -> Result<DatabaseCopy, OpenError> {
    // Also with `overwrite`: a file with a log beside it is a database that somebody works with.
    let is_itself = to.exists() && same_file(database, to);
    if is_itself || (to.exists() && !overwrite) || COMPANIONS.iter().any(|suffix| beside(to, suffix).exists()) {
        return Err(OpenError::Exists { path: to.into() });
    }
    let (draft, copy) = copy_checked(database, to)?;
    put(draft, to, overwrite)?;
    Ok(copy)
}

/// Puts a copy of a backup in the place of the database, whole and checked, or leaves everything as it is.
pub(super) fn restore(backup: &Path, database: &Path, overwrite: bool) -> Result<DatabaseCopy, OpenError> {
    if database.exists() && !overwrite {
        return Err(OpenError::Exists { path: database.into() });
    }
    let (draft, copy) = copy_checked(backup, database)?;
    // Kept until the end: nobody opens what is being replaced.
    let _alone = if database.exists() { close_log(database)? } else { None };
    // A log without its database, or of one that cannot be read, would be played into the copy.
    for suffix in COMPANIONS {
        remove(&beside(database, suffix))?;
    }
    put(draft, database, overwrite)?;
    Ok(copy)
}

/// A copy in a temporary file in the folder of `to`, on the disk and sound.
fn copy_checked(from: &Path, to: &Path) -> Result<(TempPath, DatabaseCopy), OpenError> {
    let schema_version = schema::version_of(from)?;
    let name = to.file_name().ok_or_else(|| io_error(to, &"is not the name of a file"))?;
    let mut prefix = OsString::from(name);
    prefix.push(".");
    // Readable by its owner only: there are hashes of passwords in it.
    let draft = Builder::new().prefix(&prefix).suffix(".part").tempfile_in(folder_of(to));
    let draft = draft.map(NamedTempFile::into_temp_path).map_err(|error| {
        // The error itself names the draft, which nobody has asked for.
        io_error(to, &format_args!("no file can be made in {}: {}", folder_of(to).display(), error.kind()))
    })?;
    let text = draft.to_str().ok_or_else(|| io_error(to, &"is not the name of a file in UTF-8"))?;
    vacuum_into(from, text).map_err(|error| schema::describe(from, &error))?;
    check(&draft, from)?;
    // SQLite does not do it for the target of VACUUM INTO.
    let file = File::open(&draft).map_err(|error| io_error(to, &error))?;
    file.sync_all().map_err(|error| io_error(to, &error))?;
    let bytes = file.metadata().map_err(|error| io_error(to, &error))?.len();
    Ok((draft, DatabaseCopy { schema_version, bytes }))
}

fn vacuum_into(from: &Path, to: &str) -> rusqlite::Result<()> {
    let source = connection::open_reader(from)?;
    // It would keep the copy from being written, too.
    source.pragma_update(None, "query_only", false)?;
    source.execute("VACUUM INTO ?1", [to]).map(|_| ())
}

/// Refuses a copy that SQLite finds damaged, which says the same of what it is of.
fn check(draft: &Path, of: &Path) -> Result<(), OpenError> {
    let first_problem = || -> rusqlite::Result<Option<String>> {
        let copy = connection::open_reader(draft)?;
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

fn put(draft: TempPath, to: &Path, overwrite: bool) -> Result<(), OpenError> {
    let put = if overwrite { draft.persist(to) } else { draft.persist_noclobber(to) };
    put.map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => OpenError::Exists { path: to.into() },
        _ => io_error(to, &error.error),
    })?;
    // The new name, too, is to outlive a power cut.
    #[cfg(unix)]
    File::open(folder_of(to)).and_then(|folder| folder.sync_all()).map_err(|error| io_error(to, &error))?;
    Ok(())
}

fn remove(file: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error(file, &error)),
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

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn io_error(path: &Path, problem: &impl ToString) -> OpenError {
    OpenError::Io { path: path.into(), problem: problem.to_string() }
}
