//! What every request gets on its way in and out: an id, a deadline, and, when it is refused, a problem document.

use std::time::Duration;

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ticket_core::Error;
use ticket_core::api::{ErrorCode, Language};
use tracing::Instrument as _;

use crate::error::ApiError;
use crate::extract::preferred_language;

/// How long a request may take until its answer begins. An event stream begins at once, and goes on.
const REQUEST_MAX: Duration = Duration::from_secs(30);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Gives the request an id, which its answer and every line of the log about it carry, and writes refusals.
pub(crate) async fn with_request_id(request: Request, next: Next) -> Response {
    let id = format!("{:016x}", rand::random::<u64>());
    let language = preferred_language(request.headers()).unwrap_or_default();
    // The route rather than the path, in which the token of a hold may stand.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    async {
        let response = next.run(request).await;
        let mut response = match response.extensions().get::<ApiError>() {
            Some(error) => refusal(error, &response, language, &id),
            None => response,
        };
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// Refuses a request that takes too long. What it was about to write may be written all the same.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    let is_safe = request.method().is_safe();
    match tokio::time::timeout(REQUEST_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) if is_safe => {
            let reason = format!("no answer within {} seconds", REQUEST_MAX.as_secs());
            ApiError::from(Error::Unavailable { reason }).into_response()
        }
        Err(_) => ApiError::from(Error::OutcomeUnknown).into_response(),
    }
}

/// The problem document of an error, with the headers that the inner layers have set.
fn refusal(error: &ApiError, inner: &Response, language: Language, request_id: &str) -> Response {
    log(error);
    let mut problem = error.problem(language);
    problem.request_id = Some(request_id.to_owned());
    let mut headers = inner.headers().clone();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    challenge(error, &mut headers);
    (error.status(), headers, Json(problem)).into_response()
}

/// Tells how to authenticate (RFC 9110, 15.5.2), and whether it was the token that did not do (RFC 6750, 3).
fn challenge(error: &ApiError, headers: &mut HeaderMap) {
    if error.status() != StatusCode::UNAUTHORIZED {
        return;
    }
    let challenge = match error.code() {
        ErrorCode::TokenInvalid | ErrorCode::TokenExpired | ErrorCode::TokenUnsupported | ErrorCode::TokenMalformed => {
            r#"Bearer realm="ticket", error="invalid_token""#
        }
        _ => r#"Bearer realm="ticket""#,
    };
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
}

/// One line per failure of ours; the inside of it is for the log only.
fn log(error: &ApiError) {
    let code = error.code();
    match error {
        ApiError::BoxOffice(error @ Error::Internal { .. }) => tracing::error!(error.code = %code, ?error, "failed"),
        _ if error.status().is_server_error() => tracing::warn!(error.code = %code, ?error, "not possible just now"),
        // Without the error: it repeats what the client has sent, which may be anybody's email.
        _ => tracing::debug!(error.code = %code, "refused"),
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::Method;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_refused() {
        let never = || std::future::pending::<()>();
        let router = Router::new().route("/", get(never).post(never));
        let service = TowerToHyperService::new(router.layer(from_fn(in_time)).layer(from_fn(with_request_id)));
        // A write may have happened all the same.
        for (method, code) in [(Method::GET, "D_001"), (Method::POST, "D_002")] {
            let begin = tokio::time::Instant::now();
            let request = Request::builder().method(method).uri("/").body(Body::empty()).unwrap();
            let response = service.call(request).await.unwrap();
            assert_eq!(begin.elapsed().as_secs(), REQUEST_MAX.as_secs());
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers()[RETRY_AFTER], "1");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains(code), "{body:?}");
        }
    }
}
