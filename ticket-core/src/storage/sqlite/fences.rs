//! Fences: a job that has lost its lock writes nothing.

use rusqlite::{Connection, OptionalExtension as _};

use crate::domain::Fence;
use crate::error::Error;

/// Hands out the next fence of a job.
pub(super) fn next(connection: &Connection, job: &str) -> Result<Fence, Error> {
    let number = connection
        .prepare_cached(
            "INSERT INTO job_fence (job, fence) VALUES (?1, 1)
             ON CONFLICT (job) DO UPDATE SET fence = fence + 1 RETURNING fence",
        )?
        .query_row([job], |row| row.get(0))?;
    Ok(Fence { job: job.to_owned(), number })
}

/// In whose name the work of a job is done.
#[derive(Debug, Clone)]
pub(crate) enum RunBy {
    /// A run under the job's lock, with its fence.
    Job(Fence),
    /// Somebody does by hand, at once, what this job does. It takes over from a run that is under way.
    Hand(&'static str),
}

impl RunBy {
    /// To be called first in every transaction of a job: fails when another has taken over.
    pub(super) fn check(&self, connection: &Connection) -> Result<(), Error> {
        match self {
            Self::Job(fence) => check(connection, fence),
            Self::Hand(job) => next(connection, job).map(drop),
        }
    }
}

/// Fails unless the fence is the newest of its job.
pub(super) fn check(connection: &Connection, fence: &Fence) -> Result<(), Error> {
    let newest: Option<i64> = connection
        .prepare_cached("SELECT fence FROM job_fence WHERE job = ?1")?
        .query_row([&fence.job], |row| row.get(0))
        .optional()?;
    if newest == Some(fence.number) { Ok(()) } else { Err(Error::LockLost { job: fence.job.clone() }) }
}
