//! Everything that can happen to the program, as plain values.

use std::collections::BTreeSet;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ticket_core::api::{
    AvailableDate, BookingDetails, BookingHistory, BookingReceipt, CancelResult, ErrorCode, HoldDetails, Layout, Like,
    Me, RankingShow, SeatStates, SeatUpdateChanges, ShowDetails, ShowSummary, WaitlistEntryDetails,
};
use ticket_core::client::ClientError;
use ticket_core::domain::{BookingId, Category, EntryId, HoldId, PerformanceId, RankingPeriod, SeatId, ShowId};

use crate::effect::Effect;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The clock says so. The only way in which time gets into the model.
    Tick(Timestamp),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was clicked, dragged or its wheel turned.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The server answered, or did not.
    Answer(Box<Answer>),
    /// An effect could not be done.
    Failed(Box<Effect>, Failure),
    /// News of the seat map of a performance.
    Live(PerformanceId, Live),
}

/// What the server answered to an effect.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The server's clock is this far ahead of ours.
    ClockOffset(SignedDuration, Option<TimeZone>),
    /// Who is logged in.
    Me(Me),
    /// Nobody is logged in any more.
    LoggedOut,
    /// Every show.
    Shows(Vec<ShowSummary>),
    /// A show and its performances.
    Show(ShowId, ShowDetails, Vec<AvailableDate>),
    /// A seat map: layout, states, and what the user has of it.
    House(Layout, SeatStates, OwnSeats),
    /// The states of all seats, read again.
    States(PerformanceId, SeatStates),
    /// The user's own holds of a performance.
    Holds(PerformanceId, Vec<HoldDetails>),
    /// A new, changed or extended hold.
    Held(HoldDetails),
    /// A hold was let go.
    Released(HoldId),
    /// A hold was confirmed.
    Booked(HoldId, BookingReceipt),
    /// A page of bookings.
    Bookings(BookingHistory),
    /// One booking.
    Booking(BookingDetails),
    /// Tickets of a booking were cancelled.
    Cancelled(BookingId, CancelResult),
    /// The shows that sell best in a period, of a category or of all.
    Ranking(Option<Category>, RankingPeriod, Vec<RankingShow>),
    /// The shows that the user likes.
    Likes(BTreeSet<ShowId>),
    /// Whether the user likes a show now, and how many do.
    Liked(ShowId, Like),
    /// The password is another one now.
    PasswordChanged,
    /// The user's entries on the waitlist, newest first.
    Waitlist(Vec<WaitlistEntryDetails>),
    /// The user waits for seats of a performance.
    JoinedWaitlist(PerformanceId),
    /// An entry was withdrawn, or its offer declined.
    LeftWaitlist(WaitlistEntryDetails),
    /// What was offered to an entry is booked.
    OfferBooked(EntryId, BookingReceipt),
}

/// What the user has of a performance.
#[derive(Debug, Clone, Default)]
pub struct OwnSeats {
    /// The live holds, soonest end first.
    pub holds: Vec<HoldDetails>,
    /// Tickets that are valid, by booking.
    pub booked: Vec<(BookingId, usize)>,
}

/// News of a seat map.
#[derive(Debug, Clone)]
pub enum Live {
    /// The connection stands.
    Connected,
    /// These seats look different now.
    Changes(SeatUpdateChanges),
    /// What happened cannot be told; the states must be read again.
    Reset,
    /// The connection broke; another is being tried.
    Lost,
}

/// Why an effect could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What to do about it.
    pub kind: FailureKind,
    /// For people.
    pub message: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// The seats concerned.
    pub seats: Vec<SeatId>,
    /// Seconds after which the server wants to be asked again.
    pub retry_after: Option<u64>,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The server was not reached; whether it acted is unknown.
    Offline,
    /// The login is missing or over.
    LoggedOut,
    /// The server refused.
    Refused(ErrorCode),
    /// The answer was not understood.
    Other,
}

impl Answer {
    /// Whether it answers what is asked in passing, while nobody waits for it.
    #[must_use]
    pub fn is_in_passing(&self) -> bool {
        matches!(self, Self::ClockOffset(..) | Self::Ranking(..) | Self::Likes(_) | Self::Waitlist(_))
    }
}

impl Failure {
    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self.kind {
            FailureKind::Refused(code) => Some(code),
            _ => None,
        }
    }

    /// Seconds to wait, when the server only has too much to do for us just now.
    #[must_use]
    pub fn busy_seconds(&self) -> Option<u64> {
        (self.code() == Some(ErrorCode::TooManyRequests)).then(|| self.retry_after.unwrap_or(1).max(1))
    }

    /// Whether the hold that was meant is over.
    #[must_use]
    pub fn is_hold_gone(&self) -> bool {
        matches!(self.code(), Some(ErrorCode::HoldNotFound | ErrorCode::HoldExpired))
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let (field, seats) = error.problem().map(|p| (p.field.clone(), p.seat_ids.clone())).unwrap_or_default();
        let message = error.problem().map_or_else(|| error.to_string(), |p| p.message.clone());
        let retry_after = error.retry_after().map(|pause| pause.as_secs());
        Self { kind: FailureKind::of(&error), message, field, seats, retry_after }
    }
}

impl FailureKind {
    /// What is to be done about an error of the client.
    pub(crate) fn of(error: &ClientError) -> Self {
        use ErrorCode as E;
        if error.is_offline() || error.code() == Some(E::OutcomeUnknown) {
            return FailureKind::Offline;
        }
        match error.code() {
            Some(
                E::TokenInvalid
                | E::RefreshTokenUnknown
                | E::TokenMissing
                | E::TokenExpired
                | E::TokenUnsupported
                | E::TokenMalformed
                | E::RefreshTokenRevoked,
            ) => FailureKind::LoggedOut,
            Some(code) => FailureKind::Refused(code),
            None => FailureKind::Other,
        }
    }
}
