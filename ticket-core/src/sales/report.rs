//! Sums for reports: values in, values out.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::domain::{
    Currency, Grade, Occupancy, OccupancyLine, OccupancyReport, PerformanceId, ReportBy, ReportFilter, ReportSubject,
    Sales, SalesLine, SalesReport, SeatState, ShowId, TicketState, local_day, start_of_day,
};
use crate::error::Error;
use crate::storage::{ReportedPerformance, ReportedPerformances, SeatCount, SoldTicket};

/// What a line is of, in the order of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Day(Date),
    Grade(Grade),
    Show(ShowId),
    Performance(ShowId, Date, u32, PerformanceId),
}

impl Key {
    fn new(by: ReportBy, day: impl FnOnce() -> Date, grade: Grade, of: &ReportedPerformance) -> Self {
        match by {
            ReportBy::Day => Self::Day(day()),
            ReportBy::Grade => Self::Grade(grade),
            ReportBy::Show => Self::Show(of.show),
            ReportBy::Performance => Self::Performance(of.show, of.date, of.round, of.id),
        }
    }

    /// `of` is any performance that the line is of.
    fn subject(self, of: &ReportedPerformance) -> ReportSubject {
        let show_name = || of.show_name.clone();
        match self {
            Self::Day(day) => ReportSubject::Day { day },
            Self::Grade(grade) => ReportSubject::Grade { grade },
            Self::Show(show_id) => ReportSubject::Show { show_id, show_name: show_name() },
            Self::Performance(show_id, show_date, show_round, performance_id) => ReportSubject::Performance {
                show_id,
                show_name: show_name(),
                show_date,
                show_round,
                start_time: of.start_time,
                performance_id,
            },
        }
    }
}

/// From which instant until before which one the days of a filter last.
pub(crate) fn window(filter: &ReportFilter, time_zone: &TimeZone) -> Result<(Timestamp, Timestamp), Error> {
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && to < from
    {
        return Err(Error::Invalid {
            field: "to",
            problem: format!("is {to}, before {from}, from which on to look").into(),
        });
    }
    let start = |day| start_of_day(day, time_zone);
    let end = |day: Date| day.checked_add(1.day()).map_or(Timestamp::MAX, start);
    Ok((filter.from.map_or(Timestamp::MIN, start), filter.to.map_or(Timestamp::MAX, end)))
}

/// Sums up tickets, one after the other.
pub(crate) struct SalesTally {
    by: ReportBy,
    performances: ReportedPerformances,
    days: Days,
    /// With a performance that the line is of.
    lines: BTreeMap<(Key, Currency), (PerformanceId, Sales)>,
}

impl SalesTally {
    pub(crate) fn new(by: ReportBy, performances: ReportedPerformances, time_zone: TimeZone) -> Self {
        Self { by, performances, days: Days { time_zone, last: None }, lines: BTreeMap::new() }
    }

    pub(crate) fn count(&mut self, ticket: &SoldTicket) {
        let Some(of) = self.performances.get(&ticket.performance) else { return };
        let key = Key::new(self.by, || self.days.day_of(ticket.sold_at), ticket.grade, of);
        let (_, sales) = self.lines.entry((key, of.currency)).or_insert_with(|| (of.id, Sales::none(of.currency)));
        let is_valid = ticket.state == TicketState::Booked;
        add(
            sales,
            &Sales {
                sold_tickets: 1,
                canceled_tickets: u64::from(!is_valid),
                valid_tickets: u64::from(is_valid),
                canceled_revenue: if is_valid { 0 } else { ticket.price },
                revenue: if is_valid { ticket.price } else { 0 },
                currency: of.currency,
            },
        );
    }

    pub(crate) fn report(self) -> SalesReport {
        let mut totals: BTreeMap<Currency, Sales> = BTreeMap::new();
        let mut lines = Vec::with_capacity(self.lines.len());
        for ((key, currency), (performance, sales)) in self.lines {
            add(totals.entry(currency).or_insert(Sales::none(currency)), &sales);
            let of = self.performances.get(&performance);
            lines.extend(of.map(|of| SalesLine { subject: key.subject(of), sales }));
        }
        SalesReport { lines, totals: totals.into_values().collect() }
    }
}

fn add(sum: &mut Sales, more: &Sales) {
    sum.sold_tickets += more.sold_tickets;
    sum.canceled_tickets += more.canceled_tickets;
    sum.valid_tickets += more.valid_tickets;
    sum.canceled_revenue += more.canceled_revenue;
    sum.revenue += more.revenue;
}

/// Tells days. What was sold at about the same time was mostly sold on the same day.
struct Days {
    time_zone: TimeZone,
    /// From when until before when it lasts.
    last: Option<(Timestamp, Timestamp, Date)>,
}

impl Days {
    fn day_of(&mut self, at: Timestamp) -> Date {
        if let Some((start, end, day)) = self.last
            && (start..end).contains(&at)
        {
            return day;
        }
        let day = local_day(at, &self.time_zone);
        let end = day.tomorrow().map_or(Timestamp::MAX, |tomorrow| start_of_day(tomorrow, &self.time_zone));
        self.last = Some((start_of_day(day, &self.time_zone), end, day));
        day
    }
}

/// Sums up seats; of the days, those of the performances count.
pub(crate) fn occupancy(by: ReportBy, performances: &ReportedPerformances, counts: &[SeatCount]) -> OccupancyReport {
    let mut total = Occupancy::default();
    let mut lines: BTreeMap<Key, (&ReportedPerformance, Occupancy)> = BTreeMap::new();
    for count in counts {
        let Some(of) = performances.get(&count.performance) else { continue };
        let (_, sum) =
            lines.entry(Key::new(by, || of.date, count.grade, of)).or_insert_with(|| (of, Occupancy::default()));
        for sum in [sum, &mut total] {
            sum.seats += count.seats;
            *match count.state {
                SeatState::Available => &mut sum.left_seats,
                SeatState::Booked => &mut sum.sold_seats,
                SeatState::Canceled | SeatState::Waiting => &mut sum.waiting_seats,
                SeatState::Blocked => &mut sum.blocked_seats,
            } += count.seats;
        }
    }
    let line = |(key, (of, occupancy)): (Key, (&ReportedPerformance, _))| OccupancyLine {
        subject: key.subject(of),
        occupancy,
    };
    OccupancyReport { lines: lines.into_iter().map(line).collect(), total }
}
