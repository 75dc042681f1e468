use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use ticket_core::api::{BookingHistory, JoinRequest, JoinedUser, Me};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, NamedLanguage, Query};
use crate::router::App;

/// Query of `GET /api/users/booking`.
#[derive(Deserialize)]
pub(crate) struct BookingsQuery {
    /// Days back.
    duration: u32,
    #[serde(default)]
    page: u64,
    #[serde(default = "default_size")]
    size: u64,
}

fn default_size() -> u64 {
    10
}

/// `POST /api/users`: mails are written in the language that the request names.
pub(crate) async fn join(
    State(app): State<App>,
    NamedLanguage(language): NamedLanguage,
    JsonBody(request): JsonBody<JoinRequest>,
) -> Answer<Json<JoinedUser>> {
    Ok(Json(JoinedUser { user_id: app.box_office.join_in(language.unwrap_or_default(), request).await? }))
}

/// `GET /api/users/me`
pub(crate) async fn me(State(app): State<App>, Authenticated(user): Authenticated) -> Answer<Json<Me>> {
    let user = app.box_office.user(user).await?;
    Ok(Json(Me { user_id: user.id, email: user.email.into(), name: user.name, role: user.role }))
}

/// `GET /api/users/booking?duration&page&size`
pub(crate) async fn bookings(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Query(query): Query<BookingsQuery>,
) -> Answer<Json<BookingHistory>> {
    Ok(Json(app.box_office.bookings(user, query.duration, query.page, query.size).await?))
}
