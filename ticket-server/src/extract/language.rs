use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use ticket_core::api::Language;

/// The language that the client asks for, if it asks for any.
pub(crate) fn preferred_language(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    Some(Language::from_accept_language(header))
}

/// The language of what a person reads.
pub(crate) struct MessageLanguage(pub(crate) Language);

impl<S: Send + Sync> FromRequestParts<S> for MessageLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred_language(&parts.headers).unwrap_or_default()))
    }
}

/// The language that the client names among ours, if it names any.
pub(crate) struct NamedLanguage(pub(crate) Option<Language>);

impl<S: Send + Sync> FromRequestParts<S> for NamedLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        Ok(Self(header.and_then(Language::named_in)))
    }
}

/// The language in which a ticket says where its seat is. Unlike messages, it is Korean when the client does not ask:
/// what clients of the classic routes read has to stay as it was.
pub(crate) struct TicketLanguage(pub(crate) Language);

impl<S: Send + Sync> FromRequestParts<S> for TicketLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred_language(&parts.headers).unwrap_or(Language::Korean)))
    }
}
