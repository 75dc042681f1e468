use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use ticket_core::api::{
    AvailableDate, AvailableDates, BookedSeats, ErrorCode, Like, Page, SeatsInfo, ShowDetails, ShowRanking, ShowSummary,
};
use ticket_core::domain::{Category, RankingPeriod, ShowId, UserId};
use ticket_core::{Complaint, KeptAnswer};

use utoipa::IntoParams;

use super::Answer;
use crate::error::ApiError;
use crate::extract::{Authenticated, PathId, Query, date};
use crate::once::{Kept, Turn};
use crate::router::App;

/// Query of `GET /api/shows`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowsQuery {
    /// Which page, from 0.
    #[serde(default)]
    #[param(example = 0)]
    page: u64,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default = "default_size")]
    size: u64,
    /// Shows of this category only; in any case.
    #[param(value_type = Option<Category>, example = "MUSICAL")]
    category: Option<String>,
    /// Shows whose name contains this.
    #[param(example = "Swan")]
    q: Option<String>,
}

fn default_size() -> u64 {
    20
}

/// Query of `GET /api/shows/{showId}/seats`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoundQuery {
    /// Local date of the performance.
    #[param(example = "2027-03-01")]
    #[serde(deserialize_with = "date")]
    date: Date,
    /// Number of the performance on that date, from 1.
    #[param(maximum = 4_294_967_295_i64, example = 1)]
    round: u32,
}

/// Query of `GET /api/shows/seats/booked`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookedSeatsQuery {
    /// The show.
    #[param(example = 1)]
    show_id: ShowId,
    /// Local date of the performance.
    #[param(example = "2027-03-01")]
    #[serde(deserialize_with = "date")]
    date: Date,
    /// Number of the performance on that date, from 1.
    #[param(maximum = 4_294_967_295_i64, example = 1)]
    round: u32,
}

/// Query of `GET /api/shows/ranking`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RankingQuery {
    /// Of which category; in any case.
    #[param(value_type = Category, example = "MUSICAL")]
    category: String,
    /// Since when; in any case.
    #[param(value_type = RankingPeriod, example = "WEEK")]
    period: String,
}

/// Lists shows, newest first.
#[utoipa::path(
    get,
    path = "/api/shows",
    operation_id = "list_shows",
    tag = "Shows",
    params(ShowsQuery),
    responses((status = OK, description = "A page of shows.", body = Page<ShowSummary>)),
    extensions(("x-error-codes" = json!([ErrorCode::CategoryUnknown]))),
)]
pub(crate) async fn list(State(app): State<App>, Query(query): Query<ShowsQuery>) -> Answer<Json<Page<ShowSummary>>> {
    let category = query.category.as_deref().map(category).transpose()?;
    Ok(Json(app.box_office.shows(category, query.q, query.page, query.size).await?))
}

/// Tells about a show and its venue.
#[utoipa::path(
    get,
    path = "/api/shows/{showId}",
    operation_id = "show_shows",
    tag = "Shows",
    params(("showId" = ShowId, Path, description = "The show.")),
    responses((status = OK, description = "The show.", body = ShowDetails)),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn show(State(app): State<App>, PathId(id): PathId<ShowId>) -> Answer<Json<ShowDetails>> {
    let (show, venue) = app.box_office.show(id).await?;
    let likes = app.box_office.likes(id).await?;
    Ok(Json(ShowDetails::new(show, venue, likes)))
}

/// Makes the show one that the user likes.
#[utoipa::path(
    put,
    path = "/api/shows/{id}/like",
    operation_id = "like_shows",
    tag = "Shows",
    params(("id" = ShowId, Path, description = "The show.")),
    responses((status = OK, description = "What is true now.", body = Like)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn like(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<ShowId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    set_like(&app, user, id, true, turn).await
}

async fn set_like(
    app: &App,
    user: UserId,
    show: ShowId,
    liked: bool,
    turn: Option<Arc<ticket_core::Turn>>,
) -> Answer<Kept> {
    Ok(Kept(match turn {
        Some(turn) => turn.set_like(show, liked, |like: &Like| KeptAnswer::json(like)).await?,
        None => KeptAnswer::json(&app.box_office.set_like(user, show, liked).await?)?,
    }))
}

/// Makes the show one that the user does not like any more.
#[utoipa::path(
    delete,
    path = "/api/shows/{id}/like",
    operation_id = "unlike_shows",
    tag = "Shows",
    params(("id" = ShowId, Path, description = "The show.")),
    responses((status = OK, description = "What is true now.", body = Like)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn unlike(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<ShowId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    set_like(&app, user, id, false, turn).await
}

/// Lists the performances of a show, with the seats left.
#[utoipa::path(
    get,
    path = "/api/shows/{showId}/available",
    operation_id = "available_shows",
    tag = "Shows",
    params(("showId" = ShowId, Path, description = "The show.")),
    responses((status = OK, description = "The performances.", body = AvailableDates)),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn available(State(app): State<App>, PathId(id): PathId<ShowId>) -> Answer<Json<AvailableDates>> {
    let performances = app.box_office.performances(id).await?;
    let available_dates = performances.iter().map(|(performance, left)| AvailableDate::new(performance, *left));
    Ok(Json(AvailableDates { available_dates: available_dates.collect() }))
}

/// Lists the seats of a performance by grade and price; none for an unknown date or round.
#[utoipa::path(
    get,
    path = "/api/shows/{showId}/seats",
    operation_id = "seats_shows",
    tag = "Shows",
    params(("showId" = ShowId, Path, description = "The show."), RoundQuery),
    responses((status = OK, description = "The seats.", body = SeatsInfo)),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn seats(
    State(app): State<App>,
    PathId(id): PathId<ShowId>,
    Query(query): Query<RoundQuery>,
) -> Answer<Json<SeatsInfo>> {
    let seats = app.box_office.seats_of_round(id, query.date, query.round).await?;
    Ok(Json(SeatsInfo::new(query.date, seats)))
}

/// Lists the sold seats of a performance; none for an unknown date or round.
#[utoipa::path(
    get,
    path = "/api/shows/seats/booked",
    operation_id = "booked_seats_shows",
    tag = "Shows",
    params(BookedSeatsQuery),
    responses((status = OK, description = "The seats.", body = BookedSeats)),
    extensions(("x-error-codes" = json!([ErrorCode::ShowNotFound]))),
)]
pub(crate) async fn booked_seats(
    State(app): State<App>,
    Query(query): Query<BookedSeatsQuery>,
) -> Answer<Json<BookedSeats>> {
    let seats = app.box_office.seats_of_round(query.show_id, query.date, query.round).await?;
    Ok(Json(BookedSeats::new(query.date, seats)))
}

/// Ranks the shows of a category by tickets sold.
#[utoipa::path(
    get,
    path = "/api/shows/ranking",
    operation_id = "ranking_shows",
    tag = "Shows",
    params(RankingQuery),
    responses((status = OK, description = "The ranking.", body = ShowRanking)),
    extensions(("x-error-codes" = json!([ErrorCode::CategoryUnknown, ErrorCode::PeriodUnknown]))),
)]
pub(crate) async fn ranking(State(app): State<App>, Query(query): Query<RankingQuery>) -> Answer<Json<ShowRanking>> {
    let ranking = app.box_office.ranking(category(&query.category)?, period(&query.period)?).await?;
    Ok(Json(ShowRanking::new(ranking, app.box_office.time_zone())))
}

fn category(name: &str) -> Result<Category, ApiError> {
    if name.trim().is_empty() {
        return Err(blank("category", "MUSICAL, CONCERT and PLAY", "MUSICAL, CONCERT, PLAY"));
    }
    name.parse().map_err(|_| ApiError::CategoryUnknown { name: name.to_owned() })
}

fn period(name: &str) -> Result<RankingPeriod, ApiError> {
    if name.trim().is_empty() {
        return Err(blank("period", "DAY, WEEK and MONTH", "DAY, WEEK, MONTH"));
    }
    name.parse().map_err(|_| ApiError::PeriodUnknown { name: name.to_owned() })
}

fn blank(field: &str, english: &str, korean: &str) -> ApiError {
    let problem = Complaint::new(
        format!("is blank; allowed are {english}"),
        format!("비어 있습니다. {korean} 중 하나여야 합니다"),
    );
    ApiError::malformed(field, problem)
}
