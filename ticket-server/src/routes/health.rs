use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::router::App;

/// Answer of `GET /readyz`.
#[derive(Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    parts: Parts,
}

/// What the server cannot work without. Holds live in the database.
#[derive(Serialize)]
struct Parts {
    database: PartState,
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
    let database = match app.box_office.check().await {
        Ok(()) => PartState::Ready,
        Err(error) => {
            tracing::warn!(error.code = %error.code(), ?error, "the database is not ready");
            PartState::NotReady
        }
    };
    let ready = database == PartState::Ready;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, parts: Parts { database } }))
}
