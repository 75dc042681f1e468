//! Runs jobs: on their schedule, or because somebody asks for it.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::{PlannedJob, Run, Worked};
use crate::box_office::BoxOffice;
use crate::domain::{Fence, JobRun, RunOutcome};
use crate::error::Error;
use crate::locks::{Ended, LockHandle, LockRequest, Progress, keep};
use crate::storage::NewRun;

/// A tick that could not be run for longer than this is not run any more.
const LATE_MAX: Duration = Duration::from_secs(60);

/// Runs the jobs of the shop on their schedules, from this call on until `stop` is true, by the clock of the box office; then
/// lets those that run just now end. Any number of processes may do so.
///
/// ```
/// use ticket_core::jobs;
/// use tokio::sync::watch;
///
/// # use ticket_core::testing::Example;
/// # Example::run(async |Example { box_office, .. }| {
/// let stop = watch::Sender::new(false);
/// let jobs = tokio::spawn(jobs::run(box_office, stop.subscribe()));
/// // Until the program is to end.
/// stop.send_replace(true);
/// jobs.await?;
/// # Ok(())
/// # });
/// ```
pub fn run(box_office: BoxOffice, stop: watch::Receiver<bool>) -> impl Future<Output = ()> + Send + 'static {
    let from = box_office.clock().now();
    async move {
        let mut loops = JoinSet::new();
        for planned in &box_office.0.jobs {
            loops.spawn(follow(Arc::clone(planned), box_office.clone(), from, stop.clone()));
        }
        while let Some(ended) = loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a job is not run any more");
            }
        }
    }
}

/// Runs one job, tick after tick.
async fn follow(
    planned: Arc<PlannedJob>,
    box_office: BoxOffice,
    mut after: Timestamp,
    mut stop: watch::Receiver<bool>,
) {
    let (clock, time_zone) = (box_office.clock(), box_office.time_zone());
    while let Some(next) = planned.schedule.next_after(after, time_zone) {
        tokio::select! {
            biased;
            // An error means that nobody is left who could stop us.
            _ = stop.wait_for(|stop| *stop) => return,
            () = clock.sleep_until(next) => {}
        }
        // Several may have come while we slept or worked: only the last of them is of use.
        let tick = planned.schedule.latest_at(clock.now(), time_zone).map_or(next, |latest| latest.max(next));
        after = tick;
        match run_tick(&planned, &box_office, tick).await {
            Ok(()) => {}
            Err(Error::JobLocked { .. }) => tracing::debug!(job = planned.job.name, %tick, "another is at work"),
            Err(error) => {
                tracing::warn!(job = planned.job.name, %tick, error.code = %error.code(), ?error, "a tick is left out");
            }
        }
    }
}

/// Runs one tick, unless it was run.
async fn run_tick(planned: &PlannedJob, box_office: &BoxOffice, tick: Timestamp) -> Result<(), Error> {
    let (inner, job) = (&box_office.0, &planned.job);
    let late = Duration::try_from(box_office.clock().now().duration_since(tick)).unwrap_or_default();
    if late > LATE_MAX {
        tracing::warn!(job = job.name, %tick, "a tick was missed");
        return Ok(());
    }
    // Most processes come second, and need not touch the lock.
    if inner.store.tick_was_begun(job.name.clone(), tick).await? {
        return Ok(());
    }
    let at_least = rest_of(planned, box_office, tick).saturating_sub(late);
    let handle = inner.locks.acquire(LockRequest::new(&job.name, at_least, job.at_most)?).await?;
    execute(planned, box_office, handle, Some(tick)).await.map(drop)
}

/// How long from a tick on the lock stays held at least: never into the next tick.
fn rest_of(planned: &PlannedJob, box_office: &BoxOffice, tick: Timestamp) -> Duration {
    let next = planned.schedule.next_after(tick, box_office.time_zone());
    let period = next.and_then(|next| Duration::try_from(next.duration_since(tick)).ok()).unwrap_or(Duration::MAX);
    planned.job.at_least.min(period / 10 * 9)
}

/// Runs a job now, under its lock, although no tick has come; with `force` even when it was run just now.
pub(crate) async fn run_by_hand(planned: &PlannedJob, box_office: &BoxOffice, force: bool) -> Result<JobRun, Error> {
    let request = LockRequest::new(&planned.job.name, planned.job.at_least, planned.job.at_most)?;
    let request = if force { request.ending_rest() } else { request };
    let handle = box_office.0.locks.acquire(request).await?;
    let nothing = || Error::Internal { reason: "a run without a tick was taken for one that has been".into() };
    execute(planned, box_office, handle, None).await?.ok_or_else(nothing)
}

/// Does the work under a lock that is held, records it, and lets the lock go. `None` when the tick was run already.
async fn execute(
    planned: &PlannedJob,
    box_office: &BoxOffice,
    handle: LockHandle,
    scheduled_at: Option<Timestamp>,
) -> Result<Option<JobRun>, Error> {
    let (inner, clock) = (&box_office.0, box_office.clock());
    let begun =
        NewRun { fence: handle.fence().clone(), scheduled_at, runner: inner.runner.clone(), started_at: clock.now() };
    let id = match inner.store.begin_run(begun).await {
        Ok(Some(id)) => id,
        not_begun => {
            release(box_office, handle.without_rest()).await;
            return not_begun.map(|_| None);
        }
    };
    tracing::debug!(job = planned.job.name, tick = scheduled_at.map(tracing::field::display), "a job begins");
    let (work, shop, fence) = (Arc::clone(&planned.job.work), box_office.clone(), handle.fence().clone());
    let Ended { result, handle } = keep(&*inner.locks, handle, clock, async move |progress| {
        failpoint!("in-job");
        work(Run { box_office: shop, fence, progress }).await
    })
    .await;
    let (outcome, summary) = sum_up(result);
    let recorded = inner.store.finish_run(id, outcome, summary, clock.now()).await;
    // What has failed may be tried again at once.
    release(box_office, if outcome == RunOutcome::Done { handle } else { handle.without_rest() }).await;
    let run = recorded?;
    match outcome {
        RunOutcome::Done => tracing::debug!(job = run.job, summary = run.summary, "a job is done"),
        RunOutcome::Failed | RunOutcome::Panicked => {
            tracing::warn!(job = run.job, %outcome, summary = run.summary, "a job has failed");
        }
    }
    Ok(Some(run))
}

fn sum_up(result: Result<Worked, JoinError>) -> (RunOutcome, Option<String>) {
    match result {
        Ok(Ok(summary)) => (RunOutcome::Done, summary),
        Ok(Err(error)) => (RunOutcome::Failed, Some(explain(&error))),
        Err(error) => (RunOutcome::Panicked, Some(panic_message(error))),
    }
}

/// Why work has failed, for those who look after the shop: with what is kept from clients.
fn explain(error: &Error) -> String {
    match error {
        Error::Unavailable { reason } | Error::Internal { reason } => reason.clone(),
        error => error.to_string(),
    }
}

fn panic_message(error: JoinError) -> String {
    let text = |panic: Box<dyn Any + Send>| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
    };
    error.try_into_panic().ok().and_then(text).unwrap_or_else(|| "for a reason that it does not tell".into())
}

async fn release(box_office: &BoxOffice, handle: LockHandle) {
    let job = handle.name().to_owned();
    if let Err(error) = box_office.0.locks.release(handle).await {
        tracing::warn!(job, ?error, "the lock of a job could not be released");
    }
}

/// Does work under a lock, and lets the lock go.
pub(crate) async fn run_locked<T, F>(
    box_office: &BoxOffice,
    request: LockRequest,
    work: impl FnOnce(Fence, Progress) -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send,
{
    let handle = box_office.0.locks.acquire(request).await?;
    let fence = handle.fence().clone();
    let locks = &*box_office.0.locks;
    let Ended { result, handle } = keep(locks, handle, box_office.clock(), move |progress| work(fence, progress)).await;
    let result = result.unwrap_or_else(|panic| Err(Error::Internal { reason: panic_message(panic) }));
    release(box_office, if result.is_ok() { handle } else { handle.without_rest() }).await;
    result
}
