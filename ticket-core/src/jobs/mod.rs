//! What has to be done again and again, by whichever process comes first.
//!
//! | job | every | does |
//! | --- | --- | --- |
//! | `waitlist-offer` | 10 minutes | offers cancelled seats to those who wait for them, puts the others on sale again |
//! | `waitlist-expire` | 5 seconds | ends offers whose deadline is over |
//! | `hold-sweep` | 5 seconds | clears holds that have run out |
//! | `mail-send` | 5 seconds | sends the mails that are due |
//! | `ranking-refresh` | hour | computes the rankings anew |
//! | `housekeeping` | night | forgets old tokens, answers and runs |
//!
//! Without them a shop sells, and sells nothing twice; but what was cancelled is never on sale again, and no mail leaves.
//!
//! [`run`] is a future that runs every job of the shop on its schedule: spawn it beside the program's own work, in the same
//! runtime or another. Any number of processes may do so, and share the work: a job runs under its lock (see
//! [`locks`](crate::locks)), and each of its ticks is a row that is written before the work, so it is run once, whatever
//! happens to the lock. A tick that was missed is run if it is not older than a minute, and never later.
//!
//! [`Jobs`] says which jobs there are and when they run, and takes further ones.
//! [`BoxOffice::jobs`](crate::BoxOffice::jobs) tells where each stands,
//! [`BoxOffice::job_runs`](crate::BoxOffice::job_runs) what came of them, and
//! [`BoxOffice::run_job`](crate::BoxOffice::run_job) runs one now.

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
