use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Grade, HeldSeats, HoldId, PerformanceId, Seat, SeatId, SeatWish};

/// Body of `POST /api/holds`: seats by name, or a wish.
///
/// ```
/// use ticket_core::api::HoldRequest;
/// use ticket_core::domain::{PerformanceId, SeatId, SeatWish};
///
/// let named: HoldRequest = serde_json::from_str(r#"{"seatIds": [7, 8]}"#)?;
/// assert_eq!(named, HoldRequest::Seats { seat_ids: vec![SeatId(7), SeatId(8)] });
/// let best = r#"{"performanceId": 1, "best": {"count": 2, "together": true}}"#;
/// let wish = HoldRequest::Best { performance_id: PerformanceId(1), best: SeatWish::together(2) };
/// assert_eq!(serde_json::from_str::<HoldRequest>(best)?, wish);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged, try_from = "HoldRequestFields")]
pub enum HoldRequest {
    /// These seats.
    #[serde(rename_all = "camelCase")]
    Seats {
        /// All of one performance.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
        seat_ids: Vec<SeatId>,
    },
    /// The best that are free.
    #[serde(rename_all = "camelCase")]
    Best {
        /// The performance.
        performance_id: PerformanceId,
        /// What they must be like.
        best: SeatWish,
    },
}

/// What may be in a [`HoldRequest`]. Read like this, a mistake in a field is reported as what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HoldRequestFields {
    seat_ids: Option<Vec<SeatId>>,
    performance_id: Option<PerformanceId>,
    best: Option<SeatWish>,
}

impl TryFrom<HoldRequestFields> for HoldRequest {
    type Error = &'static str;

    fn try_from(fields: HoldRequestFields) -> Result<Self, Self::Error> {
        match fields {
            HoldRequestFields { seat_ids: Some(seat_ids), performance_id: None, best: None } => {
                Ok(Self::Seats { seat_ids })
            }
            HoldRequestFields { seat_ids: None, performance_id: Some(performance_id), best: Some(best) } => {
                Ok(Self::Best { performance_id, best })
            }
            _ => Err("a hold needs either `seatIds`, or `performanceId` and `best`"),
        }
    }
}

/// Body of `PATCH /api/holds/{id}`: all of it happens, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HoldList {
    /// The user's live holds, soonest end first.
    pub holds: Vec<HoldDetails>,
}

/// A live hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_as_it_is_read() {
        let texts = [
            r#"{"seatIds":[7,8]}"#,
            r#"{"performanceId":1,"best":{"count":2,"together":true}}"#,
            r#"{"performanceId":1,"best":{"count":2,"grade":"VIP","sector":"1F","maxPrice":9000,"together":false}}"#,
        ];
        for text in texts {
            let request: HoldRequest = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&request).unwrap(), text);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let either = "a hold needs either `seatIds`, or `performanceId` and `best`";
        let cases = [
            ("{}", either),
            (r#"{"performanceId":1}"#, either),
            (r#"{"best":{"count":2,"together":true}}"#, either),
            (r#"{"seatIds":[7],"performanceId":1}"#, either),
            (r#"{"seatIds":[7],"performanceId":1,"best":{"count":2,"together":true}}"#, either),
            (r#"{"seatIds":[7],"seats":[8]}"#, "unknown field `seats`"),
            (r#"{"seatIds":["7"]}"#, "expected i64"),
            (r#"{"performanceId":1,"best":{"count":2}}"#, "missing field `together`"),
            (r#"{"performanceId":1,"best":{"count":-2,"together":true}}"#, "expected u32"),
            (r#"{"performanceId":1,"best":{"count":2,"grade":"Z","together":true}}"#, "allowed is VIP, R, S, A, B"),
        ];
        for (text, expected) in cases {
            let error = serde_json::from_str::<HoldRequest>(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
