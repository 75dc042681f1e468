use axum::Json;
use axum::extract::State;
use ticket_core::KeptAnswer;
use ticket_core::api::{BookRequest, BookingDetails, BookingReceipt, CancelRequest, CancelResult, ErrorCode};
use ticket_core::domain::{Booking, BookingId, TicketId};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, PathId, TicketLanguage};
use crate::once::{Kept, Turn};
use crate::router::App;

/// Books seats at once, or the seats of a hold: all of them, or none.
#[utoipa::path(
    post,
    path = "/api/bookings",
    operation_id = "book_bookings",
    tag = "Bookings",
    request_body = BookRequest,
    responses((status = OK, description = "The booking.", body = BookingReceipt)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::NoSeatChosen, ErrorCode::SeatNotValid, ErrorCode::SeatTaken, ErrorCode::OverLimit, ErrorCode::SaleNotOpen, ErrorCode::SaleClosed, ErrorCode::HoldNotFound, ErrorCode::HoldExpired, ErrorCode::NotTheOffer, ErrorCode::OfferExpired]))),
)]
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

/// Tells about a booking of the user.
///
/// To an account with the role ADMIN, about that of anybody.
#[utoipa::path(
    get,
    path = "/api/bookings/{id}",
    operation_id = "booking_bookings",
    tag = "Bookings",
    params(("id" = BookingId, Path, description = "The booking.")),
    responses((status = OK, description = "The booking.", body = BookingDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::BookingNotFound]))),
)]
pub(crate) async fn booking(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    TicketLanguage(language): TicketLanguage,
    PathId(id): PathId<BookingId>,
) -> Answer<Json<BookingDetails>> {
    let booking = app.box_office.booking(user, id).await?;
    Ok(Json(BookingDetails::new(&booking, language)))
}

/// Cancels the named tickets, or without a body all of them.
///
/// An account that has the role ADMIN at that moment cancels anybody's booking, also when it is too late for the buyer.
#[utoipa::path(
    post,
    path = "/api/bookings/cancel/{bookingId}",
    operation_id = "cancel_bookings",
    tag = "Bookings",
    params(("bookingId" = BookingId, Path, description = "The booking.")),
    request_body = Option<CancelRequest>,
    responses((status = OK, description = "What was cancelled.", body = CancelResult)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::BookingNotFound, ErrorCode::BookingAlreadyCanceled, ErrorCode::TicketNotInBooking, ErrorCode::TooLateToCancel]))),
)]
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
