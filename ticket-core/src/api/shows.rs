use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::domain::{Category, Grade, Performance, PerformanceId, Seat, SeatId, SeatState, Show, ShowId, Venue};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page.
    pub content: Vec<T>,
    /// Pages in all.
    pub total_pages: u64,
    /// Items on all pages.
    pub total_items: u64,
    /// This page, from 0.
    pub current_page: u64,
    /// Items per page.
    pub page_size: u64,
}

/// A show in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShowSummary {
    /// Its id.
    pub show_id: ShowId,
    /// Its name.
    pub show_name: String,
    /// The venue.
    pub place_name: String,
    /// Kind of show.
    pub category: Category,
    /// First date.
    pub show_start_date: Date,
    /// Last date.
    pub show_end_date: Date,
}

/// Answer of `GET /api/shows/{showId}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShowDetails {
    /// Its id.
    pub show_id: ShowId,
    /// Its name.
    pub show_name: String,
    /// Kind of show.
    pub category: Category,
    /// First date.
    pub show_start_date: Date,
    /// Last date.
    pub show_end_date: Date,
    /// Running time in minutes, without the intermission.
    pub show_time: u32,
    /// Intermission in minutes.
    pub show_intermission_time: u32,
    /// Age limit, as printed.
    pub show_age_limit: String,
    /// Seats of one performance.
    pub total_seats: u32,
    /// Seats that one user may have per performance.
    pub max_seats_per_user: u32,
    /// Users who like it.
    pub likes: u64,
    /// The venue.
    pub place_details_info: PlaceDetails,
}

/// Answer of `PUT` and `DELETE /api/shows/{id}/like`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Like {
    /// Whether the user likes the show now.
    pub liked: bool,
    /// Users who like it.
    pub likes: u64,
}

/// A venue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlaceDetails {
    /// Name.
    pub show_place_name: String,
    /// Telephone or mail.
    pub show_place_contact_info: String,
    /// Postal address.
    pub show_place_address: String,
    /// Web page.
    pub show_place_url: String,
}

/// Answer of `GET /api/shows/{showId}/available`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AvailableDates {
    /// By date, then round.
    pub available_dates: Vec<AvailableDate>,
}

/// A performance in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AvailableDate {
    /// Local date.
    pub show_date: Date,
    /// 1-based number on that date.
    pub round: u32,
    /// Local time of day.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::TimeOfDay))]
    pub start_time: Time,
    /// The performance.
    pub performance_id: PerformanceId,
    /// Seats that can be booked now.
    pub left_seats: u64,
    /// When selling begins; absent when it has always been open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_opens_at: Option<Timestamp>,
    /// When selling ends.
    pub sale_closes_at: Timestamp,
}

/// Answer of `GET /api/shows/{showId}/seats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeatsInfo {
    /// One group per grade and price.
    pub seats_info: Vec<SeatGroup>,
}

/// The seats of one grade and price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeatGroup {
    /// Grade.
    pub grade: Grade,
    /// Seats of the group that can be booked now.
    pub left_seats: u64,
    /// Price in minor units.
    pub price: i64,
    /// The seats, highest id first.
    pub seats: Vec<SeatInfo>,
}

/// A seat in a list of the classic kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeatInfo {
    /// Its id.
    pub id: SeatId,
    /// Local date of the performance.
    pub date: Date,
    /// `false` for a gap.
    pub seat: bool,
    /// Sector.
    #[serde(rename = "positionInfo_sector")]
    pub sector: String,
    /// Row.
    #[serde(rename = "positionInfo_row")]
    pub row: String,
    /// Number within the row.
    #[serde(rename = "positionInfo_col")]
    pub number: i64,
    /// Price in minor units.
    pub price: i64,
    /// Stored state; a held or blocked seat appears as booked.
    pub is_booking_available: SeatState,
}

/// Answer of `GET /api/shows/seats/booked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookedSeats {
    /// Highest id first.
    pub seats_detail_infos: Vec<BookedSeat>,
}

/// A sold seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BookedSeat {
    /// Its id.
    pub id: SeatId,
    /// Local date of the performance.
    pub date: Date,
    /// Always `true`: a gap is never sold.
    pub is_seat: bool,
    /// Sector.
    #[serde(rename = "positionInfo_sector")]
    pub sector: String,
    /// Row.
    #[serde(rename = "positionInfo_row")]
    pub row: String,
    /// Number within the row.
    #[serde(rename = "positionInfo_col")]
    pub number: i64,
    /// Price in minor units.
    pub price: i64,
    /// Stored state.
    pub status: SeatState,
}

/// Answer of `GET /api/time`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ServerTime {
    /// The server's clock, in milliseconds since 1970-01-01T00:00:00Z.
    pub server_time: i64,
    /// The time zone of the shop, by its IANA name: dates and times of day of performances are local to it.
    /// Absent when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

impl ShowSummary {
    /// A show at its venue.
    #[must_use]
    pub fn new(show: &Show, venue: &Venue) -> Self {
        Self {
            show_id: show.id,
            show_name: show.name.clone(),
            place_name: venue.name.clone(),
            category: show.category,
            show_start_date: show.start_date,
            show_end_date: show.end_date,
        }
    }
}

impl ShowDetails {
    /// A show at its venue, which that many users like.
    #[must_use]
    pub fn new(show: Show, venue: Venue, likes: u64) -> Self {
        Self {
            show_id: show.id,
            show_name: show.name,
            category: show.category,
            show_start_date: show.start_date,
            show_end_date: show.end_date,
            show_time: show.running_minutes,
            show_intermission_time: show.intermission_minutes,
            show_age_limit: show.age_limit,
            total_seats: show.total_seats,
            max_seats_per_user: show.max_seats_per_user,
            likes,
            place_details_info: PlaceDetails {
                show_place_name: venue.name,
                show_place_contact_info: venue.contact,
                show_place_address: venue.address,
                show_place_url: venue.url,
            },
        }
    }
}

impl AvailableDate {
    /// A performance with this many seats left.
    #[must_use]
    pub fn new(performance: &Performance, left_seats: u64) -> Self {
        Self {
            show_date: performance.date,
            round: performance.round,
            start_time: performance.start_time,
            performance_id: performance.id,
            left_seats,
            sale_opens_at: performance.sale_opens_at,
            sale_closes_at: performance.sale_closes_at,
        }
    }
}

impl SeatsInfo {
    /// Groups seats by grade and price, in the order in which these come. Each seat says whether it is held.
    #[must_use]
    pub fn new(date: Date, seats: Vec<(Seat, bool)>) -> Self {
        let mut seats_info: Vec<SeatGroup> = Vec::new();
        for (seat, held) in seats {
            let is_booking_available = classic_state(seat.state, held);
            let group = match seats_info.iter_mut().find(|g| (g.grade, g.price) == (seat.grade, seat.price)) {
                Some(group) => group,
                None => {
                    seats_info.push(SeatGroup {
                        grade: seat.grade,
                        left_seats: 0,
                        price: seat.price,
                        seats: Vec::new(),
                    });
                    let last = seats_info.len() - 1;
                    &mut seats_info[last]
                }
            };
            group.left_seats += u64::from(seat.is_seat && is_booking_available == SeatState::Available);
            group.seats.push(SeatInfo {
                id: seat.id,
                date,
                seat: seat.is_seat,
                sector: seat.position.sector,
                row: seat.position.row,
                number: seat.position.number,
                price: seat.price,
                is_booking_available,
            });
        }
        seats_info.sort_by_key(|group| (group.grade, std::cmp::Reverse(group.price)));
        Self { seats_info }
    }
}

impl BookedSeats {
    /// The sold ones of these seats.
    #[must_use]
    pub fn new(date: Date, seats: Vec<(Seat, bool)>) -> Self {
        let booked = seats.into_iter().map(|(seat, _)| seat).filter(|seat| seat.state == SeatState::Booked);
        let seats_detail_infos = booked
            .map(|seat| BookedSeat {
                id: seat.id,
                date,
                is_seat: seat.is_seat,
                sector: seat.position.sector,
                row: seat.position.row,
                number: seat.position.number,
                price: seat.price,
                status: seat.state,
            })
            .collect();
        Self { seats_detail_infos }
    }
}

/// The classic routes know no holds and no blocked seats: both cannot be had, as if they were sold.
fn classic_state(state: SeatState, held: bool) -> SeatState {
    match state {
        SeatState::Blocked => SeatState::Booked,
        SeatState::Available if held => SeatState::Booked,
        state => state,
    }
}
