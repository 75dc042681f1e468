//! What has to be done again and again, so that nothing stays stuck.

use std::time::Duration;

use tokio::sync::watch;

use crate::box_office::BoxOffice;
use crate::error::Error;

/// How often each job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobIntervals {
    /// Clearing holds that have run out.
    pub hold_sweep: Duration,
    /// Offering cancelled seats to those who wait for them, and putting on sale what is left.
    pub waitlist_offer: Duration,
    /// Ending offers whose deadline is over.
    pub waitlist_expire: Duration,
    /// Forgetting what need not be remembered any longer.
    pub housekeeping: Duration,
}

impl Default for JobIntervals {
    /// Every 5 seconds for what runs out, every 10 minutes for offers, and every hour for housekeeping.
    fn default() -> Self {
        Self {
            hold_sweep: Duration::from_secs(5),
            waitlist_offer: Duration::from_mins(10),
            waitlist_expire: Duration::from_secs(5),
            housekeeping: Duration::from_hours(1),
        }
    }
}

/// Runs the jobs until `stop` is true, by the clock of the box office. Any number of processes may do so: a job that is
/// run twice does nothing the second time.
pub async fn run(box_office: BoxOffice, intervals: JobIntervals, stop: watch::Receiver<bool>) {
    tokio::join!(
        every(intervals.hold_sweep, Job::HoldSweep, &box_office, stop.clone()),
        every(intervals.waitlist_offer, Job::WaitlistOffer, &box_office, stop.clone()),
        every(intervals.waitlist_expire, Job::WaitlistExpire, &box_office, stop.clone()),
        every(intervals.housekeeping, Job::Housekeeping, &box_office, stop),
    );
}

#[derive(Debug, Clone, Copy)]
enum Job {
    HoldSweep,
    WaitlistOffer,
    WaitlistExpire,
    Housekeeping,
}

impl Job {
    async fn run(self, box_office: &BoxOffice) -> Result<u64, Error> {
        match self {
            Self::HoldSweep => box_office.sweep_holds().await,
            Self::WaitlistOffer => {
                let report = box_office.offer_canceled_seats(&box_office.next_fence("waitlist-offer").await?).await?;
                Ok(report.offered + report.passed_over + report.returned)
            }
            Self::WaitlistExpire => box_office.expire_offers(&box_office.next_fence("waitlist-expire").await?).await,
            Self::Housekeeping => box_office.prune_answers().await,
        }
    }
}

async fn every(interval: Duration, job: Job, box_office: &BoxOffice, mut stop: watch::Receiver<bool>) {
    let clock = box_office.clock();
    loop {
        let next = clock.now().checked_add(interval).unwrap_or(jiff::Timestamp::MAX);
        tokio::select! {
            // An error means that nobody is left who could stop us.
            _ = stop.wait_for(|stop| *stop) => return,
            () = clock.sleep_until(next) => {}
        }
        match job.run(box_office).await {
            Ok(0) => {}
            Ok(count) => tracing::debug!(?job, count, "job done"),
            Err(error) => tracing::warn!(?job, error.code = %error.code(), ?error, "job failed"),
        }
    }
}
