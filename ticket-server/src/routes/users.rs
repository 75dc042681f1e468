use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use ticket_core::api::{
    BookingHistory, ErrorCode, JoinRequest, JoinedUser, Me, Page, PasswordChange, ShowSummary, TokenPair,
};

use utoipa::IntoParams;

use super::Answer;
use crate::extract::{Authenticated, JsonBody, NamedLanguage, Query};
use crate::guard::ClientAddress;
use crate::router::App;

/// Query of `GET /api/users/booking`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookingsQuery {
    /// Days back.
    #[param(minimum = 1, maximum = 3650, example = 30)]
    duration: u32,
    /// Which page, from 0.
    #[serde(default)]
    #[param(example = 0)]
    page: u64,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default = "default_size")]
    size: u64,
}

fn default_size() -> u64 {
    10
}

/// Query of `GET /api/users/likes`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LikesQuery {
    /// Which page, from 0.
    #[serde(default)]
    #[param(example = 0)]
    page: u64,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default = "default_likes_size")]
    size: u64,
}

fn default_likes_size() -> u64 {
    20
}

/// Opens an account.
///
/// Mails are written in the language that the request names.
#[utoipa::path(
    post,
    path = "/api/users",
    operation_id = "join_users",
    tag = "Accounts",
    request_body = JoinRequest,
    responses((status = OK, description = "The account.", body = JoinedUser)),
    extensions(("x-error-codes" = json!([ErrorCode::EmailTaken]))),
)]
pub(crate) async fn join(
    State(app): State<App>,
    NamedLanguage(language): NamedLanguage,
    JsonBody(request): JsonBody<JoinRequest>,
) -> Answer<Json<JoinedUser>> {
    Ok(Json(JoinedUser { user_id: app.box_office.join_in(language.unwrap_or_default(), request).await? }))
}

/// Tells who the caller is.
#[utoipa::path(
    get,
    path = "/api/users/me",
    operation_id = "me_users",
    tag = "Accounts",
    responses((status = OK, description = "The account.", body = Me)),
    security(("bearer" = [])),
)]
pub(crate) async fn me(State(app): State<App>, Authenticated(user): Authenticated) -> Answer<Json<Me>> {
    let user = app.box_office.user(user).await?;
    Ok(Json(Me { user_id: user.id, email: user.email.into(), name: user.name, role: user.role }))
}

/// Changes the password, which ends every other session of the user.
///
/// It takes no `Idempotency-Key`, for its answer is secret and must not be kept, and needs none: when the answer was lost, the
/// same request is taken once more, and begins another session. Access tokens that were given before are good until they
/// expire, which takes 30 minutes at most.
#[utoipa::path(
    post,
    path = "/api/users/me/password",
    operation_id = "change_password_users",
    tag = "Accounts",
    request_body = PasswordChange,
    responses((status = OK, description = "Tokens of a new session.", body = TokenPair)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::WrongCredentials]))),
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    ClientAddress(address): ClientAddress,
    JsonBody(change): JsonBody<PasswordChange>,
) -> Answer<Json<TokenPair>> {
    let attempt = app.guard.attempt(&format!("user {user}"), address)?;
    Ok(Json(attempt.end(app.box_office.change_password(user, change).await)?))
}

/// Lists the shows that the user likes.
#[utoipa::path(
    get,
    path = "/api/users/likes",
    operation_id = "likes_users",
    tag = "Accounts",
    params(LikesQuery),
    responses((status = OK, description = "A page of shows.", body = Page<ShowSummary>)),
    security(("bearer" = [])),
)]
pub(crate) async fn likes(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Query(query): Query<LikesQuery>,
) -> Answer<Json<Page<ShowSummary>>> {
    Ok(Json(app.box_office.liked_by(user, query.page, query.size).await?))
}

/// Lists the bookings of the last days, newest first.
#[utoipa::path(
    get,
    path = "/api/users/booking",
    operation_id = "bookings_users",
    tag = "Accounts",
    params(BookingsQuery),
    responses((status = OK, description = "A page of bookings.", body = BookingHistory)),
    security(("bearer" = [])),
)]
pub(crate) async fn bookings(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Query(query): Query<BookingsQuery>,
) -> Answer<Json<BookingHistory>> {
    Ok(Json(app.box_office.bookings(user, query.duration, query.page, query.size).await?))
}
