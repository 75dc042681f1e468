//! What the system is about: pure values, without I/O and without a clock.
//!
//! - What there is: [`Venue`], [`Show`], [`Performance`], [`Seat`]; and what should be: [`ShowPlan`].
//! - What buyers get: [`Hold`], [`Booking`] with its [`Ticket`]s, [`WaitlistEntry`] with its [`Offer`].
//! - What they ask for: [`SeatWish`], [`WaitlistWish`].
//! - Who they are: [`User`], [`Email`], [`Role`], [`Language`].
//! - What an admin changes: [`VenueEdit`], [`ShowEdit`], [`PerformanceEdit`], [`PricedSeats`], within the [`limits`];
//!   what comes of it: [`Changed`], or the [`Obstacle`]s.
//! - What sells: [`Ranking`], [`SalesReport`], [`OccupancyReport`]. What the jobs have done: [`JobRun`], [`OfferReport`].
//!
//! Every id has its own type, with the number inside. Names of states and kinds are enums with `as_str`, `ALL`,
//! `FromStr` (in any case), `Display` and serde, all with the same text as on the wire and in the database; they are
//! complete, and one more would be a new major version, unless they are marked as non-exhaustive.
//!
//! ```
//! use ticket_core::domain::{Grade, SeatState};
//!
//! assert_eq!("vip".parse::<Grade>()?, Grade::Vip);
//! assert_eq!(SeatState::Canceled.to_string(), "CANCELED");
//! let error = "C".parse::<Grade>().unwrap_err();
//! assert_eq!(error.to_string(), r#""C" is not a grade; allowed is VIP, R, S, A, B"#);
//! # Ok::<(), ticket_core::domain::ParseError>(())
//! ```

mod booking;
mod change;
mod fence;
mod hold;
mod idempotency_key;
mod ids;
mod instants;
mod job;
mod language;
pub mod limits;
mod mail;
mod money;
mod plan;
mod ranking;
mod report;
mod sale;
mod seat;
mod show;
mod user;
mod venue;
mod waitlist;
mod wish;

pub use booking::{Booking, BookingState, Ticket, TicketState};
pub use change::{
    CanceledPerformance, Change, Changed, MovedTicket, NewPerformance, NewShow, Obstacle, PerformanceEdit, PriceChange,
    PriceReport, PricedSeats, ShowEdit, Standing, UserEdit, UserFilter, VenueEdit,
};
pub use fence::Fence;
#[cfg(feature = "engine")]
pub(crate) use hold::{Claim, ClaimPurpose};
pub use hold::{HeldSeats, Hold, HoldId, HoldToken};
pub use idempotency_key::IdempotencyKey;
#[cfg(feature = "engine")]
pub(crate) use ids::repeated;
pub use ids::{BookingId, EntryId, MailId, PerformanceId, SeatId, ShowId, TicketId, UserId, VenueId};
pub(crate) use instants::earlier;
#[cfg(feature = "engine")]
pub(crate) use instants::later;
pub use job::{JobRun, RunOutcome};
pub use language::Language;
pub use mail::{MailKind, MailState};
pub use money::Currency;
pub(crate) use money::sum;
pub use plan::{PerformancePlan, SeatPlan, Seating, ShowPlan, VenuePlan};
pub use ranking::{RankedShow, Ranking, RankingPeriod, RankingWindow, Weekday};
#[cfg(feature = "engine")]
pub(crate) use ranking::{local_day, start_of_day};
pub use report::{
    Occupancy, OccupancyLine, OccupancyReport, ReportBy, ReportFilter, ReportSubject, Sales, SalesLine, SalesReport,
};
pub use sale::SaleWindow;
pub use seat::{Grade, Seat, SeatChange, SeatPosition, SeatState, SeatStatus, Stage};
pub use show::{Category, Performance, Show};
pub use user::{Email, NewUser, Role, User};
pub use venue::Venue;
pub use waitlist::{
    Offer, OfferReport, WaiterBefore, Waiting, WaitingReason, WaitlistEntry, WaitlistFilter, WaitlistState,
    WaitlistWish, WantedSeat,
};
pub use wish::SeatWish;

/// A name or number that does not mean what it should.
///
/// It names the value and what is allowed instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {} {what}; allowed is {allowed}", article(what))]
pub struct ParseError {
    /// What was looked for, for example `grade`.
    pub what: &'static str,
    /// The value that was given.
    pub value: String,
    /// What would have been understood.
    pub allowed: String,
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

impl ParseError {
    pub(crate) fn new(what: &'static str, value: &str, allowed: impl Into<String>) -> Self {
        Self { what, value: value.to_owned(), allowed: allowed.into() }
    }
}

/// A fieldless enum with one stable name per variant: `as_str`, `ALL`, `FromStr` (in any case), `Display`, serde.
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        $what:literal $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $text:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum $name { $( $(#[$vmeta])* #[cfg_attr(feature = "openapi", schema(rename = $text))] $variant ),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The stable name, as in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text ),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|v| v.as_str().eq_ignore_ascii_case(text))
                    .ok_or_else(|| $crate::domain::ParseError::new($what, text, [ $( $text ),+ ].join(", ")))
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self { value.as_str() }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::ParseError;
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }
    };
}
pub(crate) use named_enum;
