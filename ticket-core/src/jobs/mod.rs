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
    /// Putting cancelled seats on sale again.
    pub return_canceled: Duration,
}

impl Default for JobIntervals {
    /// Every 5 seconds, and every 10 minutes.
    fn default() -> Self {
        Self { hold_sweep: Duration::from_secs(5), return_canceled: Duration::from_mins(10) }
    }
}

/// Runs the jobs until `stop` is true, by the clock of the box office. Any number of processes may do so: a job that is
/// run twice does nothing the second time.
pub async fn run(box_office: BoxOffice, intervals: JobIntervals, stop: watch::Receiver<bool>) {
    tokio::join!(
        every(&box_office, intervals.hold_sweep, stop.clone(), "hold-sweep", async || box_office.sweep_holds().await),
        every(&box_office, intervals.return_canceled, stop, "return-canceled", async || {
            box_office.return_canceled_seats().await
        }),
    );
}

async fn every(
    box_office: &BoxOffice,
    interval: Duration,
    mut stop: watch::Receiver<bool>,
    name: &'static str,
    job: impl AsyncFn() -> Result<u64, Error>,
) {
    let clock = box_office.clock();
    loop {
        let next = clock.now().checked_add(interval).unwrap_or(jiff::Timestamp::MAX);
        tokio::select! {
            // An error means that nobody is left who could stop us.
            _ = stop.wait_for(|stop| *stop) => return,
            () = clock.sleep_until(next) => {}
        }
        match job().await {
            Ok(0) => {}
            Ok(count) => tracing::debug!(job.name = name, job.count = count, "job done"),
            Err(error) => tracing::warn!(job.name = name, error.code = %error.code(), ?error, "job failed"),
        }
    }
}
