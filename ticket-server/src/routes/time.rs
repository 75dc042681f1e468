use axum::Json;
use axum::extract::State;
use ticket_core::api::ServerTime;

use crate::router::App;

/// Tells the server's time, for a countdown.
#[utoipa::path(
    get,
    path = "/api/time",
    operation_id = "now_time",
    tag = "Service",
    responses((status = OK, description = "The time.", body = ServerTime)),
)]
pub(crate) async fn now(State(app): State<App>) -> Json<ServerTime> {
    Json(ServerTime { server_time: app.box_office.clock().now().as_millisecond() })
}
