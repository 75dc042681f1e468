use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::ParseError;

const ALLOWED: &str = "six fields, for second, minute, hour, day, month and day of the week, such as `*/5 * * * * *` or `0 30 4 * * MON-FRI`";

/// When a job runs: an expression of cron with six fields, the first for the second.
///
/// Around a change of the clocks, what runs every so often goes on doing so, and what runs at a certain hour runs once.
///
/// ```
/// use ticket_core::jobs::Schedule;
/// use ticket_core::jiff::tz::TimeZone;
///
/// let nightly: Schedule = "0 0 4 * * *".parse()?;
/// let seoul = TimeZone::get("Asia/Seoul")?;
/// let next = nightly.next_after("2027-01-02T10:00:00Z".parse()?, &seoul);
/// assert_eq!(next, Some("2027-01-02T19:00:00Z".parse()?));
///
/// assert!("0 4 * * *".parse::<Schedule>().is_err(), "five fields");
/// assert!("0 0 0 30 2 *".parse::<Schedule>().is_err(), "a day that never comes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schedule(Cron);

impl Schedule {
    /// The first tick after this moment.
    #[must_use]
    pub fn next_after(&self, at: Timestamp, time_zone: &TimeZone) -> Option<Timestamp> {
        let next = self.0.find_next_occurrence(&at.to_zoned(time_zone.clone()), false).ok()?;
        Some(next.timestamp())
    }

    /// The last tick up to this moment.
    #[must_use]
    pub fn latest_at(&self, at: Timestamp, time_zone: &TimeZone) -> Option<Timestamp> {
        let latest = self.0.find_previous_occurrence(&at.to_zoned(time_zone.clone()), true).ok()?;
        Some(latest.timestamp())
    }
}

impl std::str::FromStr for Schedule {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let not_allowed = |_| ParseError::new("cron expression", text, ALLOWED);
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(not_allowed)?;
        // A day that never comes is found out here, and not by a job that never runs.
        cron.find_next_occurrence(&Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC), false).map_err(not_allowed)?;
        Ok(Self(cron))
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A schedule for one of the jobs, as it is configured: `<job>=<six fields of cron>`.
///
/// ```
/// use ticket_core::jobs::JobSchedule;
///
/// let often: JobSchedule = "hold-sweep=*/2 * * * * *".parse()?;
/// assert_eq!((often.job.as_str(), often.schedule.as_str()), ("hold-sweep", "*/2 * * * * *"));
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSchedule {
    /// The job.
    pub job: String,
    /// A [`Schedule`].
    pub schedule: String,
}

impl std::str::FromStr for JobSchedule {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let allowed = "<job>=<six fields of cron>, such as hold-sweep=*/2 * * * * *";
        let (job, schedule) = text.split_once('=').ok_or_else(|| ParseError::new("job schedule", text, allowed))?;
        let schedule: Schedule = schedule.trim().parse()?;
        Ok(Self { job: job.trim().to_owned(), schedule: schedule.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Ticks from one moment on, as times of day in UTC.
    fn ticks(cron: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let (schedule, zone): (Schedule, _) = (cron.parse().unwrap(), TimeZone::get(zone).unwrap());
        let next = |at: &Timestamp| schedule.next_after(*at, &zone);
        let ticks = std::iter::successors(next(&at(from)), next).take(count);
        ticks.map(|tick| tick.strftime("%d %H:%M:%S").to_string()).collect()
    }

    #[test]
    fn a_tick_is_after_the_moment_and_the_latest_is_not() {
        let (schedule, zone) = ("*/5 * * * * *".parse::<Schedule>().unwrap(), TimeZone::UTC);
        let tick = at("2027-01-01T00:00:05Z");
        assert_eq!(schedule.next_after(tick, &zone), Some(at("2027-01-01T00:00:10Z")));
        assert_eq!(schedule.next_after(at("2027-01-01T00:00:04.999Z"), &zone), Some(tick));
        assert_eq!(schedule.next_after(at("2027-01-01T00:00:05.001Z"), &zone), Some(at("2027-01-01T00:00:10Z")));
        assert_eq!(schedule.latest_at(tick, &zone), Some(tick));
        assert_eq!(schedule.latest_at(at("2027-01-01T00:00:05.001Z"), &zone), Some(tick));
        assert_eq!(schedule.latest_at(at("2027-01-01T00:00:09.999Z"), &zone), Some(tick));
    }

    #[test]
    fn hours_are_those_of_the_business_time_zone() {
        assert_eq!(ticks("0 0 4 * * *", "Asia/Seoul", "2027-01-01T00:00:00Z", 2), ["01 19:00:00", "02 19:00:00"]);
    }

    /// In Berlin the hour from 2 to 3 is left out on 2027-03-28, and comes twice on 2027-10-31.
    #[test]
    fn a_change_of_the_clocks_leaves_no_hole_and_runs_nothing_twice() {
        let often = ticks("0 */20 * * * *", "Europe/Berlin", "2027-03-28T00:30:00Z", 4);
        assert_eq!(often, ["28 00:40:00", "28 01:00:00", "28 01:20:00", "28 01:40:00"]);
        let often = ticks("0 */20 * * * *", "Europe/Berlin", "2027-10-31T00:30:00Z", 4);
        assert_eq!(often, ["31 00:40:00", "31 01:00:00", "31 01:20:00", "31 01:40:00"]);
        let nightly = ticks("0 30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z", 2);
        assert_eq!(nightly, ["31 00:30:00", "01 01:30:00"]);
        let nightly = ticks("0 30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 2);
        assert_eq!(nightly.len(), 2, "{nightly:?}");
        assert!(nightly[0].starts_with("28 01:"), "it is not left out: {nightly:?}");
    }

    #[test]
    fn what_is_no_schedule_says_what_one_is() {
        for bad in ["", "often", "* * * * *", "60 * * * * *", "* * * * * * *", "0 0 0 31 2 *", "*/0 * * * * *"] {
            let error = bad.parse::<Schedule>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{bad:?} is not a cron expression; allowed is six fields")), "{error}");
        }
    }
}
