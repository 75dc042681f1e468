use axum::Json;
use axum::extract::State;
use ticket_core::api::{Credentials, RefreshRequest, TokenPair};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, NamedLanguage};
use crate::router::App;

/// `POST /api/auth/login`: when the request names a language of ours, mails are written in it from now on.
pub(crate) async fn login(
    State(app): State<App>,
    NamedLanguage(language): NamedLanguage,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Answer<Json<TokenPair>> {
    let tokens = app.box_office.log_in(credentials).await?;
    if let Some(language) = language {
        let user = app.box_office.caller(&tokens.access_token)?.user;
        if let Err(error) = app.box_office.set_language(user, language).await {
            // No reason to keep him out.
            tracing::warn!(%user, ?error, "the language of a user was not changed");
        }
    }
    Ok(Json(tokens))
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
