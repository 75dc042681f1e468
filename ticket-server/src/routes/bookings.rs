use axum::Json;
use axum::extract::State;
use ticket_core::api::{BookRequest, BookingDetails, BookingReceipt, CancelRequest, CancelResult};
use ticket_core::domain::BookingId;

use super::Answer;
use crate::extract::{Authenticated, JsonBody, PathId, TicketLanguage};
use crate::router::App;

/// `POST /api/bookings`
pub(crate) async fn book(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    TicketLanguage(language): TicketLanguage,
    JsonBody(request): JsonBody<BookRequest>,
) -> Answer<Json<BookingReceipt>> {
    let booking = match request {
        BookRequest::Seats { seat_ids } => app.box_office.book(user, seat_ids).await?,
        BookRequest::Hold { hold_id } => app.box_office.confirm(user, hold_id).await?,
    };
    Ok(Json(BookingReceipt::new(&booking, language)))
}

/// `GET /api/bookings/{id}`
pub(crate) async fn booking(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    TicketLanguage(language): TicketLanguage,
    PathId(id): PathId<BookingId>,
) -> Answer<Json<BookingDetails>> {
    let booking = app.box_office.booking(user, id).await?;
    Ok(Json(BookingDetails::new(&booking, language)))
}

/// `POST /api/bookings/cancel/{bookingId}`: the named tickets, or without a body all of them.
pub(crate) async fn cancel(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    PathId(id): PathId<BookingId>,
    request: Option<JsonBody<CancelRequest>>,
) -> Answer<Json<CancelResult>> {
    let tickets = request.and_then(|JsonBody(request)| request.ticket_ids);
    let (booking, canceled) = app.box_office.cancel(user, id, tickets).await?;
    Ok(Json(CancelResult::new(&booking, &canceled)))
}
