use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use ticket_core::api::{ChangeHoldRequest, HoldDetails, HoldList, HoldRequest};
use ticket_core::domain::{HoldId, PerformanceId};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, PathId, Query};
use crate::once::Turn;
use crate::router::App;

/// Query of `GET /api/holds`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldsQuery {
    performance_id: PerformanceId,
}

/// `POST /api/holds`
pub(crate) async fn hold(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Turn(turn): Turn,
    JsonBody(request): JsonBody<HoldRequest>,
) -> Answer<Json<HoldDetails>> {
    let held = match (request, turn) {
        (HoldRequest::Seats { seat_ids }, Some(turn)) => turn.hold(seat_ids).await?,
        (HoldRequest::Seats { seat_ids }, None) => app.box_office.hold(user, seat_ids).await?,
        (HoldRequest::Best { performance_id, best }, Some(turn)) => turn.hold_best(performance_id, best).await?,
        (HoldRequest::Best { performance_id, best }, None) => {
            app.box_office.hold_best(user, performance_id, best).await?
        }
    };
    Ok(Json(held.into()))
}

/// `GET /api/holds?performanceId`
pub(crate) async fn list(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Query(query): Query<HoldsQuery>,
) -> Answer<Json<HoldList>> {
    let held = app.box_office.holds(user, query.performance_id).await?;
    Ok(Json(HoldList { holds: held.into_iter().map(HoldDetails::from).collect() }))
}

/// `PATCH /api/holds/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
    JsonBody(request): JsonBody<ChangeHoldRequest>,
) -> Answer<Json<HoldDetails>> {
    let held = app.box_office.change_hold(user, id, request.add, request.remove).await?;
    Ok(Json(held.into()))
}

/// `POST /api/holds/{id}/extend`
pub(crate) async fn extend(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
) -> Answer<Json<HoldDetails>> {
    let held = app.box_office.extend_hold(user, id).await?;
    Ok(Json(held.into()))
}

/// `DELETE /api/holds/{id}`
pub(crate) async fn release(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
) -> Answer<StatusCode> {
    app.box_office.release_hold(user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
