use jiff::civil::{Date, Time};
use serde::Serialize;

use super::{Currency, Grade, PerformanceId, ShowId, named_enum};

named_enum! {
    /// What a line of a report is about.
    "grouping" ReportBy {
        /// A day: of the sale, or, for occupancy, of the performance. In the business time zone.
        Day = "DAY",
        /// A grade of seats.
        Grade = "GRADE",
        /// A performance.
        Performance = "PERFORMANCE",
        /// A show.
        Show = "SHOW",
    }
}

/// What a report looks at; by default at everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only this show.
    pub show: Option<ShowId>,
    /// Only this performance.
    pub performance: Option<PerformanceId>,
    /// Only from this day on: of the sale, or, for occupancy, of the performance. In the business time zone.
    pub from: Option<Date>,
    /// Only up to this day, which is in it.
    pub to: Option<Date>,
}

/// Whom the figures of a line are of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ReportSubject {
    /// A day.
    Day {
        /// In the business time zone.
        day: Date,
    },
    /// A grade of seats.
    Grade {
        /// The grade.
        grade: Grade,
    },
    /// A show.
    Show {
        /// The show.
        show_id: ShowId,
        /// Its name.
        show_name: String,
    },
    /// A performance.
    Performance {
        /// Its show.
        show_id: ShowId,
        /// The name of its show.
        show_name: String,
        /// Its date.
        show_date: Date,
        /// Its round on that date.
        show_round: u32,
        /// When it starts.
        start_time: Time,
        /// The performance.
        performance_id: PerformanceId,
    },
}

/// What was sold, a line per subject and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SalesReport {
    /// In the order of their subjects; only those with sales.
    pub lines: Vec<SalesLine>,
    /// The sums of all lines, a line per currency.
    pub totals: Vec<Sales>,
}

/// What was sold of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SalesLine {
    /// Of what.
    #[serde(flatten)]
    pub subject: ReportSubject,
    /// How much.
    #[serde(flatten)]
    pub sales: Sales,
}

/// Tickets that were sold, and for how much. A ticket that was cancelled later counts where it was sold: as sold, and as
/// cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Sales {
    /// The currency of the amounts.
    pub currency: Currency,
    /// Tickets that were sold, also those that were cancelled since.
    pub sold_tickets: u64,
    /// How many of them were cancelled.
    pub canceled_tickets: u64,
    /// How many of them are valid.
    pub valid_tickets: u64,
    /// What was paid for the cancelled ones, in minor units.
    pub canceled_revenue: i64,
    /// What was paid for the valid ones, in minor units.
    pub revenue: i64,
}

/// How full performances are, a line per subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OccupancyReport {
    /// In the order of their subjects; only those with seats.
    pub lines: Vec<OccupancyLine>,
    /// The sum of all lines.
    pub total: Occupancy,
}

/// How full one subject is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OccupancyLine {
    /// What.
    #[serde(flatten)]
    pub subject: ReportSubject,
    /// How full.
    #[serde(flatten)]
    pub occupancy: Occupancy,
}

/// Seats by what has become of them. Holds are not looked at: a seat that is held is free until it is sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", into = "OccupancyFields")]
#[non_exhaustive]
pub struct Occupancy {
    /// All of them; gaps are none.
    pub seats: u64,
    /// Sold.
    pub sold_seats: u64,
    /// Offered to somebody who waits, or cancelled and about to be.
    pub waiting_seats: u64,
    /// Out of sale.
    pub blocked_seats: u64,
    /// On sale.
    pub left_seats: u64,
}

/// An occupancy as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OccupancyFields {
    seats: u64,
    sold_seats: u64,
    waiting_seats: u64,
    blocked_seats: u64,
    left_seats: u64,
    occupancy_percent: f64,
}

impl ReportFilter {
    /// Whether a day is one of those that it looks at.
    #[must_use]
    pub fn has_day(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Sales {
    /// Nothing yet.
    #[must_use]
    pub const fn none(currency: Currency) -> Self {
        Self { currency, sold_tickets: 0, canceled_tickets: 0, valid_tickets: 0, canceled_revenue: 0, revenue: 0 }
    }
}

impl Occupancy {
    /// Sold seats per hundred that are for sale: those out of sale are in neither number. 0 when none is for sale.
    /// Rounded to a tenth.
    ///
    /// ```
    /// use ticket_core::domain::Occupancy;
    ///
    /// assert_eq!(Occupancy::default().percent(), 0.0);
    /// ```
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no hall has 2^52 seats")]
    pub fn percent(&self) -> f64 {
        let for_sale = self.seats.saturating_sub(self.blocked_seats);
        if for_sale == 0 { 0.0 } else { (self.sold_seats as f64 / for_sale as f64 * 1000.0).round() / 10.0 }
    }
}

impl From<Occupancy> for OccupancyFields {
    fn from(of: Occupancy) -> Self {
        let Occupancy { seats, sold_seats, waiting_seats, blocked_seats, left_seats } = of;
        Self { seats, sold_seats, waiting_seats, blocked_seats, left_seats, occupancy_percent: of.percent() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_out_of_sale_do_not_count() {
        let occupancy = Occupancy { seats: 10, sold_seats: 3, waiting_seats: 1, blocked_seats: 1, left_seats: 5 };
        assert_eq!(occupancy.percent().to_string(), "33.3");
        let closed = Occupancy { seats: 2, blocked_seats: 2, ..Occupancy::default() };
        assert_eq!(closed.percent().to_string(), "0");
    }
}
