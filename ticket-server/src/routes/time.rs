use axum::Json;
use axum::extract::State;
use ticket_core::api::ServerTime;

use crate::router::App;

/// Tells the server's time, for a countdown, and the time zone of the shop.
#[utoipa::path(
    get,
    path = "/api/time",
    operation_id = "now_time",
    tag = "Service",
    responses((status = OK, description = "The time.", body = ServerTime)),
)]
pub(crate) async fn now(State(app): State<App>) -> Json<ServerTime> {
    let box_office = &app.box_office;
    let time_zone = box_office.time_zone().iana_name().map(str::to_owned);
    Json(ServerTime { server_time: box_office.clock().now().as_millisecond(), time_zone })
}
