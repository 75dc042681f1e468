use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::{HeldSeat, Language};
use crate::domain::{
    BookingId, Currency, EntryId, PerformanceId, SeatId, SeatState, ShowId, WaitingReason, WaitlistEntry,
    WaitlistState, WantedSeat, sum,
};

/// Body of `POST /api/waiting_bookings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinWaitlistRequest {
    /// How many seats are wanted, 1 to 3.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3))]
    pub seat_count: i64,
    /// Seats that would do, the most wanted first: 1 to 10 for each that is wanted, all taken now.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 30))]
    pub seat_ids: Vec<SeatId>,
}

/// Answer of `POST /api/waiting_bookings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JoinedWaitlist {
    /// The entry.
    pub waiting_booking_id: EntryId,
}

/// An entry of the waitlist, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WaitlistEntryDetails {
    /// Its id.
    pub waiting_booking_id: EntryId,
    /// The show.
    pub show_id: ShowId,
    /// Its name.
    pub show_name: String,
    /// The performance.
    pub performance_id: PerformanceId,
    /// Local date.
    pub show_date: Date,
    /// Number of the performance on that date.
    pub show_round: u32,
    /// Local time of day.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::TimeOfDay))]
    pub show_time: Time,
    /// How many seats are wanted.
    pub seat_count: u32,
    /// The seats that would do, the most wanted first.
    pub seats: Vec<WaitlistSeat>,
    /// Where it stands.
    pub current_state: WaitlistState,
    /// When it joined.
    pub joined_at: Timestamp,
    /// 1 for who is next, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Why it has not been served yet, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<WaitingReason>,
    /// The same in words, in the language of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_text: Option<String>,
    /// When it was last passed over because of the user's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_over_at: Option<Timestamp>,
    /// What is, or was, offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferDetails>,
    /// When it was booked, withdrawn, declined or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The booking that has come of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<BookingId>,
}

/// A seat that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WaitlistSeat {
    /// The seat.
    #[serde(flatten)]
    pub seat: HeldSeat,
    /// Its stored state now.
    pub seat_status: SeatState,
}

/// Seats that only the waiter can book, until the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OfferDetails {
    /// All of them are booked together.
    pub seat_ids: Vec<SeatId>,
    /// Sum of their prices, in minor units.
    pub total_price: i64,
    /// Currency of the prices.
    pub currency: Currency,
    /// Since when.
    pub offered_at: Timestamp,
    /// Until when; at this instant it is too late.
    pub expires_at: Timestamp,
}

impl WaitlistEntryDetails {
    /// An entry as it stands at `now`, in this language.
    #[must_use]
    pub fn new(entry: &WaitlistEntry, language: Language, now: Timestamp) -> Self {
        let reason = entry.waiting.map(|waiting| waiting.reason);
        Self {
            waiting_booking_id: entry.id,
            show_id: entry.show.id,
            show_name: entry.show.name.clone(),
            performance_id: entry.performance.id,
            show_date: entry.performance.date,
            show_round: entry.performance.round,
            show_time: entry.performance.start_time,
            seat_count: entry.seat_count,
            seats: entry.seats.iter().map(WaitlistSeat::from).collect(),
            current_state: entry.state_at(now),
            joined_at: entry.created_at,
            position: entry.waiting.map(|waiting| waiting.position),
            reason,
            reason_text: reason.map(|reason| explain(reason, language).to_owned()),
            passed_over_at: entry.passed_over_at,
            offer: entry.offer.map(|offer| OfferDetails {
                seat_ids: entry.offered_seats().map(|seat| seat.id).collect(),
                total_price: sum(entry.offered_seats().map(|seat| seat.price)),
                currency: entry.show.currency,
                offered_at: offer.offered_at,
                expires_at: offer.deadline,
            }),
            ended_at: entry.ended_at,
            booking_id: entry.booking,
        }
    }
}

impl From<&WantedSeat> for WaitlistSeat {
    fn from(wanted: &WantedSeat) -> Self {
        Self { seat: HeldSeat::from(wanted.seat.clone()), seat_status: wanted.seat.state }
    }
}

/// A reason as a sentence.
fn explain(reason: WaitingReason, language: Language) -> &'static str {
    match (reason, language) {
        (WaitingReason::SaleClosed, Language::English) => "The sale is over; nothing is offered any more.",
        (WaitingReason::SaleClosed, Language::Korean) => "예매가 마감되어 더 이상 배정되지 않습니다.",
        (WaitingReason::NextOffer, Language::English) => {
            "Enough of these seats were given back; they are offered soon, to whoever has joined first."
        }
        (WaitingReason::NextOffer, Language::Korean) => "취소된 좌석이 있습니다. 곧 신청 순서대로 배정됩니다.",
        (WaitingReason::OverLimit, Language::English) => {
            "It was passed over, because you have as many seats of this performance as one user may have."
        }
        (WaitingReason::OverLimit, Language::Korean) => "1인당 예매 한도를 넘게 되어 배정에서 제외되었습니다.",
        (WaitingReason::OnSale, Language::English) => "Enough of these seats are on sale again; book them.",
        (WaitingReason::OnSale, Language::Korean) => "다시 판매 중인 좌석이 있습니다. 바로 예매해 주세요.",
        (WaitingReason::HeldByOthers, Language::English) => {
            "Somebody is buying seats of these right now; what is not bought goes on sale again."
        }
        (WaitingReason::HeldByOthers, Language::Korean) => {
            "지금 다른 사람이 예매 중인 좌석입니다. 예매하지 않으면 다시 판매됩니다."
        }
        (WaitingReason::OfferedToOthers, Language::English) => {
            "Seats of these are offered to those before you; they come back if they are not booked."
        }
        (WaitingReason::OfferedToOthers, Language::Korean) => {
            "앞선 대기자에게 배정된 좌석이 있습니다. 예매하지 않으면 다시 배정됩니다."
        }
        (WaitingReason::SeatsTaken, Language::English) => "Too few of these seats were given back so far.",
        (WaitingReason::SeatsTaken, Language::Korean) => "아직 취소된 좌석이 부족합니다.",
    }
}
