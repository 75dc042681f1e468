use axum::Json;
use axum::extract::State;
use ticket_core::api::{Credentials, ErrorCode, RefreshRequest, TokenPair};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, NamedLanguage};
use crate::guard::ClientAddress;
use crate::router::App;

/// Opens a session.
///
/// When the request names a language of ours, mails are written in it from now on.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    operation_id = "login_auth",
    tag = "Accounts",
    request_body = Credentials,
    responses((status = OK, description = "The tokens of the session.", body = TokenPair)),
    extensions(("x-error-codes" = json!([ErrorCode::WrongCredentials]))),
)]
pub(crate) async fn login(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    NamedLanguage(language): NamedLanguage,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Answer<Json<TokenPair>> {
    let attempt = app.guard.attempt(&credentials.email.trim().to_lowercase(), address)?;
    let tokens = attempt.end(app.box_office.log_in(credentials).await)?;
    if let Some(language) = language {
        let user = app.box_office.caller(&tokens.access_token)?.user;
        if let Err(error) = app.box_office.set_language(user, language).await {
            // No reason to keep him out.
            tracing::warn!(%user, ?error, "the language of a user was not changed");
        }
    }
    Ok(Json(tokens))
}

/// Answers a new access token, as plain text.
///
/// The refresh token stays good. One that was spent earlier than a lost reply explains ends the session.
#[utoipa::path(
    post,
    path = "/api/auth/token",
    operation_id = "token_auth",
    tag = "Accounts",
    request_body = RefreshRequest,
    responses((status = OK, description = "The access token.", body = String, content_type = "text/plain")),
    extensions(("x-error-codes" = json!([ErrorCode::RefreshTokenUnknown, ErrorCode::RefreshTokenRevoked]))),
)]
pub(crate) async fn token(State(app): State<App>, JsonBody(request): JsonBody<RefreshRequest>) -> Answer<String> {
    Ok(app.box_office.access_token(&request.refresh_token).await?)
}

/// Spends a refresh token for a new pair.
///
/// Spending it again later than a lost reply explains ends the session.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    operation_id = "refresh_auth",
    tag = "Accounts",
    request_body = RefreshRequest,
    responses((status = OK, description = "The new tokens.", body = TokenPair)),
    extensions(("x-error-codes" = json!([ErrorCode::RefreshTokenUnknown, ErrorCode::RefreshTokenRevoked]))),
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    JsonBody(request): JsonBody<RefreshRequest>,
) -> Answer<Json<TokenPair>> {
    Ok(Json(app.box_office.refresh(&request.refresh_token).await?))
}

/// Ends every session of the user.
///
/// Refresh tokens are good for nothing from now on; access tokens until they expire, which takes 30 minutes at most.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    operation_id = "logout_auth",
    tag = "Accounts",
    responses((status = OK, description = "Always `OK`.", body = String, content_type = "application/json")),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::NothingToLogOut]))),
)]
pub(crate) async fn logout(State(app): State<App>, Authenticated(user): Authenticated) -> Answer<Json<&'static str>> {
    app.box_office.log_out(user).await?;
    Ok(Json("OK"))
}
