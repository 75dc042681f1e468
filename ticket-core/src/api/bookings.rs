use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::Language;
use crate::domain::{
    Booking, BookingId, BookingState, Currency, Grade, HoldId, PerformanceId, SeatId, SeatPosition, SeatState, ShowId,
    Ticket, TicketId, TicketState,
};

/// Body of `POST /api/bookings`: seats, or a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged, try_from = "BookRequestFields")]
pub enum BookRequest {
    /// Book these seats at once.
    #[serde(rename_all = "camelCase")]
    Seats {
        /// All of one performance.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
        seat_ids: Vec<SeatId>,
    },
    /// Confirm this hold. Confirming again answers the same booking.
    #[serde(rename_all = "camelCase")]
    Hold {
        /// The hold.
        hold_id: HoldId,
    },
}

/// A request as it is read: so an error names the field that is wrong, and not just that nothing fits.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BookRequestFields {
    seat_ids: Option<Vec<SeatId>>,
    hold_id: Option<HoldId>,
}

impl TryFrom<BookRequestFields> for BookRequest {
    type Error = &'static str;

    fn try_from(fields: BookRequestFields) -> Result<Self, Self::Error> {
        match (fields.seat_ids, fields.hold_id) {
            (Some(seat_ids), None) => Ok(Self::Seats { seat_ids }),
            (None, Some(hold_id)) => Ok(Self::Hold { hold_id }),
            _ => Err("give either seatIds or holdId"),
        }
    }
}

/// Answer of `POST /api/bookings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingReceipt {
    /// The booking.
    pub booking_id: BookingId,
    /// One per seat.
    pub booking_tickets: Vec<BookingTicket>,
    /// Sum of the valid tickets, in minor units.
    pub total_price: i64,
    /// Currency of the prices.
    pub currency: Currency,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingTicket {
    /// Its id.
    pub ticket_id: TicketId,
    /// The show.
    pub show_name: String,
    /// Grade.
    pub seat_grade: Grade,
    /// Where the seat is, in the language of the request.
    pub seat_position_info: String,
    /// Sector of the seat.
    pub seat_sector: String,
    /// Row of the seat.
    pub seat_row: String,
    /// What is printed on the chair.
    pub seat_label: String,
    /// Where the ticket stands.
    pub seat_status: TicketState,
    /// Local date.
    pub show_date: Date,
    /// Local time of day.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::TimeOfDay))]
    pub show_time: Time,
    /// Number of the performance on that date.
    pub show_round: u32,
    /// The seat.
    pub seat_id: SeatId,
    /// Price paid, in minor units.
    pub price: i64,
}

/// Answer of `GET /api/bookings/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingDetails {
    /// When it was bought.
    pub booking_date: Timestamp,
    /// Where it stands.
    pub current_state: BookingState,
    /// The show.
    pub show_id: ShowId,
    /// The performance.
    pub performance_id: PerformanceId,
    /// The venue.
    pub place_name: String,
    /// Its tickets, as they were answered when it was bought, with their present state.
    #[serde(flatten)]
    pub receipt: BookingReceipt,
}

/// Body of `POST /api/bookings/cancel/{bookingId}`; none at all cancels every ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelRequest {
    /// The tickets to cancel; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub ticket_ids: Option<Vec<TicketId>>,
}

/// Answer of `POST /api/bookings/cancel/{bookingId}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CancelResult {
    /// Where the booking stands now.
    pub booking_status: BookingState,
    /// What this call cancelled.
    pub canceled_tickets: Vec<CanceledTicket>,
}

/// A seat given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CanceledTicket {
    /// The seat.
    pub seat_id: SeatId,
    /// Its stored state now.
    pub seat_status: SeatState,
}

/// Answer of `GET /api/users/booking`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingHistory {
    /// Newest first.
    pub booking_list: Vec<BookingHistoryItem>,
    /// Pages in all.
    pub total_pages: u64,
    /// Bookings on all pages.
    pub total_items: u64,
    /// This page, from 0.
    pub current_page: u64,
    /// Bookings per page.
    pub page_size: u64,
}

/// A booking in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingHistoryItem {
    /// The booking.
    pub booking_id: BookingId,
    /// When it was bought.
    pub booking_date: Timestamp,
    /// For which performance.
    pub performance_id: PerformanceId,
    /// What that is called.
    pub show_info: BookingShow,
    /// Valid tickets.
    pub ticket_number: u32,
    /// Where it stands.
    pub current_state: BookingState,
}

/// The performance of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookingShow {
    /// The show.
    pub show_name: String,
    /// Local date.
    pub show_date: Date,
    /// Number of the performance on that date.
    pub show_round: u32,
    /// Local time of day.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::TimeOfDay))]
    pub show_round_start_time: Time,
}

impl BookingReceipt {
    /// All tickets of a booking, with positions in this language.
    #[must_use]
    pub fn new(booking: &Booking, language: Language) -> Self {
        Self {
            booking_id: booking.id,
            booking_tickets: booking.tickets.iter().map(|t| BookingTicket::new(booking, t, language)).collect(),
            total_price: booking.total_price(),
            currency: booking.show.currency,
        }
    }
}

impl BookingDetails {
    /// A booking, with positions in this language.
    #[must_use]
    pub fn new(booking: &Booking, language: Language) -> Self {
        Self {
            booking_date: booking.booked_at,
            current_state: booking.state,
            show_id: booking.show.id,
            performance_id: booking.performance.id,
            place_name: booking.venue.name.clone(),
            receipt: BookingReceipt::new(booking, language),
        }
    }
}

impl CancelResult {
    /// A booking of which these tickets were just cancelled.
    #[must_use]
    pub fn new(booking: &Booking, canceled: &[TicketId]) -> Self {
        let canceled = booking.tickets.iter().filter(|ticket| canceled.contains(&ticket.id));
        Self {
            booking_status: booking.state,
            canceled_tickets: canceled
                .map(|ticket| CanceledTicket { seat_id: ticket.seat.id, seat_status: ticket.seat.state })
                .collect(),
        }
    }
}

impl BookingTicket {
    fn new(booking: &Booking, ticket: &Ticket, language: Language) -> Self {
        Self {
            ticket_id: ticket.id,
            show_name: booking.show.name.clone(),
            seat_grade: ticket.seat.grade,
            seat_position_info: describe(&ticket.seat.position, language),
            seat_sector: ticket.seat.position.sector.clone(),
            seat_row: ticket.seat.position.row.clone(),
            seat_label: ticket.seat.position.label.clone(),
            seat_status: ticket.state,
            show_date: booking.performance.date,
            show_time: booking.performance.start_time,
            show_round: booking.performance.round,
            seat_id: ticket.seat.id,
            price: ticket.seat.price,
        }
    }
}

fn describe(position: &SeatPosition, language: Language) -> String {
    let SeatPosition { sector, row, number, .. } = position;
    match language {
        Language::English => format!("{sector} row {row} no. {number}"),
        Language::Korean => format!("{sector} {row}열 {number}행"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_seats_or_a_hold() {
        let seats = BookRequest::Seats { seat_ids: vec![SeatId(7)] };
        assert_eq!(serde_json::to_string(&seats).unwrap(), r#"{"seatIds":[7]}"#);
        assert_eq!(serde_json::from_str::<BookRequest>(r#"{"seatIds":[7]}"#).unwrap(), seats);
        let hold_id = r#""7-000000000000000000000000000000ff""#;
        for (bad, expected) in [
            ("{}", "give either seatIds or holdId"),
            (&format!(r#"{{"seatIds":[7],"holdId":{hold_id}}}"#), "give either seatIds or holdId"),
            (r#"{"seatIds":["x"]}"#, "expected i64"),
            (r#"{"seats":[7]}"#, "unknown field `seats`"),
        ] {
            let error = serde_json::from_str::<BookRequest>(bad).unwrap_err().to_string();
            assert!(error.contains(expected), "{bad}: {error}");
        }
    }
}
