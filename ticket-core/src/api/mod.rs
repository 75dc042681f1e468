//! The wire types: what server and clients say to each other, as JSON in camelCase.
//!
//! A [`client`](crate::client) takes and answers them, and so does a server over a [`BoxOffice`](crate::BoxOffice),
//! which makes them of values of the [`domain`](crate::domain): `BookingReceipt::new`, `ShowDetails::new` and so on.
//! They hold values only; rules live in the engine. Requests refuse members that they do not know; answers are read
//! with members that came later.
//!
//! The one that is more than it seems is [`Layout`], everything about the seats of a performance but their state,
//! packed for halls of 50,000 seats: [`Layout::seats`] unpacks it. [`SeatStates`] has a letter for each seat in the
//! same order.
//!
//! ```
//! # use ticket_core::testing::Example;
//! # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
//! # box_office.book(mina, vec![seats[1]]).await?;
//! let (layout, map) = (box_office.layout(performance).await?, box_office.seat_states(performance).await?);
//! let seats: Vec<String> =
//!     layout.seats().zip(map.states.chars()).map(|(seat, state)| format!("{}-{} {state}", seat.row, seat.number)).collect();
//! assert_eq!(seats[..3], ["A-1 A", "A-2 B", "A-3 A"]);
//! # Ok(())
//! # });
//! ```
//!
//! Errors are [`Problem`]s with an [`ErrorCode`].

mod accounts;
mod bookings;
mod health;
mod holds;
mod layout;
mod problem;
mod ranking;
mod seats;
mod shows;
mod waitlist;

/// The header that names an attempt to change something, so that it can be repeated safely.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub use crate::domain::Language;
pub use accounts::{Credentials, JoinRequest, JoinedUser, Me, PasswordChange, RefreshRequest, TokenPair};
pub use bookings::{
    BookRequest, BookingDetails, BookingHistory, BookingHistoryItem, BookingReceipt, BookingShow, BookingTicket,
    CancelRequest, CancelResult, CanceledTicket,
};
pub use health::{PartState, Readiness, ReadinessParts};
pub use holds::{ChangeHoldRequest, HeldSeat, HoldDetails, HoldList, HoldRequest};
pub use layout::{Layout, LayoutHeader, LayoutRow, LayoutSeat, LayoutSector, PriceCategory};
pub use problem::{ErrorCode, Problem};
pub use ranking::{RankingShow, ShowRanking};
pub use seats::{SeatStates, SeatUpdate, SeatUpdateChanges};
pub use shows::{
    AvailableDate, AvailableDates, BookedSeat, BookedSeats, Like, Page, PlaceDetails, SeatGroup, SeatInfo, SeatsInfo,
    ServerTime, ShowDetails, ShowSummary,
};
pub use waitlist::{JoinWaitlistRequest, JoinedWaitlist, OfferDetails, WaitlistEntryDetails, WaitlistSeat};
