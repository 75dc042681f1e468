use axum::Json;
use axum::extract::State;
use ticket_core::api::{Credentials, RefreshRequest, TokenPair};

use super::Answer;
use crate::extract::{Authenticated, JsonBody};
use crate::guard::ClientAddress;
use crate::router::App;

/// `POST /api/auth/login`
pub(crate) async fn login(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Answer<Json<TokenPair>> {
    let attempt = app.guard.attempt(&credentials.email.trim().to_lowercase(), address)?;
    Ok(Json(attempt.end(app.box_office.log_in(credentials).await)?))
}

/// `POST /api/auth/token`: the new access token, as plain text.
pub(crate) async fn token(State(app): State<App>, JsonBody(request): JsonBody<RefreshRequest>) -> Answer<String> {
    Ok(app.box_office.access_token(&request.refresh_token).await?)
}

/// `POST /api/auth/refresh`
pub(crate) async fn refresh(
    State(app): State<App>,
    JsonBody(request): JsonBody<RefreshRequest>,
) -> Answer<Json<TokenPair>> {
    Ok(Json(app.box_office.refresh(&request.refresh_token).await?))
}

/// `POST /api/auth/logout`
pub(crate) async fn logout(State(app): State<App>, Authenticated(user): Authenticated) -> Answer<Json<&'static str>> {
    app.box_office.log_out(user).await?;
    Ok(Json("OK"))
}
