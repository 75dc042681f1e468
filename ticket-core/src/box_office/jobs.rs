//! Scheduled jobs, and locks.

use crate::domain::{Fence, JobRun};
use crate::error::Error;
use crate::jobs::{self, JobStatus, PlannedJob};
use crate::locks::{JobLock, LockRequest, Progress};

use super::BoxOffice;

/// # Scheduled jobs, and locks
///
/// [`jobs::run`] runs the jobs on their schedules.
impl BoxOffice {
    /// The jobs of the shop, and where each of them stands.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// for job in box_office.jobs().await? {
    ///     println!("{}: {}, next {:?}", job.job, job.schedule, job.next_tick);
    /// }
    /// # assert_eq!(box_office.jobs().await?.len(), 6);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `D_001` when the database or the lock store cannot be reached.
    pub async fn jobs(&self) -> Result<Vec<JobStatus>, Error> {
        let mut all = Vec::new();
        for planned in &self.0.jobs {
            all.push(planned.status(self).await?);
        }
        Ok(all)
    }

    /// The latest runs, newest first, of one job or of all.
    ///
    /// ```
    /// use ticket_core::domain::RunOutcome;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// box_office.run_job("housekeeping", false).await?;
    /// let runs = box_office.job_runs(Some("housekeeping"), 10).await?;
    /// assert_eq!((runs.len(), runs[0].outcome), (1, Some(RunOutcome::Done)));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when there is no such job.
    pub async fn job_runs(&self, job: Option<&str>, limit: u32) -> Result<Vec<JobRun>, Error> {
        let job = job.map(|job| self.planned(job).map(|_| job.to_owned())).transpose()?;
        self.0.store.job_runs(job, limit).await
    }

    /// Runs a job now, under its lock, and tells what came of it; a failure of the job is no error of this call. Its next
    /// tick is run all the same. With `force`, it is run even when it was run just now.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let run = box_office.run_job("housekeeping", false).await?;
    /// assert_eq!(run.summary, None, "there was nothing to do");
    /// let again = box_office.run_job("housekeeping", false).await;
    /// assert!(matches!(again, Err(Error::JobLocked { is_resting: true, .. })));
    /// assert!(box_office.run_job("housekeeping", true).await.is_ok());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `J_001` when somebody runs it just now, or, without `force`, has done so; `G_001` when there is no such job.
    pub async fn run_job(&self, job: &str, force: bool) -> Result<JobRun, Error> {
        jobs::run_by_hand(self.planned(job)?, self, force).await
    }

    /// Named locks over all processes of the shop, for any work that only one of them should do at a time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ticket_core::locks::LockRequest;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let report = LockRequest::new("nightly report", Duration::ZERO, Duration::from_mins(10))?;
    /// let lock = box_office.locks().acquire(report).await?;
    /// println!("mine until {} at most", lock.expires_at());
    /// box_office.locks().release(lock).await?;
    /// assert_eq!(box_office.locks().state("nightly report").await?, None);
    /// # Ok(())
    /// # });
    /// ```
    #[must_use]
    pub fn locks(&self) -> &dyn JobLock {
        &*self.0.locks
    }

    /// Does work under a lock, keeps the lock while the work makes progress, and lets it go, also when the work fails or
    /// panics: then at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ticket_core::locks::LockRequest;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let lock = LockRequest::new("season report", Duration::ZERO, Duration::from_secs(30))?;
    /// let pages = box_office.run_locked(lock, async |_fence, progress| {
    ///     let mut pages = 0;
    ///     for _month in 1..=12 {
    ///         pages += 1;
    ///         progress.made()?;
    ///     }
    ///     Ok(pages)
    /// });
    /// assert_eq!(pages.await?, 12);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `J_001` when somebody else holds the lock; the error of the work, `G_500` when it has panicked.
    pub async fn run_locked<T, F>(
        &self,
        request: LockRequest,
        work: impl FnOnce(Fence, Progress) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send,
    {
        jobs::run_locked(self, request, work).await
    }

    fn planned(&self, job: &str) -> Result<&PlannedJob, Error> {
        let found = self.0.jobs.iter().find(|planned| planned.name() == job);
        found.map(|planned| &**planned).ok_or_else(|| {
            let known: Vec<&str> = self.0.jobs.iter().map(|planned| planned.name()).collect();
            Error::Invalid { field: "job", problem: format!("is {job:?}; there are {}", known.join(", ")).into() }
        })
    }
}
