use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Grade, HeldSeats, HoldId, PerformanceId, Seat, SeatId};

/// Body of `POST /api/holds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldRequest {
    /// The seats to hold, all of one performance.
    pub seat_ids: Vec<SeatId>,
}

/// Body of `PATCH /api/holds/{id}`: all of it happens, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeHoldRequest {
    /// Seats to claim as well.
    #[serde(default)]
    pub add: Vec<SeatId>,
    /// Seats to let go.
    #[serde(default)]
    pub remove: Vec<SeatId>,
}

/// Answer of `GET /api/holds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldList {
    /// The user's live holds, soonest end first.
    pub holds: Vec<HoldDetails>,
}

/// A live hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldDetails {
    /// Its id.
    pub hold_id: HoldId,
    /// The performance.
    pub performance_id: PerformanceId,
    /// What is held.
    pub seats: Vec<HeldSeat>,
    /// Sum of the seats, in minor units.
    pub total_price: i64,
    /// Currency of the prices.
    pub currency: Currency,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// A seat of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldSeat {
    /// Its id.
    pub seat_id: SeatId,
    /// Grade.
    pub grade: Grade,
    /// Sector.
    pub sector: String,
    /// Row.
    pub row: String,
    /// Number within the row.
    pub number: i64,
    /// What is printed on the chair.
    pub label: String,
    /// Price in minor units.
    pub price: i64,
}

impl From<HeldSeats> for HoldDetails {
    fn from(held: HeldSeats) -> Self {
        Self {
            hold_id: held.hold.id,
            performance_id: held.hold.id.performance,
            total_price: held.total_price(),
            currency: held.currency,
            expires_at: held.hold.expires_at,
            seats: held.seats.into_iter().map(HeldSeat::from).collect(),
        }
    }
}

impl From<Seat> for HeldSeat {
    fn from(seat: Seat) -> Self {
        Self {
            seat_id: seat.id,
            grade: seat.grade,
            sector: seat.position.sector,
            row: seat.position.row,
            number: seat.position.number,
            label: seat.position.label,
            price: seat.price,
        }
    }
}
