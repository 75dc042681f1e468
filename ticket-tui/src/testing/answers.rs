//! What the server answers in the story that the scenes tell.

use jiff::SignedDuration;
use jiff::civil::{date, time};
use ticket_core::api::{
    AvailableDate, BookingDetails, BookingHistory, BookingHistoryItem, BookingReceipt, BookingShow, BookingTicket,
    ErrorCode, HeldSeat, HoldDetails, OfferDetails, PlaceDetails, RankingShow, ShowDetails, ShowSummary,
    WaitlistEntryDetails, WaitlistSeat,
};
use ticket_core::domain::{
    BookingId, BookingState, Category, Currency, EntryId, Grade, HoldId, PerformanceId, SeatId, SeatState, ShowId,
    TicketId, TicketState, WaitingReason, WaitlistState,
};

use super::at;
use crate::event::{Failure, FailureKind};
use crate::lang::{Language, Say};
use crate::model::Hall;

pub(crate) fn hold_id() -> HoldId {
    "7-000000000000000000000000000000ff".parse().unwrap()
}

pub(crate) fn hold_of(hall: &Hall, seats: &[usize], seconds: i64) -> HoldDetails {
    let held = seats.iter().map(|seat| {
        let place = hall.house.place(*seat).unwrap();
        let (sector, row, label) = hall.house.position(*seat).unwrap();
        let category = hall.house.category(*seat).unwrap();
        HeldSeat {
            seat_id: place.id,
            grade: category.grade,
            sector: sector.into(),
            row: row.into(),
            number: 1,
            label: label.into(),
            price: category.price,
        }
    });
    HoldDetails {
        hold_id: hold_id(),
        performance_id: PerformanceId(7),
        seats: held.collect(),
        total_price: hall.house.total_price(seats),
        currency: Currency::KRW,
        expires_at: at(seconds),
    }
}

pub(crate) fn failure(kind: FailureKind, message: &str) -> Failure {
    Failure { kind, message: message.into(), field: None, seats: Vec::new(), retry_after: None }
}

/// The server cannot be reached.
pub(crate) fn offline() -> Failure {
    failure(FailureKind::Offline, "connection refused")
}

pub(crate) fn refused(code: ErrorCode, message: &str, seats: &[SeatId]) -> Failure {
    Failure { seats: seats.to_vec(), ..failure(FailureKind::Refused(code), message) }
}

pub(crate) fn shows() -> Vec<ShowSummary> {
    let show = |id, name: &str, place: &str, category, first, last| ShowSummary {
        show_id: ShowId(id),
        show_name: name.into(),
        place_name: place.into(),
        category,
        show_start_date: first,
        show_end_date: last,
    };
    vec![
        show(3, "Les Misérables", "블루스퀘어 Blue Square", Category::Musical, date(2027, 1, 2), date(2027, 2, 28)),
        show(
            2,
            "아이유 콘서트 2027: 골든 아워",
            "서울월드컵경기장",
            Category::Concert,
            date(2027, 3, 6),
            date(2027, 3, 7),
        ),
        show(1, "Waiting for Godot", "Black Box", Category::Play, date(2027, 1, 9), date(2027, 1, 9)),
    ]
}

pub(super) fn show() -> (ShowDetails, Vec<AvailableDate>) {
    let details = ShowDetails {
        show_id: ShowId(3),
        show_name: "Les Misérables".into(),
        category: Category::Musical,
        show_start_date: date(2027, 1, 2),
        show_end_date: date(2027, 2, 28),
        show_time: 170,
        show_intermission_time: 20,
        show_age_limit: "8+".into(),
        total_seats: 530,
        max_seats_per_user: 4,
        likes: 12,
        place_details_info: PlaceDetails {
            show_place_name: "블루스퀘어 Blue Square".into(),
            show_place_contact_info: "1544-1591".into(),
            show_place_address: "294 Itaewon-ro, Yongsan-gu, Seoul".into(),
            show_place_url: "https://www.bluesquare.kr".into(),
        },
    };
    let performance = |id, day, round, hour, left, opens: Option<i64>| AvailableDate {
        show_date: date(2027, 1, day),
        round,
        start_time: time(hour, 0, 0, 0),
        performance_id: PerformanceId(id),
        left_seats: left,
        sale_opens_at: opens.map(at),
        sale_closes_at: at(86_400 * i64::from(day)),
    };
    let dates = vec![
        performance(6, 2, 1, 14, 0, None),
        performance(7, 2, 2, 19, 431, None),
        performance(8, 3, 1, 14, 530, Some(7_200)),
    ];
    (details, dates)
}

pub(crate) fn receipt() -> BookingReceipt {
    receipt_in(Language::English)
}

pub(super) fn receipt_in(lang: Language) -> BookingReceipt {
    let ticket = |id: i64, number: i64| BookingTicket {
        ticket_id: TicketId(id),
        show_name: "Les Misérables".into(),
        seat_grade: Grade::Vip,
        seat_position_info: lang.say(format!("1F row A no. {number}"), format!("1F A열 {number}행")),
        seat_sector: "1F".into(),
        seat_row: "A".into(),
        seat_label: number.to_string(),
        seat_status: TicketState::Booked,
        show_date: date(2027, 1, 2),
        show_time: time(19, 0, 0, 0),
        show_round: 2,
        seat_id: SeatId(1_000 + number),
        price: 170_000,
    };
    BookingReceipt {
        booking_id: BookingId(42),
        booking_tickets: vec![ticket(81, 19), ticket(82, 20)],
        total_price: 340_000,
        currency: Currency::KRW,
    }
}

pub(super) fn history() -> BookingHistory {
    let item = |id, name: &str, state, tickets| BookingHistoryItem {
        booking_id: BookingId(id),
        booking_date: at(-86_400),
        performance_id: PerformanceId(if id == 42 { 7 } else { 3 }),
        show_info: BookingShow {
            show_name: name.into(),
            show_date: date(2027, 1, 2),
            show_round: 2,
            show_round_start_time: time(19, 0, 0, 0),
        },
        ticket_number: tickets,
        current_state: state,
    };
    BookingHistory {
        booking_list: vec![
            item(42, "Les Misérables", BookingState::Booked, 2),
            item(17, "아이유 콘서트 2027: 골든 아워", BookingState::Canceled, 0),
        ],
        total_pages: 1,
        total_items: 2,
        current_page: 0,
        page_size: 50,
    }
}

pub(crate) fn booking() -> BookingDetails {
    booking_in(Language::English)
}

pub(crate) fn booking_in(lang: Language) -> BookingDetails {
    BookingDetails {
        booking_date: at(0),
        current_state: BookingState::Booked,
        show_id: ShowId(3),
        performance_id: PerformanceId(7),
        place_name: "블루스퀘어 Blue Square".into(),
        receipt: receipt_in(lang),
    }
}

pub(crate) fn ranking() -> Vec<RankingShow> {
    let show = |id, name: &str, total_ticket_count| RankingShow {
        show_id: ShowId(id),
        show_name: name.into(),
        place_name: "블루스퀘어 Blue Square".into(),
        show_start_date: date(2027, 1, 2),
        show_end_date: date(2027, 2, 28),
        total_ticket_count,
    };
    vec![
        show(2, "아이유 콘서트 2027: 골든 아워", 41_230),
        show(3, "Les Misérables", 9_871),
        show(1, "Waiting for Godot", 3),
    ]
}

pub(crate) fn entries() -> Vec<WaitlistEntryDetails> {
    entries_in(Language::English)
}

pub(crate) fn entries_in(lang: Language) -> Vec<WaitlistEntryDetails> {
    let seat = |number: i64, seat_status| WaitlistSeat {
        seat: HeldSeat {
            seat_id: SeatId(1_000 + number),
            grade: Grade::Vip,
            sector: "1F".into(),
            row: "A".into(),
            number,
            label: number.to_string(),
            price: 170_000,
        },
        seat_status,
    };
    let entry = |id, name: &str, current_state| WaitlistEntryDetails {
        waiting_booking_id: EntryId(id),
        show_id: ShowId(3),
        show_name: name.into(),
        performance_id: PerformanceId(7),
        show_date: date(2027, 1, 2),
        show_round: 2,
        show_time: time(19, 0, 0, 0),
        seat_count: 2,
        seats: (19..27).map(|number| seat(number, SeatState::Booked)).collect(),
        current_state,
        joined_at: at(-86_400),
        position: None,
        reason: None,
        reason_text: None,
        passed_over_at: None,
        offer: None,
        ended_at: None,
        booking_id: None,
    };
    let offer = OfferDetails {
        seat_ids: vec![SeatId(1_019), SeatId(1_020)],
        total_price: 340_000,
        currency: Currency::KRW,
        offered_at: at(-60),
        expires_at: at(272),
    };
    vec![
        WaitlistEntryDetails { offer: Some(offer), ..entry(9, "Les Misérables", WaitlistState::Activation) },
        WaitlistEntryDetails {
            position: Some(3),
            reason: Some(WaitingReason::SeatsTaken),
            reason_text: Some(
                lang.say("Too few of these seats were given back so far.", "아직 취소된 좌석이 부족합니다.").into(),
            ),
            ..entry(8, "아이유 콘서트 2027: 골든 아워", WaitlistState::Waiting)
        },
        WaitlistEntryDetails {
            ended_at: Some(at(-3_600)),
            booking_id: Some(BookingId(42)),
            ..entry(5, "Les Misérables", WaitlistState::Fin)
        },
        WaitlistEntryDetails { ended_at: Some(at(-7_200)), ..entry(4, "Les Misérables", WaitlistState::Declined) },
    ]
}

/// Seconds as a duration.
pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
