//! The wire types: what server and clients say to each other, as JSON in camelCase.
//!
//! One file per part of the contract. They hold values only; rules live in the engine.

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
