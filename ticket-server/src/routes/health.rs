use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use ticket_core::Error;

use super::Answer;
use crate::router::App;

/// What `encode` of the Prometheus client writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answer of `GET /readyz`.
#[derive(Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    parts: Parts,
}

/// What the server cannot work without.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parts {
    database: PartState,
    /// Where the holds are: Redis, or the database again.
    lock_store: PartState,
}

#[derive(Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "camelCase")]
enum PartState {
    Ready,
    NotReady,
}

/// `GET /healthz`: the process answers; nothing else is looked at.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: whether requests can be served, and if not, what is missing.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let health = app.box_office.health().await;
    let parts = Parts {
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

/// `GET /metrics`, for Prometheus.
pub(crate) async fn metrics(State(app): State<App>) -> Answer<Response> {
    let health = app.box_office.health().await;
    let text = app
        .metrics
        .text(app.box_office.stats(), &health)
        .map_err(|error| Error::Internal { reason: format!("metrics: {error}") })?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
