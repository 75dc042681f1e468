use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use ticket_core::Error;
use ticket_core::domain::UserId;

use crate::error::ApiError;
use crate::router::App;

/// The user whose access token the request carries.
pub(crate) struct Authenticated(pub(crate) UserId);

impl FromRequestParts<App> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).ok_or(Error::TokenMissing)?;
        let caller = app.box_office.caller(token_of(header)?)?;
        Ok(Self(caller.user))
    }
}

/// `Bearer <token>` (RFC 6750), or the token alone.
fn token_of(header: &HeaderValue) -> Result<&str, Error> {
    let text = header.to_str().map_err(|_| Error::TokenMalformed)?.trim();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim_start()),
        Some(_) => Err(Error::TokenUnsupported),
        None if text.is_empty() || text.eq_ignore_ascii_case("Bearer") => Err(Error::TokenMissing),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_token_with_and_without_the_word() {
        for header in ["Bearer a.b.c", "bearer  a.b.c", "a.b.c", " a.b.c "] {
            assert_eq!(token_of(&HeaderValue::from_static(header)), Ok("a.b.c"), "{header:?}");
        }
        for (header, error) in [
            ("", Error::TokenMissing),
            ("Bearer", Error::TokenMissing),
            ("Bearer ", Error::TokenMissing),
            ("Basic bWluYTpzZWNyZXQ=", Error::TokenUnsupported),
        ] {
            assert_eq!(token_of(&HeaderValue::from_static(header)), Err(error), "{header:?}");
        }
        assert_eq!(token_of(&HeaderValue::from_bytes(b"\xff").unwrap()), Err(Error::TokenMalformed));
    }
}
