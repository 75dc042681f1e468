//! How connections are set up. Every setting is here, with its reason.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// How long a connection waits for another process to finish a write; the writer thread does its own waiting.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_PAUSE: Duration = Duration::from_millis(1);

/// A connection that writes. The file must exist.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Readers never wait for the writer, nor the writer for them.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is answered only when it is on the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Sales touch indexes of all the past; the default of 2 MB does not even hold the upper pages of these. In KiB, and
    // taken only as it is needed.
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    // In pages: 16 MB of log between two checkpoints, which write a page once however often it was logged. In a rush, most
    // batches log the same upper and last pages of the indexes again.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    // A long reader lets the log grow; give the space back afterwards.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    // Not opened read-only: the first reader after a crash must be able to recover the log.
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // SQLite's own waiting sleeps up to 100 ms at a time, in which a busy process commits many batches and a waiting one
    // starves; short pauses give it a fair chance.
    connection.busy_handler(Some(pause_while_busy))?;
    // A crafted schema must not run functions of ours.
    connection.pragma_update(None, "trusted_schema", false)?;
    // Otherwise a statement whose plan could depend on a bound value, because of a partial index, is prepared again with
    // every execution.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

fn pause_while_busy(attempts: i32) -> bool {
    let waited = BUSY_PAUSE * u32::try_from(attempts).unwrap_or(0);
    if waited < BUSY_TIMEOUT {
        std::thread::sleep(BUSY_PAUSE);
    }
    waited < BUSY_TIMEOUT
}
