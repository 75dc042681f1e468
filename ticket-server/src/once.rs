//! Requests with an idempotency key: the same one again gets the same answer.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ticket_core::api::IDEMPOTENCY_KEY;
use ticket_core::domain::IdempotencyKey;
use ticket_core::{Complaint, Error, KeptAnswer, Once};

use crate::error::ApiError;
use crate::extract::{Authenticated, read_body};
use crate::router::App;

/// Answers a request whose key was used before; gives the right to act upon any other to its handler, as a [`Turn`].
///
/// The route is part of what a key belongs to; the path with its ids is part of the request. Reading and refusing the body
/// come later: what was answered once is answered again whatever one thinks of it now.
pub(crate) async fn answer_once(
    State(app): State<App>,
    route: MatchedPath,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if request.method().is_safe() || !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let Authenticated(user) = Authenticated::from_request_parts(&mut parts, &app).await?;
    let key = key_in(&parts.headers)?;
    let body = read_body(Request::from_parts(parts.clone(), body), &app).await?;
    let route = format!("{} {}", parts.method, route.as_str());
    match app.box_office.once(user, &route, key, &[parts.uri.path().as_bytes(), &body]).await? {
        Once::Before(answer) => Ok(Kept(answer).into_response()),
        Once::First(turn) => {
            // Kept here as well, for it lasts until there is an answer, whatever the handler does with its own.
            let turn = Arc::new(turn);
            parts.extensions.insert(Arc::clone(&turn));
            Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
        }
    }
}

fn key_in(headers: &HeaderMap) -> Result<IdempotencyKey, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    match (values.next().and_then(|value| value.to_str().ok()?.parse().ok()), values.next()) {
        (Some(key), None) => Ok(key),
        _ => {
            let most = IdempotencyKey::LENGTH_MAX;
            let problem = Complaint::new(
                format!("must be one key of 1 to {most} visible ASCII characters"),
                format!("공백 없는 ASCII 문자 1~{most}자로 된 키 하나여야 합니다"),
            );
            Err(ApiError::malformed("Idempotency-Key", problem))
        }
    }
}

/// What a request with an idempotency key is done with; `None` for a request without one.
pub(crate) struct Turn(pub(crate) Option<Arc<ticket_core::Turn>>);

impl<S: Send + Sync> FromRequestParts<S> for Turn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

/// A success as the bytes that are kept of it.
pub(crate) struct Kept(pub(crate) KeptAnswer);

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        let KeptAnswer { status, content_type, body } = self.0;
        match StatusCode::from_u16(status) {
            Ok(status) if content_type.is_empty() => status.into_response(),
            Ok(status) => (status, [(CONTENT_TYPE, content_type)], body).into_response(),
            Err(_) => {
                let reason = format!("a kept answer has status {status}");
                ApiError::from(Error::Internal { reason }).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let name = HeaderName::from_static(IDEMPOTENCY_KEY);
        values.iter().map(|value| (name.clone(), HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn takes_one_key_of_visible_ascii() {
        assert_eq!(key_in(&headers(&[b"order-4711"])).unwrap().as_str(), "order-4711");
        assert_eq!(key_in(&headers(&[&[b'x'; 255]])).unwrap().as_str().len(), 255);
        let refused: [&[&[u8]]; 6] =
            [&[b""], &[&[b'x'; 256]], &[b"two words"], &[b"tab\t"], &["열쇠".as_bytes()], &[b"a", b"b"]];
        for values in refused {
            let Err(ApiError::Malformed { field, .. }) = key_in(&headers(values)) else { panic!("{values:?}") };
            assert_eq!(field.as_deref(), Some("Idempotency-Key"));
        }
    }
}
