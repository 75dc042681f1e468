//! Which jobs there are.

use std::time::Duration;

use super::{Job, JobSchedule, work};

/// The jobs of a shop, and their schedules: the setting [`Config::jobs`](crate::Config::jobs).
///
/// [The default](Jobs::default) are those that every shop needs; a program adds its own, which get the same locks, fences and
/// records.
///
/// ```
/// use std::time::Duration;
/// use ticket_core::Config;
/// use ticket_core::jobs::{Job, Jobs};
///
/// let report = Job::new("report", "0 0 7 * * MON", Duration::ZERO, Duration::from_mins(5), async |run| {
///     let newest = run.box_office().list_bookings(Default::default()).await?;
///     Ok(Some(format!("{} bookings reported", newest.len())))
/// });
/// let jobs = Jobs::default().with(report).schedule("housekeeping", "0 30 5 * * *");
/// let config = Config { jobs, ..Config::new("tickets.db") };
/// # drop(config);
/// ```
#[derive(Debug, Clone)]
pub struct Jobs {
    pub(super) jobs: Vec<Job>,
    pub(super) schedules: Vec<(String, String)>,
}

impl Default for Jobs {
    /// What every shop needs.
    fn default() -> Self {
        let (secs, mins) = (Duration::from_secs, Duration::from_mins);
        let jobs = vec![
            Job::new("ranking-refresh", "0 0 * * * *", mins(10), mins(70), work::refresh_rankings),
            Job::new("waitlist-offer", "0 */10 * * * *", mins(9), mins(15), work::offer_canceled_seats),
            Job::new("waitlist-expire", "*/5 * * * * *", secs(4), secs(8), work::expire_offers),
            Job::new("hold-sweep", "*/5 * * * * *", secs(4), secs(8), work::sweep_holds),
            Job::new("mail-send", "*/5 * * * * *", secs(4), secs(60), work::send_mail),
            Job::new("housekeeping", "0 0 4 * * *", mins(10), mins(60), work::keep_house),
        ];
        Self { jobs, schedules: Vec::new() }
    }
}

impl Jobs {
    /// No jobs at all.
    #[must_use]
    pub fn none() -> Self {
        Self { jobs: Vec::new(), schedules: Vec::new() }
    }

    /// The names of the jobs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().map(|job| job.name.as_ref())
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// With another [`Schedule`](super::Schedule) for a job. It is checked when the box office is opened.
    #[must_use]
    pub fn schedule(mut self, job: &str, schedule: &str) -> Self {
        self.schedules.push((job.to_owned(), schedule.to_owned()));
        self
    }

    /// The same for several jobs.
    #[must_use]
    pub fn scheduled<'a>(self, schedules: impl IntoIterator<Item = &'a JobSchedule>) -> Self {
        schedules.into_iter().fold(self, |jobs, JobSchedule { job, schedule }| jobs.schedule(job, schedule))
    }
}
