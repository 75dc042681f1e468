use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{JobStatus, Jobs, Schedule};
use crate::box_office::BoxOffice;
use crate::domain::{Fence, ParseError};
use crate::error::Error;
use crate::locks::{LockRequest, Progress};
use crate::storage::RunBy;

/// What a run has done, for people, such as `3 seats returned`; none when there was nothing to do.
pub type Worked = Result<Option<String>, Error>;

type Work = dyn Fn(Run) -> Pin<Box<dyn Future<Output = Worked> + Send>> + Send + Sync;

/// Something that is done on a schedule, under a lock of its own name.
#[derive(Clone)]
pub struct Job {
    pub(super) name: String,
    pub(super) schedule: String,
    pub(super) at_least: Duration,
    pub(super) at_most: Duration,
    pub(super) work: Arc<Work>,
}

impl Job {
    /// A job with the lock times of [`LockRequest::new`], on a [`Schedule`]. What makes no sense is refused when the box
    /// office is opened.
    ///
    /// On a schedule whose ticks are nearer to each other than `at_least`, the lock rests only until shortly before the
    /// next tick.
    ///
    /// The work may take longer than `at_most` as long as it [makes progress](Run::made_progress). It must be safe to
    /// run again after a run that was broken off.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ticket_core::jobs::{Job, Jobs};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// let count = Job::new("count", "0 0 * * * *", Duration::ZERO, Duration::from_mins(1), async |run| {
    ///     let holds = run.box_office().list_holds().await?;
    ///     Ok((!holds.is_empty()).then(|| format!("{} holds", holds.len())))
    /// });
    /// # let box_office = shop.open_as(|config| ticket_core::Config { jobs: Jobs::default().with(count), ..config });
    /// let run = box_office.run_job("count", false).await?;
    /// assert_eq!(run.summary, None, "there was nothing to count");
    /// # Ok(())
    /// # });
    /// ```
    pub fn new<W>(
        name: &str,
        schedule: &str,
        at_least: Duration,
        at_most: Duration,
        work: impl Fn(Run) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Worked> + Send + 'static,
    {
        let work = Arc::new(move |run| Box::pin(work(run)) as Pin<Box<dyn Future<Output = Worked> + Send>>);
        Self { name: name.to_owned(), schedule: schedule.to_owned(), at_least, at_most, work }
    }
}

impl Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({} at {:?}, {:?} to {:?})", self.name, self.schedule, self.at_least, self.at_most)
    }
}

/// One run of a job, for its work.
#[derive(Debug, Clone)]
pub struct Run {
    pub(super) box_office: BoxOffice,
    pub(super) fence: Fence,
    pub(super) progress: Progress,
}

impl Run {
    /// The shop.
    #[must_use]
    pub fn box_office(&self) -> &BoxOffice {
        &self.box_office
    }

    /// What the run must show whenever it writes: a newer one means that another has taken over.
    #[must_use]
    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// A step is done; as long as they follow each other, the lock is kept.
    ///
    /// # Errors
    ///
    /// [`Error::LockLost`] when the lock is known to be lost: there is no use in going on.
    pub fn made_progress(&self) -> Result<(), Error> {
        self.progress.made()
    }

    /// As the store wants to know it.
    pub(crate) fn by(&self) -> RunBy {
        RunBy::Job(self.fence.clone())
    }
}

/// Why the jobs cannot be run as they are configured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// A schedule for a job that is not there.
    #[error("there is no job {job:?} to be scheduled; there are {known}")]
    Unknown {
        /// The name.
        job: String,
        /// The jobs that there are.
        known: String,
    },
    /// A schedule that is none.
    #[error("the schedule of job {job}: {problem}")]
    Schedule {
        /// The job.
        job: String,
        /// The value, and what is allowed.
        problem: ParseError,
    },
    /// A name or times that are refused for its lock.
    #[error("the lock of job {job:?}: {problem}")]
    Lock {
        /// The job.
        job: String,
        /// The value, and what is allowed.
        problem: Error,
    },
    /// Two jobs have the same name.
    #[error("there is more than one job {job:?}")]
    Twice {
        /// The name.
        job: String,
    },
}

/// A job that makes sense.
pub(crate) struct PlannedJob {
    pub(super) job: Job,
    pub(super) schedule: Schedule,
}

impl PlannedJob {
    pub(crate) fn name(&self) -> &str {
        &self.job.name
    }

    /// Where it stands.
    pub(crate) async fn status(&self, box_office: &BoxOffice) -> Result<JobStatus, Error> {
        let inner = &box_office.0;
        Ok(JobStatus {
            job: self.job.name.clone(),
            schedule: self.job.schedule.clone(),
            next_tick: self.schedule.next_after(box_office.clock().now(), box_office.time_zone()),
            at_least_seconds: self.job.at_least.as_secs(),
            at_most_seconds: self.job.at_most.as_secs(),
            lock: inner.locks.state(&self.job.name).await?,
            last_run: inner.store.job_runs(Some(self.job.name.clone()), 1).await?.pop(),
        })
    }
}

/// Checks jobs and their schedules.
pub(crate) fn plan(Jobs { mut jobs, schedules }: Jobs) -> Result<Vec<PlannedJob>, JobError> {
    for (name, schedule) in schedules {
        match jobs.iter_mut().find(|job| job.name == name) {
            Some(job) => job.schedule = schedule,
            None => return Err(JobError::Unknown { job: name, known: names(&jobs) }),
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = jobs.iter().find(|job| !seen.insert(job.name.clone())) {
        return Err(JobError::Twice { job: twice.name.clone() });
    }
    jobs.into_iter().map(plan_one).collect()
}

fn plan_one(job: Job) -> Result<PlannedJob, JobError> {
    let name = || job.name.clone();
    let schedule = job.schedule.parse().map_err(|problem| JobError::Schedule { job: name(), problem })?;
    LockRequest::new(&job.name, job.at_least, job.at_most)
        .map_err(|problem| JobError::Lock { job: name(), problem })?;
    Ok(PlannedJob { job, schedule })
}

fn names(jobs: &[Job]) -> String {
    jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>().join(", ")
}
