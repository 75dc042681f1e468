//! What an admin changes: the values to be, what was before and after, and what stands in the way.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{
    Booking, BookingId, Category, Currency, Grade, Language, Performance, PerformanceId, Role, Seat, SeatId, ShowId,
    TicketId, VenueId,
};

/// What has become of a change.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Changed<T> {
    /// It is done; in a dry run, it would be.
    Done(Change<T>),
    /// Nothing was changed, because of these.
    InTheWay(Vec<Obstacle>),
}

/// Something that is another now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change<T> {
    /// As it was; none when it was not there.
    pub before: Option<T>,
    /// As it is now; none when it is gone.
    pub after: Option<T>,
}

/// What stands in the way of a change, and stays.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// Another one has this name.
    NameTaken(String),
    /// Another performance of the show is on that date and of that round.
    RoundTaken(PerformanceId),
    /// Another performance of the show starts at that time of that date.
    StartTaken(PerformanceId),
    /// Shows play at the venue.
    Shows(u64),
    /// Bookings of a performance, also cancelled ones: they are kept.
    Bookings {
        /// The performance.
        performance: PerformanceId,
        /// How many bookings.
        bookings: u64,
        /// How many of their tickets are valid.
        tickets: u64,
    },
    /// Somebody holds seats of a performance.
    Holds {
        /// The performance.
        performance: PerformanceId,
        /// How many holds.
        holds: u64,
    },
    /// Entries of the waitlist of a performance, also ended ones: they are kept.
    Waiters {
        /// The performance.
        performance: PerformanceId,
        /// How many entries.
        entries: u64,
    },
    /// Seats of a performance that have been blocked once: their history is kept.
    SeatHistory {
        /// The performance.
        performance: PerformanceId,
        /// How many seats.
        seats: u64,
    },
    /// Prices are counted in another currency already.
    Currency {
        /// How many bookings.
        bookings: u64,
    },
    /// Users have more seats of a performance than would be allowed.
    OverLimit {
        /// The performance.
        performance: PerformanceId,
        /// How many users.
        users: u64,
        /// The most that one of them has.
        seats: u64,
    },
    /// A booking of the account with tickets for what is to come.
    ComingBooking {
        /// The booking.
        booking: BookingId,
        /// How many valid tickets it has.
        tickets: u64,
    },
    /// The performance is cancelled.
    Canceled(PerformanceId),
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NameTaken(name) => write!(f, "another one is called {name:?}"),
            Self::RoundTaken(performance) => write!(f, "performance {performance} is on that date and of that round"),
            Self::StartTaken(performance) => write!(f, "performance {performance} starts on that date at that time"),
            Self::Shows(count) => write!(f, "shows at this venue: {count}"),
            Self::Bookings { performance, bookings, tickets } => {
                write!(f, "performance {performance} has bookings: {bookings}, with valid tickets: {tickets}")
            }
            Self::Holds { performance, holds } => write!(f, "performance {performance} has holds: {holds}"),
            Self::Waiters { performance, entries } => {
                write!(f, "performance {performance} has entries on the waitlist: {entries}")
            }
            Self::SeatHistory { performance, seats } => {
                write!(f, "performance {performance} has seats with a history: {seats}")
            }
            Self::Currency { bookings } => write!(f, "bookings in the present currency: {bookings}"),
            Self::OverLimit { performance, users, seats } => {
                write!(f, "performance {performance} has users with more seats: {users}, one of them with {seats}")
            }
            Self::ComingBooking { booking, tickets } => {
                write!(f, "booking {booking} has tickets for what is to come: {tickets}")
            }
            Self::Canceled(performance) => write!(f, "performance {performance} is cancelled"),
        }
    }
}

/// What is to be another at a venue; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VenueEdit {
    /// Unique name.
    pub name: Option<String>,
    /// Telephone or mail of the box office, as printed.
    pub contact: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Web page.
    pub url: Option<String>,
}

/// A show to be, without performances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShow {
    /// Where it plays.
    pub venue: VenueId,
    /// Name, unique within its venue.
    pub name: String,
    /// Kind of show.
    pub category: Category,
    /// First and last date; performances that are added later widen them.
    pub run: (Date, Date),
    /// Running time in minutes, without the intermission; see [`limits`](super::limits).
    pub running_minutes: u32,
    /// Intermission in minutes; 0 when there is none.
    pub intermission_minutes: u32,
    /// Age limit, as printed.
    pub age_limit: String,
    /// Currency of its prices.
    pub currency: Currency,
    /// Seats that one user may have booked and held per performance; at least 1.
    pub max_seats_per_user: u32,
    /// Hours before the start until which a buyer may cancel; 0 means until the start.
    pub cancel_until_hours: u32,
}

/// What is to be another at a show; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShowEdit {
    /// Name, unique within its venue.
    pub name: Option<String>,
    /// Kind of show.
    pub category: Option<Category>,
    /// Running time in minutes.
    pub running_minutes: Option<u32>,
    /// Intermission in minutes.
    pub intermission_minutes: Option<u32>,
    /// Age limit, as printed.
    pub age_limit: Option<String>,
    /// Seats that one user may have per performance; not fewer than anybody has already.
    pub max_seats_per_user: Option<u32>,
    /// Hours before the start until which a buyer may cancel.
    pub cancel_until_hours: Option<u32>,
}

/// A performance to be, with the seats of another one of the show: where they are, their grades and prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerformance {
    /// The show that is staged.
    pub show: ShowId,
    /// Local date.
    pub date: Date,
    /// 1-based number on that date; none for the next that is free.
    pub round: Option<u32>,
    /// Local time of day at which it starts.
    pub start_time: Time,
    /// When selling begins; none for at once.
    pub sale_opens_at: Option<Timestamp>,
    /// When selling ends; none for the start.
    pub sale_closes_at: Option<Timestamp>,
    /// Whose seats it gets; none for the latest of the show. Without any, it has no seats yet.
    pub seats_of: Option<PerformanceId>,
}

/// What is to be another at a performance; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PerformanceEdit {
    /// Local date.
    pub date: Option<Date>,
    /// 1-based number on that date.
    pub round: Option<u32>,
    /// Local time of day at which it starts. A sale that closes at the start goes on doing so.
    pub start_time: Option<Time>,
    /// When selling begins; `Some(None)` for at once.
    pub sale_opens_at: Option<Option<Timestamp>>,
    /// When selling ends; `Some(None)` for the start.
    pub sale_closes_at: Option<Option<Timestamp>>,
}

/// What is to be another at an account; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserEdit {
    /// How the account is called.
    pub name: Option<String>,
    /// What it is written to in.
    pub language: Option<Language>,
    /// What it may do.
    pub role: Option<Role>,
}

/// Which accounts an admin wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFilter {
    /// Only those whose email or name has this in it, in any case.
    pub contains: Option<String>,
    /// Only those that may do this.
    pub role: Option<Role>,
    /// At most this many, the newest.
    pub limit: u32,
}

impl Default for UserFilter {
    /// The newest 100 of all.
    fn default() -> Self {
        Self { contains: None, role: None, limit: 100 }
    }
}

/// Seats of one performance, and the price that they get, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PricedSeats {
    /// All of these grades, each with its price.
    Grades(PerformanceId, BTreeMap<Grade, i64>),
    /// These seats, all with one price.
    Named(Vec<SeatId>, i64),
}

/// What has become of a change of prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PriceReport {
    /// What was changed; in a dry run, what would be.
    pub changes: Vec<PriceChange>,
    /// Seats that keep their price, because somebody was told it: the held and the offered ones, in the order of their ids.
    pub kept: Vec<SeatId>,
}

/// Seats of a grade that had one price and have another now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PriceChange {
    /// The grade.
    pub grade: Grade,
    /// The price that they had, in minor units.
    pub before: i64,
    /// The price that they have.
    pub after: i64,
    /// How many seats.
    pub seats: u64,
}

/// A ticket that was moved to another seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MovedTicket {
    /// The ticket.
    pub ticket: TicketId,
    /// Its booking, as it is now.
    pub booking: Booking,
    /// The seat that it was for, as it is now.
    pub from: Seat,
    /// The seat that it is for. What was paid stays as it was.
    pub to: Seat,
}

/// What of a performance is sold, held and waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// Bookings with valid tickets.
    pub bookings: u64,
    /// Valid tickets.
    pub tickets: u64,
    /// Sum of what was paid for them, in minor units.
    pub total_price: i64,
    /// Users who have them.
    pub buyers: u64,
    /// Live holds.
    pub holds: u64,
    /// Entries of the waitlist that wait or have an offer.
    pub waiters: u64,
}

/// What cancelling a performance has undone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CanceledPerformance {
    /// The performance.
    pub performance: Performance,
    /// Whether it was cancelled before, and this call has gone on with it or found nothing to do.
    pub was_canceled: bool,
    /// What was undone by this call.
    pub undone: Standing,
}
