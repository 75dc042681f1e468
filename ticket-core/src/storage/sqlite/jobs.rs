//! The record of what was run.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::Millis;
use super::{PRUNED_MAX, fences};
use crate::domain::{Fence, JobRun, RunOutcome};
use crate::error::Error;

/// The columns that [`run_at`] reads.
const RUN_COLUMNS: &str = "job, scheduled_at, fence, runner, started_at, finished_at, outcome, summary";

/// A run that begins.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    pub(crate) fence: Fence,
    /// The tick that it is for, if it is for one.
    pub(crate) scheduled_at: Option<Timestamp>,
    pub(crate) runner: String,
    pub(crate) started_at: Timestamp,
}

/// Whether somebody has begun to run this tick.
pub(super) fn tick_was_begun(connection: &Connection, job: &str, tick: Timestamp) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM job_run WHERE job = ?1 AND scheduled_at = ?2")?
        .exists(params![job, Millis(tick)])?)
}

/// Records that a run begins, and tells its id; `None` when its tick was run already: that is what the unique index is
/// asked.
pub(super) fn begin(connection: &Connection, run: &NewRun) -> Result<Option<i64>, Error> {
    fences::check(connection, &run.fence)?;
    Ok(connection
        .prepare_cached(
            "INSERT INTO job_run (job, scheduled_at, fence, runner, started_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (job, scheduled_at) DO NOTHING RETURNING id",
        )?
        .query_row(
            params![run.fence.job, run.scheduled_at.map(Millis), run.fence.number, run.runner, Millis(run.started_at)],
            |row| row.get(0),
        )
        .optional()?)
}

/// Records how a run has ended.
pub(super) fn finish(
    connection: &Connection,
    id: i64,
    outcome: RunOutcome,
    summary: Option<&str>,
    now: Timestamp,
) -> Result<JobRun, Error> {
    Ok(connection
        .prepare_cached(&format!(
            "UPDATE job_run SET finished_at = ?2, outcome = ?3, summary = ?4 WHERE id = ?1 RETURNING {RUN_COLUMNS}"
        ))?
        .query_row(params![id, Millis(now), outcome, summary], run_at)?)
}

/// The latest runs, newest first, of one job or of all.
pub(super) fn latest(connection: &Connection, job: Option<&str>, limit: u32) -> Result<Vec<JobRun>, Error> {
    let only = if job.is_some() { "job = ?1" } else { "?1 IS NULL" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT {RUN_COLUMNS} FROM job_run WHERE {only} ORDER BY id DESC LIMIT ?2"))?;
    let runs = statement.query_map(params![job, limit], run_at)?;
    Ok(runs.collect::<rusqlite::Result<_>>()?)
}

/// Forgets some runs that began before `busy_before`, or before `idle_before` when there was nothing to do. Returns how
/// many.
pub(super) fn prune(connection: &Connection, busy_before: Timestamp, idle_before: Timestamp) -> Result<u64, Error> {
    let mut pruned = 0;
    for (which, before) in [("summary IS NOT NULL", busy_before), ("summary IS NULL", idle_before)] {
        pruned += connection
            .prepare_cached(&format!(
                "DELETE FROM job_run WHERE id IN (SELECT id FROM job_run WHERE {which} AND started_at < ?1 LIMIT ?2)"
            ))?
            .execute(params![Millis(before), PRUNED_MAX])?;
    }
    Ok(pruned as u64)
}

fn run_at(row: &Row<'_>) -> rusqlite::Result<JobRun> {
    Ok(JobRun {
        job: row.get(0)?,
        scheduled_at: row.get::<_, Option<Millis>>(1)?.map(|at| at.0),
        fence: row.get(2)?,
        runner: row.get(3)?,
        started_at: row.get::<_, Millis>(4)?.0,
        finished_at: row.get::<_, Option<Millis>>(5)?.map(|at| at.0),
        outcome: row.get(6)?,
        summary: row.get(7)?,
    })
}
