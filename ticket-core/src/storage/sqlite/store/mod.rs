//! Everything that is kept: one method is one transaction, in a file for each area.

mod accounts;
mod bookings;
mod care;
mod holds;
mod jobs;
mod mail;
mod managing;
mod sales;
mod shows;
mod waitlist;

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rusqlite::Connection;
use tokio::sync::watch;

use super::backup::{self, CopyOptions, DatabaseCopy};
use super::fences::RunBy;
use super::readers::Readers;
use super::schema::{self, HoldBackend, Settings};
use super::writer::{Transaction, Writer};
use crate::domain::UserId;
use crate::error::Error;
use crate::stats::WriteCounters;
use crate::storage::OpenError;

/// Everything that is kept. One method is one transaction; what writes is answered when it is on the disk.
#[derive(Clone)]
pub(crate) struct Store {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    time_zone: TimeZone,
    life: Arc<str>,
}

impl Store {
    /// Creates an empty database; an existing file is not touched.
    pub(crate) fn create(path: &Path, time_zone: &TimeZone, holds: HoldBackend) -> Result<(), OpenError> {
        schema::create(path, time_zone, holds)
    }

    /// Brings an older database to today's shape. Returns the versions before and after.
    pub(crate) fn migrate(path: &Path) -> Result<(u32, u32), OpenError> {
        schema::migrate(path)
    }

    /// The schema version of a database, and the one that this program needs.
    pub(crate) fn schema_versions(path: &Path) -> Result<(u32, u32), OpenError> {
        Ok((schema::version_of(path)?, schema::version_known()))
    }

    /// Copies a database that may be in use. Blocks.
    pub(crate) fn back_up(database: &Path, to: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::back_up(database, to, options)
    }

    /// Checks that a backup could be restored. Blocks.
    pub(crate) fn check_backup(backup: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::check_backup(backup, options)
    }

    /// Puts a copy of a backup in the place of a database that is not in use. Blocks.
    pub(crate) fn restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::restore(backup, database, options)
    }

    /// Checks that a backup could be put in the place of a database. Blocks.
    pub(crate) fn check_restore(
        backup: &Path,
        database: &Path,
        options: &CopyOptions,
    ) -> Result<DatabaseCopy, OpenError> {
        backup::check_restore(backup, database, options)
    }

    /// Opens a database that has today's shape and keeps its holds where this process expects them.
    pub(crate) fn open(path: &Path, holds: HoldBackend, readers_max: usize) -> Result<Self, OpenError> {
        let Settings { time_zone, life } = schema::check(path, holds)?;
        let writer = Writer::start(path.to_owned(), time_zone.clone())
            .map_err(|error| OpenError::io(path, format_args!("{error:?}"), &std::io::ErrorKind::Other.into()))?;
        let readers = Readers::new(path.to_owned(), readers_max);
        Ok(Self { writer: Arc::new(writer), readers, time_zone, life: life.into() })
    }

    /// A random text that only this database has, and no copy of it.
    pub(crate) fn life(&self) -> &str {
        &self.life
    }

    /// The business time zone.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Changes with every commit of this process.
    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    /// What the writer counts.
    pub(crate) fn write_counters(&self) -> Arc<WriteCounters> {
        self.writer.counters()
    }

    /// Commits what is queued and closes the database. Blocks.
    pub(crate) fn close(&self) {
        self.readers.close();
        self.writer.stop();
    }

    /// Whether reading and writing work.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.writer.check().await?;
        self.readers.run(|c| Ok(c.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }

    /// Fails with `U_001` when there is no such account, or none any more.
    pub(crate) async fn check_user(&self, user: UserId) -> Result<(), Error> {
        self.for_buyer(user, |_| Ok(())).await
    }

    /// Reads what an account asks for; `U_001` when it is gone.
    async fn for_buyer<T: Send + 'static>(
        &self,
        user: UserId,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers
            .run(move |c| {
                super::accounts::role(c, user)?;
                query(c)
            })
            .await
    }

    /// The transaction of a job: nothing is written when another has taken over.
    async fn run_job<T: Send + 'static>(
        &self,
        by: RunBy,
        mut work: impl FnMut(&Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // Asked for here, where the test is: the writer is another thread.
        let is_guarded = !is_left_out!("fence");
        self.writer
            .run(move |c| {
                if is_guarded {
                    by.check(c)?;
                }
                work(c)
            })
            .await
    }
}
