use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use ticket_core::api::{ChangeHoldRequest, ErrorCode, HoldDetails, HoldList, HoldRequest};
use ticket_core::domain::{HeldSeats, HoldId, PerformanceId};
use ticket_core::{Error, KeptAnswer};

use utoipa::IntoParams;

use super::Answer;
use crate::extract::{Authenticated, JsonBody, PathId, Query};
use crate::once::{Kept, Turn};
use crate::router::App;

/// Query of `GET /api/holds`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldsQuery {
    /// The performance.
    #[param(example = 1)]
    performance_id: PerformanceId,
}

/// Claims seats for a while: these, or the best that fulfil a wish.
#[utoipa::path(
    post,
    path = "/api/holds",
    operation_id = "hold_holds",
    tag = "Holds",
    request_body = HoldRequest,
    responses((status = OK, description = "The hold.", body = HoldDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::NoSeatChosen, ErrorCode::SeatNotValid, ErrorCode::SeatTaken, ErrorCode::OverLimit, ErrorCode::SaleNotOpen, ErrorCode::SaleClosed, ErrorCode::PerformanceNotFound, ErrorCode::HoldNotFound, ErrorCode::HoldExpired]))),
)]
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

/// Lists the user's live holds of a performance.
#[utoipa::path(
    get,
    path = "/api/holds",
    operation_id = "list_holds",
    tag = "Holds",
    params(HoldsQuery),
    responses((status = OK, description = "The holds.", body = HoldList)),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Query(query): Query<HoldsQuery>,
) -> Answer<Json<HoldList>> {
    let held = app.box_office.holds(user, query.performance_id).await?;
    Ok(Json(HoldList { holds: held.into_iter().map(HoldDetails::from).collect() }))
}

/// Takes seats to a hold and lets others of it go: all of that, or nothing.
///
/// Its end stays as it is.
#[utoipa::path(
    patch,
    path = "/api/holds/{id}",
    operation_id = "change_holds",
    tag = "Holds",
    params(("id" = HoldId, Path, description = "The hold.")),
    request_body = ChangeHoldRequest,
    responses((status = OK, description = "The hold as it is now.", body = HoldDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::NoSeatChosen, ErrorCode::SeatNotValid, ErrorCode::SeatTaken, ErrorCode::OverLimit, ErrorCode::SaleNotOpen, ErrorCode::SaleClosed, ErrorCode::HoldNotFound, ErrorCode::HoldExpired]))),
)]
pub(crate) async fn change(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
    Turn(turn): Turn,
    JsonBody(ChangeHoldRequest { add, remove }): JsonBody<ChangeHoldRequest>,
) -> Answer<Kept> {
    Ok(Kept(match turn {
        Some(turn) => turn.change_hold(id, add, remove, details).await?,
        None => details(&app.box_office.change_hold(user, id, add, remove).await?)?,
    }))
}

/// Lets a hold begin anew, as far as that is allowed.
#[utoipa::path(
    post,
    path = "/api/holds/{id}/extend",
    operation_id = "extend_holds",
    tag = "Holds",
    params(("id" = HoldId, Path, description = "The hold.")),
    responses((status = OK, description = "The hold as it is now.", body = HoldDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::HoldNotFound, ErrorCode::HoldExpired, ErrorCode::SaleNotOpen, ErrorCode::SaleClosed]))),
)]
pub(crate) async fn extend(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    Ok(Kept(match turn {
        Some(turn) => turn.extend_hold(id, details).await?,
        None => details(&app.box_office.extend_hold(user, id).await?)?,
    }))
}

/// Ends a hold; its seats are free again.
#[utoipa::path(
    delete,
    path = "/api/holds/{id}",
    operation_id = "release_holds",
    tag = "Holds",
    params(("id" = HoldId, Path, description = "The hold.")),
    responses((status = NO_CONTENT, description = "It has ended.")),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::HoldNotFound, ErrorCode::HoldExpired]))),
)]
pub(crate) async fn release(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<HoldId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    Ok(Kept(match turn {
        Some(turn) => turn.release_hold(id, KeptAnswer::empty()).await?,
        None => {
            app.box_office.release_hold(user, id).await?;
            KeptAnswer::empty()
        }
    }))
}

fn details(held: &HeldSeats) -> Result<KeptAnswer, Error> {
    KeptAnswer::json(&HoldDetails::from(held.clone()))
}
