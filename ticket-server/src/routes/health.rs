use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use ticket_core::Error;
use ticket_core::api::{PartState, Readiness, ReadinessParts};

use super::Answer;
use crate::router::App;

/// What `encode` of the Prometheus client writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Tells that the process answers; nothing else is looked at.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive_health",
    tag = "Service",
    responses((status = OK, description = "Always `ok`.", body = String, content_type = "text/plain")),
)]
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// Tells whether requests can be served, and if not, what is missing.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready_health",
    tag = "Service",
    responses((status = OK, description = "Everything is ready.", body = Readiness), (status = SERVICE_UNAVAILABLE, description = "Something is not ready.", body = Readiness)),
)]
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let health = app.box_office.health().await;
    let parts = ReadinessParts {
        database: state("the database", &health.database),
        lock_store: state("the lock store", &health.lock_store),
    };
    let ready = parts.database == PartState::Ready && parts.lock_store == PartState::Ready;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, parts }))
}

fn state(part: &str, check: &Result<(), Error>) -> PartState {
    match check {
        Ok(()) => PartState::Ready,
        Err(error) => {
            tracing::warn!(error.code = %error.code(), ?error, "{part} is not ready");
            PartState::NotReady
        }
    }
}

/// Tells what the server counts, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics_health",
    tag = "Service",
    responses((status = OK, description = "The counts.", body = String, content_type = OPEN_METRICS)),
)]
pub(crate) async fn metrics(State(app): State<App>) -> Answer<Response> {
    let health = app.box_office.health().await;
    let text = app
        .metrics
        .text(app.box_office.stats(), &health)
        .map_err(|error| Error::Internal { reason: format!("metrics: {error}") })?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
