use axum::Json;
use axum::extract::State;
use ticket_core::api::ServerTime;

use crate::router::App;

/// `GET /api/time`
pub(crate) async fn now(State(app): State<App>) -> Json<ServerTime> {
    Json(ServerTime { server_time: app.box_office.clock().now().as_millisecond() })
}
