use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::named_enum;

named_enum! {
    /// How a run of a job has ended.
    "run outcome" RunOutcome {
        /// It has done what there was to do.
        Done = "DONE",
        /// It has ended with an error.
        Failed = "FAILED",
        /// It has panicked.
        Panicked = "PANICKED",
    }
}

/// One run of a scheduled job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobRun {
    /// The job.
    pub job: String,
    /// The tick that it was for; none when somebody asked for it.
    pub scheduled_at: Option<Timestamp>,
    /// The number of the acquisition of the lock under which it ran.
    pub fence: i64,
    /// Which process ran it.
    pub runner: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it runs, or when its runner died.
    pub finished_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// What it did, or why it failed; none when there was nothing to do.
    pub summary: Option<String>,
}
