use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BookingId, ParseError, PerformanceId, SeatId, named_enum};

named_enum! {
    /// Price class of a seat, best first.
    "grade" Grade {
        /// The best seats.
        Vip = "VIP",
        /// Royal.
        R = "R",
        /// Superior.
        S = "S",
        /// Standard.
        A = "A",
        /// The plainest.
        B = "B",
    }
}

named_enum! {
    /// The stored state of a seat. A hold is not one of them: it lives beside the state, for a limited time.
    "seat state" SeatState {
        /// Free for anybody.
        Available = "AVAILABLE",
        /// Sold.
        Booked = "BOOKED",
        /// Given back, not yet offered to those who wait for it.
        Canceled = "CANCELED",
        /// Offered to one waiter.
        Waiting = "WAITING",
        /// Taken out of sale by an admin.
        Blocked = "BLOCKED",
    }
}

/// What a seat map shows for a seat: its stored state with holds and gaps laid over it, one letter on the wire.
///
/// ```
/// use ticket_core::domain::SeatStatus;
///
/// assert_eq!(SeatStatus::Held.letter(), 'H');
/// assert_eq!(SeatStatus::try_from('A')?, SeatStatus::Available);
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "char", try_from = "char")]
#[repr(u8)]
pub enum SeatStatus {
    /// `A`: free for anybody.
    Available = b'A',
    /// `B`: sold.
    Booked = b'B',
    /// `C`: given back, not yet on sale again.
    Canceled = b'C',
    /// `W`: offered to one waiter.
    Offered = b'W',
    /// `H`: claimed by a live hold.
    Held = b'H',
    /// `X`: taken out of sale.
    Blocked = b'X',
    /// `-`: drawn, but no seat.
    Gap = b'-',
}

impl SeatStatus {
    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        self as u8 as char
    }

    /// The status of a stored seat without a live hold.
    #[must_use]
    pub const fn stored(state: SeatState, is_seat: bool) -> Self {
        match (is_seat, state) {
            (false, _) => Self::Gap,
            (true, SeatState::Available) => Self::Available,
            (true, SeatState::Booked) => Self::Booked,
            (true, SeatState::Canceled) => Self::Canceled,
            (true, SeatState::Waiting) => Self::Offered,
            (true, SeatState::Blocked) => Self::Blocked,
        }
    }
}

impl From<SeatStatus> for char {
    fn from(status: SeatStatus) -> Self {
        status.letter()
    }
}

impl TryFrom<char> for SeatStatus {
    type Error = ParseError;

    fn try_from(letter: char) -> Result<Self, Self::Error> {
        Ok(match letter {
            'A' => Self::Available,
            'B' => Self::Booked,
            'C' => Self::Canceled,
            'W' => Self::Offered,
            'H' => Self::Held,
            'X' => Self::Blocked,
            '-' => Self::Gap,
            _ => return Err(ParseError::new("seat status", &letter.to_string(), "A, B, C, W, H, X, -")),
        })
    }
}

/// Where a seat is, in words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeatPosition {
    /// Part of the house, such as `1F` or `Block 112`.
    pub sector: String,
    /// Row within the sector.
    pub row: String,
    /// Number within the row, for order and neighbours.
    pub number: i64,
    /// What is printed on the chair: the number, or something like `12A`.
    pub label: String,
}

/// One seat of one performance.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Its id.
    pub id: SeatId,
    /// The performance it belongs to.
    pub performance: PerformanceId,
    /// Stable name of the place within the performance: it survives changes of the plan.
    pub guid: String,
    /// Price class.
    pub grade: Grade,
    /// Price in minor units of the show's currency.
    pub price: i64,
    /// Where it is, in words.
    pub position: SeatPosition,
    /// `false` for a gap: drawn, never sold.
    pub is_seat: bool,
    /// Centre from the left of the plan, in seat widths.
    pub x: f32,
    /// Centre from the top of the plan, in row distances.
    pub y: f32,
    /// Stored state.
    pub state: SeatState,
}

/// A stored transition of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeatChange {
    /// The state that it has got.
    pub state: SeatState,
    /// When.
    pub at: Timestamp,
    /// The booking that was made or cancelled by it; none when nothing was.
    pub booking: Option<BookingId>,
    /// The email of who has made that booking; none as well when the account is deleted.
    pub buyer: Option<String>,
}

/// Where the stage, the field or the screen is drawn, in the units of the seats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// What is written on it.
    pub label: String,
    /// Left edge in seat widths.
    pub x: f32,
    /// Top edge in row distances.
    pub y: f32,
    /// Width in seat widths.
    pub width: f32,
    /// Height in row distances.
    pub height: f32,
}
