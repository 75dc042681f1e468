//! What has to be done again and again, by whichever process comes first.
//!
//! [`run`] runs every job of the shop on its schedule. Any number of processes may do so: a job runs under its lock (see
//! [`locks`](crate::locks)), and each of its ticks is a row that is written before the work, so it is run once, whatever
//! happens to the lock. A tick that was missed is not run later. `table` says which jobs there are.

mod job;
mod runner;
mod schedule;
mod table;
mod work;

pub use job::{Job, JobError, Run, Worked};
pub(crate) use job::{PlannedJob, plan};
pub use runner::run;
pub(crate) use runner::{run_by_hand, run_locked};
pub use schedule::{JobSchedule, Schedule};
pub use table::Jobs;

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::JobRun;
use crate::locks::LockState;

/// A job, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobStatus {
    /// Its name.
    pub job: String,
    /// When it runs: six fields of cron, in the business time zone.
    pub schedule: String,
    /// The next tick.
    pub next_tick: Option<Timestamp>,
    /// How long its lock stays held at least.
    pub at_least_seconds: u64,
    /// How long its lock is held at most when its runner dies.
    pub at_most_seconds: u64,
    /// Its lock, while it is held.
    pub lock: Option<LockState>,
    /// The latest run.
    pub last_run: Option<JobRun>,
}
