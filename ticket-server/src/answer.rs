//! What every request gets on its way in and out: an id, a deadline, and, when it is refused, a problem document.

use std::any::Any;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
    RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use ticket_core::api::{ErrorCode, Language};
use ticket_core::{Complaint, Error};
use tracing::Instrument as _;

use crate::arrival::watch_body;
use crate::error::ApiError;
use crate::extract::preferred_language;
use crate::guard::{Guard, Peer};
use crate::metrics::Route;
use crate::router::App;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Gives the request an id, which its answer and every line of the log about it carry, writes refusals, and counts it.
pub(crate) async fn with_request_id(State(app): State<App>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let id = request_id(&request, &app.guard);
    let language = preferred_language(request.headers()).unwrap_or_default();
    let method = request.method().clone();
    // The route rather than the path, in which the token of a hold may stand.
    let route = Route::of(request.extensions());
    let span = tracing::info_span!("request", id, %method, route = route.as_str());
    async {
        let response = next.run(request).await;
        let mut response = match response.extensions().get::<ApiError>() {
            Some(error) => refusal(error, &response, (language, app.box_office.time_zone()), &id),
            None => response,
        };
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        defend(response.headers_mut());
        app.metrics.answered(&method, route, response.status(), begin.elapsed());
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// The id that a trusted proxy has given, so that its log and ours can be read together, or a new one.
fn request_id(request: &Request, guard: &Guard) -> String {
    let given = || request.headers().get(REQUEST_ID)?.to_str().ok().filter(|id| is_request_id(id));
    match given() {
        Some(id) if guard.proxies.trust(Peer::of(request.extensions()).0) => id.to_owned(),
        _ => new_request_id(),
    }
}

pub(crate) fn new_request_id() -> String {
    format!("{:016x}", rand::random::<u64>())
}

/// Whether it can be written into a log as it is.
fn is_request_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.=+/:".contains(&byte))
}

/// What tells browsers not to make of an answer what it is not.
pub(crate) const DEFENCES: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// Says so, unless a handler that knows better has said something else.
fn defend(headers: &mut HeaderMap) {
    for (name, value) in DEFENCES {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// What is answered when a handler has panicked. The panic itself is told by the hook of the process, once.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::Panicked.into_response()
}

/// Refuses a request whose sender asks too often, and one that takes too long. What that was about to write may be written
/// all the same, unless it was still waiting for its body: that is read whole before anything is done.
pub(crate) async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let peer = Peer::of(request.extensions());
    if let Err(refusal) = app.guard.admit(peer, request.headers(), request.method(), request.uri().path()) {
        return refusal.into_response();
    }
    if let Err(refusal) = check_host(request.version(), request.headers()) {
        return refusal.into_response();
    }
    let is_safe = request.method().is_safe();
    let (request, arrival) = watch_body(request);
    match tokio::time::timeout(app.guard.request_max, next.run(request)).await {
        Ok(response) => response,
        Err(_) if arrival.is_awaited() => ApiError::TooSlow.into_response(),
        Err(_) if is_safe => {
            let reason = format!("no answer within {} seconds", app.guard.request_max.as_secs());
            ApiError::from(Error::Unavailable { reason }).into_response()
        }
        Err(_) => ApiError::from(Error::OutcomeUnknown).into_response(),
    }
}

/// A request of HTTP/1.1 names one host (RFC 9112, 3.2): with none or two, a proxy and we might not mean the same.
fn check_host(version: Version, headers: &HeaderMap) -> Result<(), ApiError> {
    if version < Version::HTTP_11 {
        return Ok(());
    }
    let mut hosts = headers.get_all(HOST).iter();
    let problem = match (hosts.next(), hosts.next()) {
        (Some(host), None) if names_a_host(host.as_bytes()) => return Ok(()),
        (Some(_), None) => Complaint::new("must be a host and perhaps a port", "호스트와 선택적 포트여야 합니다"),
        (None, _) => Complaint::new("is missing", "빠져 있습니다"),
        (Some(_), Some(_)) => Complaint::new("is there more than once", "두 번 이상 있습니다"),
    };
    Err(ApiError::malformed("Host", problem))
}

fn names_a_host(host: &[u8]) -> bool {
    !host.contains(&b'@') && Authority::try_from(host).is_ok_and(|authority| !authority.host().is_empty())
}

/// The problem document of an error, with the headers that the inner layers have set.
fn refusal(
    error: &ApiError,
    inner: &Response,
    (language, time_zone): (Language, &TimeZone),
    request_id: &str,
) -> Response {
    log(error);
    let mut problem = error.problem(language, time_zone);
    problem.request_id = Some(request_id.to_owned());
    let mut headers = inner.headers().clone();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if error.status() == StatusCode::REQUEST_TIMEOUT {
        // What is still to come of the body would be taken for the next request.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
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
        // The hook has written that line.
        ApiError::Panicked => {}
        ApiError::BoxOffice(error @ (Error::Damaged { .. } | Error::Internal { .. })) => {
            tracing::error!(error.code = %code, ?error, "failed");
        }
        _ if error.status().is_server_error() => tracing::warn!(error.code = %code, ?error, "not possible just now"),
        // Without the error: it repeats what the client has sent, which may be anybody's email.
        _ => tracing::debug!(error.code = %code, "refused"),
    }
}
