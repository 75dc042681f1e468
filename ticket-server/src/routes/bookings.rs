use axum::Json;
use axum::extract::State;
use ticket_core::KeptAnswer;
use ticket_core::api::{BookRequest, BookingDetails, BookingReceipt, CancelRequest, CancelResult};
use ticket_core::domain::{Booking, BookingId, TicketId};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, PathId, TicketLanguage};
use crate::once::{Kept, Turn};
use crate::router::App;

/// `POST /api/bookings`
pub(crate) async fn book(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    TicketLanguage(language): TicketLanguage,
    Turn(turn): Turn,
    JsonBody(request): JsonBody<BookRequest>,
) -> Answer<Kept> {
    let answer = move |booking: &Booking| KeptAnswer::json(&BookingReceipt::new(booking, language));
    let answer = match (request, turn) {
        (BookRequest::Seats { seat_ids }, Some(turn)) => turn.book(seat_ids, answer).await?,
        (BookRequest::Seats { seat_ids }, None) => answer(&app.box_office.book(user, seat_ids).await?)?,
        (BookRequest::Hold { hold_id }, Some(turn)) => turn.confirm(hold_id, answer).await?,
        (BookRequest::Hold { hold_id }, None) => answer(&app.box_office.confirm(user, hold_id).await?)?,
    };
    Ok(Kept(answer))
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
    Turn(turn): Turn,
    request: Option<JsonBody<CancelRequest>>,
) -> Answer<Kept> {
    let tickets = request.and_then(|JsonBody(request)| request.ticket_ids);
    let answer = |booking: &Booking, canceled: &[TicketId]| KeptAnswer::json(&CancelResult::new(booking, canceled));
    let answer = match turn {
        Some(turn) => turn.cancel(id, tickets, answer).await?,
        None => {
            let (booking, canceled) = app.box_office.cancel(user, id, tickets).await?;
            answer(&booking, &canceled)?
        }
    };
    Ok(Kept(answer))
}
