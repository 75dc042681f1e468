use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use ticket_core::api::{
    AvailableDate, AvailableDates, BookedSeats, Page, SeatsInfo, ShowDetails, ShowRanking, ShowSummary,
};
use ticket_core::domain::{Category, RankingPeriod, ShowId};

use super::Answer;
use crate::error::ApiError;
use crate::extract::{PathId, Query};
use crate::router::App;

/// Query of `GET /api/shows`.
#[derive(Deserialize)]
pub(crate) struct ShowsQuery {
    #[serde(default)]
    page: u64,
    #[serde(default = "default_size")]
    size: u64,
    category: Option<String>,
    q: Option<String>,
}

fn default_size() -> u64 {
    20
}

/// Query of `GET /api/shows/{showId}/seats`.
#[derive(Deserialize)]
pub(crate) struct RoundQuery {
    date: Date,
    round: u32,
}

/// Query of `GET /api/shows/seats/booked`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookedSeatsQuery {
    show_id: ShowId,
    date: Date,
    round: u32,
}

/// Query of `GET /api/shows/ranking`.
#[derive(Deserialize)]
pub(crate) struct RankingQuery {
    category: String,
    period: String,
}

/// `GET /api/shows?page&size&category&q`
pub(crate) async fn list(State(app): State<App>, Query(query): Query<ShowsQuery>) -> Answer<Json<Page<ShowSummary>>> {
    let category = query.category.as_deref().map(category).transpose()?;
    Ok(Json(app.box_office.shows(category, query.q, query.page, query.size).await?))
}

/// `GET /api/shows/{showId}`
pub(crate) async fn show(State(app): State<App>, PathId(id): PathId<ShowId>) -> Answer<Json<ShowDetails>> {
    let (show, venue) = app.box_office.show(id).await?;
    // Nobody can like a show yet.
    Ok(Json(ShowDetails::new(show, venue, 0)))
}

/// `GET /api/shows/{showId}/available`
pub(crate) async fn available(State(app): State<App>, PathId(id): PathId<ShowId>) -> Answer<Json<AvailableDates>> {
    let performances = app.box_office.performances(id).await?;
    let available_dates = performances.iter().map(|(performance, left)| AvailableDate::new(performance, *left));
    Ok(Json(AvailableDates { available_dates: available_dates.collect() }))
}

/// `GET /api/shows/{showId}/seats?date&round`
pub(crate) async fn seats(
    State(app): State<App>,
    PathId(id): PathId<ShowId>,
    Query(query): Query<RoundQuery>,
) -> Answer<Json<SeatsInfo>> {
    let seats = app.box_office.seats_of_round(id, query.date, query.round).await?;
    Ok(Json(SeatsInfo::new(query.date, seats)))
}

/// `GET /api/shows/seats/booked?showId&date&round`
pub(crate) async fn booked_seats(
    State(app): State<App>,
    Query(query): Query<BookedSeatsQuery>,
) -> Answer<Json<BookedSeats>> {
    let seats = app.box_office.seats_of_round(query.show_id, query.date, query.round).await?;
    Ok(Json(BookedSeats::new(query.date, seats)))
}

/// `GET /api/shows/ranking?category&period`
pub(crate) async fn ranking(State(app): State<App>, Query(query): Query<RankingQuery>) -> Answer<Json<ShowRanking>> {
    let ranking = app.box_office.ranking(category(&query.category)?, period(&query.period)?).await?;
    Ok(Json(ShowRanking::new(ranking, app.box_office.time_zone())))
}

fn category(name: &str) -> Result<Category, ApiError> {
    if name.trim().is_empty() {
        return Err(ApiError::malformed("category", "is blank; allowed are MUSICAL, CONCERT and PLAY"));
    }
    name.parse().map_err(|_| ApiError::CategoryUnknown { name: name.to_owned() })
}

fn period(name: &str) -> Result<RankingPeriod, ApiError> {
    if name.trim().is_empty() {
        return Err(ApiError::malformed("period", "is blank; allowed are DAY, WEEK and MONTH"));
    }
    name.parse().map_err(|_| ApiError::PeriodUnknown { name: name.to_owned() })
}
