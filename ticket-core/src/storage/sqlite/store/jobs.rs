//! Locks, fences, and the record of what was run.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::super::fences::{self, RunBy};
use super::super::jobs::{self, NewRun};
use super::super::locks::{self, LockEnd};
use super::Store;
use crate::clock::Clock;
use crate::domain::{Fence, JobRun, RunOutcome, later};
use crate::error::Error;
use crate::locks::LockState;

impl Store {
    /// Takes a free lock, and tells its fence and when that was.
    pub(crate) async fn acquire_lock(
        &self,
        name: String,
        (token, at_most, ends_rest): (u128, Duration, bool),
        clock: Arc<dyn Clock>,
    ) -> Result<(Fence, Timestamp), Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                let expires_at = later(now, at_most);
                Ok((locks::acquire(c, &name, (token, expires_at, ends_rest), now)?, now))
            })
            .await
    }

    /// Extends or releases a lock that is held by this token. Returns when it ends.
    pub(crate) async fn end_lock(
        &self,
        name: String,
        token: u128,
        end: LockEnd,
        clock: Arc<dyn Clock>,
    ) -> Result<Timestamp, Error> {
        self.writer.run(move |c| locks::end(c, &name, token, end, clock.now())).await
    }

    pub(crate) async fn lock_state(&self, name: String, now: Timestamp) -> Result<Option<LockState>, Error> {
        self.readers.run(move |c| locks::state(c, &name, now)).await
    }

    /// The next fence of a job: whoever has an older one writes nothing any more.
    pub(crate) async fn next_fence(&self, job: String) -> Result<Fence, Error> {
        self.writer.run(move |c| fences::next(c, &job)).await
    }

    /// Whether somebody has begun to run this tick.
    pub(crate) async fn tick_was_begun(&self, job: String, tick: Timestamp) -> Result<bool, Error> {
        self.readers.run(move |c| jobs::tick_was_begun(c, &job, tick)).await
    }

    /// Records that a run begins, and tells its id; `None` when its tick was run already.
    pub(crate) async fn begin_run(&self, run: NewRun) -> Result<Option<i64>, Error> {
        self.writer.run(move |c| jobs::begin(c, &run)).await
    }

    /// Records how a run has ended.
    pub(crate) async fn finish_run(
        &self,
        id: i64,
        outcome: RunOutcome,
        summary: Option<String>,
        now: Timestamp,
    ) -> Result<JobRun, Error> {
        self.writer.run(move |c| jobs::finish(c, id, outcome, summary.as_deref(), now)).await
    }

    /// The latest runs, newest first, of one job or of all.
    pub(crate) async fn job_runs(&self, job: Option<String>, limit: u32) -> Result<Vec<JobRun>, Error> {
        self.readers.run(move |c| jobs::latest(c, job.as_deref(), limit)).await
    }

    /// Forgets some runs that began before `busy_before`, or before `idle_before` when there was nothing to do. Returns
    /// how many; 0 when none are left.
    pub(crate) async fn prune_job_runs(
        &self,
        by: RunBy,
        busy_before: Timestamp,
        idle_before: Timestamp,
    ) -> Result<u64, Error> {
        self.run_job(by, move |c| jobs::prune(c, busy_before, idle_before)).await
    }

    /// Fails unless the fence is the newest of its job.
    #[cfg(feature = "redis")]
    pub(crate) async fn check_fence(&self, fence: Fence) -> Result<(), Error> {
        self.readers.run(move |c| fences::check(c, &fence)).await
    }
}
