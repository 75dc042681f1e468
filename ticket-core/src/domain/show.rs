use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::{Currency, PerformanceId, ShowId, Stage, VenueId, earlier, named_enum};

named_enum! {
    /// What kind of show it is.
    "category" Category {
        /// A musical.
        Musical = "MUSICAL",
        /// A concert.
        Concert = "CONCERT",
        /// A play.
        Play = "PLAY",
    }
}

/// A production that is staged once or many times at one venue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Show {
    /// Its id; a later show has a higher one.
    pub id: ShowId,
    /// Where it plays.
    pub venue: VenueId,
    /// Name, unique within its venue.
    pub name: String,
    /// Kind of show.
    pub category: Category,
    /// Date of its first performance, in the business time zone.
    pub start_date: Date,
    /// Date of its last performance.
    pub end_date: Date,
    /// Running time in minutes, without the intermission.
    pub running_minutes: u32,
    /// Intermission in minutes; 0 when there is none.
    pub intermission_minutes: u32,
    /// Age limit, as printed.
    pub age_limit: String,
    /// Seats of one performance, gaps not counted.
    pub total_seats: u32,
    /// Currency of its prices.
    pub currency: Currency,
    /// Seats that one user may have booked and held per performance.
    pub max_seats_per_user: u32,
    /// Hours before the start until which a buyer may cancel; 0 means until the start.
    pub cancel_until_hours: u32,
}

impl Show {
    /// The first instant at which a buyer can no longer cancel seats of one of its performances.
    #[must_use]
    pub fn cancellable_until(&self, performance: &Performance) -> Timestamp {
        let notice = SignedDuration::from_hours(i64::from(self.cancel_until_hours));
        earlier(performance.starts_at, notice)
    }
}

/// One staging of a show.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Performance {
    /// Its id.
    pub id: PerformanceId,
    /// The show that is staged.
    pub show: ShowId,
    /// Local date.
    pub date: Date,
    /// 1-based number of the performance on that date.
    pub round: u32,
    /// Local time of day at which it starts.
    pub start_time: Time,
    /// The same start as an instant.
    pub starts_at: Timestamp,
    /// When selling begins; `None` means it has always been open.
    pub sale_opens_at: Option<Timestamp>,
    /// When selling ends.
    pub sale_closes_at: Timestamp,
    /// When it was cancelled, if it was. From then on nothing of it is sold, held or offered.
    pub canceled_at: Option<Timestamp>,
    /// Grows with every change of a seat, its place or its price.
    pub layout_version: u64,
    /// Where the stage is drawn.
    pub stage: Option<Stage>,
}
