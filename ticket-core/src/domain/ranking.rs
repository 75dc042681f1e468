use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{ShowId, named_enum};

named_enum! {
    /// Since when the tickets of a ranking are counted.
    "period" RankingPeriod {
        /// Since midnight.
        Day = "DAY",
        /// Since the midnight with which the week begins.
        Week = "WEEK",
        /// Since the 1st.
        Month = "MONTH",
    }
}

named_enum! {
    /// A day of the week.
    "weekday" Weekday {
        /// Monday.
        Monday = "MONDAY",
        /// Tuesday.
        Tuesday = "TUESDAY",
        /// Wednesday.
        Wednesday = "WEDNESDAY",
        /// Thursday.
        Thursday = "THURSDAY",
        /// Friday.
        Friday = "FRIDAY",
        /// Saturday.
        Saturday = "SATURDAY",
        /// Sunday.
        Sunday = "SUNDAY",
    }
}

/// Shows of one category by tickets sold in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ranking {
    /// What was counted.
    pub window: RankingWindow,
    /// Only shows with sales; the best first, and the earlier one first among equals.
    pub shows: Vec<RankedShow>,
}

/// From when to when the tickets of a ranking are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RankingWindow {
    /// The first day, in the business time zone.
    pub first_day: Date,
    /// The last day: today.
    pub last_day: Date,
    /// When the first day begins.
    pub start: Timestamp,
    /// When it was counted.
    pub end: Timestamp,
}

/// A show in a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RankedShow {
    /// The show.
    pub show: ShowId,
    /// Its name.
    pub name: String,
    /// Its venue's name.
    pub venue_name: String,
    /// Date of its first performance.
    pub start_date: Date,
    /// Date of its last performance.
    pub end_date: Date,
    /// Tickets sold in the window that are still valid.
    pub tickets: u64,
}

impl RankingPeriod {
    /// The window that ends now.
    ///
    /// ```
    /// use ticket_core::domain::{RankingPeriod, Weekday};
    /// use ticket_core::jiff::tz::TimeZone;
    ///
    /// let seoul = TimeZone::get("Asia/Seoul")?;
    /// // A Saturday; the week began on Thursday, the last day of the year.
    /// let window = RankingPeriod::Week.window("2027-01-02T03:00:00Z".parse()?, &seoul, Weekday::Thursday);
    /// assert_eq!(window.start, "2026-12-31T00:00:00+09:00".parse()?);
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn window(self, now: Timestamp, time_zone: &TimeZone, week_start: Weekday) -> RankingWindow {
        let today = local_day(now, time_zone);
        let first_day = match self {
            Self::Day => today,
            Self::Week => {
                let days_into_week = today.weekday().since(week_start.into());
                today.saturating_sub(days_into_week.days())
            }
            Self::Month => today.first_of_month(),
        };
        RankingWindow { first_day, last_day: today, start: start_of_day(first_day, time_zone), end: now }
    }
}

impl From<Weekday> for jiff::civil::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// The business day that an instant belongs to. A day lasts from its start to that of the next; so it is not always the date
/// that clocks show: where they are set back over midnight, the evening that comes twice belongs to the new day the second
/// time.
pub(crate) fn local_day(at: Timestamp, time_zone: &TimeZone) -> Date {
    let date = time_zone.to_datetime(at).date();
    match date.tomorrow() {
        Ok(tomorrow) if start_of_day(tomorrow, time_zone) <= at => tomorrow,
        _ => date,
    }
}

/// The first instant of a day, which is not always midnight: clocks may be set forward over it.
pub(crate) fn start_of_day(day: Date, time_zone: &TimeZone) -> Timestamp {
    let midnight = day.to_datetime(jiff::civil::Time::MIN);
    let with_offset = |offset: jiff::tz::Offset| offset.to_timestamp(midnight).unwrap_or(Timestamp::MIN);
    match time_zone.to_ambiguous_timestamp(midnight).offset() {
        AmbiguousOffset::Unambiguous { offset } => with_offset(offset),
        // Midnight comes twice: the first time.
        AmbiguousOffset::Fold { before, .. } => with_offset(before),
        // There is no midnight: the moment at which clocks are set forward.
        AmbiguousOffset::Gap { after, .. } => {
            let shortly_before = with_offset(after);
            time_zone.following(shortly_before).next().map_or(shortly_before, |transition| transition.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn start(period: RankingPeriod, now: &str, time_zone: &str) -> String {
        let time_zone = zone(time_zone);
        let window = period.window(now.parse().unwrap(), &time_zone, Weekday::Thursday);
        assert_eq!(local_day(window.start, &time_zone), window.first_day);
        window.start.to_zoned(time_zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    #[test]
    fn periods_begin_at_local_midnight() {
        use RankingPeriod::{Day, Month, Week};
        for (period, now, expected) in [
            (Day, "2027-03-03T23:59:59.999+09:00", "2027-03-03T00:00:00+09:00"),
            (Day, "2027-03-04T00:00:00+09:00", "2027-03-04T00:00:00+09:00"),
            // Wednesday and Thursday.
            (Week, "2027-03-03T23:59:59.999+09:00", "2027-02-25T00:00:00+09:00"),
            (Week, "2027-03-04T00:00:00+09:00", "2027-03-04T00:00:00+09:00"),
            (Month, "2027-02-28T23:59:59.999+09:00", "2027-02-01T00:00:00+09:00"),
            (Month, "2027-03-01T00:00:00+09:00", "2027-03-01T00:00:00+09:00"),
        ] {
            assert_eq!(start(period, now, "Asia/Seoul"), expected, "{period} at {now}");
        }
    }

    #[test]
    fn a_week_begins_when_it_is_told_to() {
        let now = "2027-03-03T12:00:00Z".parse().unwrap();
        for (week_start, first) in [
            (Weekday::Wednesday, "2027-03-03"),
            (Weekday::Thursday, "2027-02-25"),
            (Weekday::Monday, "2027-03-01"),
            (Weekday::Sunday, "2027-02-28"),
        ] {
            let window = RankingPeriod::Week.window(now, &TimeZone::UTC, week_start);
            assert_eq!(window.first_day.to_string(), first, "{week_start}");
        }
    }

    #[test]
    fn where_there_is_no_midnight_the_day_begins_when_clocks_are_set_forward() {
        use RankingPeriod::Day;
        for (zone, now, expected) in [
            ("America/Sao_Paulo", "2018-11-04T12:00:00-02:00", "2018-11-04T01:00:00-02:00"),
            ("Asia/Beirut", "2022-03-27T12:00:00+03:00", "2022-03-27T01:00:00+03:00"),
            // From half past eleven to half past midnight.
            ("America/Toronto", "1919-03-31T12:00:00-04:00", "1919-03-31T00:30:00-04:00"),
        ] {
            assert_eq!(start(Day, now, zone), expected, "{zone}");
        }
        // A week that would begin on a Friday that the islands have skipped.
        let now = "2012-01-01T12:00:00+14:00".parse().unwrap();
        let window = RankingPeriod::Week.window(now, &zone("Pacific/Apia"), Weekday::Friday);
        assert_eq!(window.start, "2011-12-31T00:00:00+14:00".parse().unwrap());
    }

    #[test]
    fn an_evening_that_comes_twice_belongs_to_two_days_only_when_midnight_was_in_between() {
        let sao_paulo = zone("America/Sao_Paulo");
        for twice in ["2018-02-17T23:30:00-02:00", "2018-02-17T23:30:00-03:00"] {
            assert_eq!(local_day(twice.parse().unwrap(), &sao_paulo).to_string(), "2018-02-17");
        }
        // Clocks were set back at one minute past midnight.
        let st_johns = zone("America/St_Johns");
        for (at, day) in [
            ("2010-11-06T23:30:00-02:30", "2010-11-06"),
            ("2010-11-07T00:00:30-02:30", "2010-11-07"),
            ("2010-11-06T23:30:00-03:30", "2010-11-07"),
            ("2010-11-07T00:00:30-03:30", "2010-11-07"),
        ] {
            assert_eq!(local_day(at.parse().unwrap(), &st_johns).to_string(), day, "{at}");
        }
    }

    #[test]
    fn days_follow_each_other_without_gap_or_overlap() {
        for name in ["Asia/Seoul", "America/Sao_Paulo", "Asia/Beirut", "America/St_Johns", "Australia/Lord_Howe"] {
            let zone = zone(name);
            let mut at: Timestamp = "2010-01-01T00:00:00Z".parse().unwrap();
            let mut day = local_day(at, &zone);
            for _ in 0..9 * 365 * 48 {
                at = at.saturating_add(jiff::SignedDuration::from_mins(30)).unwrap();
                let next = local_day(at, &zone);
                assert!(next == day || next == day.tomorrow().unwrap(), "{name}: {day}, then {next} at {at}");
                if next != day {
                    let begins = start_of_day(next, &zone);
                    assert!(begins <= at && local_day(begins, &zone) == next, "{name}: {next} begins at {begins}");
                    let before = begins.checked_sub(jiff::SignedDuration::from_millis(1)).unwrap();
                    assert_eq!(local_day(before, &zone), day, "{name} at {before}");
                }
                day = next;
            }
        }
    }
}
